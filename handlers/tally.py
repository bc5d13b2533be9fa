"""What a chat has caused in the last day: cases opened, alarms sounded, files kept, codes tried in vain. Only moments are counted,
never what was said.

Laws. It lives in the sealed state of the chat and nowhere else in the database. "Forget this chat" takes it from there; what is left then
is held in this process's memory under the keyed hash of the chat, for at most a day and without a case, so that forgetting does not give a
flooder a fresh start and leaves nothing on disk. A tally only ever slows down (`handlers.limits`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from handlers import limits
from handlers.channel import Address
from sealing.at_rest import chat_row_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Moments, the oldest first; an alarm's may still be to come. No more of them than a limit needs."""

    cases: tuple[int, ...] = ()
    alarms: tuple[int, ...] = ()
    attachments: tuple[int, ...] = ()
    codes: tuple[int, ...] = ()

    def case_at(self, now: int) -> int:
        """When this chat's next case may be opened."""
        return _next(self.cases, limits.CASES_AT_ONCE, limits.CASE_EVERY, now)

    def alarm_at(self, now: int) -> int:
        """When this chat's next alarm may sound."""
        return _next(self.alarms, limits.ALARMS_AT_ONCE, limits.ALARM_EVERY, now)

    def code_at(self, now: int) -> int:
        """When this chat may try its next code."""
        return _next(self.codes, limits.CODES_AT_ONCE, limits.CODE_EVERY, now)

    def is_late(self, now: int) -> bool:
        """Whether the newest alarm was laid for later."""
        return bool(self.alarms) and self.alarms[-1] > now

    def takes_files(self, now: int) -> bool:
        """Whether one more file may be kept."""
        return len(_fresh(self.attachments, now)) < limits.ATTACHMENTS_A_DAY

    def with_case(self, now: int) -> "Tally":
        """The tally after a case was opened."""
        return replace(self, cases=_added(self.cases, now, limits.CASES_AT_ONCE, now))

    def with_code(self, now: int) -> "Tally":
        """The tally after a code was tried that is not known."""
        return replace(self, codes=_added(self.codes, now, limits.CODES_AT_ONCE, now))

    def with_alarm(self, at: int, now: int) -> "Tally":
        """The tally after an alarm was sounded, or laid for later; alarms that sound together count once."""
        if at > now and at in self.alarms:
            return self
        return replace(self, alarms=_added(self.alarms, at, limits.ALARMS_AT_ONCE, now))

    def with_attachments(self, count: int, now: int) -> "Tally":
        """The tally after so many files were kept."""
        tally = self
        for _ in range(count):
            tally = replace(tally, attachments=_added(tally.attachments, now, limits.ATTACHMENTS_A_DAY, now))
        return tally

    def merged(self, other: "Tally") -> "Tally":
        """Of two tallies of one chat, of which one may have been begun without the other, what both tell."""
        return Tally(**{name: max(getattr(self, name), getattr(other, name), key=len) for name in _NAMES})

    def to_json(self) -> list[list[int]]:
        """Write it as values that JSON knows."""
        return [list(getattr(self, name)) for name in _NAMES]

    @classmethod
    def from_json(cls, written: Sequence[Any]) -> "Tally":
        """Read what `to_json` wrote."""
        return cls(**{name: tuple(moments) for name, moments in zip(_NAMES, written, strict=False)})


NOTHING = Tally()
_NAMES = tuple(one.name for one in fields(Tally))


class Tallies:
    """The tallies of chats that were forgotten, in memory."""

    def __init__(self, intake_key: bytes) -> None:
        self._intake_key = intake_key
        self._kept: dict[bytes, tuple[int, Tally]] = {}

    def of(self, address: Address, tally: Tally) -> Tally:
        """What this chat has caused, with what it caused before it was forgotten."""
        if not self._kept:
            return tally
        return tally.merged(self._kept.get(self._key(address), (0, NOTHING))[1])

    def keep(self, address: Address, tally: Tally, now: int) -> None:
        """Hold on to the tally of a chat that is about to be forgotten. Done twice, or for a turn that is undone, it changes nothing."""
        tally = self.of(address, tally)
        self._kept = {key: one for key, one in self._kept.items() if one[0] > now - limits.DAY}
        if tally != NOTHING:
            key = self._key(address)
            self._kept.pop(key, None)
            self._kept[key] = (now, tally)
        while len(self._kept) > limits.CHATS_REMEMBERED:
            del self._kept[next(iter(self._kept))]

    def _key(self, address: Address) -> bytes:
        return chat_row_id(self._intake_key, address.channel, address.bot_id, address.chat_id)


def _fresh(moments: tuple[int, ...], now: int) -> tuple[int, ...]:
    return tuple(one for one in moments if one > now - limits.DAY)


def _next(moments: tuple[int, ...], at_once: int, every: int, now: int) -> int:
    fresh = _fresh(moments, now)
    if len(fresh) < at_once:
        return now
    return fresh[-1] if fresh[-1] > now else max(now, fresh[-1] + every)


def _added(moments: tuple[int, ...], at: int, most: int, now: int) -> tuple[int, ...]:
    return (*_fresh(moments, now), at)[-most:]
