"""Cases as a queue: found by id, by designation, by state and by who may open them.

Laws. Lists are pages: each state is read from an index in the order of the queue (most urgent first, then longest waiting),
so that a page costs the same with a hundred thousand cases as with ten.
"""

from collections.abc import Collection, Sequence
from heapq import merge
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.case_files import CaseFiles
from storage.case_queue import CaseQueue
from storage.case_states import CaseStates
from storage.case_values import CaseRow
from storage.tables import CASE_STATES, place, report_case, wrap

_CASE = report_case.c
_PLAIN = sa.select(
    _CASE.case_id,
    _CASE.designation,
    _CASE.area,
    _CASE.urgency,
    _CASE.state,
    _CASE.language,
    _CASE.channel,
    _CASE.opened_hour,
    _CASE.suite,
    _CASE.head_seq,
    _CASE.read_seq,
    _CASE.taken_by,
    _CASE.erased,
)
_GET = _PLAIN.where(_CASE.case_id == bindparam("case_id"))
_BY_DESIGNATION = _PLAIN.where(_CASE.designation == bindparam("designation"))
_BY_IDS = _PLAIN.where(_CASE.case_id.in_(bindparam("ids", expanding=True)))


def _page_of(table: sa.Table) -> sa.Select[Any]:
    """Select a range of a queue; both tables have the same columns in their index."""
    column = table.c
    after = (
        bindparam("urgency", type_=sa.Text),
        bindparam("opened_hour", type_=sa.BigInteger),
        bindparam("case_id", type_=sa.LargeBinary),
    )
    return (
        sa.select(column.urgency, column.opened_hour, column.case_id)
        .where(
            column.state == bindparam("state"),
            sa.tuple_(column.urgency, column.opened_hour, column.case_id) > sa.tuple_(*after),
        )
        .order_by(column.urgency, column.opened_hour, column.case_id)
        .limit(bindparam("most"))
    )


_PAGE = _page_of(report_case)
_PAGE_OF_KEY = _page_of(place).where(place.c.key_id == bindparam("key_id"))
# A literal, not a parameter: the partial index serves only a condition that the database can read when it plans.
_IS_TAKEN = _CASE.state == sa.literal_column("'taken'")
_HELD_BY = _PLAIN.where(_IS_TAKEN, _CASE.taken_by == bindparam("officer_id")).order_by(_CASE.urgency, _CASE.opened_hour)
_HOLDERS = sa.select(_CASE.taken_by).where(_IS_TAKEN).distinct()
_ERASABLE = (
    sa.select(_CASE.case_id)
    .where(_CASE.closed_hour < bindparam("before"), _CASE.read_seq >= _CASE.head_seq)
    .order_by(_CASE.closed_hour)
    .limit(bindparam("most"))
)
_ANY_KEY_FITS = (
    sa.select(sa.literal(1))
    .where(wrap.c.case_id == bindparam("case_id"), wrap.c.key_id.in_(bindparam("key_ids", expanding=True)))
    .limit(1)
)


class Cases(CaseFiles, CaseStates, CaseQueue):
    """Everything about cases: plain rows here, states in CaseStates, what they hold in CaseFiles, the desk's pages in CaseQueue."""

    __slots__ = ()

    def get(self, case_id: bytes) -> CaseRow | None:
        """Return the plain facts of a case."""
        return _maybe(self._scope.first(_GET, {"case_id": case_id}))

    def by_designation(self, designation: str) -> CaseRow | None:
        """Return the plain facts of the case with that spoken name."""
        return _maybe(self._scope.first(_BY_DESIGNATION, {"designation": designation}))

    def list_plain(
        self,
        *,
        states: Collection[str] = CASE_STATES,
        key_ids: Collection[bytes] | None = None,
        limit: int = 100,
        after: CaseRow | None = None,
    ) -> tuple[CaseRow, ...]:
        """Return one page of the queue: cases in these states that one of these keys opens (None: all), following `after`."""
        start = ("", -1, b"") if after is None else (after.urgency, after.opened_hour, after.case_id)
        parameters = {"urgency": start[0], "opened_hour": start[1], "case_id": start[2], "most": limit}
        if key_ids is None:
            ranges = [self._scope.every(_PAGE, {**parameters, "state": state}) for state in states]
        else:
            ranges = [
                self._scope.every(_PAGE_OF_KEY, {**parameters, "state": state, "key_id": key_id})
                for state in states
                for key_id in key_ids
            ]
        places = dict.fromkeys(tuple(row) for row in merge(*ranges, key=tuple))
        return self.named([case_id for _, _, case_id in islice(places, limit)])

    def named(self, case_ids: Sequence[bytes]) -> tuple[CaseRow, ...]:
        """Return the plain facts of these cases, in this order; ids of no case are passed over."""
        found = {row.case_id: _case(row) for row in self._scope.every(_BY_IDS, {"ids": list(case_ids)})}
        return tuple(found[case_id] for case_id in case_ids if case_id in found)

    def opens_for(self, case_id: bytes, key_ids: Collection[bytes]) -> bool:
        """Tell whether one of these keys has a wrap of the case."""
        return self._scope.first(_ANY_KEY_FITS, {"case_id": case_id, "key_ids": list(key_ids)}) is not None

    def held_by(self, officer_id: bytes) -> tuple[CaseRow, ...]:
        """Return the cases that an officer has taken."""
        return tuple(_case(row) for row in self._scope.every(_HELD_BY, {"officer_id": officer_id}))

    def holders(self) -> tuple[bytes, ...]:
        """Return the officers who hold a case now."""
        return tuple(row.taken_by for row in self._scope.every(_HOLDERS, {}))

    def erasable(self, before: int, limit: int) -> tuple[bytes, ...]:
        """Return cases that ended before that moment and hold nothing unread, the oldest first."""
        return tuple(row.case_id for row in self._scope.every(_ERASABLE, {"before": before, "most": limit}))


def _maybe(row: sa.Row[Any] | None) -> CaseRow | None:
    return None if row is None else _case(row)


def _case(row: sa.Row[Any]) -> CaseRow:
    return CaseRow(
        case_id=row.case_id,
        designation=row.designation,
        area=row.area,
        urgency=row.urgency,
        state=row.state,
        language=row.language,
        channel=row.channel,
        opened_hour=row.opened_hour,
        suite=row.suite,
        entries=row.head_seq + 1,
        unread=row.head_seq > row.read_seq,
        unread_entries=max(0, row.head_seq - row.read_seq),
        taken_by=row.taken_by,
        erased=row.erased,
    )
