"""Joining by a link, and being let in once the fingerprints were compared aloud.

Laws. What a newcomer sends is public keys, sealed slots and login proofs: no seed and no passphrase. The code is used up in the transaction
that lets them sign in. They see no case before the root has signed their keys. An administrator's keys go nowhere: an administrator is of
no team. Nobody compares their own fingerprint.
"""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from aiohttp import web

from handlers.officer.departures import depart
from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.bodies import SlotBody
from handlers.officer.desk.guesses import Key
from handlers.officer.desk.parts import Call
from handlers.officer.desk.people_bodies import CodeGiven, Compared, Joining, OfOfficer
from handlers.officer.desk.scope import Supervisors, is_over, may_compare, read_bytes, read_id
from handlers.officer.desk.sign_in import keyed
from handlers.officer.invitations import hashed
from sealing.directory import Directory
from sealing.encoding import b64u
from sealing.errors import DoesNotOpen, KeyUnusable
from sealing.identity import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, Recipient, Verifier, fingerprint
from sealing.joining import proves_joining
from sealing.slots import PassphraseSlot, stored_proof
from storage.errors import AlreadyThere
from storage.invitations import Admission, Invitation
from storage.logins import SlotAndProof
from storage.officers import NewOfficer
from storage.transaction import Transaction

PROOF_BYTES: Final = 32
T = TypeVar("T")


async def look(call: Call) -> web.StreamResponse:
    """Tell who an invitation is for, and the directory that the newcomer's browser will believe."""
    body: CodeGiven = call.body
    code_hash = hashed(body.code)

    def work(tx: Transaction) -> dict[str, object]:
        invitation = tx.admissions.by_code(code_hash, call.now)
        stored = tx.directory.current()
        if invitation is None or stored is None:
            raise Refused(404, "not_there")
        return {
            "officer_id": b64u(invitation.officer_id),
            "name": invitation.name,
            "role": invitation.role,
            "team_ids": list(invitation.team_ids),
            "team_names": _names(tx, call.parts.directory.now, invitation.team_ids),
            "language": invitation.language,
            "directory": {"document": b64u(stored.document), "signature": b64u(stored.signature)},
            "root_public_key": b64u(call.parts.root_public_key),
        }

    return ok(await _slowly(call, lambda: call.parts.database.read(work)))


async def join(call: Call) -> web.StreamResponse:
    """Use a code up: the newcomer may sign in from now on."""
    body: Joining = call.body
    code_hash = hashed(body.code)
    identity, signing = _keys(body)

    def work(tx: Transaction) -> None:
        invitation = tx.admissions.by_code(code_hash, call.now)
        if invitation is None:
            raise Refused(404, "not_there")
        proof = read_bytes(body.proof_of_signing, SIGNATURE_BYTES)
        if not proves_joining(proof, invitation.officer_id, identity, signing):
            raise Refused(422, "refused", reason="proof_of_signing")
        if _is_known(tx, call.parts.directory.now, identity, signing):
            raise Refused(409, "taken")
        if not tx.admissions.use(code_hash, call.now):
            raise Refused(404, "not_there")
        _enlist(tx, invitation, call.parts.directory.now)
        _let_sign_in(tx, call, invitation, body)
        if invitation.role != "administrator":
            tx.admissions.join(
                Admission(
                    officer_id=invitation.officer_id,
                    identity_key=identity.public_key,
                    signing_key=signing.public_key,
                    key_id=identity.key_id,
                    signer_id=signing.signer_id,
                    joined_at=call.now,
                )
            )
        about = {"key": b64u(identity.key_id), "signer": b64u(signing.signer_id)}
        tx.audit.add(invitation.officer_id, "joined", call.now, about=about)

    await _slowly(call, lambda: call.parts.database.transact(work))
    return ok(_fingerprints(identity.key_id, signing.signer_id))


async def list_admissions(call: Call) -> web.StreamResponse:
    """Tell who has joined and does not stand in the directory yet, with what is to be compared aloud."""

    def work(tx: Transaction) -> list[dict[str, object]]:
        directory, supervisors = call.parts.directory.now, Supervisors.read(tx, call.parts.directory)
        told = []
        for admission in tx.admissions.every():
            officer, member = tx.officers.get(admission.officer_id), directory.member(admission.officer_id)
            if officer is None or not officer.active or admission.state == "refused":
                continue
            if member is not None and member.key.key_id == admission.key_id:
                continue
            mine = may_compare(call.who, officer, supervisors)
            if mine or is_over(call.who, officer.role, officer.team_ids):
                about = {"name": tx.officers.name(officer.officer_id), "role": officer.role, "team_ids": list(officer.team_ids)}
                told.append({"officer_id": b64u(officer.officer_id), **about, "may_compare": mine, **_told(admission)})
        return told

    return ok(await call.parts.database.read(work))


async def compare(call: Call) -> web.StreamResponse:
    """Note that a person compared exactly these keys aloud with the newcomer: the next directory may hold them."""
    body: Compared = call.body
    officer_id = read_id(body.officer_id)

    def work(tx: Transaction) -> None:
        admission = _waiting(tx, call, officer_id)
        if (admission.key_id, admission.signer_id) != (read_id(body.key_id), read_id(body.signer_id)):
            raise Refused(409, "state")
        tx.admissions.decide(admission, "compared", by=call.who.officer_id, now=call.now)
        about = {"officer": b64u(officer_id), "key": body.key_id, "signer": body.signer_id}
        tx.audit.add(call.who.officer_id, "admission_compared", call.now, about=about)

    await call.parts.database.transact(work)
    return ok({})


