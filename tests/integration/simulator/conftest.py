"""A simulator on a free port of this machine, a clock moved by hand, and the two libraries as clients."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiogram import Bot as Aiogram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram import Bot as Ptb
from telegram.request import HTTPXRequest

from simulator import HandClock, Simulator, address, serve

TOKEN = "1000001:reporter"
NOON = 1_780_000_000


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOON)


@pytest.fixture
def sim(clock):
    return Simulator(clock=clock)


@pytest.fixture
def bot(sim):
    return sim.add_bot(TOKEN, "amanet_test_bot", "Test")


@pytest.fixture
async def base(sim) -> AsyncIterator[str]:
    runner = await serve(sim, "127.0.0.1", 0)
    yield address(runner)
    await runner.cleanup()


@pytest.fixture
async def aiogram(base, bot) -> AsyncIterator[Aiogram]:
    client = Aiogram(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(base)))
    yield client
    await client.session.close()


@pytest.fixture
async def ptb(base, bot) -> AsyncIterator[Ptb]:
    client = Ptb(
        TOKEN,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
        get_updates_request=HTTPXRequest(httpx_kwargs={"trust_env": False}),
    )
    async with client:
        yield client


class Raw:
    """Calls without any library, to see the answers as they are."""

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self.http = http
        self.base = base
        self.token = TOKEN

    async def __call__(self, method: str, *, token: str = TOKEN, **params: Any) -> dict[str, Any]:
        async with self.http.post(f"{self.base}/bot{token}/{method}", json=params) as answer:
            body: dict[str, Any] = await answer.json()
            assert answer.status == body.get("error_code", 200)
            return body


@pytest.fixture
async def raw(base, bot) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as http:
        yield Raw(http, base)


@pytest.fixture
async def phone(sim, bot):
    """A phone whose chat is started and whose first update is confirmed."""
    phone = sim.person(first_name="Ada", username="ada", language_code="sq").open(bot)
    await phone.start()
    bot.queue.clear()
    return phone
