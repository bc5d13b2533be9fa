"""The phones as JSON for the page: what is on each, and which there are."""

from typing import Any

from simulator.bots import Bot
from simulator.chats import Message, kind_of, preview
from simulator.people import Phone
from simulator.world import Simulator

SHOWN = 200
"""Messages of one phone that the page holds."""


def roster(sim: Simulator) -> dict[str, Any]:
    """Which bots there are, and which phones are on the page."""
    return {
        "bots": [{"username": bot.username, "label": bot.label} for bot in sim.bots.values()],
        "phones": [{"id": name, "bot": phone.bot.username} for name, phone in sim.phones.items()],
    }


def picture(name: str, phone: Phone, now: float) -> dict[str, Any]:
    """One phone, whole."""
    chat, bot = phone.chat, phone.bot
    language = phone.person.json.get("language_code", "")
    action, until = chat.typing
    pinned = max(chat.pinned, default=None)
    return {
        "id": name,
        "bot": bot.username,
        "name": bot.about("name", language[:2]),
        "person": {"name": phone.person.json["first_name"], "language": language},
        "about": _about(bot, language[:2]),
        "commands": bot.commands_for(phone.person.id, language),
        "started": chat.started,
        "blocked": chat.blocked,
        "locked": chat.locked,
        "typing": {"action": action, "seconds": round(until - now, 1)} if until > now else None,
        "pinned": preview(chat.messages[pinned].json) if pinned is not None and pinned in chat.messages else "",
        "messages": [_message(message) for message in chat.visible()[-SHOWN:]],
        "toast": _toast(phone),
        "notices": [
            {"id": notice.message_id, "title": notice.title, "preview": notice.preview, "silent": notice.silent}
            for notice in chat.notices.values()
        ],
        "keyboard": _keyboard(chat.keyboard),
    }


def _about(bot: Bot, language: str) -> dict[str, str]:
    return {
        "description": bot.about("description", language),
        "short": bot.about("short_description", language),
    }


def _toast(phone: Phone) -> dict[str, Any] | None:
    if not phone.chat.toasts:
        return None
    toast = phone.chat.toasts[-1]
    return {"number": toast.number, "text": toast.text, "alert": toast.alert}


def _message(message: Message) -> dict[str, Any]:
    json, kind = message.json, kind_of(message.json)
    content = json.get(kind)
    part = content if isinstance(content, dict) else {}
    rows = json.get("reply_markup", {}).get("inline_keyboard", ())
    return {
        "id": message.id,
        "mine": message.mine,
        "kind": kind,
        "text": json.get("text", json.get("caption", "")),
        "entities": json.get("entities", json.get("caption_entities", [])),
        "rows": [[_button(button) for button in row] for row in rows],
        "edited": "edit_date" in json,
        "date": json["date"],
        "protected": bool(json.get("has_protected_content")),
        "forwarded": "forward_origin" in json,
        "reply": preview(json["reply_to_message"]) if "reply_to_message" in json else "",
        "media": message.file_id is not None,
        "duration": part.get("duration", 0),
        "label": part.get("file_name") or part.get("emoji") or part.get("first_name") or "",
        "point": [part["latitude"], part["longitude"]] if kind == "location" else None,
    }


def _button(json: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": json["text"],
        "data": json.get("callback_data"),
        "url": json.get("url"),
        "copies": json.get("copy_text", {}).get("text"),
        "style": json.get("style", ""),
    }


def _keyboard(markup: dict[str, Any] | None) -> list[list[dict[str, Any]]]:
    rows = (markup or {}).get("keyboard", [])
    return [
        [
            {"label": key}
            if isinstance(key, str)
            else {
                "label": key["text"],
                "contact": bool(key.get("request_contact")),
                "location": bool(key.get("request_location")),
            }
            for key in row
        ]
        for row in rows
    ]
