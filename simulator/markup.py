"""Keyboards: what Telegram accepts under a message. The shape was checked by `spec`; here are the rules inside it."""

from typing import Any
from urllib.parse import urlsplit

from simulator.errors import bad_request

DATA_LIMIT = 64
"""Bytes, not characters: 33 Cyrillic letters are already too many."""
BUTTON_LIMIT = 100
COPY_LIMIT = 256
ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)
LINKS = frozenset({"http", "https", "tg", "ton"})


def inline_only(markup: dict[str, Any] | None) -> dict[str, Any] | None:
    """The keyboard of an edit, which the specification allows to be nothing else than an inline one."""
    return None if markup is None else inline(markup)


def inline(markup: dict[str, Any]) -> dict[str, Any] | None:
    """An inline keyboard as the message will carry it; None when it has no button."""
    rows = [row for row in markup["inline_keyboard"] if row]
    if sum(map(len, rows)) > BUTTON_LIMIT:
        raise bad_request("reply markup is too long")
    for row in rows:
        for button in row:
            _check_button(button)
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: dict[str, Any]) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Inline keyboard button text can't be empty")
    actions = [name for name in ACTIONS if button.get(name) is not None]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("can't parse inline keyboard button: exactly one action is expected")
    if actions == ["callback_data"] and not 1 <= len(button["callback_data"].encode()) <= DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
    if actions == ["url"] and not _is_link(button["url"]):
        raise bad_request("BUTTON_URL_INVALID")
    if actions == ["web_app"] and not button["web_app"]["url"].startswith("https://"):
        raise bad_request("inline keyboard button Web App URL is invalid: Only HTTPS links are allowed")
    if actions == ["copy_text"] and not 1 <= len(button["copy_text"]["text"]) <= COPY_LIMIT:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
    except ValueError:
        return False
    return parts.scheme in LINKS and bool(parts.netloc) and " " not in url
