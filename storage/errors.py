"""What can go wrong while remembering. None of these carries a word of a report, an address, a name or a chat id.

StorageError
├── DatabaseUnavailable     the database cannot be reached or written; later the same work may succeed
│   ├── DatabaseBusy        other writers did not let go in time
│   └── DatabaseClosed      this process has closed its database already
├── NotMigrated             the database answers, but its tables are not there: `migrate` first
├── LostRace                somebody else wrote first; the whole work is run again (`Database.transact` does it)
├── Conflict                a case has moved on: read it, seal anew, append again
├── AlreadyThere            an id or a designation that must be new is taken
├── NotThere                what was named does not exist
├── DirectoryOlder          a directory older than the highest seen, or the same serial with other bytes
├── KeyMissing              this process does not hold the at-rest key of that column
└── BlobMissing             an attachment's file is not in the store
"""


class StorageError(Exception):
    """Something could not be remembered or recalled."""

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail or type(self).__doc__ or "")


class DatabaseUnavailable(StorageError):
    """The database cannot be reached or written."""


class DatabaseBusy(DatabaseUnavailable):
    """Other writers did not let go of the database in time."""


class DatabaseClosed(DatabaseUnavailable):
    """The database of this process is closed."""


class NotMigrated(StorageError):
    """The database has no tables yet, or older ones."""


class LostRace(StorageError):
    """Somebody else wrote the same row first."""


class Conflict(StorageError):
    """The case has moved on since it was read."""


class AlreadyThere(StorageError):
    """An id that must be new is taken."""


class NotThere(StorageError):
    """What was named does not exist."""


class DirectoryOlder(StorageError):
    """The directory is older than one seen before, or is another with the same serial."""


class KeyMissing(StorageError):
    """This process does not hold the at-rest key of that column."""


class BlobMissing(StorageError):
    """The attachment's file is not in the store."""
