"""The people of a demo deployment: an officer on duty everywhere, a supervisor, an administrator, each with a sign-in at the desk.

Laws. Their passphrases are made as everybody's are and stand, in clear, in the demo's folder: a demo keeps no secret of anybody.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bot import passphrases
from bot.secret_files import write_secret
from handlers.directory_in_force import NATIONAL
from handlers.officer.link_codes import make_link_code
from sealing.at_rest import name_lookup
from sealing.case import TeamWrap, wrap_team_seed
from sealing.directory import Directory, Member, Signer
from sealing.identity import Identity, SigningIdentity, seed_file
from sealing.slots import OfficerSeeds, PassphraseKind, PassphraseSlot, make_recovery_code, stored_proof
from storage.database import Database
from storage.logins import SlotAndProof
from storage.officers import NewOfficer
from storage.transaction import Transaction

Rng = Callable[[int], bytes]
Role = Literal["officer", "supervisor", "administrator"]

SIGN_IN_NAMES: Final[dict[Role, str]] = {
    "officer": "demo",
    "supervisor": "demo supervisor",
    "administrator": "demo administrator",
}
"""What each of them types to sign in."""
_SHOWN: Final[dict[Role, str]] = {
    "officer": "Demo officer",
    "supervisor": "Demo supervisor",
    "administrator": "Demo administrator",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """One of them, with keys of their own."""

    role: Role
    officer_id: bytes
    identity: Identity
    signer: SigningIdentity

    @property
    def team_ids(self) -> tuple[str, ...]:
        """The demo's one team; an administrator is of none."""
        return () if self.role == "administrator" else (NATIONAL,)

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
class _Login:
    """What one of them types, and what the desk keeps of it."""

    passphrase: str
    slot: PassphraseSlot
    kept: SlotAndProof


def draw_people(rng: Rng) -> tuple[DemoPerson, ...]:
    """Draw their keys."""
    return tuple(
        DemoPerson(role=role, officer_id=rng(16), identity=Identity.generate(rng), signer=SigningIdentity.generate(rng))
        for role in SIGN_IN_NAMES
    )


async def settle_people(
    folder: Path,
    database: Database,
    directory: Directory,
    national: Identity,
    desk_key: bytes,
    people: tuple[DemoPerson, ...],
    now: int,
    rng: Rng,
) -> None:
    """Store their sign-ins, put the officer on duty, and write down what opens the demo's reports."""
    officer = people[0]
    recovery = make_recovery_code(rng)
    logins = {one.role: _login(one, "passphrase", passphrases.make(rng), rng) for one in people}
    printed = _login(officer, "recovery", recovery, rng)
    wraps = [wrap_team_seed(one.identity.recipient, national, directory) for one in people if one.team_ids]

    def settle(tx: Transaction) -> str:
        for one in people:
            _enlist(tx, one, logins[one.role].kept, printed.kept if one is officer else None, desk_key)
        tx.team_wraps.put(wraps, made_by=None, now=now)
        for kind in ("duty", "supervisor"):
            tx.duties.begin(NATIONAL, officer.officer_id, kind)
        return make_link_code(tx, officer.officer_id, now, rng)

    code = await database.transact(settle)
    _write(folder, officer, logins["officer"], wraps[0])
    write_secret(folder / "recovery.txt", recovery + "\n")
    write_secret(folder / "officer-link.txt", code + "\n")
    for one in people[1:]:
        write_secret(folder / f"{one.role}-passphrase.txt", logins[one.role].passphrase + "\n")


def _enlist(
    tx: Transaction, person: DemoPerson, passphrase: SlotAndProof, recovery: SlotAndProof | None, desk_key: bytes
) -> None:
    tx.officers.add(
        NewOfficer(
            officer_id=person.officer_id, team_ids=person.team_ids, language="en", role=person.role, name=_SHOWN[person.role]
        )
    )
    tx.logins.put(person.officer_id, name_lookup(desk_key, SIGN_IN_NAMES[person.role]), passphrase, recovery)


def _login(person: DemoPerson, kind: PassphraseKind, passphrase: str, rng: Rng) -> _Login:
    seeds = OfficerSeeds(identity=person.identity.seed, signing=person.signer.seed)
    slot, stretched = PassphraseSlot.seal_and_stretch(person.officer_id, seeds, passphrase, rng, kind)
    kept = SlotAndProof(slot=slot.to_json(), proof_hash=stored_proof(stretched.login_proof))
    return _Login(passphrase=passphrase, slot=slot, kept=kept)


def _write(folder: Path, officer: DemoPerson, login: _Login, wrap: TeamWrap) -> None:
    write_secret(folder / "officer.seed", seed_file(officer.identity.seed))
    write_secret(folder / "officer-slot.json", json.dumps(login.slot.to_json(), indent=1) + "\n")
    write_secret(folder / "team-wrap.json", json.dumps(wrap.to_json(), indent=1) + "\n")
    write_secret(folder / "passphrase.txt", login.passphrase + "\n")
