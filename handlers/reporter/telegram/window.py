"""Which updates are under way or done, and from which number on to ask Telegram.

Law: asking for updates from number N on tells Telegram to forget all before N, so N is never above the lowest update that is
not committed.
"""

import asyncio


class Window:
    """The updates between the lowest that is not committed and the newest that came."""

    def __init__(self) -> None:
        self._open: set[int] = set()
        self._done: set[int] = set()
        self._next: int | None = None
        self.settled = asyncio.Event()
        self.settled.set()

    @property
    def start(self) -> int | None:
        """The lowest update not yet committed; None before the first answer: then Telegram begins with its oldest."""
        return min(self._open) if self._open else self._next

    def admit(self, number: int) -> bool:
        """Open an update; False if it is under way or done already."""
        if number in self._open or number in self._done:
            return False
        self._open.add(number)
        self.settled.clear()
        return True

    def commit(self, number: int) -> None:
        """Note that an update is stored, or holds nothing for us."""
        self._open.discard(number)
        self._done.add(number)
        if not self._open:
            self.settled.set()

    def answered(self, numbers: set[int]) -> None:
        """Forget what Telegram no longer repeats, and move on behind its answer.

        The newest number of the last answer counts, not the highest ever: after a quiet week Telegram begins anywhere.
        """
        self._done &= numbers
        if numbers:
            self._next = max(numbers) + 1
