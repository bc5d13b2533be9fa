"""How guessing is slowed: a delay that grows with wrong tries, by name and by network address, and never a lock-out.

Laws. Nobody can be locked out by somebody else's tries: every delay has a cap, and whoever signed in from a browser before has a line of
their own there (`known browser`), which no stranger's tries make longer. Tries wait in one line and are let through one at a time; who
would wait longer than `LINE_MOST` is told when to come again. A try counts as wrong while it is under way, so a burst of them is no way
around the line. Names and addresses are keyed hashes, kept in memory only.
The delays are not what makes guessing hopeless: the passphrase does, with 66 bits behind Argon2id (SEALING.md section 6). They keep the
log, the database and the person's nerves free of a machine's tries.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["here", "name", "address", "browser", "second", "code"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """After `free` wrong tries each one doubles the gap between tries, up to `most` seconds."""

    free: int
    most: int


PACES: Final[dict[Kind, Pace]] = {
    # One name from one address: a person mistypes a few times. 8 s leave 10,800 guesses a day, of 2^66.
    "here": Pace(free=5, most=8),
    # One name from anywhere: many machines share one guess a second; the officer's own try waits in that line for seconds.
    "name": Pace(free=20, most=1),
    # One address, whatever name: a school or an office has one address for everybody, and a prankster may sit in it.
    "address": Pace(free=30, most=1),
    # A browser that signed in with this name before: only what is typed there counts.
    "browser": Pace(free=5, most=8),
    # Six digits, for whoever knows the passphrase already: three codes are right at a time, so a try in 8 s takes a month on average.
    "second": Pace(free=5, most=8),
    # Invitation codes from one address: 128 random bits, read off a paper or followed as a link.
    "code": Pace(free=10, most=4),
}
FORGOTTEN_AFTER: Final = 900
"""Seconds without a wrong try after which they are forgotten: a lesson in school, a coffee."""
LINE_MOST: Final = 10
"""Seconds that a try may wait in line: browsers and proxies wait at least 30 for an answer."""
REMEMBERED: Final = 20_000
"""Lines kept in memory, about 3 MB; the one that was quiet longest goes first."""


class SlowDown(Exception):
    """The line is longer than anybody should wait; `seconds` says when to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("slow down")
        self.seconds = seconds


@dataclass(slots=True)
class _Line:
    wrong: int = 0
    under_way: int = 0
    last_wrong: int = 0
    next_at: int = 0


Key = tuple[Kind, bytes]


class Guesses:
    """The lines of one process; `now` is in seconds, `key` is random and hashes what lines are named after."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        self._lines: OrderedDict[Key, _Line] = OrderedDict()

    @contextmanager
    def trying(self, keys: Collection[Key], now: int) -> Iterator[int]:
        """Enter the lines, and count as one more wrong try for as long as it is not known what this one is."""
        wait = self.enter(keys, now)
        lines = [self._line(key, now) or self._new(key, now) for key in keys]
        for line in lines:
            line.under_way += 1
        try:
            yield wait
        finally:
            for key, line in zip(keys, lines, strict=True):
                line.under_way -= 1
                if not line.wrong and not line.under_way and self._lines.get(key) is line:
                    del self._lines[key]

    def enter(self, keys: Collection[Key], now: int) -> int:
        """Take a place in the lines of a try; return the seconds to wait for it, or raise SlowDown."""
        slowed = [(line, gap) for key in keys if (line := self._line(key, now)) is not None and (gap := _gap(key, line))]
        start = max((line.next_at for line, _ in slowed), default=now)
        wait = max(0, start - now)
        if wait > LINE_MOST:
            raise SlowDown(wait)
        for line, gap in slowed:
            line.next_at = now + wait + gap
        return wait

    def wrong(self, keys: Collection[Key], now: int) -> int:
        """Note that a try was wrong; return how often the first key has been by now."""
        first = 0
        for place, key in enumerate(keys):
            line = self._line(key, now) or self._new(key, now)
            line.wrong += 1
            line.last_wrong = now
            line.next_at = max(line.next_at, now + _gap(key, line))
            self._lines.move_to_end(key)
            first = line.wrong if place == 0 else first
        return first

    def right(self, keys: Collection[Key]) -> None:
        """Forget the wrong tries of whoever then knew it; those of their address stay."""
        for key in keys:
            if key[0] != "address":
                self._lines.pop(key, None)

    def _new(self, key: Key, now: int) -> _Line:
        line = self._lines[key] = _Line(last_wrong=now)
        while len(self._lines) > REMEMBERED:
            self._lines.popitem(last=False)
        return line

    def _line(self, key: Key, now: int) -> _Line | None:
        line = self._lines.get(key)
        if line is not None and not line.under_way and now - line.last_wrong > FORGOTTEN_AFTER:
            del self._lines[key]
            return None
        return line


def _gap(key: Key, line: _Line) -> int:
    pace = PACES[key[0]]
    over = line.wrong + line.under_way - pace.free
    return 0 if over < 0 else min(pace.most, 2 ** min(over, 10))
