"""The other side of the benchmark: a Bot API that only answers, and people who press and write at a steady rate.

It runs in a process of its own, on a core of its own. A person reads the newest card, presses one of its buttons or writes a sentence, and
does nothing more until the card has answered: what is measured is the time until the webhook was answered (the commit) and
until the card was changed. Bounded: a number of updates, a rate, and a time after which it gives up.
"""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web

GIVE_UP_AFTER = 30.0
SENTENCES = ("ai me godet", "sot pas shkolles", "nuk dua te kthehem", "ma thane te mos flas", "ndodh shpesh", "kam frike")
ELSEWHERE = frozenset({"hide", "stop", "back", "skip", "help", "delete", "withdraw", "forget"})
"""Choices that nobody in this load presses: they lead out of the report."""


@dataclass
class Person:
    """Somebody with a chat: the newest card and when it was waited for."""

    chat_id: int
    card: int | None = None
    buttons: list[str] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    message_id: int = 10


@dataclass
class Measured:
    """What was seen: seconds."""

    committed: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    alerts: list[float] = field(default_factory=list)
    unanswered: int = 0
    failed: int = 0


HARMLESS = "Tung"
"""A greeting: no risk is heard in it."""


class Load:
    """A sink for calls and a source of updates. `officer` is the officer's chat, if alerts are measured."""

    def __init__(self, hook: str, secret: str, people: int, seed: int) -> None:
        self.hook = hook
        self.secret = secret
        self.people = {1000 + number: Person(chat_id=1000 + number) for number in range(people)}
        self.random = random.Random(seed)
        self.measured = Measured()
        self.update_id = int(time.time() * 1000)  # later than those of an earlier round, which are remembered
        self.calls = 0
        self.message_ids = iter(range(1000, 100_000_000))
        self.danger_sent: dict[str, float] = {}
        self.waiting_alerts: list[float] = []
        self.calm = False
        """Whether nobody says or presses what wakes an officer: where alerts are timed, none but the timed ones may come."""

    # The sink -----------------------------------------------------------------------------------------------------------

    async def call(self, request: web.Request) -> web.Response:
        """Answer a call as Telegram would, and remember the card."""
        method = request.match_info["method"]
        body = await request.read()
        self.calls += 1
        if method in ("sendMessage", "editMessageText"):
            said = json.loads(body) if request.content_type == "application/json" else dict(await request.post())
            return self._shown(method, said, request.match_info["token"])
        if method == "getMe":
            number = int(request.match_info["token"].partition(":")[0])
            me = {"id": number, "is_bot": True, "first_name": "Bot", "username": "a_bot"}
            return web.json_response({"ok": True, "result": me})
        if method == "getUpdates":
            await asyncio.sleep(1)
            return web.json_response({"ok": True, "result": []})
        if method == "getWebhookInfo":
            return web.json_response({"ok": True, "result": {"url": self.hook}})
        return web.json_response({"ok": True, "result": True})

    def _shown(self, method: str, said: dict[str, Any], token: str) -> web.Response:
        chat_id = int(said["chat_id"])
        person = self.people.get(chat_id)
        message_id = next(self.message_ids) if method == "sendMessage" else int(said["message_id"])
        if person is None:  # the officer: an alert
            if method == "sendMessage" and self.waiting_alerts:
                self.measured.alerts.append(time.perf_counter() - self.waiting_alerts.pop(0))
        else:
            markup = said.get("reply_markup") or {}
            markup = json.loads(markup) if isinstance(markup, str) else markup
            person.card = message_id
            person.buttons = [
                button["callback_data"]
                for row in markup.get("inline_keyboard", [])
                for button in row
                if button["callback_data"].partition(":")[2] not in ELSEWHERE
            ]
            person.answered.set()
        result = {
            "message_id": message_id,
            "date": int(time.time()),
            "chat": {"id": chat_id, "type": "private", "first_name": "A"},
            "from": {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Bot"},
            "text": said["text"],
        }
        return web.json_response({"ok": True, "result": result})

    # The source ---------------------------------------------------------------------------------------------------------

    async def run(self, updates: int, rate: float) -> Measured:
        """Send that many updates at that rate (0: as fast as 16 people at once go), each by somebody who waits for the card."""
        self.measured = Measured()
        connector = TCPConnector(limit=64)
        async with ClientSession(timeout=ClientTimeout(total=GIVE_UP_AFTER), connector=connector) as session:
            people = list(self.people.values())
            self.random.shuffle(people)
            lanes = asyncio.Queue[Person]()
            for person in people[: 16 if rate == 0 else len(people)]:
                lanes.put_nowait(person)
            began = time.perf_counter()
            tasks = set()
            for number in range(updates):
                person = await lanes.get()
                if rate:
                    pause = began + number / rate - time.perf_counter()
                    if pause > 0:
                        await asyncio.sleep(pause)
                task = asyncio.create_task(self._one(session, person, lanes))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
            if tasks:
                await asyncio.wait(tasks, timeout=GIVE_UP_AFTER)
        return self.measured

    async def _one(self, session: ClientSession, person: Person, lanes: "asyncio.Queue[Person]") -> None:
        try:
            await self.send(session, person, self._update(person))
        finally:
            lanes.put_nowait(person)

    async def send(self, session: ClientSession, person: Person, update: dict[str, Any]) -> None:
        """Post an update and wait for the card."""
        person.answered.clear()
        began = time.perf_counter()
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret}
        async with session.post(self.hook, json=update, headers=headers) as answer:
            body = await answer.read()
            if answer.status != 200:
                self.measured.failed += 1
                return
        self.measured.committed.append(time.perf_counter() - began)
        if body:
            self.calls += 1
        try:
            await asyncio.wait_for(person.answered.wait(), GIVE_UP_AFTER)
        except TimeoutError:
            self.measured.unanswered += 1
        else:
            self.measured.shown.append(time.perf_counter() - began)

    def _update(self, person: Person) -> dict[str, Any]:
        if person.card is None:
            return self.message(person, "/start")
        if self.calm:
            return self.message(person, HARMLESS)
        if person.buttons and self.random.random() < 0.5:
            return self.press(person, self.random.choice(person.buttons))
        return self.message(person, self.random.choice(SENTENCES))

    def message(self, person: Person, text: str) -> dict[str, Any]:
        """A message of that person."""
        self.update_id += 1
        person.message_id = next(self.message_ids)
        return {"update_id": self.update_id, "message": {**self._base(person), "message_id": person.message_id, "text": text}}

    def press(self, person: Person, data: str) -> dict[str, Any]:
        """A press of that person on the newest card."""
        self.update_id += 1
        sender = {"id": person.chat_id, "is_bot": False, "first_name": "A", "language_code": "sq"}
        message = {**self._base(person), "message_id": person.card, "text": "card"}
        query = {"id": str(self.update_id), "from": sender, "message": message, "chat_instance": "1", "data": data}
        return {"update_id": self.update_id, "callback_query": query}

    def _base(self, person: Person) -> dict[str, Any]:
        return {
            "date": int(time.time()),
            "chat": {"id": person.chat_id, "type": "private", "first_name": "A"},
            "from": {"id": person.chat_id, "is_bot": False, "first_name": "A", "language_code": "sq"},
        }


async def serve_sink(load: Load, port: int) -> web.AppRunner:
    """Serve the Bot API's side on loopback."""
    app = web.Application(client_max_size=1 << 20)
    app.router.add_route("*", "/bot{token:[^/]+}/{method:[^/]+}", load.call)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner
