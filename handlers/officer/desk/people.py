"""Invitations, officers who leave and officers who make new keys.

Laws. A code is shown once, to whoever made it. Who is removed is signed out and holds nothing in the same transaction. Every change is
written into the audit log with it, by ids only.
"""

from aiohttp import web

from handlers.officer.departures import depart
from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.parts import Call
from handlers.officer.desk.people_bodies import NewInvitation, OfOfficer
from handlers.officer.desk.scope import is_over, must_be_over, officer_to_decide_over, read_id
from handlers.officer.invitations import Invited, NameTaken, NameUnusable, Newcomer, invite, new_officer_id
from sealing.directory import Directory
from sealing.encoding import b64u
from storage.invitations import Invitation
from storage.transaction import Transaction


async def make_invitation(call: Call) -> web.StreamResponse:
    """Invite somebody: an administrator anybody, a supervisor an officer of their own teams."""
    body: NewInvitation = call.body
    teams = tuple(dict.fromkeys(body.team_ids))
    if (body.role == "administrator") == bool(teams):
        raise Refused(422, "refused", reason="teams")
    must_be_over(call.who, body.role, teams)

    def work(tx: Transaction) -> Invited:
        _must_be_teams(tx, call.parts.directory.now, teams)
        newcomer = Newcomer(
            officer_id=new_officer_id(call.parts.rng), name=body.name, role=body.role, team_ids=teams, language=body.language
        )
        invited = _invite(tx, call, newcomer)
        about = {"officer": b64u(invited.officer_id), "role": body.role}
        tx.audit.add(call.who.officer_id, "invited", call.now, about=about)
        return invited

    return ok(_shown(await call.parts.database.transact(work)))


async def list_invitations(call: Call) -> web.StreamResponse:
    """Tell who is invited and has not joined yet."""
    invitations = await call.parts.database.read(lambda tx: tx.admissions.invitations(call.now))
    seen = (one for one in invitations if is_over(call.who, one.role, one.team_ids))
    return ok([_told(one) for one in seen])


async def withdraw_invitation(call: Call) -> web.StreamResponse:
    """Let an invitation work no more."""
    body: OfOfficer = call.body
    officer_id = read_id(body.officer_id)

    def work(tx: Transaction) -> None:
        found = next((one for one in tx.admissions.invitations(call.now) if one.officer_id == officer_id), None)
        if found is None:
            raise Refused(404, "not_there")
        must_be_over(call.who, found.role, found.team_ids)
        tx.admissions.withdraw(officer_id)
        tx.audit.add(call.who.officer_id, "invitation_withdrawn", call.now, about={"officer": b64u(officer_id)})

    await call.parts.database.transact(work)
    return ok({})


async def remove_officer(call: Call) -> web.StreamResponse:
    """Take an officer away: signed out, off every list, their cases back in the queue, their signer retired in the next directory."""
    body: OfOfficer = call.body
    officer_id = read_id(body.officer_id)

    def work(tx: Transaction) -> int:
        if not officer_to_decide_over(tx, call.who, officer_id).active:
            raise Refused(409, "state")
        released = depart(tx, officer_id, policies=call.parts.policies, now=call.now, rng=call.parts.rng)
        tx.audit.add(call.who.officer_id, "officer_removed", call.now, about={"officer": b64u(officer_id), "released": released})
        return released

    released = await call.parts.database.transact(work)
    call.parts.ring()
    return ok({"released": released})


async def readmit_officer(call: Call) -> web.StreamResponse:
    """Invite an officer to make new keys under the same id, after passphrase and recovery code are lost; the old keys end at once."""
    body: OfOfficer = call.body
    officer_id = read_id(body.officer_id)

    def work(tx: Transaction) -> Invited:
        officer = officer_to_decide_over(tx, call.who, officer_id)
        depart(tx, officer_id, policies=call.parts.policies, now=call.now, rng=call.parts.rng)
        newcomer = Newcomer(
            officer_id=officer_id,
            name=tx.officers.name(officer_id),
            role=officer.role,
            team_ids=officer.team_ids,
            language=officer.language,
        )
        invited = _invite(tx, call, newcomer)
        tx.audit.add(call.who.officer_id, "officer_readmitted", call.now, about={"officer": b64u(officer_id)})
        return invited

    invited = await call.parts.database.transact(work)
    call.parts.ring()
    return ok(_shown(invited))


def _invite(tx: Transaction, call: Call, newcomer: Newcomer) -> Invited:
    lookup = call.parts.name_lookup
    try:
        return invite(tx, newcomer, lookup, by=call.who.officer_id, now=call.now, rng=call.parts.rng)
    except NameTaken:
        raise Refused(409, "taken") from None
    except NameUnusable:
        raise Refused(400, "malformed") from None


def _must_be_teams(tx: Transaction, directory: Directory, teams: tuple[str, ...]) -> None:
    known = {team.team_id for team in directory.teams} | {team.team_id for team in tx.team_keys.planned()}
    if set(teams) - known:
        raise Refused(422, "refused", reason="teams")


def _shown(invited: Invited) -> dict[str, object]:
    return {
        "officer_id": b64u(invited.officer_id),
        "code": invited.code,
        "link": invited.link,
        "expires_at": invited.expires_at,
    }


def _told(one: Invitation) -> dict[str, object]:
    return {
        "officer_id": b64u(one.officer_id),
        "name": one.name,
        "role": one.role,
        "team_ids": list(one.team_ids),
        "language": one.language,
        "invited_by": None if one.invited_by is None else b64u(one.invited_by),
        "invited_at": one.invited_at,
        "expires_at": one.expires_at,
    }
