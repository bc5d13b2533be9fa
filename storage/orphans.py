"""Takes away attachments that belong to nothing: rows no case took, and files no row names."""

from collections.abc import Callable

from storage.blob_store import BlobStore
from storage.database import Database
from storage.transaction import Transaction

BATCH = 500  # ids asked about in one statement: well under SQLite's limit of parameters


async def purge_orphans(database: Database, store: BlobStore, *, rows_before: int, files_before: int) -> int:
    """Delete attachments that no case took before `rows_before`, and files older than `files_before` without a row.

    A file is written before its row, so `files_before` leaves the time that an upload may take. Returns how many went.
    """
    gone = 0
    while stray := await database.transact(_forget_stray(rows_before)):
        await store.delete(stray)
        gone += len(stray)
    files = await store.older_than(files_before)
    for start in range(0, len(files), BATCH):
        lost = await database.read(_without_row(files[start : start + BATCH]))
        await store.delete(lost)
        gone += len(lost)
    return gone


def _forget_stray(before: int) -> Callable[[Transaction], tuple[bytes, ...]]:
    def work(tx: Transaction) -> tuple[bytes, ...]:
        stray = tx.blobs.stray(before, BATCH)
        tx.blobs.delete(stray)
        return stray

    return work


def _without_row(blob_ids: tuple[bytes, ...]) -> Callable[[Transaction], tuple[bytes, ...]]:
    def work(tx: Transaction) -> tuple[bytes, ...]:
        known = tx.blobs.known(blob_ids)
        return tuple(blob_id for blob_id in blob_ids if blob_id not in known)

    return work
