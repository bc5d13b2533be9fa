"""A whole Telegram on loopback, real phones' screens, and both ways in which updates come."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiohttp import web
from aiohttp.test_utils import TestServer

from handlers.channel import (
    Button,
    ButtonPressed,
    Card,
    CommandArrived,
    Incoming,
    LocationArrived,
    MediaArrived,
    QuickCall,
    ReporterLeft,
    ReporterReturned,
    TextArrived,
    TextCorrected,
)
from handlers.errors import MediaUnavailable
from handlers.reporter.telegram.calls import TelegramChannel
from handlers.reporter.telegram.polling import Polling
from handlers.reporter.telegram.profile import Introduction, introduce, receive_by_polling, receive_by_webhook
from handlers.reporter.telegram.session import connect
from handlers.reporter.telegram.webhook import Webhook
from simulator import Fault, Simulator, WallClock, address, serve

TOKEN = "1000001:AAreporter"
SECRET = "secret_1-2"
ROOT = Path(__file__).parents[3]


class Echo:
    """The smallest conversation: one card that says what was heard, and nothing else left in the chat."""

    def __init__(self, channel: TelegramChannel) -> None:
        self.channel = channel
        self.heard: list[Incoming] = []
        self.cards: dict[str, int] = {}
        self.fetched: list[bytes] = []
        self.set_aside: list[int] = []

    async def take(self, incoming: Incoming) -> QuickCall | None:
        self.heard.append(incoming)
        arrival = incoming.arrival
        if isinstance(arrival, ReporterLeft | ReporterReturned):
            return None
        await self._show(incoming, await self._answer(incoming))
        if incoming.message_id is not None:
            await self.channel.delete(incoming.address, (incoming.message_id,))
        if isinstance(arrival, ButtonPressed):
            return QuickCall(kind="acknowledge", callback_id=arrival.callback_id)
        return None

    async def put(self, number: int, raw: dict[str, Any]) -> None:
        self.set_aside.append(number)

    async def _answer(self, incoming: Incoming) -> str:
        match incoming.arrival:
            case TextArrived(text=text):
                return f"said {text}"
            case TextCorrected(text=text):
                return f"corrected {text}"
            case CommandArrived(name=name, argument=argument):
                return f"command {name} {argument}".strip()
            case ButtonPressed(data=data):
                return f"pressed {data}"
            case LocationArrived(latitude=latitude):
                return f"place {latitude}"
            case MediaArrived(kind=kind, reference=reference) as media if reference:
                return f"{kind} {await self._fetch(media)}"
            case other:
                return f"other {other.kind}" if isinstance(other, MediaArrived) else "?"

    async def _fetch(self, media: MediaArrived) -> str:
        try:
            self.fetched.append(b"".join([piece async for piece in self.channel.stream(media)]))
        except MediaUnavailable as unavailable:
            return unavailable.reason
        return "kept"

    async def _show(self, incoming: Incoming, text: str) -> None:
        card = Card(text=text, rows=((Button(label="Yes", data=f"c:{len(self.heard)}"),),))
        chat = incoming.address.chat_id
        if chat not in self.cards or not await self.channel.edit(incoming.address, self.cards[chat], card):
            self.cards[chat] = await self.channel.send(incoming.address, card)


@pytest.fixture
def sim() -> Simulator:
    return Simulator(clock=WallClock(pace=0.02))


@pytest.fixture
async def api(sim: Simulator) -> AsyncIterator[str]:
    sim.add_bot(TOKEN, "quiet_bot", "Quiet")
    runner = await serve(sim, "127.0.0.1", 0)
    yield address(runner)
    await runner.cleanup()


@pytest.fixture
async def client(api: str) -> AsyncIterator[Bot]:
    bot = connect(TOKEN, api)
    yield bot
    await bot.session.close()


@asynccontextmanager
async def by_polling(bot: Bot, echo: Echo) -> AsyncIterator[None]:
    await receive_by_polling(bot)
    polling = Polling(bot, echo.channel, echo.take, echo.put)
    running = asyncio.create_task(polling.run())
    yield
    polling.stop()
    await running


@asynccontextmanager
async def by_webhook(bot: Bot, echo: Echo) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_post("/hooks/telegram/reporter", Webhook(str(bot.id), SECRET, echo.take, echo.put).receive)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(access_log=None)
    await receive_by_webhook(bot, str(server.make_url("/hooks/telegram/reporter")), SECRET)
    yield
    await receive_by_polling(bot)
    await server.close()


@pytest.fixture(params=[by_polling, by_webhook], ids=["polling", "webhook"])
async def echo(request: pytest.FixtureRequest, client: Bot) -> AsyncIterator[Echo]:
    conversation = Echo(TelegramChannel(client))
    async with request.param(client, conversation):
        yield conversation


@pytest.fixture
def phone(sim: Simulator, api: str) -> Any:
    return sim.person(first_name="Arta", language_code="sq").open(sim.bots[TOKEN])


async def test_one_card_is_all_that_stands_in_the_chat(echo: Echo, phone: Any, sim: Simulator) -> None:
    await phone.start("poster-7")
    await phone.heard("command start poster-7")
    await phone.say("Më rreh babai")
    await phone.heard("said Më rreh babai")
    await phone.press("Yes")
    await phone.heard("pressed c:2")
    assert (await sim.heard_call("answerCallbackQuery")).error is None
    await phone.settled()
    await phone.gone("command")
    assert [(shown.mine, shown.text) for shown in phone.screen()] == [(False, "pressed c:2")]
    assert phone.card().protected
    assert echo.heard[0].language_hint == "sq"
    assert echo.set_aside == []


async def test_a_voice_is_fetched_and_a_video_that_is_too_large_is_not(echo: Echo, phone: Any, sim: Simulator) -> None:
    await phone.start()
    await phone.send_media("voice", b"OggS" * 50_000)
    await phone.heard("voice kept")
    await phone.send_media("video", b"x", size=30 << 20)
    await phone.heard("video too_large")
    assert echo.fetched == [b"OggS" * 50_000]
    assert len(sim.calls.of("getFile")) == 1


async def test_places_contacts_stickers_and_corrections_are_heard(echo: Echo, phone: Any) -> None:
    await phone.start()
    await phone.send_location(42.66, 21.16)
    await phone.heard("place 42.66")
    await phone.send_contact("+383 44 000 000", "Dritan", own=True)
    await phone.heard("other contact")
    await phone.sticker("🙂")
    await phone.heard("sticker kept")
    assert "Dritan" not in repr(echo.heard)


async def test_whoever_blocks_the_bot_has_left_and_may_return(echo: Echo, phone: Any) -> None:
    await phone.start()
    await phone.heard("command start")
    await phone.block()
    await phone.settled()
    await phone.unblock()
    await phone.settled()
    assert [type(incoming.arrival) for incoming in echo.heard] == [CommandArrived, ReporterLeft, ReporterReturned]


async def test_a_card_that_the_person_deleted_is_shown_again(echo: Echo, phone: Any) -> None:
    await phone.start()
    card = await phone.heard("command start")
    await phone.delete(card.message_id)
    await phone.say("po")
    await phone.heard("said po")


async def test_a_bad_day_at_telegram_loses_no_word(echo: Echo, phone: Any, sim: Simulator) -> None:
    await phone.start()
    await phone.heard("command start")
    for how in ("drop", "garbage", "answer"):
        sim.faults.add(Fault(method="editMessageText", how=how))  # type: ignore[arg-type]  # one of its words
    await phone.say("po")
    await phone.heard("said po", 20)


async def test_many_children_write_at_once(echo: Echo, sim: Simulator, api: str) -> None:
    phones = [sim.person().open(sim.bots[TOKEN]) for _ in range(40)]
    await asyncio.gather(*(phone.start(str(number)) for number, phone in enumerate(phones)))
    await asyncio.gather(*(phone.say(f"a{number}") for number, phone in enumerate(phones)))
    await asyncio.gather(*(phone.heard(f"said a{number}", 20) for number, phone in enumerate(phones)))
    await asyncio.gather(*(phone.settled(20) for phone in phones))
    assert len(echo.heard) == 80
    for phone in phones:
        assert len(phone.screen()) == 1


async def test_a_stranger_at_the_webhook_is_not_heard(client: Bot, sim: Simulator, api: str, phone: Any) -> None:
    """Telegram knows one secret, the webhook another: nothing is heard, and nothing is lost."""
    echo = Echo(TelegramChannel(client))
    app = web.Application()
    app.router.add_post("/hook", Webhook(str(client.id), "another", echo.take, echo.put).receive)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server(access_log=None)
    await receive_by_webhook(client, str(server.make_url("/hook")), SECRET)
    await phone.start()
    await asyncio.sleep(0.1)
    assert echo.heard == []
    async with by_polling(client, echo):
        await phone.heard("command start")
    await server.close()


async def test_the_introduction_is_what_the_phone_shows(client: Bot, sim: Simulator) -> None:
    words = {
        "": Introduction(commands=(("start", "Begin"),), description="Notes", short_description="Notes"),
        "sr": Introduction(commands=(("start", "Почни"),), description="Белешке", short_description="Белешке"),
    }
    await introduce(client, words)
    bot = sim.bots[TOKEN]
    assert bot.about("description", "sr") == "Белешке"
    assert bot.about("description", "sq") == "Notes"
    assert bot.commands_for(1, "sr-Latn") == [{"command": "start", "description": "Почни"}]


async def test_kills_lose_nothing_and_confirm_nothing_that_was_not_stored(sim: Simulator, api: str, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger"
    bot = sim.bots[TOKEN]
    phones = [sim.person().open(bot) for _ in range(30)]
    for phone in phones:
        await phone.start()
        await phone.say("a")
        await phone.say("b")
    wanted = set(range(bot.queue.oldest, bot.queue.latest + 1))
    for enough in (20, 50, 90):
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.channels.telegram.killed_bot", api, TOKEN, str(ledger), cwd=ROOT
        )
        async with asyncio.timeout(30):
            while len(stored(ledger)) < enough:
                await asyncio.sleep(0.002)
        child.kill()
        await child.wait()
        missing = wanted - set(stored(ledger))
        if missing:
            assert bot.queue.oldest <= min(missing)
    assert set(stored(ledger)) == wanted
    assert len(stored(ledger)) == len(wanted)


def stored(ledger: Path) -> list[int]:
    return [int(line) for line in ledger.read_text().split()] if ledger.exists() else []
