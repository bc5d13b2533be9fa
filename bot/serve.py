"""`run`: puts a process together, serves until it is asked to end, and ends without losing anything.

The way down: no new updates, turns that run are committed, what was decided is said, the database is closed. A kill at any moment loses
nothing either: what was not confirmed comes again, and what was not said is said after the next start.
"""

import asyncio
import gc
import os
import signal
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Final, Literal

import structlog
from aiohttp import ClientSession, ClientTimeout
from prometheus_client import CollectorRegistry

from bot.clock import Clock, Job
from bot.failures import Failed
from bot.logs import configure, watch
from bot.settings import Settings
from bot.web import listen, make_app, make_metrics_app
from storage.database import Database
from storage.encrypted import AtRestKeys
from storage.migrations import migrate

log = structlog.get_logger()

Part = Literal["intake", "desk"]
NEEDED: Final = {
    "intake": ("intake_key", "relay_key", "receipt_pepper", "intake_signing_key", "root_public_key"),
    "desk": ("desk_key", "root_public_key"),
}
RESTART_AFTER: Final = 5.0
"""Seconds before a receiver that fell over is started again."""
COLLECT_AFTER: Final = (20_000, 20, 50)
"""A turn makes some thousands of objects and hardly a cycle: looking for cycles after each 700, as by default, is wasted work."""
WRITER_RESTS: Final = 0.010
"""Seconds between two commits: at 200 updates a second two or three share one, which saves a fifth of the work (decision 0002)."""
TURNS_END_WITHIN: Final = 25.0
"""Seconds that running turns are given when the process ends: more than polling itself waits for them."""


async def serve(settings: Settings, part: Part | None) -> None:
    """Serve until SIGINT or SIGTERM."""
    parts: tuple[Part, ...] = (part,) if part else ("intake", "desk")
    require(settings, parts)
    configure(settings.log_level)
    ending = asyncio.Event()
    loop = asyncio.get_running_loop()
    watch(loop)
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, ending.set)
    async with AsyncExitStack() as stack:
        await open_process(settings, parts, stack)
        log.info("serving", listen=settings.listen, mode=settings.telegram_updates, kind="+".join(parts))
        await ending.wait()
        log.info("ending")


def require(settings: Settings, parts: tuple[Part, ...]) -> None:
    """Refuse to start without the secrets of a part."""
    for part in parts:
        for name in NEEDED[part]:
            if not settings.secret(name):
                raise Failed(f"AMANET_{name.upper()}: expected 32 bytes, as `init` writes them; `run {part}` needs it")


async def open_process(
    settings: Settings,
    parts: tuple[Part, ...],
    stack: AsyncExitStack,
    *,
    clock: Callable[[], int] = lambda: int(time.time()),
    rng: Callable[[int], bytes] = os.urandom,
) -> Clock:
    """Put a process together and start it; `stack` takes it down again, in order. The clock that ticks its jobs is returned."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    await migrate(settings.database)
    keys = AtRestKeys(
        intake=settings.secret("intake_key") if "intake" in parts else None,
        desk=settings.secret("desk_key") if "desk" in parts else None,
    )
    database = await Database.open(settings.database, keys=keys, rng=rng, rest=WRITER_RESTS)
    stack.push_async_callback(database.close)
    registry = CollectorRegistry()
    jobs: list[Job] = []
    checks: list[Callable[[], tuple[str, ...]]] = []
    alarm_bell = asyncio.Event()

    async def ready() -> tuple[str, ...]:
        missing = [name for check in checks for name in check()]
        try:
            await database.read(lambda tx: tx.directory.highest_seen())
        except Exception:
            missing.append("database")
        return tuple(missing)

    app = make_app(ready, registry, metrics=not settings.metrics_listen)
    endless: list[Callable[[], Awaitable[None]]] = []
    if "desk" in parts:
        from bot.desk import open_desk  # noqa: PLC0415 - a process loads only its own trust zone

        desk = await open_desk(settings, database, app, stack, clock=clock, rng=rng, bell=alarm_bell)
        jobs += desk.jobs
        endless += desk.receivers
        checks.append(lambda: () if desk.directory.is_known else ("directory",))
    if "intake" in parts:
        from bot.intake import open_intake  # noqa: PLC0415 - a process loads only its own trust zone

        intake = await open_intake(settings, database, app, registry, clock=clock, rng=rng, alarmed=alarm_bell.set)
        jobs += intake.jobs
        checks.append(lambda: () if intake.directory.may_seal(clock()) else ("directory",))
        if intake.telegram:
            stack.push_async_callback(intake.telegram.close)
        stack.push_async_callback(intake.conversations.quiet)
    ticking = Clock(clock)
    ticking.add(*jobs, *_heartbeat(settings, ready))
    checks.append(ticking.late)
    ticking.start()
    stack.push_async_callback(ticking.stop)
    runner = await listen(app, settings.listen)
    stack.push_async_callback(runner.cleanup)
    if settings.metrics_listen:
        metrics = await listen(make_metrics_app(registry), settings.metrics_listen)
        stack.push_async_callback(metrics.cleanup)
    stack.push_async_callback(_end, [asyncio.create_task(_keep(one)) for one in endless], 0.0)
    if "intake" in parts and intake.telegram:
        stack.push_async_callback(_end, [asyncio.create_task(_keep(intake.telegram.run))], TURNS_END_WITHIN)
        stack.callback(intake.telegram.stop)
    # What was loaded stays: keeping it out of the collector's walks cuts the longest pauses (PLATFORMS.md section 6).
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    return ticking


async def _keep(receiver: Callable[[], Awaitable[None]]) -> None:
    """Run a receiver, and start it again when it falls over."""
    while True:
        try:
            await receiver()
        except Exception as error:
            log.error("receiver_failed", error=error, seconds=RESTART_AFTER)
            await asyncio.sleep(RESTART_AFTER)
        else:
            return


async def _end(tasks: list[asyncio.Task[None]], seconds: float) -> None:
    """Give receivers that were asked to stop the time to finish their turns, then cancel them."""
    if tasks and seconds:
        await asyncio.wait(tasks, timeout=seconds)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _heartbeat(settings: Settings, ready: Callable[[], Awaitable[tuple[str, ...]]]) -> tuple[Job, ...]:
    """Call the heartbeat address, but only while everything is ready: database, directory, jobs."""
    if not settings.heartbeat_url:
        return ()

    async def call() -> None:
        if await ready():
            return
        async with ClientSession(timeout=ClientTimeout(total=10)) as session, session.get(settings.heartbeat_url) as answer:
            answer.raise_for_status()

    return (Job(name="heartbeat", seconds=60, run=call),)
