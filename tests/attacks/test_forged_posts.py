"""Whoever finds the address of the webhook: bodies, secrets and lines of every sort are refused quietly, and children notice nothing."""

import asyncio
import gzip
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.attacks.phones import at_the_first_question, choose, is_answered, words_of_the_new_case
from tests.attacks.siege import HOOK, SECRET_HEADER, Siege, besieged
from tests.attacks.spoiled import STEM, message, strange_updates

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(150)]

AT_ONCE = 20
SLOW = 30


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def siege(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Siege]:
    async with besieged(tmp_path_factory.mktemp("forged"), telegram_updates="webhook") as town:
        yield town
        town.assert_quiet()
        assert STEM not in town.logs.read_text()


async def test_every_word_posted_at_the_same_moment_is_in_the_case(siege: Siege) -> None:
    phone = await at_the_first_question(siege)
    said = [f"{STEM} at once {at}" for at in range(50)]
    async with aiohttp.ClientSession() as session:
        posts = [siege.post(message(phone.person.id, text=text), session=session) for text in said]
        assert await asyncio.gather(*posts) == [200] * 50

    words, _ = await words_of_the_new_case(siege, lambda: choose(phone, "yes"))

    assert sorted(words) == sorted(said)


async def test_spoiled_updates_are_answered_quietly_while_slow_bodies_are_cut_off_and_nobody_else_notices(siege: Siege) -> None:
    slow = [asyncio.create_task(_drip(siege)) for _ in range(SLOW)]
    phone = await at_the_first_question(siege)
    updates = list(strange_updates())
    lanes = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession() as session:

        async def post(update: dict[str, Any]) -> int:
            async with lanes:
                return await siege.post(update, session=session)

        statuses = await asyncio.gather(*(post(update) for update in updates))

    assert set(statuses) == {200}
    assert len(updates) > 1000
    await is_answered(phone)
    assert set(await asyncio.gather(*slow)) <= {b"400", b""}


_BODIES: tuple[bytes, ...] = (
    b"",
    b" ",
    b"null",
    b"[]",
    b"{}",
    b"{",
    b'"text"',
    b"\xff\xfe\x00",
    b"[" * 200_000,
    b'{"update_id":' + b"9" * 6000 + b"}",
    b'{"update_id":1e400}',
    b'{"update_id":NaN}',
    b'{"update_id":"1"}',
    b'{"update_id":-1}',
    b'{"update_id":1,"message":',
    json.dumps({"update_id": 1}).encode("utf-16"),
    b"\x00" * 1000,
    b"a=1&b=2",
)


async def test_bodies_that_are_no_updates_are_refused(siege: Siege) -> None:
    phone = await at_the_first_question(siege)
    for body in _BODIES:
        assert await siege.post(body) in {200, 400}, body[:40]
    await is_answered(phone)


async def test_a_body_of_ten_megabytes_is_refused_and_takes_no_memory(siege: Siege) -> None:
    phone = await at_the_first_question(siege)
    before = siege.memory
    large = json.dumps(message(20, text="x" * (10 << 20))).encode()
    assert await _posted(siege, io.BytesIO(large)) == 413
    assert await _posted(siege, _in_pieces(large)) in {413, None}
    bomb = gzip.compress(bytes(200 << 20), 9)
    assert await _posted(siege, bomb, {"Content-Encoding": "gzip"}) in {400, 413, None}
    assert await _posted(siege, b"no gzip at all", {"Content-Encoding": "gzip"}) in {400, 413, None}
    assert siege.memory < before + 60
    await is_answered(phone)


async def _in_pieces(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), 1 << 16):
        yield content[at : at + (1 << 16)]


async def _posted(siege: Siege, body: Any, headers: dict[str, str] | None = None) -> int | None:
    """Post a body with the right secret; None if the line was cut before an answer could be read."""
    try:
        async with (
            aiohttp.ClientSession(auto_decompress=False) as session,
            session.post(siege.url + HOOK, data=body, headers={SECRET_HEADER: siege.secret, **(headers or {})}) as answer,
        ):
            return answer.status
    except aiohttp.ClientError:
        return None


async def test_whoever_does_not_know_the_secret_learns_and_causes_nothing(siege: Siege) -> None:
    phone = await at_the_first_question(siege)
    right = siege.secret.encode()
    body = json.dumps(message(phone.person.id, text=f"{STEM} forged")).encode()
    wrong = (
        None,
        b"",
        b"x",
        right[:-1],
        right + b"x",
        right.swapcase(),
        "ë".encode(),
        "ë".encode("latin-1"),
        b"\xff\xfe",
        "секрет".encode(),
    )
    for secret in wrong:
        assert await _raw(siege, body, secret) in {b"401", b"400"}, secret
    assert await _raw(siege, body, right, right) in {b"401", b"400"}
    assert await _raw(siege, b"x" * (2 << 20), b"x") in {b"401", b"400", b""}

    words, _ = await words_of_the_new_case(siege, lambda: choose(phone, "yes"))

    assert words == []


async def test_lines_that_are_no_requests_leave_no_trace_in_the_logs(siege: Siege) -> None:
    before = len(siege.lines())
    host, _, port = siege.settings.listen.rpartition(":")
    for line in (
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET\r\n\r\n",
        b"\x00" * 100,
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST " + b"/" * 20_000,
        b"\r\n" * 50,
    ):
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(line)
        writer.write_eof()
        await asyncio.wait_for(reader.read(), 10)
        writer.close()
    after = [line for line in siege.lines()[before:] if line.get("level") in {"error", "critical"}]
    assert after == []


async def _drip(siege: Siege) -> bytes:
    """Send a byte of a body every half second; return the status of the answer."""
    host, _, port = siege.settings.listen.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {HOOK} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {siege.secret}\r\nContent-Length: 1000\r\n\r\n"
    writer.write(head.encode())
    answer = asyncio.create_task(reader.readline())
    for _ in range(60):
        writer.write(b" ")
        if (await asyncio.wait([answer], timeout=0.5))[0]:
            break
    writer.close()
    assert answer.done(), "a slow body was not cut off in half a minute"
    return answer.result()[9:12]


async def _raw(siege: Siege, body: bytes, *secrets: bytes | None) -> bytes:
    """Post with headers exactly as given; return the status of the answer, nothing if the line was cut."""
    host, _, port = siege.settings.listen.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    named = b"".join(SECRET_HEADER.encode() + b": " + secret + b"\r\n" for secret in secrets if secret is not None)
    writer.write(b"POST " + HOOK.encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + named)
    writer.write(b"Content-Length: " + str(len(body)).encode() + b"\r\n\r\n")
    try:
        writer.write(body)
        line = await asyncio.wait_for(reader.readline(), 10)
    except ConnectionError:
        return b""
    finally:
        writer.close()
    return line[9:12]
