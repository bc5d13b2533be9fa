"""Alarms and the messages they send: claimed by one, moved on once, sent again in doubt."""

import asyncio
from dataclasses import replace

import pytest
import sqlalchemy as sa

from flows.escalation import Policies
from handlers.officer import moves
from handlers.officer.teams import shut_out
from storage.alarms import Alarm
from storage.alerts import AlertFacts, NewAlert
from storage.database import Database
from storage.errors import AlreadyThere
from storage.tables import alert

FACTS = AlertFacts(urgency="P0", area="prizren", designation="calm river", since=1_800_000_000)


def an_alarm(world, case_id: bytes, **changes: object) -> Alarm:
    values: dict[str, object] = {
        "alarm_id": world.rng(16),
        "case_id": case_id,
        "team_ids": ("national",),
        "urgency": "P0",
        "created_at": 100,
        "next_at": 100,
        "policy": {"steps": [{"after": 0, "whom": "duty"}]},
    }
    return Alarm(**{**values, **changes})


def an_alert(world, case_id: bytes, officer_id: bytes, alarm_id: bytes | None = None, **changes: object) -> NewAlert:
    values: dict[str, object] = {
        "alert_id": world.rng(16),
        "alarm_id": alarm_id,
        "case_id": case_id,
        "officer_id": officer_id,
        "kind": "alarm",
        "facts": FACTS,
        "not_before": 100,
    }
    return NewAlert(**{**values, **changes})


async def open_alarm(database: Database, world) -> Alarm:
    def work(tx):
        alarm = an_alarm(world, world.case(tx))
        tx.alarms.open(alarm)
        return alarm

    return await database.transact(work)


async def test_an_alarm_keeps_its_policy_as_it_was(database: Database, world) -> None:
    alarm = await open_alarm(database, world)
    assert alarm == await database.read(lambda tx: tx.alarms.get(alarm.alarm_id))
    assert (alarm,) == await database.read(lambda tx: tx.alarms.of_case(alarm.case_id))
    assert await database.read(lambda tx: tx.alarms.get(b"?" * 16)) is None
    with pytest.raises(AlreadyThere):
        await database.transact(lambda tx: tx.alarms.open(alarm))


async def test_a_due_alarm_is_claimed_by_one_process(database: Database, world) -> None:
    alarm = await open_alarm(database, world)
    assert await database.read(lambda tx: tx.alarms.due(99, 10)) == ()
    assert (alarm,) == await database.read(lambda tx: tx.alarms.due(100, 10))
    claims = await asyncio.gather(*(database.transact(lambda tx: tx.alarms.claim(100, 10, 30)) for _ in range(4)))
    assert [(alarm,)] == [claim for claim in claims if claim]
    assert await database.transact(lambda tx: tx.alarms.claim(129, 10, 30)) == ()
    assert len(await database.transact(lambda tx: tx.alarms.claim(130, 10, 30))) == 1


async def test_an_alarm_moves_on_once_and_falls_silent_when_acknowledged(database: Database, world) -> None:
    alarm = await open_alarm(database, world)

    def work(tx):
        officer = world.officer(tx)
        one = alarm.alarm_id
        moves = [
            tx.alarms.advance(one, 0, 1, 400),
            tx.alarms.advance(one, 0, 1, 400),
            tx.alarms.revise(one, team_ids=("national", "prizren"), urgency="P1", next_at=200),
            tx.alarms.acknowledge(one, officer),
            tx.alarms.acknowledge(one, officer),
            tx.alarms.advance(one, 1, 2, 500),
            tx.alarms.revise(one, team_ids=(), urgency="P0", next_at=1),
        ]
        return moves, tx.alarms.get(one), officer

    moves, after, officer = await database.transact(work)
    assert moves == [True, False, True, True, False, False, False]
    assert ("acknowledged", 1, None, officer) == (after.state, after.step, after.next_at, after.acknowledged_by)
    assert (after.team_ids, after.urgency) == (("national", "prizren"), "P1")
    assert await database.read(lambda tx: tx.alarms.due(10_000, 10)) == ()
    assert await database.transact(lambda tx: tx.alarms.close(alarm.case_id)) == 1
    assert await database.transact(lambda tx: tx.alarms.close(alarm.case_id)) == 0


async def test_every_alarm_of_a_case_can_be_made_to_name_other_teams(database: Database, world) -> None:
    """Closed ones too: what names nobody tells nobody who was there."""
    alarm = await open_alarm(database, world)
    other = await open_alarm(database, world)

    def work(tx):
        tx.alarms.close(alarm.case_id)
        tx.alarms.open(an_alarm(world, alarm.case_id, team_ids=("national", "prizren")))
        tx.alarms.hold(alarm.case_id)
        tx.alarms.leave_to(alarm.case_id, ("elsewhere",))
        return [one.team_ids for one in tx.alarms.of_case(alarm.case_id)], tx.alarms.get(other.alarm_id)

    assert await database.transact(work) == ([("elsewhere",), ("elsewhere",)], other)


