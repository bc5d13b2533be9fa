"""What is known about attachments; their ciphertext lies in files (`blob_store.py`).

Laws. The file is written first, the row after; a row is deleted first, the file after. What stays behind when a process
dies between the two is an orphan, and `orphans.py` takes it away. A blob belongs to no case until one is opened.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.errors import AlreadyThere
from storage.scope import Repository
from storage.tables import blob


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBlob:
    """One attachment: its id and the size of its ciphertext."""

    blob_id: bytes
    size: int


_IDS = blob.c.blob_id.in_(bindparam("ids", expanding=True))
_ADD = insert(blob).on_conflict_do_nothing()
_ATTACH = sa.update(blob).values(case_id=bindparam("to_case")).where(_IDS, blob.c.case_id.is_(None))
_OF_CASE = sa.select(blob.c.blob_id, blob.c.size).where(blob.c.case_id == bindparam("case_id")).order_by(blob.c.blob_id)
_DELETE = sa.delete(blob).where(_IDS)
_KNOWN = sa.select(blob.c.blob_id).where(_IDS)
_STRAY = (
    sa.select(blob.c.blob_id)
    .where(blob.c.case_id.is_(None), blob.c.created_at < bindparam("before"))
    .order_by(blob.c.created_at)
    .limit(bindparam("most"))
)


class Blobs(Repository):
    """Attachments by id."""

    __slots__ = ()

    def add(self, blob_id: bytes, size: int, now: int, case_id: bytes | None = None) -> None:
        """Note an attachment whose file is in the store; raise AlreadyThere for an id seen before."""
        if self._scope.change(_ADD, {"blob_id": blob_id, "case_id": case_id, "size": size, "created_at": now}) != 1:
            raise AlreadyThere("blob_id")

    def attach(self, blob_ids: Collection[bytes], case_id: bytes) -> int:
        """Give attachments that belong to no case yet to this one; return how many."""
        return self._scope.change(_ATTACH, {"ids": list(blob_ids), "to_case": case_id}) if blob_ids else 0

    def of_case(self, case_id: bytes) -> tuple[StoredBlob, ...]:
        """Return the attachments of a case."""
        rows = self._scope.every(_OF_CASE, {"case_id": case_id})
        return tuple(StoredBlob(blob_id=row.blob_id, size=row.size) for row in rows)

    def delete(self, blob_ids: Collection[bytes]) -> None:
        """Forget attachments; their files are to be deleted after the commit."""
        if blob_ids:
            self._scope.change(_DELETE, {"ids": list(blob_ids)})

    def known(self, blob_ids: Sequence[bytes]) -> frozenset[bytes]:
        """Return those of these ids that have a row."""
        return frozenset(row.blob_id for row in self._scope.every(_KNOWN, {"ids": list(blob_ids)}))

    def stray(self, before: int, limit: int) -> tuple[bytes, ...]:
        """Return attachments older than that moment which no case took."""
        return tuple(row.blob_id for row in self._scope.every(_STRAY, {"before": before, "most": limit}))
