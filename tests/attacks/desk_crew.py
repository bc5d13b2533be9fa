"""An office whose people do whatever the desk offers: they join, sign in with both factors and seal, and the root signs off line."""

import json
import os
from base64 import b32encode
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pyotp
from aiohttp import ClientSession, CookieJar
from yarl import URL

from bot.directory import read_unsigned, sign
from bot.key_files import signed_text
from handlers.officer.desk.openapi import BASE
from handlers.officer.desk.sessions import COOKIE, begin
from sealing.at_rest import name_lookup
from sealing.encoding import b64u
from sealing.identity import Identity, SigningIdentity
from sealing.slots import stored_proof
from storage.desk_sessions import SessionState
from storage.logins import SlotAndProof
from storage.receipts import StoredReceipt
from storage.transaction import Transaction
from tests.attacks.desk_asking import Answer, Asked, got, judged, leaves
from tests.channels.desk.authenticator import Authenticator
from tests.channels.desk.entrance import a_slot
from tests.channels.desk_cases.office import DESK_KEY, TEAMS, Browser, Office, Report, open_office

STREAMED_FROM: Final = 2**20
"""Bytes above which the client wants a body as a file."""


@dataclass(kw_only=True)
class Person:
    """Somebody who works here, or is about to: what they know, and their browser."""

    name: str
    role: str
    officer_id: bytes
    proof: bytes
    keys: Browser
    authenticators: list[Authenticator] = field(default_factory=list)


