"""PostgreSQL: many processes on many machines, one database.

Laws. Works run at READ COMMITTED with the locks and conditional writes that the repositories take. A work that the server
sets back (serialization failure, deadlock), or that lost a race, is run again from the start; so is one whose connection
broke before its commit was sent.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from storage.encrypted import Rng, Vault
from storage.errors import DatabaseClosed, DatabaseUnavailable, LostRace
from storage.scope import Scope
from storage.transaction import Transaction

ATTEMPTS = 6
FIRST_PAUSE = 0.01  # seconds, doubled each time: two works that met once seldom meet again
CONNECTIONS = 10  # of a process: a turn holds one for about a millisecond
SET_BACK = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
UNREACHABLE = ("08", "53", "57P")  # classes of SQLSTATE: connection, resources, shutdown


class PostgresqlBackend:
    """A database on a server."""

    def __init__(self, url: sa.URL, vault: Vault, rng: Rng) -> None:
        self._vault = vault
        self._rng = rng
        self._closed = False
        self._engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"), hide_parameters=True, pool_size=CONNECTIONS, max_overflow=CONNECTIONS
        )
        self._reading = self._engine.execution_options(postgresql_readonly=True)

    async def transact(self, work: Callable[[Transaction], Any]) -> Any:
        """Run a work in a transaction of its own, again if it was set back; return after its commit."""
        pause = FIRST_PAUSE
        for attempt in range(1, ATTEMPTS + 1):
            committing = False
            try:
                async with self._connection() as connection:
                    result = await connection.run_sync(lambda sync: work(self._transaction(sync, reading=False)))
                    committing = True
                    await connection.commit()
                    return result
            except LostRace:
                if attempt == ATTEMPTS:
                    raise
            except (DBAPIError, OSError) as fault:
                if attempt == ATTEMPTS or not _may_run_again(fault, committing=committing):
                    raise _named(fault) from None
            await asyncio.sleep(pause)
            pause *= 2
        raise LostRace

    async def read(self, work: Callable[[Transaction], Any]) -> Any:
        """Run a work that only reads."""
        if self._closed:
            raise DatabaseClosed
        try:
            async with self._reading.connect() as connection:
                return await connection.run_sync(lambda sync: work(self._transaction(sync, reading=True)))
        except (DBAPIError, OSError) as fault:
            raise _named(fault) from None

    async def close(self) -> None:
        """Let go of the server."""
        self._closed = True
        await self._engine.dispose()

    def _connection(self) -> AsyncConnection:
        if self._closed:
            raise DatabaseClosed
        return self._engine.connect()

    def _transaction(self, connection: sa.Connection, *, reading: bool) -> Transaction:
        return Transaction(Scope(connection=connection, vault=self._vault, rng=self._rng, reading=reading))


def _sqlstate(fault: BaseException) -> str:
    cause = fault.orig if isinstance(fault, DBAPIError) else None
    return str(getattr(cause, "sqlstate", None) or "")


def _may_run_again(fault: BaseException, *, committing: bool) -> bool:
    if _sqlstate(fault) in SET_BACK:
        return True
    broken = isinstance(fault, DBAPIError) and fault.connection_invalidated
    return broken and not committing


def _named(fault: BaseException) -> BaseException:
    """Return what to raise: our own error where the server cannot be reached, else the fault itself."""
    state = _sqlstate(fault)
    if isinstance(fault, (OSError, InterfaceError, OperationalError)) or state.startswith(UNREACHABLE):
        return DatabaseUnavailable(state or None)
    return fault
