"""Which officers' chats take nothing for now, and when one counts as gone.

Laws. A single answer proves nothing: a chat is tried again, after longer and longer waits, and counts as gone only when it was refused
again and again for more than `PATIENCE` seconds. Meanwhile others are told, once for each thing. Only officers' ids are kept, and only
in this process: whoever starts anew begins to count anew.
"""

from dataclasses import dataclass, field
from typing import Final

PATIENCE: Final = 3600
"""Longer than a fault of the messenger's usually lasts."""
ENOUGH: Final = 3
"""Refusals without a single message taken in between; fewer prove nothing, however far apart they are."""
FIRST_WAIT: Final = 30
_LONGEST_WAIT: Final = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What follows from a refusal: the chat is gone, or is tried again at `retry_at`; `first` time for this alarm or piece of news."""

    first: bool
    retry_at: int | None


@dataclass(slots=True, kw_only=True)
class _Silence:
    contact: bytes = field(repr=False)
    since: int
    refusals: int = 0
    about: set[bytes] = field(default_factory=set)


class Reach:
    """The officers who could not be reached when last tried."""

    def __init__(self) -> None:
        self._silent: dict[bytes, _Silence] = {}

    def missed(self, officer_id: bytes, contact: bytes, about: bytes, now: int) -> Missed:
        """Note that an officer's chat refused a message about something."""
        silence = self._silent.get(officer_id)
        if silence is None or silence.contact != contact:
            silence = self._silent[officer_id] = _Silence(contact=contact, since=now)
        first = about not in silence.about
        silence.about.add(about)
        silence.refusals += 1
        if silence.refusals >= ENOUGH and now - silence.since > PATIENCE:
            del self._silent[officer_id]
            return Missed(first=first, retry_at=None)
        wait = min(FIRST_WAIT * 2 ** min(silence.refusals - 1, 10), _LONGEST_WAIT)
        return Missed(first=first, retry_at=now + wait)

    def heard(self, officer_id: bytes) -> None:
        """Note that an officer's chat took a message."""
        self._silent.pop(officer_id, None)

    @property
    def out(self) -> frozenset[bytes]:
        """The officers whom nobody should count on now."""
        return frozenset(self._silent)
