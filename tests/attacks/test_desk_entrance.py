"""Attacks on the desk's entrance: bursts of codes, races for the second factor, slow bodies, pages that frame, odd requests."""

import asyncio
import gzip
import json
import zlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from aiohttp import ClientSession, CookieJar

from handlers.officer.desk.guesses import PACES, Guesses, Key
from handlers.officer.desk.sessions import COOKIE
from storage.database import Database
from storage.encrypted import AtRestKeys
from storage.migrations import migrate
from tests.channels.desk.entrance import DESK_KEY, OWN, Browser, Entrance, Randomness, open_entrance

SCHOOL = "192.0.2.7"


@pytest.fixture
async def entrance(tmp_path: Path) -> AsyncIterator[Entrance]:
    url = f"sqlite:///{tmp_path / 'amanet.db'}"
    await migrate(url)
    database = await Database.open(url, keys=AtRestKeys(desk=DESK_KEY), rng=Randomness())
    opened = await open_entrance(database, tmp_path)
    yield opened
    await opened.close()
    await database.close()


# Guessing ------------------------------------------------------------------------------------------------------------------


async def test_a_burst_of_codes_is_no_way_around_the_line(entrance: Entrance) -> None:
    """Whoever knows the passphrase sends hundreds of codes at one moment, before the first is found wrong."""
    person = await entrance.person("Arta")
    thieves = [entrance.browser(f"198.51.100.{turn}") for turn in range(8)]
    for thief in thieves:
        assert (await thief.prove("Arta", person.proof)).status == 200
    began = entrance.now
    codes = [thieves[turn % 8].post("/sign-in/totp", {"code": f"{turn:06}"}) for turn in range(200)]
    answers = await asyncio.gather(*codes)
    tried = [answer for answer in answers if answer.status == 401]
    assert {answer.status for answer in answers} == {401, 429}
    # Time passes here only while a try waits: what was tried beyond the free ones has waited for it.
    assert len(tried) <= PACES["second"].free + 4 + (entrance.now - began) // 2
    assert (await entrance.audit()).count("code_refused") == len(tried)


async def test_a_try_under_way_counts_and_one_that_came_to_nothing_is_forgotten() -> None:
    guesses = Guesses(b"g" * 32)
    keys: list[Key] = [("second", b"arta")]
    held = [guesses.trying(keys, 0) for _ in range(PACES["second"].free + 2)]
    waits = [one.__enter__() for one in held]
    assert waits[: PACES["second"].free] == [0] * PACES["second"].free
    assert waits[-1] > 0
    for one in held:
        one.__exit__(None, None, None)
    assert not guesses._lines


async def test_a_flood_of_begun_sign_ins_does_not_stop_a_browser_that_is_known(entrance: Entrance) -> None:
    """A prankster in the same school keeps the line of its address full; the officer's own browser does not stand in it."""
    person = await entrance.person("Arta")
    own = await entrance.signed_in(person, SCHOOL)
    await own.post("/sign-out")
    prankster = entrance.browser(SCHOOL)
    for turn in range(45):
        await prankster.prove(f"somebody {turn}", bytes(32))
    address = [key for key in entrance.parts.guesses._lines if key[0] == "address"]
    entrance.parts.guesses._lines[address[0]].next_at = entrance.now + 60
    assert (await prankster.post("/sign-in/begin", {"name": "Arta", "with": "passphrase"})).status == 429
    assert (await own.post("/sign-in/begin", {"name": "Arta", "with": "passphrase"})).status == 200
    assert (await own.prove("Arta", person.proof)).status == 200


# The second factor ---------------------------------------------------------------------------------------------------------


async def test_of_two_half_sessions_that_set_a_first_factor_up_the_later_one_does_not(entrance: Entrance) -> None:
    """The thief's request was let in while there was no factor, and waits; meanwhile the officer sets theirs up."""
    person = await entrance.person("Arta", totp=False)
    thief, officer = entrance.browser(SCHOOL), entrance.browser()
    for browser in (thief, officer):
        assert (await browser.prove("Arta", person.proof)).value == {"second": [], "enroll": True}
    offered = (await officer.post("/me/totp")).value
    assert (await thief.post("/me/totp/confirm", {"code": "000000"})).status == 401
    slow = _slow_post(entrance, thief, "/me/totp/confirm", {"code": _code(offered["secret"], entrance.now)})
    await slow.__anext__()
    assert (await officer.post("/me/totp/confirm", {"code": _code(offered["secret"], entrance.now)})).status == 200
    status, told = await slow.__anext__()
    assert (status, told) == (401, {"error": "signed_out"})
    assert (await officer.get("/me")).status == 200
    assert (await thief.get("/me")).status == 401


