"""What only a server can do to a work: deadlocks, broken connections, a refused write."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.errors import DatabaseClosed, DatabaseUnavailable, LostRace
from storage.migrations import migrate
from storage.sessions import StoredSession

pytestmark = pytest.mark.postgres


@pytest.fixture
async def postgres(postgres_url: str, keys, rng) -> AsyncIterator[Database]:
    await migrate(postgres_url)
    opened = await Database.open(postgres_url, keys=keys, rng=rng)
    yield opened
    await opened.close()


async def test_a_deadlocked_work_runs_again(postgres: Database, world) -> None:
    def make(tx):
        return world.case(tx, area="0"), world.case(tx, area="0")

    cases = await postgres.transact(make)
    runs = []

    def visit(order):
        def work(tx):
            runs.append(order)
            for case_id in order:
                tx.cases.head(case_id)
                tx.cases._scope.connection.execute(sa.text("SELECT pg_sleep(0.2)"))
                tx.cases.set_area(case_id, str(int(tx.cases.get(case_id).area) + 1))

        return work

    await asyncio.gather(postgres.transact(visit(cases)), postgres.transact(visit(cases[::-1])))
    assert len(runs) == 3
    assert [(await postgres.read(lambda tx, c=c: tx.cases.get(c))).area for c in cases] == ["2", "2"]


async def test_a_work_whose_connection_broke_runs_again(postgres: Database, now: int) -> None:
    runs = []

    def work(tx):
        runs.append(1)
        connection = tx.seen._scope.connection
        if len(runs) == 1:
            connection.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return tx.seen.record("reporter", 1, now)

    assert await postgres.transact(work)
    assert len(runs) == 2


async def test_a_race_that_is_always_lost_is_told(postgres: Database) -> None:
    late = StoredSession(row_id=b"r" * 16, channel="t", state=b"", due_at=None, unspoken_since=None, touched_at=1, version=7)
    await postgres.transact(lambda tx: tx.sessions.put(StoredSession(**{**fields(late), "version": 0})))
    with pytest.raises(LostRace):
        await postgres.transact(lambda tx: tx.sessions.put(late))


def fields(stored: StoredSession) -> dict[str, object]:
    return {name: getattr(stored, name) for name in StoredSession.__slots__}


async def test_a_reading_work_cannot_write(postgres: Database, now: int) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="read-only"):
        await postgres.read(lambda tx: tx.seen.record("reporter", 1, now))


async def test_a_server_that_is_not_there_is_told_without_its_address(keys, rng) -> None:
    with pytest.raises(DatabaseUnavailable) as caught:
        await Database.open("postgresql://someone:secret@127.0.0.1:1/amanet", keys=keys, rng=rng)
    assert "secret" not in str(caught.value)


async def test_a_closed_database_refuses(postgres_url: str, keys, rng) -> None:
    await migrate(postgres_url)
    database = await Database.open(postgres_url, keys=keys, rng=rng)
    await database.close()
    for refused in (database.transact, database.read):
        with pytest.raises(DatabaseClosed):
            await refused(lambda tx: None)
