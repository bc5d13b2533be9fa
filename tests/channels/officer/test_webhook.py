"""The officers' webhook: the secret first, 200 only after the commit, and nothing that is no update blocks a chat."""

import json

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from telegram import Bot, Update

from handlers.officer.telegram.webhook import PATH, Webhook

SECRET = "s3cret-of-the-webhook"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATE = {
    "update_id": 7,
    "message": {"message_id": 1, "date": 1763770000, "chat": {"id": 5, "type": "private"}, "text": "/duty"},
}


class Taker:
    """Takes updates, or says that they must come again."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.taken: list[int] = []

    async def take(self, update: Update) -> bool:
        self.taken.append(update.update_id)
        return self.works


async def post(taker: Taker, body: bytes, headers: dict[str, str]) -> int:
    application = web.Application()
    application.router.add_post(PATH, Webhook(Bot("1:token"), taker.take, SECRET).handle)
    async with TestClient(TestServer(application)) as client, client.post(PATH, data=body, headers=headers) as answer:
        return answer.status


async def test_an_update_with_the_secret_is_taken() -> None:
    taker = Taker()
    assert await post(taker, json.dumps(UPDATE).encode(), {HEADER: SECRET}) == 200
    assert taker.taken == [7]


@pytest.mark.parametrize("headers", [{}, {HEADER: ""}, {HEADER: "wrong"}, {HEADER: SECRET + "x"}, {HEADER: "šifra"}])
async def test_without_the_secret_nothing_is_taken(headers: dict[str, str]) -> None:
    taker = Taker()
    assert await post(taker, json.dumps(UPDATE).encode(), headers) == 401
    assert taker.taken == []


async def test_what_is_not_committed_comes_again() -> None:
    assert await post(Taker(works=False), json.dumps(UPDATE).encode(), {HEADER: SECRET}) == 500


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"{}", b'"x"', b'{"update_id":1,"message":{}}', b"\xff\xfe"])
async def test_a_body_that_is_no_update_is_not_asked_for_again(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    taker = Taker()
    assert await post(taker, body, {HEADER: SECRET}) == 200
    assert taker.taken == []


def test_a_webhook_without_a_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        Webhook(Bot("1:token"), Taker().take, "")
