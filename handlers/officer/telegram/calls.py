"""The calls that the officers' bot makes, with the library's errors turned into ours.

Laws. No error that leaves this file carries a chat id, a token, an address or a message. At most `AT_ONCE` calls run side by
side: the library's connection pool gets slower with every one more (PLATFORMS 6). Messages are protected against forwarding.
"""

import asyncio
import json
from collections.abc import Coroutine
from http import HTTPStatus
from typing import Any, Final, TypeVar

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from handlers.channel import Card
from handlers.errors import Refused, ReporterUnreachable, TryLater

AT_ONCE: Final = 8
DOUBT_WAIT: Final = 2.0
"""Seconds until a call that failed on the way is made again."""
TOKEN_WAIT: Final = 60.0
"""Seconds until a call is made again that Telegram refused with 401 or 404: the bot's token is wrong or was changed, which says nothing
about the message, and an operator can put it right."""
_LONGEST_WAIT: Final = 3600.0
_GONE: Final = ("chat not found", "user is deactivated", "bot was blocked", "peer_id_invalid")

Answer = TypeVar("Answer")


class Flooded(TelegramError):
    """Telegram asks to wait."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        super().__init__("asked to wait")
        self.seconds = seconds


class OfficerRequest(HTTPXRequest):
    """The library's HTTP client; it reads `retry_after` itself, since the library's own property warns at every use."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Make the request; a 429 becomes `Flooded`."""
        code, payload = await super().do_request(*args, **kwargs)
        if code == HTTPStatus.TOO_MANY_REQUESTS:
            raise Flooded(_wait(payload))
        return code, payload


class UpdatesRequest(OfficerRequest):
    """The client that fetches updates. One that the library cannot read would stop all others: only its number is let through."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Make the request; blank what cannot be read."""
        code, payload = await super().do_request(*args, **kwargs)
        return code, _readable(payload) if code == HTTPStatus.OK else payload


class Calls:
    """What the officers' bot says to Telegram."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._room = asyncio.Semaphore(AT_ONCE)

    async def send(self, chat_id: int, card: Card) -> int:
        """Send a message that rings; return its id."""
        async with self._room:
            message = await _made(
                self._bot.send_message(chat_id=chat_id, text=card.text, reply_markup=_keyboard(card), protect_content=True)
            )
        return message.message_id

    async def edit(self, chat_id: int, message_id: int, card: Card) -> None:
        """Turn a message into this card; one that already is so, or that is gone, is left."""
        try:
            async with self._room:
                await _made(
                    self._bot.edit_message_text(
                        chat_id=chat_id, message_id=message_id, text=card.text, reply_markup=_keyboard(card)
                    )
                )
        except Refused:
            return

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Take a message out of a chat; one that is gone or too old is left."""
        try:
            await _made(self._bot.delete_message(chat_id=chat_id, message_id=message_id))
        except Refused:
            return

    async def answer(self, callback_id: str, text: str) -> None:
        """Answer a press with a line that the phone shows for a moment; a press that is too old has no answer."""
        try:
            await _made(self._bot.answer_callback_query(callback_query_id=callback_id, text=text))
        except Refused:
            return


async def _made(call: Coroutine[Any, Any, Answer]) -> Answer:
    """Await a call of the library and translate what goes wrong."""
    try:
        return await call
    except Flooded as fault:
        raise TryLater(fault.seconds) from None
    except Forbidden:
        raise ReporterUnreachable from None
    except BadRequest as fault:
        if any(sign in fault.message.lower() for sign in _GONE):
            raise ReporterUnreachable from None
        raise Refused from None
    except InvalidToken:
        raise TryLater(TOKEN_WAIT) from None
    except TelegramError:
        raise TryLater(DOUBT_WAIT) from None


def _keyboard(card: Card) -> InlineKeyboardMarkup | None:
    if not card.rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(button.label, callback_data=button.data) for button in row] for row in card.rows]
    )


def _wait(payload: bytes) -> float:
    """Read how long to wait; an answer that does not say gets the usual wait."""
    try:
        asked = float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return DOUBT_WAIT
    return min(max(asked, 0.0), _LONGEST_WAIT)


def _readable(payload: bytes) -> bytes:
    """Blank the updates in an answer that are no updates to the library; an answer of any other form is left to it."""
    try:
        answer = json.loads(payload)
    except ValueError:
        return payload
    updates = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(updates, list):
        return payload
    numbered = [update for update in updates if isinstance(update, dict) and isinstance(update.get("update_id"), int)]
    readable = [update if _reads(update) else {"update_id": update["update_id"]} for update in numbered]
    return payload if readable == updates else json.dumps({**answer, "result": readable}).encode()


def _reads(update: dict[str, Any]) -> bool:
    try:
        Update.de_json(dict(update), None)
    except (TypeError, ValueError, KeyError, AttributeError):
        return False
    return True
