"""Teams, their keys, and the wraps by which members have them.

Laws. A team's seed is made in a member's browser and comes here only sealed to members. Nobody here can see what a wrap holds, so nobody
may put one in the place of another member's: with it the team's last way to its seed could go. A wrap is taken only for a key that stands
under `members` of the directory in force, for a team of that member, and only from a member of that team who has the seed; everybody may
put in one for themselves, because a false one harms nobody else: a reader checks that a seed gives its key. Nobody seals to the keys of
a directory that has expired. Administrators plan teams and open nothing.
"""

from typing import Final

from aiohttp import web

from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.case_access import teams_of
from handlers.officer.desk.parts import Call
from handlers.officer.desk.people_bodies import NewTeam, NewTeamKey, OfTeamKey, OneWrap, Wraps
from handlers.officer.desk.scope import read_bytes, read_id
from handlers.officer.invitations import NameUnusable, readable_name
from sealing.case import WRAP_BYTES, TeamWrap
from sealing.directory import Directory, Member, Team
from sealing.encoding import b64u
from sealing.errors import KeyUnusable
from sealing.identity import PUBLIC_KEY_BYTES, Recipient
from storage.team_keys import PlannedTeam, WaitingKey
from storage.transaction import Transaction

REWRAPS_AT_ONCE: Final = 100
"""Cases that a browser is handed to wrap anew; it asks again until none is left."""


async def plan_team(call: Call) -> web.StreamResponse:
    """Plan a team, or another name or other areas for one; the next directory says so."""
    body: NewTeam = call.body
    areas = tuple(dict.fromkeys(body.areas))
    try:
        name = readable_name(body.name)
    except NameUnusable:
        raise Refused(400, "malformed") from None
    if set(areas) - set(call.parts.places.codes()):
        raise Refused(422, "refused", reason="areas")

    def work(tx: Transaction) -> None:
        covered = {team.team_id: team.areas for team in call.parts.directory.now.teams}
        covered |= {team.team_id: team.areas for team in tx.team_keys.planned()}
        if any(set(areas) & set(theirs) for team_id, theirs in covered.items() if team_id != body.team_id):
            raise Refused(409, "taken")
        planned_by = call.who.officer_id
        tx.team_keys.plan(PlannedTeam(team_id=body.team_id, name=name, areas=areas, planned_by=planned_by, planned_at=call.now))
        tx.audit.add(planned_by, "team_planned", call.now, about={"team": body.team_id})

    await call.parts.database.transact(work)
    return ok({})


async def list_teams(call: Call) -> web.StreamResponse:
    """Tell the teams there are and will be, and which of them need a key."""

    def work(tx: Transaction) -> list[dict[str, object]]:
        directory = call.parts.directory.now
        plans = {plan.team_id: plan for plan in tx.team_keys.planned()}
        waiting = {key.team_id: key for key in tx.team_keys.waiting()}
        told = []
        for team_id in dict.fromkeys((*(team.team_id for team in directory.teams), *plans)):
            team, plan = directory.team(team_id), plans.get(team_id)
            shown = plan or team
            assert shown is not None
            told.append(
                {
                    "team_id": team_id,
                    "name": shown.name,
                    "areas": list(shown.areas),
                    "planned": plan is not None,
                    "key_id": b64u(team.key.key_id) if team else None,
                    "former_key_ids": [b64u(key_id) for key_id in team.former_key_ids] if team else [],
                    "members": [b64u(member.officer_id) for member in directory.members if team_id in member.team_ids],
                    "waiting_key_id": b64u(waiting[team_id].key_id) if team_id in waiting else None,
                    "needs_key": team is None or needs_key(tx, directory, team, call.now),
                }
            )
        return told

    return ok(await call.parts.database.read(work))


def needs_key(tx: Transaction, directory: Directory, team: Team, now: int) -> bool:
    """Tell whether somebody has this team's seed who is of the team no more. Who only makes new keys does not count: their copy is lost."""
    invited = {one.officer_id for one in tx.admissions.invitations(now)}
    of_team = [member for member in directory.members if team.team_id in member.team_ids]
    present = {member.key.key_id for member in of_team if member.officer_id in invited or _is_active(tx, member)}
    return any(member_key_id not in present for _, member_key_id in tx.team_wraps.holders((team.key.key_id,)))


async def make_team_key(call: Call) -> web.StreamResponse:
    """Take a team's first or new public key, made by one of its members, for the next directory."""
    body: NewTeamKey = call.body
    try:
        key = Recipient.from_bytes(read_bytes(body.public_key, PUBLIC_KEY_BYTES))
    except KeyUnusable:
        raise Refused(422, "refused", reason="key") from None
    sealed = read_bytes(body.sealed, WRAP_BYTES)

    def work(tx: Transaction) -> None:
        directory = call.parts.directory.to_seal(call.now)
        maker = own_member(directory, call.who.officer_id)
        if body.team_id not in call.who.team_ids:
            raise Refused(403, "team")
        known = {team.team_id for team in directory.teams} | {team.team_id for team in tx.team_keys.planned()}
        if body.team_id not in known or any(waiting.team_id == body.team_id for waiting in tx.team_keys.waiting()):
            raise Refused(409, "state")
        if tx.team_keys.is_known(key.key_id) or _stands_in(directory, key.key_id):
            raise Refused(409, "taken")
        made_by = call.who.officer_id
        tx.team_keys.offer(
            WaitingKey(key_id=key.key_id, team_id=body.team_id, public_key=key.public_key, made_by=made_by, made_at=call.now)
        )
        wrap = TeamWrap(team_key_id=key.key_id, member_key_id=maker.key.key_id, sealed=sealed)
        tx.team_wraps.put((wrap,), made_by=made_by, now=call.now)
        tx.audit.add(made_by, "team_key_made", call.now, about={"team": body.team_id, "key": b64u(key.key_id)})

    await call.parts.database.transact(work)
    return ok({"key_id": b64u(key.key_id)})


