"""Officers who leave, those who come back with new keys, and those whom a new directory takes out of a team: one implementation for the
command and for the desk.

Laws. Who leaves is signed out everywhere and cannot sign in, is on no list, holds no case and cannot be reached. Their signature counts no
longer from that moment on, which the next directory says. They keep what they could copy: their teams need new keys. Who lost their keys
leaves first, and joins again under the same id. Nobody keeps a case that the directory in force no longer lets them open.
"""

from flows.escalation import Policies
from handlers.officer import moves
from handlers.officer.alarms import Rng
from handlers.officer.shifts import end_shift, release_all
from sealing.directory import Directory
from storage.officers import Officer
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


def give_back(tx: Transaction, before: Directory | None, new: Directory, *, policies: Policies, now: int, rng: Rng) -> int:
    """Put every case back into the queue that its holder could open by the directory before and cannot by the new one; return how many."""
    released = 0
    for officer_id in tx.cases.holders():
        officer, held = tx.officers.get(officer_id), tx.cases.held_by(officer_id)
        keys = tx.cases.keys_of([case.case_id for case in held])
        for case in held:
            key_ids = keys.get(case.case_id, frozenset())
            if _opens(before, officer, key_ids) and not _opens(new, officer, key_ids):
                released += moves.release(tx, case.case_id, officer_id, policies=policies, now=now, rng=rng).moved
    return released


def _opens(directory: Directory | None, officer: Officer | None, key_ids: frozenset[bytes]) -> bool:
    """Whether an officer may open what these keys open: by a team that both the directory and the list of officers give them."""
    member = None if directory is None or officer is None else directory.member(officer.officer_id)
    if directory is None or officer is None or member is None:
        return False
    teams = set(member.team_ids) & set(officer.team_ids)
    return any(team.key_ids & key_ids for team in directory.teams if team.team_id in teams)
