"""The place of the whole story: a server with its two processes, a machine that is never on line, and the messenger between.

Laws. Everything is started and told by the commands that an operator types. `offline` is moved away from the server before it serves. Each
process is given its own zone's settings and logs at DEBUG.
"""

import asyncio
import contextlib
import json
import re
import shlex
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession

from bot.settings import outside
from simulator.clock import HandClock
from simulator.people import Phone
from simulator.server import address, serve
from simulator.world import Simulator
from tests.pages.shell_stage import NewDesk
from tests.pages.stage import ROOT, free_port

REPORTER = "700000001:reporter-token-for-tests"
OFFICER = "700000002:officer-token-for-tests"
UP_WITHIN = 40.0
"""Seconds in which a process serves, on a machine that does other things too."""
ENDS_WITHIN = 20.0


@dataclass(kw_only=True)
class Place:
    """Where the story happens. `away` is the folder of the machine that is never on line."""

    server: Path
    away: Path
    sim: Simulator
    desk: NewDesk
    settings: dict[str, dict[str, str]]
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    @property
    def logs(self) -> list[Path]:
        """What both processes said."""
        return [self.log(part) for part in self.settings]

    def log(self, part: str) -> Path:
        return self.server.parent / f"{part}.log"

    async def serves(self, part: str) -> None:
        """Run one part, with the settings of its zone, until it serves."""
        with self.log(part).open("wb") as log:
            self.processes[part] = process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", part, "--env-file", str(self.server / f"{part}.env")),
                env=_environment(self.settings[part]),
                stdout=log,
                stderr=log,
            )
        ready = f"http://{self.settings[part]['LISTEN']}/readyz"
        async with asyncio.timeout(UP_WITHIN), ClientSession() as session:
            while not await _answers(session, ready):
                assert process.returncode is None, self.log(part).read_text()
                await asyncio.sleep(0.1)

    async def ends(self) -> list[int | None]:
        """Ask both processes to end; return how they ended."""
        processes, self.processes = list(self.processes.values()), {}
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(ENDS_WITHIN):
            return [await process.wait() for process in processes]

    async def operator(self, *arguments: object) -> str:
        """Type a command at the server; give what it prints."""
        return await command(*arguments, "--env-file", self.server / "amanet.env")

    async def types_off_line(self, shown: str, made: str) -> Path:
        """Type a command, just as a page shows it, at the machine that is never on line; give the file that it makes."""
        (self.away / made).unlink(missing_ok=True)
        python, *rest = shlex.split(shown)
        assert python == "python"
        await _run(rest, {"PYTHONPATH": str(ROOT)}, self.away)
        return self.away / made

    def telephone(self, name: str) -> Phone:
        """A telephone in a chat with the officers' bot."""
        return self.sim.person(first_name=name, language_code="en").open(self.sim.bots[OFFICER])

    async def cases(self) -> list[dict[str, Any]]:
        """The cases as the operator sees them."""
        cases: list[dict[str, Any]] = json.loads(await self.operator("case", "list", "--json"))
        return cases


async def command(*arguments: object, **settings: str) -> str:
    """Run one command to its end, and give what it prints."""
    return await _run(["-m", "bot", *map(str, arguments)], _environment(settings))


async def _run(arguments: list[str], environment: dict[str, str], folder: Path = ROOT) -> str:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *arguments),
        cwd=folder,
        env={**_environment({}), **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    assert (process.returncode, error) == (0, b""), error.decode()
    return out.decode()


@contextlib.asynccontextmanager
async def a_place(folder: Path) -> AsyncIterator[Place]:
    """Make a deployment, take its secrets away, and serve both parts; the messenger is there before them."""
    server, away, port = folder / "server", folder / "away", free_port()
    origin = f"http://localhost:{port}"
    printed = await command("init", server, PUBLIC_URL=origin)
    (server / "offline").rename(away)
    sim = Simulator(clock=HandClock(float(int(time.time()))))
    sim.add_bot(REPORTER, "write_here_bot", "Write here")
    sim.add_bot(OFFICER, "duty_desk_bot", "Duty desk")
    runner = await serve(sim, "127.0.0.1", 0)
    both = {"TELEGRAM_API": address(runner), "LOG_LEVEL": "DEBUG", "PUBLIC_URL": origin}
    place = Place(
        server=server,
        away=away,
        sim=sim,
        desk=NewDesk(folder=server, link=re.search(r"http://\S+#join=\S+", printed)[0]),
        settings={
            "desk": both | {"OFFICER_TOKEN": OFFICER, "LISTEN": f"127.0.0.1:{port}"},
            "intake": both | {"REPORTER_TOKEN": REPORTER, "LISTEN": f"127.0.0.1:{free_port()}", "ATTACHMENTS": "all"},
        },
    )
    try:
        for part in place.settings:
            await place.serves(part)
        yield place
    finally:
        if place.processes:
            await place.ends()
        await runner.cleanup()


def _environment(settings: dict[str, str]) -> dict[str, str]:
    """An environment that says nothing of any deployment but this."""
    return {**outside(), "PYTHONUNBUFFERED": "1", **{f"AMANET_{name}": value for name, value in settings.items()}}


async def _answers(session: ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except ClientError:
        return False
