"""Passkeys (WebAuthn): signing in with one, adding and removing them.

Laws. A passkey signs a challenge that is used once, for our own name and origin. The last factor cannot be taken away where one is
required. Whoever is signed in already gives the login proof once more to add one or to take one away (`proving.py`).
"""

import hmac
import json
from typing import Any, Final

from aiohttp import web
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.bodies import Answered, PasskeyAdded, PasskeyRemoved, ProofIfFull
from handlers.officer.desk.guesses import Key
from handlers.officer.desk.parts import Call
from handlers.officer.desk.proving import once_proved
from handlers.officer.desk.second_factor import ISSUER, full, let_in, must_be_first, slowly
from handlers.officer.desk.sessions import complete, session_of
from sealing.encoding import b64u, label
from sealing.errors import DoesNotOpen
from sealing.slots import PrfSlot
from sealing.suite import sha256
from storage.desk_sessions import DeskSession
from storage.errors import AlreadyThere
from storage.logins import Passkey
from storage.transaction import Transaction

CHALLENGE_BYTES: Final = 32
PASSKEYS_MOST: Final = 10
"""Passkeys of one officer: a telephone, a computer, a key and their spares."""
_CREDENTIAL: Final = label("amanet/v1/credential")


async def passkey_question(call: Call) -> web.StreamResponse:
    """Ask one of the officer's passkeys to sign."""
    session, challenge = session_of(call), call.parts.rng(CHALLENGE_BYTES)

    def ask(tx: Transaction) -> tuple[Passkey, ...]:
        tx.desk_sessions.challenge(session.session_id, challenge)
        return tx.logins.passkeys(session.officer_id)

    known = await call.parts.database.transact(ask)
    options = generate_authentication_options(
        rp_id=call.parts.rp_id,
        challenge=challenge,
        allow_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return ok(json.loads(options_to_json(options)))


async def answer_passkey(call: Call) -> web.StreamResponse:
    """Take a passkey's answer; the session becomes full."""
    body: Answered = call.body
    session = session_of(call)

    def enter(tx: Transaction) -> str | None:
        tx.desk_sessions.challenge(session.session_id, None)
        if not _answers(call, tx, session.officer_id, session.challenge, body.credential):
            tx.audit.add(session.officer_id, "passkey_refused", call.now)
            return None
        token = complete(tx, call.parts, session, call.now)
        tx.audit.add(session.officer_id, "signed_in", call.now, about={"second": "passkey"})
        return token

    async with slowly(call, session.officer_id) as keys:
        return let_in(call, keys, await call.parts.database.transact(enter))


def _answers(call: Call, tx: Transaction, officer_id: bytes, challenge: bytes | None, credential: dict[str, Any]) -> bool:
    used = {b64u(one.credential_id): one for one in tx.logins.passkeys(officer_id)}.get(str(credential.get("id")))
    if used is None or challenge is None:
        return False
    try:
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=call.parts.rp_id,
            expected_origin=call.parts.origin,
            credential_public_key=used.public_key,
            credential_current_sign_count=used.sign_count,
        )
    except _UNREADABLE:
        return False
    return tx.logins.use_passkey(used.passkey_id, verified.new_sign_count)


_UNREADABLE: Final = (
    WebAuthnException,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
)
"""What the library raises over an answer that is wrong, and over one that is nonsense."""


async def passkey_options(call: Call) -> web.StreamResponse:
    """Ask an authenticator to make a passkey."""
    body: ProofIfFull = call.body
    session, challenge = session_of(call), call.parts.rng(CHALLENGE_BYTES)

    def ask(tx: Transaction) -> tuple[str, tuple[Passkey, ...]]:
        tx.desk_sessions.challenge(session.session_id, challenge)
        return tx.officers.name(session.officer_id), tx.logins.passkeys(session.officer_id)

    name, known = await once_proved(call, body.proof_now, ask)
    options = generate_registration_options(
        rp_id=call.parts.rp_id,
        rp_name=ISSUER,
        user_id=session.officer_id,
        user_name=name,
        challenge=challenge,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
    )
    return ok(json.loads(options_to_json(options)))


async def add_passkey(call: Call) -> web.StreamResponse:
    """Take a new passkey; a half session becomes full by its first factor."""
    body: PasskeyAdded = call.body
    session = session_of(call)
    async with slowly(call, session.session_id) as keys:
        new = _made(call, keys, session)

        def add(tx: Transaction) -> str | None:
            must_be_first(tx, session)
            tx.desk_sessions.challenge(session.session_id, None)
            if len(tx.logins.passkeys(session.officer_id)) >= PASSKEYS_MOST:
                raise Refused(409, "state")
            try:
                tx.logins.add_passkey(new, sha256(_CREDENTIAL + new.credential_id))
            except AlreadyThere:
                raise Refused(409, "state") from None
            tx.audit.add(session.officer_id, "passkey_added", call.now, about={"passkey": b64u(new.passkey_id)})
            return full(call, tx)

        return let_in(call, keys, await once_proved(call, body.proof_now, add))


def _made(call: Call, keys: tuple[Key, ...], session: DeskSession) -> Passkey:
    """The passkey that an authenticator says it made, or a refusal."""
    body: PasskeyAdded = call.body
    try:
        slot = None if body.slot is None else PrfSlot.from_json(body.slot.model_dump())
        made = verify_registration_response(
            credential=body.credential,
            expected_challenge=session.challenge or b"",
            expected_rp_id=call.parts.rp_id,
            expected_origin=call.parts.origin,
        )
    except (*_UNREADABLE, DoesNotOpen):
        call.parts.guesses.wrong(keys, call.now)
        raise Refused(422, "refused", reason="passkey") from None
    if session.challenge is None or (slot is not None and slot.credential_id != made.credential_id):
        raise Refused(422, "refused", reason="passkey")
    return Passkey(
        passkey_id=call.parts.rng(16),
        officer_id=session.officer_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        label=body.label,
        sign_count=made.sign_count,
        added_at=call.now,
        slot=None if slot is None else slot.to_json(),
    )


async def remove_passkey(call: Call) -> web.StreamResponse:
    """Take a passkey away, its slot too."""
    body: PasskeyRemoved = call.body
    who = call.who

    def remove(tx: Transaction) -> None:
        tx.logins.hold(who.officer_id)
        known = tx.logins.passkeys(who.officer_id)
        found = next((one for one in known if hmac.compare_digest(b64u(one.credential_id), body.credential_id)), None)
        if found is None:
            raise Refused(404, "not_there")
        if call.parts.second_factor and len(known) == 1 and tx.logins.totp(who.officer_id) is None:
            raise Refused(409, "state")
        tx.logins.remove_passkey(who.officer_id, found.passkey_id)
        tx.audit.add(who.officer_id, "passkey_removed", call.now, about={"passkey": b64u(found.passkey_id)})

    await once_proved(call, body.proof_now, remove)
    return ok()
