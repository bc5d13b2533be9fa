"""`make bench`: Telegram traffic against a bare aiogram bot in the same run, and the desk's pages (DESIGN.md section 7).

Both bots are processes on core 0, the load and its Bot API run on core 1. Rounds alternate bare, Amanet, bare, … so that the machine's
drift meets both. CPU is what the operating system accounts to the bot's process, per update. Prints a table with ratios and
writes it to docs/benchmarks.md with the machine named.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession
from aiohttp.web import AppRunner

from bot.settings import read
from bot.setup import make_deployment
from sealing.at_rest import webhook_secret
from tests.bench import queue
from tests.bench.load import GIVE_UP_AFTER, Load, Measured, Person, serve_sink
from tests.bench.processes import ROOT, Running, free_port, start
from tests.bench.report import RATE, Round, Told, of_telegram, of_the_desk, percentile

REPORTER, OFFICER = "700000001:bench-reporter-token", "700000002:bench-officer-token"
PEOPLE = 400


async def main() -> int:
    """Run the benchmark; exit 1 if a budget is not kept."""
    asked = _arguments()
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {1} if len(cores) > 1 else {0})
    folder = Path(tempfile.mkdtemp(prefix="amanet-bench-"))
    try:
        bare, ours = [], []
        for number in range(asked.rounds):
            # A deployment for each round: alarms that nobody answered would sound again in the next one.
            bare.append(await _round("bare", await _deployment(folder, f"bare-{number}"), asked, number))
            ours.append(await _round("amanet", await _deployment(folder, f"amanet-{number}"), asked, number))
            print(f"round {number + 1}: bare {bare[-1].cpu_us:.0f} µs, amanet {ours[-1].cpu_us:.0f} µs a update", flush=True)
        alerts = await _alerts(await _deployment(folder, "alerts"), asked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    load = f"{asked.updates} updates each, at {RATE:.0f} updates/s by {PEOPLE} people"
    told = of_telegram(bare, ours, alerts, load)
    if not asked.telegram:
        told += await _desk(cores)
    print(told.text)
    if not asked.dry:
        (ROOT / "docs").mkdir(exist_ok=True)
        (ROOT / "docs" / "benchmarks.md").write_text(told.text, encoding="utf-8")
    return 0 if told.kept else 1


async def _deployment(folder: Path, name: str) -> Path:
    made = folder / name
    await make_deployment(made, demo=True, country="xk", now=int(time.time()), rng=os.urandom)
    return made


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--updates", type=int, default=4000, help="per round, at 200 a second")
    parser.add_argument("--alerts", type=int, default=200, help="reports whose way to the officer is timed")
    parser.add_argument("--telegram", action="store_true", help="leave the desk out")
    parser.add_argument("--dry", action="store_true", help="do not write docs/benchmarks.md")
    return parser.parse_args()


@dataclass(kw_only=True)
class _Bot:
    """A bot's process with the load beside it, and the Bot API that both speak with."""

    process: Running
    load: Load
    sink: AppRunner

    async def end(self) -> None:
        await self.process.end()
        await self.sink.cleanup()


async def _start(kind: str, folder: Path, seed: int) -> "_Bot":
    sink_port, port = free_port(), free_port()
    env_file = folder / "amanet.env"
    secret = webhook_secret(read(env_file, {}).secret("intake_key"), "reporter")
    load = Load(f"http://127.0.0.1:{port}/hooks/telegram/reporter", secret, PEOPLE, seed)
    sink = await serve_sink(load, sink_port)
    api = f"http://127.0.0.1:{sink_port}"
    if kind == "bare":
        running = await start(port, {}, "tests.bench.bare", api, str(port), REPORTER, secret)
    else:
        environment = {
            "AMANET_REPORTER_TOKEN": REPORTER,
            "AMANET_OFFICER_TOKEN": OFFICER,
            "AMANET_TELEGRAM_API": api,
            "AMANET_TELEGRAM_UPDATES": "webhook",
            "AMANET_LISTEN": f"127.0.0.1:{port}",
            "AMANET_LOG_LEVEL": "WARNING",
        }
        running = await start(port, environment, "bot", "run", "--env-file", str(env_file))
    return _Bot(process=running, load=load, sink=sink)


