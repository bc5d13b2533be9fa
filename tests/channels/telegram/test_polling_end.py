"""Polling ends when it is told to, finishes what runs, and confirms what is stored."""

import asyncio
from typing import Any

from structlog.testing import capture_logs

from handlers.channel import Incoming
from handlers.errors import TryLater
from tests.channels.telegram.polled import Message, offsets, until


async def test_a_flood_wait_is_honoured_but_does_not_hold_up_the_end(bot_api: Any, polling: Any) -> None:
    bot_api.then_refuse("getUpdates", 429, "Too Many Requests: retry after 600", retry_after=600)

    async def take(incoming: Incoming) -> None:
        raise AssertionError

    async with polling(take):
        await asyncio.sleep(0.1)
    assert len(bot_api.bodies("getUpdates")) == 1


async def test_stopping_ends_a_long_poll_at_once(bot_api: Any, polling: Any) -> None:
    async def take(incoming: Incoming) -> None:
        raise AssertionError

    started = asyncio.get_running_loop().time()
    async with polling(take, long_poll=30):
        await until(lambda: len(bot_api.calls) == 1)
    assert asyncio.get_running_loop().time() - started < 1


async def test_stopping_finishes_what_is_running_begins_nothing_and_confirms(
    bot_api: Any, polling: Any, message: Message
) -> None:
    heard: list[int] = []
    begun = asyncio.Event()

    async def take(incoming: Incoming) -> None:
        begun.set()
        await asyncio.sleep(0.05)
        heard.append(incoming.update_id)

    async with polling(take):
        await bot_api.push(message(5), message(6))
        await begun.wait()
    assert heard == [5]
    last = bot_api.bodies("getUpdates")[-1]
    assert (last["offset"], last["timeout"], last["limit"]) == (6, 0, 1)
    assert [update["update_id"] for update in bot_api.updates] == [6]


async def test_a_turn_that_does_not_end_in_time_stays_unconfirmed(bot_api: Any, polling: Any, message: Message) -> None:
    begun = asyncio.Event()

    async def take(incoming: Incoming) -> None:
        begun.set()
        await asyncio.sleep(60)

    async with polling(take, stop=0.02):
        await bot_api.push(message(5))
        await begun.wait()
    assert bot_api.bodies("getUpdates")[-1]["offset"] == 5


async def test_an_update_that_is_being_retried_at_the_end_stays_unconfirmed(bot_api: Any, polling: Any, message: Message) -> None:
    tried = asyncio.Event()

    async def take(incoming: Incoming) -> None:
        tried.set()
        raise TryLater(1)

    async with polling(take, first_retry=30.0):
        await bot_api.push(message(5), message(6))
        await tried.wait()
    assert bot_api.bodies("getUpdates")[-1]["offset"] == 5


async def test_an_end_that_cannot_be_confirmed_is_an_end(bot_api: Any, polling: Any, message: Message) -> None:
    may_end = asyncio.Event()

    async def take(incoming: Incoming) -> None:
        await may_end.wait()

    with capture_logs() as logs:
        async with polling(take):
            await bot_api.push(message(5))
            await until(lambda: 5 in offsets(bot_api))
            for _ in range(30):
                bot_api.then_refuse("getUpdates", 409, "Conflict: terminated by other getUpdates request")
            may_end.set()
    assert logs[-1]["event"] == "telegram.polling.unconfirmed"
