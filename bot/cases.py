"""`case list` and `case export`: what the server holds, readable by nobody here."""

import json
from contextlib import suppress
from os import urandom
from typing import Any

from bot.deployment import opened
from bot.failures import Failed
from bot.settings import Settings
from handlers.officer.moves import ended
from sealing.encoding import time_text
from sealing.files import write_case
from sealing.signed_directory import SignedDirectory
from storage.blob_store import BlobStore
from storage.case_values import CaseRow
from storage.errors import BlobMissing
from storage.transaction import Transaction

PAGE = 500


async def list_cases(settings: Settings, *, as_json: bool) -> str:
    """List every case by its plain columns, in the order of the queue."""
    async with opened(settings) as database:
        rows = [_plain(row) for row in await database.read(_all)]
    if as_json:
        return json.dumps(rows, ensure_ascii=False, indent=1)
    if not rows:
        return "There are no cases."
    heads = list(rows[0])
    table = [heads, *([str(row[head] if row[head] is not None else "-") for head in heads] for row in rows)]
    widths = [max(len(line[at]) for line in table) for at in range(len(heads))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in table)


async def export_case(settings: Settings, designation: str) -> str:
    """Give the file of a case (SEALING.md section 9), with the directory that is in force."""
    async with opened(settings) as database:
        found = await database.read(lambda tx: _parts(tx, designation))
    if found is None:
        raise Failed("there is no case with this designation; `case list` shows them")
    store = BlobStore(settings.data_dir / "blobs")
    blobs = []
    for blob_id in found.pop("blob_ids"):
        with suppress(BlobMissing):  # who opens the file is told that it is missing
            blobs.append((blob_id, b"".join([piece async for piece in store.read(blob_id)])))
    return json.dumps(write_case(blobs=blobs, **found))


async def close_case(settings: Settings, designation: str, now: int) -> str:
    """Close a case for good; new words of its reporter open it again."""

    def close(tx: Transaction) -> bool:
        row = tx.cases.by_designation(designation)
        if row is None:
            raise Failed("there is no case with this designation; `case list` shows them")
        if not tx.cases.close(row.case_id, now):
            return False
        tx.cases.mark_read(row.case_id, row.entries - 1)  # whoever closes it answers for having read it
        ended(tx, row.case_id, by=row.taken_by, now=now, rng=urandom)
        return True

    async with opened(settings) as database:
        closed = await database.transact(close)
    return "Closed." if closed else "It was closed before."


def _all(tx: Transaction) -> list[CaseRow]:
    rows: list[CaseRow] = []
    while page := tx.cases.list_plain(limit=PAGE, after=rows[-1] if rows else None):
        rows += page
    return rows


def _plain(row: CaseRow) -> dict[str, Any]:
    return {
        "designation": row.designation,
        "area": row.area,
        "urgency": row.urgency,
        "state": row.state,
        "language": row.language,
        "channel": row.channel,
        "opened_hour": time_text(row.opened_hour),
        "entries": row.entries,
    }


def _parts(tx: Transaction, designation: str) -> dict[str, Any] | None:
    row, directory = tx.cases.by_designation(designation), tx.directory.current()
    if row is None or directory is None:
        return None
    head = tx.cases.head(row.case_id)
    return {
        "case_id": row.case_id,
        "public_key": head.public_key,
        "wraps": tx.cases.wraps(row.case_id),
        "entries": tx.cases.entries(row.case_id),
        "directory": SignedDirectory(document=directory.document, signature=directory.signature),
        "suite": head.suite,
        "blob_ids": [blob.blob_id for blob in tx.blobs.of_case(row.case_id)],
    }
