"""The card goes out over real HTTP; refusals come back as errors that hold nothing of the call."""

import asyncio
import traceback
from typing import Any

import pytest
from aiogram import Bot
from aiohttp import web
from structlog.testing import capture_logs

from handlers.channel import Address, Card, Channel, QuickCall
from handlers.errors import ChannelError, Refused, ReporterUnreachable, TryLater
from handlers.reporter.telegram.calls import TelegramChannel, quick_answer
from handlers.reporter.telegram.session import connect

KEYBOARD = {
    "inline_keyboard": [
        [{"text": "Po", "callback_data": "c:yes:1"}, {"text": "Jo", "callback_data": "c:no:1"}],
        [{"text": "Fshihe", "callback_data": "n:hide:1"}],
    ]
}


def chain(error: BaseException | None) -> list[BaseException]:
    """List an error and everything that hangs on it, shown or not."""
    found: list[BaseException] = []
    waiting = [error]
    while waiting:
        link = waiting.pop()
        if link is not None and link not in found:
            found.append(link)
            waiting += [link.__context__, link.__cause__]
    return found


def test_telegram_is_a_channel(channel: TelegramChannel) -> None:
    plain: Channel = channel
    assert (plain.limits.text, plain.limits.data, plain.limits.deletes) == (4096, 64, True)


async def test_a_card_is_sent_protected_silent_and_plain(
    channel: TelegramChannel, bot_api: Any, address: Address, card: Card
) -> None:
    assert await channel.send(address, card) == 4711
    sent = {
        "chat_id": 777000111222,
        "text": card.text,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": KEYBOARD,
        "protect_content": True,
        "disable_notification": True,
    }
    assert bot_api.calls == [("sendMessage", sent)]


async def test_a_card_is_edited_in_place(channel: TelegramChannel, bot_api: Any, address: Address, card: Card) -> None:
    assert await channel.edit(address, 31, card) is True
    shown = {
        "chat_id": 777000111222,
        "text": card.text,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": KEYBOARD,
        "message_id": 31,
    }
    assert bot_api.calls == [("editMessageText", shown)]


async def test_a_card_without_choices_takes_the_buttons_away(channel: TelegramChannel, bot_api: Any, address: Address) -> None:
    await channel.edit(address, 31, Card(text="."))
    assert "reply_markup" not in bot_api.bodies("editMessageText")[0]


async def test_halves_of_characters_do_not_stop_a_card(channel: TelegramChannel, bot_api: Any, address: Address) -> None:
    await channel.send(address, Card(text="a\ud83d"))
    assert bot_api.bodies("sendMessage")[0]["text"] == "a?"


@pytest.mark.parametrize(
    ("described", "still_there"),
    [
        ("Bad Request: message is not modified: specified new message content is exactly the same", True),
        ("Bad Request: message to edit not found", False),
        ("Bad Request: message can't be edited", False),
        ("Bad Request: MESSAGE_ID_INVALID", False),
        ("Bad Request: there is no text in the message to edit", False),
    ],
)
async def test_an_edit_tells_whether_the_card_is_there(
    channel: TelegramChannel, bot_api: Any, address: Address, card: Card, described: str, still_there: bool
) -> None:
    bot_api.then_refuse("editMessageText", 400, described)
    assert await channel.edit(address, 31, card) is still_there


REFUSALS: list[tuple[int, dict[str, Any], type[ChannelError], float | None]] = [
    (429, {"description": "Too Many Requests: retry after 7", "parameters": {"retry_after": 7}}, TryLater, 7),
    (429, {"description": "Too Many Requests", "parameters": {"retry_after": 90_000}}, TryLater, 3600),
    (429, {"description": "Too Many Requests"}, TryLater, 1),
    (429, {"description": "Too Many Requests", "parameters": {"retry_after": "soon"}}, TryLater, 1),
    (403, {"description": "Forbidden: bot was blocked by the user"}, ReporterUnreachable, None),
    (403, {"description": "Forbidden: user is deactivated"}, ReporterUnreachable, None),
    (400, {"description": "Bad Request: chat not found"}, ReporterUnreachable, None),
    (400, {"description": "Bad Request: PEER_ID_INVALID"}, ReporterUnreachable, None),
    (400, {"description": "Bad Request: message is too long"}, Refused, None),
    (400, {"description": "Bad Request: BUTTON_DATA_INVALID"}, Refused, None),
    (400, {"description": "x", "parameters": {"migrate_to_chat_id": 777000111222}}, Refused, None),
    (401, {"description": "Unauthorized"}, TryLater, 60),
    (404, {"description": "Not Found"}, TryLater, 60),
    (409, {"description": "Conflict: terminated by other getUpdates request"}, TryLater, 3),
    (413, {"description": "Request Entity Too Large"}, Refused, None),
    (418, {"description": "teapot"}, Refused, None),
    (500, {"description": "Internal Server Error: restart"}, TryLater, 2),
    (500, {"description": None}, TryLater, 2),
    (502, {}, TryLater, 2),
]


