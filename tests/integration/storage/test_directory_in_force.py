"""Which directory a process seals to: the newest that the root has signed, whatever else lies in the table."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from handlers.directory_in_force import NATIONAL, DirectoryInForce, DirectoryMissing
from sealing.directory import Directory
from sealing.identity import Identity, SigningIdentity
from sealing.signed_directory import sign_directory, verify_directory
from storage.database import Database
from storage.directories import StoredDirectory
from tests.vectors import known

STRANGER = SigningIdentity.from_seed(b"x" * 32)


def _directory(serial: int) -> Directory:
    signed = known.signed_directory()
    base = verify_directory(signed.document, signed.signature, known.root_public_key())
    national = replace(base.teams[0], team_id=NATIONAL, key=Identity.from_seed(b"n" * 32).recipient)
    return replace(base, serial=serial, teams=(*base.teams, national))


def _stored(serial: int, root: SigningIdentity | None = None) -> StoredDirectory:
    signed = sign_directory(_directory(serial), root or known.signer("root"))
    return StoredDirectory(serial=serial, document=signed.document, signature=signed.signature, installed_at=1)


async def _install(database: Database, *stored: StoredDirectory) -> None:
    for one in stored:
        await database.transact(lambda tx, one=one: tx.directory.install(one))


async def test_without_a_directory_there_is_none_in_force(database: Database) -> None:
    directory = DirectoryInForce(known.root_public_key())
    await database.read(directory.follow)
    with pytest.raises(DirectoryMissing):
        assert directory.now


async def test_a_process_that_starts_takes_the_newest_that_verifies_and_tells_of_the_other_once(database: Database) -> None:
    await _install(database, _stored(8), _stored(9), _stored(10, STRANGER))
    directory = DirectoryInForce(known.root_public_key())
    with capture_logs() as logs:
        await database.read(directory.follow)
        await database.read(directory.follow)
    assert directory.now.serial == 9
    assert [(line["event"], line["serial"]) for line in logs] == [("directory_refused", 10)]


async def test_a_newer_one_is_followed_and_a_refused_one_hides_none(database: Database) -> None:
    await _install(database, _stored(8))
    directory = DirectoryInForce(known.root_public_key())
    await database.read(directory.follow)
    await _install(database, _stored(9), _stored(10, STRANGER))
    await database.read(directory.follow)
    assert directory.now.serial == 9
    await _install(database, _stored(11))
    await database.read(directory.follow)
    assert directory.now.serial == 11
