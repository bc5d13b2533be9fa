"""Says what answers an update, beside the taking of updates: a messenger that is slow or refuses holds up nobody's press.

Laws. What is said here decides nothing: the update was taken before. What the messenger does not take is noted by the kind of the
fault only, and not said again. Strangers have a narrow door of their own, and beyond `WAITING` of them nobody else is answered, so
that they never stand in the way of officers or of alarms.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

import structlog

from handlers.channel import Card
from handlers.officer.telegram.calls import Calls

WAITING: Final = 20
"""Answers to strangers that may wait at one time; more would come too late to be of use."""
_OFFICERS_AT_ONCE: Final = 3
"""Of the calls that run side by side; the others are the alarms'."""
_PATIENCE: Final = 2.0
"""Seconds for what is under way when the bot stops."""

_log = structlog.get_logger(__name__)


class Replies:
    """Answers under way."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._officers = asyncio.Semaphore(_OFFICERS_AT_ONCE)
        self._strangers = asyncio.Semaphore(1)
        self._strangers_waiting = 0
        self._under_way: set[asyncio.Task[None]] = set()

    def to_officer(self, chat_id: int, card: Card) -> None:
        """Send a message to a linked chat, or to one that just was."""
        self.begin("officer", self._send(self._officers, chat_id, card))

    def to_stranger(self, chat_id: int, card: Card) -> None:
        """Send a message to a chat that is not linked, unless too many of them wait."""
        if self._strangers_waiting >= WAITING:
            return
        self._strangers_waiting += 1
        self.begin("stranger", self._send_to_stranger(chat_id, card))

    def begin(self, kind: str, work: Coroutine[Any, Any, None]) -> None:
        """Run something that answers an update; `kind` is for the log."""
        task = asyncio.create_task(_quietly(kind, work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Let what is under way end, but not for long."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=_PATIENCE)
            for task in late:
                task.cancel()

    async def _send(self, room: asyncio.Semaphore, chat_id: int, card: Card) -> None:
        async with room:
            await self._calls.send(chat_id, card)

    async def _send_to_stranger(self, chat_id: int, card: Card) -> None:
        try:
            await self._send(self._strangers, chat_id, card)
        finally:
            self._strangers_waiting -= 1


async def _quietly(kind: str, work: Coroutine[Any, Any, None]) -> None:
    """Let no fault out: an unheeded task's would be logged with all that it holds."""
    try:
        await work
    except Exception as fault:
        _log.info("officer_reply_unsaid", kind=kind, error=type(fault).__name__)
