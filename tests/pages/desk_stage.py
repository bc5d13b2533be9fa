"""A desk with three officers and two teams, the messenger and both bots, and hands for an officer before the page.

Laws. The server is the real one, put together as `run` does it; only the second factor is off. Buttons are found by the words that an
officer reads. What a page says to the console, throws, or is refused by its own policy is collected, and has to be nothing.
"""

import contextlib
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import Browser, Locator, Page, expect

from bot.serve import open_process
from bot.settings import Settings, read
from bot.setup import make_deployment
from handlers.directory_in_force import NATIONAL
from sealing.at_rest import name_lookup
from sealing.case import wrap_team_seed
from sealing.directory import Directory, Member, Signer, Team
from sealing.encoding import time_text
from sealing.identity import Identity, SigningIdentity, read_seed_file
from sealing.signed_directory import sign_directory, verify_directory
from sealing.slots import OfficerSeeds, PassphraseSlot, stored_proof
from simulator.server import address, serve
from simulator.world import Simulator
from storage.database import Database
from storage.directories import StoredDirectory
from storage.encrypted import AtRestKeys
from storage.logins import SlotAndProof
from storage.officers import NewOfficer
from storage.transaction import Transaction
from tests.pages.stage import free_port
from tests.stories.people import Child

REPORTER = "700000001:reporter-token-for-tests"
OFFICER = "700000002:officer-token-for-tests"
PASSPHRASE = "soni pavi lami faga sohi vulo"
NORTH, ITS_AREA = "north", "prizren"
WAITS = 20_000
"""Milliseconds for what takes another process's turn, or the stretching of a passphrase on a slow machine."""
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who works at the desk."""

    name: str
    role: str
    team_id: str
    officer_id: bytes = field(default_factory=partial(os.urandom, 16))
    identity: Identity = field(default_factory=lambda: Identity.generate(os.urandom))
    signer: SigningIdentity = field(default_factory=lambda: SigningIdentity.generate(os.urandom))

    @property
    def member(self) -> Member:
        key, signer_id = self.identity.recipient, self.signer.signer_id
        return Member(officer_id=self.officer_id, key=key, signer_id=signer_id, team_ids=(self.team_id,))

    @property
    def login(self) -> SlotAndProof:
        slot = PassphraseSlot.seal(
            self.officer_id, OfficerSeeds(identity=self.identity.seed, signing=self.signer.seed), PASSPHRASE, os.urandom
        )
        return SlotAndProof(slot=slot.to_json(), proof_hash=stored_proof(slot.stretch(PASSPHRASE).login_proof))


@dataclass(kw_only=True)
class DeskTown:
    """A town whose desk is open."""

    sim: Simulator
    file: Path
    settings: Settings
    database: Database
    directory: Directory
    people: dict[str, Person]
    teams: dict[str, Identity]
    offset: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.settings.public}/desk"

    def now(self) -> int:
        return int(time.time()) + self.offset

    async def child(self, language: str = "en") -> "Reporter":
        """Somebody at a telephone who has pressed Start."""
        phone = self.sim.person(language_code=language).open(self.sim.bots[REPORTER])
        reporter = Reporter(phone=phone, town=self)
        await reporter.start()
        return reporter


@dataclass(slots=True, kw_only=True)
class Reporter(Child):
    """A reporter in real time: what they do takes a second of the program's time, because nobody presses faster."""

    town: DeskTown

    def a_second(self) -> None:
        self.town.offset += 1


@contextlib.asynccontextmanager
async def open_desk_town(folder: Path, **further: str) -> AsyncIterator[DeskTown]:
    """Found a town with Ana (supervisor) and Besa in the national team, and Cyril in another one; further settings by their names."""
    people = {name: Person(name=name, role=role, team_id=team) for name, role, team in _PEOPLE}
    await make_deployment(folder, demo=False, country="xk", now=int(time.time()) - 60, rng=os.urandom)
    settings = read(folder / "amanet.env", {})
    teams = {NATIONAL: _identity(folder, "national"), NORTH: Identity.generate(os.urandom)}
    keys = AtRestKeys(intake=settings.secret("intake_key"), desk=settings.secret("desk_key"))
    sim = Simulator()
    sim.add_bot(REPORTER, "write_here_bot", "Write here")
    sim.add_bot(OFFICER, "duty_desk_bot", "Duty desk")
    async with contextlib.AsyncExitStack() as stack:
        database = await Database.open(settings.database, keys=keys, rng=os.urandom)
        stack.push_async_callback(database.close)
        directory = await _settle(database, settings, folder, people, teams)
        runner = await serve(sim, "127.0.0.1", 0)
        stack.push_async_callback(runner.cleanup)
        given = {
            "REPORTER_TOKEN": REPORTER,
            "OFFICER_TOKEN": OFFICER,
            "TELEGRAM_API": address(runner),
            "LISTEN": f"127.0.0.1:{free_port()}",
            "SECOND_FACTOR": "off",
            **{name.upper(): value for name, value in further.items()},
        }
        served = read(folder / "amanet.env", {f"AMANET_{name}": value for name, value in given.items()})
        town = DeskTown(
            sim=sim,
            file=folder / "data" / "amanet.db",
            settings=served,
            database=database,
            directory=directory,
            people=people,
            teams=teams,
        )
        await open_process(served, ("intake", "desk"), stack, clock=town.now)
        yield town


