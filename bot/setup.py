"""What `init` makes: a deployment folder with fresh secrets, a migrated database and a signed directory of keys.

Laws. Nothing that exists is overwritten. Secrets are files of mode 0600 in folders of mode 0700. The root's and recovery's seeds are
written once, to `offline/`, and nowhere else; the operator takes them off the machine. The national team's seed is there too, until
its first member has it.
"""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot import passphrases
from bot.settings import ZONES
from handlers.directory_in_force import NATIONAL
from handlers.officer.link_codes import make_link_code
from locales.municipalities import Municipalities
from sealing.case import wrap_team_seed
from sealing.directory import Directory, Member, Signer, Team
from sealing.encoding import b64u, time_text
from sealing.identity import Identity, SigningIdentity, seed_file
from sealing.signed_directory import sign_directory
from sealing.slots import OfficerSeeds, PassphraseSlot
from storage.database import Database
from storage.directories import StoredDirectory
from storage.encrypted import AtRestKeys
from storage.migrations import migrate
from storage.officers import NewOfficer
from storage.transaction import Transaction

YEAR: Final = 366 * 24 * 3600
"""Seconds that the first directory is valid; `check` warns long before."""
Rng = Callable[[int], bytes]


class AlreadyMade(Exception):
    """There is a deployment in this folder already, and nothing of it was touched; choose another folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Keys:
    """Everything drawn for a deployment; lives only while `init` runs."""

    root: SigningIdentity
    recovery: Identity
    relay: Identity
    national: Identity
    intake_signer: SigningIdentity
    intake_key: bytes
    desk_key: bytes
    receipt_pepper: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _DemoOfficer:
    """The officer of a demo deployment."""

    officer_id: bytes
    identity: Identity
    signer: SigningIdentity


async def make_deployment(folder: Path, *, demo: bool, country: str, now: int, rng: Rng, database_url: str = "") -> None:
    """Make a deployment in `folder`; with `demo` also an officer who is on duty for every area. No URL: SQLite in the folder."""
    if (folder / "amanet.env").exists() or (folder / "offline").exists():
        raise AlreadyMade
    for one in (folder, folder / "data", folder / "offline", *((folder / "demo",) if demo else ())):
        one.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = _Keys(
        root=SigningIdentity.generate(rng),
        recovery=Identity.generate(rng),
        relay=Identity.generate(rng),
        national=Identity.generate(rng),
        intake_signer=SigningIdentity.generate(rng),
        intake_key=rng(32),
        desk_key=rng(32),
        receipt_pepper=rng(32),
    )
    officer = (
        _DemoOfficer(officer_id=rng(16), identity=Identity.generate(rng), signer=SigningIdentity.generate(rng)) if demo else None
    )
    # The demo's one team is the national one, and it covers every area: one wrap file opens every report.
    areas = Municipalities.load(country).codes() if demo else ()
    directory = _directory(keys, areas, officer, now, rng)
    signed = sign_directory(directory, keys.root)
    url = database_url or f"sqlite:///{folder / 'data' / 'amanet.db'}"
    await migrate(url)
    database = await Database.open(url, keys=AtRestKeys(intake=keys.intake_key, desk=keys.desk_key), rng=rng)
    try:
        stored = StoredDirectory(serial=directory.serial, document=signed.document, signature=signed.signature, installed_at=now)
        await database.transact(lambda tx: tx.directory.install(stored))
        if officer is not None:
            await _make_demo(folder / "demo", database, directory, keys, officer, now, rng)
    finally:
        await database.close()
    _write_offline(folder / "offline", keys)
    settings = _settings(keys, country, database_url)
    _write_secret(folder / "amanet.env", _written(settings))
    for zone, others in (("intake", ZONES["desk"]), ("desk", ZONES["intake"])):
        _write_secret(folder / f"{zone}.env", _written({name: settings[name] for name in settings if name.lower() not in others}))


def _directory(keys: _Keys, areas: tuple[str, ...], officer: _DemoOfficer | None, now: int, rng: Rng) -> Directory:
    signers = [Signer(verifier=keys.intake_signer.verifier, role="intake")]
    members: tuple[Member, ...] = ()
    if officer is not None:
        signers.append(Signer(verifier=officer.signer.verifier, role="officer", team_ids=(NATIONAL,)))
        members = (
            Member(
                officer_id=officer.officer_id,
                key=officer.identity.recipient,
                signer_id=officer.signer.signer_id,
                team_ids=(NATIONAL,),
            ),
        )
    return Directory(
        serial=1,
        issued_at=time_text(now),
        expires_at=time_text(now + YEAR),
        teams=(Team(team_id=NATIONAL, name="National team", areas=areas, key=keys.national.recipient),),
        recovery=keys.recovery.recipient,
        relay=keys.relay.recipient,
        receipt_salt=rng(32),
        members=members,
        signers=tuple(signers),
    )


async def _make_demo(
    folder: Path, database: Database, directory: Directory, keys: _Keys, officer: _DemoOfficer, now: int, rng: Rng
) -> None:
    """Put the demo officer on duty and write what opens the demo's reports."""
    code = await database.transact(lambda tx: _enlist(tx, officer, now, rng))
    passphrase = passphrases.make(rng)
    seeds = OfficerSeeds(identity=officer.identity.seed, signing=officer.signer.seed)
    slot = PassphraseSlot.seal(officer.officer_id, seeds, passphrase, rng)
    wrap = wrap_team_seed(officer.identity.recipient, keys.national, directory)
    _write_secret(folder / "officer.seed", seed_file(officer.identity.seed))
    _write_secret(folder / "officer-slot.json", json.dumps(slot.to_json(), indent=1) + "\n")
    _write_secret(folder / "team-wrap.json", json.dumps(wrap.to_json(), indent=1) + "\n")
    _write_secret(folder / "passphrase.txt", passphrase + "\n")
    _write_secret(folder / "officer-link.txt", code + "\n")


