"""An office of officers at their desks: the real application over loopback, a real database, real keys, and browsers played in Python."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from flows.escalation import Policies
from handlers.directory_in_force import DirectoryInForce
from handlers.directory_succession import OwnKeys
from handlers.officer.alarms import open_alarm, tick_alarms
from handlers.officer.desk.app import add_desk
from handlers.officer.desk.guesses import Guesses
from handlers.officer.desk.live import Events
from handlers.officer.desk.parts import DeskParts
from handlers.officer.desk.sessions import COOKIE, begin
from locales.catalogue import Catalogue
from locales.helplines import Helplines
from locales.municipalities import Municipalities
from sealing.at_rest import name_lookup
from sealing.case import NewCase, wrap_case_seed
from sealing.directory import Directory, Member, Signer, Team
from sealing.encoding import b64u, time_text, unb64u
from sealing.entry import CaseHead, SealedEntry, seal_entry
from sealing.identity import Identity, Recipient, SigningIdentity
from sealing.open import open_case
from sealing.replies import seal_reply
from sealing.signed_directory import sign_directory
from sealing.slots import unknown_login_salt
from storage.blob_store import BlobStore
from storage.case_values import CaseFacts
from storage.database import Database
from storage.directories import StoredDirectory
from storage.encrypted import AtRestKeys
from storage.migrations import migrate
from storage.officers import NewOfficer
from storage.transaction import Transaction

NOON = 1_795_000_000
TEAMS = ("national", "prizren", "peje")
OWN = {"X-Amanet-Desk": "1"}
DESK_KEY = b"d" * 32


@dataclass(kw_only=True)
class Report:
    """A case as intake keeps it while the conversation goes on."""

    case: NewCase
    head: CaseHead

    @property
    def case_id(self) -> bytes:
        return self.case.case_id

    @property
    def path(self) -> str:
        return f"/desk/api/cases/{b64u(self.case_id)}"


@dataclass(kw_only=True)
class Office:
    """Teams, keys, officers, reports."""

    database: Database
    parts: DeskParts
    server: TestServer
    stack: AsyncExitStack
    moment: list[int]
    root: SigningIdentity
    intake: SigningIdentity
    recovery: Identity
    relay: Identity
    teams: dict[str, Identity]
    rung: list[bytes]
    officers: list[tuple[Member, Signer]] = field(default_factory=list)
    former: dict[str, tuple[bytes, ...]] = field(default_factory=dict)
    serial: int = 0

    @property
    def now(self) -> int:
        return self.moment[0]

    def later(self, seconds: int) -> None:
        self.moment[0] += seconds

    async def officer(
        self, name: str, *teams: str, role: str = "officer", listed: bool = True, on_duty: bool = False
    ) -> "Browser":
        """Somebody who works here, signed in at a browser with their keys."""
        officer_id, identity, signing = os.urandom(16), Identity.generate(os.urandom), SigningIdentity.generate(os.urandom)

        def work(tx: Transaction) -> str:
            tx.officers.add(NewOfficer(officer_id=officer_id, team_ids=teams, language="en", role=role, name=name))
            for team in teams if on_duty else ():
                tx.duties.begin(team, officer_id, "duty", 0)
            return begin(tx, self.parts, officer_id, "full", self.now)

        token = await self.database.transact(work)
        if listed:
            member = Member(officer_id=officer_id, key=identity.recipient, signer_id=signing.signer_id, team_ids=teams)
            self.officers.append((member, Signer(verifier=signing.verifier, role="officer", team_ids=teams)))
            await self.sign_directory()
        session = await self.stack.enter_async_context(ClientSession(cookie_jar=CookieJar(unsafe=True), cookies={COOKIE: token}))
        return Browser(office=self, officer_id=officer_id, signing=signing, teams=teams, session=session, signed_in_at=self.now)

    async def sign_directory(self) -> None:
        """Put the next directory in force."""
        self.serial += 1
        directory = Directory(
            serial=self.serial,
            issued_at=time_text(NOON),
            expires_at=time_text(self.now + 366 * 86400),
            teams=tuple(
                Team(
                    team_id=one,
                    name=one,
                    areas=() if one == "national" else (one,),
                    key=key.recipient,
                    former_key_ids=self.former.get(one, ()),
                )
                for one, key in self.teams.items()
            ),
            recovery=self.recovery.recipient,
            relay=self.relay.recipient,
            receipt_salt=b"s" * 32,
            members=tuple(member for member, _ in self.officers),
            signers=(Signer(verifier=self.intake.verifier, role="intake"), *(signer for _, signer in self.officers)),
        )
        signed = sign_directory(directory, self.root)
        stored = StoredDirectory(serial=self.serial, document=signed.document, signature=signed.signature, installed_at=self.now)
        await self.database.transact(lambda tx: tx.directory.install(stored))
        await self.database.read(self.parts.directory.follow)

    async def report(
        self, *team_ids: str, urgency: str = "P1", area: str | None = "prizren", text: str = "He hits me.", words: int = 1
    ) -> Report:
        """A report comes in, as intake opens it."""
        teams = team_ids or ("prizren",)
        case = NewCase.make(os.urandom)
        recipients = [*(self.teams[one].recipient for one in teams), self.recovery.recipient]
        opened = {
            "kind": "opened",
            "at": time_text(self.now),
            "area": area,
            "language": "sq",
            "channel": "telegram",
            "urgency": urgency,
            "team_key_ids": [b64u(self.teams[one].key_id) for one in teams],
        }
        head = CaseHead.of(case.case_id, case.identity.recipient)
        entries = []
        narrative = {"kind": "narrative", "at": time_text(self.now), "text": text}
        for plaintext in (opened, *(narrative for _ in range(words))):
            entry, head = seal_entry(head, plaintext, self.intake, os.urandom(16))
            entries.append(entry)
        facts = CaseFacts(
            case_id=case.case_id,
            designation=f"calm river {case.case_id.hex()[:12]}",
            area=area,
            urgency=urgency,
            language="sq",
            channel="telegram",
            opened_at=self.now,
            suite=1,
            public_key=case.identity.recipient.public_key,
        )

        def work(tx: Transaction) -> None:
            tx.cases.open(facts, case.wrap_to(recipients), entries)
            open_alarm(tx, case_id=case.case_id, team_ids=teams, policies=self.parts.policies, now=self.now, rng=os.urandom)

        await self.database.transact(work)
        return Report(case=case, head=head)

    async def adds(self, report: Report, text: str = "He is back.") -> None:
        """The reporter writes again."""

        def work(tx: Transaction) -> CaseHead:
            stored = tx.cases.head(report.case_id)
            head = CaseHead(case_id=report.case_id, key=report.case.identity.recipient, suite=1, seq=stored.seq, hash=stored.hash)
            plaintext = {"kind": "narrative", "at": time_text(self.now), "text": text}
            entry, after = seal_entry(head, plaintext, self.intake, os.urandom(16))
            tx.cases.append(report.case_id, head.seq, [entry])
            return after

        report.head = await self.database.transact(work)

    async def tick(self) -> None:
        """Let the clock of the program tick once."""
        await self.database.transact(lambda tx: tick_alarms(tx, now=self.now, rng=os.urandom))

    async def actions(self, case_id: bytes | None = None) -> list[str]:
        """What the audit log says was done, the oldest first."""
        records = await self.database.read(lambda tx: tx.audit.page(case_id=case_id, limit=1000))
        return [record.action for record in reversed(records)]

    async def notices(self) -> list[str]:
        """What the reporter's side is told."""
        claimed = await self.database.transact(lambda tx: tx.notices.claim(self.now, 100, 1))
        return [one.kind for one in claimed]


