"""Who is on duty for which team, and who supervises it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.scope import Repository
from storage.tables import duty, officer

DutyKind = Literal["duty", "supervisor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDuty:
    """An active officer who answers for a team; the lowest `position` is woken first."""

    officer_id: bytes
    team_id: str
    position: int
    language: str
    reachable: bool


_FIND = (
    sa.select(
        duty.c.officer_id,
        duty.c.team_id,
        duty.c.position,
        officer.c.language,
        officer.c.contact_lookup.is_not(None).label("reachable"),
    )
    .join(officer, officer.c.officer_id == duty.c.officer_id)
    .where(duty.c.kind == bindparam("kind"), duty.c.team_id.in_(bindparam("team_ids", expanding=True)), officer.c.active)
    .order_by(duty.c.position, duty.c.team_id, duty.c.officer_id)
)
_INSERT = insert(duty)
_SET = _INSERT.on_conflict_do_update(
    index_elements=[duty.c.team_id, duty.c.officer_id, duty.c.kind], set_={"position": _INSERT.excluded.position}
)
_END = sa.delete(duty).where(
    duty.c.team_id == bindparam("team_id"), duty.c.officer_id == bindparam("officer_id"), duty.c.kind == bindparam("kind")
)


class Duties(Repository):
    """The rota as it is now, by team."""

    __slots__ = ()

    def begin(self, team_id: str, officer_id: bytes, kind: DutyKind, position: int = 0) -> None:
        """Put an officer on duty for a team, or move them to another position."""
        self._scope.change(_SET, {"team_id": team_id, "officer_id": officer_id, "kind": kind, "position": position})

    def end(self, team_id: str, officer_id: bytes, kind: DutyKind) -> bool:
        """Take an officer off duty for a team; tell whether they were on."""
        return self._scope.change(_END, {"team_id": team_id, "officer_id": officer_id, "kind": kind}) == 1

    def on_duty(self, team_ids: Collection[str]) -> tuple[OnDuty, ...]:
        """Return the active officers on duty for these teams, in the order in which they are woken."""
        return self._find("duty", team_ids)

    def supervisors(self, team_ids: Collection[str]) -> tuple[OnDuty, ...]:
        """Return the active supervisors of these teams."""
        return self._find("supervisor", team_ids)

    def _find(self, kind: DutyKind, team_ids: Collection[str]) -> tuple[OnDuty, ...]:
        return tuple(
            OnDuty(
                officer_id=row.officer_id,
                team_id=row.team_id,
                position=row.position,
                language=row.language,
                reachable=bool(row.reachable),
            )
            for row in self._scope.every(_FIND, {"kind": kind, "team_ids": list(team_ids)})
        )
