"""Sessions: idle, absolute, ended from here and from elsewhere; the cookie that carries them."""

import re

import pytest

from handlers.officer.desk.routes import ROUTES
from handlers.officer.desk.sessions import ABSOLUTE, IDLE
from tests.channels.desk.entrance import OWN, Entrance


async def test_a_session_ends_when_its_person_is_idle_and_pages_that_refresh_do_not_keep_it(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = await entrance.signed_in(person)
    for _ in range(4):
        entrance.clock.advance(IDLE - 60)
        assert (await browser.get("/me")).status == 200
    for _ in range(2):
        entrance.clock.advance(IDLE // 2)
        assert (await browser.get("/me?quiet=1")).status in (200, 401)
    assert (await browser.get("/me")).value == {"error": "signed_out"}


async def test_a_session_ends_after_the_longest_shift_however_busy(entrance: Entrance) -> None:
    browser = await entrance.signed_in(await entrance.person("Arta"))
    for _ in range(ABSOLUTE // 600 - 1):
        entrance.clock.advance(600)
        assert (await browser.get("/me")).status == 200
    entrance.clock.advance(600)
    assert (await browser.get("/me")).status == 401


async def test_signing_out_ends_this_session_and_everywhere_ends_all(entrance: Entrance) -> None:
    person, other = await entrance.person("Arta"), await entrance.person("Besa")
    one, two, three = [await entrance.signed_in(person) for _ in range(3)]
    stranger = await entrance.signed_in(other)
    kept = one.cookies()["amanet_desk"]
    assert (await one.post("/sign-out")).status == 200
    assert "amanet_desk" not in one.cookies()
    response = await one.ask("GET", "/desk/api/me", {"Cookie": f"amanet_desk={kept}"})
    assert response.status == 401
    assert (await two.post("/sign-out/everywhere")).status == 200
    assert [(await browser.get("/me")).status for browser in (two, three, stranger)] == [401, 401, 200]
    assert (await entrance.audit())[-2:] == ["signed_out", "signed_out_everywhere"]


async def test_an_officer_sees_their_sessions_and_ends_one_from_elsewhere(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    here, lost = await entrance.signed_in(person), await entrance.signed_in(person)
    other = await entrance.signed_in(await entrance.person("Besa"))
    shown = (await here.get("/me/sessions")).value
    assert [one["this"] for one in shown] == [False, True]
    assert set(shown[0]) == {"session_id", "began_at", "seen_at", "this"}
    ending = {"session_id": shown[0]["session_id"]}
    assert (await other.post("/me/sessions/end", ending)).status == 404
    assert (await here.post("/me/sessions/end", ending)).status == 200
    assert ((await lost.get("/me")).status, (await here.get("/me")).status) == (401, 200)


async def test_the_cookie_is_closed_to_scripts_and_other_sites(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = entrance.browser()
    answer = await browser.prove("Arta", person.proof)
    assert answer.status == 200
    told = [value for name, value in answer.headers.items() if name == "Set-Cookie"] or [answer.headers["Set-Cookie"]]
    assert all("HttpOnly" in one and "SameSite=Strict" in one for one in told)
    stored = await entrance.database.read(lambda tx: tx.desk_sessions.of(person.officer_id, now=entrance.now, idle_since=0))
    assert stored == ()


async def test_made_up_and_mangled_cookies_are_nobodys(entrance: Entrance) -> None:
    browser = await entrance.signed_in(await entrance.person("Arta"))
    real = browser.cookies()["amanet_desk"]
    browser.forget()
    for cookie in (real[:-1], real + "A", real.swapcase(), "", "%00", "A" * 4000, "'; --"):
        response = await browser.ask("GET", "/desk/api/me", {"Cookie": f"amanet_desk={cookie}"})
        assert response.status == 401, cookie


@pytest.mark.parametrize("role", ["officer", "supervisor", "administrator"])
async def test_an_idle_session_is_refused_by_every_route_but_the_one_that_rings_and_nothing_wakes_it(
    entrance: Entrance, role: str
) -> None:
    teams = () if role == "administrator" else ("national",)
    browser = await entrance.signed_in(await entrance.person("Arta", role=role, teams=teams))
    entrance.clock.advance(IDLE)
    told: dict[tuple[str, str], tuple[int, str]] = {}
    for route in ROUTES:
        if "anyone" in route.who or route.hears_idle:
            continue
        path = "/desk/api" + re.sub(r"\{\w+\}", "A" * 22, route.path)
        response = await browser.ask(route.method, path, OWN, b"{}")
        told[route.method, route.path] = (response.status, await response.text())
    assert set(told.values()) == {(401, '{"error":"signed_out"}')}
    assert [route.path for route in ROUTES if route.hears_idle] == ["/events"]
    for quiet in ("", "?quiet=1"):
        response = await browser.ask("GET", f"/desk/api/events{quiet}")
        assert response.status == (403 if role == "administrator" else 200)
        response.close()
        assert (await browser.get("/me")).value == {"error": "signed_out"}


async def test_a_session_that_is_over_is_refused_where_an_idle_one_is_let_in(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    ended, left = await entrance.signed_in(person), await entrance.signed_in(await entrance.person("Besa"))
    late = await entrance.signed_in(await entrance.person("Cen"))
    half = entrance.browser()
    await half.prove("Arta", person.proof)
    entrance.clock.advance(IDLE)
    await entrance.database.transact(lambda tx: tx.desk_sessions.end_all(person.officer_id))
    besa = await entrance.database.read(lambda tx: tx.officers.every())
    await entrance.database.transact(
        lambda tx: [tx.officers.set_active(one.officer_id, False) for one in besa if tx.officers.name(one.officer_id) == "Besa"]
    )
    for browser in (ended, left, half):
        assert (await browser.ask("GET", "/desk/api/events?quiet=1")).status == 401
    entrance.clock.advance(ABSOLUTE - IDLE)
    assert (await late.ask("GET", "/desk/api/events?quiet=1")).status == 401
