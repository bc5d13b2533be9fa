"""The desk's queue over both databases: who sees what, in which order, and what is put off until when."""

from dataclasses import replace
from typing import Any

import pytest

from sealing.case import Wrap
from storage.alarms import Alarm
from storage.alerts import AlertFacts, NewAlert
from storage.case_queue import After
from storage.database import Database
from storage.replies import StoredReply
from storage.snoozes import Snooze
from storage.transaction import Transaction

from .conftest import NOW, World

NATIONAL, PRIZREN, OTHER = b"n" * 16, b"p" * 16, b"o" * 16
OPEN = ("new", "taken", "referred")


def shown(
    tx: Transaction, key_ids: tuple[bytes, ...] = (NATIONAL,), states: tuple[str, ...] = OPEN, **more: Any
) -> tuple[bytes, ...]:
    return tx.cases.queued(**{"states": states, "key_ids": key_ids, "now": NOW, "limit": 100, **more})


def ring(tx: Transaction, world: World, case_id: bytes, at: int = NOW, step: int = 0) -> bytes:
    alarm_id = world.rng(16)
    tx.alarms.open(
        Alarm(
            alarm_id=alarm_id,
            case_id=case_id,
            team_ids=("national",),
            urgency="P1",
            created_at=at,
            next_at=at,
            policy={},
            step=step,
        )
    )
    return alarm_id


async def test_a_page_has_the_most_urgent_first_then_the_longest_waiting_and_each_case_once(
    database: Database, world: World
) -> None:
    def work(tx: Transaction) -> tuple[bytes, ...]:
        calm = world.case(tx, urgency="P3", opened_at=NOW - 90_000, key_ids=(NATIONAL, PRIZREN))
        late = world.case(tx, urgency="P1", opened_at=NOW, key_ids=(PRIZREN,))
        early = world.case(tx, urgency="P1", opened_at=NOW - 7200, key_ids=(NATIONAL,))
        world.case(tx, urgency="P0", key_ids=(OTHER,))
        return early, late, calm

    early, late, calm = await database.transact(work)
    keys = (NATIONAL, PRIZREN)
    page = await database.read(lambda tx: shown(tx, keys))
    assert page == (early, late, calm)
    after = After(urgency="P1", opened_hour=NOW - 7200 - (NOW - 7200) % 3600, case_id=early)
    assert await database.read(lambda tx: shown(tx, keys, after=after, limit=1)) == (late,)
    assert await database.read(lambda tx: shown(tx, keys, urgency="P3")) == (calm,)
    assert await database.read(lambda tx: shown(tx, keys, urgency="P1", after=After(urgency="P1", opened_hour=NOW * 2))) == ()
    assert await database.read(lambda tx: shown(tx, (NATIONAL,))) == (early, calm)
    assert await database.read(lambda tx: shown(tx, keys, states=("closed",))) == ()
    assert await database.read(lambda tx: tx.cases.keys_of([calm, late])) == {calm: {NATIONAL, PRIZREN}, late: {PRIZREN}}
    assert await database.read(lambda tx: tx.cases.keys_of([])) == {}
    assert [row.case_id for row in await database.read(lambda tx: tx.cases.named([late, b"?" * 16, early]))] == [late, early]


async def put_off(database: Database, world: World, until: int | None, **case: Any) -> tuple[bytes, bytes]:
    def work(tx: Transaction) -> tuple[bytes, bytes]:
        case_id, officer_id = world.case(tx, **case), world.officer(tx)
        tx.snoozes.put(Snooze(case_id=case_id, until=until, after_seq=0, snoozed_by=officer_id, snoozed_at=NOW))
        return case_id, officer_id

    return await database.transact(work)


def set_aside(tx: Transaction, now: int = NOW) -> tuple[bytes, ...]:
    return tx.cases.put_off(key_ids=(NATIONAL,), now=now, limit=10)


