"""Fetches officers' updates and confirms them only once they are committed.

Laws. The offset moves up to the lowest update that is not yet taken, never past it; Telegram repeats the rest after a kill.
Messages of one chat are taken in their order, and so are its presses; presses come before everybody's messages, and chats go side
by side. Nothing here raises for a network that is down: it waits, longer each time, and tries again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

import structlog
from telegram import Bot, Update
from telegram.error import TelegramError

from handlers.officer.telegram.calls import AT_ONCE, Flooded

ALLOWED: Final = ("message", "callback_query")
"""The update types asked for, here and of a webhook; everything else stays with Telegram."""
_LONG_POLL: Final = 25
_READ_TIMEOUT: Final = 10
_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 30.0

_log = structlog.get_logger(__name__)

Take = Callable[[Update], Awaitable[bool]]


class Polling:
    """A loop around `getUpdates`."""

    def __init__(self, bot: Bot, take: Take, *, long_poll: int = _LONG_POLL) -> None:
        self._bot = bot
        self._take = take
        self._long_poll = long_poll
        self._offset: int | None = None
        self._taken: set[int] = set()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> None:
        """Poll until cancelled."""
        wait = _FIRST_WAIT
        while True:
            try:
                updates = await self._bot.get_updates(
                    offset=self._offset, timeout=self._long_poll, allowed_updates=ALLOWED, read_timeout=_READ_TIMEOUT
                )
            except Flooded as fault:
                await asyncio.sleep(fault.seconds)
                continue
            except TelegramError as fault:
                _log.warning("officer_polling_waits", error=type(fault).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
                continue
            wait = _FIRST_WAIT
            if not await self.take_all(updates):
                await asyncio.sleep(_FIRST_WAIT)

    async def take_all(self, updates: Sequence[Update]) -> bool:
        """Take a batch and move the offset; False if one of it must come again."""
        fresh = [update for update in updates if update.update_id not in self._taken]
        await asyncio.gather(*(self._take_lane(lane) for lane in _lanes(fresh)))
        for update in sorted(updates, key=lambda update: update.update_id):
            if update.update_id not in self._taken:
                return False
            self._offset = update.update_id + 1
            self._taken.discard(update.update_id)
        return True

    async def _take_lane(self, updates: Iterable[Update]) -> None:
        """Take one chat's messages, or its presses, in order, up to the first that must come again."""
        async with self._room:
            for update in updates:
                if not await self._take(update):
                    return
                self._taken.add(update.update_id)


def _lanes(updates: Iterable[Update]) -> Iterable[list[Update]]:
    """Sort updates into each chat's presses and each chat's messages, all presses first."""
    presses: dict[int, list[Update]] = {}
    messages: dict[int, list[Update]] = {}
    for update in updates:
        kind = messages if update.callback_query is None else presses
        kind.setdefault(update.effective_chat.id if update.effective_chat else 0, []).append(update)
    return (*presses.values(), *messages.values())
