"""Receipts, as far as the server knows them (SEALING.md section 7): nothing here opens anything."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.errors import AlreadyThere
from storage.scope import Repository
from storage.tables import receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReceipt:
    """What lies under a receipt: its case, its mailbox's public key, the hash of its withdraw token, the page's record."""

    stored_lookup: bytes = field(repr=False)
    case_id: bytes
    mailbox_key: bytes = field(repr=False)
    withdraw_hash: bytes = field(repr=False)
    record: bytes | None = field(default=None, repr=False)


_ADD = insert(receipt).on_conflict_do_nothing()
_FIND = sa.select(receipt).where(receipt.c.stored_lookup == bindparam("stored_lookup"))
_OF_CASE = sa.select(receipt).where(receipt.c.case_id == bindparam("case_id"))
_DELETE = sa.delete(receipt).where(receipt.c.stored_lookup == bindparam("stored_lookup"))


class Receipts(Repository):
    """Receipts by their stored lookup."""

    __slots__ = ()

    def add(self, added: StoredReceipt) -> None:
        """Keep a receipt; raise AlreadyThere if another has the same lookup."""
        row = {
            "stored_lookup": added.stored_lookup,
            "case_id": added.case_id,
            "mailbox_key": added.mailbox_key,
            "withdraw_hash": added.withdraw_hash,
            "record": added.record,
        }
        if self._scope.change(_ADD, row) != 1:
            raise AlreadyThere("stored_lookup")

    def find(self, stored_lookup: bytes) -> StoredReceipt | None:
        """Return the receipt with that lookup."""
        row = self._scope.first(_FIND, {"stored_lookup": stored_lookup})
        return None if row is None else _receipt(row)

    def of_case(self, case_id: bytes) -> tuple[StoredReceipt, ...]:
        """Return the receipts of a case: whose mailboxes a reply may be sealed to."""
        return tuple(_receipt(row) for row in self._scope.every(_OF_CASE, {"case_id": case_id}))

    def delete(self, stored_lookup: bytes) -> bool:
        """Forget a receipt; tell whether there was one."""
        return self._scope.change(_DELETE, {"stored_lookup": stored_lookup}) == 1


def _receipt(row: sa.Row[Any]) -> StoredReceipt:
    return StoredReceipt(
        stored_lookup=row.stored_lookup,
        case_id=row.case_id,
        mailbox_key=row.mailbox_key,
        withdraw_hash=row.withdraw_hash,
        record=row.record,
    )