async def test_only_an_open_alarm_can_be_hastened(database: Database, world) -> None:
    alarm = await open_alarm(database, world)
    assert await database.transact(lambda tx: tx.alarms.hasten(alarm.alarm_id, 7))
    assert await database.read(lambda tx: tx.alarms.get(alarm.alarm_id)) == replace(alarm, next_at=7)
    await database.transact(lambda tx: tx.alarms.close(alarm.case_id))
    assert not await database.transact(lambda tx: tx.alarms.hasten(alarm.alarm_id, 8))


async def test_an_acknowledgement_at_the_same_moment_does_not_bring_back_a_team_that_was_shut_out(
    database: Database, world
) -> None:
    """The promise to act is laid before the team is taken out of all alarms, or after, and then without it."""
    policy = Policies.load().of("P1").to_json()

    def prepared(tx):
        alarm = an_alarm(world, world.case(tx), team_ids=("national", "prizren"), urgency="P1", policy=policy)
        tx.alarms.open(alarm)
        return alarm.case_id, world.officer(tx)

    for _ in range(10):
        case_id, officer = await database.transact(prepared)
        works = (
            lambda tx, case_id=case_id, officer=officer: moves.acknowledge(tx, case_id, officer, now=100, rng=world.rng),
            lambda tx, case_id=case_id: shut_out(tx, case_id, ("prizren",)),
        )
        await asyncio.gather(*(database.transact(work) for work in works))
        alarms = await database.read(lambda tx, case_id=case_id: tx.alarms.of_case(case_id))
        assert sorted(alarm.state for alarm in alarms) == ["acknowledged", "open"]
        assert {alarm.team_ids for alarm in alarms} == {("national",)}


async def queued(database: Database, world, count: int = 1):
    def work(tx):
        alarm = an_alarm(world, world.case(tx))
        tx.alarms.open(alarm)
        officer = world.officer(tx)
        tx.alerts.enqueue(an_alert(world, alarm.case_id, officer, alarm.alarm_id) for _ in range(count))
        return alarm

    return await database.transact(work)


async def test_an_alert_carries_plain_facts_and_its_message_can_be_found_again(database: Database, world) -> None:
    alarm = await queued(database, world)
    (claimed,) = await database.transact(lambda tx: tx.alerts.claim(100, 10, 30))
    assert (claimed.facts, claimed.state, claimed.attempts) == (FACTS, "sending", 1)
    assert await database.transact(lambda tx: tx.alerts.sent(claimed.alert_id, b"message 77"))
    (sent,) = await database.read(lambda tx: tx.alerts.for_case(alarm.case_id))
    assert (sent.state, sent.message) == ("sent", b"message 77")
    assert await database.transact(lambda tx: tx.alerts.claim(9999, 10, 30)) == ()


async def test_in_doubt_an_alert_is_sent_again(database: Database, world) -> None:
    await queued(database, world)
    (first,) = await database.transact(lambda tx: tx.alerts.claim(100, 10, 30))
    assert await database.transact(lambda tx: tx.alerts.claim(129, 10, 30)) == ()
    (second,) = await database.transact(lambda tx: tx.alerts.claim(130, 10, 30))
    assert (first.alert_id, 2) == (second.alert_id, second.attempts)
    assert not await database.transact(lambda tx: tx.alerts.failed(first, None))
    assert await database.transact(lambda tx: tx.alerts.failed(second, 500))
    assert await database.transact(lambda tx: tx.alerts.claim(499, 10, 30)) == ()
    (third,) = await database.transact(lambda tx: tx.alerts.claim(500, 10, 30))
    assert await database.transact(lambda tx: tx.alerts.failed(third, None))
    assert await database.transact(lambda tx: tx.alerts.claim(9999, 10, 30)) == ()


async def test_claims_that_are_let_go_are_due_again(database: Database, world) -> None:
    await queued(database, world)
    (first,) = await database.transact(lambda tx: tx.alerts.claim(100, 10, 30))
    assert await database.transact(lambda tx: tx.alerts.let_go(105)) == 1
    (second,) = await database.transact(lambda tx: tx.alerts.claim(105, 10, 30))
    assert (first.alert_id, 2) == (second.alert_id, second.attempts)
    assert await database.transact(lambda tx: tx.alerts.sent(second.alert_id, b"message 77"))
    assert await database.transact(lambda tx: tx.alerts.let_go(106)) == 0


async def test_many_claimers_share_the_outbox_without_overlap(database: Database, world) -> None:
    await queued(database, world, count=20)
    claims = await asyncio.gather(*(database.transact(lambda tx: tx.alerts.claim(100, 5, 30)) for _ in range(6)))
    claimed = [one.alert_id for claim in claims for one in claim]
    assert len(claimed) == len(set(claimed))
    rest = await database.transact(lambda tx: tx.alerts.claim(100, 50, 30))
    assert len(claimed) + len(rest) == 20


async def test_what_is_not_sent_yet_is_dropped_when_somebody_answers(database: Database, world) -> None:
    alarm = await queued(database, world, count=3)
    (under_way,) = await database.transact(lambda tx: tx.alerts.claim(100, 1, 30))
    assert await database.transact(lambda tx: tx.alerts.drop(alarm.alarm_id)) == 2
    assert await database.transact(lambda tx: tx.alerts.sent(under_way.alert_id, b"1"))
    states = sorted(one.state for one in await database.read(lambda tx: tx.alerts.for_case(alarm.case_id)))
    assert states == ["dropped", "dropped", "sent"]