@pytest.mark.parametrize("until", [NOW + 100, None])
async def test_a_case_that_is_put_off_is_on_the_page_that_asks_for_it_and_on_no_other(
    database: Database, world: World, until: int | None
) -> None:
    case_id, _ = await put_off(database, world, until)
    assert await database.read(shown) == ()
    assert await database.read(set_aside) == (case_id,)
    assert await database.read(lambda tx: tx.cases.put_off(key_ids=(OTHER,), now=NOW, limit=10)) == ()
    (standing,) = await database.read(lambda tx: tx.snoozes.every(NOW))
    assert await database.read(lambda tx: tx.snoozes.standing([case_id], NOW)) == {case_id: standing}
    assert await database.read(lambda tx: tx.snoozes.standing([], NOW)) == {}
    assert await database.transact(lambda tx: (tx.snoozes.wake(case_id), tx.snoozes.wake(case_id))) == (True, False)
    assert await database.read(shown) == (case_id,)


async def test_a_case_comes_back_when_its_time_is_over(database: Database, world: World) -> None:
    case_id, _ = await put_off(database, world, NOW + 100)
    assert await database.read(lambda tx: (shown(tx, now=NOW + 100), set_aside(tx, NOW + 100))) == ((case_id,), ())


async def test_a_case_comes_back_when_the_reporter_writes_and_not_when_an_officer_does(database: Database, world: World) -> None:
    case_id, _ = await put_off(database, world, None)

    def note(tx: Transaction) -> None:
        tx.cases.append(case_id, 1, world.entries(1, first=1))
        tx.snoozes.follow(case_id, before=0, seq=1)

    await database.transact(note)
    assert await database.read(shown) == ()
    await database.transact(lambda tx: tx.cases.append(case_id, 2, world.entries(1, first=2)))
    assert await database.read(lambda tx: (shown(tx), set_aside(tx))) == ((case_id,), ())


async def test_a_case_that_rings_is_never_put_off(database: Database, world: World) -> None:
    case_id, _ = await put_off(database, world, None)
    await database.transact(lambda tx: ring(tx, world, case_id, at=NOW + 50))
    assert await database.read(shown) == ()
    assert await database.read(lambda tx: shown(tx, now=NOW + 50)) == (case_id,)


async def test_the_cases_of_an_officer_are_those_they_hold_and_may_open(database: Database, world: World) -> None:
    def work(tx: Transaction) -> tuple[bytes, bytes, bytes]:
        officer_id = world.officer(tx)
        mine, out, waiting = world.case(tx), world.case(tx, key_ids=(OTHER,)), world.case(tx)
        for case_id in (mine, out):
            tx.cases.take(case_id, officer_id)
        return officer_id, mine, waiting

    officer_id, mine, _ = await database.transact(work)
    held = {"key_ids": (NATIONAL,), "now": NOW, "limit": 10}
    assert await database.read(lambda tx: tx.cases.held(officer_id, **held)) == (mine,)
    assert await database.read(lambda tx: tx.cases.held(officer_id, urgency="P0", **held)) == ()
    await database.transact(
        lambda tx: tx.snoozes.put(Snooze(case_id=mine, until=None, after_seq=0, snoozed_by=officer_id, snoozed_at=NOW))
    )
    assert await database.read(lambda tx: tx.cases.held(officer_id, **held)) == ()


async def test_a_mark_changes_with_its_case_and_names_the_keys_that_were_asked_about(database: Database, world: World) -> None:
    case_id = await database.transact(lambda tx: world.case(tx, key_ids=(NATIONAL, PRIZREN, OTHER)))
    keys = (NATIONAL, PRIZREN)
    before = await database.read(lambda tx: tx.cases.marks(OPEN, keys))
    assert {case_id} == set(before)
    assert before[case_id].key_ids == {NATIONAL, PRIZREN}
    await database.transact(lambda tx: tx.cases.mark_read(case_id, 0))
    after = await database.read(lambda tx: tx.cases.marks(OPEN, keys))
    assert after[case_id].facts != before[case_id].facts
    alarm_id = await database.transact(lambda tx: ring(tx, world, case_id, step=2))
    (sounding,) = await database.read(lambda tx: tx.cases.rings())
    assert (sounding.alarm_id, sounding.case_id, sounding.created_at, sounding.step) == (alarm_id, case_id, NOW, 2)


