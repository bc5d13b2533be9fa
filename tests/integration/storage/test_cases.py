"""Cases: opened whole, appended by compare-and-set, moved by one officer at a time, erased for good."""

import asyncio

import pytest

from sealing.case import Wrap
from storage.database import Database
from storage.errors import AlreadyThere, Conflict, NotThere
from storage.receipts import StoredReceipt
from storage.replies import StoredReply

TEAM = b"t" * 16
NATIONAL = b"n" * 16


async def test_a_case_is_opened_whole(database: Database, world) -> None:
    facts = world.facts(opened_at=1_800_001_234)
    entries = world.entries(3)
    wraps = (Wrap(key_id=NATIONAL, sealed=b"1" * 1168), Wrap(key_id=TEAM, sealed=b"2" * 1168))
    await database.transact(lambda tx: tx.cases.open(facts, wraps, entries))

    row = await database.read(lambda tx: tx.cases.get(facts.case_id))
    assert row is not None
    assert row == await database.read(lambda tx: tx.cases.by_designation(facts.designation))
    assert (row.opened_hour, row.entries, row.unread, row.state, row.taken_by) == (1_800_000_000, 3, True, "new", None)
    assert entries == await database.read(lambda tx: tx.cases.entries(facts.case_id))
    assert entries[2:] == await database.read(lambda tx: tx.cases.entries(facts.case_id, from_seq=2))
    assert wraps == await database.read(lambda tx: tx.cases.wraps(facts.case_id))
    head = await database.read(lambda tx: tx.cases.head(facts.case_id))
    assert (3, entries[2].hash, facts.public_key) == (head.seq, head.hash, head.public_key)


async def test_ids_and_designations_are_refused_if_seen_before(database: Database, world) -> None:
    first, entries = world.facts(), world.entries(1)
    await database.transact(lambda tx: tx.cases.open(first, [], entries))
    for facts, run, what in (
        (first, world.entries(1), "case_id"),
        (world.facts(designation=first.designation), world.entries(1), "designation"),
        (world.facts(), entries, "entry_id"),
    ):
        with pytest.raises(AlreadyThere, match=what):
            await database.transact(lambda tx, facts=facts, run=run: tx.cases.open(facts, [], run))
    assert len(await database.read(lambda tx: tx.cases.list_plain())) == 1


async def test_entries_are_numbered_without_a_gap(database: Database, world) -> None:
    for run in ((), world.entries(1, first=1), world.entries(1) + world.entries(1, first=2)):
        with pytest.raises(ValueError, match="without a gap"):
            await database.transact(lambda tx, run=run: tx.cases.open(world.facts(), [], run))


async def test_appending_is_compare_and_set(database: Database, world) -> None:
    case_id = await database.transact(world.case)
    ours, theirs = world.entries(2, first=1), world.entries(1, first=1)
    await database.transact(lambda tx: tx.cases.append(case_id, 1, ours))
    with pytest.raises(Conflict):
        await database.transact(lambda tx: tx.cases.append(case_id, 1, theirs))
    with pytest.raises(NotThere):
        await database.transact(lambda tx: tx.cases.append(b"?" * 16, 1, theirs))
    assert ours == (await database.read(lambda tx: tx.cases.entries(case_id)))[1:]
    head = await database.read(lambda tx: tx.cases.head(case_id))
    assert (3, ours[-1].hash) == (head.seq, head.hash)


async def test_appenders_side_by_side_all_get_their_place(database: Database, world) -> None:
    case_id = await database.transact(world.case)

    def append(tx):
        head = tx.cases.head(case_id)
        tx.cases.append(case_id, head.seq, world.entries(1, first=head.seq))

    await asyncio.gather(*(database.transact(append) for _ in range(8)))
    assert list(range(9)) == [one.seq for one in await database.read(lambda tx: tx.cases.entries(case_id))]


