"""From an empty folder to an officer who reads: an operator's commands, run as an operator runs them, and a child who writes meanwhile.

Two places stand apart as they do in life: the server's folder, and the folder of a machine that is never on line.
"""

import asyncio
import contextlib
import json
import os
import re
import socket
import stat
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import ClientError, ClientSession

from simulator import HandClock
from simulator.server import address, serve
from simulator.world import Simulator
from tests.stories.people import TO_THE_END, TO_THE_WORDS, Child

REPORTER = "700000001:reporter-token-for-tests"
OFFICER = "700000002:officer-token-for-tests"
WORDS = "He hits me when he is drunk."


def environment(**settings: str) -> dict[str, str]:
    """An environment that says nothing of any deployment but this."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("AMANET_")}
    return {**bare, **{f"AMANET_{name}": value for name, value in settings.items()}}


async def command(*arguments: object, **settings: str) -> str:
    """Run one command to its end, and give what it prints."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *map(str, arguments)),
        env=environment(**settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, error = await process.communicate()
    assert (process.returncode, error) == (0, b""), error.decode()
    return out.decode()


@contextlib.asynccontextmanager
async def running(env_file: Path, **settings: str) -> AsyncIterator[None]:
    """The program as `run` serves it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--env-file", str(env_file)),
        env=environment(**settings),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(30), ClientSession() as session:
            while not await _is_ready(session, f"http://{settings['LISTEN']}/readyz"):
                assert process.returncode is None
                await asyncio.sleep(0.1)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()


async def _is_ready(session: ClientSession, url: str) -> bool:
    try:
        async with session.get(url) as answer:
            return answer.status == 200
    except ClientError:
        return False


@contextlib.asynccontextmanager
async def messenger() -> AsyncIterator[tuple[Simulator, str]]:
    """A simulated messenger with both bots, and its address."""
    sim = Simulator(clock=HandClock(float(int(time.time()))))
    sim.add_bot(REPORTER, "write_here_bot", "Write here")
    sim.add_bot(OFFICER, "duty_desk_bot", "Duty desk")
    runner = await serve(sim, "127.0.0.1", 0)
    try:
        yield sim, address(runner)
    finally:
        await runner.cleanup()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_after_init_commands_alone_lead_to_an_officer_who_opens_a_report(tmp_path: Path) -> None:
    server, away = tmp_path / "server", tmp_path / "away"
    await command("init", server)
    (server / "offline").rename(away)
    here = ("--env-file", server / "amanet.env")
    officer_id = (await command("officer", "add", "Ann", *here)).split()[1]
    assert re.fullmatch(r"[0-9a-f]{32}", officer_id)
    await command("duty", "set", "national", officer_id, *here)

    async with messenger() as (sim, api):
        told = {"REPORTER_TOKEN": REPORTER, "OFFICER_TOKEN": OFFICER, "TELEGRAM_API": api, "LISTEN": f"127.0.0.1:{free_port()}"}
        async with running(server / "amanet.env", **told):
            await _give_keys_to(officer_id, server, away)
            child = Child(sim.person(language_code="en").open(sim.bots[REPORTER]))
            await child.start()
            await child.press(*TO_THE_WORDS)
            await child.say(WORDS)
            await child.press(*TO_THE_END[len(TO_THE_WORDS) :])
            (case,) = json.loads(await command("case", "list", "--json", *here))

    exported = away / "case.json"
    exported.write_text(await command("case", "export", case["designation"], *here))
    keys = ("--identity", away / "ann" / "identity.seed", "--team", away / "wrap.json")
    root = (away / "root.pub").read_text().strip()
    report = json.loads(await command("case", "open", exported, *keys, f"--root={root}", "--json"))
    assert (report["ok"], report["directory"]["serial"]) == (True, 2)
    assert [one["plaintext"]["text"] for one in report["entries"] if one["plaintext"]["kind"] == "narrative"] == [WORDS]


async def _give_keys_to(officer_id: str, server: Path, away: Path) -> None:
    """Everything between `officer add` and an officer who can read; the server sees public keys only."""
    here = ("--env-file", server / "amanet.env")
    made = await command("identity", "make", away / "ann")
    assert re.findall(r"^fingerprint  ([0-9a-f]{4}(?: [0-9a-f]{4}){4})$", made, re.MULTILINE)
    document, signed = away / "document.json", away / "signed.json"
    document.write_text(await command("directory", "show", *here))
    identity, signing = away / "ann" / "identity.pub", away / "ann" / "signing.pub"
    member = ("--officer-id", officer_id, "--identity", identity, "--signing", signing, "--team", "national")
    await command("directory", "member", document, *member)
    await command("directory", "sign", document, "--next", "--root", away / "root.seed", "--out", signed)
    assert "Directory 2 is in force." in await command("directory", "install", signed, *here)
    team = ("--team", "national", "--team-seed", away / "national.seed", "--officer-id", officer_id)
    await command("team", "wrap", "--directory", signed, *team, "--root", away / "root.pub", "--out", away / "wrap.json")
    for secret in (away / "ann" / "identity.seed", away / "ann" / "signing.seed", away / "wrap.json"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    in_force = json.loads(await command("directory", "show", *here))
    assert in_force == {
        **json.loads(document.read_text()),
        **{name: in_force[name] for name in ("serial", "issued_at", "expires_at")},
    }
