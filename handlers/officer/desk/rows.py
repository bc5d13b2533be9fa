"""The line of a case in the queue: what is plain at the server and nothing else.

Laws. What a line says of alarms is what `moves.standing_of` says, so that the desk and the telephones agree. `target_at` is the promise
that is open now, from the policy that the alarm was opened with: first to acknowledge, then to act; a promise that is kept has no time.
Times of cases that nobody waits for are not told.
"""

from collections.abc import Sequence
from typing import Any, Final

from handlers.directory_in_force import DirectoryInForce
from handlers.officer.alarms import ENDED
from handlers.officer.desk.case_access import teams_with
from handlers.officer.moves import Standing, standing_of
from sealing.encoding import b64u
from storage.alarms import Alarm
from storage.case_values import CaseRow
from storage.snoozes import Snooze
from storage.transaction import Transaction

Row = dict[str, Any]

UNTIL_A_REPLY: Final = -1
"""What stands in the place of a time where a case is put off until the reporter writes."""


def rows(tx: Transaction, directory: DirectoryInForce, case_ids: Sequence[bytes], now: int) -> list[Row]:
    """Return the lines of these cases, in this order."""
    alarms, keys = tx.alarms.of_cases(case_ids), tx.cases.keys_of(case_ids)
    snoozes = tx.snoozes.standing(case_ids, now)
    return [
        row_of(
            case,
            alarms[case.case_id],
            teams_with(directory.now, keys.get(case.case_id, frozenset())) if directory.is_known else (),
            snoozes.get(case.case_id),
            now,
        )
        for case in tx.cases.named(case_ids)
    ]


def row_of(case: CaseRow, alarms: tuple[Alarm, ...], team_ids: tuple[str, ...], snooze: Snooze | None, now: int) -> Row:
    """Word one line."""
    stands = standing_of(case, alarms, now)
    target_at, kept = _target(case, alarms, stands, now)
    waits = stands.rings or case.state == "new"
    return {
        "case_id": b64u(case.case_id),
        "designation": case.designation,
        "area": case.area,
        "urgency": case.urgency,
        "state": case.state,
        "language": case.language,
        "channel": case.channel,
        "opened_hour": case.opened_hour,
        "waiting_since": stands.since if waits else None,
        "target_at": target_at,
        "target_kept": kept,
        "ringing": stands.rings,
        "entries": case.entries,
        "unread": case.unread_entries,
        "taken_by": _maybe(case.taken_by if case.state == "taken" else None),
        "acknowledged_by": _maybe(stands.by if stands.stand == "acknowledged" else None),
        "snoozed_until": None if snooze is None else UNTIL_A_REPLY if snooze.until is None else snooze.until,
        "team_ids": list(team_ids),
        "erased": case.erased,
    }


def _target(case: CaseRow, alarms: tuple[Alarm, ...], stands: Standing, now: int) -> tuple[int | None, str | None]:
    """The promise that is open, and the last one that was kept."""
    if case.state in ENDED:
        return None, None
    is_open = [alarm for alarm in alarms if alarm.state == "open"]
    ringing = [alarm for alarm in is_open if alarm.created_at <= now]
    if stands.stand == "acknowledged":
        return min((alarm.created_at for alarm in is_open), default=None), "acknowledge"
    if ringing:
        return min(alarm.created_at + alarm.policy.get("acknowledge_within", 0) for alarm in ringing), None
    return None, "act" if case.state == "taken" else None


def _maybe(officer_id: bytes | None) -> str | None:
    return None if officer_id is None else b64u(officer_id)
