"""One-time codes (RFC 6238): signing in with one, and setting them up.

Laws. A code is taken once. A secret counts once a code confirms it; whoever is signed in already gives the login proof once more for it
(`proving.py`).
"""

import hmac
from base64 import b32encode
from typing import Final

import pyotp
import segno
from aiohttp import web

from handlers.officer.desk.answers import ok
from handlers.officer.desk.bodies import CodeConfirmed, CodeTyped, ProofIfFull
from handlers.officer.desk.parts import Call
from handlers.officer.desk.proving import once_proved
from handlers.officer.desk.second_factor import ISSUER, full, let_in, must_be_first, slowly
from handlers.officer.desk.sessions import complete, session_of
from storage.transaction import Transaction

STEP: Final = 30
"""Seconds of one code."""
STEPS_OFF: Final = 1
"""Steps by which a telephone's clock may be off, either way."""
SECRET_BYTES: Final = 20
"""160 bits, as RFC 4226 section 4 recommends."""


async def answer_totp(call: Call) -> web.StreamResponse:
    """Take a one-time code; the session becomes full."""
    body: CodeTyped = call.body
    session = session_of(call)

    def enter(tx: Transaction) -> str | None:
        secret = tx.logins.totp(session.officer_id)
        step = None if secret is None else _step_of(secret, body.code, call.now)
        if step is None or not tx.logins.take_totp_step(session.officer_id, step):
            tx.audit.add(session.officer_id, "code_refused", call.now)
            return None
        token = complete(tx, call.parts, session, call.now)
        tx.audit.add(session.officer_id, "signed_in", call.now, about={"second": "totp"})
        return token

    async with slowly(call, session.officer_id) as keys:
        return let_in(call, keys, await call.parts.database.transact(enter))


async def offer_totp(call: Call) -> web.StreamResponse:
    """Make a secret for one-time codes; it counts once a code confirms it."""
    body: ProofIfFull = call.body
    session, secret = session_of(call), call.parts.rng(SECRET_BYTES)

    def offer(tx: Transaction) -> str:
        tx.logins.offer_totp(session.officer_id, secret)
        return tx.officers.name(session.officer_id)

    name = await once_proved(call, body.proof_now, offer)
    code = _totp(secret)
    uri = code.provisioning_uri(name=name, issuer_name=ISSUER)
    picture = segno.make(uri, error="m").svg_data_uri(scale=4, border=4)
    return ok({"secret": code.secret, "uri": uri, "picture": picture})


async def confirm_totp(call: Call) -> web.StreamResponse:
    """Put the offered secret into use with its first code."""
    body: CodeConfirmed = call.body
    session = session_of(call)

    def confirm(tx: Transaction) -> str | None:
        must_be_first(tx, session)
        secret = tx.logins.offered_totp(session.officer_id)
        step = None if secret is None else _step_of(secret, body.code, call.now)
        if secret is None or step is None:
            return None
        tx.logins.confirm_totp(session.officer_id, secret, step)
        tx.audit.add(session.officer_id, "totp_set_up", call.now)
        return full(call, tx)

    async with slowly(call, session.session_id) as keys:
        return let_in(call, keys, await once_proved(call, body.proof_now, confirm))


def _totp(secret: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(b32encode(secret).decode("ascii"), interval=STEP)


def _step_of(secret: bytes, code: str, now: int) -> int | None:
    """Return the step whose code that is, of those that are near enough."""
    codes = _totp(secret)
    steps = range(now // STEP - STEPS_OFF, now // STEP + STEPS_OFF + 1)
    return next((step for step in reversed(steps) if hmac.compare_digest(codes.generate_otp(step), code)), None)
