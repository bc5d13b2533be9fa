"""The simulator's time. Laws: nothing else in this package asks what time it is or sleeps for a simulated while."""

import asyncio
import heapq
import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    """Seconds since 1970 and waiting, both simulated."""

    def now(self) -> float:
        """The present moment."""

    async def sleep(self, seconds: float) -> None:
        """Return when so many simulated seconds have passed."""


class WallClock:
    """Real time. `pace` shortens waiting only: 0.01 lets a schedule of minutes pass in a second."""

    def __init__(self, *, pace: float = 1.0, now: Callable[[], float] = time.time) -> None:
        self._pace = pace
        self.now = now

    async def sleep(self, seconds: float) -> None:
        """Wait `pace` times as long as asked."""
        await asyncio.sleep(seconds * self._pace)


class HandClock:
    """Time that stands still until `advance` is called: for the rules of 48 hours, 24 hours and 150 seconds."""

    def __init__(self, start: float) -> None:
        self._now = start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._serial = 0

    def now(self) -> float:
        """The moment that `advance` has reached."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until `advance` has passed that moment; not at all for zero."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        self._serial += 1
        woken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, self._serial, woken))
        await woken

    def advance(self, seconds: float) -> None:
        """Move on, and wake whoever slept no longer than until then."""
        self._now += seconds
        while self._sleepers and self._sleepers[0][0] <= self._now:
            woken = heapq.heappop(self._sleepers)[2]
            if not woken.done():
                woken.set_result(None)