async def _round(kind: str, folder: Path, asked: argparse.Namespace, seed: int) -> Round:
    bot = await _start(kind, folder, seed)
    try:
        await bot.load.run(PEOPLE, 0)  # everybody's first message: connections, caches, cards
        await asyncio.sleep(1)
        cpu, began = bot.process.cpu(), time.perf_counter()
        measured = await bot.load.run(asked.updates, RATE)
        took = time.perf_counter() - began
        await asyncio.sleep(0.5)
        return _judged(bot.process, measured, bot.process.cpu() - cpu, took)
    finally:
        await bot.end()


def _judged(process: Running, measured: Measured, cpu: float, took: float) -> Round:
    updates = len(measured.committed)
    return Round(
        cpu_us=cpu / updates * 1e6,
        per_second=updates / took,
        committed_p99=percentile(measured.committed, 99),
        shown_p50=percentile(measured.shown, 50),
        shown_p99=percentile(measured.shown, 99),
        memory_mb=process.memory(),
        updates=updates,
        lost=measured.unanswered + measured.failed,
    )


async def _alerts(folder: Path, asked: argparse.Namespace) -> list[float]:
    """Time reports of danger, under load, from the press to the officer's message leaving."""
    bot = await _start("amanet", folder, 99)
    load = bot.load
    try:
        await _link_officer(load, folder)
        load.calm = True
        background = asyncio.create_task(load.run(int(RATE * asked.alerts / 10) + 200, RATE / 2))
        async with ClientSession() as session:
            for number in range(asked.alerts):
                person = Person(chat_id=5_000_000 + number)
                load.people[person.chat_id] = person
                await load.send(session, person, load.message(person, "/start"))
                load.waiting_alerts.append(time.perf_counter())
                await load.send(session, person, load.message(person, "ai ka nje thike"))
                yes = await _button(person, ":yes")
                load.waiting_alerts[-1] = time.perf_counter()
                await load.send(session, person, load.press(person, yes))
                await asyncio.sleep(0.05)
        alerts = load.measured.alerts
        await background
        await asyncio.sleep(2)
        return alerts
    finally:
        await bot.end()


async def _button(person: Person, ending: str) -> str:
    """Wait for the card that has this button: the first card and the answer to the first words may come close together."""
    deadline = time.monotonic() + GIVE_UP_AFTER
    while time.monotonic() < deadline:
        for data in person.buttons:
            if data.endswith(ending):
                return data
        await asyncio.sleep(0.005)
    raise SystemExit("the expected card did not come")


async def _link_officer(load: Load, folder: Path) -> None:
    secret = webhook_secret(read(folder / "amanet.env", {}).secret("desk_key"), "officer")
    code = (folder / "demo" / "officer-link.txt").read_text().strip()
    account = {"id": 42, "is_bot": False, "first_name": "Officer", "language_code": "en"}
    message = {"message_id": 5, "date": int(time.time()), "chat": {"id": 42, "type": "private"}, "from": account}
    entities = [{"type": "bot_command", "offset": 0, "length": 6}]
    update = {"update_id": 77, "message": {**message, "text": f"/start {code}", "entities": entities}}
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    hook = load.hook.replace("reporter", "officer")
    async with ClientSession() as session, session.post(hook, json=update, headers=headers) as answer:
        if answer.status != 200:
            raise SystemExit("the officer could not be linked")
    await asyncio.sleep(1)


async def _desk(cores: set[int]) -> Told:
    """Measure the desk: the queue's pages at the server, and cases opened in Chromium, which may use every core."""
    pages = await queue.run()
    os.sched_setaffinity(0, cores)
    browser = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "tests/pages/test_desk_speed.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return of_the_desk(pages, browser.stdout, browser.returncode == 0)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
