"""Strangers who write and write hold up no officer, whatever Telegram says to the answers."""

import asyncio
import time
from typing import Any

import pytest

from handlers.officer.telegram.attempts import Strangers
from simulator.faults import Fault, Limits

Station = Any
MANY = 200
TELEGRAMS_LIMITS = Limits(per_chat=1, per_bot=30)


async def took(phone: Any) -> float:
    """Press Take, and measure how long it is until the telephone says so."""
    began = time.monotonic()
    await phone.press("Take")
    await phone.toasted("You have taken this case.")
    return time.monotonic() - began


@pytest.mark.parametrize("chats", [1, MANY])
async def test_a_flood_of_strangers_delays_a_take_by_less_than_a_second(station: Station, chats: int) -> None:
    _, arta = await station.linked("Arta")
    await station.case("P0")
    await arta.heard("Urgency")
    strangers = [station.phone("Mallory") for _ in range(chats)]
    station.sim.limits = TELEGRAMS_LIMITS
    for n in range(MANY):
        await strangers[n % chats].say("hello")
    assert await took(arta) < 1


@pytest.mark.parametrize("fault", [{"retry_after": 60}, {"how": "hang", "seconds": 30}, {"how": "drop"}, {"code": 500}])
async def test_whatever_becomes_of_the_answers_no_update_comes_again_and_a_take_is_quick(
    station: Station, fault: dict[str, Any]
) -> None:
    _, arta = await station.linked("Arta")
    await station.case("P0")
    await arta.heard("Urgency")
    await station.idle()
    strangers = [station.phone("Mallory") for _ in range(MANY)]
    for stranger in strangers:
        station.sim.faults.add(Fault(method="sendMessage", chat_id=stranger.person.id, times=MANY, **fault))
        await stranger.say("hello")
    assert await took(arta) < 1
    await arta.settled()
    assert await station.database.read(lambda tx: tx.set_aside.every(10)) == ()


async def test_a_flood_of_strangers_delays_no_alarm(station: Station) -> None:
    _, arta = await station.linked("Arta")
    for stranger in [station.phone("Mallory") for _ in range(MANY)]:
        station.sim.faults.add(Fault(method="sendMessage", chat_id=stranger.person.id, how="hang", seconds=30))
        await stranger.say("hello")
    await asyncio.sleep(0.1)
    began = time.monotonic()
    await station.case("P0")
    await arta.heard("Urgency")
    assert time.monotonic() - began < 1


def test_all_strangers_together_get_few_answers_a_minute() -> None:
    strangers = Strangers()
    assert sum(strangers.may_hear(chat_id, 0) for chat_id in range(MANY)) == Strangers.MOST
    assert not strangers.may_hear_of_code(Strangers.PAUSE - 1)
    assert strangers.may_hear(1000, Strangers.PAUSE)


def test_a_crowd_of_strangers_is_not_remembered_for_ever() -> None:
    strangers = Strangers()
    for chat_id in range(5000):
        strangers.may_hear(chat_id, chat_id * 10)
    assert len(strangers._answered) <= 1000
