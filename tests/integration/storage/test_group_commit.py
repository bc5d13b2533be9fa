"""The one writing thread of SQLite: many works to a commit, each alone in its failure; nothing acknowledged is ever lost."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import Database
from storage.errors import DatabaseBusy, DatabaseClosed, DatabaseUnavailable
from storage.sessions import StoredSession
from storage.sqlite import sqlite_engine
from storage.writer import Writer

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def sqlite(sqlite_url: str, keys, rng) -> AsyncIterator[Database]:
    opened = await Database.open(sqlite_url, keys=keys, rng=rng)
    yield opened
    await opened.close()


async def test_a_failing_work_is_rolled_back_alone(sqlite: Database, now: int) -> None:
    def good(number: int):
        return sqlite.transact(lambda tx: tx.seen.record("reporter", number, now))

    def bad(tx):
        tx.seen.record("reporter", 99, now)
        raise RuntimeError("after writing")

    results = await asyncio.gather(*(good(n) for n in range(10)), sqlite.transact(bad), good(10), return_exceptions=True)
    assert str(results.pop(10)) == "after writing"
    assert results == [True] * 11
    assert await good(99)


async def test_works_that_wait_together_are_committed_together(sqlite: Database, sqlite_url: str, now: int) -> None:
    commits = []
    sa.event.listen(sqlite._backend._writing, "commit", commits.append)  # type: ignore[attr-defined]
    await asyncio.gather(*(sqlite.transact(lambda tx, n=n: tx.seen.record("reporter", n, now)) for n in range(50)))
    assert 1 <= len(commits) <= 5


@pytest.mark.timed
async def test_works_that_come_within_a_rest_share_the_next_commit_and_a_quiet_one_waits_for_nothing(
    sqlite_url: str, keys, rng, now: int
) -> None:
    resting = await Database.open(sqlite_url, keys=keys, rng=rng, rest=0.5)
    commits: list[object] = []
    try:
        sa.event.listen(resting._backend._writing, "commit", commits.append)  # type: ignore[attr-defined]
        began = time.monotonic()
        await resting.transact(lambda tx: tx.seen.record("reporter", 1, now))
        assert time.monotonic() - began < 0.4
        assert len(commits) == 1
        coming = []
        for number in range(2, 8):
            coming.append(asyncio.create_task(resting.transact(lambda tx, n=number: tx.seen.record("reporter", n, now))))
            await asyncio.sleep(0.01)
        assert await asyncio.gather(*coming) == [True] * 6
        assert len(commits) == 2
    finally:
        await resting.close()


async def test_works_run_in_the_order_in_which_they_were_handed_over(sqlite: Database) -> None:
    order: list[int] = []
    await asyncio.gather(*(sqlite.transact(lambda tx, n=n: order.append(n)) for n in range(200)))
    assert list(range(200)) == order


async def test_a_work_nobody_waits_for_any_more_is_not_begun(sqlite: Database, now: int) -> None:
    blocker = asyncio.create_task(sqlite.transact(lambda tx: time.sleep(0.2)))
    await asyncio.sleep(0.05)
    abandoned = asyncio.create_task(sqlite.transact(lambda tx: tx.seen.record("reporter", 1, now)))
    await asyncio.sleep(0)
    abandoned.cancel()
    await blocker
    assert await sqlite.transact(lambda tx: tx.seen.record("reporter", 1, now))


async def test_a_lost_transaction_is_run_again_work_by_work(sqlite: Database, now: int) -> None:
    """SQLite rolls everything back by itself on a full disk; the works that can succeed still do."""
    runs: list[str] = []

    def good(tx):
        runs.append("good")
        return tx.seen.record("reporter", 1, now)

    def fatal(tx):
        runs.append("fatal")
        tx.seen._scope.connection.connection.driver_connection.rollback()
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode, full.sqlite_errorname = sqlite3.SQLITE_FULL, "SQLITE_FULL"
        raise full

    blocker = sqlite.transact(lambda tx: time.sleep(0.1))
    _, first, second = await asyncio.gather(blocker, sqlite.transact(good), sqlite.transact(fatal), return_exceptions=True)
    assert first is True
    assert isinstance(second, DatabaseUnavailable)
    assert runs in (["good", "fatal", "good", "fatal"], ["good", "fatal", "fatal"])
    assert not await sqlite.transact(lambda tx: tx.seen.record("reporter", 1, now))


async def test_a_full_disk_is_told_and_the_rest_goes_on(sqlite: Database, now: int) -> None:
    def shrink(tx):
        driver = tx.seen._scope.connection.connection.driver_connection
        (pages,) = driver.execute("PRAGMA page_count").fetchone()
        driver.execute(f"PRAGMA max_page_count = {pages + 20}")

    await sqlite.transact(shrink)
    huge = StoredSession(row_id=b"r" * 16, channel="t", state=b"s" * 1_000_000, due_at=None, unspoken_since=None, touched_at=1)
    blocker = sqlite.transact(lambda tx: time.sleep(0.1))
    _, first, second, third = await asyncio.gather(
        blocker,
        sqlite.transact(lambda tx: tx.seen.record("reporter", 1, now)),
        sqlite.transact(lambda tx: tx.sessions.put(huge)),
        sqlite.transact(lambda tx: tx.seen.record("reporter", 2, now)),
        return_exceptions=True,
    )
    assert (first, str(second), third) == (True, "SQLITE_FULL", True)
    assert isinstance(second, DatabaseUnavailable)


async def test_a_file_that_cannot_be_opened_is_told_to_every_work() -> None:
    engine = sqlite_engine(sa.make_url("sqlite:////no/such/folder/amanet.db"))
    writer = Writer(engine, lambda connection: pytest.fail("there is no connection"))
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable, match="SQLITE_CANTOPEN"):
            await writer.transact(lambda tx: None)
    await writer.close()


@pytest.mark.timed
async def test_a_turn_costs_little_when_chats_write_side_by_side(sqlite: Database, now: int) -> None:
    """0.35 ms of CPU for noting the update, reading and writing the session; the best of three, machines being busy."""

    async def chat(run: int, number: int) -> None:
        row_id = number.to_bytes(16, "big")
        for turn in range(60):

            def work(tx, turn=turn):
                assert tx.seen.record(f"run {run}", number * 60 + turn, now)
                before = tx.sessions.get(row_id) or StoredSession(
                    row_id=row_id, channel="t", state=b"s" * 1500, due_at=None, unspoken_since=None, touched_at=now
                )
                tx.sessions.put(replace(before, due_at=now + turn, touched_at=now))

            await sqlite.transact(work)

    costs = []
    for run in range(3):
        began = time.process_time()
        await asyncio.gather(*(chat(run, number) for number in range(16)))
        costs.append((time.process_time() - began) / (16 * 60))
    assert min(costs) < 0.00035


async def test_a_reading_work_cannot_write(sqlite: Database, now: int) -> None:
    with pytest.raises(DatabaseUnavailable, match="SQLITE_READONLY"):
        await sqlite.read(lambda tx: tx.seen.record("reporter", 1, now))


async def test_readers_do_not_wait_for_a_writer(sqlite: Database) -> None:
    held = asyncio.create_task(sqlite.transact(lambda tx: time.sleep(0.3)))
    await asyncio.sleep(0.05)
    assert await sqlite.read(lambda tx: tx.directory.highest_seen()) == 0
    assert not held.done()
    await held


async def test_a_lock_that_is_never_let_go_is_told_and_later_works_go_on(sqlite: Database, sqlite_url: str, now: int) -> None:
    other = sqlite3.connect(sa.make_url(sqlite_url).database, isolation_level=None)
    await sqlite.transact(lambda tx: tx.seen._scope.connection.connection.driver_connection.execute("PRAGMA busy_timeout = 20"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        await sqlite.transact(lambda tx: tx.seen.record("reporter", 1, now))
    other.execute("ROLLBACK")
    other.close()
    assert await sqlite.transact(lambda tx: tx.seen.record("reporter", 1, now))


async def test_closing_commits_what_waits_and_refuses_what_comes_later(sqlite_url: str, keys, rng, now: int) -> None:
    database = await Database.open(sqlite_url, keys=keys, rng=rng)
    waiting = [asyncio.create_task(database.transact(lambda tx, n=n: tx.seen.record("r", n, now))) for n in range(20)]
    await asyncio.sleep(0)
    await database.close()
    await database.close()
    assert await asyncio.gather(*waiting) == [True] * 20
    for refused in (database.transact, database.read):
        with pytest.raises(DatabaseClosed):
            await refused(lambda tx: None)


WRITER = """
    import asyncio, os, sys
    from storage.database import Database
    from storage.encrypted import AtRestKeys
    from storage.sessions import StoredSession

    async def main(url, bot, count):
        database = await Database.open(url, keys=AtRestKeys(intake=b"i" * 32), rng=os.urandom)

        async def turn(number):
            row_id = number.to_bytes(16, "big")

            def work(tx):
                assert tx.seen.record(bot, number, 1)
                tx.sessions.put(StoredSession(row_id=bot.encode().ljust(8) + row_id[8:], channel="telegram",
                    state=b"s" * 3000, due_at=None, unspoken_since=None, touched_at=1))

            await database.transact(work)
            os.write(1, b"%d\\n" % number)

        for start in range(0, count, 8):
            await asyncio.gather(*(turn(start + n) for n in range(8)))
        await database.close()

    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


