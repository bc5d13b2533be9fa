"""The directory of keys that this process seals to: read from the database, verified against the root, followed when it changes.

Laws. Nothing is sealed to a key that the root has not signed. In force is the newest directory that verifies: one that does not is refused
loudly, once, and hides none that was installed before it. A process never goes back, and one that starts looks at all that was ever
installed, so that it begins with the highest serial that the root has signed for this database. After it has expired nothing is sealed:
taking words that nobody could ever read would be the worse harm.
"""

from typing import Final

import structlog

from sealing.directory import Directory
from sealing.errors import DirectoryRefused
from sealing.signed_directory import verify_directory
from storage.directories import StoredDirectory
from storage.transaction import Transaction

log = structlog.get_logger()

NATIONAL: Final = "national"
"""The team that always exists and has what belongs to nobody (DESIGN.md section 5)."""


NONE: Final = -1
"""Below every serial."""


class DirectoryMissing(Exception):
    """There is no directory of keys in force: run `init`, or install a signed one."""


class DirectoryExpired(Exception):
    """The directory of keys has expired: sign and install a newer one."""


class DirectoryInForce:
    """Holds the verified directory of one process."""

    def __init__(self, root_public_key: bytes) -> None:
        self._root = root_public_key
        self._directory: Directory | None = None
        self._refused: frozenset[tuple[int, bytes]] = frozenset()

    @property
    def now(self) -> Directory:
        """The directory in force, expired or not."""
        if self._directory is None:
            raise DirectoryMissing
        return self._directory

    @property
    def is_known(self) -> bool:
        """Whether a verified directory is in force."""
        return self._directory is not None

    def may_seal(self, now: int) -> bool:
        """Whether there is a directory in force that may still be sealed to."""
        return self._directory is not None and self._directory.may_seal(now)

    def to_seal(self, now: int) -> Directory:
        """The directory in force, to seal to; refused once it has expired."""
        if not self.now.may_seal(now):
            raise DirectoryExpired
        return self.now

    def follow(self, tx: Transaction) -> None:
        """Take over what was installed since; called at start and by the clock."""
        for stored in tx.directory.after(NONE if self._directory is None else self._directory.serial):
            if (stored.serial, stored.signature) in self._refused:
                continue
            try:
                self._directory = self.verified(stored)
            except DirectoryRefused as refused:
                self._refused |= {(stored.serial, stored.signature)}
                log.error("directory_refused", serial=stored.serial, reason=refused.reason)
            else:
                return

    def verified(self, stored: StoredDirectory) -> Directory:
        """Verify a stored directory; raise DirectoryRefused with one of SEALING.md's reasons."""
        known = self._directory
        directory = verify_directory(
            stored.document,
            stored.signature,
            self._root,
            highest_serial=known.serial if known else 0,
            highest_document_hash=known.document_hash if known else None,
        )
        if directory.team(NATIONAL) is None:
            raise DirectoryRefused("directory-form", "there is no national team")
        return directory
