"""A chat that refuses is tried again while others are told; only one that refuses for long is unlinked."""

import asyncio
from typing import Any

from handlers.officer.telegram.reach import ENOUGH, FIRST_WAIT, PATIENCE, Reach
from simulator.faults import Fault

Station = Any
MIN = 60
FORBIDDEN = "Forbidden: bot was blocked by the user"


async def is_linked(station: Station, officer_id: bytes) -> bool:
    return (await station.database.read(lambda tx: tx.officers.get(officer_id))).reachable


async def test_one_faulty_refusal_wakes_the_next_at_once_and_unlinks_nobody(station: Station) -> None:
    arta_id, arta = await station.linked("Arta", position=1)
    _, besa = await station.linked("Besa", position=2)
    station.sim.faults.add(Fault(method="sendMessage", code=403, description=FORBIDDEN))
    await station.case("P0")
    await besa.heard("Urgency: P0, immediate")
    await station.idle()
    assert await is_linked(station, arta_id)
    assert "Urgency" not in str(arta)
    station.clock.advance(FIRST_WAIT)
    await arta.heard("Urgency: P0, immediate")
    await station.idle()
    assert str(besa).count("Urgency") == 1


async def test_a_faulty_answer_to_everybody_does_not_empty_the_rota(station: Station) -> None:
    linked = [await station.linked(f"Officer {n}") for n in range(3)]
    station.sim.faults.add(Fault(method="sendMessage", code=403, description=FORBIDDEN, times=3))
    case_id = await station.case("P0")
    await station.idle()
    assert all([await is_linked(station, officer_id) for officer_id, _ in linked])
    assert (await station.alarm(case_id)).on_duty
    station.clock.advance(FIRST_WAIT)
    for _, phone in linked:
        await phone.heard("Urgency: P0, immediate")


async def test_a_chat_that_refuses_for_more_than_an_hour_is_unlinked(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")
    dija_id, dija = await station.linked("Dija", on="supervisor")
    await arta.block()
    await dija.block()
    case_id = await station.case("P0")
    for _ in range(6):
        await station.tick(10 * MIN)
        await station.idle()
    assert await is_linked(station, arta_id)
    for _ in range(2):
        await station.tick(10 * MIN)
        await station.idle()
    assert not await is_linked(station, arta_id)
    assert not await is_linked(station, dija_id)
    assert not (await station.alarm(case_id)).on_duty
    assert await station.notices() == ["unanswered"]


async def test_two_refusals_on_two_days_prove_nothing(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")
    for _ in range(2):
        station.sim.faults.add(Fault(method="sendMessage", code=403, description=FORBIDDEN))
        await station.case("P3")
        await station.idle()
        station.clock.advance(FIRST_WAIT)
        await arta.heard(lambda _: "Urgency" in str(arta))
        await asyncio.sleep(0)
        station.clock.advance(86400)
    assert await is_linked(station, arta_id)


def test_a_chat_counts_as_gone_after_enough_refusals_over_long_enough() -> None:
    reach = Reach()
    assert [reach.missed(b"a", b"chat", b"one", now).retry_at is None for now in (0, PATIENCE + 1)] == [False, False]
    assert ENOUGH == 3
    assert reach.missed(b"a", b"chat", b"one", PATIENCE + 2).retry_at is None
    assert reach.out == frozenset()


def test_a_message_that_is_taken_or_a_new_chat_begins_the_count_anew() -> None:
    reach = Reach()
    for now in range(5):
        reach.missed(b"a", b"chat", b"one", now)
    reach.heard(b"a")
    assert reach.missed(b"a", b"chat", b"one", PATIENCE + 9).retry_at is not None
    for now in range(5):
        reach.missed(b"b", b"old", b"one", now)
    assert reach.missed(b"b", b"new", b"one", PATIENCE + 9).retry_at == PATIENCE + 9 + FIRST_WAIT


def test_each_thing_is_told_to_others_once() -> None:
    reach = Reach()
    assert [reach.missed(b"a", b"chat", about, 0).first for about in (b"one", b"one", b"two")] == [True, False, True]
