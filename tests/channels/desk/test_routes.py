"""Who may ask for what: the whole table of routes, tried by everybody."""

import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.web import CSP
from handlers.officer.desk.app import add_desk
from handlers.officer.desk.routes import ROUTES
from tests.channels.desk.entrance import OWN, Browser, Entrance

STANDINGS = ("anyone", "half", "enrolling", "officer", "supervisor", "administrator")
CSP_OF_THE_DESIGN = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


def path_of(route_path: str) -> str:
    return re.sub(r"\{\w+\}", "A" * 22, route_path)


async def everybody(entrance: Entrance) -> dict[str, Browser]:
    """A browser of each standing, signed in anew where a route signs out."""
    found = {"anyone": entrance.browser()}
    for role in ("officer", "supervisor", "administrator"):
        found[role] = await entrance.signed_in(
            await entrance.person(role, role=role, teams=() if role == "administrator" else ("national",))
        )
    for name, totp in (("half", True), ("enrolling", False)):
        person = await entrance.person(name, totp=totp)
        found[name] = entrance.browser()
        await found[name].prove(name, person.proof)
    return found


def test_every_route_stands_in_the_table_once_and_lets_somebody_in() -> None:
    named = [(route.method, route.path) for route in ROUTES]
    assert len(named) == len(set(named))
    assert [route.path for route in ROUTES if not route.who or not route.who <= set(STANDINGS)] == []
    assert [route.path for route in ROUTES if route.method == "POST" and route.body is None] == []


def test_whoever_has_no_session_or_half_of_one_gets_in_only_to_sign_in() -> None:
    open_to = {standing: {route.path for route in ROUTES if standing in route.who} for standing in STANDINGS}
    assert open_to["anyone"] == {
        "/openapi.json",
        "/texts/{language}",
        "/sign-in/begin",
        "/sign-in/proof",
        "/join/look",
        "/join",
    }
    assert open_to["half"] == {"/sign-in/totp", "/sign-in/passkey", "/sign-in/passkey/options", "/sign-out"}
    assert open_to["enrolling"] == {"/me/totp", "/me/totp/confirm", "/me/passkeys/options", "/me/passkeys"}


def test_an_administrator_opens_nothing() -> None:
    paths = {route.path for route in ROUTES if "administrator" in route.who}
    assert not [path for path in paths if path.startswith(("/queue", "/cases", "/events", "/wraps", "/rewraps", "/alarm"))]


@pytest.mark.parametrize("standing", STANDINGS)
async def test_the_whole_table_is_kept_for(entrance: Entrance, standing: str) -> None:
    browser = (await everybody(entrance))[standing]
    own = {standing, "half"} if standing == "enrolling" else {standing}
    wrong: list[tuple[str, str, int]] = []
    for route in ROUTES:
        if route.path in ("/sign-out", "/sign-out/everywhere", "/events") and own & route.who:
            continue  # they end the session, or never end; other tests take them
        response = await browser.ask(route.method, "/desk/api" + path_of(route.path), OWN, b'{"no": "such"}')
        told = await response.text()
        refusal = next(
            (
                code
                for code in ("signed_out", '"role"')
                if f'"error":{code if code[0] == chr(34) else chr(34) + code + chr(34)}' in told
            ),
            None,
        )
        is_let_in = bool(own & route.who) or "anyone" in route.who
        if is_let_in != (refusal is None) or response.status >= 500:
            wrong.append((route.method, route.path, response.status))
        assert response.headers["Content-Security-Policy"] == CSP_OF_THE_DESIGN == CSP
        assert response.headers["Cache-Control"] == "no-store"
    assert wrong == []


