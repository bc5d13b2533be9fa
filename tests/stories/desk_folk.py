"""The desk as its people use it, with Python in the browser's place: keys are made, slots sealed and seeds wrapped here, and the server is
real: its database, its routes and its guard.

Whoever holds the root stands apart, as in life: `Desk.sign` is the machine that is never on line.
"""

import json
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from bot.directory import own_keys, read_unsigned, sign
from bot.key_files import signed_text
from bot.settings import Settings, read
from bot.setup import make_deployment
from flows.escalation import Policies
from handlers.directory_in_force import DirectoryInForce
from handlers.officer.desk.app import add_desk
from handlers.officer.desk.guesses import Guesses
from handlers.officer.desk.live import Events
from handlers.officer.desk.parts import DeskParts
from locales.catalogue import Catalogue
from locales.helplines import Helplines
from locales.municipalities import Municipalities
from sealing.at_rest import name_lookup
from sealing.case import TeamWrap, team_wrap_info, wrap_team_seed
from sealing.directory import Directory
from sealing.encoding import b64u, unb64u
from sealing.identity import Identity, SigningIdentity, read_seed_file
from sealing.joining import sign_joining
from sealing.open.steps import open_team_wrap
from sealing.signed_directory import verify_directory
from sealing.slots import OfficerSeeds, PassphraseSlot, unknown_login_salt
from storage.blob_store import BlobStore
from storage.database import Database
from storage.encrypted import AtRestKeys

API = "/desk/api"
START = 1_800_000_000


@dataclass(slots=True)
class Answer:
    """What the server said."""

    status: int
    told: Any

    @property
    def refusal(self) -> tuple[int, str]:
        return self.status, self.told.get("reason") or self.told["error"]


@dataclass(slots=True)
class Browser:
    """One browser: its cookies, and what its Worker holds in memory once somebody has joined or unlocked."""

    session: ClientSession
    origin: str
    officer_id: bytes = b""
    identity: Identity | None = None
    signing: SigningIdentity | None = None
    passphrase: str = ""
    login: dict[bytes, bytes] = field(default_factory=dict)
    teams: dict[bytes, Identity] = field(default_factory=dict)

    @property
    def own(self) -> Identity:
        """The identity of who sits here."""
        assert self.identity is not None
        return self.identity

    @property
    def own_signing(self) -> SigningIdentity:
        """What they sign with."""
        assert self.signing is not None
        return self.signing

    async def get(self, path: str, **query: str | int) -> Any:
        answer = await self.asks(path, **query)
        assert answer.status == 200, answer
        return answer.told

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self.sends(path, **body)
        assert answer.status == 200, answer
        return answer.told

    async def asks(self, path: str, **query: str | int) -> Answer:
        async with self.session.get(self.origin + API + path, params=query) as response:
            return Answer(response.status, await response.json())

    async def sends(self, path: str, **body: Any) -> Answer:
        headers = {"X-Amanet-Desk": "1", "Content-Type": "application/json"}
        async with self.session.post(self.origin + API + path, data=json.dumps(body), headers=headers) as response:
            return Answer(response.status, await response.json())

    async def joins(self, code: str) -> Answer:
        """Follow the link: make keys, a passphrase and a recovery code here, and send what may be sent."""
        looked = await self.post("/join/look", code=code)
        return await self.sends("/join", **self.joining(code, unb64u(looked["officer_id"])))

    def joining(self, code: str, officer_id: bytes) -> dict[str, Any]:
        """What a browser sends to join."""
        self.officer_id, self.passphrase = officer_id, os.urandom(8).hex()
        self.identity, self.signing = Identity.generate(os.urandom), SigningIdentity.generate(os.urandom)
        seeds = OfficerSeeds(identity=self.identity.seed, signing=self.signing.seed)
        slot = PassphraseSlot.seal(officer_id, seeds, self.passphrase, os.urandom)
        self.login = {slot.salt: slot.stretch(self.passphrase).login_proof}
        # Nobody in these stories finds their paper, and to seal one more slot costs a second of the test's time.
        paper = replace(slot, slot="recovery", salt=os.urandom(16), ct=os.urandom(80))
        return {
            "code": code,
            "identity_public": b64u(self.identity.recipient.public_key),
            "signing_public": b64u(self.signing.verifier.public_key),
            "proof_of_signing": b64u(sign_joining(officer_id, self.identity.recipient, self.signing)),
            "slot": slot.to_json(),
            "recovery_slot": paper.to_json(),
            "login_proof": b64u(self.login[slot.salt]),
            "recovery_login_proof": b64u(os.urandom(32)),
        }

    async def signs_in(self, name: str) -> Answer:
        """Prove the passphrase; the desk of these stories asks for no second factor."""
        costs = await self.post("/sign-in/begin", **{"name": name, "with": "passphrase"})
        proof = b64u(self.login.get(unb64u(costs["salt"]), bytes(32)))
        return await self.sends("/sign-in/proof", **{"name": name, "with": "passphrase", "proof": proof})

    async def makes_team_key(self, team_id: str) -> Identity:
        """Make a team's key; its seed stays here and, sealed to oneself, at the server."""
        assert self.identity is not None
        team = Identity.generate(os.urandom)
        await self.post("/team-keys", **self.team_key(team_id, team))
        self.teams[team.key_id] = team
        return team

    def team_key(self, team_id: str, team: Identity) -> dict[str, Any]:
        assert self.identity is not None
        own = self.identity.recipient
        sealed = own.seal(team_wrap_info(team.key_id, own.key_id), team.seed)
        return {"team_id": team_id, "public_key": b64u(team.recipient.public_key), "sealed": b64u(sealed)}

    async def gives_wraps(self, directory: Directory) -> int:
        """Wrap every seed I have to every member who lacks it; return how many wraps were given."""
        wanted = await self.get("/wraps/wanted")
        wraps = []
        for one in wanted:
            member = next(member for member in directory.members if b64u(member.key.key_id) == one["member_key_id"])
            wraps.append(wrapped(wrap_team_seed(member.key, self.teams[unb64u(one["team_key_id"])], directory)))
        if wraps:
            await self.post("/wraps", wraps=wraps)
        return len(wraps)

    def unwraps(self, wraps: tuple[TeamWrap, ...]) -> None:
        """Open what the server keeps for me, as a browser does after signing in."""
        assert self.identity is not None
        for wrap in wraps:
            team = open_team_wrap(self.identity, wrap.to_json())
            self.teams[team.key_id] = team