async def test_of_many_officers_one_takes_a_case(database: Database, world) -> None:
    case_id = await database.transact(world.case)
    officers = [await database.transact(world.officer) for _ in range(6)]

    def take(officer):
        return database.transact(lambda tx: tx.cases.take(case_id, officer))

    taken = await asyncio.gather(*(take(officer) for officer in officers))
    assert sum(taken) == 1
    winner = officers[taken.index(True)]
    row = await database.read(lambda tx: tx.cases.get(case_id))
    assert row is not None
    assert ("taken", winner) == (row.state, row.taken_by)
    assert (winner,) == await database.read(lambda tx: tx.cases.holders())
    assert [case_id] == [one.case_id for one in await database.read(lambda tx: tx.cases.held_by(winner))]


async def test_a_case_moves_only_along_its_states(database: Database, world, now: int) -> None:
    def work(tx):
        case_id, one, other = world.case(tx), world.officer(tx), world.officer(tx)
        cases = tx.cases
        moves = [
            cases.release(case_id, one),
            cases.take(case_id, one),
            cases.release(case_id, other),
            cases.hand_over(case_id, one, other),
            cases.release(case_id, other),
            cases.take(case_id, one),
            cases.refer(case_id),
            cases.take(case_id, other),
            cases.reopen(case_id),
            cases.close(case_id, now),
            cases.take(case_id, one),
            cases.withdraw(case_id, now),
            cases.reopen(case_id),
            cases.withdraw(case_id, now),
            cases.close(case_id, now),
        ]
        return moves, cases.get(case_id)

    moves, row = await database.transact(work)
    assert moves == [False, True, False, True, True, True, True, True, False, True, False, False, True, True, False]
    assert row.state == "withdrawn"


async def test_urgency_rises_by_rule_and_falls_only_by_a_person(database: Database, world) -> None:
    def work(tx):
        case_id = world.case(tx, urgency="P2")
        moves = (
            tx.cases.raise_urgency(case_id, "P3"),
            tx.cases.raise_urgency(case_id, "P2"),
            tx.cases.raise_urgency(case_id, "P0"),
            tx.cases.raise_urgency(case_id, "P1"),
        )
        raised = tx.cases.get(case_id).urgency
        tx.cases.set_urgency(case_id, "P3")
        tx.cases.set_area(case_id, "peja")
        row = tx.cases.get(case_id)
        return moves, raised, row.urgency, row.area

    assert await database.transact(work) == ((False, False, True, False), "P0", "P3", "peja")
    with pytest.raises(ValueError, match="not an urgency"):
        await database.transact(lambda tx: tx.cases.raise_urgency(b"c" * 16, "P9"))


async def test_the_queue_is_most_urgent_first_then_longest_waiting_page_by_page(database: Database, world) -> None:
    def work(tx):
        made = [
            world.case(tx, urgency=urgency, opened_at=1_800_000_000 + hour * 3600)
            for urgency, hour in (("P2", 1), ("P0", 3), ("P1", 2), ("P1", 1), ("P0", 4))
        ]
        tx.cases.take(made[4], world.officer(tx))
        tx.cases.withdraw(made[0], 0)
        return made

    made = await database.transact(work)
    states = ("new", "taken")
    expected = [made[1], made[4], made[3], made[2]]
    whole = await database.read(lambda tx: tx.cases.list_plain(states=states))
    assert expected == [row.case_id for row in whole]
    first = await database.read(lambda tx: tx.cases.list_plain(states=states, limit=3))
    rest = await database.read(lambda tx: tx.cases.list_plain(states=states, limit=3, after=first[-1]))
    assert expected == [row.case_id for row in first + rest]
    assert len(await database.read(lambda tx: tx.cases.list_plain())) == 5


async def test_a_team_lists_only_what_its_keys_open(database: Database, world) -> None:
    def work(tx):
        ours = world.case(tx, key_ids=(NATIONAL, TEAM))
        world.case(tx, key_ids=(NATIONAL,))
        return ours

    ours = await database.transact(work)
    assert [ours] == [row.case_id for row in await database.read(lambda tx: tx.cases.list_plain(key_ids=[TEAM]))]
    assert len(await database.read(lambda tx: tx.cases.list_plain(key_ids=[TEAM, NATIONAL]))) == 2
    assert await database.read(lambda tx: tx.cases.list_plain(key_ids=[])) == ()
    assert await database.read(lambda tx: tx.cases.opens_for(ours, [TEAM]))
    assert not await database.read(lambda tx: tx.cases.opens_for(ours, [b"?" * 16]))