async def list_wanted_wraps(call: Call) -> web.StreamResponse:
    """Tell which members of my teams lack a seed that I have, and to which key it is to be wrapped."""

    def work(tx: Transaction) -> list[dict[str, object]]:
        directory = call.parts.directory.now
        me = directory.member(call.who.officer_id)
        if me is None:
            return []
        teams = [team for team in directory.teams if team.team_id in me.team_ids]
        holders = tx.team_wraps.holders([key_id for team in teams for key_id in team.key_ids])
        return [
            {
                "team_id": team.team_id,
                "team_key_id": b64u(key_id),
                "member_key_id": b64u(member.key.key_id),
                "officer_id": b64u(member.officer_id),
                "public_key": b64u(member.key.public_key),
            }
            for team in teams
            for key_id in (team.key.key_id, *team.former_key_ids)
            if (key_id, me.key.key_id) in holders
            for member in lacking(tx, directory, team, key_id)
        ]

    return ok(await call.parts.database.read(work))


def lacking(tx: Transaction, directory: Directory, team: Team, key_id: bytes) -> list[Member]:
    """The members of a team who work here and have not been given this key of it."""
    holders = {member_key_id for _, member_key_id in tx.team_wraps.holders((key_id,))}
    of_team = (member for member in directory.members if team.team_id in member.team_ids)
    return [member for member in of_team if member.key.key_id not in holders and _is_active(tx, member)]


async def give_wraps(call: Call) -> web.StreamResponse:
    """Take wraps of my teams' seeds for other members, or for myself. What another member has already stays as it is."""
    body: Wraps = call.body

    def work(tx: Transaction) -> None:
        directory = call.parts.directory.to_seal(call.now)
        me = own_member(directory, call.who.officer_id)
        own_keys = {wrap.team_key_id for wrap in tx.team_wraps.of_member(me.key.key_id)}
        held = tx.team_wraps.holders([key_id for team in directory.teams for key_id in team.key_ids])
        for one in body.wraps:
            wrap = _read(one)
            team = next((team for team in directory.teams if wrap.team_key_id in team.key_ids), None)
            if team is None or team.team_id not in me.team_ids:
                raise Refused(403, "team")
            if wrap.member_key_id != me.key.key_id and wrap.team_key_id not in own_keys:
                raise Refused(403, "team")
            member = next((member for member in directory.members if member.key.key_id == wrap.member_key_id), None)
            if member is None or team.team_id not in member.team_ids or not _is_active(tx, member):
                raise Refused(422, "refused", reason="not_a_member")
            if member.officer_id != call.who.officer_id and (wrap.team_key_id, wrap.member_key_id) in held:
                continue
            tx.team_wraps.put((wrap,), made_by=call.who.officer_id, now=call.now)
            about = {"team": team.team_id, "key": one.team_key_id, "officer": b64u(member.officer_id)}
            tx.audit.add(call.who.officer_id, "team_wrapped", call.now, about=about)

    await call.parts.database.transact(work)
    return ok({})


async def report_broken_wrap(call: Call) -> web.StreamResponse:
    """Forget a wrap of mine that does not open, so that another member gives it to me again."""
    body: OfTeamKey = call.body

    def work(tx: Transaction) -> None:
        me = own_member(call.parts.directory.now, call.who.officer_id)
        if not tx.team_wraps.forget(read_id(body.team_key_id), me.key.key_id):
            raise Refused(404, "not_there")
        tx.audit.add(call.who.officer_id, "wrap_broken", call.now, about={"key": body.team_key_id})

    await call.parts.database.transact(work)
    return ok({})


async def list_wanted_rewraps(call: Call) -> web.StreamResponse:
    """Tell which open cases a former key of a team opens: a member's browser wraps them to the present one."""
    mine = teams_of(call.parts.directory, call.who.officer_id, call.who.team_ids)
    team = call.parts.directory.now.team(call.request.query.get("team_id", ""))
    if team is None or team.team_id not in mine:
        raise Refused(403, "team")
    former = team.former_key_ids
    found = await call.parts.database.read(lambda tx: tx.team_wraps.to_rewrap(former, REWRAPS_AT_ONCE))
    return ok([b64u(case_id) for case_id in found])


def own_member(directory: Directory, officer_id: bytes) -> Member:
    """The person as the directory in force knows them; refused to who does not stand in it yet."""
    member = directory.member(officer_id)
    if member is None:
        raise Refused(409, "state")
    return member


def _is_active(tx: Transaction, member: Member) -> bool:
    """Whether a member works here still; who was never made an officer here is the directory's own matter."""
    officer = tx.officers.get(member.officer_id)
    return officer is None or officer.active


def _stands_in(directory: Directory, key_id: bytes) -> bool:
    known = {directory.recovery.key_id, directory.relay.key_id, *(member.key.key_id for member in directory.members)}
    return key_id in known or any(key_id in team.key_ids for team in directory.teams)


def _read(one: OneWrap) -> TeamWrap:
    return TeamWrap(
        team_key_id=read_id(one.team_key_id), member_key_id=read_id(one.member_key_id), sealed=read_bytes(one.sealed, WRAP_BYTES)
    )
