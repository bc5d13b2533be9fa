"""Officers who leave, and those who come back with new keys: one implementation for the command and for the desk.

Laws. Who leaves is signed out everywhere and cannot sign in, is on no list, holds no case and cannot be reached. Their signature counts no
longer from that moment on, which the next directory says. They keep what they could copy: their teams need new keys. Who lost their keys
leaves first, and joins again under the same id.
"""

from flows.escalation import Policies
from handlers.officer.alarms import Rng
from handlers.officer.shifts import end_shift, release_all
from storage.transaction import Transaction


def depart(tx: Transaction, officer_id: bytes, *, policies: Policies, now: int, rng: Rng) -> int:
    """Take an officer off every list and sign them out; return how many of their cases went back into the queue."""
    officer = tx.officers.get(officer_id)
    released = 0
    for team in () if officer is None else officer.team_ids:
        tx.duties.end(team, officer_id, "supervisor")
        released += end_shift(tx, officer_id, team, policies=policies, now=now, rng=rng)
    released += release_all(tx, officer_id, policies=policies, now=now, rng=rng)
    tx.officers.leave(officer_id, now)
    tx.officers.clear_contact(officer_id)
    tx.officers.void_link_codes(officer_id)
    tx.desk_sessions.end_all(officer_id)
    tx.logins.remove(officer_id)
    tx.team_keys.drop_of(officer_id)
    tx.admissions.withdraw(officer_id)
    return released
