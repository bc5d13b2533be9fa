"""Where each case stands in the queues: one place for each key that opens it.

Laws. Places are written by the methods that change a case or its wraps, in the same transaction, and say nothing that the
case's row does not say. A page reads one range of their index for each state and key: it costs the same with a hundred
thousand cases of other teams, or of one's own, as with none.
"""

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.scope import Repository
from storage.tables import place, report_case

_CASE = report_case.c
_OF_CASE = _CASE.case_id == bindparam("of_case")
_ADD = insert(place).from_select(
    ["key_id", "state", "urgency", "opened_hour", "case_id"],
    sa.select(bindparam("of_key", type_=sa.LargeBinary), _CASE.state, _CASE.urgency, _CASE.opened_hour, _CASE.case_id).where(
        _OF_CASE
    ),
)
_MOVE = (
    sa.update(place)
    .values(
        state=sa.select(_CASE.state).where(_OF_CASE).scalar_subquery(),
        urgency=sa.select(_CASE.urgency).where(_OF_CASE).scalar_subquery(),
    )
    .where(place.c.case_id == bindparam("of_case"))
)
_REMOVE_ONE = sa.delete(place).where(place.c.case_id == bindparam("of_case"), place.c.key_id == bindparam("of_key"))
_REMOVE = sa.delete(place).where(place.c.case_id == bindparam("of_case"))


class CasePlaces(Repository):
    """The places of cases, kept in step with their rows."""

    __slots__ = ()

    def _add_place(self, case_id: bytes, key_id: bytes) -> None:
        """Put a case into the queue of one more key."""
        self._scope.change(_ADD, {"of_case": case_id, "of_key": key_id})

    def _move_places(self, case_id: bytes) -> None:
        """Let the places of a case follow its state and urgency."""
        self._scope.change(_MOVE, {"of_case": case_id})

    def _remove_place(self, case_id: bytes, key_id: bytes) -> None:
        """Take a case out of the queue of one key."""
        self._scope.change(_REMOVE_ONE, {"of_case": case_id, "of_key": key_id})

    def _remove_places(self, case_id: bytes) -> None:
        """Take a case that nobody can open any more out of all queues."""
        self._scope.change(_REMOVE, {"of_case": case_id})
