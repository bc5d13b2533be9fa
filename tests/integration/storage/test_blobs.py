"""Attachments: files written whole or not at all, rows that name them, orphans taken away."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.blob_store import BlobStore
from storage.database import Database
from storage.errors import AlreadyThere, BlobMissing
from storage.orphans import purge_orphans

BLOB = b"b" * 16
OTHER = b"o" * 16


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


async def pieces(*parts: bytes, broken: bool = False) -> AsyncIterator[bytes]:
    for part in parts:
        yield part
    if broken:
        raise ConnectionError("the source broke off")


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "blobs").rglob("*") if path.is_file())


async def test_a_file_comes_back_byte_for_byte(store: BlobStore, tmp_path: Path) -> None:
    parts = [os.urandom(65552), os.urandom(65552), os.urandom(17)]
    assert await store.write(BLOB, pieces(*parts)) == 131121
    assert b"".join(parts) == b"".join([piece async for piece in store.read(BLOB)])
    assert [BLOB.hex()] == files(tmp_path)
    assert (tmp_path / "blobs" / "62" / BLOB.hex()).stat().st_mode & 0o777 == 0o600


async def test_a_source_that_breaks_off_leaves_nothing(store: BlobStore, tmp_path: Path) -> None:
    with pytest.raises(ConnectionError):
        await store.write(BLOB, pieces(b"half", broken=True))
    assert files(tmp_path) == []
    assert await store.write(BLOB, pieces(b"whole")) == 5


async def test_nothing_is_overwritten(store: BlobStore) -> None:
    await store.write(BLOB, pieces(b"first"))
    with pytest.raises(AlreadyThere):
        await store.write(BLOB, pieces(b"second"))
    assert [piece async for piece in store.read(BLOB)] == [b"first"]


async def test_two_writers_of_one_id_do_not_mix(store: BlobStore, tmp_path: Path) -> None:
    async def intruding() -> AsyncIterator[bytes]:
        yield b"first"
        with pytest.raises(AlreadyThere):
            await store.write(BLOB, pieces(b"second"))

    assert await store.write(BLOB, intruding()) == 5
    assert [piece async for piece in store.read(BLOB)] == [b"first"]
    assert [BLOB.hex()] == files(tmp_path)


async def test_a_missing_file_is_told(store: BlobStore) -> None:
    with pytest.raises(BlobMissing):
        [piece async for piece in store.read(BLOB)]
    await store.delete([BLOB])


async def test_an_attachment_waits_for_its_case(database: Database, world, now: int) -> None:
    case_id = await database.transact(world.case)
    await database.transact(lambda tx: tx.blobs.add(BLOB, 4124, now))
    with pytest.raises(AlreadyThere):
        await database.transact(lambda tx: tx.blobs.add(BLOB, 4124, now))
    assert await database.read(lambda tx: tx.blobs.of_case(case_id)) == ()
    assert await database.transact(lambda tx: tx.blobs.attach([BLOB], case_id)) == 1
    assert await database.transact(lambda tx: tx.blobs.attach([BLOB], b"?" * 16)) == 0
    assert await database.transact(lambda tx: tx.blobs.attach([], case_id)) == 0
    assert [(one.blob_id, one.size) for one in await database.read(lambda tx: tx.blobs.of_case(case_id))] == [(BLOB, 4124)]
    await database.transact(lambda tx: tx.blobs.delete([BLOB]))
    await database.transact(lambda tx: tx.blobs.delete([]))
    assert await database.read(lambda tx: tx.blobs.of_case(case_id)) == ()


async def test_orphans_go_and_what_belongs_to_a_case_stays(
    database: Database, store: BlobStore, tmp_path: Path, world, now: int
) -> None:
    case_id = await database.transact(world.case)
    stray, young, lost = b"s" * 16, b"y" * 16, b"l" * 16
    for blob_id in (BLOB, stray, young, lost):
        await store.write(blob_id, pieces(b"ciphertext"))

    def work(tx):
        tx.blobs.add(BLOB, 10, now - 1000, case_id)
        tx.blobs.add(stray, 10, now - 1000)
        tx.blobs.add(young, 10, now)

    await database.transact(work)
    partial = tmp_path / "blobs" / "62" / f"{OTHER.hex()}.partial"
    partial.write_bytes(b"half")
    for path in (tmp_path / "blobs").rglob("*"):
        os.utime(path, (now - 1000, now - 1000))
    fresh = b"f" * 16
    await store.write(fresh, pieces(b"its row is about to come"))
    os.utime(tmp_path / "blobs" / "66" / fresh.hex(), (now, now))

    assert await purge_orphans(database, store, rows_before=now - 500, files_before=now - 500) == 2
    assert sorted(one.hex() for one in (BLOB, young, fresh)) == files(tmp_path)
