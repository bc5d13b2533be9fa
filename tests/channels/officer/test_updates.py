"""Updates that cannot be taken block nobody; the same bot works behind a webhook."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from telegram.ext import MessageHandler, filters

from handlers.officer.telegram.updates import ATTEMPTS
from handlers.officer.telegram.webhook import PATH
from simulator.faults import Fault

Station = Any


async def test_an_update_that_fails_again_and_again_is_set_aside_without_its_words(
    station: Station, caplog: pytest.LogCaptureFixture, capsys: Any
) -> None:
    tried = 0

    async def fail(update: Any, context: Any) -> None:
        nonlocal tried
        tried += 1
        raise RuntimeError("poison and who wrote it")

    station.bot._application.add_handler(MessageHandler(filters.Regex("poison"), fail), group=-1)
    _, arta = await station.linked("Arta")
    _, besa = await station.linked("Besa")
    await arta.say("poison")
    await besa.say("/duty")
    await besa.heard("You are on duty now.")
    await arta.say("/duty")
    await arta.heard("You are on duty now.", timeout=10)
    await arta.settled()
    assert tried == ATTEMPTS
    aside = await station.database.read(lambda tx: tx.set_aside.every(10))
    assert [(one.bot, one.attempts, one.body) for one in aside] == [("officer", ATTEMPTS, None)]
    captured = capsys.readouterr()
    assert "poison" not in caplog.text + captured.out + captured.err


async def test_the_same_conversation_works_behind_a_webhook(station: Station) -> None:
    application = web.Application()
    application.router.add_post(PATH, station.bot.webhook("hook-secret").handle)
    async with TestServer(application) as server:
        await station.bot.set_webhook(str(server.make_url("/")), "hook-secret")
        _, arta = await station.linked("Arta")
        await arta.heard("This chat is now linked.")
        await station.case("P0")
        await arta.heard("Urgency: P0, immediate")
        await arta.press("Take")
        await arta.toasted("You have taken this case.")
        await station.bot._application.bot.delete_webhook()


@pytest.mark.parametrize(
    "broken", [{"message": {}}, {"message": 7}, {"callback_query": {"id": "1"}}, {"callback_query": []}, {"new_kind": {"a": 1}}]
)
async def test_an_update_that_the_library_cannot_read_stops_nobody(station: Station, broken: dict[str, Any]) -> None:
    _, arta = await station.linked("Arta")
    station.sim.inject(arta.bot, broken)
    await arta.say("/duty")
    await arta.heard("You are on duty now.")
    await arta.settled()


async def test_a_messenger_that_fails_for_a_moment_loses_nothing(station: Station) -> None:
    _, arta = await station.linked("Arta")
    station.sim.faults.add(Fault(method="getUpdates", times=2))
    await arta.say("/duty")
    await arta.heard("You are on duty now.", timeout=10)
