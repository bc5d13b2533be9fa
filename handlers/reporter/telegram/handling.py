"""What polling and webhook share: how an update is handed over, and when it is given up.

Laws. An update counts as done only when `Take` has returned, that is after the commit. One that fails `MAX_FAILURES` times is
set aside, so that it does not block that child's chat; until it is set aside it is never confirmed. Logs say what kind of
thing went wrong, never what the update held.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from handlers.channel import Incoming, QuickCall

Take = Callable[[Incoming], Awaitable[QuickCall | None]]
"""Runs one turn to its commit. Raises if nothing was stored; the same update then comes again."""

SetAside = Callable[[int, dict[str, Any]], Awaitable[None]]
"""Keeps an update that cannot be handled, by its id, for a person to look at."""

MAX_FAILURES = 5  # DESIGN: the fifth failure sets an update aside


class TurnFailed(Exception):
    """A turn was not stored; `fault` names the kind of failure and nothing else."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for what, in seconds."""

    turn: float = 45.0  # a turn takes some 10 ms; under the 60 s after which Telegram gives a webhook up
    long_poll: int = 25  # Telegram holds a request for at most 50 s; half of it passes the time-outs of most lines
    first_retry: float = 0.2  # a database that is busy is mostly free again by then
    longest_retry: float = 5.0
    first_look: float = 0.02  # while a turn is running, how soon to look for updates behind it; doubles while none come
    longest_look: float = 0.25
    first_pause: float = 0.5  # after a network error; doubles
    longest_pause: float = 30.0
    stop: float = 20.0  # how long running turns may take to finish at the end


async def attempt(take: Take, incoming: Incoming, seconds: float) -> QuickCall | None:
    """Run one turn; raise `TurnFailed`, which keeps nothing of what was raised inside, however it failed."""
    try:
        async with asyncio.timeout(seconds):
            return await take(incoming)
    except Exception as error:
        fault = type(error).__name__
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        fault = type(error).__name__  # something inside the turn was cancelled, not the turn
    raise TurnFailed(fault)
