"""The outbox to officers: messages that say a case waits, and hold nothing of it.

pending ──claim──▶ sending ──sent──▶ sent
   ▲ ▲                │ └──failed──▶ failed
   │ └──failed, later─┤
   └──lease over──────┘      pending ──drop──▶ dropped
      or let go of

Laws. `AlertFacts` is all that an alert may carry. In doubt it is sent again: a claim whose lease is over, or whose process is
known to be gone, is claimed anew.
The messenger's message id is sealed with the desk's key, so that the message can be edited once somebody answers.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.claims import Claim
from storage.encrypted import ALERT_MESSAGE
from storage.scope import Repository
from storage.tables import alert


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFacts:
    """What an officer's messenger may show: `since` is when the case began to wait or, for what came to a case that somebody has,
    when that began to wait."""

    urgency: str
    area: str | None
    designation: str
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAlert:
    """A message to be sent to an officer from `not_before` on; `kind` names what it says."""

    alert_id: bytes
    alarm_id: bytes | None
    case_id: bytes
    officer_id: bytes
    kind: str
    facts: AlertFacts
    not_before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A message as it stands; `attempts` counts the one under way."""

    alert_id: bytes
    alarm_id: bytes | None
    case_id: bytes
    officer_id: bytes
    kind: str
    facts: AlertFacts
    state: str
    attempts: int
    message: bytes | None = field(default=None, repr=False)


_ALERT = alert.c
_OF_ALERT = _ALERT.alert_id == bindparam("of_alert")
_ENQUEUE = sa.insert(alert)
_CLAIM = Claim(alert, "alert_id", changes={"state": "sending", "attempts": _ALERT.attempts + 1})
_SENT = (
    sa.update(alert)
    .values(state="sent", due_at=None, message=bindparam("to_message"))
    .where(_OF_ALERT, _ALERT.state != "pending")
)
_UNDER_WAY = (_OF_ALERT, _ALERT.state == "sending", _ALERT.attempts == bindparam("of_attempt"))
_LATER = sa.update(alert).values(state="pending", due_at=bindparam("to_due_at")).where(*_UNDER_WAY)
_LET_GO = sa.update(alert).values(due_at=bindparam("to_due_at")).where(_ALERT.state == "sending")
_FAILED = sa.update(alert).values(state="failed", due_at=None).where(*_UNDER_WAY)
_DROP = (
    sa.update(alert)
    .values(state="dropped", due_at=None)
    .where(_ALERT.alarm_id == bindparam("of_alarm"), _ALERT.state == "pending")
)
_DROP_OF = (
    sa.update(alert)
    .values(state="dropped", due_at=None)
    .where(
        _ALERT.case_id == bindparam("of_case"),
        _ALERT.state == "pending",
        _ALERT.officer_id.in_(bindparam("of_officers", expanding=True)),
    )
)
_PENDING = sa.select(_ALERT.officer_id, _ALERT.due_at).where(_ALERT.alarm_id == bindparam("of_alarm"), _ALERT.state == "pending")
_DROP_OTHERS = (
    sa.update(alert)
    .values(state="dropped", due_at=None)
    .where(
        _ALERT.alarm_id == bindparam("of_alarm"),
        _ALERT.state == "pending",
        _ALERT.officer_id.not_in(bindparam("but_officers", expanding=True)),
    )
)
_HASTEN = (
    sa.update(alert)
    .values(due_at=bindparam("now"))
    .where(_ALERT.alarm_id == bindparam("of_alarm"), _ALERT.state == "pending", _ALERT.due_at > bindparam("now"))
)
_HELD_UP = (
    sa.select(sa.literal(1))
    .where(
        _ALERT.due_at.is_not(None),
        sa.or_(
            _ALERT.due_at <= bindparam("before"),
            sa.and_(_ALERT.state == "pending", _ALERT.attempts >= bindparam("failures")),
        ),
    )
    .limit(1)
)
_FACTS_OF = sa.select(_ALERT.facts).where(_ALERT.case_id == bindparam("of_case"), _ALERT.kind == bindparam("of_kind"))
_RECIPIENTS = sa.select(_ALERT.officer_id).where(_ALERT.case_id == bindparam("of_case")).distinct()
_TOLD = (
    sa.select(_ALERT.officer_id)
    .where(
        _ALERT.alarm_id == bindparam("of_alarm"),
        _ALERT.kind == bindparam("of_kind"),
        _ALERT.state.in_(("pending", "sending", "sent")),
    )
    .distinct()
)
_FOR_CASE = sa.select(alert).where(_ALERT.case_id == bindparam("of_case")).order_by(_ALERT.alert_id)


