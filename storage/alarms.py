"""Alarms: a case that somebody must answer, step by step, until one does.

Laws. An alarm is opened in the transaction that opens its case. It carries a snapshot of its policy, so that a change of
the rota does not change an alarm under way. What is due is claimed (`claims.py`), decided by flows, and moved on by
`advance`, which does nothing if the alarm has moved meanwhile.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.claims import Claim
from storage.errors import AlreadyThere
from storage.scope import Repository
from storage.tables import alarm, report_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """An alarm; `next_at` is when its next step is due (None: nothing more will happen by itself)."""

    alarm_id: bytes
    case_id: bytes
    team_ids: tuple[str, ...]
    urgency: str
    created_at: int
    next_at: int | None
    policy: Mapping[str, Any]
    state: str = "open"
    step: int = 0
    acknowledged_by: bytes | None = None


_ALARM = alarm.c
_OPEN_ALARM = (_ALARM.alarm_id == bindparam("of_alarm"), _ALARM.state == "open")
_OPEN = insert(alarm).on_conflict_do_nothing()
_GET = sa.select(alarm).where(_ALARM.alarm_id == bindparam("of_alarm"))
_OF_CASE = sa.select(alarm).where(_ALARM.case_id == bindparam("of_case")).order_by(_ALARM.created_at, _ALARM.alarm_id)
_OF_CASES = (
    sa.select(alarm).where(_ALARM.case_id.in_(bindparam("of_cases", expanding=True))).order_by(_ALARM.created_at, _ALARM.alarm_id)
)
_DUE = sa.select(alarm).where(_ALARM.next_at <= bindparam("now")).order_by(_ALARM.next_at).limit(bindparam("most"))
_CLAIM = Claim(alarm, "alarm_id", moment="next_at")
_ADVANCE = (
    sa.update(alarm)
    .values(step=bindparam("to_step"), next_at=bindparam("to_next_at"))
    .where(*_OPEN_ALARM, _ALARM.step == bindparam("of_step"))
)
_REVISE = (
    sa.update(alarm)
    .values(team_ids=bindparam("to_team_ids"), urgency=bindparam("to_urgency"), next_at=bindparam("to_next_at"))
    .where(*_OPEN_ALARM)
)
_HOLD = sa.select(report_case.c.case_id).where(report_case.c.case_id == bindparam("of_case")).with_for_update(key_share=True)
_RECAST = (
    sa.update(alarm)
    .values(
        urgency=bindparam("to_urgency"),
        policy=bindparam("to_policy"),
        created_at=bindparam("to_created_at"),
        step=bindparam("to_step"),
        next_at=bindparam("to_next_at"),
    )
    .where(*_OPEN_ALARM)
)
_HASTEN = sa.update(alarm).values(next_at=bindparam("to_next_at")).where(*_OPEN_ALARM)
_LEAVE_TO = sa.update(alarm).values(team_ids=bindparam("to_team_ids")).where(_ALARM.case_id == bindparam("of_case"))
_ACKNOWLEDGE = (
    sa.update(alarm).values(state="acknowledged", next_at=None, acknowledged_by=bindparam("by_officer")).where(*_OPEN_ALARM)
)
_CLOSE = (
    sa.update(alarm).values(state="closed", next_at=None).where(_ALARM.case_id == bindparam("of_case"), _ALARM.state != "closed")
)


class Alarms(Repository):
    """Alarms by id and by case."""

    __slots__ = ()

    def open(self, new: Alarm) -> None:
        """Raise an alarm; raise AlreadyThere for a known id."""
        row = {
            "alarm_id": new.alarm_id,
            "case_id": new.case_id,
            "team_ids": json.dumps(new.team_ids),
            "urgency": new.urgency,
            "state": new.state,
            "step": new.step,
            "next_at": new.next_at,
            "created_at": new.created_at,
            "policy": json.dumps(new.policy),
            "acknowledged_by": new.acknowledged_by,
        }
        if self._scope.change(_OPEN, row) != 1:
            raise AlreadyThere("alarm_id")

    def get(self, alarm_id: bytes) -> Alarm | None:
        """Return an alarm."""
        row = self._scope.first(_GET, {"of_alarm": alarm_id})
        return None if row is None else _alarm(row)

    def of_case(self, case_id: bytes) -> tuple[Alarm, ...]:
        """Return a case's alarms, the oldest first."""
        return tuple(_alarm(row) for row in self._scope.every(_OF_CASE, {"of_case": case_id}))

    def of_cases(self, case_ids: Collection[bytes]) -> dict[bytes, tuple[Alarm, ...]]:
        """Return the alarms of each of these cases, the oldest first."""
        found: dict[bytes, tuple[Alarm, ...]] = dict.fromkeys(case_ids, ())
        for row in self._scope.every(_OF_CASES, {"of_cases": list(case_ids)}) if case_ids else ():
            found[row.case_id] += (_alarm(row),)
        return found

    def due(self, now: int, limit: int) -> tuple[Alarm, ...]:
        """Return alarms whose next step is due, the longest first, without claiming them."""
        return tuple(_alarm(row) for row in self._scope.every(_DUE, {"now": now, "most": limit}))

    def claim(self, now: int, limit: int, lease: int) -> tuple[Alarm, ...]:
        """Claim due alarms; unless advanced they are due again at `now + lease`."""
        return tuple(_alarm(row) for row in _CLAIM.run(self._scope, now=now, limit=limit, lease=lease))

    def advance(self, alarm_id: bytes, from_step: int, to_step: int, next_at: int | None) -> bool:
        """Move an open alarm from one step to another; False if it is no longer open at that step."""
        parameters = {"of_alarm": alarm_id, "of_step": from_step, "to_step": to_step, "to_next_at": next_at}
        return self._scope.change(_ADVANCE, parameters) == 1

    def revise(self, alarm_id: bytes, *, team_ids: tuple[str, ...], urgency: str, next_at: int | None) -> bool:
        """Give an open alarm other teams or urgency, because the area or the danger became known; False if not open."""
        parameters = {
            "of_alarm": alarm_id,
            "to_team_ids": json.dumps(team_ids),
            "to_urgency": urgency,
            "to_next_at": next_at,
        }
        return self._scope.change(_REVISE, parameters) == 1

    def recast(self, calmer: Alarm) -> bool:
        """Give an open alarm the urgency, policy, beginning and next step of this one, because a person decided so; False if not open."""
        parameters = {
            "of_alarm": calmer.alarm_id,
            "to_urgency": calmer.urgency,
            "to_policy": json.dumps(calmer.policy),
            "to_created_at": calmer.created_at,
            "to_step": calmer.step,
            "to_next_at": calmer.next_at,
        }
        return self._scope.change(_RECAST, parameters) == 1

    def hold(self, case_id: bytes) -> None:
        """Let nobody else who asks for this open, or take teams out of, alarms of this case until the transaction ends."""
        self._scope.first(_HOLD, {"of_case": case_id})

    def hasten(self, alarm_id: bytes, next_at: int) -> bool:
        """Have an open alarm's next step due then; False if not open."""
        return self._scope.change(_HASTEN, {"of_alarm": alarm_id, "to_next_at": next_at}) == 1

    def leave_to(self, case_id: bytes, team_ids: tuple[str, ...]) -> None:
        """Have all alarms of a case, closed ones too, name these teams and no other."""
        self._scope.change(_LEAVE_TO, {"of_case": case_id, "to_team_ids": json.dumps(team_ids)})

    def acknowledge(self, alarm_id: bytes, officer_id: bytes) -> bool:
        """Note who answers; False if somebody did before or the alarm is closed."""
        return self._scope.change(_ACKNOWLEDGE, {"of_alarm": alarm_id, "by_officer": officer_id}) == 1

    def close(self, case_id: bytes) -> int:
        """Close all alarms of a case; return how many were not closed yet."""
        return self._scope.change(_CLOSE, {"of_case": case_id})


def _alarm(row: sa.Row[Any]) -> Alarm:
    return Alarm(
        alarm_id=row.alarm_id,
        case_id=row.case_id,
        team_ids=tuple(json.loads(row.team_ids)),
        urgency=row.urgency,
        created_at=row.created_at,
        next_at=row.next_at,
        policy=json.loads(row.policy),
        state=row.state,
        step=row.step,
        acknowledged_by=row.acknowledged_by,
    )
