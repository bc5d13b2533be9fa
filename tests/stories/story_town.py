"""A whole deployment inside one test: a simulated messenger, both bots, people with phones.

The bots are put together by `bot.serve.open_process`, exactly as `run` does it, and talk to the messenger over HTTP on loopback. The clock
is moved by hand: `town.pass_time(seconds)` moves the program's and the messenger's, then runs every job once.
"""

import asyncio
import contextlib
import inspect
import json
import os
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.cases import export_case, list_cases
from bot.clock import Clock
from bot.officers import add_officer, set_duty
from bot.serve import Part, open_process
from bot.settings import Settings, read
from bot.setup import make_deployment
from handlers.officer import moves
from sealing.encoding import b64u, unb64u
from sealing.entry import CaseHead, seal_entry, verify_chain
from sealing.identity import Identity, Recipient, SigningIdentity
from sealing.open import open_case
from sealing.signed_directory import verify_directory
from simulator import HandClock
from simulator.server import address, serve
from simulator.world import Simulator
from storage.database import Database
from storage.encrypted import AtRestKeys
from storage.transaction import Transaction
from tests.stories.keys import Keys, root_public_key
from tests.stories.people import Child, Officer

REPORTER = "700000001:reporter-token-for-tests"
OFFICER = "700000002:officer-token-for-tests"
BOTH: tuple[Part, ...] = ("intake", "desk")
T = TypeVar("T")


@dataclass
class StoryTown:
    """Everything a story needs."""

    sim: Simulator
    clock: HandClock
    settings: Settings
    folder: Path
    keys: Keys
    _running: contextlib.AsyncExitStack | None = None
    _ticking: Clock | None = None
    _duty: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    # The program ------------------------------------------------------------------------------------------------------

    def now(self) -> int:
        return int(self.clock.now())

    async def open(self, parts: tuple[Part, ...] = BOTH) -> None:
        """Start the program."""
        self._running = contextlib.AsyncExitStack()
        self._ticking = await open_process(self.settings, parts, self._running, clock=self.now)

    async def close(self) -> None:
        """End the program as an operator ends it."""
        if self._running is not None:
            running, self._running = self._running, None
            await running.aclose()

    async def restart(self) -> None:
        """End the program, and start it again."""
        await self.close()
        await self.open()

    async def pass_time(self, seconds: float) -> None:
        """Let time pass for everybody, and let every job of the program tick once."""
        self.clock.advance(seconds)
        if self._running is not None and self._ticking is not None:
            await self._ticking.tick_all()

    # The people -------------------------------------------------------------------------------------------------------

    def child(self, language: str = "en", **account: Any) -> Child:
        """Somebody with a phone who has not opened the bot yet."""
        return Child(self.sim.person(**{"language_code": language, **account}).open(self.sim.bots[REPORTER]))

    async def officer(
        self, team: str = "national", *, kind: str | None = "duty", linked: bool = True, name: str = "Officer"
    ) -> Officer:
        """An officer, last on the list of a team unless `kind` is None; both as an operator does it."""
        told = await add_officer(
            self.settings, name, teams=(team,), language="en", supervisor=kind == "supervisor", now=self.now()
        )
        officer_id, code = (line.split()[1] for line in told.splitlines()[:2])
        if kind is not None:
            on_list = self._duty.setdefault((team, kind), [])
            on_list.append(officer_id)
            await set_duty(
                self.settings, team, tuple(on_list), kind="supervisor" if kind == "supervisor" else "duty", now=self.now()
            )
        phone = self.sim.person(first_name=name, language_code="en").open(self.sim.bots[OFFICER])
        officer = Officer(officer_id, code, phone)
        if linked:
            await officer.link()
        return officer

    # What can be looked at --------------------------------------------------------------------------------------------

    async def cases(self) -> list[dict[str, Any]]:
        """The cases as `case list --json` shows them."""
        found: list[dict[str, Any]] = json.loads(await list_cases(self.settings, as_json=True))
        return found

    async def case(self) -> dict[str, Any]:
        """The one case there is."""
        (one,) = await self.cases()
        return one

    async def export(self, designation: str | None = None) -> dict[str, Any]:
        """What the server holds of a case."""
        exported: dict[str, Any] = json.loads(await export_case(self.settings, designation or (await self.case())["designation"]))
        return exported

    async def opened(self, identity: Identity | None = None, designation: str | None = None) -> dict[str, Any]:
        """The case opened by a team or, unless told otherwise, by recovery; nothing of it is broken."""
        report = open_case(
            json.dumps(await self.export(designation)).encode(),
            identity_seed=(identity or self.keys.recovery).seed,
            root_public_key=root_public_key(self.folder),
        )
        assert report["ok"], report["broken"]
        return report

    async def entries(self, identity: Identity | None = None, designation: str | None = None) -> list[dict[str, Any]]:
        """What a case says, entry after entry; None where an entry was erased."""
        return [entry["plaintext"] for entry in (await self.opened(identity, designation))["entries"]]

    async def narrative(self) -> list[str]:
        """The reporter's words in the order in which they stand in the case."""
        return [entry["text"] for entry in await self.entries() if entry["kind"] == "narrative"]

    async def wrapped_to(self) -> set[bytes]:
        """The key ids that the case is wrapped to."""
        return {unb64u(wrap["key_id"]) for wrap in (await self.export())["wraps"]}

    def blobs(self) -> list[Path]:
        """Every file of the blob store."""
        return [one for one in (self.settings.data_dir / "blobs").rglob("*") if one.is_file()]

    async def look(self, work: Callable[[Transaction], T]) -> T:
        """Read from the database."""
        async with self.database() as database:
            return await database.read(work)

    async def change(self, work: Callable[[Transaction], T]) -> T:
        """Do in the database what some other part of the deployment does."""
        async with self.database() as database:
            return await database.transact(work)

    @contextlib.asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        keys = AtRestKeys(intake=self.settings.secret("intake_key"), desk=self.settings.secret("desk_key"))
        database = await Database.open(self.settings.database, keys=keys, rng=os.urandom)
        try:
            yield database
        finally:
            await database.close()

    async def until(self, look: Callable[[], bool | Awaitable[bool]], seconds: float = 3.0) -> None:
        """Wait for something that no messenger shows."""
        async with asyncio.timeout(seconds):
            while True:
                seen = look()
                if await seen if inspect.isawaitable(seen) else seen:
                    return
                await asyncio.sleep(0.02)

    async def knows_no_chat(self) -> bool:
        """Whether no conversation is remembered."""
        return await self.look(lambda tx: tx.sessions.expired(2**60, 10)) == ()

    # What officers do at the desk -------------------------------------------------------------------------------------

    async def write_note(self, signer: SigningIdentity, text: str) -> None:
        """Append an officer's note to the one case, as the browser of the desk does."""

        def append(tx: Transaction) -> None:
            (row,) = tx.cases.list_plain(limit=2)
            stored, directory = tx.cases.head(row.case_id), tx.directory.current()
            assert directory is not None
            start = CaseHead.of(row.case_id, Recipient.from_bytes(stored.public_key))
            known = verify_directory(directory.document, directory.signature, root_public_key(self.folder))
            head = verify_chain(start, tx.cases.entries(row.case_id), known)
            note = {"kind": "note", "at": "2026-01-01T00:00:00Z", "text": text}
            entry, _ = seal_entry(head, note, signer, os.urandom(16))
            tx.cases.append(row.case_id, head.seq, [entry])

        await self.change(append)

    async def close_case(self) -> None:
        """Close the one case, and tell intake, as the desk does."""
        now = self.now()

        def close(tx: Transaction) -> None:
            (row,) = tx.cases.list_plain(limit=2)
            tx.cases.close(row.case_id, now)
            moves.ended(tx, row.case_id, by=None, now=now, rng=os.urandom)

        await self.change(close)
        await self.pass_time(1)


