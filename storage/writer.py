"""The one thread that writes to SQLite, many works to a commit.

Laws. The thread takes every work that waits, runs each in a savepoint of its own (one that fails is rolled back alone),
commits once, and only then tells anybody. A commit costs a sync of the disk and a work does not, so the busier the process
is, the less a turn costs. It may rest between two commits, so that under load works gather, while a work that comes after a quiet
moment waits for nothing (`docs/decisions/0002-one-writer-thread.md`). Other processes may write the same file: the
lock is taken before the first statement (BEGIN IMMEDIATE), so that no work sees a row that somebody else is changing.
"""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import sqlalchemy as sa

from storage.errors import DatabaseBusy, DatabaseClosed, DatabaseUnavailable
from storage.transaction import Transaction

Work = Callable[[Transaction], Any]

MOST_WORKS = 64  # to a commit: bounds how long the first of them waits for the last
UNUSABLE = frozenset(
    {
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_NOTADB,
    }
)
BEGIN_ATTEMPTS = 6  # each waits for the busy timeout of the connection: 30 s in all, then the caller tries again later


@dataclass(frozen=True, slots=True)
class _Job:
    work: Work
    future: "asyncio.Future[Any]"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a job came to; `fault` wins over `result`."""

    job: _Job
    result: Any = None
    fault: BaseException | None = None


class _TransactionLost(Exception):
    """SQLite rolled the whole transaction back by itself (disk full, I/O error): every work of it is to run again."""


class Writer:
    """Runs works on one connection in one thread of its own."""

    def __init__(self, engine: sa.Engine, transaction_over: Callable[[sa.Connection], Transaction], *, rest: float = 0.0) -> None:
        self._engine = engine
        self._rest = rest
        self._rests_until = 0.0
        self._transaction_over = transaction_over
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="storage-writer", daemon=True)
        self._thread.start()

    async def transact(self, work: Work) -> Any:
        """Run a work; return after its commit."""
        if self._closed:
            raise DatabaseClosed
        future = self._loop.create_future()
        self._queue.put(_Job(work, future))
        return await future

    async def close(self) -> None:
        """Finish what waits, then end the thread."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            with self._engine.connect() as connection:
                self._serve(_Batches(connection, self._transaction_over(connection)).run)
        except sa.exc.DBAPIError as fault:
            refusal = named(fault)
            self._serve(lambda jobs: [_Outcome(job, fault=refusal) for job in jobs])

    def _serve(self, run: "Callable[[list[_Job]], list[_Outcome]]") -> None:
        going = True
        while going:
            jobs, going = self._waiting()
            try:
                outcomes = run(jobs)
            except BaseException as fault:  # nobody may wait forever for a thread that is gone
                outcomes = [_Outcome(job, fault=fault) for job in jobs]
            self._rests_until = time.monotonic() + self._rest
            self._loop.call_soon_threadsafe(_tell, outcomes)

    def _waiting(self) -> tuple[list[_Job], bool]:
        """Wait for a job and for the end of the rest, then take all that are there; the second value is False at the end."""
        jobs: list[_Job] = []
        taken = self._queue.get()
        time.sleep(max(0.0, self._rests_until - time.monotonic()))
        try:
            while taken is not None:
                jobs.append(taken)
                if len(jobs) == MOST_WORKS:
                    return jobs, True
                taken = self._queue.get_nowait()
        except Empty:
            return jobs, True
        return jobs, False


class _Batches:
    """Runs jobs over one connection, a commit for each batch."""

    def __init__(self, connection: sa.Connection, transaction: Transaction) -> None:
        self._connection = connection
        self._transaction = transaction
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        # Savepoints go to the driver: through SQLAlchemy each costs as much as the statements it protects.
        self._driver = driver

    def run(self, jobs: list[_Job]) -> list[_Outcome]:
        """Run jobs in one transaction; if SQLite loses it, each in one of its own."""
        jobs = [job for job in jobs if not job.future.cancelled()]
        if not jobs:
            return []
        try:
            return self._commit(jobs)
        except _TransactionLost:
            return [self._alone(job) for job in jobs]
        except Exception as fault:
            refusal = named(fault)
            return [_Outcome(job, fault=refusal) for job in jobs]

    def _alone(self, job: _Job) -> _Outcome:
        try:
            return self._commit([job])[0]
        except _TransactionLost as lost:
            return _Outcome(job, fault=named(lost.__cause__))
        except Exception as fault:
            return _Outcome(job, fault=named(fault))

    def _commit(self, jobs: list[_Job]) -> list[_Outcome]:
        self._begin()
        with self._connection.begin() as started:
            try:
                outcomes = [self._attempt(job) for job in jobs]
                started.commit()
            except BaseException:
                started.rollback()
                if self._driver.in_transaction:
                    self._driver.rollback()
                raise
        return outcomes

    def _begin(self) -> None:
        for attempt in range(1, BEGIN_ATTEMPTS + 1):
            try:
                self._driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as fault:
                if _code(fault) != sqlite3.SQLITE_BUSY or attempt == BEGIN_ATTEMPTS:
                    raise
            else:
                return

    def _attempt(self, job: _Job) -> _Outcome:
        self._driver.execute("SAVEPOINT work")
        try:
            result = job.work(self._transaction)
        except BaseException as fault:
            if not self._driver.in_transaction:
                raise _TransactionLost from fault
            self._driver.execute("ROLLBACK TO work")
            self._driver.execute("RELEASE work")
            return _Outcome(job, fault=named(fault))
        self._driver.execute("RELEASE work")
        return _Outcome(job, result=result)


def _tell(outcomes: list[_Outcome]) -> None:
    for outcome in outcomes:
        future = outcome.job.future
        if future.done():
            continue
        if outcome.fault is not None:
            future.set_exception(outcome.fault)
        else:
            future.set_result(outcome.result)


def _code(fault: BaseException) -> int:
    """Return SQLite's primary error code; the driver's own errors have none."""
    code: int = getattr(fault, "sqlite_errorcode", 0)
    return code & 0xFF


def named(fault: BaseException | None) -> BaseException:
    """Return what to raise: our own error where the file cannot be used now, else the fault itself."""
    cause = fault.orig if isinstance(fault, sa.exc.DBAPIError) else fault
    if not isinstance(cause, sqlite3.DatabaseError):
        return fault or DatabaseUnavailable()
    if _code(cause) == sqlite3.SQLITE_BUSY:
        return DatabaseBusy()
    if _code(cause) in UNUSABLE:
        return DatabaseUnavailable(cause.sqlite_errorname)
    return fault or cause
