"""The reporters' side, put together: trust zone *intake*.

Laws. It holds public keys, its own at-rest secrets and the relay key; nothing reachable from here opens a case (an import contract keeps
it so), and the desk's key is never read here.
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter

from bot.clock import Job
from bot.helplines import day_of, load_helplines
from bot.settings import Settings
from flows.assets import Assets, Policy
from flows.escalation import Policies
from flows.hearing import Hearing
from flows.script import Script
from flows.urgency import UrgencyRules
from handlers.attachments import Attachments
from handlers.cards import Cards
from handlers.channel import Incoming, QuickCall
from handlers.conversation import Conversations
from handlers.directory_in_force import DirectoryInForce
from handlers.duty_board import DutyBoard
from handlers.officer.alarms import tick_alarms
from handlers.receipts import Receipts
from handlers.replies import Replies
from handlers.reporter.telegram.calls import TelegramChannel
from handlers.reporter.telegram.polling import Polling
from handlers.reporter.telegram.profile import Introduction, introduce, receive_by_polling, receive_by_webhook
from handlers.reporter.telegram.session import connect
from handlers.reporter.telegram.updates import read_update, without_persons
from handlers.reporter.telegram.webhook import Webhook
from handlers.reporter.texts import COMMANDS, DESCRIPTION, SHORT_DESCRIPTION
from handlers.reports import Reports
from handlers.returning import Codes
from handlers.tally import Tallies
from handlers.turns import Turns
from locales.catalogue import Catalogue
from locales.municipalities import Municipalities
from sealing.at_rest import webhook_secret
from sealing.identity import Identity, SigningIdentity
from storage.blob_store import BlobStore
from storage.database import Database
from storage.orphans import purge_orphans

log = structlog.get_logger()

SEEN_FOR: Final = 25 * 3600
"""Seconds that update ids are remembered: Telegram repeats an update for at most 24 hours (PLATFORMS.md 3.5)."""
SET_ASIDE_FOR: Final = 30 * 24 * 3600
"""Seconds that an update nobody could take is kept, sealed, for a person to look at."""
ORPHANED_AFTER: Final = 50 * 3600
"""Seconds after which an attachment that no case took goes: longer than any session lives."""
SESSION_FOR: Final = 49 * 3600
"""Seconds after which a conversation goes even if its own timer was lost: it ends by itself after 48 idle hours."""
ALERTS_FOR: Final = 3 * 24 * 3600
"""Seconds that the alerts of a case are kept after its end: until then a late press on one is answered with how the case stands."""
PURGED_AT_ONCE: Final = 500
ERASED_AT_ONCE: Final = 50
DAY: Final = 24 * 3600
UPLOAD_TAKES: Final = 3600
CHOSEN_HOURS_IN: Final = "Europe/Belgrade"
"""Where the hours that reporters choose are hours: the one clock of Kosovo and Albania."""
WEBHOOK_PATH: Final = "/hooks/telegram/reporter"
TWO_LETTERS: Final = {"": "en", "en": "en", "sq": "sq", "sr": "sr-Cyrl"}
"""Telegram's languages by ours: it knows two letters only, and nobody's Romani."""


@dataclass(slots=True, kw_only=True)
class Intake:
    """The running intake of one process."""

    conversations: Conversations
    directory: DirectoryInForce
    jobs: tuple[Job, ...]
    telegram: "ReporterTelegram | None" = None


class ReporterTelegram:
    """The reporters' Telegram bot of one process, by polling or webhook."""

    def __init__(self, settings: Settings, database: Database, clock: Callable[[], int], registry: CollectorRegistry) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self.bot = connect(settings.reporter_token.get_secret_value(), settings.telegram_api)
        self.channel = TelegramChannel(self.bot)
        self._taken = Counter("amanet_updates_taken", "Updates committed", ("channel",), registry=registry)
        self._aside = Counter("amanet_updates_set_aside", "Updates set aside", ("channel",), registry=registry)
        self._turn = Counter("amanet_turn_seconds", "Seconds spent in turns", ("channel",), registry=registry)
        self._polling: Polling | None = None
        self._conversations: Conversations | None = None
        self._secret = webhook_secret(settings.secret("intake_key"), "reporter")

    async def start(self, conversations: Conversations, catalogue: Catalogue, app: web.Application) -> None:
        """Introduce the bot and open its way for updates; with polling, `run` must follow."""

        self._conversations = conversations

        async def take(incoming: Incoming) -> QuickCall | None:
            began = time.perf_counter()
            quick = await conversations.take(incoming)
            self._taken.labels("telegram").inc()
            self._turn.labels("telegram").inc(time.perf_counter() - began)
            return quick

        self._polling = Polling(self.bot, self.channel, take, self._set_aside)
        webhook = Webhook(str(self.bot.id), self._secret, take, self._set_aside)
        app.router.add_post(WEBHOOK_PATH, webhook.receive)
        self._introductions = {short: _introduction(catalogue, code) for short, code in TWO_LETTERS.items()}

    async def run(self) -> None:
        """Receive updates until stopped."""
        async with asyncio.TaskGroup() as group:
            group.create_task(introduce(self.bot, self._introductions))  # beside the first updates: words may wait, children not
            group.create_task(self._receive())

    async def _receive(self) -> None:
        if self._settings.telegram_updates == "webhook":
            await receive_by_webhook(self.bot, self._settings.public + WEBHOOK_PATH, self._secret)
            return
        await receive_by_polling(self.bot)
        assert self._polling is not None
        await self._polling.run()

    def stop(self) -> None:
        """Fetch no more updates."""
        if self._polling is not None:
            self._polling.stop()

    async def close(self) -> None:
        """Let go of the connections."""
        await self.bot.session.close()

    async def _set_aside(self, update_id: int, raw: dict[str, Any]) -> None:
        body = json.dumps(without_persons(raw), ensure_ascii=False).encode("utf-8", "surrogatepass")
        await self._database.transact(lambda tx: tx.set_aside.count_failure("telegram", update_id, body, self._clock()))
        await self._database.transact(lambda tx: tx.set_aside.give_up("telegram", update_id))
        self._aside.labels("telegram").inc()
        incoming = read_update(raw, str(self.bot.id))
        if incoming is not None and self._conversations is not None:
            await self._conversations.tell_not_taken(incoming)


