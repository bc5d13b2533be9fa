"""Which teams a case is with: the one answer for whoever sounds an alarm, moves a case or words a message.

Laws. A case is with every team that any of its alarms names, because an alarm that is closed keeps what it knew. A team that was shut out
is taken out of all of them, closed ones too, and no row says that it was ever there: whoever steals the database must not read whom a
reporter accuses (decision 14). It stays out because whoever adds a team gives it a wrap in the same transaction, and for a team that was
shut out nobody does. Every open alarm names all of the case's teams. Alarms are no history: a promise to act is dated in the future and
stays so when it is closed, so nothing follows from which comes last.
"""

from collections.abc import Collection, Iterable

from handlers.directory_in_force import NATIONAL
from storage.alarms import Alarm
from storage.transaction import Transaction


def teams_of(alarms: Iterable[Alarm], added: Iterable[str] = ()) -> tuple[str, ...]:
    """Name the teams of a case with these alarms, and those being added."""
    return tuple(dict.fromkeys((*(team for alarm in alarms for team in alarm.team_ids), *added)))


def teams_of_case(tx: Transaction, case_id: bytes) -> tuple[str, ...]:
    """Name the teams of a stored case."""
    return teams_of(tx.alarms.of_case(case_id))


def shut_out(tx: Transaction, case_id: bytes, team_ids: Collection[str]) -> tuple[str, ...]:
    """Take teams away from a case for good; return the teams that are left, or the national one, which has what belongs to nobody."""
    tx.alarms.hold(case_id)
    left = tuple(team for team in teams_of_case(tx, case_id) if team not in team_ids) or (NATIONAL,)
    tx.alarms.leave_to(case_id, left)
    return left
