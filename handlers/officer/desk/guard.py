"""What stands before every route: where the request comes from, who asks, whether they may, and whether the body is what it must be.

Laws. A request that changes something comes from our own page (`Content-Type`, `X-Amanet-Desk`, `Origin`, `Sec-Fetch-Site`): a stranger's
page can make none of them. A session is looked up at every request, so that ending it takes effect at once. Nothing that was sent is
logged or sent back. Whoever is not there themselves (`quiet`) does not keep a session alive.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, cast

import structlog
from aiohttp import web
from pydantic import ValidationError

from handlers.directory_in_force import DirectoryExpired, DirectoryMissing
from handlers.officer.desk.answers import Refused
from handlers.officer.desk.case_access import signed_teams
from handlers.officer.desk.guesses import SlowDown
from handlers.officer.desk.parts import Body, Call, DeskParts, Role, Who
from handlers.officer.desk.sessions import ABSOLUTE, COOKIE, IDLE, TOUCHED_EVERY, Signed, is_idle, signed_in
from storage.desk_sessions import DeskSession
from storage.errors import DatabaseUnavailable, LostRace

log = structlog.get_logger()

Standing = Literal["anyone", "half", "enrolling", "officer", "supervisor", "administrator"]
Handler = Callable[[Call], Awaitable[web.StreamResponse]]

EVERYBODY: Final[frozenset[Standing]] = frozenset({"officer", "supervisor", "administrator"})
"""Whoever is signed in."""
OFFICERS: Final[frozenset[Standing]] = frozenset({"officer", "supervisor"})
"""Who opens cases."""
ANYONE: Final[frozenset[Standing]] = frozenset({"anyone"})

SMALL: Final = 16 * 1024
"""Bytes of an ordinary body: names, codes, slots, wraps."""
OWN_HEADER: Final = "X-Amanet-Desk"
PART: Final = web.AppKey("desk_parts", DeskParts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One line of the table. `path` is below `/desk/api`; `query` names the parameters that are read, with their JSON schemas.

    `hears_idle`: it lets in whoever has been away too long, as long as the session is not over; they stay away.
    """

    method: Literal["GET", "POST"]
    path: str
    handler: Handler
    who: frozenset[Standing]
    body: type[Body] | None = None
    largest: int = SMALL
    query: tuple[tuple[str, dict[str, Any]], ...] = ()
    hears_idle: bool = False


def guarded(route: Route, parts: DeskParts) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Make what aiohttp calls: the route's handler behind the guard."""

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await _let_in(route, parts, request)
        except Refused as refused:
            return refused.response()
        except SlowDown as slow:
            return Refused(429, "slow_down", retry_after=slow.seconds).response()
        except DirectoryExpired:
            return Refused(409, "expired").response()
        except (DatabaseUnavailable, LostRace, DirectoryMissing) as error:
            log.warning("desk_unavailable", error=error, where=route.path)
            return Refused(503, "unavailable", retry_after=2).response()
        except (web.HTTPException, asyncio.CancelledError, ConnectionResetError):
            raise
        except Exception as error:
            log.error("desk_failed", error=error, where=route.path)
            return Refused(500, "broken").response()

    return answer


async def _let_in(route: Route, parts: DeskParts, request: web.Request) -> web.StreamResponse:
    if route.method == "POST":
        from_our_page(request, parts.origin)
    now = parts.clock()
    signed = await _signed(route, parts, request, now)
    visitor = admitted(route, signed, parts)
    call = Call(
        request=request,
        parts=parts,
        now=now,
        address=address_of(request),
        visitor=visitor,
        session=None if signed is None else signed.session,
    )
    if signed is not None and not is_quiet(request):
        await _keep_alive(parts, signed.session, now)
    if route.method == "POST":
        call = await _with_body(call, route)
    return await route.handler(call)


async def _keep_alive(parts: DeskParts, session: DeskSession, now: int) -> None:
    """Note that the person is there; whoever was away too long signs in anew."""
    if now - session.seen_at >= TOUCHED_EVERY and not is_idle(session, now):
        await parts.database.transact(lambda tx: tx.desk_sessions.touch(session.session_id, now))


async def _with_body(call: Call, route: Route) -> Call:
    """Read the body, which may come as slowly as its sender likes; then who asks is looked up once more, for they may have left since."""
    body = await _body(route, call.request)
    if call.session is None:
        return replace(call, body=body)
    now = call.parts.clock()
    signed = await _signed(route, call.parts, call.request, now)
    visitor = admitted(route, signed, call.parts)
    return replace(call, body=body, now=now, visitor=visitor, session=None if signed is None else signed.session)


def admitted(route: Route, signed: Signed | None, parts: DeskParts) -> Who | None:
    """Tell who asks, or refuse: nobody where somebody must be signed in, or the wrong role."""
    if signed is None:
        if "anyone" not in route.who:
            raise Refused(401, "signed_out")
        return None
    if not signed.standings & route.who and "anyone" not in route.who:
        raise Refused(401, "signed_out") if signed.session.state == "half" else Refused(403, "role")
    if signed.session.state == "half":
        return None
    officer = signed.officer
    is_of_team = officer.role != "administrator"
    return Who(
        officer_id=officer.officer_id,
        role=cast(Role, officer.role),
        team_ids=signed_teams(parts.directory, officer.officer_id, signed.joined_key, officer.team_ids) if is_of_team else (),
        language=signed.officer.language,
        session_id=signed.session.session_id,
        began_at=signed.session.began_at,
    )


def from_our_page(request: web.Request, origin: str) -> None:
    """Refuse what another site's page, or a form, could have sent in the officer's name."""
    headers = request.headers
    ours = (
        request.content_type == "application/json",
        headers.get(OWN_HEADER) == "1",
        headers.get("Sec-Fetch-Site", "same-origin") == "same-origin",
        headers.get("Origin", origin) == origin,
    )
    if not all(ours):
        raise Refused(403, "origin")


def is_quiet(request: web.Request) -> bool:
    """Whether the page asked by itself, not the person."""
    return request.query.get("quiet") == "1" or request.headers.get("X-Amanet-Quiet") == "1"


def address_of(request: web.Request) -> str:
    """The network address, kept nowhere: behind a proxy of this machine, what the proxy saw."""
    remote = request.remote or ""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip()[:64] if remote in ("127.0.0.1", "::1") and forwarded else remote


async def _signed(route: Route, parts: DeskParts, request: web.Request, now: int) -> Signed | None:
    token, away = request.cookies.get(COOKIE, ""), ABSOLUTE if route.hears_idle else IDLE
    return await parts.database.read(lambda tx: signed_in(tx, token, now, away=away)) if token else None


async def _body(route: Route, request: web.Request) -> Body | None:
    if request.content_length is not None and request.content_length > route.largest:
        raise Refused(413, "too_large")
    raw = await _read(request, route.largest)
    if route.body is None:
        return None
    try:
        # Python's reader takes NaN and lone surrogates that no browser of ours writes; pydantic takes what JSON says.
        json.loads(raw, parse_constant=_no_such_number)
        return route.body.model_validate_json(raw)
    except (ValidationError, ValueError, RecursionError):
        raise Refused(400, "malformed") from None


async def _read(request: web.Request, most: int) -> bytes:
    read = bytearray()
    async for piece in request.content.iter_any():
        read += piece
        if len(read) > most:
            raise Refused(413, "too_large")
    return bytes(read)


def _no_such_number(_name: str) -> float:
    raise ValueError("not JSON")
