"""Files that a reporter sends: fetched in pieces, sealed as they come, never on disk in clear.

Laws. Whether a kind of file is taken at all is the operator's setting; what is not taken is not even fetched. A file is sealed to the id
of the case it will belong to, which is reserved first. What cannot be fetched is told, kindly; it never makes the turn fail.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from flows.assets import Policy
from flows.media import refusal
from handlers.channel import Channel, Incoming, MediaArrived, MediaKind
from handlers.chat import CaseHandle, Chat
from handlers.errors import HandlerError, MediaUnavailable
from handlers.tally import Tallies
from sealing.blob import BlobSealer, stored_size
from sealing.encoding import time_text
from storage.blob_store import BlobStore
from storage.database import Database
from storage.sessions import StoredSession
from storage.transaction import Transaction

log = structlog.get_logger()

ROOM_KEPT: Final = 1024**3
"""Bytes of disk that files may not take: the database, and with it every report in words, needs them."""
FETCH_SECONDS: Final = 30
"""Seconds that a file is waited for, its name and its bytes together: well below the time of a turn, so that what takes longer is told
to have not arrived, instead of failing the turn."""
LARGEST: Final = 20 * 1024 * 1024
"""Bytes; a bot cannot fetch more from Telegram (PLATFORMS.md 3.6)."""
TYPES: Final[Mapping[MediaKind, str]] = {"voice": "audio/ogg", "photo": "image/jpeg", "video_note": "video/mp4"}
"""What a file is, where the messenger fixes its form; for the others it says so itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What became of a file: the `attachment` entry that opens it, with the size of its ciphertext, or why it was refused. `status`:
    how the conversation stood when the file began to be fetched; it may be hidden or forgotten since."""

    kept: dict[str, Any] | None = field(default=None, repr=False)
    blob_id: bytes = b""
    case_id: bytes = b""
    status: str = "none"
    stored_size: int = 0
    refused: str | None = None


class Attachments:
    """Fetches and seals. `policy` says which files are taken."""

    def __init__(
        self, *, store: BlobStore, policy: Policy, tallies: Tallies, clock: Callable[[], int], rng: Callable[[int], bytes]
    ) -> None:
        self._store = store
        self._policy = policy
        self._tallies = tallies
        self._clock = clock
        self._rng = rng

    async def fetch(
        self, database: Database, channel: Channel, row_id: bytes, incoming: Incoming, media: MediaArrived
    ) -> Fetched:
        """Fetch and seal one file, unless it is refused."""
        if media.size is not None and media.size > LARGEST:
            return Fetched(refused="too_large")
        if not self._store.has_room(ROOM_KEPT):
            log.error("disk_nearly_full")
            return Fetched(refused="failed")
        case_id, status = await database.transact(lambda tx: self._reserve(tx, row_id, incoming, media))
        if isinstance(case_id, str):
            return Fetched(refused=case_id)
        sealer = BlobSealer(case_id, self._rng(16), self._rng)
        try:
            async with asyncio.timeout(FETCH_SECONDS):
                await self._store.write(sealer.blob_id, _sealed(channel.stream(media), sealer))
        except MediaUnavailable as error:
            return Fetched(refused=error.reason if error.reason == "too_large" else "failed", status=status)
        except TimeoutError:
            log.info("media_slow", channel=incoming.address.channel, kind=media.kind)
            return Fetched(refused="failed", status=status)
        except HandlerError as error:
            log.info("media_failed", channel=incoming.address.channel, kind=media.kind, error=error)
            return Fetched(refused="failed", status=status)
        entry = sealer.attachment(time_text(self._clock()), TYPES.get(media.kind, media.media_type))
        return Fetched(kept=entry, blob_id=sealer.blob_id, case_id=case_id, status=status, stored_size=stored_size(sealer.size))

    async def erase(self, blob_ids: tuple[bytes, ...]) -> None:
        """Delete files whose rows are gone."""
        await self._store.delete(blob_ids)

    def _reserve(self, tx: Transaction, row_id: bytes, incoming: Incoming, media: MediaArrived) -> tuple[bytes | str, str]:
        """The id of the case this chat writes to, or will write to, and how the conversation stands; a text instead of an id says why
        the file is not taken."""
        stored = tx.sessions.get(row_id)
        chat = Chat.from_bytes(stored.state) if stored else Chat(address=incoming.address)
        status = "none" if chat.flow is None else chat.flow.status
        why = "failed" if _hides(chat, media.caption) else refusal(self._policy, chat.flow, media.kind)
        if why is None and not self._tallies.of(chat.address, chat.tally).takes_files(self._clock()):
            why = "too_many"
        if why is not None:
            return why, status
        is_open = chat.flow is not None and chat.flow.case_is_open
        if chat.case is not None and (is_open or not chat.case.opened):
            return chat.case.case_id, status
        chat = chat.with_case(CaseHandle(case_id=self._rng(16)))
        tx.sessions.put(
            StoredSession(
                row_id=row_id,
                channel=incoming.address.channel,
                state=chat.to_bytes(),
                due_at=chat.due_at,
                unspoken_since=stored.unspoken_since if stored else None,
                touched_at=self._clock(),
                version=stored.version if stored else 0,
            )
        )
        assert chat.case is not None
        return chat.case.case_id, status


def _hides(chat: Chat, caption: str) -> bool:
    """Whether the caption is the word that hides everything, which waits for no file."""
    return chat.flow is not None and chat.flow.safe_word is not None and caption.strip().casefold() == chat.flow.safe_word


async def _sealed(pieces: AsyncIterator[bytes], sealer: BlobSealer) -> AsyncIterator[bytes]:
    async for piece in pieces:
        if sealed := sealer.update(piece):
            yield sealed
    for sealed in sealer.finish():
        yield sealed
