"""What Telegram's refusals mean to us: aiogram's exceptions become those of `handlers.errors`.

Laws. aiogram's exceptions carry the call that failed, chat id and words included: ours are made fresh and must be raised after
the `except` block has ended, so that not even a hidden context keeps the old one. `call` below is the one place that does so.
A token that is refused is the operator's mistake and soon mended: the reporter's words wait for it and are not given up.
"""

from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    ClientDecodeError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)

from handlers.errors import ChannelError, Refused, ReporterUnreachable, TryLater
from handlers.reporter.telegram.session import PlainCall

NETWORK_SECONDS = 2.0  # a restart of Telegram's server or a lost connection is mostly over after one or two
TOKEN_SECONDS = 60.0  # nothing changes until a person changes it
CONFLICT_SECONDS = 3.0  # another process asks for the same updates: at a restart the old one is about to end
LONGEST_SECONDS = 3600.0  # Telegram's flood waits can be a day; a channel asks again at least every hour

# Telegram gives one code, 400, to everything; only the text tells cases apart (Client.cpp of the Bot API server), in lower case.
_UNCHANGED = ("message is not modified",)
_MESSAGE_GONE = (
    "message to edit not found",
    "message to delete not found",
    "message can't be edited",
    "message can't be deleted",
    "there is no text in the message to edit",
    "message_id_invalid",
    "message identifier is not specified",
)
_FILE_TOO_LARGE = ("file is too big",)
_CHAT_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "input_user_deactivated", "bot was blocked")

log = structlog.get_logger()


class Unchanged(Refused):
    """The message already says exactly this."""


class MessageGone(Refused):
    """The message is no longer there, or too old to be changed."""


class FileTooLarge(Refused):
    """The file is larger than the Bot API hands out."""


async def call(bot: Bot, method: PlainCall, seconds: int | None = None) -> Any:
    """Make a call; raise only errors of `handlers.errors`, which carry nothing of it."""
    try:
        return await bot(method, seconds)
    except AiogramError as error:
        failure = meaning(error)
    if type(failure) is Refused:
        log.warning("telegram.refused", method=method.__api_method__)
    raise failure


def meaning(error: AiogramError) -> ChannelError:
    """Return what an exception of aiogram means, as an error of ours that carries none of its text."""
    match error:
        case TelegramRetryAfter():
            failure: ChannelError = TryLater(min(float(error.retry_after), LONGEST_SECONDS))
        case TelegramForbiddenError():
            failure = ReporterUnreachable()
        case TelegramBadRequest():
            failure = _bad_request(error.message.lower())
        case TelegramUnauthorizedError() | TelegramNotFound():
            failure = TryLater(TOKEN_SECONDS)
        case TelegramConflictError():
            failure = TryLater(CONFLICT_SECONDS)
        case TelegramEntityTooLarge():  # aiogram counts it among the network's errors
            failure = Refused()
        case TelegramServerError() | TelegramNetworkError() | ClientDecodeError():
            failure = TryLater(NETWORK_SECONDS)
        case _:
            failure = Refused()
    return failure


def _bad_request(told: str) -> ChannelError:
    if any(phrase in told for phrase in _UNCHANGED):
        return Unchanged()
    if any(phrase in told for phrase in _MESSAGE_GONE):
        return MessageGone()
    if any(phrase in told for phrase in _FILE_TOO_LARGE):
        return FileTooLarge()
    if any(phrase in told for phrase in _CHAT_GONE):
        return ReporterUnreachable()
    return Refused()