class Alerts(Repository):
    """Messages to officers. Enqueueing needs no key; claims and message ids are the desk's."""

    __slots__ = ()

    def enqueue(self, new: Iterable[NewAlert]) -> None:
        """Put messages into the outbox."""
        self._scope.change_many(
            _ENQUEUE,
            [
                {
                    "alert_id": one.alert_id,
                    "alarm_id": one.alarm_id,
                    "case_id": one.case_id,
                    "officer_id": one.officer_id,
                    "kind": one.kind,
                    "facts": json.dumps(asdict(one.facts)),
                    "state": "pending",
                    "attempts": 0,
                    "due_at": one.not_before,
                }
                for one in new
            ],
        )

    def claim(self, now: int, limit: int, lease: int) -> tuple[Alert, ...]:
        """Claim messages that are due or whose earlier claim ran out, the longest due first."""
        rows = _CLAIM.run(self._scope, now=now, limit=limit, lease=lease)
        return tuple(_alert(row, state="sending", attempts=row.attempts + 1) for row in rows)

    def let_go(self, now: int) -> int:
        """End every claim, whoever holds it; return how many there were."""
        return self._scope.change(_LET_GO, {"to_due_at": now})

    def sent(self, alert_id: bytes, message: bytes) -> bool:
        """Note that a message was sent, and its id at the messenger; true also of one dropped on its way."""
        sealed = self._scope.vault.seal(ALERT_MESSAGE, alert_id, message)
        return self._scope.change(_SENT, {"of_alert": alert_id, "to_message": sealed}) == 1

    def failed(self, claimed: Alert, retry_at: int | None) -> bool:
        """Note that this attempt failed: try again then, or never (None). False if the claim was somebody else's by now."""
        attempt = {"of_alert": claimed.alert_id, "of_attempt": claimed.attempts}
        if retry_at is None:
            return self._scope.change(_FAILED, attempt) == 1
        return self._scope.change(_LATER, {**attempt, "to_due_at": retry_at}) == 1

    def drop(self, alarm_id: bytes) -> int:
        """Take back what an alarm has not sent yet; return how many."""
        return self._scope.change(_DROP, {"of_alarm": alarm_id})

    def drop_for(self, case_id: bytes, officer_ids: Collection[bytes]) -> int:
        """Take back what these officers have not been sent about a case yet; return how many."""
        return self._scope.change(_DROP_OF, {"of_case": case_id, "of_officers": list(officer_ids)})

    def keep_for(self, alarm_id: bytes, officer_ids: Collection[bytes], now: int) -> frozenset[bytes]:
        """Take back what an alarm has not sent yet, but to these officers; return those of them whose message still waits, due by now.

        A message is worded when it is sent, so one that waits says what a new one would, and it tells since when it waits.
        """
        self._scope.change(_DROP_OTHERS, {"of_alarm": alarm_id, "but_officers": list(officer_ids)})
        self._scope.change(_HASTEN, {"of_alarm": alarm_id, "now": now})
        return frozenset(row.officer_id for row in self._scope.every(_PENDING, {"of_alarm": alarm_id}))

    def oldest_waiting(self, alarm_id: bytes) -> int | None:
        """Return since when the first of an alarm's unsent messages is due."""
        return min((row.due_at for row in self._scope.every(_PENDING, {"of_alarm": alarm_id})), default=None)

    def held_up(self, before: int, failures: int) -> bool:
        """Tell whether a message is waiting that was due before that moment, or that failed so often: nobody is being told."""
        return self._scope.first(_HELD_UP, {"before": before, "failures": failures}) is not None

    def newest(self, case_id: bytes, kind: str) -> int | None:
        """Return the latest `since` of a case's messages of that kind."""
        rows = self._scope.every(_FACTS_OF, {"of_case": case_id, "of_kind": kind})
        return max((json.loads(row.facts)["since"] for row in rows), default=None)

    def recipients(self, case_id: bytes) -> tuple[bytes, ...]:
        """Return the officers who have, or wait for, a message about a case."""
        return tuple(row.officer_id for row in self._scope.every(_RECIPIENTS, {"of_case": case_id}))

    def told(self, alarm_id: bytes, kind: str) -> frozenset[bytes]:
        """Return the officers whom an alarm tells by messages of that kind, delivered or on their way."""
        rows = self._scope.every(_TOLD, {"of_alarm": alarm_id, "of_kind": kind})
        return frozenset(row.officer_id for row in rows)

    def for_case(self, case_id: bytes) -> tuple[Alert, ...]:
        """Return all messages about a case, with the ids of those that were sent."""
        return tuple(
            _alert(row, state=row.state, attempts=row.attempts, message=self._message(row))
            for row in self._scope.every(_FOR_CASE, {"of_case": case_id})
        )

    def _message(self, row: sa.Row[Any]) -> bytes | None:
        return None if row.message is None else self._scope.vault.unseal(ALERT_MESSAGE, row.alert_id, row.message)


def _alert(row: sa.Row[Any], *, state: str, attempts: int, message: bytes | None = None) -> Alert:
    return Alert(
        alert_id=row.alert_id,
        alarm_id=row.alarm_id,
        case_id=row.case_id,
        officer_id=row.officer_id,
        kind=row.kind,
        facts=AlertFacts(**json.loads(row.facts)),
        state=state,
        attempts=attempts,
        message=message,
    )