@dataclass(kw_only=True)
class Browser:
    """An officer's browser: it holds the seeds, opens, seals and signs."""

    office: Office
    officer_id: bytes
    signing: SigningIdentity
    teams: tuple[str, ...]
    session: ClientSession
    signed_in_at: int = NOON

    async def is_there(self) -> None:
        """Sign in anew where the person was away for long."""
        if self.office.now - self.signed_in_at < 600:
            return
        self.signed_in_at = self.office.now
        token = await self.office.database.transact(
            lambda tx: begin(tx, self.office.parts, self.officer_id, "full", self.office.now)
        )
        self.session.cookie_jar.update_cookies({COOKIE: token})

    async def get(self, path: str, **query: str) -> tuple[int, Any]:
        await self.is_there()
        async with self.session.get(self.office.server.make_url(path), params=query) as answer:
            return answer.status, await _json(answer)

    async def post(self, path: str, body: object) -> tuple[int, Any]:
        await self.is_there()
        async with self.session.post(self.office.server.make_url(path), json=body, headers=OWN) as answer:
            return answer.status, await _json(answer)

    async def queue(self, **query: str) -> list[Any]:
        status, page = await self.get("/desk/api/queue", **query)
        assert status == 200, page
        return list(page["cases"])

    async def row(self, report: Report, **query: str) -> Any:
        """The line of a case, None where it is not on the page."""
        return next((one for one in await self.queue(**query) if one["case_id"] == b64u(report.case_id)), None)

    async def fetch(self, report: Report) -> Any:
        status, case = await self.get(report.path)
        assert status == 200, case
        return case

    def opens(self, file: Any, team: str | None = None) -> dict[str, Any]:
        """Open a case's file with a team's seed, as the page does."""
        return open_case(
            {**file, "blobs": []},
            identity_seed=self.office.teams[team or self.teams[0]].seed,
            root_public_key=self.office.root.verifier.public_key,
        )

    async def head(self, report: Report) -> CaseHead:
        """Where the chain of a case ends now, as its file says."""
        file = (await self.fetch(report))["file"]
        last = file["entries"][-1]
        return CaseHead(
            case_id=report.case_id,
            key=Recipient.from_bytes(unb64u(file["case_public_key"])),
            suite=1,
            seq=last["seq"] + 1,
            hash=unb64u(last["hash"]),
        )

    def seal(self, head: CaseHead, plaintexts: Iterable[dict[str, Any]], author: SigningIdentity | None = None) -> list[Any]:
        sealed = []
        for plaintext in plaintexts:
            entry, head = seal_entry(
                head, {"at": time_text(self.office.now), **plaintext}, author or self.signing, os.urandom(16)
            )
            sealed.append(wire(entry))
        return sealed

    async def move(self, report: Report, name: str, *plaintexts: dict[str, Any], **more: Any) -> tuple[int, Any]:
        """Make a move; with plaintexts, their entries are sealed after the end of the chain."""
        body: dict[str, Any] = {"entries": [], "expected_seq": 0, **more}
        if plaintexts:
            head = await self.head(report)
            body = {"entries": self.seal(head, plaintexts), "expected_seq": head.seq, **more}
        return await self.post(f"{report.path}/moves/{name}", body)

    async def move_blind(self, report: Report, name: str) -> int:
        """Try a move on a case that cannot be fetched."""
        return (await self.post(f"{report.path}/moves/{name}", {"entries": [], "expected_seq": 0}))[0]

    def wrap(self, report: Report, team: str) -> Any:
        """Let a team in, with the secret that only who opened the case has."""
        wrap = wrap_case_seed(self.office.teams[team].recipient, report.case_id, report.case.identity.seed)
        return {"key_id": b64u(wrap.key_id), "sealed": b64u(wrap.sealed)}

    def reply(self, report: Report, recipient: Recipient, message: dict[str, Any], author: SigningIdentity | None = None) -> Any:
        sealed = seal_reply(recipient, report.case_id, message, author or self.signing)
        return {
            "recipient": b64u(sealed.recipient_key_id),
            "sealed": b64u(sealed.sealed),
            "signature": b64u(sealed.signature),
        }


