"""Team wraps: a team's seed, sealed once to each member (SEALING.md section 2).

Laws. The server can open none of them. Whether a wrap may be made to a key, and by whom, is decided before it comes here.
"""

from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from sealing.case import TeamWrap
from storage.desk_tables import team_wrap
from storage.scope import Repository
from storage.tables import place

OPEN_STATES = ("new", "taken", "referred")
"""States of a case that somebody still works on."""

_W = team_wrap.c
_INSERT = insert(team_wrap)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=[_W.team_key_id, _W.member_key_id],
    set_={name: _INSERT.excluded[name] for name in ("sealed", "made_by", "made_at")},
)
_OF_MEMBER = sa.select(_W.team_key_id, _W.member_key_id, _W.sealed).where(_W.member_key_id == bindparam("of_member"))
_HOLDERS = sa.select(_W.team_key_id, _W.member_key_id).where(_W.team_key_id.in_(bindparam("key_ids", expanding=True)))
_FORGET = sa.delete(team_wrap).where(_W.member_key_id == bindparam("of_member"))
_FORGET_ONE = _FORGET.where(_W.team_key_id == bindparam("of_team_key"))
_TO_REWRAP = (
    sa.select(place.c.case_id, place.c.urgency, place.c.opened_hour)
    .where(
        place.c.key_id.in_(bindparam("former", expanding=True)),
        place.c.state.in_(bindparam("states", expanding=True)),
    )
    .order_by(place.c.urgency, place.c.opened_hour, place.c.case_id)
    .distinct()
    .limit(bindparam("most"))
)


class TeamWraps(Repository):
    """Team wraps by team key and member key."""

    __slots__ = ()

    def put(self, wraps: Iterable[TeamWrap], *, made_by: bytes | None, now: int) -> None:
        """Keep wraps; a newer one to the same key replaces the older."""
        rows = [
            {
                "team_key_id": one.team_key_id,
                "member_key_id": one.member_key_id,
                "sealed": one.sealed,
                "made_by": made_by,
                "made_at": now,
            }
            for one in wraps
        ]
        self._scope.change_many(_PUT, rows)

    def of_member(self, member_key_id: bytes) -> tuple[TeamWrap, ...]:
        """Return every team's seed that is sealed to a member's key."""
        return tuple(
            TeamWrap(team_key_id=row.team_key_id, member_key_id=row.member_key_id, sealed=row.sealed)
            for row in self._scope.every(_OF_MEMBER, {"of_member": member_key_id})
        )

    def holders(self, team_key_ids: Collection[bytes]) -> frozenset[tuple[bytes, bytes]]:
        """Return who has these teams' seeds, as pairs of team key id and member key id."""
        rows = self._scope.every(_HOLDERS, {"key_ids": list(team_key_ids)})
        return frozenset((row.team_key_id, row.member_key_id) for row in rows)

    def forget_member(self, member_key_id: bytes) -> int:
        """Forget what was sealed to a key whose seed is lost; return how many wraps went."""
        return self._scope.change(_FORGET, {"of_member": member_key_id})

    def forget(self, team_key_id: bytes, member_key_id: bytes) -> bool:
        """Forget one wrap that does not open; tell whether there was one."""
        return self._scope.change(_FORGET_ONE, {"of_team_key": team_key_id, "of_member": member_key_id}) == 1

    def to_rewrap(self, former: Collection[bytes], limit: int) -> tuple[bytes, ...]:
        """Return open cases that a former key of a team still opens, the most urgent first."""
        parameters = {"former": list(former), "states": OPEN_STATES, "most": limit}
        return tuple(row.case_id for row in self._scope.every(_TO_REWRAP, parameters))
