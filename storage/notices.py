"""What the desk tells intake about a case, so that the reporter's card says the truth about who reads."""

from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.claims import Claim
from storage.scope import Repository
from storage.tables import notice

NoticeKind = Literal["taken", "acknowledged", "unanswered", "closed", "released"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A case has moved."""

    notice_id: bytes
    case_id: bytes
    kind: NoticeKind


_ADD = sa.insert(notice)
_CLAIM = Claim(notice, "notice_id", changes={"state": "sending"})
_UNDER_WAY = (notice.c.notice_id == bindparam("of_notice"), notice.c.state == "sending")
_DONE = sa.delete(notice).where(notice.c.notice_id == bindparam("of_notice"))
_LATER = sa.update(notice).values(state="pending", due_at=bindparam("to_due_at")).where(*_UNDER_WAY)


class Notices(Repository):
    """Notices on their way from desk to intake; one that was consumed is deleted."""

    __slots__ = ()

    def add(self, case_id: bytes, kind: NoticeKind, now: int) -> None:
        """Tell intake that a case has moved."""
        row = {"notice_id": self._scope.rng(16), "case_id": case_id, "kind": kind, "state": "pending", "due_at": now}
        self._scope.change(_ADD, row)

    def claim(self, now: int, limit: int, lease: int) -> tuple[Notice, ...]:
        """Claim notices, the oldest first."""
        rows = _CLAIM.run(self._scope, now=now, limit=limit, lease=lease)
        return tuple(Notice(notice_id=row.notice_id, case_id=row.case_id, kind=row.kind) for row in rows)

    def done(self, notice_id: bytes) -> bool:
        """Forget a notice that reached the card, or that has no card to reach."""
        return self._scope.change(_DONE, {"of_notice": notice_id}) == 1

    def later(self, notice_id: bytes, retry_at: int) -> bool:
        """Put a claimed notice back until then."""
        return self._scope.change(_LATER, {"of_notice": notice_id, "to_due_at": retry_at}) == 1