@pytest.mark.parametrize(("status", "envelope", "error", "seconds"), REFUSALS)
async def test_a_refusal_is_an_error_of_ours_that_holds_nothing_of_the_call(
    channel: TelegramChannel,
    bot_api: Any,
    address: Address,
    card: Card,
    status: int,
    envelope: dict[str, Any],
    error: type[ChannelError],
    seconds: float | None,
) -> None:
    bot_api.then("sendMessage", status, **envelope)
    with capture_logs() as logs, pytest.raises(error) as caught:
        await channel.send(address, card)
    assert getattr(caught.value, "seconds", None) == seconds
    assert chain(caught.value) == [caught.value]
    told = repr(logs) + "".join(traceback.format_exception(caught.value))
    assert [secret for secret in (address.chat_id, bot_api.url, "AAbbCC", card.text) if secret in told] == []


@pytest.mark.parametrize(
    "content", ["<html>502</html>", "[]", "null", "", "[" * 100_000, '"ok"', '{"ok":true', '{"ok":"yes"}', "{}"]
)
@pytest.mark.parametrize("status", [200, 502])
async def test_an_answer_that_cannot_be_read_is_tried_later(
    channel: TelegramChannel, bot_api: Any, address: Address, card: Card, status: int, content: str
) -> None:
    async def nonsense(request: web.Request, body: dict[str, Any]) -> web.Response:
        return web.Response(status=status, text=content)

    bot_api.then_do("sendMessage", nonsense)
    with pytest.raises(TryLater) as caught:
        await channel.send(address, card)
    assert chain(caught.value) == [caught.value]


@pytest.mark.parametrize("result", [None, True, {}, {"message_id": "5"}, []])
async def test_a_message_without_a_number_counts_as_not_sent(
    channel: TelegramChannel, bot_api: Any, address: Address, card: Card, result: Any
) -> None:
    bot_api.then("sendMessage", 200, result=result)
    with pytest.raises(TryLater):
        await channel.send(address, card)


async def test_a_dropped_connection_is_tried_later_and_never_sends_twice(
    channel: TelegramChannel, bot_api: Any, address: Address, card: Card
) -> None:
    bot_api.then_drop("sendMessage")
    with pytest.raises(TryLater) as caught:
        await channel.send(address, card)
    assert chain(caught.value) == [caught.value]
    assert len(bot_api.calls) == 1


async def test_an_edit_on_a_connection_that_just_closed_is_made_again(
    channel: TelegramChannel, bot_api: Any, address: Address, card: Card
) -> None:
    bot_api.then_drop("editMessageText")
    assert await channel.edit(address, 31, card) is True
    assert len(bot_api.calls) == 2


async def test_an_edit_is_made_again_only_once(channel: TelegramChannel, bot_api: Any, address: Address, card: Card) -> None:
    bot_api.then_drop("editMessageText")
    bot_api.then_drop("editMessageText")
    with pytest.raises(TryLater):
        await channel.edit(address, 31, card)


async def test_a_server_that_does_not_answer_is_tried_later(bot: Bot, bot_api: Any, address: Address, card: Card) -> None:
    async def hang(request: web.Request, body: dict[str, Any]) -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response()

    bot.session.timeout = 0.05
    bot_api.then_do("sendMessage", hang)
    with pytest.raises(TryLater) as caught:
        await TelegramChannel(bot).send(address, card)
    assert chain(caught.value) == [caught.value]