async def open_intake(
    settings: Settings,
    database: Database,
    app: web.Application,
    registry: CollectorRegistry,
    *,
    clock: Callable[[], int],
    rng: Callable[[int], bytes],
    alarmed: Callable[[], None],
) -> Intake:
    """Put the reporters' side together over an open database."""
    script, places = Script.load("report"), Municipalities.load(settings.country)
    catalogue, helplines = Catalogue.load(), load_helplines(settings)
    assets = Assets(
        script=script,
        urgency=UrgencyRules.load(),
        hearing=Hearing.load(),
        places=places,
        policy=Policy(attachments=settings.attachments, abandoned=settings.abandoned, country=settings.country, answers="open"),
    )
    directory = DirectoryInForce(settings.secret("root_public_key"))
    await database.read(directory.follow)
    tallies = Tallies(settings.secret("intake_key"))
    receipts = Receipts(directory=directory, pepper=settings.secret("receipt_pepper"), rng=rng)
    reports = Reports(
        directory=directory,
        signer=SigningIdentity.from_seed(settings.secret("intake_signing_key")),
        receipts=receipts,
        policies=Policies.load(),
        tallies=tallies,
        rng=rng,
    )
    relay = Identity.from_seed(settings.secret("relay_key"))
    replies = Replies(directory=directory, relay=relay, zone=ZoneInfo(CHOSEN_HOURS_IN))
    telegram = ReporterTelegram(settings, database, clock, registry) if settings.reporter_token.get_secret_value() else None
    channels = {"telegram": telegram.channel} if telegram else {}
    store = BlobStore(settings.data_dir / "blobs")
    turns = Turns(
        assets=assets,
        cards=Cards(catalogue=catalogue, places=places, helplines=helplines, assets=assets, today=lambda: day_of(clock())),
        reports=reports,
        replies=replies,
        tallies=tallies,
        duty=DutyBoard(),
        limits={name: channel.limits for name, channel in channels.items()},
        clock=clock,
        rng=rng,
        deletes_quickly=settings.telegram_updates == "webhook",
    )
    conversations = Conversations(
        database=database,
        channels=channels,
        turns=turns,
        attachments=Attachments(store=store, policy=assets.policy, tallies=tallies, clock=clock, rng=rng),
        receipts=receipts,
        replies=replies,
        codes=Codes(directory=directory, pepper=settings.secret("receipt_pepper")),
        intake_key=settings.secret("intake_key"),
        clock=clock,
        alarmed=alarmed,
    )
    if telegram:
        await telegram.start(conversations, catalogue, app)

    async def follow() -> None:
        await database.read(directory.follow)

    async def purge() -> None:
        now = clock()
        await database.transact(
            lambda tx: [tx.sessions.delete(one) for one in tx.sessions.expired(now - SESSION_FOR, PURGED_AT_ONCE)]
        )
        await _erase_old_cases(database, store, now - settings.cases_kept_days * DAY)
        await _forget_ended(database, now - ALERTS_FOR)
        await database.transact(lambda tx: (tx.seen.purge(now - SEEN_FOR), tx.set_aside.purge(now - SET_ASIDE_FOR)))
        await purge_orphans(database, store, rows_before=now - ORPHANED_AFTER, files_before=now - UPLOAD_TAKES)

    async def tick() -> None:
        ticked = await database.transact(lambda tx: tick_alarms(tx, now=clock(), rng=rng))
        if ticked.alerts:
            alarmed()

    jobs = (
        Job(name="intake_alarms", seconds=5, run=tick),
        Job(name="wake", seconds=5, run=conversations.wake),
        Job(name="say_again", seconds=5, run=conversations.say_again),
        Job(name="carry_replies", seconds=1, run=conversations.carry_replies),
        Job(name="hear_officers", seconds=1, run=conversations.hear_officers),
        Job(name="follow_directory", seconds=5, run=follow),
        Job(name="purge", seconds=600, run=purge),
    )
    return Intake(conversations=conversations, directory=directory, jobs=jobs, telegram=telegram)


async def _forget_ended(database: Database, before: int) -> None:
    """Let go of what cases that are over leave behind: officers' messages, and the second at which alarms were raised."""
    left, exact = await database.read(lambda tx: (tx.ended.left(before, ERASED_AT_ONCE), tx.ended.exact(ERASED_AT_ONCE)))
    if left or exact:
        await database.transact(lambda tx: tx.ended.forget(left))
        await database.transact(lambda tx: tx.ended.coarsen(exact))


async def _erase_old_cases(database: Database, store: BlobStore, before: int) -> None:
    """Erase cases that ended before that moment and hold nothing unread: wraps, bodies and attachments."""
    blobs = await database.transact(
        lambda tx: [blob for case_id in tx.cases.erasable(before, ERASED_AT_ONCE) for blob in tx.cases.erase(case_id)]
    )
    await store.delete(blobs)


def _introduction(catalogue: Catalogue, language: str) -> Introduction:
    return Introduction(
        commands=tuple((name, catalogue.text(text, language)) for name, text in COMMANDS.items()),
        description=catalogue.text(DESCRIPTION, language),
        short_description=catalogue.text(SHORT_DESCRIPTION, language),
    )
