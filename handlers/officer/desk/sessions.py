"""Sessions: the cookie, who it belongs to, and how they end.

Laws. The cookie is 32 random bytes, of which the database knows the hash; scripts cannot read it, other sites cannot send it. A session
lets nobody in any more 15 minutes after its person last asked for something, 12 hours after it began, when it is signed out here or from
elsewhere, and when its officer no longer works here. Nothing wakes an idle one; by it a desk only hears alarms (`live.py`), also after its
line broke, until one of the other three ends it. Signing in makes a new token at every step.
"""

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.bodies import SessionEnded
from handlers.officer.desk.parts import Call, DeskParts
from sealing.encoding import SECRET_BYTES, b64u, label, unb64u
from sealing.errors import DoesNotOpen
from sealing.suite import sha256
from storage.desk_sessions import DeskSession, SessionState
from storage.officers import Officer
from storage.transaction import Transaction

COOKIE: Final = "amanet_desk"
PATH: Final = "/desk"
IDLE: Final = 15 * 60
"""Seconds: a desk left open in a busy office (DESIGN.md; the browser forgets the keys at the same moment)."""
ABSOLUTE: Final = 12 * 3600
"""Seconds: the longest shift."""
HALF: Final = 10 * 60
"""Seconds to find the telephone with the codes, or to set one up."""
TOUCHED_EVERY: Final = 20
"""Seconds between two notes that the person is there: a write for every request would cost more than it tells."""
_LABEL: Final = label("amanet/v1/desk-session")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A session with its officer, as what they may ask (`routes.py`), and the key that they last joined with."""

    session: DeskSession
    officer: Officer
    standings: frozenset[str]
    joined_key: bytes | None = None


def is_idle(session: DeskSession, now: int) -> bool:
    """Tell whether the person of a session has been away too long."""
    return session.seen_at <= now - IDLE


def signed_in(tx: Transaction, token: str, now: int, *, away: int = IDLE) -> Signed | None:
    """Return the session of a cookie, if it is not over, its person not longer away than that, and its officer still works here."""
    session = tx.desk_sessions.find(hashed(token), now=now, idle_since=now - away)
    officer = None if session is None else tx.officers.get(session.officer_id)
    if session is None or officer is None or not officer.active:
        return None
    if session.state == "full":
        standings = frozenset({officer.role})
        return Signed(session=session, officer=officer, standings=standings, joined_key=joined_key(tx, officer.officer_id))
    enrolling = not tx.logins.second_factors(officer.officer_id)
    return Signed(session=session, officer=officer, standings=frozenset({"half", "enrolling"} if enrolling else {"half"}))


def joined_key(tx: Transaction, officer_id: bytes) -> bytes | None:
    """The id of the key that an officer last joined with; None for whom only the directory knows."""
    admission = tx.admissions.of(officer_id)
    return None if admission is None else admission.key_id


def begin(tx: Transaction, parts: DeskParts, officer_id: bytes, state: SessionState, now: int) -> str:
    """Begin a session and return its cookie's value."""
    token = b64u(parts.rng(SECRET_BYTES))
    session = DeskSession(
        session_id=parts.rng(16),
        officer_id=officer_id,
        state=state,
        began_at=now,
        seen_at=now,
        ends_at=now + (ABSOLUTE if state == "full" else HALF),
    )
    tx.desk_sessions.begin(session, hashed(token))
    return token


def complete(tx: Transaction, parts: DeskParts, session: DeskSession, now: int) -> str:
    """Make a half session full; return the new cookie's value."""
    token = b64u(parts.rng(SECRET_BYTES))
    if not tx.desk_sessions.complete(session.session_id, hashed(token), now=now, ends_at=now + ABSOLUTE):
        raise Refused(401, "signed_out")
    return token


def hashed(token: str) -> bytes:
    """Hash a cookie's value as it is stored."""
    return sha256(_LABEL + token.encode("utf-8", "replace"))


def hand_over(response: web.Response, parts: DeskParts, token: str) -> web.Response:
    """Give the browser its cookie."""
    response.set_cookie(COOKIE, token, path=PATH, max_age=ABSOLUTE, httponly=True, samesite="Strict", secure=parts.is_secure)
    return response


def take_back(response: web.Response, parts: DeskParts) -> web.Response:
    """Have the browser forget its cookie."""
    response.del_cookie(COOKIE, path=PATH, httponly=True, samesite="Strict", secure=parts.is_secure)
    return response


def session_of(call: Call) -> DeskSession:
    """The session of a request that has one, full or half."""
    if call.session is None:
        raise Refused(401, "signed_out")
    return call.session


async def sign_out(call: Call) -> web.StreamResponse:
    """End this session."""
    session = session_of(call)

    def end(tx: Transaction) -> None:
        tx.desk_sessions.end(session.session_id, session.officer_id)
        if session.state == "full":
            tx.audit.add(session.officer_id, "signed_out", call.now)

    await call.parts.database.transact(end)
    return take_back(ok(), call.parts)


async def sign_out_everywhere(call: Call) -> web.StreamResponse:
    """End every session of this officer."""
    who = call.who

    def end(tx: Transaction) -> None:
        ended = tx.desk_sessions.end_all(who.officer_id)
        tx.audit.add(who.officer_id, "signed_out_everywhere", call.now, about={"sessions": ended})

    await call.parts.database.transact(end)
    return take_back(ok(), call.parts)


async def list_sessions(call: Call) -> web.StreamResponse:
    """Show where this officer is signed in."""
    who, now = call.who, call.now
    found = await call.parts.database.read(lambda tx: tx.desk_sessions.of(who.officer_id, now=now, idle_since=now - IDLE))
    return ok(
        [
            {
                "session_id": b64u(one.session_id),
                "began_at": one.began_at,
                "seen_at": one.seen_at,
                "this": one.session_id == who.session_id,
            }
            for one in found
        ]
    )


async def end_session(call: Call) -> web.StreamResponse:
    """End one session of this officer."""
    body: SessionEnded = call.body
    who, session_id = call.who, read_id(body.session_id)

    def end(tx: Transaction) -> None:
        if not tx.desk_sessions.end(session_id, who.officer_id):
            raise Refused(404, "not_there")
        tx.audit.add(who.officer_id, "session_ended", call.now)

    await call.parts.database.transact(end)
    return ok()


def read_id(text: str) -> bytes:
    """Read an id of 16 bytes from its text, or refuse."""
    try:
        return unb64u(text, 16)
    except DoesNotOpen:
        raise Refused(400, "malformed") from None
