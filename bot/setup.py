"""What `init` makes: a deployment folder with fresh secrets, a migrated database and a signed directory of keys.

Laws. Nothing that exists is overwritten. Secrets are files of mode 0600 in folders of mode 0700. The root's and recovery's seeds are
written once, to `offline/`, and nowhere else; the operator takes them off the machine. The national team's seed is there too, until
its first member has it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from bot.demo_people import DemoStaff, draw_staff, settle_staff
from bot.secret_files import write_secret
from bot.settings import ZONES
from handlers.directory_in_force import NATIONAL
from handlers.officer.invitations import FIRST_LIFETIME, Invited, Newcomer, invite, new_officer_id
from locales.municipalities import Municipalities
from sealing.at_rest import name_lookup
from sealing.directory import Directory, Signer, Team
from sealing.encoding import b64u, time_text
from sealing.identity import Identity, SigningIdentity, seed_file
from sealing.signed_directory import sign_directory
from storage.database import Database
from storage.directories import StoredDirectory
from storage.encrypted import AtRestKeys
from storage.migrations import migrate
from storage.transaction import Transaction

YEAR: Final = 366 * 24 * 3600
"""Seconds that the first directory is valid; `check` warns long before."""
FIRST_NAME: Final = "Administrator"
"""The name under which the first administrator signs in."""
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


async def make_deployment(
    folder: Path, *, demo: bool, country: str, now: int, rng: Rng, database_url: str = "", public_url: str = "", address: str = ""
) -> str:
    """Make a deployment in `folder`; with `demo` also people, an officer on duty for every area. No URL: SQLite in the folder.

    Give the one-time link of the first administrator, below the public URL, or below `address` where none is given; it is written beside
    the settings too.
    """
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
    staff = draw_staff(rng) if demo else None
    # The demo's national team covers every area: one wrap file opens every report.
    areas = Municipalities.load(country).codes() if demo else ()
    directory = _directory(keys, areas, staff, now, rng)
    signed = sign_directory(directory, keys.root)
    url = database_url or f"sqlite:///{folder / 'data' / 'amanet.db'}"
    await migrate(url)
    database = await Database.open(url, keys=AtRestKeys(intake=keys.intake_key, desk=keys.desk_key), rng=rng)
    try:
        stored = StoredDirectory(serial=directory.serial, document=signed.document, signature=signed.signature, installed_at=now)
        await database.transact(lambda tx: tx.directory.install(stored))
        if staff is not None:
            await settle_staff(folder / "demo", database, directory, keys.national, keys.desk_key, staff, now, rng)
        invited = await database.transact(lambda tx: _invite_administrator(tx, keys, now, rng))
    finally:
        await database.close()
    _write_offline(folder / "offline", keys)
    settings = _settings(keys, country, database_url, public_url) | ({"SECOND_FACTOR": "off"} if demo else {})
    write_secret(folder / "amanet.env", _written(settings))
    for zone, others in (("intake", ZONES["desk"]), ("desk", ZONES["intake"])):
        write_secret(folder / f"{zone}.env", _written({name: settings[name] for name in settings if name.lower() not in others}))
    write_secret(folder / "first-administrator.txt", (public_url or address) + invited.link + "\n")
    return (public_url or address) + invited.link


def _invite_administrator(tx: Transaction, keys: _Keys, now: int, rng: Rng) -> Invited:
    """Let one person in who invites the others. They make keys like everybody, open nothing, and stand in no directory."""
    newcomer = Newcomer(officer_id=new_officer_id(rng), name=FIRST_NAME, role="administrator", team_ids=(), language="en")
    invited = invite(tx, newcomer, partial(name_lookup, keys.desk_key), by=None, now=now, rng=rng, lifetime=FIRST_LIFETIME)
    tx.audit.add(None, "invited", now, about={"officer": b64u(invited.officer_id), "role": "administrator"})
    return invited


def _directory(keys: _Keys, areas: tuple[str, ...], staff: DemoStaff | None, now: int, rng: Rng) -> Directory:
    readers = [one for one in staff.people if one.team_ids] if staff else []
    national = Team(team_id=NATIONAL, name="National team", areas=areas, key=keys.national.recipient)
    return Directory(
        serial=1,
        issued_at=time_text(now),
        expires_at=time_text(now + YEAR),
        teams=(national, *((staff.second_team,) if staff else ())),
        recovery=keys.recovery.recipient,
        relay=keys.relay.recipient,
        receipt_salt=rng(32),
        members=tuple(one.member for one in readers),
        signers=(Signer(verifier=keys.intake_signer.verifier, role="intake"), *(one.listed_signer for one in readers)),
    )


def _write_offline(folder: Path, keys: _Keys) -> None:
    write_secret(folder / "root.seed", seed_file(keys.root.seed))
    write_secret(folder / "root.pub", b64u(keys.root.verifier.public_key) + "\n")
    write_secret(folder / "recovery.seed", seed_file(keys.recovery.seed))
    write_secret(folder / "national.seed", seed_file(keys.national.seed))


def _settings(keys: _Keys, country: str, database_url: str, public_url: str) -> dict[str, str]:
    """What the settings files say; `intake.env` and `desk.env` hold one trust zone each, for two processes."""
    return {
        "DATA_DIR": "data",
        "DATABASE_URL": database_url,
        "PUBLIC_URL": public_url,
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