def wrapped(wrap: TeamWrap) -> dict[str, str]:
    """A wrap as it goes over the wire."""
    value = wrap.to_json()
    return {name: value[name] for name in ("team_key_id", "member_key_id", "sealed")}


@dataclass(slots=True)
class Desk:
    """A deployment whose desk is open, and the machine that is never on line."""

    folder: Path
    settings: Settings
    database: Database
    parts: DeskParts
    server: TestServer
    first_code: str
    clock: list[int]
    waited: list[float]
    browsers: list[Browser]

    @property
    def directory(self) -> Directory:
        return self.parts.directory.now

    @property
    def root(self) -> SigningIdentity:
        return SigningIdentity.from_seed(self.seed("root"))

    def seed(self, name: str) -> bytes:
        return read_seed_file((self.folder / "offline" / f"{name}.seed").read_text())

    def browser(self) -> Browser:
        """A browser that was never here."""
        session = ClientSession(cookie_jar=CookieJar(unsafe=True))
        browser = Browser(session=session, origin=str(self.server.make_url("")).rstrip("/"))
        self.browsers.append(browser)
        return browser

    def passes(self, seconds: int) -> None:
        self.clock[0] += seconds

    async def administrator(self) -> Browser:
        """The first administrator, joined by the link that `init` wrote, and signed in."""
        browser = self.browser()
        assert (await browser.joins(self.first_code)).status == 200
        assert (await browser.signs_in("Administrator")).status == 200
        return browser

    async def newcomer(self, by: Browser, name: str, role: str = "officer", teams: tuple[str, ...] = ("national",)) -> Browser:
        """Somebody invited, joined and signed in; nobody has compared anything yet."""
        invited = await by.post("/invitations", name=name, role=role, team_ids=list(teams), language="en")
        browser = self.browser()
        assert (await browser.joins(invited["code"])).status == 200
        assert (await browser.signs_in(name)).status == 200
        return browser

    async def compared(self, by: Browser, newcomer: Browser) -> None:
        """What two people do on the telephone: one reads the fingerprint, the other looks."""
        told = {one["officer_id"]: one for one in await by.get("/admissions")}[b64u(newcomer.officer_id)]
        assert newcomer.identity is not None
        assert told["key_id"] == b64u(newcomer.identity.key_id)
        await by.post("/admissions/compare", officer_id=told["officer_id"], key_id=told["key_id"], signer_id=told["signer_id"])

    async def member(self, admin: Browser, name: str, role: str = "officer", teams: tuple[str, ...] = ("national",)) -> Browser:
        """Somebody who stands in the directory in force."""
        browser = await self.newcomer(admin, name, role, teams)
        await self.compared(admin, browser)
        await self.renews(admin)
        return browser

    async def renews(self, admin: Browser) -> list[str]:
        """Fetch the draft, carry it to the root, sign it, carry it back; give the codes of what changed."""
        self.passes(60)
        drafted = await admin.get("/directory/draft")
        await admin.post("/directory", **self.sign(drafted["document"]))
        return [change["code"] for change in drafted["changes"]]

    def sign(self, document: str) -> dict[str, str]:
        """What `python -m bot directory sign` does with the file."""
        signed: dict[str, str] = json.loads(signed_text(sign(read_unsigned(document.encode()), self.root)))
        return signed

    def verified(self, document: str) -> Directory:
        signed = self.sign(document)
        return verify_directory(unb64u(signed["document"]), unb64u(signed["signature"]), self.root.verifier.public_key)

    async def wraps_of(self, member: Browser) -> tuple[TeamWrap, ...]:
        """What the server keeps for a member's key."""
        assert member.identity is not None
        key_id = member.identity.key_id
        return await self.database.read(lambda tx: tx.team_wraps.of_member(key_id))