@dataclass(kw_only=True)
class Crew:
    """The people of an office, the cases they work on, and everything that the desk ever told them."""

    office: Office
    reached: Counter[tuple[str, str, int]]
    people: list[Person] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    made: dict[bytes, Identity] = field(default_factory=dict)
    told: dict[str, list[Any]] = field(default_factory=dict)

    # Asking ---------------------------------------------------------------------------------------------------------------

    async def ask(self, who: Person, asked: Asked) -> Answer:
        """Send a request and judge its answer."""
        url = URL(f"{self.office.server.make_url(BASE)}{asked.path}", encoded=True).update_query(asked.query)
        sent = BytesIO(asked.raw) if len(asked.raw) > STREAMED_FROM else asked.raw
        async with who.keys.session.request(
            asked.method, url, data=sent, headers=dict(asked.headers), allow_redirects=False
        ) as response:
            raw = b"" if response.content_type == "text/event-stream" else await response.read()
            answer = judged(asked, response.status, response.content_type, raw)
        self.reached[asked.method, asked.route, answer.status] += 1
        self._keep(answer.value)
        if answer.status == 200 and asked.raw:
            self._keep(json.loads(asked.raw))  # what was taken once may come again
        return answer

    async def done(self, who: Person, asked: Asked) -> Any:
        """Do what must be possible here, and give what the desk said."""
        answer = await self.ask(who, asked)
        return answer.value if answer.status == 200 else None

    def _keep(self, value: Any) -> None:
        for name, one in leaves(value):
            known = self.told.setdefault(name, [])
            if one not in known:
                known.append(one)
                del known[:-30]

    # People ---------------------------------------------------------------------------------------------------------------

    async def hire(self, name: str, *teams: str, role: str = "officer", codes: bool = True) -> Person:
        """Add somebody who can sign in; an officer stands in the directory, an administrator does not."""
        keys = await self.office.officer(name, *teams, role=role, listed=role != "administrator", on_duty=bool(teams))
        proof, secret = os.urandom(32), os.urandom(20)
        slots = [
            SlotAndProof(slot=a_slot(kind, os.urandom(16)), proof_hash=stored_proof(one))
            for kind, one in (("passphrase", proof), ("recovery", os.urandom(32)))
        ]

        def work(tx: Transaction) -> None:
            tx.logins.put(keys.officer_id, name_lookup(DESK_KEY, name), *slots)
            if codes:
                tx.logins.confirm_totp(keys.officer_id, secret, 0)

        await self.office.database.transact(work)
        person = Person(
            name=name,
            role=role,
            officer_id=keys.officer_id,
            proof=proof,
            keys=keys,
        )
        self.people.append(person)
        return person

    async def stranger(self) -> None:
        """Somebody who never worked here, at a browser of their own."""
        session = await self.office.stack.enter_async_context(ClientSession(cookie_jar=CookieJar(unsafe=True)))
        signing = SigningIdentity.generate(os.urandom)
        keys = Browser(office=self.office, officer_id=os.urandom(16), signing=signing, teams=(), session=session)
        self.people.append(Person(name="Nobody", role="nobody", officer_id=keys.officer_id, proof=os.urandom(32), keys=keys))

    async def code(self, who: Person) -> str:
        """The one-time code that somebody's telephone shows now; of nobody's secret where there is none."""
        secret = await self.office.database.read(lambda tx: tx.logins.totp(who.officer_id))
        return pyotp.TOTP(b32encode(secret or bytes(20)).decode()).at(self.office.now)

    async def let_in(self, who: Person, state: SessionState = "full") -> None:
        """Sign somebody in who works here, without the way through the entrance; or half, as the proof alone does."""
        parts, now = self.office.parts, self.office.now
        token = await self.office.database.transact(lambda tx: begin(tx, parts, who.officer_id, state, now))
        who.keys.session.cookie_jar.clear()
        who.keys.session.cookie_jar.update_cookies({COOKIE: token}, self.office.server.make_url("/desk"))

    async def is_in(self, who: Person) -> bool:
        """Whether somebody works here and is signed in; who was signed out comes back."""
        if (await self.ask(who, got("/me"))).status == 200:
            return True
        officer = await self.office.database.read(lambda tx: tx.officers.get(who.officer_id))
        if officer is None or not officer.active:
            return False
        await self.let_in(who)
        return True

    # Cases ----------------------------------------------------------------------------------------------------------------

    async def report(self, *teams: str, urgency: str = "P1") -> Report:
        """A report comes in to these teams' present keys, with a chat and a receipt to answer by, and a file."""
        for team in self.office.parts.directory.now.teams:
            self.office.teams[team.team_id] = self.made.get(
                team.key.key_id, self.office.teams.get(team.team_id, self.office.recovery)
            )
        report = await self.office.report(*teams, urgency=urgency)
        blob_id, sealed = os.urandom(16), os.urandom(500)
        await self.office.parts.blobs.write(blob_id, _pieces(sealed))

        def work(tx: Transaction) -> None:
            tx.blobs.add(blob_id, len(sealed), self.office.now)
            tx.blobs.attach([blob_id], report.case_id)
            tx.return_addresses.put(report.case_id, b"somewhere")
            tx.receipts.add(
                StoredReceipt(
                    stored_lookup=os.urandom(16),
                    case_id=report.case_id,
                    mailbox_key=Identity.generate(os.urandom).recipient.public_key,
                    withdraw_hash=bytes(32),
                )
            )

        await self.office.database.transact(work)
        self.reports.append(report)
        self._keep({"case_id": b64u(report.case_id), "blob_id": b64u(blob_id)})
        return report

    async def erased(self) -> Report:
        """A case that was here once."""
        report = await self.report("prizren")
        await self.office.database.transact(lambda tx: tx.cases.erase(report.case_id))
        return report

    def teams_of(self, who: Person) -> tuple[str, ...]:
        """The teams that somebody is of, by the directory in force."""
        member = self.office.parts.directory.now.member(who.officer_id)
        return () if member is None else member.team_ids

    def sign_off_line(self, document: str) -> dict[str, str]:
        """What whoever holds the root does with a draft."""
        signed: dict[str, str] = json.loads(signed_text(sign(read_unsigned(document.encode()), self.office.root)))
        return signed


async def _pieces(sealed: bytes) -> AsyncIterator[bytes]:
    yield sealed


@asynccontextmanager
async def open_crew(folder: Path, reached: Counter[tuple[str, str, int]]) -> AsyncIterator[Crew]:
    """An office of three teams with everybody at their desks and cases of every kind."""

    async def pause(_seconds: float) -> None:
        return None

    async with open_office(folder, pause=pause) as office:
        crew = Crew(office=office, reached=reached)
        for name, role, teams in (
            ("Admin", "administrator", ()),
            ("Arta", "officer", ("prizren",)),
            ("Besa", "officer", ("prizren", "peje")),
            ("Nora", "supervisor", TEAMS),
            ("Sara", "supervisor", ("national",)),
        ):
            await crew.hire(name, *teams, role=role)
        await crew.hire("Enis", "peje", codes=False)
        await crew.stranger()
        for teams in (("prizren",), ("national",), ("national", "prizren"), ("peje",)):
            await crew.report(*teams)
        await crew.erased()
        yield crew
