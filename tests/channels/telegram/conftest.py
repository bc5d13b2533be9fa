"""A Bot API on loopback, small enough to see what it does, and the client that talks to it."""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiogram import Bot
from aiohttp import web
from aiohttp.test_utils import TestServer

from handlers.channel import Address, Button, Card
from handlers.reporter.telegram.calls import TelegramChannel
from handlers.reporter.telegram.handling import Take
from handlers.reporter.telegram.polling import Polling
from handlers.reporter.telegram.session import connect
from tests.channels.telegram.polled import HASTY

TOKEN = "123456:AAbbCCddEEff-secret"
CHAT = 777000111222
WORDS = "Më rreh babai çdo natë"

Behaviour = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


class BotApi:
    """Answers as the Bot API does: a queue of updates, `ok` for the rest, or whatever a test has lined up for a method."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.files: dict[str, bytes] = {}
        self.updates: list[dict[str, Any]] = []
        self.url = ""
        self.on_file: Callable[[web.Request], Awaitable[web.StreamResponse]] | None = None
        self._lined_up: dict[str, deque[Behaviour]] = defaultdict(deque)
        self._arrived = asyncio.Condition()

    def then(self, method: str, status: int, **envelope: Any) -> None:
        """Line up one answer for a method."""

        async def answer(request: web.Request, body: dict[str, Any]) -> web.Response:
            return web.json_response({"ok": status == 200, **envelope}, status=status)

        self._lined_up[method].append(answer)

    def then_refuse(self, method: str, status: int, description: str, **parameters: Any) -> None:
        self.then(method, status, error_code=status, description=description, parameters=parameters)

    def then_do(self, method: str, behaviour: Behaviour) -> None:
        self._lined_up[method].append(behaviour)

    def then_drop(self, method: str) -> None:
        """Line up a connection that closes without an answer."""

        async def drop(request: web.Request, body: dict[str, Any]) -> web.Response:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()

        self.then_do(method, drop)

    def bodies(self, method: str) -> list[dict[str, Any]]:
        return [body for name, body in self.calls if name == method]

    async def push(self, *updates: dict[str, Any]) -> None:
        async with self._arrived:
            self.updates.extend(updates)
            self._arrived.notify_all()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        assert request.match_info["token"] == TOKEN
        method = request.match_info["method"]
        body = json.loads(await request.read())
        self.calls.append((method, body))
        if self._lined_up[method]:
            return await self._lined_up[method].popleft()(request, body)
        match method:
            case "getUpdates":
                result: Any = await self._get_updates(body)
            case "sendMessage":
                result = {"message_id": 4711, "date": 1, "chat": {"id": CHAT, "type": "private", "first_name": "Arta"}}
            case "getFile":
                result = {"file_id": body["file_id"], "file_path": f"voice/{body['file_id']}.oga"}
            case _:
                result = True
        return web.json_response({"ok": True, "result": result})

    async def hand_out(self, request: web.Request) -> web.StreamResponse:
        if self.on_file is not None:
            return await self.on_file(request)
        content = self.files.get(request.match_info["path"])
        if content is None:
            return web.Response(status=404)
        return web.Response(body=content)

    async def _get_updates(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        self.updates = [update for update in self.updates if update["update_id"] >= body.get("offset", 0)]
        if not self.updates and body["timeout"]:
            async with self._arrived:
                try:
                    await asyncio.wait_for(self._arrived.wait(), min(body["timeout"], 0.3))
                except TimeoutError:
                    return []
        return self.updates[: body["limit"]]


@pytest.fixture
async def bot_api() -> AsyncIterator[BotApi]:
    api = BotApi()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", api.handle)
    app.router.add_get("/file/bot{token}/{path:.+}", api.hand_out)
    server = TestServer(app, host="127.0.0.1", shutdown_timeout=0.1)
    await server.start_server(access_log=None)
    api.url = str(server.make_url("")).rstrip("/")
    yield api
    await server.close()


@pytest.fixture
async def bot(bot_api: BotApi) -> AsyncIterator[Bot]:
    client = connect(TOKEN, bot_api.url)
    yield client
    await client.session.close()


@pytest.fixture
def channel(bot: Bot) -> TelegramChannel:
    return TelegramChannel(bot)


@pytest.fixture
def address() -> Address:
    return Address(channel="telegram", bot_id="123456", chat_id=str(CHAT))


@pytest.fixture
def card() -> Card:
    rows = ((Button(label="Po", data="c:yes:1"), Button(label="Jo", data="c:no:1")), (Button(label="Fshihe", data="n:hide:1"),))
    return Card(text=WORDS, rows=rows)


@pytest.fixture
def message() -> Callable[..., dict[str, Any]]:
    def make(number: int, text: str = WORDS, chat: int = CHAT) -> dict[str, Any]:
        return {
            "update_id": number,
            "message": {
                "message_id": number * 10,
                "date": 1_790_000_000,
                "chat": {"id": chat, "type": "private", "first_name": "Arta", "username": "arta_x"},
                "from": {"id": chat, "is_bot": False, "first_name": "Arta", "language_code": "sq"},
                "text": text,
            },
        }

    return make


@pytest.fixture
def set_aside() -> list[tuple[int, dict[str, Any]]]:
    return []


@pytest.fixture
def polling(bot: Bot, set_aside: list[Any]) -> Callable[..., Any]:
    @asynccontextmanager
    async def begin(take: Take, aside: Callable[..., Awaitable[None]] | None = None, **hurry: float) -> AsyncIterator[Polling]:
        async def put(number: int, raw: dict[str, Any]) -> None:
            set_aside.append((number, raw))

        loop = Polling(bot, TelegramChannel(bot), take, aside or put, patience=replace(HASTY, **hurry))
        running = asyncio.create_task(loop.run())
        try:
            yield loop
        finally:
            loop.stop()
            await asyncio.wait_for(running, 3)

    return begin
