"""A desk to test on: a real database, the real application over HTTP, officers who can sign in, and a clock moved by hand."""

import asyncio
import hashlib
import json
from base64 import b32encode
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyotp
from aiohttp import ClientResponse, CookieJar
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import CollectorRegistry

from bot.web import make_app
from flows.escalation import Policies
from handlers.directory_in_force import NATIONAL, DirectoryInForce
from handlers.directory_succession import OwnKeys
from handlers.officer.desk import app as desk_app
from handlers.officer.desk.guesses import Guesses
from handlers.officer.desk.live import Events
from handlers.officer.desk.pages import Assets
from handlers.officer.desk.parts import DeskParts
from locales.catalogue import Catalogue
from locales.helplines import Helplines
from locales.municipalities import Municipalities
from sealing.at_rest import name_lookup
from sealing.directory import Directory, Signer, Team
from sealing.encoding import b64u, time_text
from sealing.identity import Identity, SigningIdentity
from sealing.signed_directory import sign_directory
from sealing.slots import stored_proof, unknown_login_salt
from simulator import HandClock
from storage.blob_store import BlobStore
from storage.database import Database
from storage.directories import StoredDirectory
from storage.logins import SlotAndProof
from storage.officers import NewOfficer
from storage.transaction import Transaction

NOON = 1_800_000_000
DESK_KEY = b"d" * 32
ROOT = SigningIdentity.from_seed(b"r" * 32)
NATIONAL_TEAM = Identity.from_seed(b"n" * 32)
ORIGIN = "http://desk.test"
OWN = {"Content-Type": "application/json", "X-Amanet-Desk": "1", "Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}
ASSETS = Assets(
    files={"desk-1.js": b"export {};", "desk-1.css": b"body{}"}, entries={"desk.js": "desk-1.js", "desk.css": "desk-1.css"}
)


class Randomness:
    """Randomness that is the same in every run."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._count.to_bytes(8, "big")).digest(size)


@dataclass(slots=True, kw_only=True)
class Person:
    """An officer as they know themselves."""

    officer_id: bytes
    name: str
    proof: bytes
    recovery_proof: bytes
    slot: dict[str, Any]
    totp: pyotp.TOTP | None = None

    @property
    def proved(self) -> dict[str, str]:
        """What a browser adds to a change once the words were typed again."""
        return {"proof_now": b64u(self.proof)}


def a_slot(kind: str, salt: bytes) -> dict[str, Any]:
    """A slot of the right form; what it seals does not matter to the server."""
    return {
        "slot": kind,
        "kdf": "argon2id",
        "salt": b64u(salt),
        "m_kib": 65536,
        "t": 3,
        "p": 1,
        "nonce": b64u(bytes(12)),
        "ct": b64u(bytes(80)),
    }


@dataclass(slots=True, kw_only=True)
class Entrance:
    """The entrance of one desk, and the shortcuts that tests tell their story with."""

    database: Database
    clock: HandClock
    rng: Callable[[int], bytes]
    parts: DeskParts
    server: TestServer
    waited: list[float] = field(default_factory=list)
    browsers: list["Browser"] = field(default_factory=list)

    async def close(self) -> None:
        for one in self.browsers:
            await one.close()
        await self.server.close()

    @property
    def now(self) -> int:
        return int(self.clock.now())

    async def person(
        self, name: str, *, role: str = "officer", teams: tuple[str, ...] = (NATIONAL,), totp: bool = True
    ) -> Person:
        """Add an officer who can sign in, with one-time codes unless said otherwise."""
        officer_id, proof, recovery = self.rng(16), self.rng(32), self.rng(32)
        slot = a_slot("passphrase", self.rng(16))
        secret = self.rng(20)

        def work(tx: Transaction) -> None:
            tx.officers.add(NewOfficer(officer_id=officer_id, team_ids=teams, language="en", role=role, name=name))
            tx.logins.put(
                officer_id,
                name_lookup(DESK_KEY, name),
                SlotAndProof(slot=slot, proof_hash=stored_proof(proof)),
                SlotAndProof(slot=a_slot("recovery", self.rng(16)), proof_hash=stored_proof(recovery)),
            )
            if totp:
                tx.logins.confirm_totp(officer_id, secret, 0)

        await self.database.transact(work)
        return Person(
            officer_id=officer_id,
            name=name,
            proof=proof,
            recovery_proof=recovery,
            slot=slot,
            totp=pyotp.TOTP(b32encode(secret).decode()) if totp else None,
        )

    def browser(self, address: str = "10.0.0.1") -> "Browser":
        """A browser that nobody signed in with, at an address."""
        self.browsers.append(Browser(self, address))
        return self.browsers[-1]

    async def signed_in(self, person: Person, address: str = "10.0.0.1") -> "Browser":
        """A browser in which that officer is signed in."""
        browser = self.browser(address)
        await browser.sign_in(person)
        return browser

    async def audit(self) -> list[str]:
        """What the log says was done, the oldest first."""
        await self.parts.tasks.finish()
        records = await self.database.read(lambda tx: tx.audit.page(limit=1000))
        return [record.action for record in reversed(records)]


@dataclass(slots=True)
class Answer:
    """What the server answered."""

    status: int
    value: Any
    headers: dict[str, str]


class Browser:
    """One browser with its cookies, speaking as our pages do."""

    def __init__(self, entrance: Entrance, address: str) -> None:
        self._office = entrance
        self._client = TestClient(entrance.server, cookie_jar=CookieJar(unsafe=True))
        self._address = address

    async def get(self, path: str, **headers: str) -> Answer:
        return await self._read(await self._client.get(f"/desk/api{path}", headers=self._from() | headers, allow_redirects=False))

    async def post(self, path: str, body: object = None, **headers: str) -> Answer:
        sent = json.dumps({} if body is None else body)
        return await self.send(path, sent.encode(), **headers)

    async def send(self, path: str, raw: bytes, **headers: str) -> Answer:
        return await self._read(await self._client.post(f"/desk/api{path}", data=raw, headers=self._from() | OWN | headers))

    async def ask(
        self,
        method: str,
        path: str,
        headers: dict[str, str] | None = None,
        data: bytes = b"",
        query: dict[str, str] | None = None,
    ) -> ClientResponse:
        """A request as somebody else's page, or nobody's, makes it."""
        sent = self._from() | (headers or {})
        return await self._client.request(method, path, headers=sent, data=data, params=query, allow_redirects=False)

    async def close(self) -> None:
        await self._client.session.close()

    def cookies(self) -> dict[str, str]:
        return {one.key: one.value for one in self._client.session.cookie_jar}

    def forget(self) -> None:
        self._client.session.cookie_jar.clear()

    async def prove(self, name: str, proof: bytes, kind: str = "passphrase") -> Answer:
        return await self.post("/sign-in/proof", {"name": name, "with": kind, "proof": b64u(proof)})

    async def code(self, person: Person, path: str = "/sign-in/totp") -> Answer:
        assert person.totp is not None
        return await self.post(path, {"code": person.totp.at(self._office.now)})

    async def sign_in(self, person: Person) -> None:
        """Sign in with both factors; each takes the next minute, because a code is taken once."""
        proved = await self.prove(person.name, person.proof)
        assert proved.status == 200, proved
        if person.totp is not None and proved.value["second"]:
            self._office.clock.advance(60)
            answered = await self.code(person)
            assert answered.status == 200, answered

    def _from(self) -> dict[str, str]:
        return {"X-Forwarded-For": self._address}

    async def _read(self, response: ClientResponse) -> Answer:
        text = await response.text()
        is_json = response.content_type == "application/json"
        return Answer(response.status, json.loads(text) if is_json else text, dict(response.headers))


def _install(tx: Transaction) -> None:
    """Put a directory in force in which there is one team and nobody yet."""
    intake = SigningIdentity.from_seed(b"i" * 32)
    new = Directory(
        serial=1,
        issued_at=time_text(NOON - 3600),
        expires_at=time_text(NOON + 365 * 86400),
        teams=(Team(team_id=NATIONAL, name="National team", areas=(), key=NATIONAL_TEAM.recipient),),
        recovery=Identity.from_seed(b"v" * 32).recipient,
        relay=Identity.from_seed(b"y" * 32).recipient,
        receipt_salt=bytes(32),
        members=(),
        signers=(Signer(verifier=intake.verifier, role="intake"),),
    )
    signed = sign_directory(new, ROOT)
    stored = StoredDirectory(serial=1, document=signed.document, signature=signed.signature, installed_at=NOON)
    tx.directory.install(stored)


async def open_entrance(database: Database, folder: Any, *, second_factor: bool = True) -> Entrance:
    """Open a desk over a database."""
    clock, rng = HandClock(NOON), Randomness()
    waited: list[float] = []
    directory = DirectoryInForce(ROOT.verifier.public_key)
    await database.transact(_install)
    await database.read(directory.follow)

    def seconds() -> int:
        return int(clock.now())

    async def nobody(_officer_id: bytes) -> bool:
        return False

    async def pause(wait: float) -> None:
        waited.append(wait)
        clock.advance(wait)
        await asyncio.sleep(0)

    parts = DeskParts(
        database=database,
        directory=directory,
        policies=Policies.load(),
        blobs=BlobStore(folder / "blobs"),
        catalogue=Catalogue.load(),
        places=Municipalities.load("xk"),
        helplines=Helplines.load("xk"),
        own=OwnKeys(),
        root_public_key=ROOT.verifier.public_key,
        origin=ORIGIN,
        second_factor=second_factor,
        name_lookup=partial(name_lookup, DESK_KEY),
        unknown_salt=partial(unknown_login_salt, DESK_KEY),
        clock=seconds,
        rng=rng,
        ring=lambda: None,
        events=Events(database, directory, seconds),
        test_telegram=nobody,
        assets=ASSETS,
        guesses=Guesses(b"g" * 32),
        pause=pause,
    )

    async def ready() -> tuple[str, ...]:
        return ()

    app = make_app(ready, CollectorRegistry(), metrics=False)
    desk_app.add_desk(app, parts)
    server = TestServer(app)
    await server.start_server(access_log=None)  # as `bot.web.listen` does
    return Entrance(database=database, clock=clock, rng=rng, parts=parts, server=server, waited=waited)
