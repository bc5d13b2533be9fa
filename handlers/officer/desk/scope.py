"""Over whom a supervisor or an administrator may decide, and how ids in requests are read.

Laws. A supervisor decides over officers all of whose teams are the supervisor's own. An administrator decides over everybody, and opens
nothing. Nobody decides over themselves. A newcomer's fingerprints are compared by a supervisor of one of their teams; by an administrator
only where there is no such supervisor: for the first people of a team, and for the only supervisor who lost everything. So a lone
administrator, or who stole their session, lets nobody into a team that has a supervisor.
"""

from dataclasses import dataclass

from handlers.directory_in_force import DirectoryInForce
from handlers.officer.desk.answers import Refused
from handlers.officer.desk.case_access import signed_teams
from handlers.officer.desk.parts import Who
from handlers.officer.desk.sessions import joined_key
from sealing.encoding import ID_BYTES, unb64u
from sealing.errors import DoesNotOpen
from storage.officers import Officer
from storage.transaction import Transaction


def read_id(text: str) -> bytes:
    """Read an id; another spelling of it is malformed."""
    return read_bytes(text, ID_BYTES)


def read_bytes(text: str, size: int | None = None) -> bytes:
    """Read base64url of that size."""
    try:
        return unb64u(text, size)
    except DoesNotOpen:
        raise Refused(400, "malformed") from None


def is_over(who: Who, role: str, team_ids: tuple[str, ...]) -> bool:
    """Tell whether this person decides over somebody of that role and those teams."""
    if who.role == "administrator":
        return True
    return who.role == "supervisor" and role == "officer" and bool(team_ids) and set(team_ids) <= set(who.team_ids)


def must_be_over(who: Who, role: str, team_ids: tuple[str, ...]) -> None:
    """Refuse a person who does not decide over such an officer."""
    if not is_over(who, role, team_ids):
        raise Refused(403, "team")


def officer_to_decide_over(tx: Transaction, who: Who, officer_id: bytes) -> Officer:
    """Find an officer over whom this person decides."""
    officer = tx.officers.get(officer_id)
    if officer is None:
        raise Refused(404, "not_there")
    if officer_id == who.officer_id:
        raise Refused(409, "state")
    must_be_over(who, officer.role, officer.team_ids)
    return officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisors:
    """The supervisors whose own keys stand in the directory in force, with their teams."""

    teams: dict[bytes, frozenset[str]]

    @classmethod
    def read(cls, tx: Transaction, directory: DirectoryInForce) -> "Supervisors":
        """Find them."""
        there = [one for one in tx.officers.every() if one.active and one.role == "supervisor"]
        signed = {
            one.officer_id: signed_teams(directory, one.officer_id, joined_key(tx, one.officer_id), one.team_ids) for one in there
        }
        return cls(teams={officer_id: frozenset(teams) for officer_id, teams in signed.items() if teams})

    def over(self, newcomer: Officer) -> frozenset[bytes]:
        """Those who compare a newcomer's fingerprints."""
        teams = set(newcomer.team_ids)
        return frozenset(one for one, theirs in self.teams.items() if theirs & teams and one != newcomer.officer_id)


def may_compare(who: Who, newcomer: Officer, supervisors: Supervisors) -> bool:
    """Tell whether this person compares a newcomer's fingerprints, and lets in or refuses."""
    if who.officer_id == newcomer.officer_id:
        return False
    comparers = supervisors.over(newcomer)
    return not comparers if who.role == "administrator" else who.officer_id in comparers
