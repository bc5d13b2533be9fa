"""Polling confirms only what is stored, keeps each chat in order, and ends when it is told to."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from aiogram import Bot
from structlog.testing import capture_logs

from handlers.channel import Incoming, QuickCall, TextArrived
from handlers.errors import TryLater
from handlers.reporter.telegram.calls import TelegramChannel
from handlers.reporter.telegram.handling import Patience, Take
from handlers.reporter.telegram.polling import Polling
from handlers.reporter.telegram.window import Window

HASTY = Patience(
    turn=1.0,
    long_poll=1,
    first_retry=0.005,
    longest_retry=0.02,
    first_look=0.005,
    longest_look=0.02,
    first_pause=0.01,
    longest_pause=0.05,
    stop=0.5,
)

Message = Callable[..., dict[str, Any]]


def words(incoming: Incoming) -> str:
    assert isinstance(incoming.arrival, TextArrived)
    return incoming.arrival.text


async def until(holds: Callable[[], bool], seconds: float = 3.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.005)


@pytest.fixture
def set_aside() -> list[tuple[int, dict[str, Any]]]:
    return []


@pytest.fixture
def polling(bot: Bot, set_aside: list[Any]) -> Callable[..., Any]:
    @asynccontextmanager
    async def begin(take: Take, aside: Callable[..., Awaitable[None]] | None = None, **hurry: float) -> AsyncIterator[Polling]:
        async def put(number: int, raw: dict[str, Any]) -> None:
            set_aside.append((number, raw))

        loop = Polling(bot, TelegramChannel(bot), take, aside or put, patience=replace(HASTY, **hurry))
        running = asyncio.create_task(loop.run())
        try:
            yield loop
        finally:
            loop.stop()
            await asyncio.wait_for(running, 3)

    return begin


def offsets(bot_api: Any) -> list[int]:
    return [body["offset"] for body in bot_api.bodies("getUpdates") if "offset" in body]


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


async def test_a_failing_update_is_tried_again_and_blocks_only_its_chat(bot_api: Any, polling: Any, message: Message) -> None:
    heard: list[int] = []
    failures = 3

    async def take(incoming: Incoming) -> None:
        nonlocal failures
        if incoming.update_id == 5 and failures:
            failures -= 1
            raise RuntimeError("words of a child")
        heard.append(incoming.update_id)

    with capture_logs() as logs:
        async with polling(take):
            await bot_api.push(message(5, chat=1), message(6, chat=1), message(7, chat=2))
            await until(lambda: len(heard) == 3)
    assert heard == [7, 5, 6]
    failed = {"event": "telegram.update.failed", "fault": "RuntimeError", "log_level": "warning"}
    assert logs == [{**failed, "failures": count} for count in (1, 2, 3)]


async def test_the_fifth_failure_sets_an_update_aside_and_the_chat_goes_on(
    bot_api: Any, polling: Any, message: Message, set_aside: list[Any]
) -> None:
    tries: list[int] = []

    async def take(incoming: Incoming) -> None:
        tries.append(incoming.update_id)
        if incoming.update_id == 5:
            raise RuntimeError

    async with polling(take):
        await bot_api.push(message(5), message(6))
        await until(lambda: 7 in offsets(bot_api))
    assert tries == [5, 5, 5, 5, 5, 6]
    assert set_aside == [(5, message(5))]


async def test_what_cannot_even_be_set_aside_is_never_confirmed(bot_api: Any, polling: Any, message: Message) -> None:
    """The database is away: nothing is lost, and when it is back the words are taken."""
    away = True
    heard: list[int] = []

    async def take(incoming: Incoming) -> None:
        if away:
            raise OSError
        heard.append(incoming.update_id)

    async def aside(number: int, raw: dict[str, Any]) -> None:
        raise OSError

    async with polling(take, aside):
        await bot_api.push(message(5))
        await asyncio.sleep(0.3)
        assert max(offsets(bot_api)) == 5
        away = False
        await until(lambda: heard == [5])


async def test_a_turn_that_hangs_counts_as_failed(bot_api: Any, polling: Any, message: Message, set_aside: list[Any]) -> None:
    async def take(incoming: Incoming) -> None:
        await asyncio.sleep(60)

    async with polling(take, turn=0.01):
        await bot_api.push(message(5))
        await until(lambda: len(set_aside) == 1)


async def test_something_cancelled_inside_a_turn_counts_as_failed(
    bot_api: Any, polling: Any, message: Message, set_aside: list[Any]
) -> None:
    async def take(incoming: Incoming) -> None:
        raise asyncio.CancelledError

    async with polling(take):
        await bot_api.push(message(5))
        await until(lambda: len(set_aside) == 1)


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


@pytest.mark.parametrize(
    ("status", "description"),
    [(409, "Conflict: can't use getUpdates method while webhook is active"), (502, "Bad Gateway"), (500, None)],
)
async def test_trouble_is_waited_out(
    bot_api: Any, polling: Any, message: Message, monkeypatch: pytest.MonkeyPatch, status: int, description: str
) -> None:
    monkeypatch.setattr("handlers.reporter.telegram.refusals.CONFLICT_SECONDS", 0.01)
    monkeypatch.setattr("handlers.reporter.telegram.refusals.NETWORK_SECONDS", 0.01)
    heard: list[int] = []

    async def take(incoming: Incoming) -> None:
        heard.append(incoming.update_id)

    for _ in range(3):
        bot_api.then_refuse("getUpdates", status, description)
    bot_api.then("getUpdates", 200, result={"not": "a list"})
    bot_api.then("getUpdates", 200, result=[{"update_id": "x"}])
    for _ in range(4):
        bot_api.then_drop("getUpdates")
    await bot_api.push(message(5))
    async with polling(take):
        await until(lambda: heard == [5])


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


async def test_logs_hold_neither_chat_nor_words_nor_token(bot_api: Any, polling: Any, message: Message) -> None:
    async def take(incoming: Incoming) -> None:
        raise ValueError(f"{incoming.address.chat_id} {words(incoming)}")

    async def aside(number: int, raw: dict[str, Any]) -> None:
        raise ValueError(str(raw))

    bot_api.then_drop("getUpdates")
    bot_api.then_drop("getUpdates")
    with capture_logs() as logs:
        async with polling(take, aside, first_pause=0.01):
            await bot_api.push(message(5))
            await until(lambda: any(line["event"] == "telegram.update.not_set_aside" for line in logs), 5)
    told = repr(logs)
    assert [secret for secret in ("777000111222", "rreh", "AAbbCC", bot_api.url) if secret in told] == []


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
