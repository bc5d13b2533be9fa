"""The door to what is remembered: a work goes in, its result comes out after the commit.

Laws. A work is a plain function of a `Transaction`: all of it happens or nothing. It may be run more than once (a race
lost, a deadlock), so it touches nothing outside its transaction and reads nothing that a first run has changed. It does not
catch `StorageError` and go on writing. Nothing is said to anybody before `transact` has returned.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

import sqlalchemy as sa

from storage.encrypted import AtRestKeys, Rng, Vault
from storage.errors import NotMigrated
from storage.postgresql import PostgresqlBackend
from storage.sqlite import SqliteBackend
from storage.transaction import Transaction

T = TypeVar("T")


class _Backend(Protocol):
    async def transact(self, work: Callable[[Transaction], Any]) -> Any: ...

    async def read(self, work: Callable[[Transaction], Any]) -> Any: ...

    async def close(self) -> None: ...


class Database:
    """An open database, bound to the event loop that opened it."""

    def __init__(self, backend: _Backend) -> None:
        self._backend = backend

    @classmethod
    async def open(cls, url: str, *, keys: AtRestKeys, rng: Rng, rest: float = 0.0) -> "Database":
        """Open a migrated database (`sqlite:///path` or `postgresql://…`) and see that it answers.

        `rest`: seconds that SQLite's writer rests after a commit, so that under load more works share the next one.
        """
        parsed = sa.make_url(url)
        vault = Vault(keys, rng)
        backend = SqliteBackend(parsed, vault, rng, rest) if is_sqlite(parsed) else PostgresqlBackend(parsed, vault, rng)
        database = cls(backend)
        try:
            await database.read(lambda tx: tx.directory.highest_seen())
        except sa.exc.DBAPIError:
            await database.close()
            raise NotMigrated from None
        except BaseException:
            await database.close()
            raise
        return database

    async def transact(self, work: Callable[[Transaction], T]) -> T:
        """Run a work that writes; return its result once it is committed."""
        return cast(T, await self._backend.transact(work))

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run a work that only reads; it locks nothing and cannot write."""
        return cast(T, await self._backend.read(work))

    async def close(self) -> None:
        """Commit what was begun and let go."""
        await self._backend.close()


def is_sqlite(url: sa.URL) -> bool:
    """Tell which of the two kinds of database a URL names; anything else is a ValueError."""
    kind = url.get_backend_name()
    if kind not in ("sqlite", "postgresql"):
        raise ValueError("the database must be sqlite or postgresql")
    if kind == "sqlite" and not url.database:
        raise ValueError("the SQLite database must be a file")
    return kind == "sqlite"