async def refuse(call: Call) -> web.StreamResponse:
    """Turn a newcomer away whose fingerprints were others: whoever joined with that link was not the person who was meant."""
    body: OfOfficer = call.body
    officer_id = read_id(body.officer_id)

    def work(tx: Transaction) -> None:
        admission = _waiting(tx, call, officer_id)
        tx.admissions.decide(admission, "refused", by=call.who.officer_id, now=call.now)
        depart(tx, officer_id, policies=call.parts.policies, now=call.now, rng=call.parts.rng)
        tx.audit.add(call.who.officer_id, "admission_refused", call.now, about={"officer": b64u(officer_id)})

    await call.parts.database.transact(work)
    return ok({})


async def _slowly(call: Call, work: Callable[[], Awaitable[T]]) -> T:
    """Do what a code allows; whoever tries one wrong code after the other waits."""
    parts = call.parts
    keys: tuple[Key, ...] = (("code", keyed(parts, "code", call.address)),)
    if wait := parts.guesses.enter(keys, call.now):
        await parts.pause(wait)
    try:
        return await work()
    except Refused as refused:
        if refused.code == "not_there":
            parts.guesses.wrong(keys, parts.clock())
        raise


def _names(tx: Transaction, directory: Directory, team_ids: tuple[str, ...]) -> list[str]:
    """Teams as they are called, or will be with the next directory."""
    names = {team.team_id: team.name for team in directory.teams} | {team.team_id: team.name for team in tx.team_keys.planned()}
    return [names[team_id] for team_id in team_ids if team_id in names]


def _keys(body: Joining) -> tuple[Recipient, Verifier]:
    try:
        identity = Recipient.from_bytes(read_bytes(body.identity_public, PUBLIC_KEY_BYTES))
        return identity, Verifier.from_bytes(read_bytes(body.signing_public, 32))
    except KeyUnusable:
        raise Refused(422, "refused", reason="key") from None


def _is_known(tx: Transaction, directory: Directory, identity: Recipient, signing: Verifier) -> bool:
    """Whether one of these keys was ever seen: keys are made anew, and nobody joins with somebody else's."""
    in_directory = any(member.key.key_id == identity.key_id for member in directory.members)
    return (
        in_directory
        or directory.signer(signing.signer_id) is not None
        or tx.admissions.has_key(identity.key_id, signing.signer_id)
    )


def _enlist(tx: Transaction, invitation: Invitation, directory: Directory) -> None:
    """Make the officer; or let one come back under the same id, whose old key opens nothing any more."""
    officer_id = invitation.officer_id
    if tx.officers.get(officer_id) is None:
        tx.officers.add(
            NewOfficer(
                officer_id=officer_id,
                team_ids=invitation.team_ids,
                language=invitation.language,
                role=invitation.role,
                name=invitation.name,
            )
        )
        return
    tx.officers.come_back(officer_id)
    tx.officers.set_role(officer_id, invitation.role)
    tx.officers.set_teams(officer_id, invitation.team_ids)
    old, member = tx.admissions.of(officer_id), directory.member(officer_id)
    for key_id in {one for one in (old and old.key_id, member and member.key.key_id) if one}:
        tx.team_wraps.forget_member(key_id)


def _let_sign_in(tx: Transaction, call: Call, invitation: Invitation, body: Joining) -> None:
    lookup = call.parts.name_lookup(invitation.name)
    passphrase = _slot(body.slot, "passphrase", body.login_proof)
    recovery = _slot(body.recovery_slot, "recovery", body.recovery_login_proof)
    try:
        tx.logins.put(invitation.officer_id, lookup, passphrase, recovery)
    except AlreadyThere:
        raise Refused(409, "taken") from None


def _slot(given: SlotBody, kind: str, proof: str) -> SlotAndProof:
    try:
        slot = PassphraseSlot.from_json(given.model_dump())
    except DoesNotOpen:
        raise Refused(422, "refused", reason="slot") from None
    if slot.slot != kind:
        raise Refused(422, "refused", reason="slot")
    return SlotAndProof(slot=slot.to_json(), proof_hash=stored_proof(read_bytes(proof, PROOF_BYTES)))


def _waiting(tx: Transaction, call: Call, officer_id: bytes) -> Admission:
    """A newcomer whose fingerprints this person compares and whose keys nobody has decided about."""
    newcomer = tx.officers.get(officer_id)
    if newcomer is None:
        raise Refused(404, "not_there")
    if officer_id == call.who.officer_id:
        raise Refused(409, "state")
    if not may_compare(call.who, newcomer, Supervisors.read(tx, call.parts.directory)):
        raise Refused(403, "supervisor" if call.who.role == "administrator" else "team")
    admission = tx.admissions.of(officer_id)
    if admission is None:
        raise Refused(404, "not_there")
    if admission.state != "waiting":
        raise Refused(409, "state")
    return admission


def _fingerprints(key_id: bytes, signer_id: bytes) -> dict[str, str]:
    return {"fingerprint_identity": fingerprint(key_id), "fingerprint_signing": fingerprint(signer_id)}


def _told(admission: Admission) -> dict[str, object]:
    return {
        "key_id": b64u(admission.key_id),
        "signer_id": b64u(admission.signer_id),
        "identity_public": b64u(admission.identity_key),
        "signing_public": b64u(admission.signing_key),
        **_fingerprints(admission.key_id, admission.signer_id),
        "joined_at": admission.joined_at,
        "compared": admission.state == "compared",
    }