@contextlib.asynccontextmanager
async def found_town(
    folder: Path, *, two_teams: bool = True, database_url: str = "", **settings: str
) -> AsyncIterator[StoryTown]:
    """Found a town in `folder` with the program not yet running; `settings` are AMANET_ variables in small letters."""
    clock = HandClock(float(int(time.time())))
    await make_deployment(
        folder, demo=not two_teams, country="xk", now=int(clock.now()), rng=os.urandom, database_url=database_url
    )
    sim = Simulator(clock=clock)
    sim.add_bot(REPORTER, "write_here_bot", "Write here")
    sim.add_bot(OFFICER, "duty_desk_bot", "Duty desk")
    runner = await serve(sim, "127.0.0.1", 0)
    given = {
        "REPORTER_TOKEN": REPORTER,
        "OFFICER_TOKEN": OFFICER,
        "TELEGRAM_API": address(runner),
        "LISTEN": f"127.0.0.1:{_free_port()}",
        **{name.upper(): value for name, value in settings.items()},
    }
    town = StoryTown(
        sim=sim,
        clock=clock,
        settings=read(folder / "amanet.env", {f"AMANET_{name}": value for name, value in given.items() if value}),
        folder=folder,
        keys=Keys.of(folder),
    )
    if two_teams:
        directory = town.keys.two_teams(town.settings, town.now())
        await town.change(lambda tx: tx.directory.install(directory))
    try:
        yield town
    finally:
        await town.close()
        await runner.cleanup()


@contextlib.asynccontextmanager
async def open_town(folder: Path, **given: Any) -> AsyncIterator[StoryTown]:
    """Found a town and start the program in it."""
    async with found_town(folder, **given) as town:
        await town.open()
        yield town


def key_ids(*identities: Identity) -> set[bytes]:
    """Their key ids, to compare with what a case is wrapped to."""
    return {one.key_id for one in identities}


def team_key_ids(*identities: Identity) -> list[str]:
    """Their key ids as entries write them."""
    return [b64u(one.key_id) for one in identities]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
