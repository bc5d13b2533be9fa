"""Everything of the story that the desk process must not know, taken from where it may be known: paper, the machine off line, browsers.

Officers' seeds live in their browsers only. Here they are opened once more from the slots that the server keeps, with the words on paper.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bot.settings import read
from sealing.at_rest import name_lookup
from sealing.case import TeamWrap
from sealing.encoding import unb64u
from sealing.identity import Identity, read_seed_file
from sealing.open import open_case
from sealing.open.steps import open_team_wrap, unwrap
from sealing.slots import PassphraseSlot
from storage.database import Database
from storage.encrypted import AtRestKeys
from tests.attacks.scanner import Mark
from tests.pages.story_people import Colleague
from tests.pages.story_place import Place

INTAKES_OWN = ("intake_key", "relay_key", "receipt_pepper", "intake_signing_key")
OFF_LINE = ("root", "recovery", "national")


async def secrets(place: Place, people: Iterable[Colleague], designation: str) -> list[Mark]:
    """Seeds, what stretched passphrases became, passphrases and recovery codes, and the secrets of intake."""
    settings = read(place.server / "amanet.env", {})
    marks: list[Mark] = [_seed(place.away / f"{name}.seed") for name in OFF_LINE]
    marks += [settings.secret(name) for name in INTAKES_OWN]
    marks.append(await case_seed(place, designation))
    keys = AtRestKeys(intake=settings.secret("intake_key"), desk=settings.secret("desk_key"))
    database = await Database.open(settings.database, keys=keys, rng=os.urandom)
    try:
        for person in people:
            marks += [person.words, person.recovery, person.recovery.replace(" ", "").replace("-", "")]
            marks += await _of_officer(database, name_lookup(settings.secret("desk_key"), person.name), person.words)
    finally:
        await database.close()
    return marks


async def _of_officer(database: Database, lookup: bytes, words: str) -> list[Mark]:
    own, wraps, opened_with = await _of_slots(database, lookup, words)
    return [*opened_with, *(open_team_wrap(own, wrap.to_json()).seed for wrap in wraps)]


async def _of_slots(database: Database, lookup: bytes, words: str) -> tuple[Identity, tuple[TeamWrap, ...], list[bytes]]:
    """Who signs in so, what is wrapped to them, and the secrets on the way there."""
    officer_id = await database.read(lambda tx: tx.logins.by_name(lookup))
    assert officer_id is not None
    kept = await database.read(lambda tx: tx.logins.get(officer_id, "passphrase"))
    assert kept is not None
    slot = PassphraseSlot.from_json(kept.slot)
    stretched = slot.stretch(words)
    seeds = slot.open(officer_id, stretched)
    own = Identity.from_seed(seeds.identity)
    wraps = await database.read(lambda tx: tx.team_wraps.of_member(own.key_id))
    return own, wraps, [stretched.key, seeds.identity, seeds.signing]


async def kept_by(place: Place, person: Colleague) -> tuple[Identity, ...]:
    """The keys of their teams, as they have them in their own browser and may keep."""
    settings = read(place.server / "amanet.env", {})
    keys = AtRestKeys(intake=settings.secret("intake_key"), desk=settings.secret("desk_key"))
    database = await Database.open(settings.database, keys=keys, rng=os.urandom)
    try:
        own, wraps, _ = await _of_slots(database, name_lookup(settings.secret("desk_key"), person.name), person.words)
    finally:
        await database.close()
    return tuple(open_team_wrap(own, wrap.to_json()) for wrap in wraps)


async def exported(place: Place, designation: str) -> dict[str, Any]:
    """A case as the server holds it."""
    file: dict[str, Any] = json.loads(await place.operator("case", "export", designation))
    return file


async def case_seed(place: Place, designation: str) -> bytes:
    """The seed of a case, opened with the recovery key."""
    file = await exported(place, designation)
    recovery = Identity.from_seed(_seed(place.away / "recovery.seed"))
    sealed = next(one["sealed"] for one in file["wraps"] if unb64u(one["key_id"]) == recovery.key_id)
    return unwrap(recovery, unb64u(file["case_id"]), unb64u(sealed)).seed


async def opened(place: Place, designation: str) -> dict[str, Any]:
    """A case as whoever has the recovery key reads it."""
    report: dict[str, Any] = open_case(
        json.dumps(await exported(place, designation)).encode(),
        identity_seed=_seed(place.away / "recovery.seed"),
        root_public_key=unb64u((place.away / "root.pub").read_text().strip()),
    )
    return report


def _seed(file: Path) -> bytes:
    return read_seed_file(file.read_text())
