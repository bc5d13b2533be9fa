"""The running conversations: one sealed row for each chat.

Laws. The row id is the chat's keyed hash; the state is sealed with the intake key. Writing is compare-and-set on
`version`: whoever read an older row loses the race and runs its whole work again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

# PostgreSQL's INSERT … ON CONFLICT compiles for SQLite as well: both dialects name the clause alike.
from sqlalchemy.dialects.postgresql import insert

from storage.encrypted import SESSION_STATE
from storage.errors import LostRace
from storage.scope import Repository
from storage.tables import session


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSession:
    """A chat's session as it is kept. `version` is 0 for a chat never stored; `state` is the plain bytes to be sealed."""

    row_id: bytes
    channel: str
    state: bytes = field(repr=False)
    due_at: int | None
    unspoken_since: int | None
    touched_at: int
    version: int = 0


_LOOK = sa.select(session).where(session.c.row_id == bindparam("row_id"))
_LOCK = _LOOK.with_for_update()
_INSERT = insert(session)
_PUT = _INSERT.on_conflict_do_update(
    index_elements=[session.c.row_id],
    set_={
        "state": _INSERT.excluded.state,
        "due_at": _INSERT.excluded.due_at,
        "unspoken_since": _INSERT.excluded.unspoken_since,
        "touched_at": _INSERT.excluded.touched_at,
        "version": _INSERT.excluded.version,
    },
    where=session.c.version == _INSERT.excluded.version - 1,
)
_DELETE = sa.delete(session).where(session.c.row_id == bindparam("row_id"))
_DUE = sa.select(session.c.row_id).where(session.c.due_at <= bindparam("now")).order_by(session.c.due_at).limit(bindparam("most"))
_UNSPOKEN = (
    sa.select(session.c.row_id)
    .where(session.c.unspoken_since < bindparam("before"))
    .order_by(session.c.unspoken_since)
    .limit(bindparam("most"))
)
_POSTPONE = (
    sa.update(session)
    .values(due_at=bindparam("to_due_at"))
    .where(session.c.row_id == bindparam("of_row"), session.c.due_at < bindparam("to_due_at"))
)
_SPOKEN = (
    sa.update(session)
    .values(unspoken_since=None)
    .where(session.c.row_id == bindparam("of_row"), session.c.version == bindparam("of_version"))
)
_EXPIRED = (
    sa.select(session.c.row_id)
    .where(session.c.touched_at < bindparam("before"))
    .order_by(session.c.touched_at)
    .limit(bindparam("most"))
)


class Sessions(Repository):
    """Conversations by the row id of their chat."""

    __slots__ = ()

    def get(self, row_id: bytes) -> StoredSession | None:
        """Return a chat's session, its row locked until the transaction ends (except when only reading)."""
        row = self._scope.first(_LOOK if self._scope.reading else _LOCK, {"row_id": row_id})
        return None if row is None else self._session(row)

    def put(self, stored: StoredSession) -> int:
        """Store a session over the version it was read at; return its new version, or raise LostRace."""
        written = self._scope.change(
            _PUT,
            {
                "row_id": stored.row_id,
                "channel": stored.channel,
                "state": self._scope.vault.seal(SESSION_STATE, stored.row_id, stored.state),
                "due_at": stored.due_at,
                "unspoken_since": stored.unspoken_since,
                "touched_at": stored.touched_at,
                "version": stored.version + 1,
            },
        )
        if written != 1:
            raise LostRace
        return stored.version + 1

    def delete(self, row_id: bytes) -> bool:
        """Forget a chat's session; tell whether there was one."""
        return self._scope.change(_DELETE, {"row_id": row_id}) == 1

    def due(self, now: int, limit: int) -> tuple[bytes, ...]:
        """Return the chats whose timer has run out, the longest first; `get` and check `due_at` again before acting."""
        return self._row_ids(_DUE, {"now": now, "most": limit})

    def unspoken(self, before: int, limit: int) -> tuple[bytes, ...]:
        """Return the chats whose card was stored before that moment and not yet shown, the oldest first."""
        return self._row_ids(_UNSPOKEN, {"before": before, "most": limit})

    def postpone(self, row_id: bytes, due_at: int) -> None:
        """Look at a chat again later, without reading it: its turn failed, perhaps because it does not open."""
        self._scope.change(_POSTPONE, {"of_row": row_id, "to_due_at": due_at})

    def mark_spoken(self, shown: Iterable[tuple[bytes, int]]) -> None:
        """Note that these versions of these chats' cards are on the screen; a newer version stays unspoken."""
        self._scope.change_many(_SPOKEN, [{"of_row": row_id, "of_version": version} for row_id, version in shown])

    def expired(self, before: int, limit: int) -> tuple[bytes, ...]:
        """Return the chats not touched since that moment, the oldest first."""
        return self._row_ids(_EXPIRED, {"before": before, "most": limit})

    def _row_ids(self, statement: sa.Select[Any], parameters: dict[str, int]) -> tuple[bytes, ...]:
        return tuple(row.row_id for row in self._scope.every(statement, parameters))

    def _session(self, row: sa.Row[Any]) -> StoredSession:
        return StoredSession(
            row_id=row.row_id,
            channel=row.channel,
            state=self._scope.vault.unseal(SESSION_STATE, row.row_id, row.state),
            due_at=row.due_at,
            unspoken_since=row.unspoken_since,
            touched_at=row.touched_at,
            version=row.version,
        )