async def test_a_server_that_is_not_there_is_tried_later(address: Address, card: Card, unused_tcp_port: int) -> None:
    bot = connect("1:secret", f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(TryLater) as caught:
        await TelegramChannel(bot).send(address, card)
    assert chain(caught.value) == [caught.value]
    await bot.session.close()


async def test_an_answer_that_leads_elsewhere_is_not_followed(
    channel: TelegramChannel, bot_api: Any, address: Address, card: Card
) -> None:
    async def elsewhere(request: web.Request, body: dict[str, Any]) -> web.Response:
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    bot_api.then_do("sendMessage", elsewhere)
    with pytest.raises(TryLater):
        await channel.send(address, card)
    assert len(bot_api.calls) == 1


@pytest.mark.parametrize("chat_id", ["", "abc", "@arta", "٣", "1.5", "1 2", "--1"])
async def test_an_address_that_is_none_leads_to_nobody(channel: TelegramChannel, bot_api: Any, card: Card, chat_id: str) -> None:
    with pytest.raises(ReporterUnreachable):
        await channel.send(Address(channel="telegram", bot_id="1", chat_id=chat_id), card)
    assert bot_api.calls == []


async def test_messages_are_taken_back_a_hundred_at_a_time_newest_first(
    channel: TelegramChannel, bot_api: Any, address: Address
) -> None:
    await channel.delete(address, (*range(1, 251), 7, 7))
    asked = [body["message_ids"] for body in bot_api.bodies("deleteMessages")]
    assert asked == [list(range(250, 150, -1)), list(range(150, 50, -1)), list(range(50, 0, -1))]


async def test_nothing_to_take_back_makes_no_call(channel: TelegramChannel, bot_api: Any, address: Address) -> None:
    await channel.delete(address, ())
    assert bot_api.calls == []


async def test_one_message_that_is_too_old_does_not_keep_the_others(
    channel: TelegramChannel, bot_api: Any, address: Address
) -> None:
    deleted: set[int] = set()

    async def strict(request: web.Request, body: dict[str, Any]) -> web.Response:
        if 3 in body["message_ids"]:
            refusal = {"ok": False, "error_code": 400, "description": "Bad Request: message can't be deleted for everyone"}
            return web.json_response(refusal, status=400)
        deleted.update(body["message_ids"])
        return web.json_response({"ok": True, "result": True})

    for _ in range(50):
        bot_api.then_do("deleteMessages", strict)
    await channel.delete(address, tuple(range(1, 21)))
    assert deleted == set(range(1, 21)) - {3}


async def test_deleting_from_a_blocked_chat_says_so(channel: TelegramChannel, bot_api: Any, address: Address) -> None:
    bot_api.then_refuse("deleteMessages", 403, "Forbidden: bot was blocked by the user")
    with pytest.raises(ReporterUnreachable):
        await channel.delete(address, (1, 2))


async def test_quick_calls_are_made(channel: TelegramChannel, bot_api: Any, address: Address) -> None:
    await channel.quick(address, QuickCall(kind="acknowledge", callback_id="31337"))
    await channel.quick(address, QuickCall(kind="delete", message_id=5))
    await channel.quick(address, QuickCall(kind="acknowledge"))
    assert bot_api.calls == [
        ("answerCallbackQuery", {"callback_query_id": "31337"}),
        ("deleteMessages", {"chat_id": 777000111222, "message_ids": [5]}),
    ]


async def test_a_button_that_waited_too_long_is_passed_over(channel: TelegramChannel, bot_api: Any, address: Address) -> None:
    bot_api.then_refuse("answerCallbackQuery", 400, "Bad Request: query is too old and response timeout expired")
    await channel.quick(address, QuickCall(kind="acknowledge", callback_id="31337"))
    assert len(bot_api.calls) == 1


def test_a_quick_call_can_be_the_answer_to_a_webhook(address: Address) -> None:
    deletion = {"method": "deleteMessage", "chat_id": 777000111222, "message_id": 5}
    assert quick_answer(address, QuickCall(kind="delete", message_id=5)) == deletion
    acknowledgement = {"method": "answerCallbackQuery", "callback_query_id": "9"}
    assert quick_answer(address, QuickCall(kind="acknowledge", callback_id="9")) == acknowledgement
    assert quick_answer(address, QuickCall(kind="acknowledge")) is None


async def test_the_client_opens_again_after_closing(bot: Bot, channel: TelegramChannel, address: Address, card: Card) -> None:
    await channel.send(address, card)
    await bot.session.close()
    assert await channel.send(address, card) == 4711


async def test_aiograms_own_methods_work_beside_ours(bot: Bot, bot_api: Any) -> None:
    bot_api.then("getMe", 200, result={"id": 123456, "is_bot": True, "first_name": "Quiet", "username": "quiet_bot"})
    me = await bot.get_me()
    assert me.username == "quiet_bot"


@pytest.mark.parametrize("many", [200])
async def test_calls_run_side_by_side(channel: TelegramChannel, address: Address, card: Card, many: int, bot_api: Any) -> None:
    assert await asyncio.gather(*(channel.send(address, card) for _ in range(many))) == [4711] * many


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
