"""A whole deployment inside one test: a simulated messenger, both bots, people with phones.

The bots are put together by `bot.serve.open_process`, exactly as `run` does it, and talk to the messenger over HTTP on loopback. The clock
can be moved: `town.pass_time(seconds)` moves the program's and the messenger's, then runs every job that is due.
"""

import contextlib
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.cases import export_case, list_cases
from bot.serve import open_process
from bot.settings import Settings, read
from bot.setup import make_deployment
from sealing.encoding import unb64u
from sealing.identity import read_seed_file
from sealing.open import open_case
from simulator.people import Phone
from simulator.server import address, serve
from simulator.world import Simulator

REPORTER = "700000001:reporter-token-for-tests"
OFFICER = "700000002:officer-token-for-tests"


@dataclass
class Town:
    """Everything a story needs."""

    sim: Simulator
    settings: Settings
    folder: Path
    offset: int = 0

    def now(self) -> int:
        return int(time.time()) + self.offset

    def child(self, language: str = "sq", **account: Any) -> Phone:
        return self.sim.person(**{"language_code": language, **account}).open(self.sim.bots[REPORTER])

    async def officer(self, *, linked: bool = True) -> Phone:
        phone = self.sim.person(first_name="Officer", language_code="en").open(self.sim.bots[OFFICER])
        if linked:
            await phone.start((self.folder / "demo" / "officer-link.txt").read_text().strip())
            await phone.heard("linked")
        return phone

    async def cases(self) -> list[dict[str, Any]]:
        import json

        return json.loads(await list_cases(self.settings, as_json=True))

    async def opened(self, designation: str, *, with_recovery: bool = True) -> dict[str, Any]:
        import json

        name = "offline/recovery.seed" if with_recovery else "demo/officer.seed"
        wrap = None if with_recovery else json.loads((self.folder / "demo" / "team-wrap.json").read_text())
        return open_case(
            (await export_case(self.settings, designation)).encode(),
            identity_seed=read_seed_file((self.folder / name).read_text()),
            root_public_key=unb64u((self.folder / "offline" / "root.pub").read_text().strip()),
            team_wrap=wrap,
        )


@contextlib.asynccontextmanager
async def open_town(folder: Path, **settings: str) -> AsyncIterator[Town]:
    """Found a town in `folder`; `settings` are AMANET_ variables in small letters."""
    await make_deployment(folder, demo=True, country="xk", now=int(time.time()), rng=os.urandom)
    sim = Simulator()
    sim.add_bot(REPORTER, "write_here_bot", "Write here")
    sim.add_bot(OFFICER, "duty_desk_bot", "Duty desk")
    runner = await serve(sim, "127.0.0.1", 0)
    given = {
        "REPORTER_TOKEN": REPORTER,
        "OFFICER_TOKEN": OFFICER,
        "TELEGRAM_API": address(runner),
        "LISTEN": "127.0.0.1:0",
        **{name.upper(): value for name, value in settings.items()},
    }
    town = Town(
        sim=sim,
        settings=read(folder / "amanet.env", {f"AMANET_{name}": value for name, value in given.items() if name != "LISTEN"}),
        folder=folder,
    )
    town.settings = town.settings.model_copy(update={"listen": f"127.0.0.1:{_free_port()}"})
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        await open_process(town.settings, ("intake", "desk"), stack, clock=town.now)
        yield town


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