async def test_a_change_comes_from_our_own_page_or_not_at_all(entrance: Entrance) -> None:
    browser = await entrance.signed_in(await entrance.person("Arta"))
    for changed in (
        {"Origin": "http://evil.test"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
        {"X-Amanet-Desk": "0"},
        {"X-Amanet-Desk": ""},
    ):
        response = await browser.ask("POST", "/desk/api/me/language", OWN | changed, b'{"language":"sq"}')
        assert (response.status, await response.json()) == (403, {"error": "origin"}), changed
    without = {name: value for name, value in OWN.items() if name not in ("Origin", "Sec-Fetch-Site")}
    assert (await browser.ask("POST", "/desk/api/me/language", without, b'{"language":"sq"}')).status == 200


async def test_a_body_is_what_its_model_says_or_refused_without_being_repeated(entrance: Entrance) -> None:
    browser = entrance.browser()
    for raw in (
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b"[" * 5000,
        b'{"name":"A","with":"passphrase","more":1}',
        b'{"name":1,"with":"passphrase"}',
        b'{"name":"","with":"passphrase"}',
        b'{"name":"A","with":"else"}',
        b'{"name":NaN,"with":"passphrase"}',
        b'{"name":"\\ud800","with":"passphrase"}',
    ):
        answer = await browser.send("/sign-in/begin", raw)
        assert (answer.status, answer.value) in [(400, {"error": "malformed"}), (200, answer.value)], raw
        assert answer.status == 400 or b"ud800" in raw
    large = await browser.send("/sign-in/begin", b'{"name":"' + b"a" * 20_000 + b'"}')
    assert (large.status, large.value) == (413, {"error": "too_large"})


async def test_what_is_not_there_is_told_in_our_words_on_every_path(entrance: Entrance) -> None:
    browser = entrance.browser()
    for method, path, status in (
        ("GET", "/desk/api/nothing", 404),
        ("PUT", "/desk/api/me", 405),
        ("HEAD", "/desk/api/me", 405),
        ("GET", "/desk/api/%2e%2e/x", 404),
        ("GET", "/desk/assets/../../etc/passwd", 404),
        ("GET", "/desk/assets/%2e%2e%2fbundle.json", 404),
        ("GET", "/desk/assets/nothing.js", 404),
        ("GET", "/nowhere", 404),
    ):
        response = await browser.ask(method, path)
        assert response.status == status, path
        assert response.headers["Content-Security-Policy"] == CSP_OF_THE_DESIGN
        assert "etc" not in await response.text()


async def test_the_desk_words_what_is_below_its_own_address_and_touches_nothing_else(entrance: Entrance) -> None:
    async def webhook(request: web.Request) -> web.Response:
        if request.content_length:
            raise web.HTTPRequestEntityTooLarge(max_size=1, text="intake reads no more")
        raise web.HTTPForbidden(text="intake says no")

    app = web.Application()
    app.router.add_post("/hooks/telegram/reporter", webhook)
    add_desk(app, entrance.parts)
    assert list(app.middlewares) == []
    async with TestClient(TestServer(app)) as client:
        for method, path, body, status, told in (
            ("POST", "/hooks/telegram/reporter", b"", 403, "intake says no"),
            ("POST", "/hooks/telegram/reporter", b"{}", 413, "intake reads no more"),
            ("GET", "/hooks/telegram/reporter", b"", 405, "405: Method Not Allowed"),
            ("GET", "/desk/apiary", b"", 404, "404: Not Found"),
            ("GET", "/desk/api", b"", 404, '{"error":"not_there"}'),
            ("GET", "/desk/api/", b"", 404, '{"error":"not_there"}'),
            ("GET", "/desk/api/nothing/here", b"", 404, '{"error":"not_there"}'),
            ("DELETE", "/desk/api/me", b"", 405, '{"error":"not_there"}'),
            ("GET", "/desk/api/me", b"", 401, '{"error":"signed_out"}'),
        ):
            answer = await client.request(method, path, data=body)
            assert (answer.status, await answer.text()) == (status, told), path


async def test_the_page_is_served_and_hashed_files_are_kept_for_ever(entrance: Entrance) -> None:
    browser = entrance.browser()
    page = await browser.ask("GET", "/desk")
    html = await page.text()
    assert (page.status, page.headers["Cache-Control"]) == (200, "no-store")
    assert '<script type="module" src="/desk/assets/desk-1.js"></script>' in html
    assert "style=" not in html
    script = await browser.ask("GET", "/desk/assets/desk-1.js")
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert script.headers["X-Content-Type-Options"] == "nosniff"


async def test_texts_are_given_before_signing_in_and_only_the_desks(entrance: Entrance) -> None:
    browser = entrance.browser()
    for language in ("sq", "sr-Latn", "sr-Cyrl", "en"):
        told = (await browser.get(f"/texts/{language}")).value
        assert told["language"] == language
        assert told["draft"] is (language != "en")
    assert (await browser.get("/texts/rom")).status == 404
    assert (await browser.get("/texts/xx")).status == 404
