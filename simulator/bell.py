"""Waiting for a change without looking again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class Bell:
    """Wakes everybody who waits, each time it rings; ringing with nobody there costs next to nothing."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake all who wait now."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, set()
        for waiter in waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def wait(self, seconds: float) -> bool:
        """Return True at the next ring, False when so many real seconds have passed without one."""
        try:
            async with asyncio.timeout(seconds):
                await self._next()
        except TimeoutError:
            return False
        return True

    async def until(self, look: Callable[[], T], seconds: float) -> T:
        """Look now and after each ring, and return what is seen as soon as it is true; TimeoutError if it never is."""
        async with asyncio.timeout(seconds):
            while not (seen := look()):
                await self._next()
        return seen

    async def _next(self) -> None:
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            await waiter
        finally:
            self._waiting.discard(waiter)