@asynccontextmanager
async def open_desk() -> AsyncIterator[Desk]:
    """A deployment as `init` makes it, served."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "deployment"
        link = await make_deployment(folder, demo=False, country="xk", now=START, rng=os.urandom)
        settings = read(folder / "amanet.env", {})
        keys = AtRestKeys(intake=settings.secret("intake_key"), desk=settings.secret("desk_key"))
        database = await Database.open(settings.database, keys=keys, rng=os.urandom)
        clock, waited, browsers = [START], [], []
        parts = await _parts(settings, database, clock, waited)
        app = web.Application(client_max_size=1024 * 1024)
        add_desk(app, parts)
        server = TestServer(app)
        await server.start_server()
        try:
            yield Desk(
                folder=folder,
                settings=settings,
                database=database,
                parts=parts,
                server=server,
                first_code=link.partition("#join=")[2],
                clock=clock,
                waited=waited,
                browsers=browsers,
            )
        finally:
            for browser in browsers:
                await browser.session.close()
            await server.close()
            await database.close()


async def _parts(settings: Settings, database: Database, clock: list[int], waited: list[float]) -> DeskParts:
    root, desk_key = settings.secret("root_public_key"), settings.secret("desk_key")
    directory = DirectoryInForce(root)
    await database.read(directory.follow)

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    async def no_telegram(_officer_id: bytes) -> bool:
        return False

    return DeskParts(
        database=database,
        directory=directory,
        policies=Policies.load(),
        blobs=BlobStore(settings.data_dir / "blobs"),
        catalogue=Catalogue.load(),
        places=Municipalities.load("xk"),
        helplines=Helplines.load("xk"),
        own=own_keys(settings),
        root_public_key=root,
        origin="http://127.0.0.1",
        second_factor=False,
        name_lookup=partial(name_lookup, desk_key),
        unknown_salt=partial(unknown_login_salt, desk_key),
        clock=lambda: clock[0],
        rng=os.urandom,
        ring=lambda: None,
        events=Events(database, directory, lambda: clock[0]),
        test_telegram=no_telegram,
        assets=None,
        guesses=Guesses(os.urandom(32)),
        pause=pause,
    )
