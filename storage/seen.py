"""Which updates were taken, so that one that a messenger repeats has no second effect."""

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.scope import Repository
from storage.tables import seen_update

_RECORD = insert(seen_update).on_conflict_do_nothing()
_PURGE = sa.delete(seen_update).where(seen_update.c.seen_at < bindparam("before"))


class Seen(Repository):
    """Update ids by bot. `bot` is the bot's kind ('reporter', 'officer', 'viber'), never a token."""

    __slots__ = ()

    def record(self, bot: str, update_id: int, now: int) -> bool:
        """Note an update; False if it was noted before."""
        return self._scope.change(_RECORD, {"bot": bot, "update_id": update_id, "seen_at": now}) == 1

    def purge(self, before: int) -> int:
        """Forget updates noted before that moment; return how many."""
        return self._scope.change(_PURGE, {"before": before})
