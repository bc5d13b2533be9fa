"""Signing in: a name, a login proof, and then the second factor.

Laws. A name that nobody has is answered like a known one: the same shape, the same reads, and no sooner than `ANSWERED_AFTER`. What was
wrong is never said. Tries are slowed (`guesses.py`), nobody is locked out. Wrong tries for a known name stand in the audit log, after the
answer, so that writing them down tells nothing.
"""

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.bodies import Proved, SignInBegun
from handlers.officer.desk.guesses import Key
from handlers.officer.desk.parts import Call, DeskParts
from handlers.officer.desk.sessions import begin, hand_over
from sealing.at_rest import folded_name
from sealing.encoding import SECRET_BYTES, b64u, label, unb64u
from sealing.errors import DoesNotOpen
from sealing.slots import USUAL_M_KIB, USUAL_T, stored_proof
from sealing.suite import hmac_sha256
from storage.logins import SlotAndProof, SlotKind
from storage.transaction import Transaction

ANSWERED_AFTER: Final = 0.1
"""Seconds: more than the reads take on the smallest server, less than anybody notices after Argon2id's seconds in the browser."""
KNOWN_COOKIE: Final = "amanet_desk_known"
"""Says only that this browser signed in with a name before; it opens nothing (OWASP calls it a device cookie)."""
KNOWN_FOR: Final = 180 * 86400
"""Seconds: half a year without signing in, then the browser is a stranger again."""
KNOWN_PATH: Final = "/desk/api/sign-in"
_KNOWN: Final = label("amanet/v1/known-browser")
_NOBODY: Final = bytes(32)


async def begin_sign_in(call: Call) -> web.StreamResponse:
    """Give the salt and the costs for a name."""
    body: SignInBegun = call.body
    return await _evenly(lambda: _salt(call, body))


async def _salt(call: Call, body: SignInBegun) -> web.Response:
    if not _is_known(call.parts, body.name, call.request.cookies.get(KNOWN_COOKIE, "")):
        await _wait_in_line(call, (("address", keyed(call.parts, "address", call.address)),))
    found = await call.parts.database.read(lambda tx: _known(tx, call.parts, body.name, body.with_)[1])
    salt = b64u(call.parts.unknown_salt(_salted(body)))
    slot: dict[str, Any] = {"salt": salt, "m_kib": USUAL_M_KIB, "t": USUAL_T} if found is None else found.slot
    return ok({"salt": slot["salt"], "m_kib": slot["m_kib"], "t": slot["t"], "p": 1})


def _salted(body: SignInBegun) -> str:
    """What the salt of a name nobody has is made of; a passphrase and a recovery code have two, as a known name's have."""
    return folded_name(body.name) if body.with_ == "passphrase" else f"{folded_name(body.name)}\0{body.with_}"


async def prove(call: Call) -> web.StreamResponse:
    """Take a login proof; begin a session that waits for the second factor."""
    body: Proved = call.body
    return await _evenly(lambda: _prove(call, body))


async def _prove(call: Call, body: Proved) -> web.Response:
    parts = call.parts
    keys = _lines(call, body.name)
    await _wait_in_line(call, keys)
    officer_id, found = await parts.database.read(lambda tx: _known(tx, parts, body.name, body.with_))
    told = stored_proof(_bytes(body.proof))
    if not hmac.compare_digest(told, found.proof_hash if found else _NOBODY) or officer_id is None:
        times = parts.guesses.wrong(keys, parts.clock())
        parts.tasks.begin(note_refusal(parts, officer_id, "sign_in_refused", times, call.now))
        raise Refused(401, "not_accepted")
    parts.guesses.right(keys)
    return await _signed_in(call, body, officer_id)


