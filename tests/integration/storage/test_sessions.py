"""Sessions: sealed, compare-and-set, found when due."""

import asyncio
from dataclasses import replace

import pytest

from storage.database import Database
from storage.encrypted import AtRestKeys
from storage.errors import KeyMissing, LostRace
from storage.sessions import StoredSession

ROW = b"r" * 16
OTHER = b"o" * 16


def a_session(row_id: bytes = ROW, **changes: object) -> StoredSession:
    stored = StoredSession(row_id=row_id, channel="telegram", state=b"{}", due_at=None, unspoken_since=None, touched_at=100)
    return replace(stored, **changes)  # type: ignore[arg-type]


async def test_a_session_comes_back_as_it_was_put(database: Database) -> None:
    stored = a_session(state=b'{"node": "welcome"}', due_at=500, unspoken_since=100)
    version = await database.transact(lambda tx: tx.sessions.put(stored))
    assert version == 1
    assert await database.transact(lambda tx: tx.sessions.get(ROW)) == replace(stored, version=1)
    assert await database.read(lambda tx: tx.sessions.get(ROW)) == replace(stored, version=1)
    assert await database.read(lambda tx: tx.sessions.get(OTHER)) is None


async def test_a_session_is_written_over_the_version_it_was_read_at(database: Database) -> None:
    await database.transact(lambda tx: tx.sessions.put(a_session(state=b"first")))
    await database.transact(lambda tx: tx.sessions.put(a_session(state=b"second", version=1)))
    with pytest.raises(LostRace):
        await database.transact(lambda tx: tx.sessions.put(a_session(state=b"late", version=1)))
    with pytest.raises(LostRace):
        await database.transact(lambda tx: tx.sessions.put(a_session(state=b"from nothing", version=0)))
    found = await database.read(lambda tx: tx.sessions.get(ROW))
    assert found is not None
    assert (found.state, found.version) == (b"second", 2)


async def test_turns_of_one_new_chat_side_by_side_lose_nothing(database: Database) -> None:
    def turn(mark: bytes):
        def work(tx):
            before = tx.sessions.get(ROW)
            if before is None:
                before = a_session(state=b"")
            tx.sessions.put(replace(before, state=before.state + mark))

        return work

    await asyncio.gather(*(database.transact(turn(bytes([65 + n]))) for n in range(6)))
    found = await database.read(lambda tx: tx.sessions.get(ROW))
    assert found is not None
    assert bytes(sorted(found.state)) == b"ABCDEF"
    assert found.version == 6


async def test_due_sessions_come_the_longest_due_first(database: Database) -> None:
    def work(tx):
        for row, due_at in ((b"a" * 16, 300), (b"b" * 16, 100), (b"c" * 16, None), (b"d" * 16, 900)):
            tx.sessions.put(a_session(row, due_at=due_at))

    await database.transact(work)
    assert await database.read(lambda tx: tx.sessions.due(300, 10)) == (b"b" * 16, b"a" * 16)
    assert await database.read(lambda tx: tx.sessions.due(300, 1)) == (b"b" * 16,)


async def test_only_the_version_on_the_screen_is_marked_spoken(database: Database) -> None:
    def work(tx):
        tx.sessions.put(a_session(ROW, unspoken_since=100))
        tx.sessions.put(a_session(OTHER, unspoken_since=100))
        tx.sessions.put(a_session(OTHER, unspoken_since=101, version=1))

    await database.transact(work)
    await database.transact(lambda tx: tx.sessions.mark_spoken([(ROW, 1), (OTHER, 1)]))
    unspoken = await database.read(lambda tx: tx.sessions.unspoken(200, 10))
    assert unspoken == (OTHER,)
    assert await database.read(lambda tx: tx.sessions.unspoken(101, 10)) == ()


async def test_idle_sessions_expire_and_are_forgotten(database: Database) -> None:
    def work(tx):
        tx.sessions.put(a_session(ROW, touched_at=100))
        tx.sessions.put(a_session(OTHER, touched_at=200))

    await database.transact(work)
    assert await database.read(lambda tx: tx.sessions.expired(200, 10)) == (ROW,)
    assert await database.transact(lambda tx: tx.sessions.delete(ROW))
    assert not await database.transact(lambda tx: tx.sessions.delete(ROW))
    assert await database.read(lambda tx: tx.sessions.get(ROW)) is None


async def test_a_desk_process_reads_no_session(database: Database, database_url: str, keys: AtRestKeys, rng) -> None:
    await database.transact(lambda tx: tx.sessions.put(a_session()))
    desk = await Database.open(database_url, keys=AtRestKeys(desk=keys.desk), rng=rng)
    with pytest.raises(KeyMissing, match=r"session\.state needs the intake key"):
        await desk.read(lambda tx: tx.sessions.get(ROW))
    await desk.close()


async def test_an_update_is_taken_once(database: Database, now: int) -> None:
    assert await database.transact(lambda tx: tx.seen.record("reporter", 7, now))
    assert not await database.transact(lambda tx: tx.seen.record("reporter", 7, now + 1))
    assert await database.transact(lambda tx: tx.seen.record("officer", 7, now))
    assert await database.transact(lambda tx: tx.seen.purge(now + 1)) == 2
    assert await database.transact(lambda tx: tx.seen.record("reporter", 7, now))


async def test_failures_of_an_update_are_counted_until_it_is_set_aside(database: Database, now: int) -> None:
    for attempt in range(1, 6):
        body = b"as it came" if attempt > 1 else None
        assert attempt == await database.transact(lambda tx, body=body: tx.set_aside.count_failure("reporter", 9, body, now))
    assert await database.read(lambda tx: tx.set_aside.every(10)) == ()
    await database.transact(lambda tx: tx.set_aside.give_up("reporter", 9))
    (kept,) = await database.read(lambda tx: tx.set_aside.every(10))
    assert (kept.bot, kept.update_id, kept.attempts, kept.body) == ("reporter", 9, 5, b"as it came")
    await database.transact(lambda tx: tx.set_aside.succeeded("reporter", 9))
    assert len(await database.read(lambda tx: tx.set_aside.every(10))) == 1
    assert await database.transact(lambda tx: tx.set_aside.purge(now + 1)) == 1


async def test_an_update_taken_in_the_end_leaves_no_trace_of_its_failures(database: Database, now: int) -> None:
    await database.transact(lambda tx: tx.set_aside.count_failure("reporter", 9, b"x", now))
    await database.transact(lambda tx: tx.set_aside.succeeded("reporter", 9))
    assert await database.transact(lambda tx: tx.set_aside.count_failure("reporter", 9, b"x", now)) == 1
