"""The officers' side, put together: trust zone *desk*.

Laws. It holds the desk's key for officers' names, contacts and sign-in, and no secret that opens any report; intake's keys are never read
here. What officers read is opened in their browsers.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Final

import structlog
from aiohttp import web

from bot.clock import Job
from bot.directory import own_keys
from bot.helplines import load_helplines
from bot.settings import Settings
from flows.escalation import Policies
from handlers.directory_in_force import DirectoryInForce
from handlers.officer.alarms import tick_alarms
from handlers.officer.desk.app import add_desk
from handlers.officer.desk.guesses import Guesses
from handlers.officer.desk.live import Events
from handlers.officer.desk.pages import Assets, BundleBroken
from handlers.officer.desk.parts import DeskParts
from handlers.officer.desk.sessions import ABSOLUTE
from handlers.officer.rendering import Wording
from handlers.officer.telegram.bot import OfficerBot
from handlers.officer.telegram.webhook import PATH
from locales.catalogue import Catalogue
from locales.municipalities import Municipalities
from sealing.at_rest import name_lookup, webhook_secret
from sealing.slots import unknown_login_salt
from storage.blob_store import BlobStore
from storage.database import Database
from web import dist

log = structlog.get_logger()

CODES_KEPT_FOR: Final = 24 * 3600
"""Seconds that a link code is remembered after it expired, so that a late one is told from an unknown one in the logs' counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The running desk of one process."""

    directory: DirectoryInForce
    jobs: tuple[Job, ...]
    receivers: tuple[Callable[[], Awaitable[None]], ...]


async def open_desk(
    settings: Settings,
    database: Database,
    app: web.Application,
    stack: AsyncExitStack,
    *,
    clock: Callable[[], int],
    rng: Callable[[int], bytes],
    bell: asyncio.Event,
) -> Desk:
    """Put the officers' side together over an open database; `bell` is set when intake raised an alarm in this process."""
    directory = DirectoryInForce(settings.secret("root_public_key"))
    await database.read(directory.follow)
    bot = _bot(settings, database, clock, rng) if settings.officer_token.get_secret_value() else None
    receivers: list[Callable[[], Awaitable[None]]] = []
    if bot is not None:
        secret = webhook_secret(settings.secret("desk_key"), "officer")
        app.router.add_post(PATH, bot.webhook(secret).handle)
        stack.push_async_callback(bot.stop)

        async def talk() -> None:
            await bot.start()
            async with asyncio.TaskGroup() as group:
                group.create_task(bot.send())
                group.create_task(_pass_on(bell, bot.ring))
                if settings.telegram_updates == "webhook":
                    await bot.set_webhook(settings.public, secret)
                else:
                    group.create_task(bot.poll())

        receivers.append(talk)
    parts = _parts(settings, database, directory, bot, clock, rng)
    add_desk(app, parts)

    async def tick() -> None:
        ticked = await database.transact(lambda tx: tick_alarms(tx, now=clock(), rng=rng))
        if ticked.alerts and bot is not None:
            bot.ring()

    async def follow() -> None:
        await database.read(directory.follow)

    async def purge() -> None:
        await database.transact(lambda tx: tx.officers.purge_link_codes(clock() - CODES_KEPT_FOR))
        await database.transact(lambda tx: tx.admissions.purge_invitations(clock() - CODES_KEPT_FOR))
        # An idle session asks for nothing any more, but its open desk still rings (handlers/officer/desk/live.py) until its absolute end.
        await database.transact(lambda tx: tx.desk_sessions.purge(now=clock(), idle_since=clock() - ABSOLUTE))

    jobs = (
        Job(name="alarms", seconds=5, run=tick),
        Job(name="desk_follows_directory", seconds=5, run=follow),
        Job(name="link_codes", seconds=3600, run=purge),
    )
    return Desk(directory=directory, jobs=jobs, receivers=tuple(receivers))


def _parts(
    settings: Settings,
    database: Database,
    directory: DirectoryInForce,
    bot: OfficerBot | None,
    clock: Callable[[], int],
    rng: Callable[[int], bytes],
) -> DeskParts:
    async def no_telephone(_officer_id: bytes) -> bool:
        return False

    key = settings.secret("desk_key")
    return DeskParts(
        database=database,
        directory=directory,
        policies=Policies.load(),
        blobs=BlobStore(settings.data_dir / "blobs"),
        catalogue=Catalogue.load(),
        places=Municipalities.load(settings.country),
        helplines=load_helplines(settings),
        own=own_keys(settings),
        root_public_key=settings.secret("root_public_key"),
        origin=settings.public,
        second_factor=settings.second_factor == "required",
        name_lookup=partial(name_lookup, key),
        unknown_salt=partial(unknown_login_salt, key),
        clock=clock,
        rng=rng,
        ring=bot.ring if bot else _nobody_to_ring,
        events=Events(database, directory, clock),
        test_telegram=bot.try_alarm if bot else no_telephone,
        assets=_assets(),
        guesses=Guesses(rng(32)),
    )


def _assets() -> Assets | None:
    """The built pages; a source tree in which they were not built still serves everything else, and the page says what is missing."""
    try:
        return Assets.load(dist())
    except BundleBroken as error:
        log.error("pages_broken", error=error)
        return None


def _nobody_to_ring() -> None:
    """There is no officers' bot in this process."""


def _bot(settings: Settings, database: Database, clock: Callable[[], int], rng: Callable[[int], bytes]) -> OfficerBot:
    return OfficerBot(
        token=settings.officer_token.get_secret_value(),
        api=settings.telegram_api,
        desk_key=settings.secret("desk_key"),
        database=database,
        wording=Wording(words=Catalogue.load(), places=Municipalities.load(settings.country)),
        clock=clock,
        rng=rng,
    )


async def _pass_on(bell: asyncio.Event, ring: Callable[[], None]) -> None:
    """Ring the officers' bot whenever intake raised an alarm."""
    while True:
        await bell.wait()
        bell.clear()
        ring()
