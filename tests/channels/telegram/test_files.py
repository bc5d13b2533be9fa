"""Files come in pieces, within bounds, and without the address they came from."""

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiohttp import web

from handlers.channel import MediaArrived
from handlers.errors import MediaUnavailable, TryLater
from handlers.reporter.telegram import files
from handlers.reporter.telegram.calls import TelegramChannel

VOICE = MediaArrived(kind="voice", reference="abc", size=200_000, media_type="audio/ogg")


async def fetched(channel: TelegramChannel, media: MediaArrived = VOICE) -> list[bytes]:
    return [piece async for piece in channel.stream(media)]


async def fault(channel: TelegramChannel, media: MediaArrived = VOICE) -> str:
    with pytest.raises(MediaUnavailable) as caught:
        await fetched(channel, media)
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    return caught.value.reason


async def test_a_file_comes_whole_in_small_pieces(channel: TelegramChannel, bot_api: Any) -> None:
    content = bytes(range(256)) * 800
    bot_api.files["voice/abc.oga"] = content
    pieces = await fetched(channel)
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 64 << 10
    assert bot_api.calls == [("getFile", {"file_id": "abc"})]


async def test_a_file_said_to_be_too_large_is_not_asked_for(channel: TelegramChannel, bot_api: Any) -> None:
    media = MediaArrived(kind="video", reference="abc", size=(20 << 20) + 1)
    assert await fault(channel, media) == "too_large"
    assert bot_api.calls == []


async def test_a_file_that_telegram_calls_too_large_is_too_large(channel: TelegramChannel, bot_api: Any) -> None:
    bot_api.then_refuse("getFile", 400, "Bad Request: file is too big")
    assert await fault(channel) == "too_large"


async def test_a_file_that_lied_about_its_size_stops_at_the_bound(
    channel: TelegramChannel, bot_api: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LARGEST", 300_000)
    bot_api.files["voice/abc.oga"] = bytes(600_000)
    taken: list[bytes] = []

    async def take() -> None:
        async for piece in channel.stream(VOICE):
            taken.append(piece)

    with pytest.raises(MediaUnavailable, match="too_large"):
        await take()
    assert sum(map(len, taken)) <= 300_000


async def test_a_reference_to_nothing_is_gone(channel: TelegramChannel, bot_api: Any) -> None:
    bot_api.then_refuse("getFile", 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
    assert await fault(channel) == "gone"
    assert await fault(channel, MediaArrived(kind="voice")) == "gone"


async def test_a_file_that_is_no_longer_handed_out_is_gone(channel: TelegramChannel) -> None:
    assert await fault(channel) == "gone"


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "a//b", "./a", "", None, 5, "a" * 600])
async def test_a_path_that_leads_elsewhere_is_not_followed(channel: TelegramChannel, bot_api: Any, path: Any) -> None:
    bot_api.then("getFile", 200, result={"file_path": path})
    assert await fault(channel) == "gone"


async def test_a_path_with_odd_letters_stays_a_path(channel: TelegramChannel, bot_api: Any) -> None:
    bot_api.then("getFile", 200, result={"file_path": "voice/a?b#c %41.oga"})
    bot_api.files["voice/a?b#c %41.oga"] = b"x"
    assert await fetched(channel) == [b"x"]


async def test_a_broken_connection_is_broken(channel: TelegramChannel, bot_api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def half(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Length": "200000"})
        await answer.prepare(request)
        await answer.write(bytes(1000))
        assert request.transport is not None
        request.transport.abort()
        return answer

    bot_api.on_file = half
    assert await fault(channel) == "broken"


async def test_a_file_that_never_ends_is_broken(bot: Bot, bot_api: Any) -> None:
    async def stall(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(bytes(1000))
        await asyncio.sleep(0.5)
        return answer

    bot_api.on_file = stall
    bot.session.timeout = 0.1
    assert await fault(TelegramChannel(bot)) == "broken"


async def test_an_address_that_leads_elsewhere_is_broken(channel: TelegramChannel, bot_api: Any) -> None:
    async def elsewhere(request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": "/elsewhere"}, text="elsewhere")

    bot_api.on_file = elsewhere
    assert await fault(channel) == "broken"


async def test_a_busy_server_is_asked_later(channel: TelegramChannel, bot_api: Any) -> None:
    bot_api.then_refuse("getFile", 429, "Too Many Requests: retry after 3", retry_after=3)
    with pytest.raises(TryLater):
        await fetched(channel)


async def test_whoever_stops_reading_leaves_no_connection_open(channel: TelegramChannel, bot: Bot, bot_api: Any) -> None:
    bot_api.files["voice/abc.oga"] = bytes(5_000_000)
    pieces = channel.stream(VOICE)
    await anext(pieces)
    await pieces.aclose()  # type: ignore[attr-defined]  # it is an async generator
    assert await fetched(channel) != []