async def _signed_in(call: Call, body: Proved, officer_id: bytes) -> web.Response:
    parts, state = call.parts, "half" if call.parts.second_factor else "full"

    def enter(tx: Transaction) -> tuple[str, tuple[str, ...]]:
        token = begin(tx, parts, officer_id, "half" if parts.second_factor else "full", call.now)
        kinds = tx.logins.second_factors(officer_id)
        tx.audit.add(officer_id, "proof_accepted" if state == "half" else "signed_in", call.now, about={"with": body.with_})
        return token, kinds

    token, kinds = await parts.database.transact(enter)
    second = list(kinds) if parts.second_factor else []
    response = ok({"second": second, "enroll": parts.second_factor and not kinds})
    response.set_cookie(
        KNOWN_COOKIE,
        known_browser(parts, body.name),
        path=KNOWN_PATH,
        max_age=KNOWN_FOR,
        httponly=True,
        samesite="Strict",
        secure=parts.is_secure,
    )
    return hand_over(response, parts, token)


def _known(tx: Transaction, parts: DeskParts, name: str, kind: SlotKind) -> tuple[bytes | None, SlotAndProof | None]:
    """Find whose name it is; for a name nobody has, read as much."""
    officer_id = tx.logins.by_name(parts.name_lookup(name))
    found = tx.logins.get(officer_id or _NOBODY[:16], kind)
    officer = tx.officers.get(officer_id or _NOBODY[:16])
    return (officer_id, found) if officer is not None and officer.active and found is not None else (None, None)


async def note_refusal(parts: DeskParts, officer_id: bytes | None, action: str, times: int, now: int) -> None:
    """Write down a wrong try for a known name: the 1st, 2nd, 4th, 8th… in a row, so that nobody can fill the log."""
    if officer_id is not None and times & (times - 1) == 0:
        await parts.database.transact(lambda tx: tx.audit.add(officer_id, action, now, about={"times": times}))


async def _wait_in_line(call: Call, keys: tuple[Key, ...]) -> None:
    wait = call.parts.guesses.enter(keys, call.now)
    if wait:
        await call.parts.pause(wait)


async def _evenly(answer: Callable[[], Awaitable[web.Response]]) -> web.StreamResponse:
    """Answer no sooner than `ANSWERED_AFTER`, whatever the answer is."""
    loop = asyncio.get_running_loop()
    until = loop.time() + ANSWERED_AFTER
    try:
        return await answer()
    finally:
        if (left := until - loop.time()) > 0:
            await asyncio.sleep(left)


def _lines(call: Call, name: str) -> tuple[Key, ...]:
    """In which lines a try waits: its browser's own if it signed in with that name before, else the name's and the address's."""
    parts = call.parts
    cookie = call.request.cookies.get(KNOWN_COOKIE, "")
    if cookie and _is_known(parts, name, cookie):
        return (("browser", keyed(parts, "browser", cookie)),)
    address = keyed(parts, "address", call.address)
    named = keyed(parts, "name", folded_name(name))
    return (("here", keyed(parts, "here", f"{named.hex()}{address.hex()}")), ("name", named), ("address", address))


def known_browser(parts: DeskParts, name: str) -> str:
    """Make the cookie of a browser that signed in with a name."""
    nonce = parts.rng(16)
    return b64u(nonce + _browser_mark(parts, name, nonce))


def _is_known(parts: DeskParts, name: str, cookie: str) -> bool:
    try:
        raw = unb64u(cookie, 16 + SECRET_BYTES)
    except DoesNotOpen:
        return False
    return hmac.compare_digest(raw[16:], _browser_mark(parts, name, raw[:16]))


def _browser_mark(parts: DeskParts, name: str, nonce: bytes) -> bytes:
    return hmac_sha256(parts.name_lookup(name), _KNOWN + nonce)


def keyed(parts: DeskParts, kind: str, value: str) -> bytes:
    """Hash a name or an address so that nothing in memory shows it; the key dies with the process."""
    return hmac_sha256(parts.guesses.key, label(kind) + value.encode("utf-8", "replace"))[:16]


def _bytes(text: str) -> bytes:
    try:
        return unb64u(text, SECRET_BYTES)
    except DoesNotOpen:
        raise Refused(400, "malformed") from None
