"""Telegram as a `Channel`: the card is sent, edited and taken back with the Bot API.

Laws. Every card is protected from forwarding and saving, makes no sound, has no link preview and no parse mode: words go out
exactly as they are. The chat id is used for the call and for nothing else. Only errors of `handlers.errors` come out.
"""

from collections.abc import AsyncIterator
from typing import Any

from aiogram import Bot

from handlers.channel import Address, Card, ChannelLimits, MediaArrived, QuickCall
from handlers.errors import Refused, ReporterUnreachable, TryLater
from handlers.reporter.telegram.files import fetch
from handlers.reporter.telegram.refusals import NETWORK_SECONDS, MessageGone, Unchanged, call
from handlers.reporter.telegram.session import PlainCall

# core.telegram.org/bots/api: sendMessage `text`, InlineKeyboardButton `callback_data`, deleteMessages `message_ids`
LIMITS = ChannelLimits(text=4096, data=64, deletes=True)
DELETE_AT_ONCE = 100

_NO_PREVIEW = {"is_disabled": True}


class SendMessage(PlainCall):
    """A new message. Not repeatable: made twice, it shows two."""

    __api_method__ = "sendMessage"
    repeatable = False


class EditMessageText(PlainCall):
    """Other words and buttons for a message."""

    __api_method__ = "editMessageText"


class DeleteMessages(PlainCall):
    """Messages taken back on both sides; ids that are not there are skipped by the server."""

    __api_method__ = "deleteMessages"


class AnswerCallbackQuery(PlainCall):
    """The end of the waiting sign on a pressed button."""

    __api_method__ = "answerCallbackQuery"


class TelegramChannel:
    """A `handlers.channel.Channel` around aiogram's client."""

    limits = LIMITS

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, address: Address, card: Card) -> int:
        """Show a card as a new message, protected and without sound; return its message id."""
        body = _shown(address, card)
        body["protect_content"] = True
        body["disable_notification"] = True
        sent = await call(self._bot, SendMessage.model_construct(body=body))
        message_id = sent.get("message_id") if isinstance(sent, dict) else None
        if type(message_id) is not int:
            raise TryLater(NETWORK_SECONDS)
        return message_id

    async def edit(self, address: Address, message_id: int, card: Card) -> bool:
        """Turn an existing message into this card; False if the message is gone or too old to change."""
        body = _shown(address, card)
        body["message_id"] = message_id
        try:
            await call(self._bot, EditMessageText.model_construct(body=body))
        except Unchanged:
            return True
        except MessageGone:
            return False
        return True

    async def delete(self, address: Address, message_ids: tuple[int, ...]) -> None:
        """Take messages back on both sides, newest first; ids that are gone or too old are passed over."""
        chat_id = _chat_id(address)
        newest_first = sorted(set(message_ids), reverse=True)
        for start in range(0, len(newest_first), DELETE_AT_ONCE):
            await self._delete_together(chat_id, newest_first[start : start + DELETE_AT_ONCE])

    async def quick(self, address: Address, call: QuickCall) -> None:
        """Make a call whose result nobody needs; a button that waited too long for its answer is passed over."""
        if call.kind == "delete":
            await self.delete(address, (call.message_id,))
        elif call.callback_id:
            await self._acknowledge(call.callback_id)

    def stream(self, media: MediaArrived) -> AsyncIterator[bytes]:
        """Fetch a file in pieces of at most 64 KiB, never on disk."""
        return fetch(self._bot, media)

    async def _acknowledge(self, callback_id: str) -> None:
        try:
            await call(self._bot, AnswerCallbackQuery.model_construct(body={"callback_query_id": callback_id}))
        except Refused:
            return

    async def _delete_together(self, chat_id: int, message_ids: list[int]) -> None:
        """Delete some messages with one call. One that is too old spoils the call for all: then each half is tried alone."""
        try:
            await call(self._bot, DeleteMessages.model_construct(body={"chat_id": chat_id, "message_ids": message_ids}))
        except Refused:
            if len(message_ids) == 1:
                return
        else:
            return
        middle = len(message_ids) // 2
        await self._delete_together(chat_id, message_ids[:middle])
        await self._delete_together(chat_id, message_ids[middle:])


def quick_answer(address: Address, call: QuickCall) -> dict[str, Any] | None:
    """Write a quick call as the answer to a webhook, which Telegram then makes itself; None if there is nothing to make."""
    if call.kind == "delete":
        return {"method": "deleteMessage", "chat_id": _chat_id(address), "message_id": call.message_id}
    if call.callback_id:
        return {"method": "answerCallbackQuery", "callback_query_id": call.callback_id}
    return None


def _shown(address: Address, card: Card) -> dict[str, Any]:
    body: dict[str, Any] = {"chat_id": _chat_id(address), "text": card.text, "link_preview_options": _NO_PREVIEW}
    if card.rows:
        rows = [[{"text": button.label, "callback_data": button.data} for button in row] for row in card.rows]
        body["reply_markup"] = {"inline_keyboard": rows}
    return body


def _chat_id(address: Address) -> int:
    """Return the chat id as a number; an address that holds none leads to nobody."""
    if address.chat_id.isascii() and address.chat_id.removeprefix("-").isdigit():
        return int(address.chat_id)
    raise ReporterUnreachable
