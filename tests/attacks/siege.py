"""A deployment to attack: the program in a process of its own, as `run` runs it, and a messenger on this side.

Nothing is mocked: the process gets its settings from the environment, writes its logs to a file and its data to a folder, and is ended
by a signal. `Siege` knows where both are, how much memory the process takes, and how to post to its webhook as anybody could.
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from bot.settings import read
from bot.setup import make_deployment
from sealing.at_rest import webhook_secret
from simulator.clock import WallClock
from simulator.server import address, serve
from simulator.world import Simulator
from tests.stories.town import OFFICER, REPORTER, Town

ROOT = Path(__file__).parents[2]
HOOK = "/hooks/telegram/reporter"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
FAILS_BEFORE = 5
"""Times that an update fails before it is set aside."""
READY_WITHIN = 60.0
ENDS_WITHIN = 40.0


@dataclass
class Siege(Town):
    """A town whose program runs in another process."""

    process: asyncio.subprocess.Process | None = None

    @property
    def logs(self) -> Path:
        return self.folder / "program.log"

    @property
    def data(self) -> Path:
        return Path(self.settings.data_dir)

    @property
    def temporary(self) -> Path:
        """Where the process is told to put what it does not mean to keep."""
        return self.folder / "tmp"

    @property
    def url(self) -> str:
        return f"http://{self.settings.listen}"

    @property
    def secret(self) -> str:
        return webhook_secret(self.settings.secret("intake_key"), "reporter")

    @property
    def memory(self) -> float:
        """Megabytes that the program takes."""
        assert self.process is not None
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    def lines(self) -> list[dict[str, Any]]:
        """What the program logged; a line that is no JSON object, as of a traceback, fails whoever asks."""
        return [json.loads(line) for line in self.logs.read_text().splitlines()]

    def troubles(self) -> list[dict[str, Any]]:
        """What the program logged as an error."""
        return [line for line in self.lines() if line.get("level") in {"error", "critical"}]

    def assert_quiet(self) -> None:
        """The logs hold no traceback, and no failure but of updates that were set aside in the end; no file was left behind."""
        assert self.process is not None
        assert self.process.returncode is None
        lines = self.lines()
        aside = [line for line in lines if line["event"] == "telegram.update.set_aside"]
        assert [line for line in self.troubles() if line not in aside] == []
        assert sum(line["event"] == "telegram.update.failed" for line in lines) == FAILS_BEFORE * len(aside)
        assert "Traceback" not in self.logs.read_text()
        assert list(self.temporary.iterdir()) == []

    async def post(self, body: Any, *, secret: str | None = None, session: aiohttp.ClientSession | None = None) -> int:
        """Post a body to the reporters' webhook; return the status of the answer."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {SECRET_HEADER: self.secret if secret is None else secret, "Content-Type": "application/json"}
        async with contextlib.AsyncExitStack() as stack:
            client = session or await stack.enter_async_context(aiohttp.ClientSession())
            async with client.post(self.url + HOOK, data=content, headers=headers) as answer:
                await answer.read()
                return answer.status

    async def counted(self, name: str) -> float:
        """A number of `/metrics`, all its labels together."""
        async with aiohttp.ClientSession() as session, session.get(self.url + "/metrics") as answer:
            text = await answer.text()
        return sum(float(line.rpartition(" ")[2]) for line in text.splitlines() if line.startswith(name))

    def poison_the_next(self) -> int:
        """Make the reporters' next update fail as often as it is tried: the database itself refuses its number, which is returned."""
        number = self.sim.bots[REPORTER].queue.latest + 1
        connection = sqlite3.connect(self.data / "amanet.db", timeout=10)
        with connection:
            connection.execute(
                f"CREATE TRIGGER refuses_{number} BEFORE INSERT ON seen_update WHEN NEW.update_id = {number}"
                " BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        connection.close()
        return number

    async def stop(self) -> int:
        """End the program as an operator does; return its exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self.process.wait(), ENDS_WITHIN)


@contextlib.asynccontextmanager
async def besieged(folder: Path, **settings: str) -> AsyncIterator[Siege]:
    """Run a deployment in `folder`; `settings` are AMANET_ variables in small letters. Telegram repeats fifty times sooner."""
    await make_deployment(folder, demo=True, country="xk", now=int(time.time()), rng=os.urandom)
    sim = Simulator(clock=WallClock(pace=0.02))
    sim.add_bot(REPORTER, "write_here_bot", "Write here")
    sim.add_bot(OFFICER, "duty_desk_bot", "Duty desk")
    runner = await serve(sim, "127.0.0.1", 0)
    given = {
        "REPORTER_TOKEN": REPORTER,
        "OFFICER_TOKEN": OFFICER,
        "TELEGRAM_API": address(runner),
        "LISTEN": f"127.0.0.1:{free_port()}",
        "LOG_LEVEL": "DEBUG",
        **{name.upper(): value for name, value in settings.items()},
    }
    variables = {f"AMANET_{name}": value for name, value in given.items()}
    siege = Siege(sim=sim, settings=read(folder / "amanet.env", variables), folder=folder)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        await _start(siege, variables)
        stack.push_async_callback(_end, siege)
        await _ready(siege)
        yield siege


async def _start(siege: Siege, variables: dict[str, str]) -> None:
    command = (sys.executable, "-m", "bot", "run", "--env-file", str(siege.folder / "amanet.env"))
    siege.temporary.mkdir()
    environment = {**os.environ, **variables, "TMPDIR": str(siege.temporary)}
    with siege.logs.open("ab") as logs:
        siege.process = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env=environment, stdout=logs, stderr=logs, start_new_session=True
        )


async def _ready(siege: Siege) -> None:
    """Wait until the program serves and both bots ask for updates, or are posted them."""
    deadline = time.monotonic() + READY_WITHIN
    bots = siege.sim.bots.values()
    async with aiohttp.ClientSession() as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(siege.url + "/readyz") as answer:
                    if answer.status == 200 and all(bot.webhook.url or bot.poll_turn for bot in bots):
                        return
            assert time.monotonic() < deadline, siege.logs.read_text()[-2000:]
            await asyncio.sleep(0.1)


async def _end(siege: Siege) -> None:
    assert siege.process is not None
    try:
        await siege.stop()
    except TimeoutError:
        siege.process.kill()
        await siege.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