_PEOPLE = (("Ana", "supervisor", NATIONAL), ("Besa", "officer", NATIONAL), ("Cyril", "officer", NORTH))


def _identity(folder: Path, name: str) -> Identity:
    return Identity.from_seed(read_seed_file((folder / "offline" / f"{name}.seed").read_text()))


async def _settle(
    database: Database, settings: Settings, folder: Path, people: dict[str, Person], teams: dict[str, Identity]
) -> Directory:
    """Put people and teams into the directory, sign it with the root, and give everybody their slot and their team's seed."""
    root = SigningIdentity.from_seed(read_seed_file((folder / "offline" / "root.seed").read_text()))
    stored = await database.read(lambda tx: tx.directory.current())
    assert stored is not None
    before = verify_directory(stored.document, stored.signature, root.verifier.public_key)
    now = int(time.time()) - 30
    everybody = tuple(people.values())
    directory = replace(
        before,
        serial=before.serial + 1,
        issued_at=time_text(now),
        teams=(*before.teams, Team(team_id=NORTH, name="Team North", areas=(ITS_AREA,), key=teams[NORTH].recipient)),
        members=tuple(one.member for one in everybody),
        signers=(
            *before.signers,
            *(Signer(verifier=one.signer.verifier, role="officer", team_ids=(one.team_id,)) for one in everybody),
        ),
    )
    signed = sign_directory(directory, root)
    kept = StoredDirectory(serial=directory.serial, document=signed.document, signature=signed.signature, installed_at=now)

    def settle(tx: Transaction) -> None:
        tx.directory.install(kept)
        for one in everybody:
            new = NewOfficer(officer_id=one.officer_id, team_ids=(one.team_id,), language="en", role=one.role, name=one.name)
            tx.officers.add(new)
            tx.duties.begin(one.team_id, one.officer_id, "duty")
            tx.logins.put(one.officer_id, name_lookup(settings.secret("desk_key"), one.name), one.login)
            wrap = wrap_team_seed(one.identity.recipient, teams[one.team_id], directory)
            tx.team_wraps.put((wrap,), made_by=None, now=now)

    await database.transact(settle)
    return directory


class Officer:
    """An officer before a page of the desk."""

    def __init__(self, page: Page, town: DeskTown, name: str) -> None:
        self.page = page
        self.town = town
        self.name = name

    @classmethod
    async def sits_down(
        cls,
        browser: Browser,
        town: DeskTown,
        name: str,
        size: dict[str, int],
        scheme: str = "light",
        straight_to: str = "",
    ) -> "Officer":
        """Open the desk in a browser of their own and sign in; `straight_to` is the place that the address names."""
        context = await browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce", locale="en-GB")
        page = await context.new_page()
        page.on("console", lambda message: town.faults.append(message.text))
        page.on("pageerror", lambda error: town.faults.append(str(error)))
        page.on("request", lambda request: town.faults.append(request.url) if not _is_own(request.url, town) else None)
        await page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective, e.blockedURI))"
        )
        await page.goto(town.url + straight_to)
        officer = cls(page, town, name)
        await page.get_by_label("Your name, as it was invited").fill(name)
        await page.get_by_label("Your six words").fill(PASSPHRASE)
        await page.get_by_role("button", name="Sign in").click()
        await expect(page.get_by_role("button", name="Lock", exact=True)).to_be_visible(timeout=WAITS)
        return officer

    @property
    def rows(self) -> Locator:
        return self.page.locator(".q-row")

    @property
    def entries(self) -> Locator:
        return self.page.locator(".c-entry")

    async def opens(self, row: Locator) -> str:
        """Open a case of the queue; give its designation."""
        designation = (await row.get_by_role("link").text_content() or "").strip()
        await row.get_by_role("link").click()
        await expect(self.page.get_by_role("heading", name=designation, exact=True)).to_be_visible()
        await expect(self.entries.first).to_be_visible(timeout=WAITS)
        return designation

    async def presses(self, name: str, within: Locator | None = None) -> None:
        await (within or self.page).get_by_role("button", name=name, exact=True).click()

    async def is_told(self, words: str) -> None:
        await expect(self.page.locator(".q-told")).to_contain_text(words, timeout=WAITS)

    async def unfit(self) -> list[str]:
        """What axe finds on the page as it stands, and the page if it is wider than the screen."""
        await self.page.evaluate(AXE.read_text())
        found = await self.page.evaluate(
            """async () => {
              const result = await axe.run(document, { resultTypes: ["violations"] });
              return result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`)
                .concat(document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : []);
            }"""
        )
        return list(found)

    async def picture(self, path: Path, *, whole: bool = False) -> None:
        await self.page.mouse.move(1, 1)
        await self.page.screenshot(path=path, full_page=whole)


def _is_own(url: str, town: DeskTown) -> bool:
    return urlsplit(url).scheme in ("data", "blob") or url.startswith(f"{town.settings.public}/")
