"""Fetches updates by long polling and runs chats side by side, the updates of one chat in order.

Laws. Telegram is never told to forget an update that is not committed (`window`): whatever stops this process, what was not
stored comes again. What comes again although it was stored is recognised by `window`, and after a restart by the stored ids.
At most `WINDOW` updates are under way, because no more come in one answer. Acknowledgements and deletions that a turn leaves
behind are made after it, beside the next turns.
"""

import asyncio
from collections import deque
from collections.abc import Coroutine
from typing import Any

import structlog
from aiogram import Bot

from handlers.channel import Channel, Incoming, MediaArrived, QuickCall
from handlers.errors import ChannelError, HandlerError, TryLater
from handlers.reporter.telegram.handling import MAX_FAILURES, Patience, SetAside, Take, TurnFailed, attempt
from handlers.reporter.telegram.refusals import call
from handlers.reporter.telegram.session import PlainCall
from handlers.reporter.telegram.updates import ALLOWED_UPDATES, read_update, update_number
from handlers.reporter.telegram.window import Window

WINDOW = 100  # the most that getUpdates gives at once

_Waiting = deque[tuple[Incoming, dict[str, Any]]]

log = structlog.get_logger()


class GetUpdates(PlainCall):
    """The updates that are waiting, oldest first, as plain values."""

    __api_method__ = "getUpdates"


class Stopped(Exception):
    """The loop is ending: what is not committed stays unconfirmed and comes again."""


class Polling:
    """The loop around getUpdates for one bot."""

    def __init__(self, bot: Bot, channel: Channel, take: Take, set_aside: SetAside, *, patience: Patience | None = None) -> None:
        self._bot = bot
        self._bot_id = str(bot.id)
        self._channel = channel
        self._take = take
        self._set_aside = set_aside
        self._patience = patience or Patience()
        self._window = Window()
        self._lanes: dict[str, _Waiting] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Fetch and hand over until `stop` is called; then finish what is running and confirm what is stored."""
        try:
            await self._loop()
            await self._finish()
        finally:
            for task in self._running:
                task.cancel()

    def stop(self) -> None:
        """Ask the loop to end: nothing new is fetched or begun."""
        self._stopping.set()

    async def _loop(self) -> None:
        pause, look = self._patience.first_pause, self._patience.first_look
        while not self._stopping.is_set():
            try:
                fresh = self._admit(await self._fetch())
            except Stopped:
                return
            except ChannelError as error:
                log.warning("telegram.polling.failed", fault=type(error).__name__)
                asked = error.seconds if isinstance(error, TryLater) else 0.0
                await self._rest(max(pause, asked))
                pause = min(pause * 2, self._patience.longest_pause)
                continue
            pause = self._patience.first_pause
            look = self._patience.first_look if fresh else min(look * 2, self._patience.longest_look)
            await _wait(self._window.settled, look)

    async def _fetch(self) -> list[Any]:
        """Ask for updates; hold the line open only if nothing is under way, since otherwise old ones come at once."""
        seconds = self._patience.long_poll if self._window.settled.is_set() else 0
        asking = asyncio.ensure_future(self._ask(seconds, WINDOW))
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise Stopped
            return asking.result()
        finally:
            asking.cancel()
            stopping.cancel()

    async def _ask(self, seconds: int, most: int) -> list[Any]:
        body: dict[str, Any] = {"timeout": seconds, "limit": most, "allowed_updates": ALLOWED_UPDATES}
        if self._window.start is not None:
            body["offset"] = self._window.start
        updates = await call(self._bot, GetUpdates.model_construct(body=body), seconds + int(self._bot.session.timeout))
        numbered = [raw for raw in updates if update_number(raw) is not None] if isinstance(updates, list) else []
        if updates != [] and not numbered:
            raise TryLater(self._patience.first_pause)
        return numbered

    def _admit(self, updates: list[Any]) -> int:
        """Put each new update in its chat's lane; return how many there were."""
        fresh = 0
        for raw in updates:
            number = raw["update_id"]
            if self._window.admit(number):
                fresh += 1
                self._line_up(number, raw)
        self._window.answered({raw["update_id"] for raw in updates})
        return fresh

    def _line_up(self, number: int, raw: dict[str, Any]) -> None:
        incoming = read_update(raw, self._bot_id)
        if incoming is None:
            self._window.commit(number)
            return
        # A file has a lane of its own: while it is on its way, the chat's words and its Hide go through.
        chat = incoming.address.chat_id + (" file" if isinstance(incoming.arrival, MediaArrived) else "")
        if chat in self._lanes:
            self._lanes[chat].append((incoming, raw))
        else:
            self._lanes[chat] = deque([(incoming, raw)])
            self._begin(self._work_off(chat))

    async def _work_off(self, chat: str) -> None:
        """Run a chat's updates one after the other until none is left or the loop ends."""
        lane = self._lanes[chat]
        try:
            while lane and not self._stopping.is_set():
                incoming, raw = lane[0]
                left_behind = await self._commit(incoming, raw)
                lane.popleft()
                self._window.commit(incoming.update_id)
                if left_behind is not None:
                    self._begin(self._make(incoming, left_behind))
        except Stopped:
            return
        finally:
            del self._lanes[chat]

    async def _commit(self, incoming: Incoming, raw: dict[str, Any]) -> QuickCall | None:
        """Hand an update over until it is stored or set aside."""
        failures = 0
        pause = self._patience.first_retry
        while True:
            try:
                return await attempt(self._take, incoming, self._patience.turn)
            except TurnFailed as failed:
                failures += 1
                log.warning("telegram.update.failed", fault=failed.fault, failures=failures)
            if failures >= MAX_FAILURES and await self._give_up(incoming.update_id, raw):
                return None
            await self._rest(pause)
            if self._stopping.is_set():
                raise Stopped
            pause = min(pause * 2, self._patience.longest_retry)

    async def _give_up(self, number: int, raw: dict[str, Any]) -> bool:
        """Set an update aside; False if even that failed, and it must be tried again."""
        try:
            await self._set_aside(number, raw)
        except Exception as error:
            log.error("telegram.update.not_set_aside", fault=type(error).__name__)
            return False
        log.error("telegram.update.set_aside")
        return True

    async def _make(self, incoming: Incoming, left_behind: QuickCall) -> None:
        try:
            await self._channel.quick(incoming.address, left_behind)
        except HandlerError as error:
            log.warning("telegram.quick.failed", fault=type(error).__name__, kind=left_behind.kind)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _rest(self, seconds: float) -> None:
        await _wait(self._stopping, seconds)

    async def _finish(self) -> None:
        """Let running turns end, then tell Telegram what it need not repeat. If that fails, it repeats some: they are known."""
        if self._running:
            await asyncio.wait(self._running, timeout=self._patience.stop)
        if self._window.start is None:
            return
        try:
            await self._ask(0, 1)
        except ChannelError as error:
            log.warning("telegram.polling.unconfirmed", fault=type(error).__name__)


async def _wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but not longer than some seconds."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
