"""Updates that fail again and again: counted, and kept sealed when they are set aside."""

from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.encrypted import SET_ASIDE_BODY
from storage.scope import Repository
from storage.tables import set_aside


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideUpdate:
    """An update nobody could take; `body` is as the messenger sent it."""

    bot: str
    update_id: int
    attempts: int
    body: bytes | None = field(repr=False)
    seen_at: int


_OF_UPDATE = (set_aside.c.bot == bindparam("of_bot"), set_aside.c.update_id == bindparam("of_update"))
_FIRST = insert(set_aside).on_conflict_do_nothing(index_elements=[set_aside.c.bot, set_aside.c.update_id])
_FIND = sa.select(set_aside).where(*_OF_UPDATE).with_for_update()
_AGAIN = (
    sa.update(set_aside)
    .values(attempts=set_aside.c.attempts + 1, body=bindparam("to_body"), seen_at=bindparam("to_seen_at"))
    .where(*_OF_UPDATE)
)
_GIVE_UP = sa.update(set_aside).values(state="set_aside").where(*_OF_UPDATE)
_SUCCEEDED = sa.delete(set_aside).where(*_OF_UPDATE, set_aside.c.state == "failing")
_LIST = sa.select(set_aside).where(set_aside.c.state == "set_aside").order_by(set_aside.c.seen_at).limit(bindparam("most"))
_COUNT = sa.select(sa.func.count()).where(set_aside.c.state == "set_aside").select_from(set_aside)
_PURGE = sa.delete(set_aside).where(set_aside.c.seen_at < bindparam("before"))


class SetAside(Repository):
    """Failing updates by bot and update id. The table is as small as the trouble is."""

    __slots__ = ()

    def count_failure(self, bot: str, update_id: int, body: bytes | None, now: int) -> int:
        """Count one more failure of this update; return how many there were."""
        row_id = self._scope.rng(16)
        first = {
            "row_id": row_id,
            "bot": bot,
            "update_id": update_id,
            "attempts": 1,
            "body": self._sealed(row_id, body),
            "state": "failing",
            "seen_at": now,
        }
        if self._scope.change(_FIRST, first) == 1:
            return 1
        update = {"of_bot": bot, "of_update": update_id}
        row = self._scope.first(_FIND, update)
        assert row is not None
        self._scope.change(_AGAIN, {**update, "to_body": self._sealed(row.row_id, body), "to_seen_at": now})
        return int(row.attempts) + 1

    def give_up(self, bot: str, update_id: int) -> None:
        """Set the update aside: it is reported and not tried again."""
        self._scope.change(_GIVE_UP, {"of_bot": bot, "of_update": update_id})

    def succeeded(self, bot: str, update_id: int) -> None:
        """Forget the failures of an update that was taken in the end."""
        self._scope.change(_SUCCEEDED, {"of_bot": bot, "of_update": update_id})

    def every(self, limit: int) -> tuple[SetAsideUpdate, ...]:
        """Return what is set aside, the oldest first."""
        return tuple(
            SetAsideUpdate(
                bot=row.bot,
                update_id=row.update_id,
                attempts=row.attempts,
                body=None if row.body is None else self._scope.vault.unseal(SET_ASIDE_BODY, row.row_id, row.body),
                seen_at=row.seen_at,
            )
            for row in self._scope.every(_LIST, {"most": limit})
        )

    def count(self) -> int:
        """Return how many updates are set aside; needs no key."""
        row = self._scope.first(_COUNT, {})
        return 0 if row is None else int(row[0])

    def purge(self, before: int) -> int:
        """Forget what failed before that moment; return how many."""
        return self._scope.change(_PURGE, {"before": before})

    def _sealed(self, row_id: bytes, body: bytes | None) -> bytes | None:
        return None if body is None else self._scope.vault.seal(SET_ASIDE_BODY, row_id, body)
