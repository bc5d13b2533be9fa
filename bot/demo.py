"""`demo`: a whole deployment on this machine, with no account anywhere.

A simulated Telegram with two phones on a page, the real bots in a process of their own that talk to it over HTTP, a demo officer on duty,
the desk with four people of two teams who can sign in, and the command that opens the case just sent without a browser, with what it
prints. Ctrl-C ends all of it; the folder goes too.

Laws. The bots run exactly as `run` runs them. The demo only reads what any operator could: `case list` and `case export`.
"""

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bot.cases import export_case, list_cases
from bot.demo_people import sign_ins
from bot.failures import Failed
from bot.settings import PREFIX, Settings, outside, read
from bot.setup import make_deployment
from simulator.people import Phone
from simulator.server import serve
from simulator.world import Simulator

LOOKS_EVERY = 1.0
"""Seconds between two looks for a case that changed."""
ENDS_WITHIN = 15
"""Seconds that the bots are given to finish their turns."""


async def run_demo(port: int) -> None:
    """Serve the demo until Ctrl-C."""
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, ending.set)
    folder = Path(tempfile.mkdtemp(prefix="amanet-demo-"))
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        await make_deployment(folder, demo=True, country="xk", now=int(time.time()), rng=os.urandom)
        sim, reporter_token, officer_token = _messenger()
        web_side = f"127.0.0.1:{_free_port(port + 1)}"
        desk = f"http://{web_side}/desk"
        try:
            runner = await serve(sim, "127.0.0.1", port, elsewhere={"/desk": desk})
        except OSError:
            raise Failed(f"port {port} is in use; try another one: make demo PORT={port + 10}") from None
        stack.push_async_callback(runner.cleanup)
        variables = {
            "REPORTER_TOKEN": reporter_token,
            "OFFICER_TOKEN": officer_token,
            "TELEGRAM_API": f"http://127.0.0.1:{port}",
            "LISTEN": web_side,
            "LOG_LEVEL": "WARNING",
        }
        # Not one setting of the shell reaches the demo: it must never work on somebody's real deployment.
        environment = {**outside(), **{PREFIX + name: value for name, value in variables.items()}}
        env_file = folder / "amanet.env"
        bots = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", "--env-file", str(env_file), env=environment, start_new_session=True
        )
        stack.push_async_callback(_end, bots)
        officer = await _open_phones(sim, reporter_token, officer_token)
        await officer.start((folder / "demo" / "officer-link.txt").read_text().strip())
        _greet(port, web_side, folder)
        sim.note("The desk", output=sign_ins(folder / "demo"), link=desk)
        settings = read(env_file, {})
        watching = asyncio.create_task(_watch(sim, settings, folder))
        stack.callback(watching.cancel)
        ended = asyncio.create_task(bots.wait())
        await asyncio.wait({ended, asyncio.create_task(ending.wait())}, return_when=asyncio.FIRST_COMPLETED)
        if not ending.is_set():
            raise Failed(f"the bots ended by themselves, with exit code {bots.returncode}")
        sys.stdout.write("\nEnding.\n")


def _messenger() -> tuple[Simulator, str, str]:
    sim = Simulator()
    reporter_token, officer_token = (f"{number}:{secrets.token_urlsafe(24)}" for number in (700000001, 700000002))
    sim.add_bot(reporter_token, "write_here_bot", "Write here", label="Reporter")
    sim.add_bot(officer_token, "duty_desk_bot", "Duty desk", label="Duty officer")
    return sim, reporter_token, officer_token


async def _open_phones(sim: Simulator, reporter_token: str, officer_token: str) -> Phone:
    child = sim.person(first_name="A child", language_code="sq").open(sim.bots[reporter_token])
    officer = sim.person(first_name="Officer", language_code="en").open(sim.bots[officer_token])
    sim.show(child)
    sim.show(officer)
    sim.note("Cases", output="What is sent from the first phone appears here, with the command that opens it.")
    return officer


def _greet(port: int, web_side: str, folder: Path) -> None:
    people = sign_ins(folder / "demo").replace("\n", "\n" + " " * 24)
    sys.stdout.write(
        f"""
  The phones            http://127.0.0.1:{port}
  The program's health  http://{web_side}/readyz
  The desk              http://{web_side}/desk   (or http://127.0.0.1:{port}/desk)
  Sign in there as      {people}
  The deployment        {folder}   (goes when you end the demo)

  Press Start on the first phone and write; the second phone rings, and the case is in the queue of the desk.
  The demo officer has the second phone and is on duty everywhere. The officer of the Prizren team sees a case once the demo officer
  lets that team read it ("Teams…" at the case). Ctrl-C ends everything.

"""
    )
    sys.stdout.flush()


async def _watch(sim: Simulator, settings: Settings, folder: Path) -> None:
    """Show, for each case that is new or grew, how it is opened and what that prints."""
    seen: dict[str, int] = {}
    while True:
        for case in json.loads(await list_cases(settings, as_json=True)):
            name, entries = case["designation"], case["entries"]
            if seen.get(name) != entries:
                seen[name] = entries
                sim.note(f"Case {name}", _command(name), await _opened(settings, folder, name))
        await asyncio.sleep(LOOKS_EVERY)


def _command(designation: str) -> str:
    return (
        f"python -m bot case export {designation} --env-file amanet.env > case.json\n"
        "python -m bot case open case.json --identity demo/officer.seed --team demo/team-wrap.json --env-file amanet.env"
    )


async def _opened(settings: Settings, folder: Path, designation: str) -> str:
    """What those two commands print."""
    file = folder / "case.json"
    file.write_text(await export_case(settings, designation))
    demo = folder / "demo"
    arguments: tuple[Any, ...] = ("case", "open", file, "--identity", demo / "officer.seed", "--team", demo / "team-wrap.json")
    opening = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *(str(one) for one in arguments),
        "--env-file",
        str(folder / "amanet.env"),
        env=outside(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    printed, _ = await opening.communicate()
    return printed.decode(errors="replace")


async def _end(bots: asyncio.subprocess.Process) -> None:
    """Ask the bots to end, and end them if they do not."""
    if bots.returncode is None:
        bots.terminate()
    try:
        await asyncio.wait_for(bots.wait(), ENDS_WITHIN)
    except TimeoutError:
        bots.kill()
        await bots.wait()


def _free_port(wished: int) -> int:
    """The port that is wished for, so that an address can be said beforehand; another one if somebody has it."""
    for port in (wished, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a demo that just ended does not keep its port
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                continue
            found: int = probe.getsockname()[1]
            return found
    raise Failed("no port is free on this machine")