NOTE = {"kind": "note", "text": "Called the school."}
CLOSED = {"kind": "status", "status": "closed", "outcome": "helped"}


def wire(entry: SealedEntry) -> dict[str, str]:
    """An entry as a move carries it."""
    assert entry.body is not None
    return {
        "entry_id": b64u(entry.entry_id),
        "body": b64u(entry.body),
        "hash": b64u(entry.hash),
        "signature": b64u(entry.signature),
    }


async def _json(answer: ClientResponse) -> Any:
    return await answer.json() if answer.content_type == "application/json" else await answer.read()


@asynccontextmanager
async def open_office(
    folder: Path, url: str | None = None, *, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
) -> AsyncIterator[Office]:
    """Open an office over an empty database in this folder; whoever guesses too often waits by `pause`."""
    url = url or f"sqlite:///{folder}/amanet.db"
    await migrate(url)
    async with AsyncExitStack() as stack:
        database = await Database.open(url, keys=AtRestKeys(intake=b"i" * 32, desk=DESK_KEY), rng=os.urandom)
        stack.push_async_callback(database.close)
        root, intake = SigningIdentity.generate(os.urandom), SigningIdentity.generate(os.urandom)
        recovery, relay = Identity.generate(os.urandom), Identity.generate(os.urandom)
        moment, rung = [NOON], []

        async def telegram(officer_id: bytes) -> bool:
            rung.append(officer_id)
            return False

        directory = DirectoryInForce(root.verifier.public_key)
        app = web.Application()
        server = TestServer(app)
        parts = DeskParts(
            database=database,
            directory=directory,
            policies=Policies.load(),
            blobs=BlobStore(folder / "blobs"),
            catalogue=Catalogue.load(),
            places=Municipalities.load("xk"),
            helplines=Helplines.load("xk"),
            own=OwnKeys(intake_signer_id=intake.signer_id, relay_key_id=relay.key_id),
            root_public_key=root.verifier.public_key,
            origin="http://localhost",
            second_factor=True,
            name_lookup=partial(name_lookup, DESK_KEY),
            unknown_salt=partial(unknown_login_salt, DESK_KEY),
            clock=lambda: moment[0],
            rng=os.urandom,
            ring=lambda: None,
            events=Events(database, directory, lambda: moment[0]),
            test_telegram=telegram,
            assets=None,
            guesses=Guesses(b"g" * 32),
            pause=pause,
        )
        add_desk(app, parts)

        async def stop_events(_app: web.Application) -> None:
            await parts.events.stop()

        app.on_shutdown.append(stop_events)
        await server.start_server(access_log=None)  # as `bot.web.listen` does
        stack.push_async_callback(server.close)
        office = Office(
            database=database,
            parts=parts,
            server=server,
            stack=stack,
            moment=moment,
            root=root,
            intake=intake,
            recovery=recovery,
            relay=relay,
            teams={one: Identity.generate(os.urandom) for one in TEAMS},
            rung=rung,
        )
        await office.sign_directory()
        yield office
