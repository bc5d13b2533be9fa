"""Teams that are planned, and team keys that were made and are not yet in a signed directory.

Laws. Only public keys are here: whoever made a key keeps its seed sealed to themselves (`team_wraps.py`).
"""

import json
from dataclasses import dataclass, field
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.desk_tables import planned_team, team_key
from storage.scope import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTeam:
    """What a team shall be called and cover in the next directory."""

    team_id: str
    name: str
    areas: tuple[str, ...]
    planned_by: bytes | None
    planned_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingKey:
    """A team's first or new key, made in a member's browser."""

    key_id: bytes
    team_id: str
    public_key: bytes = field(repr=False)
    made_by: bytes
    made_at: int


_PLANNED = sa.select(planned_team).order_by(planned_team.c.team_id)
_PLAN = insert(planned_team)
_PLAN_OVER = _PLAN.on_conflict_do_update(
    index_elements=[planned_team.c.team_id],
    set_={name: _PLAN.excluded[name] for name in ("name", "areas", "planned_by", "planned_at")},
)
_UNPLAN = sa.delete(planned_team).where(planned_team.c.team_id == bindparam("of_team"))
_K = team_key.c
_WAITING = sa.select(team_key).where(_K.state == "waiting").order_by(_K.team_id)
_KNOWN = sa.select(_K.key_id).where(_K.key_id == bindparam("of_key"))
_OFFER = sa.insert(team_key)
_SETTLE = sa.update(team_key).values(state=bindparam("to_state")).where(_K.key_id == bindparam("of_key"), _K.state == "waiting")
_DROP_OF = sa.update(team_key).values(state="dropped").where(_K.made_by == bindparam("of_officer"), _K.state == "waiting")


class TeamKeys(Repository):
    """Team keys by key id, planned teams by team id."""

    __slots__ = ()

    def plan(self, team: PlannedTeam) -> None:
        """Plan a team, or what an existing one shall be in the next directory."""
        self._scope.change(
            _PLAN_OVER,
            {
                "team_id": team.team_id,
                "name": team.name,
                "areas": json.dumps(team.areas),
                "planned_by": team.planned_by,
                "planned_at": team.planned_at,
            },
        )

    def planned(self) -> tuple[PlannedTeam, ...]:
        """Return every plan that no directory has fulfilled yet."""
        return tuple(
            PlannedTeam(
                team_id=row.team_id,
                name=row.name,
                areas=tuple(json.loads(row.areas)),
                planned_by=row.planned_by,
                planned_at=row.planned_at,
            )
            for row in self._scope.every(_PLANNED, {})
        )

    def unplan(self, team_id: str) -> None:
        """Forget a plan: it is fulfilled."""
        self._scope.change(_UNPLAN, {"of_team": team_id})

    def offer(self, key: WaitingKey) -> None:
        """Keep a key for the next directory."""
        self._scope.change(_OFFER, {**{name: getattr(key, name) for name in WaitingKey.__slots__}, "state": "waiting"})

    def waiting(self) -> tuple[WaitingKey, ...]:
        """Return the keys that wait for the next directory."""
        return tuple(
            WaitingKey(**{name: getattr(row, name) for name in WaitingKey.__slots__}) for row in self._scope.every(_WAITING, {})
        )

    def is_known(self, key_id: bytes) -> bool:
        """Tell whether that key was ever offered."""
        return self._scope.first(_KNOWN, {"of_key": key_id}) is not None

    def settle(self, key_id: bytes, state: Literal["signed", "dropped"]) -> bool:
        """Say what became of a waiting key."""
        return self._scope.change(_SETTLE, {"of_key": key_id, "to_state": state}) == 1

    def drop_of(self, officer_id: bytes) -> int:
        """Drop the waiting keys that an officer made; return how many."""
        return self._scope.change(_DROP_OF, {"of_officer": officer_id})
