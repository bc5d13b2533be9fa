"""Who may read a case: another team let in, one shut out, or one that has a new key.

Laws. The wrap for a team is made in the browser of somebody who can open the case, to the key that the directory in force gives the team,
and announced by an entry in the same transaction; the alarms of the case name the team from then on. To the keys of a directory that has
expired nobody seals (SEALING.md section 3). At least one team stays. A team that is shut out loses every wrap, what was not sent to its
people yet, and a case that one of them holds; what they read, they read. No row and no record names it afterwards (decision 14). A team's
new key takes the place of its former ones: who has left keeps those. It does so only when every member has the new key, and is no news to
anybody, because the same people read.
"""

from handlers.officer.alarms import ENDED, leave_out, open_alarm, sound
from handlers.officer.desk.answers import Refused
from handlers.officer.desk.case_access import keys_of, teams_of, teams_with
from handlers.officer.desk.case_bodies import LetInBody, ShutOutBody
from handlers.officer.desk.moving import Moving
from handlers.officer.desk.scope import read_bytes, read_id
from handlers.officer.desk.team_keys import lacking
from handlers.officer.moves import refresh, standing
from handlers.officer.news import tell_newcomers
from sealing.case import Wrap, must_be_wrap_for
from sealing.directory import Team
from sealing.errors import NotAccepted
from storage.audit import About


def let_in(moving: Moving, body: LetInBody) -> About | None:
    """Let a team read, by the key that it has now; also a team that could read by an earlier key only."""
    moving.parts.directory.to_seal(moving.now)
    tx, team = moving.tx, _team(moving, body.team_id)
    wrap = _wrap(body, team)
    if not tx.cases.add_wrap(moving.case_id, wrap):
        raise Refused(409, "state")
    teams = teams_with(moving.parts.directory.now, moving.wrapped_to | {wrap.key_id})
    rng = moving.parts.rng
    open_alarm(tx, case_id=moving.case_id, team_ids=teams, policies=moving.parts.policies, now=moving.now, rng=rng)
    tell_newcomers(tx, moving.case_id, team.team_id, now=moving.now, rng=rng)
    refresh(tx, moving.case_id, moving.me, now=moving.now, rng=rng)
    return {"team": team.team_id}


def rewrap(moving: Moving, body: LetInBody) -> About | None:
    """Wrap a case to the present key of its team, and take the ways of the team's former keys away."""
    tx, team, directory = moving.tx, _team(moving, body.team_id), moving.parts.directory
    directory.to_seal(moving.now)
    if team.team_id not in teams_of(directory, moving.me, moving.who.team_ids):
        raise Refused(403, "team")
    former = moving.wrapped_to & frozenset(team.former_key_ids)
    if not former or lacking(tx, directory.now, team, team.key.key_id):
        raise Refused(409, "state")
    tx.cases.add_wrap(moving.case_id, _wrap(body, team))
    for key_id in sorted(former):
        tx.cases.remove_wrap(moving.case_id, key_id)
    return {"team": team.team_id}


def shut_out(moving: Moving, body: ShutOutBody) -> About | None:
    """Take a team's ways into the case away."""
    tx, team = moving.tx, _team(moving, body.team_id)
    left = moving.wrapped_to - team.key_ids
    if left == moving.wrapped_to:
        raise Refused(409, "state")
    staying = teams_with(moving.parts.directory.now, left)
    if not staying:
        raise Refused(422, "refused", reason="last-team")
    for key_id in sorted(moving.wrapped_to & team.key_ids):
        tx.cases.remove_wrap(moving.case_id, key_id)
    leave_out(tx, moving.case_id, (team.team_id,))
    _give_back(moving, left, staying)
    refresh(tx, moving.case_id, moving.me, now=moving.now, rng=moving.parts.rng)
    return None


def _give_back(moving: Moving, left: frozenset[bytes], staying: tuple[str, ...]) -> None:
    """Put the case back into the queue where whoever has it, or promised to act, may not open it any more."""
    tx, rng = moving.tx, moving.parts.rng
    if moving.case.state in ENDED:
        return
    stands = standing(tx, moving.case_id, moving.now)
    if stands.stand in ("taken", "acknowledged") and stands.by is not None and not _opens(moving, stands.by, left):
        if tx.cases.release(moving.case_id, stands.by):
            tx.notices.add(moving.case_id, "released", moving.now)
        tx.snoozes.wake(moving.case_id)
        case = tx.cases.get(moving.case_id)
        assert case is not None
        sound(tx, case, staying, moving.parts.policies.of(case.urgency), starts_at=moving.now, now=moving.now, rng=rng)
    else:
        open_alarm(tx, case_id=moving.case_id, team_ids=staying, policies=moving.parts.policies, now=moving.now, rng=rng)


def _opens(moving: Moving, officer_id: bytes, left: frozenset[bytes]) -> bool:
    officer = moving.tx.officers.get(officer_id)
    return officer is not None and bool(left & set(keys_of(moving.parts.directory, officer_id, officer.team_ids)))


def _wrap(body: LetInBody, team: Team) -> Wrap:
    wrap = Wrap(key_id=read_id(body.wraps[0].key_id), sealed=read_bytes(body.wraps[0].sealed))
    try:
        must_be_wrap_for(wrap, team.key)
    except NotAccepted:
        raise Refused(422, "refused", reason="wrap") from None
    return wrap


def _team(moving: Moving, team_id: str) -> Team:
    team = moving.parts.directory.now.team(team_id)
    if team is None:
        raise Refused(422, "refused", reason="team")
    return team