async def test_the_database_itself_refuses_an_illegal_state(database: Database, world) -> None:
    await queued(database, world)
    for values in ({"state": "lost"}, {"state": "sent"}, {"due_at": None}):

        def break_it(tx, values=values):
            tx.alerts._scope.connection.execute(sa.update(alert).values(values))

        with pytest.raises(sa.exc.IntegrityError):
            await database.transact(break_it)


async def test_a_message_that_waits_serves_for_the_next_and_those_of_others_are_taken_back(database: Database, world) -> None:
    alarm = await open_alarm(database, world)
    arta, besa = await database.transact(lambda tx: (world.officer(tx), world.officer(tx)))
    both = [an_alert(world, alarm.case_id, one, alarm.alarm_id) for one in (arta, besa)]
    await database.transact(lambda tx: tx.alerts.enqueue(both))
    assert await database.read(lambda tx: tx.alerts.oldest_waiting(alarm.alarm_id)) == 100
    assert await database.transact(lambda tx: tx.alerts.keep_for(alarm.alarm_id, [arta], 500)) == {arta}
    states = await database.read(lambda tx: {one.officer_id: one.state for one in tx.alerts.for_case(alarm.case_id)})
    assert states == {arta: "pending", besa: "dropped"}
    assert await database.read(lambda tx: tx.alerts.oldest_waiting(alarm.alarm_id)) == 100, "it tells since when it waits"
    (claimed,) = await database.transact(lambda tx: tx.alerts.claim(500, 10, 60))
    await database.transact(lambda tx: tx.alerts.failed(claimed, 900))
    await database.transact(lambda tx: tx.alerts.keep_for(alarm.alarm_id, [arta], 600))
    assert len(await database.transact(lambda tx: tx.alerts.claim(600, 10, 60))) == 1, "and is tried at once"


async def test_what_some_officers_were_not_sent_is_taken_back_from_them_only(database: Database, world) -> None:
    alarm = await open_alarm(database, world)
    arta, besa = await database.transact(lambda tx: (world.officer(tx), world.officer(tx)))
    both = [an_alert(world, alarm.case_id, one) for one in (arta, besa)]
    await database.transact(lambda tx: tx.alerts.enqueue(both))
    assert await database.read(lambda tx: set(tx.alerts.recipients(alarm.case_id))) == {arta, besa}
    assert await database.transact(lambda tx: tx.alerts.drop_for(alarm.case_id, [besa])) == 1
    assert [one.officer_id for one in await database.transact(lambda tx: tx.alerts.claim(200, 10, 60))] == [arta]
    assert await database.transact(lambda tx: tx.alerts.drop_for(alarm.case_id, [])) == 0


async def test_messages_that_do_not_get_out_are_noticed(database: Database, world) -> None:
    alarm = await open_alarm(database, world)
    arta = await database.transact(world.officer)
    assert not await database.read(lambda tx: tx.alerts.held_up(2**40, 1))
    await database.transact(lambda tx: tx.alerts.enqueue([an_alert(world, alarm.case_id, arta)]))
    assert not await database.read(lambda tx: tx.alerts.held_up(99, 2))
    assert await database.read(lambda tx: tx.alerts.held_up(100, 2)), "nobody takes it"
    (claimed,) = await database.transact(lambda tx: tx.alerts.claim(100, 10, 60))
    assert not await database.read(lambda tx: tx.alerts.held_up(159, 2))
    assert await database.read(lambda tx: tx.alerts.held_up(160, 2)), "who took it died, and nobody came after"
    await database.transact(lambda tx: tx.alerts.failed(claimed, 500))
    assert not await database.read(lambda tx: tx.alerts.held_up(160, 2))
    (claimed,) = await database.transact(lambda tx: tx.alerts.claim(500, 10, 60))
    await database.transact(lambda tx: tx.alerts.failed(claimed, 900))
    assert await database.read(lambda tx: tx.alerts.held_up(160, 2)), "it is tried in vain"
    (claimed,) = await database.transact(lambda tx: tx.alerts.claim(900, 10, 60))
    await database.transact(lambda tx: tx.alerts.sent(claimed.alert_id, b"5 6"))
    assert not await database.read(lambda tx: tx.alerts.held_up(2**40, 1))


async def test_the_newest_message_of_a_kind_tells_when(database: Database, world) -> None:
    alarm = await open_alarm(database, world)
    arta = await database.transact(world.officer)
    assert await database.read(lambda tx: tx.alerts.newest(alarm.case_id, "news")) is None
    for since in (300, 900, 600):
        facts = AlertFacts(urgency="P1", area=None, designation="calm river", since=since)
        one = an_alert(world, alarm.case_id, arta, kind="news", facts=facts)
        await database.transact(lambda tx, one=one: tx.alerts.enqueue([one]))
    assert await database.read(lambda tx: tx.alerts.newest(alarm.case_id, "news")) == 900
