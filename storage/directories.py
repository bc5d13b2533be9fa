"""The directory of keys in force, and the highest serial ever seen (SEALING.md section 3).

Laws. Whoever installs has verified the signature and the form; here it is only refused to go back. Directories are never
deleted, so the highest installed is the highest seen.
"""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.errors import DirectoryOlder
from storage.scope import Repository
from storage.tables import directory


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDirectory:
    """A signed directory, in the bytes in which it was received."""

    serial: int
    document: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    installed_at: int


_INSTALL = insert(directory).on_conflict_do_nothing()
_CURRENT = sa.select(directory).order_by(directory.c.serial.desc()).limit(1)
_AFTER = sa.select(directory).where(directory.c.serial > bindparam("serial")).order_by(directory.c.serial.desc())
_HIGHEST = sa.select(sa.func.max(directory.c.serial))
_SAME = sa.select(directory.c.document).where(directory.c.serial == bindparam("serial"))


class Directories(Repository):
    """Directories by serial."""

    __slots__ = ()

    def current(self) -> StoredDirectory | None:
        """Return the directory in force."""
        row = self._scope.first(_CURRENT, {})
        return None if row is None else _stored(row)

    def after(self, serial: int) -> tuple[StoredDirectory, ...]:
        """Return every directory with a higher serial, the highest first."""
        return tuple(_stored(row) for row in self._scope.every(_AFTER, {"serial": serial}))

    def highest_seen(self) -> int:
        """Return the highest serial ever installed, 0 before the first."""
        row = self._scope.first(_HIGHEST, {})
        return 0 if row is None or row[0] is None else int(row[0])

    def install(self, new: StoredDirectory) -> bool:
        """Put a verified directory in force; False if it is in force already; raise DirectoryOlder for one that goes back."""
        if new.serial < self.highest_seen():
            raise DirectoryOlder
        row = {
            "serial": new.serial,
            "document": new.document,
            "signature": new.signature,
            "installed_at": new.installed_at,
        }
        if self._scope.change(_INSTALL, row) == 1:
            return True
        same = self._scope.first(_SAME, {"serial": new.serial})
        if same is None or same.document != new.document:
            raise DirectoryOlder
        return False


def _stored(row: sa.Row[Any]) -> StoredDirectory:
    return StoredDirectory(serial=row.serial, document=row.document, signature=row.signature, installed_at=row.installed_at)
