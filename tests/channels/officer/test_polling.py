"""Polling confirms only what is committed, keeps a chat's order, and lets no chat hold up another."""

import asyncio
from datetime import UTC, datetime

from telegram import Bot, CallbackQuery, Chat, Message, Update, User

from handlers.officer.telegram.polling import Polling

SENT = datetime(2025, 11, 22, tzinfo=UTC)


def update(update_id: int, chat_id: int = 1) -> Update:
    chat = Chat(id=chat_id, type="private")
    return Update(update_id=update_id, message=Message(message_id=update_id, date=SENT, chat=chat))


def press(update_id: int, chat_id: int = 1) -> Update:
    message = Message(message_id=update_id, date=SENT, chat=Chat(id=chat_id, type="private"))
    person = User(id=chat_id, first_name="Arta", is_bot=False)
    query = CallbackQuery(id=str(update_id), from_user=person, chat_instance="1", message=message)
    return Update(update_id=update_id, callback_query=query)


class Taker:
    def __init__(self, failing: set[int] | None = None) -> None:
        self.failing = failing or set()
        self.taken: list[int] = []

    async def take(self, update: Update) -> bool:
        self.taken.append(update.update_id)
        await asyncio.sleep(0)
        return update.update_id not in self.failing


async def test_the_offset_moves_past_everything_that_was_taken() -> None:
    taker = Taker()
    polling = Polling(Bot("1:token"), taker.take)
    assert await polling.take_all([update(5), update(6)])
    assert (taker.taken, polling._offset) == ([5, 6], 7)


async def test_an_update_that_fails_is_never_confirmed_and_the_later_ones_are_not_taken_twice() -> None:
    taker = Taker(failing={6})
    polling = Polling(Bot("1:token"), taker.take)
    batch = [update(5), update(6, chat_id=2), update(7, chat_id=3), update(8, chat_id=2)]
    assert not await polling.take_all(batch)
    assert polling._offset == 6
    assert sorted(taker.taken) == [5, 6, 7]  # 8 waits for 6: the same chat
    taker.failing.clear()
    assert await polling.take_all(batch[1:])
    assert sorted(taker.taken) == [5, 6, 6, 7, 8]
    assert (polling._offset, polling._taken) == (9, set())


async def test_chats_are_taken_side_by_side() -> None:
    met = asyncio.Barrier(2)

    async def take(update: Update) -> bool:
        await asyncio.wait_for(met.wait(), 5)
        return True

    assert await Polling(Bot("1:token"), take).take_all([update(1, chat_id=1), update(2, chat_id=2)])


async def test_presses_are_taken_before_messages_and_wait_for_none() -> None:
    pressed = asyncio.Event()

    async def take(update: Update) -> bool:
        if update.callback_query is None:
            await asyncio.wait_for(pressed.wait(), 5)
        else:
            pressed.set()
        return True

    flood = [update(n, chat_id=n) for n in range(1, 90)]
    assert await Polling(Bot("1:token"), take).take_all([*flood, update(90, chat_id=90), press(91, chat_id=90)])
