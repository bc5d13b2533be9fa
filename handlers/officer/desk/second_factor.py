"""What both kinds of second factor share: one line for guesses, what makes a half session full, and who may set one up.

Laws. Codes have six digits: they are guessed in one line for each officer, whatever session or address they come from. Setting a factor up
waits in the line of its session: nothing is guessed there, and a thief's rubbish keeps nobody from signing in. Who has a factor cannot set
up another one before showing it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web

from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.guesses import Key
from handlers.officer.desk.parts import Call
from handlers.officer.desk.sessions import complete, hand_over, session_of
from handlers.officer.desk.sign_in import keyed
from storage.desk_sessions import DeskSession
from storage.transaction import Transaction

ISSUER: Final = "Amanet"
"""As what an authenticator shows us."""


def must_be_first(tx: Transaction, session: DeskSession) -> None:
    """Refuse a half session whose officer has got a second factor since it was let in: that one is to be shown first."""
    tx.logins.hold(session.officer_id)
    if session.state == "half" and tx.logins.second_factors(session.officer_id):
        raise Refused(401, "signed_out")


def full(call: Call, tx: Transaction) -> str | None:
    """Make a half session full by the factor that was just set up; a full one stays as it is (an empty token)."""
    session = session_of(call)
    if session.state == "full":
        return ""
    token = complete(tx, call.parts, session, call.now)
    tx.audit.add(session.officer_id, "signed_in", call.now, about={"second": "enrolled"})
    return token


def let_in(call: Call, keys: tuple[Key, ...], token: str | None) -> web.StreamResponse:
    """Answer with the cookie of a session that became full, or refuse (None)."""
    if token is None:
        call.parts.guesses.wrong(keys, call.now)
        raise Refused(401, "not_accepted")
    call.parts.guesses.right(keys)
    return hand_over(ok(), call.parts, token) if token else ok()


@asynccontextmanager
async def slowly(call: Call, whose: bytes) -> AsyncIterator[tuple[Key, ...]]:
    """Wait in the line of an officer, or of a session."""
    keys: tuple[Key, ...] = (("second", keyed(call.parts, "second", whose.hex())),)
    with call.parts.guesses.trying(keys, call.now) as wait:
        if wait:
            await call.parts.pause(wait)
        yield keys
