"""Cases that an officer put off until a moment or until the reporter writes.

Laws. A snooze stands in the way of nobody: a case is out of the queue only while its time is not over, nothing was added to it since by
the reporter's side, and no alarm of it rings. All of that is asked when the queue is read, so nobody who adds to a case, least of all
intake, has to know of snoozes. Whoever adds from the desk says so by `follow`, because an officer's own note is no answer.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.desk_tables import snooze
from storage.scope import Repository
from storage.tables import alarm, report_case


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """A case put off until `until` (None: until the reporter writes) after its entry number `after_seq`."""

    case_id: bytes
    until: int | None
    after_seq: int
    snoozed_by: bytes
    snoozed_at: int


_S = snooze.c
_HEAD = report_case.alias("head")
_WITH_HEAD = snooze.join(_HEAD, _HEAD.c.case_id == _S.case_id)
_STANDS = sa.and_(sa.or_(_S.until.is_(None), _S.until > bindparam("now", type_=sa.BigInteger)), _HEAD.c.head_seq <= _S.after_seq)
_INSERT = insert(snooze)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=[_S.case_id],
    set_={name: _INSERT.excluded[name] for name in ("until", "after_seq", "snoozed_by", "snoozed_at")},
)
_WAKE = sa.delete(snooze).where(_S.case_id == bindparam("of_case"))
_FOLLOW = (
    sa.update(snooze)
    .values(after_seq=bindparam("to_seq"))
    .where(_S.case_id == bindparam("of_case"), _S.after_seq >= bindparam("from_seq", type_=sa.Integer))
)
_JOINED = sa.select(snooze).select_from(_WITH_HEAD).where(_STANDS)
_STANDING = _JOINED.where(_S.case_id.in_(bindparam("ids", expanding=True)))
_EVERY = _JOINED.order_by(_S.snoozed_at)


def is_put_off(case_id: sa.ColumnElement[bytes]) -> sa.ColumnElement[bool]:
    """The condition that a case is out of the queue at `now`, for a query about cases."""
    sounds = sa.and_(alarm.c.state == "open", alarm.c.created_at <= bindparam("now", type_=sa.BigInteger))
    rings = sa.select(sa.literal(1)).select_from(alarm).where(alarm.c.case_id == case_id, sounds)
    stands = sa.select(sa.literal(1)).select_from(_WITH_HEAD).where(_S.case_id == case_id, _STANDS)
    return sa.and_(stands.correlate_except(snooze, _HEAD).exists(), ~rings.correlate_except(alarm).exists())


class Snoozes(Repository):
    """Snoozes by case."""

    __slots__ = ()

    def put(self, added: Snooze) -> None:
        """Put a case off, in the place of an earlier snooze."""
        row = {
            "case_id": added.case_id,
            "until": added.until,
            "after_seq": added.after_seq,
            "snoozed_by": added.snoozed_by,
            "snoozed_at": added.snoozed_at,
        }
        self._scope.change(_PUT, row)

    def wake(self, case_id: bytes) -> bool:
        """Bring a case back into the queue; False if it was not put off."""
        return self._scope.change(_WAKE, {"of_case": case_id}) == 1

    def follow(self, case_id: bytes, *, before: int, seq: int) -> None:
        """Let a snooze last although the desk itself added entries after number `before`, up to `seq`.

        One that the reporter's words had ended by then stays ended: an officer's note must not put those out of sight again.
        """
        self._scope.change(_FOLLOW, {"of_case": case_id, "from_seq": before, "to_seq": seq})

    def standing(self, case_ids: Collection[bytes], now: int) -> dict[bytes, Snooze]:
        """Return those of these cases' snoozes whose time is not over and that nothing was written after."""
        if not case_ids:
            return {}
        return {row.case_id: _snooze(row) for row in self._scope.every(_STANDING, {"ids": list(case_ids), "now": now})}

    def every(self, now: int) -> tuple[Snooze, ...]:
        """Return all snoozes that stand, the oldest first."""
        return tuple(_snooze(row) for row in self._scope.every(_EVERY, {"now": now}))


def _snooze(row: sa.Row[Any]) -> Snooze:
    return Snooze(
        case_id=row.case_id,
        until=row.until,
        after_seq=row.after_seq,
        snoozed_by=row.snoozed_by,
        snoozed_at=row.snoozed_at,
    )
