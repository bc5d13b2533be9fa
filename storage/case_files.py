"""What lies inside a case: its entries, its wraps, and their erasing.

Laws (SEALING.md section 4). Entries are only ever appended, by compare-and-set on the head of the chain. Ids are refused
if seen before. Erasing an entry keeps `body_sha256`, so that the chain still holds; erasing a case takes its wraps, its
bodies, its receipt, its return address and its replies, and leaves the plain row.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from sealing.case import Wrap
from sealing.entry import SealedEntry
from storage.case_places import CasePlaces
from storage.case_values import CaseFacts, StoredHead, hour_of
from storage.desk_tables import snooze
from storage.errors import AlreadyThere, Conflict, NotThere
from storage.tables import blob, entry, receipt, reply, report_case, return_address, wrap

_OPEN = insert(report_case).on_conflict_do_nothing()
_KNOWN = sa.select(report_case.c.case_id).where(report_case.c.case_id == bindparam("case_id"))
_LOOK_HEAD = sa.select(
    report_case.c.suite, report_case.c.public_key, report_case.c.head_seq, report_case.c.head_hash, report_case.c.state
).where(report_case.c.case_id == bindparam("case_id"))
_LOCK_HEAD = _LOOK_HEAD.with_for_update()
_ADVANCE = (
    sa.update(report_case)
    .values(head_seq=bindparam("to_seq"), head_hash=bindparam("to_hash"))
    .where(report_case.c.case_id == bindparam("of_case"), report_case.c.head_seq == bindparam("of_seq"))
)
_APPEND = sa.insert(entry)
_ENTRIES = (
    sa.select(entry).where(entry.c.case_id == bindparam("case_id"), entry.c.seq >= bindparam("from_seq")).order_by(entry.c.seq)
)
_WRAPS = sa.select(wrap.c.key_id, wrap.c.sealed).where(wrap.c.case_id == bindparam("case_id")).order_by(wrap.c.key_id)
_ADD_WRAP = insert(wrap).on_conflict_do_nothing()
_REMOVE_WRAP = sa.delete(wrap).where(wrap.c.case_id == bindparam("of_case"), wrap.c.key_id == bindparam("of_key"))
_ERASE_ENTRY = (
    sa.update(entry).values(body=None).where(entry.c.case_id == bindparam("of_case"), entry.c.entry_id == bindparam("of_entry"))
)
_ERASE_BODIES = sa.update(entry).values(body=None).where(entry.c.case_id == bindparam("of_case"))
_MARK_ERASED = sa.update(report_case).values(erased=True, closed_hour=None).where(report_case.c.case_id == bindparam("of_case"))
_BLOBS = sa.select(blob.c.blob_id).where(blob.c.case_id == bindparam("case_id"))
_ERASE_WITH_CASE = tuple(
    sa.delete(table).where(table.c.case_id == bindparam("case_id"))
    for table in (wrap, receipt, return_address, reply, blob, snooze)
)


class CaseFiles(CasePlaces):
    """The sealed inside of cases."""

    __slots__ = ()

    def open(self, new: CaseFacts, wraps: Sequence[Wrap], entries: Sequence[SealedEntry]) -> None:
        """Open a case with its first entries (numbered from 0) and wraps; raise AlreadyThere for a taken id or designation."""
        _require_run(entries, first=0)
        row = {
            "case_id": new.case_id,
            "designation": new.designation,
            "area": new.area,
            "urgency": new.urgency,
            "state": "new",
            "language": new.language,
            "channel": new.channel,
            "opened_hour": hour_of(new.opened_at),
            "suite": new.suite,
            "public_key": new.public_key,
            "head_seq": entries[-1].seq,
            "head_hash": entries[-1].hash,
            "read_seq": -1,
            "erased": False,
        }
        if self._scope.change(_OPEN, row) != 1:
            known = self._scope.first(_KNOWN, {"case_id": new.case_id})
            raise AlreadyThere("case_id" if known is not None else "designation")
        for one in wraps:
            self.add_wrap(new.case_id, one)
        self._insert(new.case_id, entries)

    def head(self, case_id: bytes) -> StoredHead:
        """Return what the next entry is chained to; the case stays locked until the transaction ends (unless only reading)."""
        row = self._scope.first(_LOOK_HEAD if self._scope.reading else _LOCK_HEAD, {"case_id": case_id})
        if row is None:
            raise NotThere("case")
        return StoredHead(suite=row.suite, public_key=row.public_key, seq=row.head_seq + 1, hash=row.head_hash, state=row.state)

    def append(self, case_id: bytes, expected_seq: int, entries: Sequence[SealedEntry]) -> None:
        """Append entries of which the first takes number `expected_seq`; raise Conflict if that is not the next number."""
        _require_run(entries, first=expected_seq)
        moved = self._scope.change(
            _ADVANCE,
            {"of_case": case_id, "of_seq": expected_seq - 1, "to_seq": entries[-1].seq, "to_hash": entries[-1].hash},
        )
        if moved != 1:
            if self._scope.first(_KNOWN, {"case_id": case_id}) is None:
                raise NotThere("case")
            raise Conflict
        self._insert(case_id, entries)

    def entries(self, case_id: bytes, from_seq: int = 0) -> tuple[SealedEntry, ...]:
        """Return a case's entries from that number on, in order."""
        return tuple(_entry(row) for row in self._scope.every(_ENTRIES, {"case_id": case_id, "from_seq": from_seq}))

    def wraps(self, case_id: bytes) -> tuple[Wrap, ...]:
        """Return who may open a case, and with what."""
        rows = self._scope.every(_WRAPS, {"case_id": case_id})
        return tuple(Wrap(key_id=row.key_id, sealed=row.sealed) for row in rows)

    def add_wrap(self, case_id: bytes, added: Wrap) -> bool:
        """Let one more key open a case; False if it has a wrap already, which stays as it was."""
        row = {"case_id": case_id, "key_id": added.key_id, "sealed": added.sealed}
        if self._scope.change(_ADD_WRAP, row) != 1:
            return False
        self._add_place(case_id, added.key_id)
        return True

    def remove_wrap(self, case_id: bytes, key_id: bytes) -> bool:
        """Take a key's way into a case away; False if it had none. What was read until then stays read."""
        if self._scope.change(_REMOVE_WRAP, {"of_case": case_id, "of_key": key_id}) != 1:
            return False
        self._remove_place(case_id, key_id)
        return True

    def erase_entry(self, case_id: bytes, entry_id: bytes) -> bool:
        """Take an entry's body away for good; tell whether there is such an entry."""
        return self._scope.change(_ERASE_ENTRY, {"of_case": case_id, "of_entry": entry_id}) == 1

    def erase(self, case_id: bytes) -> tuple[bytes, ...]:
        """Erase a case; return the ids of its attachments, whose files are to be deleted after the commit."""
        blob_ids = tuple(row.blob_id for row in self._scope.every(_BLOBS, {"case_id": case_id}))
        self._remove_places(case_id)
        for statement in _ERASE_WITH_CASE:
            self._scope.change(statement, {"case_id": case_id})
        self._scope.change(_ERASE_BODIES, {"of_case": case_id})
        self._scope.change(_MARK_ERASED, {"of_case": case_id})
        return blob_ids

    def _insert(self, case_id: bytes, entries: Sequence[SealedEntry]) -> None:
        rows = [
            {
                "entry_id": one.entry_id,
                "case_id": case_id,
                "seq": one.seq,
                "author": one.author,
                "body": one.body,
                "body_sha256": one.body_sha256,
                "hash": one.hash,
                "signature": one.signature,
            }
            for one in entries
        ]
        try:
            self._scope.change_many(_APPEND, rows)
        except IntegrityError:
            raise AlreadyThere("entry_id") from None


def _require_run(entries: Sequence[SealedEntry], first: int) -> None:
    if not entries or [one.seq for one in entries] != list(range(first, first + len(entries))):
        raise ValueError("entries must be numbered without a gap from the expected number")


def _entry(row: sa.Row[Any]) -> SealedEntry:
    return SealedEntry(
        entry_id=row.entry_id,
        seq=row.seq,
        author=row.author,
        body=row.body,
        body_sha256=row.body_sha256,
        hash=row.hash,
        signature=row.signature,
    )
