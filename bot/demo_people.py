"""The people of a demo deployment: an officer on duty everywhere, a supervisor, an administrator, and an officer of a second team to hand
cases to, each with a sign-in at the desk.

Laws. Their passphrases are made as everybody's are and stand, in clear, in the demo's folder: a demo keeps no secret of anybody. Every
report goes to the national team and to no other (decision 1): the second team names no area, and reads what it is let into.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bot import passphrases
from bot.secret_files import write_secret
from handlers.directory_in_force import NATIONAL
from handlers.officer.link_codes import make_link_code
from sealing.at_rest import name_lookup
from sealing.case import TeamWrap, wrap_team_seed
from sealing.directory import Directory, Member, Signer, Team
from sealing.identity import Identity, SigningIdentity, seed_file
from sealing.slots import OfficerSeeds, PassphraseKind, PassphraseSlot, make_recovery_code, stored_proof
from storage.database import Database
from storage.logins import SlotAndProof
from storage.officers import NewOfficer
from storage.transaction import Transaction

Rng = Callable[[int], bytes]
Role = Literal["officer", "supervisor", "administrator"]

SECOND: Final = "prizren"
SECOND_NAME: Final = "Prizren team"
STRETCHED_AT_ONCE: Final = 2
"""Passphrases; each takes 64 MiB and a core for half a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What one of them does; `sign_in` is what they type, `file` holds their words. An administrator is of no team."""

    role: Role
    team_id: str | None
    sign_in: str
    shown: str
    file: str


POSTS: Final = (
    Post(role="officer", team_id=NATIONAL, sign_in="demo", shown="Demo officer", file="passphrase.txt"),
    Post(
        role="supervisor",
        team_id=NATIONAL,
        sign_in="demo supervisor",
        shown="Demo supervisor",
        file="supervisor-passphrase.txt",
    ),
    Post(
        role="administrator",
        team_id=None,
        sign_in="demo administrator",
        shown="Demo administrator",
        file="administrator-passphrase.txt",
    ),
    Post(
        role="officer",
        team_id=SECOND,
        sign_in="demo prizren",
        shown="Demo officer in Prizren",
        file="prizren-passphrase.txt",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """One of them, with keys of their own."""

    post: Post
    officer_id: bytes
    identity: Identity
    signer: SigningIdentity

    @property
    def team_ids(self) -> tuple[str, ...]:
        """Their team."""
        return () if self.post.team_id is None else (self.post.team_id,)

    @property
    def member(self) -> Member:
        """How the directory knows them, to seal to."""
        return Member(
            officer_id=self.officer_id, key=self.identity.recipient, signer_id=self.signer.signer_id, team_ids=self.team_ids
        )

    @property
    def listed_signer(self) -> Signer:
        """How the directory knows them, to believe."""
        return Signer(verifier=self.signer.verifier, role="officer", team_ids=self.team_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStaff:
    """All of them, the officer on duty first, and the second team's key."""

    people: tuple[DemoPerson, ...]
    second: Identity

    @property
    def second_team(self) -> Team:
        """The second team as the directory lists it."""
        return Team(team_id=SECOND, name=SECOND_NAME, areas=(), key=self.second.recipient)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Login:
    """What one of them types, and what the desk keeps of it."""

    passphrase: str
    slot: PassphraseSlot
    kept: SlotAndProof


def draw_staff(rng: Rng) -> DemoStaff:
    """Draw their keys."""
    people = tuple(
        DemoPerson(post=post, officer_id=rng(16), identity=Identity.generate(rng), signer=SigningIdentity.generate(rng))
        for post in POSTS
    )
    return DemoStaff(people=people, second=Identity.generate(rng))


async def settle_staff(
    folder: Path,
    database: Database,
    directory: Directory,
    national: Identity,
    desk_key: bytes,
    staff: DemoStaff,
    now: int,
    rng: Rng,
) -> None:
    """Store their sign-ins, put officers on duty, and write down what opens the demo's reports."""
    officer, *others = staff.people
    recovery = make_recovery_code(rng)
    printed, *logins = _logins([(officer, "recovery", recovery), *((one, "passphrase", None) for one in staff.people)], rng)
    keys = {NATIONAL: national, SECOND: staff.second}
    wraps = [wrap_team_seed(one.identity.recipient, keys[team], directory) for one in staff.people for team in one.team_ids]

    def settle(tx: Transaction) -> str:
        for one, login in zip(staff.people, logins, strict=True):
            _enlist(tx, one, login.kept, printed.kept if one is officer else None, desk_key)
        tx.team_wraps.put(wraps, made_by=None, now=now)
        for kind in ("duty", "supervisor"):
            tx.duties.begin(NATIONAL, officer.officer_id, kind)
        for one in others:
            if one.team_ids == (SECOND,):
                tx.duties.begin(SECOND, one.officer_id, "duty")
        return make_link_code(tx, officer.officer_id, now, rng)

    code = await database.transact(settle)
    _write(folder, officer, logins[0], wraps[0])
    write_secret(folder / "recovery.txt", recovery + "\n")
    write_secret(folder / "officer-link.txt", code + "\n")
    for one, login in zip(staff.people, logins, strict=True):
        write_secret(folder / one.post.file, login.passphrase + "\n")


def sign_ins(folder: Path) -> str:
    """Who can sign in at the desk, and with which passphrase: a demo keeps no secret of anybody."""
    return "\n".join(f"{post.sign_in}: {(folder / post.file).read_text().strip()}" for post in POSTS)


def _enlist(
    tx: Transaction, person: DemoPerson, passphrase: SlotAndProof, recovery: SlotAndProof | None, desk_key: bytes
) -> None:
    tx.officers.add(
        NewOfficer(
            officer_id=person.officer_id,
            team_ids=person.team_ids,
            language="en",
            role=person.post.role,
            name=person.post.shown,
        )
    )
    tx.logins.put(person.officer_id, name_lookup(desk_key, person.post.sign_in), passphrase, recovery)


def _logins(wished: Sequence[tuple[DemoPerson, PassphraseKind, str | None]], rng: Rng) -> list[_Login]:
    """Make several at once; no passphrase: a new one is made."""
    given = [(person, kind, passphrase or passphrases.make(rng)) for person, kind, passphrase in wished]
    with ThreadPoolExecutor(STRETCHED_AT_ONCE) as stretching:
        return list(stretching.map(lambda one: _login(one[0], one[1], one[2], rng), given))


def _login(person: DemoPerson, kind: PassphraseKind, passphrase: str, rng: Rng) -> _Login:
    seeds = OfficerSeeds(identity=person.identity.seed, signing=person.signer.seed)
    slot, stretched = PassphraseSlot.seal_and_stretch(person.officer_id, seeds, passphrase, rng, kind)
    kept = SlotAndProof(slot=slot.to_json(), proof_hash=stored_proof(stretched.login_proof))
    return _Login(passphrase=passphrase, slot=slot, kept=kept)


def _write(folder: Path, officer: DemoPerson, login: _Login, wrap: TeamWrap) -> None:
    write_secret(folder / "officer.seed", seed_file(officer.identity.seed))
    write_secret(folder / "officer-slot.json", json.dumps(login.slot.to_json(), indent=1) + "\n")
    write_secret(folder / "team-wrap.json", json.dumps(wrap.to_json(), indent=1) + "\n")
