"""The directory of keys that this process seals to: read from the database, verified against the root, followed when it changes.

Laws. Nothing is sealed to a key that the root has not signed. A directory that does not verify is refused loudly and the one in force
stays in force. After it has expired nothing is sealed: taking words that nobody could ever read would be the worse harm.
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


class DirectoryMissing(Exception):
    """There is no directory of keys in force: run `init`, or install a signed one."""


class DirectoryExpired(Exception):
    """The directory of keys has expired: sign and install a newer one."""


class DirectoryInForce:
    """Holds the verified directory of one process."""

    def __init__(self, root_public_key: bytes) -> None:
        self._root = root_public_key
        self._directory: Directory | None = None

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
        stored = tx.directory.current()
        if stored is None or (self._directory is not None and stored.serial == self._directory.serial):
            return
        try:
            self._directory = self.verified(stored)
        except DirectoryRefused as refused:
            log.error("directory_refused", serial=stored.serial, reason=refused.reason)

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
