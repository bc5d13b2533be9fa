"""Polling confirms only what is stored, keeps each chat in order, and lets chats run side by side."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot

from handlers.channel import Incoming, QuickCall
from handlers.reporter.telegram.calls import TelegramChannel
from handlers.reporter.telegram.polling import Polling
from handlers.reporter.telegram.window import Window
from tests.channels.telegram.polled import HASTY, Message, offsets, until, words


async def test_what_came_is_handed_over_and_confirmed(bot_api: Any, polling: Any, message: Message) -> None:
    heard: list[str] = []

    async def take(incoming: Incoming) -> None:
        heard.append(words(incoming))

    async with polling(take):
        await bot_api.push(message(5, "a"), message(6, "b"))
        await until(lambda: 7 in offsets(bot_api))
        await bot_api.push(message(7, "c"))
        await until(lambda: 8 in offsets(bot_api))
    assert heard == ["a", "b", "c"]
    first = bot_api.bodies("getUpdates")[0]
    assert first == {
        "timeout": 1,
        "limit": 100,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }


async def test_nothing_above_an_update_that_is_not_stored_is_confirmed(bot_api: Any, polling: Any, message: Message) -> None:
    may_end = asyncio.Event()
    heard: list[int] = []

    async def take(incoming: Incoming) -> None:
        if incoming.update_id == 6:
            await may_end.wait()
        heard.append(incoming.update_id)

    async with polling(take):
        await bot_api.push(message(5, chat=1), message(6, chat=2), message(7, chat=3))
        await until(lambda: 7 in heard)
        await bot_api.push(message(8, chat=4))
        await until(lambda: 8 in heard)
        assert max(offsets(bot_api)) <= 6
        assert [update["update_id"] for update in bot_api.updates] == [6, 7, 8]
        may_end.set()
        await until(lambda: 9 in offsets(bot_api))
    assert heard == [5, 7, 8, 6]


async def test_a_kill_loses_nothing_that_was_not_stored(bot_api: Any, bot: Bot, message: Message) -> None:
    """The loop is torn down in the middle of a turn; a second one gets that update again, and what came after it."""
    stored: list[int] = []
    begun = asyncio.Event()

    async def dies(incoming: Incoming) -> None:
        if incoming.update_id == 6:
            begun.set()
            await asyncio.sleep(60)
        stored.append(incoming.update_id)

    async def nothing_aside(number: int, raw: dict[str, Any]) -> None:
        raise AssertionError

    await bot_api.push(message(5, chat=1), message(6, chat=2), message(7, chat=3))
    first = asyncio.create_task(Polling(bot, TelegramChannel(bot), dies, nothing_aside, patience=HASTY).run())
    await begun.wait()
    await until(lambda: stored == [5, 7])
    await asyncio.sleep(0.05)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first

    again: list[int] = []

    async def take(incoming: Incoming) -> None:
        again.append(incoming.update_id)

    second = Polling(bot, TelegramChannel(bot), take, nothing_aside, patience=HASTY)
    running = asyncio.create_task(second.run())
    await until(lambda: 6 in again)
    second.stop()
    await running
    assert again == [6, 7]


async def test_chats_run_side_by_side_and_each_in_order(bot_api: Any, polling: Any, message: Message) -> None:
    now_running = 0
    most = 0
    heard: dict[str, list[int]] = {}
    running_chats: set[str] = set()

    async def take(incoming: Incoming) -> None:
        nonlocal now_running, most
        chat = incoming.address.chat_id
        assert chat not in running_chats
        running_chats.add(chat)
        now_running += 1
        most = max(most, now_running)
        await asyncio.sleep(0.005)
        now_running -= 1
        running_chats.discard(chat)
        heard.setdefault(chat, []).append(incoming.update_id)

    async with polling(take):
        await bot_api.push(*(message(number, chat=1 + number % 7) for number in range(1, 351)))
        await until(lambda: sum(map(len, heard.values())) == 350)
    assert most == 7
    assert all(numbers == sorted(numbers) for numbers in heard.values())


async def test_no_more_than_a_hundred_updates_are_under_way(bot_api: Any, polling: Any, message: Message) -> None:
    under_way = 0
    may_end = asyncio.Event()

    async def take(incoming: Incoming) -> None:
        nonlocal under_way
        under_way += 1
        await may_end.wait()

    async with polling(take):
        await bot_api.push(*(message(number, chat=number) for number in range(1, 301)))
        await until(lambda: under_way == 100)
        await asyncio.sleep(0.1)
        assert under_way == 100
        may_end.set()
        await until(lambda: under_way == 300)


async def test_while_a_turn_is_stuck_telegram_is_not_asked_without_end(bot_api: Any, polling: Any, message: Message) -> None:
    may_end = asyncio.Event()

    async def take(incoming: Incoming) -> None:
        await may_end.wait()

    async with polling(take, first_look=0.02, longest_look=0.25):
        await bot_api.push(message(5))
        await asyncio.sleep(1.0)
        may_end.set()
    assert len(bot_api.bodies("getUpdates")) < 12


async def test_what_holds_nothing_for_us_is_confirmed(bot_api: Any, polling: Any, message: Message) -> None:
    heard: list[int] = []

    async def take(incoming: Incoming) -> None:
        heard.append(incoming.update_id)

    async with polling(take):
        await bot_api.push({"update_id": 5, "poll_answer": {}}, {"update_id": 6, "message": [1]}, message(7))
        await until(lambda: 8 in offsets(bot_api))
    assert heard == [7]


async def test_ids_may_begin_anywhere_after_a_quiet_week(bot_api: Any, polling: Any, message: Message) -> None:
    heard: list[int] = []

    async def take(incoming: Incoming) -> None:
        heard.append(incoming.update_id)

    async with polling(take):
        await bot_api.push(message(900))
        await until(lambda: 901 in offsets(bot_api))
        bot_api.then("getUpdates", 200, result=[message(20)])
        await until(lambda: heard == [900, 20])
        await until(lambda: 21 in offsets(bot_api))


async def test_quick_calls_are_made_beside_the_next_turns(bot_api: Any, polling: Any, message: Message) -> None:
    async def take(incoming: Incoming) -> QuickCall:
        return QuickCall(kind="delete", message_id=incoming.message_id or 0)

    bot_api.then_refuse("deleteMessages", 429, "Too Many Requests", retry_after=9)
    async with polling(take):
        await bot_api.push(message(5), message(6))
        await until(lambda: len(bot_api.bodies("deleteMessages")) == 2)
    assert [body["message_ids"] for body in bot_api.bodies("deleteMessages")] == [[50], [60]]


def test_a_window_begins_where_telegram_does() -> None:
    window = Window()
    assert window.start is None
    assert window.admit(5)
    assert window.start == 5
    assert not window.admit(5)
    window.commit(5)
    assert not window.admit(5)
    window.answered({5})
    assert window.start == 6
    window.answered(set())
    assert window.start == 6
