"""Receives updates at an address of ours: one request, one turn, answered after the commit.

Laws. Whoever does not know the secret learns and causes nothing: it is compared in constant time, as bytes, before a byte of
the body is read. 200 means stored (or set aside, or nothing for us); anything else makes Telegram repeat the update. What a
turn leaves to be acknowledged or deleted is the answer itself, which saves a call. A broken body leaves no traceback.
Telegram sends the messages of one chat one after the other but button presses beside them: the turn's own lock orders those.
"""

import asyncio
import hmac
import json
from collections import OrderedDict
from typing import Any

import structlog
from aiohttp import ClientError, web

from handlers.channel import Incoming
from handlers.reporter.telegram.calls import quick_answer
from handlers.reporter.telegram.handling import MAX_FAILURES, Patience, SetAside, Take, TurnFailed, attempt
from handlers.reporter.telegram.updates import read_update, update_number

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the name of a header
BODY_LIMIT = 1 << 20  # Telegram's updates stay far below; aiohttp's own limit, made explicit
BODY_SECONDS = 10  # a body of some kilobytes that takes longer is not Telegram's
REMEMBERED_FAILURES = 10_000  # updates that failed and may come again; some 1 MB

_OK = web.HTTPOk.status_code
_FAILED = web.HTTPInternalServerError.status_code
_MALFORMED = web.HTTPBadRequest.status_code
_NOT_ALLOWED = web.HTTPUnauthorized.status_code
_TOO_LARGE = web.HTTPRequestEntityTooLarge.status_code

log = structlog.get_logger()


class Turned(Exception):
    """The request is answered with a status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Webhook:
    """The route for one bot's updates; give `receive` to the server as the handler of a POST."""

    def __init__(self, bot_id: str, secret: str, take: Take, set_aside: SetAside, *, patience: Patience | None = None) -> None:
        if not secret:
            raise ValueError("a webhook needs a secret")
        self._bot_id = bot_id
        self._secret = secret.encode()
        self._take = take
        self._set_aside = set_aside
        self._patience = patience or Patience()
        self._failures: OrderedDict[int, int] = OrderedDict()

    async def receive(self, request: web.Request) -> web.Response:
        """Answer one request of Telegram."""
        if not self._knows_the_secret(request):
            return web.Response(status=_NOT_ALLOWED)
        try:
            raw = _read(await _body(request))
        except Turned as turned:
            return web.Response(status=turned.status)
        incoming = read_update(raw, self._bot_id)
        if incoming is None or not isinstance(raw, dict):
            return web.Response(status=_OK)
        return await self._turn(incoming, raw)

    def _knows_the_secret(self, request: web.Request) -> bool:
        told = request.headers.getall(SECRET_HEADER, [])
        return len(told) == 1 and hmac.compare_digest(told[0].encode("utf-8", "surrogateescape"), self._secret)

    async def _turn(self, incoming: Incoming, raw: dict[str, Any]) -> web.Response:
        try:
            left_behind = await attempt(self._take, incoming, self._patience.turn)
        except TurnFailed as failed:
            return web.Response(status=await self._failed(incoming.update_id, raw, failed.fault))
        self._failures.pop(incoming.update_id, None)
        answer = None if left_behind is None else quick_answer(incoming.address, left_behind)
        return web.Response(status=_OK) if answer is None else web.json_response(answer)

    async def _failed(self, number: int, raw: dict[str, Any], fault: str) -> int:
        """Count a failure; from the fifth on set the update aside. Return the status to answer with."""
        failures = self._failures.get(number, 0) + 1
        self._failures[number] = failures
        log.warning("telegram.update.failed", fault=fault, failures=failures)
        if len(self._failures) > REMEMBERED_FAILURES:
            self._failures.popitem(last=False)
        if failures < MAX_FAILURES:
            return _FAILED
        try:
            await self._set_aside(number, raw)
        except Exception as error:
            log.error("telegram.update.not_set_aside", fault=type(error).__name__)
            return _FAILED
        log.error("telegram.update.set_aside")
        self._failures.pop(number, None)
        return _OK


async def _body(request: web.Request) -> bytes:
    """Read a body within its bounds."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise Turned(_TOO_LARGE)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.content.iter_any():
                body += piece
                if len(body) > BODY_LIMIT:
                    raise Turned(_TOO_LARGE)
    except (ClientError, TimeoutError, OSError, web.RequestPayloadError):
        status = _MALFORMED
    else:
        return bytes(body)
    raise Turned(status)


def _read(body: bytes) -> object:
    """Read an update; one that is cut short is refused, so that Telegram sends it again."""
    try:
        raw: object = json.loads(body)
    except (ValueError, RecursionError):
        raw = None
    if update_number(raw) is None:
        raise Turned(_MALFORMED)
    return raw
