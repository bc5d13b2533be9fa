"""Posting updates to a bot's own address, after the official server's WebhookActor.

Laws: messages of one chat go strictly one after another, button presses of one person likewise and beside them; 2xx is done;
otherwise repeated at once, after 2, 4, 8, 16, 32 seconds and then every 60 to 120, until the update is too old; 410 for
23 hours takes the webhook away. An answer that names a method is carried out, and its result told to nobody.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp

from simulator.bodies import read_reply
from simulator.bots import Bot
from simulator.clock import Clock
from simulator.ids import Ids
from simulator.updates import Pending

DELAYS = (0, 2, 4, 8, 16, 32)
LONG_DELAY = (60.0, 120.0)
RETRY_AFTER_CAP = 3600
GONE_FOR = 23 * 3600
ANSWER_WITHIN = 60.0
"""Real seconds: a slow machine must not look like a broken bot."""
NOT_FROM_WEBHOOK = frozenset({"setwebhook", "deletewebhook", "close", "logout"})

Execute = Callable[[Bot, str, Mapping[str, Any]], Awaitable[object]]


class Deliveries:
    """The posting of one bot's updates, from `start` to `stop`."""

    def __init__(self, bot: Bot, *, clock: Clock, ids: Ids, http: aiohttp.ClientSession, execute: Execute) -> None:
        self._bot = bot
        self._clock = clock
        self._ids = ids
        self._http = http
        self._execute = execute
        self._slots = asyncio.Semaphore(bot.webhook.max_connections)
        self._lanes: dict[int, deque[Pending]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._gone_since: float | None = None
        self._headers = {"Content-Type": "application/json"}
        if bot.webhook.secret:
            self._headers["X-Telegram-Bot-Api-Secret-Token"] = bot.webhook.secret
        for pending in bot.queue:
            self.offer(pending)

    def offer(self, pending: Pending) -> None:
        """Put an update at the end of its lane."""
        lane = self._lanes.get(pending.lane)
        if lane is not None:
            lane.append(pending)
            return
        self._lanes[pending.lane] = deque([pending])
        task = asyncio.get_running_loop().create_task(self._serve(pending.lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Post nothing more; what was not accepted stays in the queue."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, key: int) -> None:
        lane = self._lanes[key]
        while lane and self._bot.webhook.url:
            await self._deliver(lane[0])
            lane.popleft()
        del self._lanes[key]

    async def _deliver(self, pending: Pending) -> None:
        failures = 0
        while pending.number in self._bot.queue and self._clock.now() < pending.expires:
            async with self._slots:
                wait, reply = await self._post(pending)
            if wait is None:
                break
            if self._closed_for_good():
                self._bot.webhook.url = ""
                return
            await self._clock.sleep(wait or self._delay(failures))
            failures += 1
        else:
            reply = {}
        self._bot.queue.remove(pending.number)
        self._bot.confirmed.ring()
        method = str(reply.pop("method", ""))
        if method and not method.lower().startswith("get") and method.lower() not in NOT_FROM_WEBHOOK:
            await self._execute(self._bot, method, reply)

    async def _post(self, pending: Pending) -> tuple[float | None, dict[str, Any]]:
        """Post once: (None, reply) when accepted, else (seconds the bot asked us to wait or 0, nothing)."""
        webhook = self._bot.webhook
        try:
            async with self._http.post(
                webhook.url,
                data=pending.body(),
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=ANSWER_WITHIN),
                allow_redirects=False,
            ) as answer:
                if 200 <= answer.status < 300:
                    self._gone_since = None
                    return None, await read_reply(answer)
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                self._gone_since = (self._gone_since or self._clock.now()) if answer.status == 410 else None
                asked = answer.headers.get("Retry-After", "")
                return float(min(int(asked), RETRY_AFTER_CAP)) if asked.isdecimal() else 0.0, {}
        except TimeoutError:
            self._failed("Read timeout expired")
        except (aiohttp.ClientError, OSError):
            self._failed("Connection refused")
        return 0.0, {}

    def _failed(self, why: str) -> None:
        self._bot.webhook.last_error = (int(self._clock.now()), why)

    def _closed_for_good(self) -> bool:
        return self._gone_since is not None and self._clock.now() - self._gone_since >= GONE_FOR

    def _delay(self, failures: int) -> float:
        return DELAYS[failures] if failures < len(DELAYS) else self._ids.spread(*LONG_DELAY)


class Hooks:
    """The webhooks of all bots: one client, opened with the first and closed by `close`."""

    def __init__(self, *, clock: Clock, ids: Ids, execute: Execute) -> None:
        self._clock = clock
        self._ids = ids
        self._execute = execute
        self._http: aiohttp.ClientSession | None = None
        self._running: dict[int, Deliveries] = {}

    def start(self, bot: Bot) -> None:
        """Post this bot's updates from now on, those that wait first."""
        if self._http is None:
            self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._running[bot.id] = Deliveries(bot, clock=self._clock, ids=self._ids, http=self._http, execute=self._execute)

    async def stop(self, bot: Bot) -> None:
        """Post nothing more for this bot."""
        running = self._running.pop(bot.id, None)
        if running is not None:
            await running.stop()

    def offer(self, bot: Bot, pending: Pending) -> None:
        """Post a new update, if the bot has a webhook."""
        running = self._running.get(bot.id)
        if running is not None and bot.webhook.url:
            running.offer(pending)

    async def close(self) -> None:
        """End everything."""
        for running in tuple(self._running.values()):
            await running.stop()
        self._running.clear()
        if self._http is not None:
            await self._http.close()
            self._http = None