async def test_a_half_session_reaches_nothing_but_the_way_in(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    thief = entrance.browser()
    await thief.prove("Arta", person.proof)
    for path in (
        "/me/totp",
        "/me/passkeys/options",
        "/me/duty",
        "/sign-out/everywhere",
        "/me/sessions/end",
        "/team-keys",
        "/wraps",
    ):
        answer = await thief.post(path, {})
        assert (answer.status, answer.value) == (401, {"error": "signed_out"}), path
    for path in ("/me", "/me/sessions", "/queue", "/events", "/cases", "/officers", "/teams", "/audit", "/phrases"):
        assert (await thief.get(path)).status == 401, path


async def test_a_cookie_from_before_the_second_factor_is_worth_nothing_after_it(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = entrance.browser()
    await browser.prove("Arta", person.proof)
    planted = browser.cookies()[COOKIE]
    entrance.clock.advance(60)
    assert (await browser.code(person)).status == 200
    thief = entrance.browser()
    answer = await thief.ask("GET", "/desk/api/me", {"Cookie": f"{COOKIE}={planted}"})
    assert answer.status == 401


# A body that comes slowly --------------------------------------------------------------------------------------------------


async def test_who_was_signed_out_while_their_body_came_does_nothing(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = await entrance.signed_in(person)
    slow = _slow_post(entrance, browser, "/me/language", {"language": "sq"})
    await slow.__anext__()
    await entrance.database.transact(lambda tx: tx.desk_sessions.end_all(person.officer_id))
    assert await slow.__anext__() == (401, {"error": "signed_out"})
    officer = await entrance.database.read(lambda tx: tx.officers.get(person.officer_id))
    assert officer is not None
    assert officer.language == "en"


# Odd requests --------------------------------------------------------------------------------------------------------------


async def test_no_other_page_frames_the_desk_holds_its_window_or_draws_in_its_files(entrance: Entrance) -> None:
    browser = entrance.browser()
    for path in ("/desk", "/desk/assets/desk-1.js", "/desk/api/openapi.json", "/desk/api/me", "/nowhere"):
        headers = (await browser.ask("GET", path)).headers
        assert headers["X-Frame-Options"] == "DENY", path
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_small_body_that_unpacks_to_a_huge_one_is_not_held(entrance: Entrance, coding: str) -> None:
    plain = json.dumps({"name": "a" * 50_000_000, "with": "passphrase"}).encode()
    packed = gzip.compress(plain) if coding == "gzip" else zlib.compress(plain)
    answer = await entrance.browser().send("/sign-in/begin", packed, **{"Content-Encoding": coding})
    assert answer.status in (400, 413)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b"[]",
        b'{"name":"Arta","with":"passphrase","name":"Besa","x":1}',
        b"[" * 16_000,
        b'{"name":"\\ud800","with":"passphrase"}',
        b'{"name":' + b"9" * 15_000 + b',"with":"passphrase"}',
        b"\xff\xfe{}",
        b'{"name":"' + b"\xe2\x80\xae" * 80 + b'","with":"recovery"}',
    ],
)
async def test_an_odd_body_is_refused_in_our_words_or_answered_like_any_name(entrance: Entrance, raw: bytes) -> None:
    answer = await entrance.browser().send("/sign-in/begin", raw)
    assert answer.status in (200, 400)
    assert answer.status == 200 or answer.value == {"error": "malformed"}


async def test_a_cookie_that_another_host_of_the_domain_planted_signs_nobody_in(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = await entrance.signed_in(person)
    own = browser.cookies()[COOKIE]
    for cookies in (
        f"{COOKIE}=planted",
        f"{COOKIE}=; {COOKIE}=planted",
        f'{COOKIE}="{own}x"',
        f"{COOKIE}={own}; {COOKIE}=planted",
    ):
        answer = await entrance.browser().ask("GET", "/desk/api/me/sessions", {"Cookie": cookies})
        assert answer.status in (200, 401)
        assert answer.status == 401 or own in cookies


def _code(secret: str, now: int) -> str:
    return pyotp.TOTP(secret).at(now)


async def _slow_post(entrance: Entrance, browser: Browser, path: str, body: dict[str, Any]) -> AsyncIterator[Any]:
    """A request whose body ends only when the caller says so; then its status and what it was told."""
    raw = json.dumps(body).encode()
    goes_on = asyncio.Event()

    async def pieces() -> AsyncIterator[bytes]:
        yield raw[:5]
        await goes_on.wait()
        yield raw[5:]

    async with ClientSession(cookie_jar=CookieJar(unsafe=True), cookies=browser.cookies()) as session:
        url = entrance.server.make_url(f"/desk/api{path}")
        request = asyncio.create_task(_read(session.post(url, data=pieces(), headers=OWN)))
        await asyncio.sleep(0.2)
        yield None
        goes_on.set()
        yield await request


async def _read(answer: Any) -> tuple[int, Any]:
    async with answer as response:
        return response.status, await response.json()
