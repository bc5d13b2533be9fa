"""Fetches what a reporter sent, once, straight into the hands of whoever seals it.

Laws. Pieces of at most 64 KiB, nothing on disk, a bound on bytes and on time. The address of a file holds the token: no
exception that leaves here was raised while one that holds it was being handled.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from urllib.parse import quote

from aiogram import Bot
from aiohttp import ClientError, ClientResponseError

from handlers.channel import MediaArrived
from handlers.errors import MediaUnavailable, Refused
from handlers.reporter.telegram.refusals import FileTooLarge, call
from handlers.reporter.telegram.session import PlainCall

LARGEST = 20 << 20  # what the Bot API server hands out: MAX_DOWNLOAD_FILE_SIZE in its source
PIECE = 64 << 10
FETCH_SECONDS = 30  # below the 45 s of a turn: what takes longer is told to be sent again
PATH_LIMIT = 512

_GONE = 404


class GetFile(PlainCall):
    """Where a file can be fetched for the next hour."""

    __api_method__ = "getFile"


async def fetch(bot: Bot, media: MediaArrived) -> AsyncIterator[bytes]:
    """Yield a file's pieces; raise `MediaUnavailable` ('too_large', 'gone', 'broken'), or `TryLater` before the first piece."""
    if media.size is not None and media.size > LARGEST:
        raise MediaUnavailable("too_large")
    path = await _path(bot, media.reference)
    total = 0
    fault: str | None = None
    async with aclosing(_pieces(bot, path)) as pieces:
        while fault is None:
            piece, fault = await _next(pieces)
            if not piece:
                break
            total += len(piece)
            if total > LARGEST:
                fault = "too_large"
            else:
                yield piece
    if fault is not None:
        raise MediaUnavailable(fault)


def _pieces(bot: Bot, path: str) -> AsyncGenerator[bytes, None]:
    address = bot.session.api.file_url(bot.token, quote(path))
    return bot.session.stream_content(address, timeout=FETCH_SECONDS, chunk_size=PIECE)


async def _next(pieces: AsyncGenerator[bytes, None]) -> tuple[bytes, str | None]:
    """Return the next piece, empty at the end, and what went wrong, if anything did."""
    try:
        return await anext(pieces, b""), None
    except ClientResponseError as error:
        return b"", "gone" if error.status == _GONE else "broken"
    except (ClientError, TimeoutError, OSError):
        return b"", "broken"


async def _path(bot: Bot, reference: str) -> str:
    fault = "gone"
    told = None
    if reference:
        try:
            told = await call(bot, GetFile.model_construct(body={"file_id": reference}))
        except FileTooLarge:
            fault = "too_large"
        except Refused:
            pass  # a reference that was made up, or a file that Telegram no longer has
    path = told.get("file_path") if isinstance(told, dict) else None
    if not _leads_to_a_file(path):
        raise MediaUnavailable(fault)
    return str(path)


def _leads_to_a_file(path: object) -> bool:
    """Tell whether a path stays below the bot's own files."""
    if not isinstance(path, str) or not 0 < len(path) <= PATH_LIMIT:
        return False
    return all(step not in {"", ".", ".."} for step in path.split("/"))