def _enlist(tx: Transaction, officer: _DemoOfficer, now: int, rng: Rng) -> str:
    tx.officers.add(
        NewOfficer(officer_id=officer.officer_id, team_ids=(NATIONAL,), language="en", role="officer", name="Demo officer")
    )
    for kind in ("duty", "supervisor"):
        tx.duties.begin(NATIONAL, officer.officer_id, kind)
    return make_link_code(tx, officer.officer_id, now, rng)


def _write_offline(folder: Path, keys: _Keys) -> None:
    _write_secret(folder / "root.seed", seed_file(keys.root.seed))
    _write_secret(folder / "root.pub", b64u(keys.root.verifier.public_key) + "\n")
    _write_secret(folder / "recovery.seed", seed_file(keys.recovery.seed))
    _write_secret(folder / "national.seed", seed_file(keys.national.seed))


def _settings(keys: _Keys, country: str, database_url: str) -> dict[str, str]:
    """What the settings files say; `intake.env` and `desk.env` hold one trust zone each, for two processes."""
    return {
        "DATA_DIR": "data",
        "DATABASE_URL": database_url,
        "COUNTRY": country,
        "INTAKE_KEY": b64u(keys.intake_key),
        "RELAY_KEY": b64u(keys.relay.seed),
        "RECEIPT_PEPPER": b64u(keys.receipt_pepper),
        "INTAKE_SIGNING_KEY": b64u(keys.intake_signer.seed),
        "DESK_KEY": b64u(keys.desk_key),
        "ROOT_PUBLIC_KEY": b64u(keys.root.verifier.public_key),
        "REPORTER_TOKEN": "",
        "OFFICER_TOKEN": "",
    }


def _written(settings: dict[str, str]) -> str:
    lines = [f"AMANET_{name}={value}" for name, value in settings.items()]
    return "# Made by `init`. Every setting is explained in .env.example. Keep this file secret.\n" + "\n".join(lines) + "\n"


def _write_secret(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