def start_writer(url: str, bot: str, count: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(WRITER), url, bot, str(count)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def stored(url: str, bot: str) -> tuple[set[int], int, str]:
    with sqlite3.connect(sa.make_url(url).database) as connection:
        seen = {row[0] for row in connection.execute("SELECT update_id FROM seen_update WHERE bot = ?", (bot,))}
        (sessions,) = connection.execute(
            "SELECT count(*) FROM session WHERE substr(row_id, 1, 8) = ?", (bot.encode().ljust(8),)
        ).fetchone()
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
    connection.close()
    return seen, sessions, verdict


@pytest.mark.parametrize("after", [1, 40, 200])
def test_a_kill_loses_nothing_acknowledged_and_halves_nothing(sqlite_url: str, after: int) -> None:
    process = start_writer(sqlite_url, "reporter", 100_000)
    assert process.stdout is not None
    acknowledged = {int(process.stdout.readline()) for _ in range(after)}
    process.send_signal(signal.SIGKILL)
    acknowledged |= {int(line) for line in process.stdout.read().splitlines() if line}
    process.stdout.close()
    process.wait()
    seen, sessions, verdict = stored(sqlite_url, "reporter")
    assert verdict == "ok"
    assert acknowledged <= seen
    assert sessions == len(seen)


def test_two_processes_write_the_same_file(sqlite_url: str) -> None:
    processes = [start_writer(sqlite_url, bot, 400) for bot in ("reporter", "officer")]
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    for bot, output in zip(("reporter", "officer"), outputs, strict=True):
        seen, sessions, verdict = stored(sqlite_url, bot)
        assert ("ok", 400, set(range(400))) == (verdict, sessions, seen)
        assert len(output.splitlines()) == 400


async def test_no_word_reaches_an_exception(sqlite: Database) -> None:
    secret = "a word that nobody may read"

    def work(tx):
        tx.seen._scope.connection.execute(sa.text("INSERT INTO nowhere VALUES (:words)"), {"words": secret})

    with pytest.raises(sa.exc.OperationalError) as caught:
        await sqlite.transact(work)
    assert secret not in str(caught.value) + repr(caught.value)
    stored_session = StoredSession(
        row_id=b"r" * 16, channel="telegram", state=secret.encode(), due_at=None, unspoken_since=None, touched_at=1
    )
    assert secret not in repr(replace(stored_session, version=3))