async def test_a_wrap_is_added_once(database: Database, world) -> None:
    case_id = await database.transact(world.case)
    assert await database.transact(lambda tx: tx.cases.add_wrap(case_id, Wrap(key_id=TEAM, sealed=b"first")))
    assert not await database.transact(lambda tx: tx.cases.add_wrap(case_id, Wrap(key_id=TEAM, sealed=b"second")))
    wraps = await database.read(lambda tx: tx.cases.wraps(case_id))
    assert {one.key_id: one.sealed for one in wraps}[TEAM] == b"first"


async def test_a_wrap_that_is_removed_takes_the_case_out_of_that_queue_only(database: Database, world) -> None:
    case_id = await database.transact(lambda tx: world.case(tx, key_ids=(NATIONAL, TEAM)))
    assert await database.transact(lambda tx: tx.cases.remove_wrap(case_id, TEAM))
    assert not await database.transact(lambda tx: tx.cases.remove_wrap(case_id, TEAM))
    assert [one.key_id for one in await database.read(lambda tx: tx.cases.wraps(case_id))] == [NATIONAL]
    assert await database.read(lambda tx: tx.cases.list_plain(key_ids=[TEAM])) == ()
    assert len(await database.read(lambda tx: tx.cases.list_plain(key_ids=[NATIONAL]))) == 1


async def test_an_erased_entry_keeps_its_place_in_the_chain(database: Database, world) -> None:
    facts, entries = world.facts(), world.entries(2)
    await database.transact(lambda tx: tx.cases.open(facts, [], entries))
    assert await database.transact(lambda tx: tx.cases.erase_entry(facts.case_id, entries[0].entry_id))
    assert not await database.transact(lambda tx: tx.cases.erase_entry(b"?" * 16, entries[1].entry_id))
    kept = await database.read(lambda tx: tx.cases.entries(facts.case_id))
    assert (entries[0].erased(), entries[1]) == kept


async def test_erasing_a_case_leaves_nothing_that_could_be_opened(database: Database, world, now: int) -> None:
    def work(tx):
        case_id = world.case(tx)
        tx.return_addresses.put(case_id, b"where")
        tx.receipts.add(StoredReceipt(stored_lookup=b"l" * 16, case_id=case_id, mailbox_key=b"m" * 1216, withdraw_hash=b"h" * 32))
        tx.replies.put_in_mailbox(
            StoredReply(
                message_id=b"m" * 16, case_id=case_id, recipient=b"x" * 16, author=b"a" * 16, sealed=b"s", signature=b"g"
            ),
            now,
        )
        tx.blobs.add(b"b" * 16, 4096, now, case_id)
        tx.cases.close(case_id, now)
        blob_ids = tx.cases.erase(case_id)
        return (
            case_id,
            blob_ids,
            tx.cases.wraps(case_id),
            [one.body for one in tx.cases.entries(case_id)],
            tx.return_addresses.get(case_id),
            tx.receipts.of_case(case_id),
            tx.replies.in_mailbox(case_id, b"x" * 16),
            tx.blobs.of_case(case_id),
            tx.cases.reopen(case_id),
        )

    case_id, *left = await database.transact(work)
    assert left == [(b"b" * 16,), (), [None], None, (), (), (), False]
    row = await database.read(lambda tx: tx.cases.get(case_id))
    assert row is not None
    assert row.erased


async def test_retention_never_takes_a_case_with_something_unread(database: Database, world, now: int) -> None:
    def work(tx):
        read, unread, running = world.case(tx), world.case(tx), world.case(tx)
        for case_id in (read, unread):
            tx.cases.close(case_id, now)
        for case_id in (read, running):
            assert tx.cases.mark_read(case_id, 0)
            assert not tx.cases.mark_read(case_id, 0)
        return read

    read = await database.transact(work)
    assert await database.read(lambda tx: tx.cases.erasable(now - 7200, 10)) == ()
    assert (read,) == await database.read(lambda tx: tx.cases.erasable(now + 7200, 10))
    await database.transact(lambda tx: tx.cases.erase(read))
    assert await database.read(lambda tx: tx.cases.erasable(now + 7200, 10)) == ()
