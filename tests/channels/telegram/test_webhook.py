"""The webhook says 200 only for what is stored, and nothing at all to strangers."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from handlers.channel import ButtonPressed, Incoming, QuickCall
from handlers.reporter.telegram.handling import Patience
from handlers.reporter.telegram.webhook import BODY_LIMIT, SECRET_HEADER, Webhook

SECRET = "s3cret_AZ-az"
Message = Callable[..., dict[str, Any]]


class Host:
    """A conversation that does what a test says."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []
        self.set_aside: list[tuple[int, dict[str, Any]]] = []
        self.left_behind: QuickCall | None = None
        self.fault: BaseException | None = None
        self.aside_fault: Exception | None = None
        self.seconds = 0.0

    async def take(self, incoming: Incoming) -> QuickCall | None:
        await asyncio.sleep(self.seconds)
        if self.fault is not None:
            raise self.fault
        self.heard.append(incoming)
        return self.left_behind

    async def put(self, number: int, raw: dict[str, Any]) -> None:
        if self.aside_fault is not None:
            raise self.aside_fault
        self.set_aside.append((number, raw))


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
async def client(host: Host) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    app = web.Application()
    webhook = Webhook("123456", SECRET, host.take, host.put, patience=replace(Patience(), turn=0.2))
    app.router.add_post("/hook", webhook.receive)
    async with TestClient(TestServer(app, host="127.0.0.1")) as ours:
        yield ours


async def post(client: Any, content: Any, secret: str | None = SECRET) -> ClientResponse:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    headers = {} if secret is None else {SECRET_HEADER: secret}
    answer: ClientResponse = await client.post("/hook", data=body, headers=headers)
    return answer


async def test_an_update_is_taken_and_then_answered(client: Any, host: Host, message: Message) -> None:
    answer = await post(client, message(5))
    assert (answer.status, await answer.read()) == (200, b"")
    assert [incoming.update_id for incoming in host.heard] == [5]
    assert host.heard[0].address.bot_id == "123456"


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1], SECRET.upper(), "sëcret", "пароль"])
async def test_whoever_does_not_know_the_secret_is_turned_away(
    client: Any, host: Host, message: Message, secret: str | None
) -> None:
    with capture_logs() as logs:
        answer = await post(client, message(5), secret)
    assert (answer.status, host.heard, logs) == (401, [], [])


