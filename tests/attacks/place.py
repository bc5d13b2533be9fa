"""The place of the attack: a deployment, its messenger, its bots, the officer on duty, and people who come one after another."""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bot.settings import PREFIX, read
from bot.setup import make_deployment
from simulator.people import Phone
from simulator.server import address, serve
from simulator.world import Simulator
from tests.attacks.bots import Bots, fixed_port, supervised
from tests.attacks.reporters import Reporter
from tests.stories.town import OFFICER, REPORTER, Town

STARTS_WITHIN = 40.0
"""Seconds for the first start, with everything else that runs on the machine."""
REPORTS_WITHIN = 120.0
"""Seconds for the last people to get to their end once nobody kills the bots any more."""
SPOKEN = ("sendMessage", "editMessageText")
CALLS_KEPT = 1000


@dataclass(kw_only=True)
class Officer:
    """The officer on duty: `told` are the cases that the phone rang for. Half of them are acknowledged at once."""

    phone: Phone
    random: Random
    told: set[str] = field(default_factory=set)
    _looked_at: int = 0

    async def watch(self) -> None:
        """Look at every message that comes, until cancelled."""
        while True:
            for message_id in await self.phone.chat.bell.until(self._fresh, 3600):
                await self._read(message_id)

    async def knows(self, designations: set[str], seconds: float) -> None:
        """Wait until the phone rang for all of these."""
        with contextlib.suppress(TimeoutError):
            await self.phone.chat.bell.until(lambda: designations <= self.told, seconds)
        assert set() == designations - self.told

    def _fresh(self) -> list[int]:
        return [one.id for one in self.phone.chat.messages.values() if not one.mine and one.id > self._looked_at]

    async def _read(self, message_id: int) -> None:
        self._looked_at = message_id
        message = next(one for one in self.phone.screen() if one.message_id == message_id)
        self.told |= {line.removeprefix("Case: ") for line in message.text.splitlines() if line.startswith("Case: ")}
        acknowledge = next((one.data for one in message.buttons if one.label == "Acknowledge"), None)
        if acknowledge is not None and self.random.random() < 0.5:
            await self.phone.press(acknowledge, message_id=message_id)
        self.phone.chat.bell.ring()


@dataclass(kw_only=True)
class Place:
    """Everything that the attack needs."""

    town: Town
    bots: Bots
    officer: Officer
    seed: str
    reporters: list[Reporter] = field(default_factory=list)
    is_over: bool = False

    async def have_people_report(self, at_once: int, group: asyncio.TaskGroup) -> None:
        """Have so many people report at a time, the next whenever one is done, until it is over."""
        for _ in range(at_once):
            group.create_task(self._reports())

    async def _reports(self) -> None:
        while not self.is_over:
            number = len(self.reporters)
            reporter = Reporter.drawn(self.town.child("en"), f"w{number:05}", Random(f"{self.seed} {number}"))
            self.reporters.append(reporter)
            await reporter.report()

    async def speaks(self) -> None:
        """Wait until the bots, just started, say something to somebody."""
        calls, before = self.town.sim.calls, self.town.sim.calls.total
        await self.town.sim.called.until(lambda: calls.total > before and calls[-1].method in SPOKEN, STARTS_WITHIN)

    async def is_spoken_to(self) -> None:
        """Wait until somebody types or presses something."""
        queue = self.town.sim.bots[REPORTER].queue
        latest = queue.latest
        await self.town.sim.bots[REPORTER].arrived.until(lambda: queue.latest > latest, STARTS_WITHIN)


@contextlib.asynccontextmanager
async def founded(folder: Path, mode: str, seed: str) -> AsyncIterator[Place]:
    """Found the place, with the bots running and the officer on duty."""
    deployment = folder / "deployment"
    await make_deployment(deployment, demo=True, country="xk", now=int(time.time()), rng=os.urandom)
    sim = Simulator(keep_calls=CALLS_KEPT)
    sim.add_bot(REPORTER, "write_here_bot", "Write here")
    sim.add_bot(OFFICER, "duty_desk_bot", "Duty desk")
    runner = await serve(sim, "127.0.0.1", 0)
    values = {
        "REPORTER_TOKEN": REPORTER,
        "OFFICER_TOKEN": OFFICER,
        "TELEGRAM_API": address(runner),
        "TELEGRAM_UPDATES": mode,
        "LISTEN": f"127.0.0.1:{fixed_port()}",
    }
    variables = {PREFIX + name: value for name, value in values.items()}
    env_file = deployment / "amanet.env"
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        bots = await stack.enter_async_context(supervised(env_file, variables, folder / "bots.log"))
        await bots.start()
        town = Town(sim=sim, settings=read(env_file, variables), folder=deployment)
        phone = await town.officer(linked=False)
        await phone.start((deployment / "demo" / "officer-link.txt").read_text().strip())
        await phone.heard("linked", STARTS_WITHIN)
        officer = Officer(phone=phone, random=Random(f"{seed} officer"))
        watching = asyncio.create_task(officer.watch())
        stack.callback(watching.cancel)
        yield Place(town=town, bots=bots, officer=officer, seed=seed)
