"""Bodies, ids and sequences made up from the desk's own OpenAPI file: whatever comes, nothing breaks and nothing is repeated."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from handlers.officer.desk.openapi import described
from handlers.officer.desk.routes import ROUTES
from storage.database import Database
from storage.encrypted import AtRestKeys
from storage.migrations import migrate
from tests.channels.desk.entrance import DESK_KEY, OWN, Browser, Entrance, Randomness, open_entrance

EXAMPLES = 8
"""Of each route that lets the role in; some seventy routes and four roles make more than a thousand requests."""
EXAMPLES_OUTSIDE = 1
"""Of each route that does not: the table is tried whole elsewhere."""
SCHEMA = schemathesis.openapi.from_dict(described(ROUTES))
OPERATIONS = [operation.ok() for operation in SCHEMA.get_all_operations()]
ENDS = ("/sign-out", "/sign-out/everywhere", "/events")
"""They end the session, or never end."""
MARK = "pandi-i-kuq"
"""A word that no answer may repeat."""


@pytest.fixture
def runner() -> Any:
    """A loop of its own: Hypothesis calls plain functions."""
    with asyncio.Runner() as running:
        yield running


@pytest.fixture
def entrance(runner: asyncio.Runner, tmp_path: Path) -> Any:
    async def begin() -> tuple[Database, Entrance]:
        url = f"sqlite:///{tmp_path / 'amanet.db'}"
        await migrate(url)
        database = await Database.open(url, keys=AtRestKeys(desk=DESK_KEY), rng=Randomness())
        return database, await open_entrance(database, tmp_path)

    async def end(database: Database, opened: Entrance) -> None:
        await opened.close()
        await database.close()

    database, opened = runner.run(begin())
    yield opened
    runner.run(end(database, opened))


@pytest.mark.parametrize("role", ["anyone", "officer", "supervisor", "administrator"])
def test_what_a_generator_makes_up_breaks_nothing(entrance: Entrance, runner: asyncio.Runner, role: str) -> None:
    async def browser_of() -> Browser:
        if role == "anyone":
            return entrance.browser()
        person = await entrance.person(role, role=role, teams=() if role == "administrator" else ("national",))
        return await entrance.signed_in(person)

    browser = runner.run(browser_of())
    tried = 0
    for operation in OPERATIONS:
        if operation.path.removeprefix("/desk/api") in ENDS:
            continue
        let_in = role in operation.definition.raw["x-who"] or "anyone" in operation.definition.raw["x-who"]
        _try(operation, EXAMPLES if let_in else EXAMPLES_OUTSIDE, lambda case: runner.run(_ask(browser, case)))
        tried += 1
    assert tried >= len(OPERATIONS) - len(ENDS)


def _try(operation: Any, examples: int, ask: Callable[[Any], None]) -> None:
    @settings(max_examples=examples, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        ask(case)

    run()


async def _ask(browser: Browser, case: Any) -> None:
    raw = b"" if case.method == "GET" else json.dumps(case.body if isinstance(case.body, dict) else {}, default=str).encode()
    response = await browser.ask(case.method, case.formatted_path, OWN, raw, {k: str(v) for k, v in (case.query or {}).items()})
    assert response.status < 500, (case.method, case.path, response.status, raw[:200])


def test_a_marked_word_at_any_place_of_a_body_is_neither_repeated_nor_logged(
    entrance: Entrance, runner: asyncio.Runner, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    async def try_all() -> None:
        browsers = [entrance.browser()]
        for role in ("supervisor", "administrator"):
            person = await entrance.person(role, role=role, teams=() if role == "administrator" else ("national",))
            browsers.append(await entrance.signed_in(person))
        for route in ROUTES:
            if route.body is None or route.path in ENDS:
                continue
            for value in (MARK, [MARK], {MARK: MARK}):
                body = dict.fromkeys((field.alias or name for name, field in route.body.model_fields.items()), value)
                for browser in browsers:
                    path = route.path.replace("{case_id}", "A" * 22)
                    response = await browser.ask(route.method, f"/desk/api{path}?{MARK}={MARK}", OWN, json.dumps(body).encode())
                    assert response.status < 500, path
                    assert MARK not in await response.text(), path

    runner.run(try_all())
    told = capsys.readouterr()
    assert MARK not in told.out + told.err + caplog.text
