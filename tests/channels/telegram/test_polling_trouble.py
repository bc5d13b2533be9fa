"""What fails while polling: an update that cannot be taken, a turn that hangs, a messenger that is away."""

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from handlers.channel import Incoming
from tests.channels.telegram.polled import Message, offsets, until, words


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
