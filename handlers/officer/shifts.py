"""Coming on duty and going off it.

Laws. Whoever comes on duty is told at once what is waiting. A case returns to the queue when its officer's last duty ends without a
hand-over, or the officer leaves, and its alarm sounds again: nobody keeps a case by going home.
"""

from flows.escalation import Policies
from handlers.officer import alarms, moves
from handlers.officer.alarms import Rng
from storage.transaction import Transaction


def begin_shift(tx: Transaction, officer_id: bytes, team_id: str, *, position: int = 0, now: int, rng: Rng) -> int:
    """Put an officer on duty for a team; return how many waiting cases they are told of."""
    tx.duties.begin(team_id, officer_id, "duty", position)
    return alarms.tell_officer(tx, officer_id, now=now, rng=rng)


def end_shift(tx: Transaction, officer_id: bytes, team_id: str, *, policies: Policies, now: int, rng: Rng) -> int:
    """Take an officer off duty for a team; return how many of their cases went back into the queue."""
    tx.duties.end(team_id, officer_id, "duty")
    officer = tx.officers.get(officer_id)
    teams = () if officer is None else (*officer.team_ids, team_id)
    if any(one.officer_id == officer_id for one in tx.duties.on_duty(teams)):
        return 0
    return release_all(tx, officer_id, policies=policies, now=now, rng=rng)


def release_all(tx: Transaction, officer_id: bytes, *, policies: Policies, now: int, rng: Rng) -> int:
    """Put every case that an officer holds back into the queue, on a list or not; return how many. Called before an officer is removed."""
    held = tx.cases.held_by(officer_id)
    for case in held:
        moves.release(tx, case.case_id, officer_id, policies=policies, now=now, rng=rng)
    return len(held)
