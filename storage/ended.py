"""What is left of alarms and alerts once their case has ended: less with time, and nothing when the case is erased.

Laws. Nothing that is still to be sent goes. The alarms of a case that may open again stay, because they know its teams; only the moment
at which they were raised is cut to the hour, so that no second in the database says any more when somebody reported. The cases are
looked for by a work that only reads, since the search is long where there are many and the one writer must not wait for it.
"""

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.case_values import HOUR
from storage.scope import Repository
from storage.tables import alarm, alert, notice, report_case

_CASE = report_case.c
_OTHER = alert.alias("other")
_IS_UNDER_WAY = sa.exists().where(_OTHER.c.case_id == alert.c.case_id, _OTHER.c.due_at.is_not(None))
_HAS_ALERTS = sa.exists().where(alert.c.case_id == alarm.c.case_id)
_CUT: Final = alarm.c.created_at % HOUR
_IDS: sa.BindParameter[Sequence[bytes]] = bindparam("ids", expanding=True)
_ERASED = sa.select(_CASE.case_id).where(_CASE.case_id.in_(_IDS), _CASE.erased.is_(True))

_TOLD = (
    sa.select(alert.c.case_id)
    .join(report_case, _CASE.case_id == alert.c.case_id)
    .where(sa.or_(_CASE.erased.is_(True), _CASE.closed_hour < bindparam("before")), ~_IS_UNDER_WAY)
    .distinct()
    .limit(bindparam("most"))
)
_SOUNDED = (
    sa.select(alarm.c.case_id)
    .join(report_case, _CASE.case_id == alarm.c.case_id)
    .where(_CASE.erased.is_(True), ~_HAS_ALERTS)
    .distinct()
    .limit(bindparam("most"))
)
_EXACT = (
    sa.select(alarm.c.case_id)
    .join(report_case, _CASE.case_id == alarm.c.case_id)
    .where(_CASE.closed_hour.is_not(None), alarm.c.state == "closed", _CUT != 0)
    .distinct()
    .limit(bindparam("most"))
)
_FORGET_ALERTS = sa.delete(alert).where(alert.c.case_id.in_(_IDS), ~_IS_UNDER_WAY)
_FORGET_ALARMS = sa.delete(alarm).where(alarm.c.case_id.in_(_ERASED), ~_HAS_ALERTS)
_FORGET_NOTICES = sa.delete(notice).where(notice.c.case_id.in_(_ERASED))
_COARSEN = (
    sa.update(alarm).values(created_at=alarm.c.created_at - _CUT).where(alarm.c.case_id.in_(_IDS), alarm.c.state == "closed")
)


class Ended(Repository):
    """The rows that ended cases leave in `alarm`, `alert` and `notice`."""

    __slots__ = ()

    def left(self, before: int, limit: int) -> tuple[bytes, ...]:
        """Return cases that ended before that moment, or are erased, and still have rows here that nobody needs."""
        told = self._scope.every(_TOLD, {"before": before, "most": limit})
        sounded = self._scope.every(_SOUNDED, {"most": limit})
        return tuple(dict.fromkeys(row.case_id for row in (*told, *sounded)))

    def forget(self, case_ids: Sequence[bytes]) -> None:
        """Forget the alerts of cases that `left` named, and of those that are erased the alarms and notices too. A case with an alert
        on its way keeps all of them: the messages that were sent before are to be changed by it."""
        ids = {"ids": list(case_ids)}
        self._scope.change(_FORGET_ALERTS, ids)
        self._scope.change(_FORGET_ALARMS, ids)
        self._scope.change(_FORGET_NOTICES, ids)

    def exact(self, limit: int) -> tuple[bytes, ...]:
        """Return ended cases with alarms that still say the second at which they were raised."""
        return tuple(row.case_id for row in self._scope.every(_EXACT, {"most": limit}))

    def coarsen(self, case_ids: Sequence[bytes]) -> None:
        """Cut the moments of these ended cases' alarms to the hour."""
        self._scope.change(_COARSEN, {"ids": list(case_ids)})
