"""The next directory: drafted for whoever holds the root, and taken back once they have signed it off line.

Laws. The root's seed never comes here. A signed directory is judged as the command `directory install` judges it (`directory_succession`),
and besides it must not hold anybody who has left since it was drafted.
"""

from aiohttp import web

from handlers.directory_succession import Installed, NotTheNext, believed, faults, put_in_force, renewed, unsigned_text
from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.parts import Call
from handlers.officer.desk.people_bodies import SignedDocument
from handlers.officer.desk.scope import read_bytes
from handlers.officer.drafting import Since, draft, ended_at
from sealing.directory import Directory
from sealing.errors import DirectoryRefused
from sealing.identity import SIGNATURE_BYTES
from sealing.signed_directory import SignedDirectory
from storage.errors import DirectoryOlder
from storage.transaction import Transaction


async def show_draft(call: Call) -> web.StreamResponse:
    """Give the next directory as the unsigned document, with what changes in it."""

    def work(tx: Transaction) -> dict[str, object]:
        known = believed(tx, call.parts.root_public_key)
        if known is None:
            raise Refused(409, "state")
        drafted, changes = draft(known, Since.read(tx), call.now)
        following = renewed(drafted, call.now)
        return {
            "document": unsigned_text(following),
            "serial": following.serial,
            "changes": list(changes),
            "faults": [fault.to_json() for fault in faults(following)],
        }

    try:
        return ok(await call.parts.database.read(work))
    except NotTheNext as not_next:
        raise Refused(422, "refused", reason="clock", detail=not_next.fault) from None


async def install(call: Call) -> web.StreamResponse:
    """Put a signed directory in force."""
    body: SignedDocument = call.body
    signed = SignedDirectory(document=read_bytes(body.document), signature=read_bytes(body.signature, SIGNATURE_BYTES))

    parts = call.parts

    def work(tx: Transaction) -> Installed:
        root, policies = parts.root_public_key, parts.policies
        done = put_in_force(tx, signed, root, own=parts.own, policies=policies, now=call.now, rng=parts.rng)
        since = Since.read(tx)
        if any(ended_at(member, since, call.now) is not None for member in done.directory.members):
            raise NotTheNext("somebody who has left, or has new keys, stands under members: sign a new draft")
        if done.is_new:
            _settle(tx, done.directory, since)
            about = {"serial": done.directory.serial} | ({"released": done.released} if done.released else {})
            tx.audit.add(call.who.officer_id, "directory_installed", call.now, about=about)
        return done

    try:
        done = await parts.database.transact(work)
    except DirectoryRefused as refused:
        raise Refused(422, "refused", reason=refused.reason, detail=refused.detail) from None
    except DirectoryOlder:
        raise Refused(422, "refused", reason="directory-older") from None
    except NotTheNext as not_next:
        raise Refused(422, "refused", reason="directory-successor", detail=not_next.fault) from None
    await parts.database.read(parts.directory.follow)
    parts.ring()
    return ok({"serial": done.directory.serial, "is_new": done.is_new})


def _settle(tx: Transaction, new: Directory, since: Since) -> None:
    """Forget what waited for this directory, and let supervisors stand where alarms look for them."""
    for waiting in since.waiting:
        team = new.team(waiting.team_id)
        if team is not None and waiting.key_id in team.key_ids:
            tx.team_keys.settle(waiting.key_id, "signed")
    for plan in since.planned:
        team = new.team(plan.team_id)
        if team is not None and (team.name, team.areas) == (plan.name, plan.areas):
            tx.team_keys.unplan(plan.team_id)
    for member in new.members:
        officer = since.officers.get(member.officer_id)
        for team_id in member.team_ids if officer is not None and officer.role == "supervisor" else ():
            if all(one.officer_id != member.officer_id for one in tx.duties.supervisors((team_id,))):
                tx.duties.begin(team_id, member.officer_id, "supervisor")
