"""Officers with telephones: the real bot over HTTP against the simulator, a real database, and a clock moved by hand."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.escalation import Policies
from handlers.officer.alarms import Sounded, Ticked, open_alarm, tick_alarms
from handlers.officer.link_codes import make_link_code
from handlers.officer.rendering import Wording
from handlers.officer.telegram.bot import OfficerBot
from locales.catalogue import Catalogue
from locales.municipalities import Municipalities
from sealing.case import Wrap
from sealing.entry import SealedEntry
from simulator import HandClock, Simulator, address, serve
from simulator.people import Phone
from storage.case_values import CaseFacts
from storage.database import Database
from storage.encrypted import AtRestKeys
from storage.migrations import migrate
from storage.notices import Notice
from storage.officers import NewOfficer
from storage.transaction import Transaction

NOON = 1_780_000_000
TOKEN = "7000001:officers-secret-token"
DESK_KEY = b"d" * 32
MIN = 60


class Randomness:
    """Randomness that is the same in every run."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._count.to_bytes(8, "big")).digest(size)


@dataclass(slots=True, kw_only=True)
class Station:
    """A deployment's officer side, and the shortcuts that tests tell their story with."""

    database: Database
    sim: Simulator
    clock: HandClock
    bot: OfficerBot
    rng: Callable[[int], bytes]
    policies: Policies
    base: str

    @property
    def now(self) -> int:
        return int(self.clock.now())

    async def officer(
        self, name: str, *, team: str = "prizren", language: str = "en", on: str | None = "duty", position: int = 0
    ) -> bytes:
        """Add an officer of a team, on duty unless said otherwise."""
        officer_id = self.rng(16)

        def work(tx: Transaction) -> None:
            tx.officers.add(NewOfficer(officer_id=officer_id, team_ids=(team,), language=language, role="officer", name=name))
            if on is not None:
                tx.duties.begin(team, officer_id, "duty" if on == "duty" else "supervisor", position)

        await self.database.transact(work)
        return officer_id

    async def code(self, officer_id: bytes) -> str:
        return await self.database.transact(lambda tx: make_link_code(tx, officer_id, self.now, self.rng))

    def phone(self, first_name: str = "Ada", language_code: str = "en") -> Phone:
        """Somebody with a telephone who knows the officers' bot."""
        return self.sim.person(first_name=first_name, language_code=language_code).open(self.sim.bots[TOKEN])

    async def linked(self, name: str, **about: object) -> tuple[bytes, Phone]:
        """An officer whose telephone is linked."""
        officer_id = await self.officer(name, **about)  # type: ignore[arg-type]
        phone = self.phone(name)
        await phone.start(await self.code(officer_id))
        await phone.settled()
        return officer_id, phone

    async def case(self, urgency: str = "P0", *, area: str | None = "prizren", teams: tuple[str, ...] = ("prizren",)) -> bytes:
        """A case is opened, and its alarm with it."""
        case_id = self.rng(16)

        def work(tx: Transaction) -> None:
            facts = CaseFacts(
                case_id=case_id,
                designation=f"quiet-heron-{case_id.hex()[:8]}",
                area=area,
                urgency=urgency,
                language="sq",
                channel="telegram",
                opened_at=self.now,
                suite=1,
                public_key=b"k" * 1216,
            )
            tx.cases.open(facts, [Wrap(key_id=b"n" * 16, sealed=b"w" * 1168)], [_entry(self.rng)])

        await self.database.transact(work)
        await self.alarm(case_id, teams)
        return case_id

    async def alarm(self, case_id: bytes, teams: tuple[str, ...] = ("prizren",)) -> Sounded:
        """Sound a case's alarm, as intake does whenever it opens a case or adds to it."""
        sounded = await self.database.transact(
            lambda tx: open_alarm(tx, case_id=case_id, team_ids=teams, policies=self.policies, now=self.now, rng=self.rng)
        )
        self.bot.ring()
        return sounded

    async def tick(self, seconds: int = 0) -> Ticked:
        """Let time pass, and let the clock of the program tick once."""
        self.clock.advance(seconds)
        ticked = await self.database.transact(lambda tx: tick_alarms(tx, now=self.now, rng=self.rng))
        self.bot.ring()
        return ticked

    async def notices(self) -> list[str]:
        """What reporters' side was told so far, in order; told once."""

        def work(tx: Transaction) -> tuple[Notice, ...]:
            claimed = tx.notices.claim(self.now, 100, 60)
            for notice in claimed:
                tx.notices.done(notice.notice_id)
            return claimed

        return [notice.kind for notice in await self.database.transact(work)]

    async def idle(self) -> None:
        """Wait until nothing is left in the outbox that is due."""

        def waiting(tx: Transaction) -> bool:
            from storage.tables import alert

            rows = tx.alerts._scope.every(alert.select(), {})
            return any(row.state == "sending" or (row.state == "pending" and row.due_at <= self.now) for row in rows)

        async with asyncio.timeout(5):
            while await self.database.read(waiting):
                await asyncio.sleep(0.02)


def _entry(rng: Callable[[int], bytes]) -> SealedEntry:
    return SealedEntry(
        entry_id=rng(16),
        seq=0,
        author=b"a" * 16,
        body=b"sealed" + rng(500),
        body_sha256=rng(32),
        hash=rng(32),
        signature=rng(64),
    )


@pytest.fixture(scope="session")
def words() -> Catalogue:
    return Catalogue.load()


@pytest.fixture(scope="session")
def kosovo() -> Municipalities:
    return Municipalities.load("xk")


@pytest.fixture
async def station(tmp_path: Path, words: Catalogue, kosovo: Municipalities) -> AsyncIterator[Station]:
    """The officers' bot, polling and sending."""
    url = f"sqlite:///{tmp_path}/amanet.db"
    await migrate(url)
    rng, clock = Randomness(), HandClock(NOON)
    database = await Database.open(url, keys=AtRestKeys(desk=DESK_KEY), rng=rng)
    sim = Simulator(clock=clock)
    sim.add_bot(TOKEN, "amanet_officers_bot", "Officers")
    server = await serve(sim, "127.0.0.1", 0)
    bot = OfficerBot(
        token=TOKEN,
        api=address(server),
        desk_key=DESK_KEY,
        database=database,
        wording=Wording(words=words, places=kosovo),
        clock=lambda: int(clock.now()),
        rng=rng,
    )
    await bot.start()
    tasks = [asyncio.create_task(bot.poll()), asyncio.create_task(bot.send())]
    yield Station(database=database, sim=sim, clock=clock, bot=bot, rng=rng, policies=Policies.load(), base=address(server))
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await bot.stop()
    await server.cleanup()
    await database.close()
