"""SQLite: one file, one writing thread, readers beside it.

Settings of each connection, and why:

- WAL: readers and the writer do not wait for each other;
- synchronous=FULL: what is committed survives a power cut (the promise that no report is lost);
- secure_delete: what is erased is overwritten, not only unlinked;
- wal_autocheckpoint: the log is folded back every 16 MB instead of every 4, each time with two syncs;
- temp_store=MEMORY: nothing is spilled into files outside the data folder;
- busy_timeout: other processes may write the same file;
- trusted_schema off: a tampered schema runs no functions.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from storage.encrypted import Rng, Vault
from storage.errors import DatabaseClosed, LostRace
from storage.scope import Scope
from storage.transaction import Transaction
from storage.writer import Writer, named

BUSY_SECONDS = 5
READERS = 2
RACES = 5  # a lost race is decided anew; the winner has committed, so the second try nearly always wins

_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
)


def sqlite_engine(url: sa.URL, *, reading: bool = False) -> sa.Engine:
    """Return an engine over the file, with the settings above; a reading one cannot write."""
    engine = sa.create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None, "check_same_thread": False},
        hide_parameters=True,
        **({} if reading else {"poolclass": NullPool}),
    )

    def settle(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()
        if reading:
            connection.execute("PRAGMA query_only = ON").close()

    sa.event.listen(engine, "connect", settle)
    return engine


class SqliteBackend:
    """A database in one file."""

    def __init__(self, url: sa.URL, vault: Vault, rng: Rng, rest: float) -> None:
        self._vault = vault
        self._rng = rng
        self._closed = False
        self._reading = sqlite_engine(url, reading=True)
        self._readers = ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="storage-reader")
        self._writing = sqlite_engine(url)
        self._writer = Writer(self._writing, lambda connection: self._transaction(connection, reading=False), rest=rest)

    async def transact(self, work: Callable[[Transaction], Any]) -> Any:
        """Run a work in the writing thread; return after its commit."""
        for _ in range(RACES):
            try:
                return await self._writer.transact(work)
            except LostRace:
                continue
        raise LostRace

    async def read(self, work: Callable[[Transaction], Any]) -> Any:
        """Run a work that only reads, beside the writer; it sees what was committed when it began."""
        if self._closed:
            raise DatabaseClosed
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._read, work)

    async def close(self) -> None:
        """Commit what waits and let go of the file."""
        self._closed = True
        await self._writer.close()
        await asyncio.to_thread(self._readers.shutdown)
        self._reading.dispose()
        self._writing.dispose()

    def _read(self, work: Callable[[Transaction], Any]) -> Any:
        try:
            with self._reading.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                return work(self._transaction(connection, reading=True))
        except sa.exc.DBAPIError as fault:
            raise named(fault) from None

    def _transaction(self, connection: sa.Connection, *, reading: bool) -> Transaction:
        return Transaction(Scope(connection=connection, vault=self._vault, rng=self._rng, reading=reading))
