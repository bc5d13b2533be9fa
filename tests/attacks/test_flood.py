"""One chat floods the bot: it slows itself alone, always has the numbers to call before its eyes, and can hide within a second.

The messenger meters cards as Telegram does, one a second in a chat with short bursts, and answers 429 to the rest.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from handlers import limits
from simulator.people import Phone
from tests.attacks.phones import at_the_first_question, choose, codes
from tests.attacks.siege import Siege, besieged

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(150)]

FLOOD, A_SECOND = 300, 100
OTHERS = 12
TURN, TIMES = 0.5, 10
"""Seconds for a turn of somebody else while the flood lasts; on a machine that is slow by itself, so many times a turn in quiet."""
MORE_MEMORY = 40
"""Megabytes that a flood may take."""


@pytest_asyncio.fixture(
    loop_scope="module",
    scope="module",
    params=["polling", "webhook"],
)
async def siege(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Siege]:
    async with besieged(tmp_path_factory.mktemp(request.param), telegram_updates=request.param) as town:
        town.sim.limits.per_chat, town.sim.limits.burst = 1.0, 3
        yield town


async def _flood(phone: Phone) -> None:
    """Write faster than anybody can, for three seconds."""
    for at in range(FLOOD):
        await phone.say(f"flood {at} " + "x" * 100)
        await asyncio.sleep(1 / A_SECOND)


async def _turn(siege: Siege, delay: float = 0) -> float:
    """Open the door somewhere else, after a while; return how long the card took."""
    phone = siege.child("en")
    await asyncio.sleep(delay)
    began = time.perf_counter()
    await phone.start()
    await phone.heard("worries you", 30)
    return time.perf_counter() - began


async def test_a_flood_slows_its_own_chat_alone_and_leaves_it_the_numbers_and_a_way_out(siege: Siege) -> None:
    flooder = await at_the_first_question(siege)
    await asyncio.sleep(3)  # a burst of cards is allowed again
    before, quiet = siege.memory, statistics.median([await _turn(siege) for _ in range(5)])
    flood = asyncio.create_task(_flood(flooder))
    turns = await asyncio.gather(*(_turn(siege, 0.2 * at) for at in range(OTHERS)))
    await flood
    await flooder.settled(60)

    assert statistics.median(turns) < max(TURN, TIMES * quiet)
    assert siege.memory < before + MORE_MEMORY
    edits = siege.sim.calls.of("editMessageText", chat_id=flooder.person.id)
    assert len(edits) < FLOOD / 10, "one card answers many messages"

    await flooder.heard(lambda _: "112" in flooder.card().text and "192" in flooder.card().text, 15)
    await choose(flooder, "help")
    card = await flooder.heard("These numbers are here", 15)
    assert all(number in card.text for number in ("112", "192", "194"))
    began = time.perf_counter()
    await flooder.say("/hide")
    await flooder.heard(lambda shown: not shown or [one.text for one in shown] == ["Nothing new right now."], 5)
    assert time.perf_counter() - began < 1
    await flooder.heard("Nothing new right now.", 15)
    await choose(flooder, "open")
    assert {"sq", "en", "help", "hide"} <= set(codes(flooder.card()))
    assert siege.troubles() == []


async def test_a_flood_of_presses_and_of_chats_takes_no_memory_that_stays(siege: Siege) -> None:
    if siege.settings.telegram_updates != "webhook":
        pytest.skip("posted side by side, which only a webhook can be")
    flooder = await at_the_first_question(siege)
    before = siege.memory
    lanes = asyncio.Semaphore(30)
    async with aiohttp.ClientSession() as session:

        async def post(at: int) -> int:
            async with lanes:
                return await siege.post(_press(flooder, at) if at % 2 else _stranger(at), session=session)

        quiet = await _turn(siege)
        turn = asyncio.create_task(_turn(siege, 0.3))
        statuses = await asyncio.gather(*(post(at) for at in range(1200)))

    assert set(statuses) == {200}
    assert await turn < max(TURN, TIMES * quiet)
    assert siege.memory < before + MORE_MEMORY
    assert siege.troubles() == []


async def test_an_account_that_opens_case_after_case_is_slowed_down_and_nobody_else_is(siege: Siege) -> None:
    """Danger, forget the chat, danger again: each of the first reports opens a case, then it is said that the next has to wait."""
    siege.sim.limits.per_chat = None
    before = len(await siege.cases())
    flooder = siege.child("en")
    for _ in range(limits.CASES_AT_ONCE):
        await flooder.start()
        await choose(flooder, "en", "yes")
        await flooder.say("/forget")
        await choose(flooder, "yes")
        await flooder.settled(30)
    assert len(await siege.cases()) == before + limits.CASES_AT_ONCE
    await flooder.start()
    await choose(flooder, "en")
    await flooder.press(next(one.data for one in flooder.card().buttons if (one.data or "").endswith(":yes")))
    card = await flooder.heard("That did not arrive.", 15)
    assert all(number in card.text for number in ("112", "192"))
    assert len(await siege.cases()) == before + limits.CASES_AT_ONCE

    other = await at_the_first_question(siege)
    await choose(other, "yes")
    assert len(await siege.cases()) == before + limits.CASES_AT_ONCE + 1
    assert siege.troubles() == []


def _press(phone: Phone, at: int) -> dict[str, object]:
    """A press on the card, as a thumb that does not rest makes them."""
    card = {"message_id": phone.card().message_id, "date": 1, "chat": phone.chat.json}
    data = phone.card().buttons[at % 3].data
    query = {"id": str(at), "from": phone.person.json, "message": card, "chat_instance": "1", "data": data}
    return {"update_id": 10**12 + at, "callback_query": query}


def _stranger(at: int) -> dict[str, object]:
    """A first word of a chat that the messenger does not know any more."""
    account = {"id": 9_000_000_000 + at, "first_name": "A", "is_bot": False}
    message = {"message_id": 1, "date": 1_700_000_000, "chat": {**account, "type": "private"}, "from": account, "text": "words"}
    return {"update_id": 10**12 + at, "message": message}
