"""Methods by which a bot describes itself: name, descriptions, commands, menu; each per language."""

import re
from typing import Any

from simulator.errors import bad_request
from simulator.methods.turn import Turn

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
LANGUAGE = re.compile(r"(?:[a-z]{2})?")
COMMANDS_LIMIT = 100
COMMAND_WORDS_LIMIT = 256
WORDS_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def set_my_commands(turn: Turn) -> bool:
    """Set the commands of a scope and language."""
    commands = turn.params["commands"]
    if len(commands) > COMMANDS_LIMIT:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for command in commands:
        name, words = command["command"].removeprefix("/"), command["description"].strip()
        if not COMMAND.fullmatch(name):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(words) <= COMMAND_WORDS_LIMIT:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": words})
    turn.bot.commands[_place(turn)] = kept
    return True


def get_my_commands(turn: Turn) -> list[dict[str, Any]]:
    """The commands of exactly this scope and language."""
    return turn.bot.commands.get(_place(turn), [])


def delete_my_commands(turn: Turn) -> bool:
    """Forget the commands of a scope and language."""
    turn.bot.commands.pop(_place(turn), None)
    return True


def set_words(what: str) -> Any:
    """The method that sets the name, description or short description."""

    def put(turn: Turn) -> bool:
        words: str = turn.params.get(what, "").strip()
        if len(words) > WORDS_LIMITS[what]:
            raise bad_request(f"BOT_{'TITLE' if what == 'name' else 'ABOUT'}_TOO_LONG")
        turn.bot.words[what, _language(turn)] = words
        return True

    return put


def get_words(what: str) -> Any:
    """The method that tells the name, description or short description."""

    def tell(turn: Turn) -> dict[str, str]:
        return {what: turn.bot.about(what, _language(turn))}

    return tell


def set_chat_menu_button(turn: Turn) -> bool:
    """Set the button beside the text field, for one chat or for all."""
    turn.bot.menu[turn.params.get("chat_id")] = turn.params.get("menu_button") or {"type": "default"}
    return True


def get_chat_menu_button(turn: Turn) -> dict[str, Any]:
    """Tell that button."""
    menu = turn.bot.menu
    return menu.get(turn.params.get("chat_id")) or menu.get(None) or {"type": "default"}


def _language(turn: Turn) -> str:
    """Two letters of ISO 639-1 or nothing: `sr-Latn` and `rom` cannot be addressed."""
    code: str = turn.params.get("language_code", "")
    if not LANGUAGE.fullmatch(code):
        raise bad_request("invalid language code specified")
    return code


def _place(turn: Turn) -> tuple[str, str]:
    scope = turn.params.get("scope") or {"type": "default"}
    chat = scope.get("chat_id")
    if chat is not None:
        turn.bot.chat(chat)
    return scope["type"] if chat is None else f"{scope['type']}:{chat}", _language(turn)
