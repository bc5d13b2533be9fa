"""How work that waits in a table is claimed, so that any number of processes may look for it.

Laws. What is due is locked (`FOR UPDATE SKIP LOCKED` on PostgreSQL; on SQLite a writing transaction is alone anyway) and its
`due_at` moves to the end of the lease, in one transaction. Whoever dies holding a claim loses it when the lease ends: the
row is due again. A thing whose sending is in doubt is sent again.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.scope import Scope


class Claim:
    """The statements that claim due rows of one table; `moment` is the column that says when a row is due."""

    __slots__ = ("_due", "_id", "_take")

    def __init__(self, table: sa.Table, id_column: str, *, moment: str = "due_at", changes: dict[str, Any] | None = None) -> None:
        due = table.c[moment]
        self._id = id_column
        self._due = (
            sa.select(table)
            .where(due <= bindparam("now"))
            .order_by(due)
            .limit(bindparam("most"))
            .with_for_update(skip_locked=True)
        )
        self._take = (
            sa.update(table)
            .values({**(changes or {}), moment: bindparam("lease_end")})
            .where(table.c[id_column].in_(bindparam("ids", expanding=True)), due <= bindparam("now"))
        )

    def run(self, scope: Scope, *, now: int, limit: int, lease: int) -> Sequence[sa.Row[Any]]:
        """Claim at most `limit` rows until `now + lease`; return them as they were before, the longest due first."""
        rows = scope.every(self._due, {"now": now, "most": limit})
        if rows:
            ids = [getattr(row, self._id) for row in rows]
            scope.change(self._take, {"ids": ids, "now": now, "lease_end": now + lease})
        return rows