async def test_one_message_goes_several_ways_and_each_tells_where_it_is(database: Database, world: World) -> None:
    def work(tx: Transaction) -> bytes:
        case_id = world.case(tx)
        reply = {"message_id": b"m" * 16, "case_id": case_id, "author": b"a" * 16, "sealed": b"s", "signature": b"t"}
        tx.replies.put_in_relay(StoredReply(recipient=b"r" * 16, **reply), NOW)
        tx.replies.put_in_mailbox(StoredReply(recipient=b"x" * 16, **reply), NOW)
        tx.replies.claim(NOW, 10, 30)
        tx.replies.delivered(b"m" * 16, NOW + 1)
        return case_id

    case_id = await database.transact(work)
    states = await database.read(lambda tx: tx.replies.states(case_id))
    assert [(one.recipient[:1], one.state) for one in states] == [(b"r", "delivered"), (b"x", "mailbox")]
    assert await database.read(lambda tx: (tx.replies.is_known(b"m" * 16), tx.replies.is_known(b"?" * 16))) == (True, False)


async def test_whether_a_chat_can_be_answered_is_told_without_the_key(database: Database, world: World) -> None:
    case_id = await database.transact(world.case)
    assert not await database.read(lambda tx: tx.return_addresses.is_kept(case_id))
    await database.transact(lambda tx: tx.return_addresses.put(case_id, b"somewhere"))
    assert await database.read(lambda tx: tx.return_addresses.is_kept(case_id))


async def test_what_is_erased_is_put_off_no_more(database: Database, world: World) -> None:
    case_id, _ = await put_off(database, world, None, key_ids=(NATIONAL,))
    await database.transact(lambda tx: tx.cases.add_wrap(case_id, Wrap(key_id=PRIZREN, sealed=b"w")))
    await database.transact(lambda tx: tx.cases.erase(case_id))
    assert await database.read(lambda tx: tx.snoozes.every(NOW)) == ()
    assert await database.read(shown) == ()


async def test_alarms_come_with_their_cases_and_a_person_may_slow_an_open_one_down(database: Database, world: World) -> None:
    def work(tx: Transaction) -> tuple[bytes, bytes, bytes]:
        one, other = world.case(tx), world.case(tx)
        return one, other, ring(tx, world, one)

    one, other, alarm_id = await database.transact(work)
    found = await database.read(lambda tx: tx.alarms.of_cases([one, other]))
    assert ([len(alarms) for alarms in found.values()], await database.read(lambda tx: tx.alarms.of_cases([]))) == ([1, 0], {})
    calmer = replace(found[one][0], urgency="P3", policy={"act_within": 9}, created_at=5, next_at=NOW + 9, step=4)
    assert await database.transact(lambda tx: tx.alarms.recast(calmer))
    assert await database.read(lambda tx: tx.alarms.get(alarm_id)) == calmer
    await database.transact(lambda tx: tx.alarms.close(one))
    assert not await database.transact(lambda tx: tx.alarms.recast(calmer))


async def test_whom_an_alarm_tells_are_those_whose_message_was_not_taken_back(database: Database, world: World) -> None:
    def work(tx: Transaction) -> tuple[bytes, bytes]:
        case_id, officer_id = world.case(tx), world.officer(tx)
        alarm_id = ring(tx, world, case_id)
        facts = AlertFacts(urgency="P1", area=None, designation="calm river", since=NOW)
        about = {"alarm_id": alarm_id, "case_id": case_id, "officer_id": officer_id, "facts": facts, "not_before": NOW}
        tx.alerts.enqueue([NewAlert(alert_id=world.rng(16), kind="alarm", **about)])
        return alarm_id, officer_id

    alarm_id, officer_id = await database.transact(work)
    assert await database.read(lambda tx: tx.alerts.told(alarm_id, "alarm")) == {officer_id}
    assert await database.read(lambda tx: tx.alerts.told(alarm_id, "news")) == frozenset()
    await database.transact(lambda tx: tx.alerts.drop(alarm_id))
    assert await database.read(lambda tx: tx.alerts.told(alarm_id, "alarm")) == frozenset()
