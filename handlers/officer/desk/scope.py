"""Over whom a supervisor or an administrator may decide, and how ids in requests are read.

Laws. A supervisor decides over officers all of whose teams are the supervisor's own. An administrator decides over everybody, and opens
nothing. Nobody decides over themselves.
"""

from handlers.officer.desk.answers import Refused
from handlers.officer.desk.parts import Who
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
