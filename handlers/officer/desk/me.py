"""What an officer is told about themselves, and what they may change: language, duty, passphrase, recovery code.

Laws. Slots are given only to their officer, after proof and second factor. A new passphrase or recovery code, and another telephone, need
the proof of a passphrase in force (`proving.py`); the first two end every other session.
"""

from typing import Any

from aiohttp import web

from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.bodies import DutySet, LanguageChosen, ProofNow, SlotBody, SlotChanged
from handlers.officer.desk.parts import Call
from handlers.officer.desk.proving import once_proved, read_proof
from handlers.officer.desk.sessions import ABSOLUTE, IDLE, session_of
from handlers.officer.link_codes import LIFETIME, make_link_code
from handlers.officer.shifts import begin_shift, end_shift
from sealing.directory import Directory
from sealing.encoding import b64u
from sealing.errors import DoesNotOpen
from sealing.slots import PassphraseSlot, stored_proof
from storage.logins import SlotAndProof, SlotKind
from storage.transaction import Transaction


async def me(call: Call) -> web.StreamResponse:
    """Tell the browser who it works for, and give it what it needs to open the seeds."""
    return ok(await call.parts.database.read(lambda tx: _me(call, tx)))


def _me(call: Call, tx: Transaction) -> dict[str, Any]:
    who, parts = call.who, call.parts
    directory = parts.directory.now if parts.directory.is_known else None
    stored = tx.directory.current()
    passkeys = tx.logins.passkeys(who.officer_id)
    slots = [found.slot for kind in ("passphrase", "recovery") if (found := tx.logins.get(who.officer_id, kind))]
    session = session_of(call)
    return {
        "officer_id": b64u(who.officer_id),
        "name": tx.officers.name(who.officer_id),
        "role": who.role,
        "language": who.language,
        "team_ids": list(who.team_ids),
        "slots": [*slots, *(one.slot for one in passkeys if one.slot is not None)],
        "team_wraps": _team_wraps(tx, directory, who.officer_id),
        "directory": None if stored is None else {"document": b64u(stored.document), "signature": b64u(stored.signature)},
        "root_public_key": b64u(parts.root_public_key),
        "lowest_serial": 0 if directory is None else directory.serial,
        "second_factor": "required" if parts.second_factor else "off",
        "passkeys": [
            {"credential_id": b64u(one.credential_id), "label": one.label, "prf": one.slot is not None, "added_at": one.added_at}
            for one in passkeys
        ],
        "totp": tx.logins.totp(who.officer_id) is not None,
        "telegram": (officer := tx.officers.get(who.officer_id)) is not None and officer.reachable,
        "on_duty": {team: any(one.officer_id == who.officer_id for one in tx.duties.on_duty((team,))) for team in who.team_ids},
        "idle_seconds": IDLE,
        "absolute_until": min(session.ends_at, session.began_at + ABSOLUTE),
        "now": call.now,
    }


def _team_wraps(tx: Transaction, directory: Directory | None, officer_id: bytes) -> list[dict[str, str]]:
    """The seeds of the officer's teams, sealed to the key under which the directory knows the officer."""
    member = next((one for one in directory.members if one.officer_id == officer_id), None) if directory else None
    if directory is None or member is None:
        return []
    teams = {key_id: team.team_id for team in directory.teams for key_id in team.key_ids}
    teams |= {key.key_id: key.team_id for key in tx.team_keys.waiting() if key.key_id not in teams}
    return [
        {"team_id": teams[wrap.team_key_id], "team_key_id": b64u(wrap.team_key_id), "sealed": b64u(wrap.sealed)}
        for wrap in tx.team_wraps.of_member(member.key.key_id)
        if wrap.team_key_id in teams
    ]


async def set_language(call: Call) -> web.StreamResponse:
    """Set in which language the officer is addressed, alerts included."""
    body: LanguageChosen = call.body
    who = call.who

    def put(tx: Transaction) -> None:
        tx.officers.set_language(who.officer_id, body.language)
        tx.audit.add(who.officer_id, "language_set", call.now, about={"language": body.language})

    await call.parts.database.transact(put)
    return ok()


async def set_duty(call: Call) -> web.StreamResponse:
    """Begin or end the officer's shift for one of their teams."""
    body: DutySet = call.body
    who, parts = call.who, call.parts
    if body.team_id not in who.team_ids:
        raise Refused(403, "team")

    def put(tx: Transaction) -> None:
        if body.on:
            if all(one.officer_id != who.officer_id for one in tx.duties.on_duty((body.team_id,))):
                begin_shift(tx, who.officer_id, body.team_id, now=call.now, rng=parts.rng)
        else:
            end_shift(tx, who.officer_id, body.team_id, policies=parts.policies, now=call.now, rng=parts.rng)
        tx.audit.add(who.officer_id, "shift_begun" if body.on else "shift_ended", call.now, about={"team": body.team_id})

    await parts.database.transact(put)
    parts.ring()
    return ok()


async def link_telegram(call: Call) -> web.StreamResponse:
    """Give the one-time code that the officer sends to the officers' bot; an earlier one no longer works.

    A telephone is told of what waits by the officer's teams alone: so nobody links one whose keys the root has not signed yet.
    """
    body: ProofNow = call.body
    who, parts = call.who, call.parts
    if not who.team_ids:
        raise Refused(403, "team")

    def make(tx: Transaction) -> str:
        code = make_link_code(tx, who.officer_id, call.now, parts.rng)
        tx.audit.add(who.officer_id, "telegram_code_made", call.now)
        return code

    return ok({"code": await once_proved(call, body.proof_now, make), "expires_at": call.now + LIFETIME})


async def change_passphrase(call: Call) -> web.StreamResponse:
    """Put a new passphrase in the place of the old one."""
    return await _change(call, "passphrase")


async def change_recovery(call: Call) -> web.StreamResponse:
    """Put a new printed recovery code in the place of the old one."""
    return await _change(call, "recovery")


async def _change(call: Call, kind: SlotKind) -> web.StreamResponse:
    body: SlotChanged = call.body
    who = call.who
    new = SlotAndProof(slot=read_slot(body.slot, kind), proof_hash=stored_proof(read_proof(body.proof)))

    def put(tx: Transaction) -> None:
        tx.logins.set(who.officer_id, kind, new)
        tx.desk_sessions.end_others(who.officer_id, who.session_id)
        tx.audit.add(who.officer_id, f"{kind}_changed", call.now)

    await once_proved(call, body.proof_now, put)
    return ok()


def read_slot(body: SlotBody, kind: SlotKind) -> dict[str, Any]:
    """Read a slot of that kind as it will be stored, or refuse it."""
    try:
        slot = PassphraseSlot.from_json(body.model_dump())
    except DoesNotOpen:
        raise Refused(422, "refused", reason="slot") from None
    if slot.slot != kind:
        raise Refused(422, "refused", reason="slot")
    return slot.to_json()
