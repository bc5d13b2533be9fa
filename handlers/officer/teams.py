"""Which teams a case is with: the one answer for whoever sounds an alarm, moves a case or words a message.

Laws. A case is with every team that any of its alarms ever named, because an alarm that is closed keeps what it knew; only a team
that was shut out is not, whatever alarm names it, then or later. Every open alarm names all of the case's teams. Alarms are no
history: a promise to act is dated in the future and stays so when it is closed, so nothing follows from which comes last.
"""

from collections.abc import Collection, Iterable
from typing import Final

from storage.alarms import Alarm
from storage.transaction import Transaction

_SHUT_OUT: Final = "shut_out"
"""The only field in the policy of a record that teams were shut out. Such a record is a closed alarm that never sounded."""


def teams_of(alarms: Iterable[Alarm], added: Iterable[str] = ()) -> tuple[str, ...]:
    """Name the teams of a case with these alarms, and those being added; nobody who was shut out."""
    known = tuple(alarms)
    out = {team for alarm in known for team in alarm.policy.get(_SHUT_OUT, ())}
    named = (*(team for alarm in known for team in alarm.team_ids), *added)
    return tuple(team for team in dict.fromkeys(named) if team not in out)


def teams_of_case(tx: Transaction, case_id: bytes) -> tuple[str, ...]:
    """Name the teams of a stored case."""
    return teams_of(tx.alarms.of_case(case_id))


def shut_out(tx: Transaction, case_id: bytes, team_ids: Collection[str], *, alarm_id: bytes, now: int) -> tuple[str, ...]:
    """Take teams away from a case for good, under a fresh `alarm_id`; return the teams that are left."""
    alarms = tx.alarms.of_case(case_id)
    if alarms:
        tx.alarms.open(
            Alarm(
                alarm_id=alarm_id,
                case_id=case_id,
                team_ids=(),
                urgency=alarms[-1].urgency,
                created_at=now,
                next_at=None,
                policy={_SHUT_OUT: sorted(team_ids)},
                state="closed",
            )
        )
    left = teams_of_case(tx, case_id)
    for alarm in alarms:
        if alarm.state == "open":
            tx.alarms.revise(alarm.alarm_id, team_ids=left, urgency=alarm.urgency, next_at=alarm.next_at)
    return left
