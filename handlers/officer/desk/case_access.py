"""Who may see a case at the desk: the members of its teams, by the keys that the directory in force gives those teams.

Laws. Whoever joined, also anew, is of no team before the root has signed the keys that they joined with. An officer sees a case only if a
team of theirs owns a wrap of it, by its present key or a former one; a team is theirs only if both the directory that the root signed and
the list of officers here say so. Any other case is not there: the answer is the same as for an id that was never given.
"""

from aiohttp import web

from handlers.directory_in_force import DirectoryInForce
from handlers.officer.desk.answers import Refused
from handlers.officer.desk.parts import Who
from sealing.directory import Directory, Member
from sealing.encoding import ID_BYTES, unb64u
from sealing.errors import DoesNotOpen
from storage.case_values import CaseRow
from storage.transaction import Transaction


def signed_teams(
    directory: DirectoryInForce, officer_id: bytes, joined_key: bytes | None, team_ids: tuple[str, ...]
) -> tuple[str, ...]:
    """The teams of an officer whose own keys stand in the directory in force; none while somebody still has to compare and sign them."""
    member = _member(directory, officer_id)
    return team_ids if member is not None and joined_key in (None, member.key.key_id) else ()


def teams_of(directory: DirectoryInForce, officer_id: bytes, team_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The teams that an officer belongs to both here and in the directory in force."""
    member = _member(directory, officer_id)
    return () if member is None else tuple(team for team in member.team_ids if team in team_ids)


def keys_of(directory: DirectoryInForce, officer_id: bytes, team_ids: tuple[str, ...]) -> tuple[bytes, ...]:
    """The ids of the keys, present and former, that an officer may open cases by."""
    mine = teams_of(directory, officer_id, team_ids)
    return tuple(sorted(key for team in directory.now.teams if team.team_id in mine for key in team.key_ids)) if mine else ()


def teams_with(directory: Directory, key_ids: frozenset[bytes]) -> tuple[str, ...]:
    """The teams that own one of these keys."""
    return tuple(team.team_id for team in directory.teams if team.key_ids & key_ids)


def signer_of(directory: DirectoryInForce, officer_id: bytes) -> bytes:
    """The id that an officer's entries carry as author, by the directory in force."""
    member = _member(directory, officer_id)
    if member is None:
        raise Refused(422, "refused", reason="entry-author")
    return member.signer_id


def visible(tx: Transaction, directory: DirectoryInForce, who: Who, case_id: bytes) -> CaseRow:
    """Return a case that this officer may see; any other is not there."""
    key_ids = keys_of(directory, who.officer_id, who.team_ids)
    case = tx.cases.get(case_id) if key_ids and tx.cases.opens_for(case_id, key_ids) else None
    if case is None or case.erased:
        raise Refused(404, "not_there")
    return case


def id_in_path(request: web.Request, name: str) -> bytes:
    """Read an id from the address; one that is none names nothing."""
    try:
        return unb64u(request.match_info[name], ID_BYTES)
    except DoesNotOpen:
        raise Refused(404, "not_there") from None


def _member(directory: DirectoryInForce, officer_id: bytes) -> Member | None:
    return directory.now.member(officer_id) if directory.is_known else None
