"""Every number and name the simulator makes up. The same seed gives the same ids, so that tests can be repeated."""

import base64
import itertools
import random

FIRST_PERSON = 5_000_000_001
"""Above 2**32, as most accounts are today: a program that keeps ids in 32 bits must notice."""

FIRST_UPDATE = 700_000_001


class Ids:
    """A source of ids; `seed` decides the ones that look random."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 - repeatable ids are the point, nothing here is a secret
        self._people = itertools.count(FIRST_PERSON)
        self._phones = itertools.count(1)

    def person(self) -> int:
        """The next account id."""
        return next(self._people)

    def phone(self) -> str:
        """The name of a phone on the page."""
        return f"p{next(self._phones)}"

    def long(self) -> str:
        """A 64-bit number as text: callback queries, chat instances, albums."""
        return str(self._random.getrandbits(63) | 1 << 60)

    def file(self, prefix: str) -> str:
        """A file id in Telegram's alphabet."""
        return prefix + base64.urlsafe_b64encode(self._random.randbytes(30)).decode()

    def spread(self, low: float, high: float) -> float:
        """A moment between two bounds, for Telegram's randomised repetition."""
        return self._random.uniform(low, high)
