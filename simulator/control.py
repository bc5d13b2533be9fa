"""What the page asks for: its files, the stage as it stands and as it changes, and what people do on their phones.

Laws: everything that changes something needs a header that other sites cannot send; answers are never cached; nothing here
is for bots.
"""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from simulator.api import WORLD
from simulator.errors import SimulatorError
from simulator.media import TYPES
from simulator.people import Phone
from simulator.stage import picture, roster
from simulator.world import Simulator

PAGE = Path(__file__).parent / "page"
FILES: Mapping[str, str] = {
    "phones.css": "text/css",
    "chat.css": "text/css",
    "phones.js": "text/javascript",
    "phone.js": "text/javascript",
    "bubbles.js": "text/javascript",
    "composer.js": "text/javascript",
    "recorder.js": "text/javascript",
    "dom.js": "text/javascript",
}
GUARD = "X-Simulator"
PHONES_LIMIT = 24
WATCHERS_LIMIT = 24
STILL_THERE = 15.0
"""Seconds after which an idle stream says so, for proxies and for closed pages to be noticed."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; media-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Cache-Control": "no-store",
}
WATCHERS: web.AppKey[set[asyncio.Task[Any]]] = web.AppKey("watchers", set)


def add_routes(app: web.Application) -> None:
    """Add the page and what it calls."""
    app[WATCHERS] = set()
    app.router.add_get("/", page)
    app.router.add_get("/page/{name}", page_file)
    app.router.add_get("/events", events)
    app.router.add_post("/phones", open_phone)
    app.router.add_delete("/phones/{phone}", put_away)
    app.router.add_get("/phones/{phone}/media/{message}", media)
    app.router.add_post("/phones/{phone}/send/{kind}", send)
    app.router.add_post("/phones/{phone}/{action}", act)


async def page(_request: web.Request) -> web.Response:
    """The page itself."""
    return web.Response(body=(PAGE / "index.html").read_bytes(), content_type="text/html", charset="utf-8", headers=HEADERS)


async def page_file(request: web.Request) -> web.Response:
    """One of its files."""
    name = request.match_info["name"]
    if name not in FILES:
        return _said(404, "there is no such file")
    return web.Response(body=(PAGE / name).read_bytes(), content_type=FILES[name], charset="utf-8", headers=HEADERS)


async def events(request: web.Request) -> web.StreamResponse:
    """Everything on the stage now, then every change, as server-sent events."""
    sim, watchers = request.app[WORLD], request.app[WATCHERS]
    task = asyncio.current_task()
    if len(watchers) >= WATCHERS_LIMIT or task is None:
        return _said(503, "too many pages are open")
    response = web.StreamResponse(headers={**HEADERS, "Content-Type": "text/event-stream"})
    await response.prepare(request)
    watchers.add(task)
    seen: dict[str, Any] = {}
    try:
        while not sim.closing:
            pieces = _news(sim, seen)
            await response.write("".join(pieces).encode() or b": still here\n\n")
            await sim.stage.wait(STILL_THERE)
    except ConnectionError:
        pass
    finally:
        watchers.discard(task)
    return response


async def open_phone(request: web.Request) -> web.Response:
    """A new person with a phone; nothing is sent until Start is pressed."""
    sim = request.app[WORLD]
    asked = await _asked(request)
    bot = next((bot for bot in sim.bots.values() if bot.username == asked.get("bot")), None)
    if bot is None or len(sim.phones) >= PHONES_LIMIT:
        return _said(409, "no such bot, or too many phones")
    person = sim.person(
        first_name=str(asked.get("first_name") or "Somebody")[:64], language_code=str(asked.get("language_code", ""))[:16]
    )
    return _said(200, "opened", phone=sim.show(person.open(bot)))


async def put_away(request: web.Request) -> web.Response:
    """Take a phone off the page; what was said on it stays with the bot."""
    sim = request.app[WORLD]
    _guard(request)
    if (phone := sim.phones.pop(request.match_info["phone"], None)) is not None:
        phone.chat.stage = None
    sim.stage.ring()
    return _said(200, "put away")


async def act(request: web.Request) -> web.Response:
    """Something a person does: see `ACTIONS`."""
    phone = _phone(request)
    asked = await _asked(request)
    action = ACTIONS.get(request.match_info["action"])
    if phone is None or action is None:
        return _said(404, "no such phone or action")
    try:
        await action(phone, asked)
    except (SimulatorError, KeyError, ValueError, TypeError) as error:
        return _said(409, str(error) or type(error).__name__)
    return _said(200, "done")


async def send(request: web.Request) -> web.Response:
    """A recording, picture or file: its bytes are the body."""
    _guard(request)
    phone, kind = _phone(request), request.match_info["kind"]
    if phone is None or kind not in TYPES:
        return _said(404, "no such phone or kind")
    content = await request.read()
    query = request.query
    try:
        await phone.send_media(
            kind,
            content,
            caption=query.get("caption", "")[:1024],
            name=query.get("name", "")[:200],
            media_type=request.content_type,
            duration=int(query.get("duration", "0")),
        )
    except (SimulatorError, ValueError) as error:
        return _said(409, str(error))
    return _said(200, "done")


async def media(request: web.Request) -> web.Response:
    """The file of a message, for the phone that shows it."""
    phone, number = _phone(request), request.match_info["message"]
    message = phone.chat.messages.get(int(number)) if phone and number.isdecimal() else None
    file = phone.bot.files.find(message.file_id) if phone and message and message.file_id else None
    if file is None:
        return _said(404, "no such file")
    shown = file.media_type.partition(";")[0]
    safe = shown if shown.startswith(("audio/", "video/", "image/")) and "svg" not in shown else "application/octet-stream"
    return web.Response(body=file.content, content_type=safe, headers=HEADERS)


def _news(sim: Simulator, seen: dict[str, Any]) -> list[str]:
    """The events since the last look; `seen` remembers it."""
    pieces = []
    now = sim.clock.now()
    for name, content in (("roster", roster(sim)), ("notes", sim.notes)):
        text = json.dumps(content)
        if seen.get(name) != text:
            seen[name] = text
            pieces.append(f"event: {name}\ndata: {text}\n\n")
    for name, phone in sim.phones.items():
        if seen.get(name) != (phone.chat.revision, len(phone.bot.words), len(phone.bot.commands)):
            seen[name] = (phone.chat.revision, len(phone.bot.words), len(phone.bot.commands))
            pieces.append(f"event: phone\ndata: {json.dumps(picture(name, phone, now))}\n\n")
    return pieces


def _phone(request: web.Request) -> Phone | None:
    return request.app[WORLD].phones.get(request.match_info["phone"])


def _guard(request: web.Request) -> None:
    if GUARD not in request.headers:
        raise web.HTTPForbidden(reason="only the page may do this")


async def _asked(request: web.Request) -> dict[str, Any]:
    _guard(request)
    try:
        asked = json.loads(await request.read() or b"{}")
    except ValueError:
        raise web.HTTPBadRequest(reason="JSON expected") from None
    if not isinstance(asked, dict):
        raise web.HTTPBadRequest(reason="an object expected")
    return asked


def _said(status: int, what: str, **more: str) -> web.Response:
    return web.json_response({"said": what, **more}, status=status, headers=HEADERS)


async def _contact(phone: Phone, _asked: dict[str, Any]) -> None:
    await phone.send_contact("+383 44 000 000", phone.person.json["first_name"], own=True)


ACTIONS: Mapping[str, Any] = {
    "start": lambda phone, asked: phone.start(str(asked.get("payload", ""))[:64]),
    "say": lambda phone, asked: phone.say(str(asked["text"])),
    "press": lambda phone, asked: phone.press(str(asked["what"]), message_id=asked.get("message_id")),
    "edit": lambda phone, asked: phone.edit(str(asked["text"]), message_id=int(asked["message_id"])),
    "delete": lambda phone, asked: phone.delete(int(asked["message_id"])),
    "clear": lambda phone, _asked: phone.clear_history(),
    "block": lambda phone, _asked: phone.block(),
    "unblock": lambda phone, _asked: phone.unblock(),
    "lock": lambda phone, _asked: phone.lock(),
    "unlock": lambda phone, _asked: phone.unlock(),
    "location": lambda phone, asked: phone.send_location(float(asked["latitude"]), float(asked["longitude"])),
    "contact": _contact,
    "sticker": lambda phone, asked: phone.sticker(str(asked.get("emoji", "🙂"))[:8]),
    "forward": lambda phone, asked: phone.forward(str(asked["text"])),
}
