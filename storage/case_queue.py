"""The desk's queue: pages of the cases that some keys open, and what a poller compares to see what changed.

Laws. Nothing is read without the keys of whoever asks: a case that none of them opens is not there. A page costs the same with a
hundred thousand cases as with ten: each state of each key is one range of an index, in the order of the queue (most urgent first, then
longest waiting). Cases that are put off (`snoozes.py`) are left out, but for the page that asks for them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.desk_tables import snooze
from storage.scope import Repository
from storage.snoozes import is_put_off
from storage.tables import alarm, place, report_case

_CASE = report_case.c
_PLACE = place.c
_LAST: Final = "P9"
"""After every urgency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """The case that a page follows."""

    urgency: str = ""
    opened_hour: int = -1
    case_id: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What shows that a case changed, and which of the asked keys open it."""

    key_ids: frozenset[bytes]
    facts: tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ring:
    """An open alarm: since when it sounds, and how far it has come."""

    alarm_id: bytes
    case_id: bytes
    created_at: int
    step: int


_FROM = (
    bindparam("urgency", type_=sa.Text),
    bindparam("opened_hour", type_=sa.BigInteger),
    bindparam("case_id", type_=sa.LargeBinary),
)
_MINE = sa.exists().where(_PLACE.case_id == _CASE.case_id, _PLACE.key_id.in_(bindparam("key_ids", expanding=True)))
_PAGE = (
    sa.select(_PLACE.urgency, _PLACE.opened_hour, _PLACE.case_id)
    .where(
        _PLACE.key_id == bindparam("key_id"),
        _PLACE.state == bindparam("state"),
        sa.tuple_(_PLACE.urgency, _PLACE.opened_hour, _PLACE.case_id) > sa.tuple_(*_FROM),
        _PLACE.urgency <= bindparam("to_urgency", type_=sa.Text),
    )
    .order_by(_PLACE.urgency, _PLACE.opened_hour, _PLACE.case_id)
    .limit(bindparam("most"))
)
_PAGE_SHOWN = _PAGE.where(~is_put_off(_PLACE.case_id))
_IN_ORDER = (
    sa.select(_CASE.urgency, _CASE.opened_hour, _CASE.case_id)
    .where(
        sa.tuple_(_CASE.urgency, _CASE.opened_hour, _CASE.case_id) > sa.tuple_(*_FROM),
        _CASE.urgency <= bindparam("to_urgency", type_=sa.Text),
        _MINE,
    )
    .order_by(_CASE.urgency, _CASE.opened_hour, _CASE.case_id)
    .limit(bindparam("most"))
)
# A literal, not a parameter: the partial index serves only a condition that the database can read when it plans.
_HELD = _IN_ORDER.where(
    _CASE.state == sa.literal_column("'taken'"), _CASE.taken_by == bindparam("officer_id"), ~is_put_off(_CASE.case_id)
)
_PUT_OFF = _IN_ORDER.where(_CASE.case_id.in_(sa.select(snooze.c.case_id)), is_put_off(_CASE.case_id))
_KEYS = sa.select(_PLACE.case_id, _PLACE.key_id).where(_PLACE.case_id.in_(bindparam("ids", expanding=True)))
_MARKS = (
    sa.select(
        _CASE.case_id,
        _CASE.urgency,
        _CASE.state,
        _CASE.area,
        _CASE.head_seq,
        _CASE.read_seq,
        _CASE.taken_by,
    )
    .join_from(place, report_case, _CASE.case_id == _PLACE.case_id)
    .where(_PLACE.key_id == bindparam("key_id"), _PLACE.state == bindparam("state"))
)
_RINGS = sa.select(alarm.c.alarm_id, alarm.c.case_id, alarm.c.created_at, alarm.c.step).where(alarm.c.next_at > -1)


class CaseQueue(Repository):
    """Ranges of the queue, by the keys of whoever asks."""

    __slots__ = ()

    def queued(
        self,
        *,
        states: Collection[str],
        key_ids: Collection[bytes],
        now: int,
        limit: int,
        urgency: str | None = None,
        after: After | None = None,
    ) -> tuple[bytes, ...]:
        """Return the ids of one page of the cases in these states that one of these keys opens and that are not put off."""
        parameters = {**_range(urgency, after), "now": now, "most": limit}
        ranges = [
            self._scope.every(_PAGE_SHOWN, {**parameters, "state": state, "key_id": key_id})
            for state in states
            for key_id in key_ids
        ]
        places = dict.fromkeys(tuple(row) for row in merge(*ranges, key=tuple))
        return tuple(case_id for _, _, case_id in islice(places, limit))

    def held(
        self,
        officer_id: bytes,
        *,
        key_ids: Collection[bytes],
        now: int,
        limit: int,
        urgency: str | None = None,
        after: After | None = None,
    ) -> tuple[bytes, ...]:
        """Return one page of the cases that an officer has taken, can open and has not put off."""
        parameters = {**_range(urgency, after), "now": now, "most": limit, "key_ids": list(key_ids), "officer_id": officer_id}
        return tuple(row.case_id for row in self._scope.every(_HELD, parameters))

    def put_off(
        self, *, key_ids: Collection[bytes], now: int, limit: int, urgency: str | None = None, after: After | None = None
    ) -> tuple[bytes, ...]:
        """Return one page of the cases that are put off."""
        parameters = {**_range(urgency, after), "now": now, "most": limit, "key_ids": list(key_ids)}
        return tuple(row.case_id for row in self._scope.every(_PUT_OFF, parameters))

    def keys_of(self, case_ids: Collection[bytes]) -> dict[bytes, frozenset[bytes]]:
        """Return which keys open each of these cases; one that nobody can open any more is not among them."""
        found: dict[bytes, set[bytes]] = {}
        for row in self._scope.every(_KEYS, {"ids": list(case_ids)}) if case_ids else ():
            found.setdefault(row.case_id, set()).add(row.key_id)
        return {case_id: frozenset(key_ids) for case_id, key_ids in found.items()}

    def marks(self, states: Collection[str], key_ids: Collection[bytes]) -> dict[bytes, Mark]:
        """Return the mark of every case in these states that one of these keys opens."""
        keys: dict[bytes, set[bytes]] = {}
        facts: dict[bytes, tuple[Any, ...]] = {}
        for key_id in key_ids:
            for state in states:
                for row in self._scope.every(_MARKS, {"key_id": key_id, "state": state}):
                    keys.setdefault(row[0], set()).add(key_id)
                    facts[row[0]] = tuple(row[1:])
        return {case_id: Mark(key_ids=frozenset(keys[case_id]), facts=fact) for case_id, fact in facts.items()}

    def rings(self) -> tuple[Ring, ...]:
        """Return every open alarm, those that sound later included."""
        return tuple(
            Ring(alarm_id=row.alarm_id, case_id=row.case_id, created_at=row.created_at, step=row.step)
            for row in self._scope.every(_RINGS, {})
        )


def _range(urgency: str | None, after: After | None) -> dict[str, Any]:
    start = after or After()
    if urgency is not None and start.urgency < urgency:
        start = After(urgency=urgency)
    return {
        "urgency": start.urgency,
        "opened_hour": start.opened_hour,
        "case_id": start.case_id,
        "to_urgency": urgency or _LAST,
    }
