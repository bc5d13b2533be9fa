"""Turns one raw Telegram update into one `Incoming`, or into nothing.

Laws. Only private chats are heard. Of the sender only the interface language is read, never a name, a username, a phone number
or a photo; of a forwarded message only what it says. Nothing here raises, whatever the update looks like: the checks are plain
Python because a child's message is worth a few microseconds, not the hundreds that a model of the whole Bot API costs.
An album arrives as several updates and stays that way: each item is its own `Incoming`.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from handlers.channel import (
    Address,
    Arrival,
    ButtonPressed,
    CommandArrived,
    Incoming,
    ReporterLeft,
    ReporterReturned,
    TextArrived,
    TextCorrected,
)
from handlers.reporter.telegram.media import clean, read_media, whole

CHANNEL = "telegram"

# What is asked of Telegram: any other kind would only bring words of groups, payments and businesses.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")

TEXT_LIMIT = 16_384  # Telegram lets 4096 characters through: a real message is never cut
DATA_LIMIT = 64  # bytes; more never comes from a button of ours
CALLBACK_LIMIT = 64  # a callback id is a number of 64 bits, written in decimal
ID_LIMIT = (1 << 63) - 1

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@[A-Za-z0-9_]{1,64})?(?:\s+(.*))?", re.DOTALL)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}")
_FORWARDED = ("forward_origin", "forward_date", "forward_from", "forward_sender_name")
_LEFT = ("kicked", "left")


PERSONAL: Final = frozenset(
    {
        *("first_name", "last_name", "username", "title", "phone_number", "vcard", "contact", "location", "venue", "file_name"),
        *("forward_origin", "forward_from", "forward_from_chat", "forward_sender_name", "author_signature", "sender_chat"),
        *("reply_to_message", "via_bot"),
    }
)
"""What nobody may keep, wherever in an update it stands."""
DEEPEST: Final = 40  # levels; Telegram's updates have fewer than ten


def without_persons(raw: object, depth: int = 0) -> object:
    """Copy an update without names, places and whatever else tells who somebody is: what may be set aside."""
    if depth > DEEPEST:
        return None
    if isinstance(raw, dict):
        return {key: without_persons(value, depth + 1) for key, value in raw.items() if key not in PERSONAL}
    return [without_persons(value, depth + 1) for value in raw] if isinstance(raw, list) else raw


def update_number(raw: object) -> int | None:
    """Return an update's id, or None if it has none."""
    if isinstance(raw, dict):
        return whole(raw.get("update_id"), ID_LIMIT)
    return None


def read_update(raw: object, bot_id: str) -> Incoming | None:
    """Read one update of the bot `bot_id`; None if there is nothing in it for us."""
    number = update_number(raw)
    if number is None or not isinstance(raw, dict):
        return None
    for kind in ALLOWED_UPDATES:
        part = raw.get(kind)
        if isinstance(part, dict):
            return _read_part(kind, part, number, bot_id)
    return None


def _read_part(kind: str, part: Mapping[str, Any], number: int, bot_id: str) -> Incoming | None:
    pressed = kind == "callback_query"
    chat_id = _private_chat(part.get("message") if pressed else part)
    arrival = _arrival(kind, part)
    if chat_id is None or arrival is None:
        return None
    return Incoming(
        address=Address(channel=CHANNEL, bot_id=bot_id, chat_id=chat_id),
        update_id=number,
        arrival=arrival,
        message_id=None if pressed else whole(part.get("message_id"), ID_LIMIT) or None,
        sent_at=0 if pressed else whole(part.get("date")) or 0,
        language_hint=_language(part.get("from")),
    )


def _arrival(kind: str, part: Mapping[str, Any]) -> Arrival | None:
    match kind:
        case "message":
            return _said(part)
        case "edited_message":
            return _corrected(part)
        case "callback_query":
            return _pressed(part)
        case _:
            return _membership(part)


def _said(message: Mapping[str, Any]) -> Arrival | None:
    text = clean(message.get("text"), TEXT_LIMIT)
    if not text:
        return read_media(message)
    if text[0] == "/" and not any(key in message for key in _FORWARDED):
        return _command(text) or TextArrived(text=text)
    return TextArrived(text=text)


def _corrected(message: Mapping[str, Any]) -> Arrival | None:
    """Read an edited message. A file may have been exchanged for another: it comes again, since twice is better than never.

    A moving location is edited every few seconds and says nothing new.
    """
    text = clean(message.get("text"), TEXT_LIMIT)
    if text:
        return _command(text) or TextCorrected(text=text)
    if "location" in message or "venue" in message:
        return None
    return read_media(message)


def _command(text: str) -> CommandArrived | None:
    found = _COMMAND.fullmatch(text)
    if found is None:
        return None
    return CommandArrived(name=found[1].lower(), argument=(found[2] or "").strip())


def _pressed(query: Mapping[str, Any]) -> ButtonPressed:
    """Read a pressed button. Data that no button of ours could hold is emptied, so that the press is still answered."""
    data = clean(query.get("data"), DATA_LIMIT + 1)
    callback_id = clean(query.get("id"), CALLBACK_LIMIT + 1)
    return ButtonPressed(
        data=data if len(data.encode()) <= DATA_LIMIT else "",
        callback_id=callback_id if len(callback_id) <= CALLBACK_LIMIT else "",
    )


def _membership(change: Mapping[str, Any]) -> Arrival | None:
    member = change.get("new_chat_member")
    status = member.get("status") if isinstance(member, dict) else None
    if status in _LEFT:
        return ReporterLeft()
    if status == "member":
        return ReporterReturned()
    return None


def _private_chat(message: object) -> str | None:
    """Return the chat's id as Telegram writes it, or None if it is not a private chat."""
    chat = message.get("chat") if isinstance(message, dict) else None
    if not isinstance(chat, dict) or chat.get("type") != "private":
        return None
    number = whole(chat.get("id"), ID_LIMIT)
    return str(number) if number else None


def _language(sender: object) -> str | None:
    hint = sender.get("language_code") if isinstance(sender, dict) else None
    if isinstance(hint, str) and _LANGUAGE.fullmatch(hint):
        return hint
    return None
