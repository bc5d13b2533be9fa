"""The Bot API over HTTP: `/bot{token}/{method}` and `/file/bot{token}/{path}`.

Laws: every refusal is the same envelope, whatever went wrong; the token is checked before anything is read; a fault that was
asked for happens here, on the wire.
"""

import asyncio
import json
import logging
from typing import Any

from aiohttp import web

from simulator.bodies import read_request
from simulator.bots import Bot
from simulator.errors import ApiError
from simulator.faults import Fault
from simulator.files import DOWNLOAD_LIMIT
from simulator.world import Simulator

WORLD: web.AppKey[Simulator] = web.AppKey("world", Simulator)
LOGGED_OUT = "Logged out"
log = logging.getLogger("simulator")


class Nonsense(Exception):
    """The answer is to be a page that some proxy made."""


async def call(request: web.Request) -> web.StreamResponse:
    """Carry out one call of a bot."""
    sim = request.app[WORLD]
    try:
        return await _call(sim, request)
    except ApiError as error:
        return refusal(error)
    except Nonsense:
        return nonsense()
    except web.HTTPException as error:
        return refusal(ApiError(error.status, error.reason))
    except Exception:
        log.exception("a call failed inside the simulator")
        return refusal(ApiError(500, "Internal Server Error"))


async def download(request: web.Request) -> web.StreamResponse:
    """Hand out a file that getFile described."""
    sim = request.app[WORLD]
    try:
        bot = _bot(sim, request.match_info["token"])
        if (fault := sim.faults.take("file")) is not None:
            await _suffer(fault, request)
        file = bot.files.fetch(request.match_info["path"])
        if file is None or file.size > DOWNLOAD_LIMIT:
            raise ApiError(404, "Not Found")
    except ApiError as error:
        return refusal(error)
    except Nonsense:
        return nonsense()
    return web.Response(body=file.content, content_type="application/octet-stream")


async def missing(_request: web.Request) -> web.Response:
    """Anything else."""
    return refusal(ApiError(404, "Not Found"))


def refusal(error: ApiError) -> web.Response:
    """The envelope of an error, with the status it names."""
    headers = {"Retry-After": str(error.parameters["retry_after"])} if error.parameters and error.code == 429 else None
    return _answer(error.envelope(), status=error.code, headers=headers)


def nonsense() -> web.Response:
    """The page of a proxy that nobody told of us."""
    return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")


async def _call(sim: Simulator, request: web.Request) -> web.StreamResponse:
    bot = _bot(sim, request.match_info["token"])
    method = sim.spec.method(request.match_info["method"])
    if request.method not in {"GET", "POST"}:
        raise ApiError(405, "Method Not Allowed")
    raw = await read_request(request)
    fault = sim.faults.take(method.name, raw.get("chat_id"))
    if fault is not None and not fault.afterwards:
        await _suffer(fault, request)
    done = await sim.call(bot, method, raw)
    if fault is not None and fault.afterwards:
        await _suffer(fault, request)
    body: dict[str, Any] = {"ok": True, "result": done.result}
    if done.description:
        body["description"] = done.description
    return _answer(body)


def _bot(sim: Simulator, token: str) -> Bot:
    bot = sim.bots.get(token)
    if bot is None:
        raise ApiError(401, "Unauthorized")
    if bot.logged_out:
        raise ApiError(400, LOGGED_OUT)
    return bot


async def _suffer(fault: Fault, request: web.Request) -> None:
    """Do what was asked for: refuse, hang and then refuse, cut the line, or answer nonsense."""
    match fault.how:
        case "drop" | "drop_after":
            if request.transport is not None:
                request.transport.abort()
            raise ApiError(500, "the connection was cut")
        case "hang" | "hang_after":
            await asyncio.sleep(fault.seconds)
        case "garbage":
            raise Nonsense
        case "answer":
            pass
    raise fault.error()


def _answer(body: dict[str, Any], *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.Response(
        body=json.dumps(body, separators=(",", ":")).encode(), status=status, headers=headers, content_type="application/json"
    )
