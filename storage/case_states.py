"""The moves of a case between its states, each one conditional UPDATE, so that of two officers one wins.

new ──take──▶ taken ──refer──▶ referred        new, taken, referred ──withdraw──▶ withdrawn
 ▲              │ └──────────close──────▶ closed ◀──close── new, referred
 ├───release────┘                          │
 └─────────────────reopen──────────────────┘    referred ──take──▶ taken
"""

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.case_places import CasePlaces
from storage.case_values import hour_of
from storage.tables import URGENCIES, report_case

_CASE = report_case.c
_OF_CASE = _CASE.case_id == bindparam("of_case")
_TAKE = (
    sa.update(report_case)
    .values(state="taken", taken_by=bindparam("by_officer"))
    .where(_OF_CASE, _CASE.state.in_(("new", "referred")))
)
_HELD = (_OF_CASE, _CASE.state == "taken", _CASE.taken_by == bindparam("by_officer"))
_RELEASE = sa.update(report_case).values(state="new", taken_by=None).where(*_HELD)
_HAND_OVER = sa.update(report_case).values(taken_by=bindparam("to_officer")).where(*_HELD)
_REFER = sa.update(report_case).values(state="referred").where(_OF_CASE, _CASE.state.in_(("new", "taken")))
_END = (
    sa.update(report_case)
    .values(state=bindparam("to_state"), closed_hour=bindparam("to_hour"))
    .where(_OF_CASE, _CASE.state.in_(("new", "taken", "referred")))
)
_WITHDRAW_UNTAKEN = (
    sa.update(report_case).values(state="withdrawn", closed_hour=bindparam("to_hour")).where(_OF_CASE, _CASE.state == "new")
)
_REOPEN = (
    sa.update(report_case)
    .values(state="new", taken_by=None, closed_hour=None)
    .where(_OF_CASE, _CASE.state == "closed", _CASE.erased.is_(False))
)
_SET_AREA = sa.update(report_case).values(area=bindparam("to_area")).where(_OF_CASE)
_RAISE = (
    sa.update(report_case)
    .values(urgency=bindparam("to_urgency"))
    .where(_OF_CASE, _CASE.urgency > bindparam("above", type_=sa.Text))
)
_SET_URGENCY = sa.update(report_case).values(urgency=bindparam("to_urgency")).where(_OF_CASE)
_READ = (
    sa.update(report_case)
    .values(read_seq=bindparam("to_seq"))
    .where(_OF_CASE, _CASE.read_seq < bindparam("below", type_=sa.Integer))
)


class CaseStates(CasePlaces):
    """The plain facts of cases that change; every method tells whether it changed something."""

    __slots__ = ()

    def take(self, case_id: bytes, officer_id: bytes) -> bool:
        """Give a case that nobody holds to an officer."""
        return self._moved(_TAKE, of_case=case_id, by_officer=officer_id)

    def release(self, case_id: bytes, officer_id: bytes) -> bool:
        """Put a case that this officer holds back into the queue."""
        return self._moved(_RELEASE, of_case=case_id, by_officer=officer_id)

    def hand_over(self, case_id: bytes, officer_id: bytes, to_officer_id: bytes) -> bool:
        """Pass a case that this officer holds to another."""
        return self._changed(_HAND_OVER, of_case=case_id, by_officer=officer_id, to_officer=to_officer_id)

    def refer(self, case_id: bytes) -> bool:
        """Note that the case was handed to another service and waits there."""
        return self._moved(_REFER, of_case=case_id)

    def close(self, case_id: bytes, now: int) -> bool:
        """Close a case; retention counts from the hour of `now`."""
        return self._moved(_END, of_case=case_id, to_state="closed", to_hour=hour_of(now))

    def withdraw(self, case_id: bytes, now: int) -> bool:
        """Note that the reporter took the report back."""
        return self._moved(_END, of_case=case_id, to_state="withdrawn", to_hour=hour_of(now))

    def withdraw_untaken(self, case_id: bytes, now: int) -> bool:
        """Note that the reporter took the report back, if nobody has taken it: of a press and a Take one wins."""
        return self._changed(_WITHDRAW_UNTAKEN, of_case=case_id, to_hour=hour_of(now))

    def reopen(self, case_id: bytes) -> bool:
        """Put a closed case back into the queue, unless it is erased."""
        return self._moved(_REOPEN, of_case=case_id)

    def set_area(self, case_id: bytes, area: str | None) -> bool:
        """Name the area of a case."""
        return self._changed(_SET_AREA, of_case=case_id, to_area=area)

    def raise_urgency(self, case_id: bytes, urgency: str) -> bool:
        """Make a case more urgent; never less."""
        return self._moved(_RAISE, of_case=case_id, to_urgency=_known(urgency), above=urgency)

    def set_urgency(self, case_id: bytes, urgency: str) -> bool:
        """Set the urgency that a person decided on, lower ones included; the reason is an entry of the case."""
        return self._moved(_SET_URGENCY, of_case=case_id, to_urgency=_known(urgency))

    def mark_read(self, case_id: bytes, seq: int) -> bool:
        """Note that an officer has read up to that entry."""
        return self._changed(_READ, of_case=case_id, to_seq=seq, below=seq)

    def _moved(self, statement: sa.Update, *, of_case: bytes, **parameters: object) -> bool:
        """Run a statement that changes where the case stands in the queue."""
        if not self._changed(statement, of_case=of_case, **parameters):
            return False
        self._move_places(of_case)
        return True

    def _changed(self, statement: sa.Update, **parameters: object) -> bool:
        return self._scope.change(statement, parameters) == 1


def _known(urgency: str) -> str:
    if urgency not in URGENCIES:
        raise ValueError("not an urgency")
    return urgency