@pytest.mark.parametrize("header", [b"\xff\xfe", b"s\xc3\xa9", b"\xf0\x9f"])
async def test_a_secret_of_any_bytes_is_turned_away_quietly(client: Any, host: Host, header: bytes) -> None:
    """Raw bytes, as no ordinary client would send them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(
        b"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nX-Telegram-Bot-Api-Secret-Token: " + header + b"\r\n\r\n{}"
    )
    status = await reader.readline()
    writer.close()
    assert status.split()[1] in (b"401", b"400")
    assert host.heard == []


async def test_two_secrets_are_none(client: Any, host: Host, message: Message) -> None:
    headers = [(SECRET_HEADER, SECRET), (SECRET_HEADER, SECRET)]
    answer = await client.post("/hook", json=message(5), headers=headers)
    assert (answer.status, host.heard) == (401, [])


async def test_a_large_body_is_not_read(client: Any, host: Host) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    head = f"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: {BODY_LIMIT + 1}\r\n{SECRET_HEADER}: {SECRET}\r\n\r\n"
    writer.write(head.encode())
    status = await reader.readline()
    writer.close()
    assert status.split()[1] == b"413"
    assert host.heard == []


async def test_a_large_body_without_a_length_is_cut_off(client: Any, host: Host) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 65_536

    answer = await client.post("/hook", data=pieces(), headers={SECRET_HEADER: SECRET})
    assert (answer.status, host.heard) == (413, [])


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[1]", b'"x"', b"\xff\xfe\xfa", b"[" * 200_000, b"{}", b'{"update_id":"5"}', b'{"update_id":1e999}'],
)
async def test_a_malformed_body_is_refused_quietly(
    client: Any, host: Host, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with capture_logs() as logs:
        answer = await post(client, body)
    assert (answer.status, host.heard, logs, caplog.records) == (400, [], [], [])


async def test_a_body_that_is_not_finished_is_refused(client: Any, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.reporter.telegram.webhook.BODY_SECONDS", 0.05)
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(f"POST /hook HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n{SECRET_HEADER}: {SECRET}\r\n\r\n{{".encode())
    status = await reader.readline()
    writer.close()
    assert status.split()[1] == b"400"
    assert host.heard == []


async def test_what_holds_nothing_for_us_is_done_with(client: Any, host: Host) -> None:
    answer = await post(client, {"update_id": 5, "poll_answer": {"user": {"first_name": "Arta"}}})
    assert (answer.status, host.heard) == (200, [])


async def test_an_acknowledgement_is_the_answer(client: Any, host: Host, message: Message) -> None:
    asked = message(5)["message"]
    host.left_behind = QuickCall(kind="acknowledge", callback_id="31337")
    answer = await post(
        client, {"update_id": 5, "callback_query": {"id": "31337", "data": "c:yes:1", "message": asked, "from": {}}}
    )
    assert answer.content_type == "application/json"
    assert await answer.json() == {"method": "answerCallbackQuery", "callback_query_id": "31337"}
    assert host.heard[0].arrival == ButtonPressed(data="c:yes:1", callback_id="31337")


async def test_a_deletion_is_the_answer(client: Any, host: Host, message: Message) -> None:
    host.left_behind = QuickCall(kind="delete", message_id=50)
    answer = await post(client, message(5))
    assert await answer.json() == {"method": "deleteMessage", "chat_id": 777000111222, "message_id": 50}


@pytest.mark.parametrize("fault", [RuntimeError("777000111222"), asyncio.CancelledError(), TimeoutError()])
async def test_what_is_not_stored_comes_again(client: Any, host: Host, message: Message, fault: BaseException) -> None:
    host.fault = fault
    with capture_logs() as logs:
        answer = await post(client, message(5))
    assert answer.status == 500
    assert logs == [{"event": "telegram.update.failed", "fault": type(fault).__name__, "failures": 1, "log_level": "warning"}]
    host.fault = None
    assert (await post(client, message(5))).status == 200


async def test_a_turn_that_hangs_counts_as_failed(client: Any, host: Host, message: Message) -> None:
    host.seconds = 5.0
    assert (await post(client, message(5))).status == 500


async def test_the_fifth_failure_sets_an_update_aside(client: Any, host: Host, message: Message) -> None:
    host.fault = RuntimeError()
    statuses = [(await post(client, message(5))).status for _ in range(5)]
    assert statuses == [500, 500, 500, 500, 200]
    assert host.set_aside == [(5, message(5))]


async def test_failures_are_counted_for_each_update_alone(client: Any, host: Host, message: Message) -> None:
    host.fault = RuntimeError()
    statuses = [(await post(client, message(number))).status for number in (5, 6) for _ in range(4)]
    assert statuses == [500] * 8
    host.fault = None
    await post(client, message(5))
    host.fault = RuntimeError()
    assert (await post(client, message(5))).status == 500


async def test_what_cannot_be_set_aside_comes_again_until_it_can(client: Any, host: Host, message: Message) -> None:
    host.fault, host.aside_fault = RuntimeError(), OSError()
    statuses = [(await post(client, message(5))).status for _ in range(7)]
    assert statuses == [500] * 7
    host.aside_fault = None
    assert (await post(client, message(5))).status == 200


async def test_failures_that_are_remembered_are_bounded(
    client: Any, host: Host, message: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.reporter.telegram.webhook.REMEMBERED_FAILURES", 2)
    host.fault = RuntimeError()
    for number in (1, 1, 1, 1, 2, 3, 1):
        answer = await post(client, message(number))
    assert answer.status == 500
    assert host.set_aside == []


async def test_chats_run_side_by_side(client: Any, host: Host, message: Message) -> None:
    host.seconds = 0.1
    started = asyncio.get_running_loop().time()
    answers = await asyncio.gather(*(post(client, message(number, chat=number)) for number in range(1, 21)))
    assert {answer.status for answer in answers} == {200}
    assert asyncio.get_running_loop().time() - started < 1.0


def test_a_webhook_without_a_secret_is_not_made(host: Host) -> None:
    with pytest.raises(ValueError, match="secret"):
        Webhook("123456", "", host.take, host.put)
