"""Intake and desk as two processes over one database, started as an operator starts them."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.settings import PREFIX
from simulator.faults import Fault
from tests.stories.people import IN_DANGER
from tests.stories.story_town import OFFICER, REPORTER, StoryTown, found_town

STARTS_WITHIN = 30.0
"""Seconds that a process is given on a machine that is busy with other tests."""
INTAKE_S = ("INTAKE_KEY", "RELAY_KEY", "RECEIPT_PEPPER", "INTAKE_SIGNING_KEY", "REPORTER_TOKEN")
DESK_S = ("DESK_KEY", "OFFICER_TOKEN")


class Running:
    """The processes of one town."""

    def __init__(self, town: StoryTown) -> None:
        self.town = town
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def start(self, part: str) -> None:
        """Run one part, with its own secrets only."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        given = {
            "REPORTER_TOKEN": REPORTER,
            "OFFICER_TOKEN": OFFICER,
            "TELEGRAM_API": self.town.settings.telegram_api,
            "LISTEN": f"127.0.0.1:{port}",
            "LOG_LEVEL": "ERROR",
            **dict.fromkeys(DESK_S if part == "intake" else INTAKE_S, ""),
        }
        kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self._processes[part] = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "run", part, "--env-file", str(self.town.folder / "amanet.env")),
            env={**kept, **{PREFIX + name: value for name, value in given.items()}},
        )

    async def kill(self, part: str) -> None:
        """Kill a process as a power cut would."""
        process = self._processes.pop(part)
        process.send_signal(signal.SIGKILL)
        await process.wait()

    async def end(self) -> list[int | None]:
        """Ask every process to end; return how they ended."""
        processes, self._processes = list(self._processes.values()), {}
        for process in processes:
            process.terminate()
        try:
            async with asyncio.timeout(STARTS_WITHIN):
                await asyncio.gather(*(process.wait() for process in processes))
        except TimeoutError:
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        return [process.returncode for process in processes]


@pytest.fixture
async def running(tmp_path: Path, town_url: str) -> AsyncIterator[Running]:
    """A town whose program is two processes."""
    async with found_town(tmp_path / "town", database_url=town_url) as town:
        processes = Running(town)
        await processes.start("desk")
        await processes.start("intake")
        yield processes
        await processes.end()


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
async def test_two_processes_wake_the_officer_within_a_second_and_lose_nothing_to_a_kill(running: Running) -> None:
    town = running.town
    officer = await town.officer(linked=False)
    await officer.link(STARTS_WITHIN)
    took = []
    for _ in range(3):
        child = town.child()
        await child.start(within=STARTS_WITHIN)
        await child.press("en")
        alerts = len(officer.alerts)
        began = time.perf_counter()
        await child.press("yes")
        await officer.phone.heard(lambda _shown, alerts=alerts: len(officer.alerts) > alerts)
        took.append(time.perf_counter() - began)
    assert sorted(took)[1] < 1, took

    child = town.child()
    await child.start()
    await child.press("en")
    town.sim.faults.add(Fault(method="editMessageText", how="hang", seconds=3600, chat_id=child.phone.person.id))
    await child.phone.press(child.data("yes"))
    await town.until(lambda: _cases(town, 4), STARTS_WITHIN)
    await running.kill("intake")
    assert "unsure" in child.codes
    town.sim.faults.clear()
    await running.start("intake")
    await child.phone.heard("These numbers can be called now.", STARTS_WITHIN)
    assert len(await town.cases()) == 4
    assert await running.end() == [0, 0]


@pytest.mark.parametrize("town_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_danger_is_the_same_in_both_parts(running: Running) -> None:
    """What the officer does in one process, the reporter reads in the other."""
    town = running.town
    officer = await town.officer(linked=False)
    await officer.link(STARTS_WITHIN)
    child = town.child()
    await child.start(within=STARTS_WITHIN)
    await child.press(*IN_DANGER)
    await officer.woken(urgency="P0")
    await officer.press("Take")
    await child.hears("A person from the team has taken this.")


async def _cases(town: StoryTown, count: int) -> bool:
    return len(await town.cases()) == count
