"""Bodies and ids made up from the desk's own OpenAPI file, against a desk with cases on it: nothing breaks and nothing is repeated."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from handlers.officer.desk.routes import ROUTES
from tests.attacks.desk_asking import MARK, posted, table
from tests.attacks.desk_crew import Crew, open_crew
from tests.attacks.desk_doings import CASE
from tests.attacks.desk_requests import OPERATIONS, doubled, foreign, made_up, no_objects

EXAMPLES = 4
"""Of each route, mostly by somebody whom it lets in."""


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """A loop of its own: Hypothesis calls plain functions."""
    with asyncio.Runner() as running:
        yield running


@pytest.fixture
def crew(runner: asyncio.Runner, tmp_path: Path) -> Iterator[Crew]:
    stack = AsyncExitStack()
    yield runner.run(stack.enter_async_context(open_crew(tmp_path, Counter())))
    runner.run(stack.aclose())


def test_what_a_generator_makes_up_breaks_nothing(
    crew: Crew, runner: asyncio.Runner, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    async def ask(operation: Any, case: Any, seed: int) -> None:
        rng = Random(seed)
        allowed = [one for one in crew.people if one.role in operation.definition.raw["x-who"]]
        who = rng.choice(allowed if allowed and rng.random() < 0.9 else crew.people)
        if not allowed and "half" in operation.definition.raw["x-who"] and who.role != "nobody":
            await crew.let_in(who, "half")
        elif rng.random() < 0.9:
            await crew.is_in(who)
        await crew.ask(who, made_up(case, crew.told, rng))

    for operation in OPERATIONS:
        _try(operation, lambda *made: runner.run(ask(*made)))
    told = capsys.readouterr()
    assert MARK not in told.out + told.err + caplog.text
    assert {(route.method, route.path) for route in ROUTES} == {key[:2] for key in crew.reached}
    let_in = {route for _, route, status in crew.reached if status not in (401, 403, 404)}
    assert {route.path for route in ROUTES if CASE in route.path and "blob_id" not in route.path} <= let_in, table(crew.reached)


def _try(operation: Any, ask: Callable[[Any, Any, int], None]) -> None:
    @settings(
        max_examples=EXAMPLES,
        database=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), seed=st.integers(0, 2**64))
    def run(case: Any, seed: int) -> None:
        ask(operation, case, seed)

    run()


def test_bytes_that_are_no_object_are_refused_at_every_route(crew: Crew, runner: asyncio.Runner) -> None:
    async def try_all() -> None:
        for route in ROUTES:
            if route.method == "GET":
                continue
            who = next((one for one in crew.people if one.role in route.who), crew.people[0])
            await crew.let_in(who, "half" if "half" in route.who else "full")
            asked = posted(route.path, {}, case_id=crew.told["case_id"][0])
            good = b'{"entries":[],"expected_seq":0,"until":null}'
            for raw in (*no_objects(good), doubled(b"{}"), good.replace(b"0", b'"0"')):
                answer = await crew.ask(who, replace(asked, raw=raw))
                assert (answer.status, answer.value) == (400, {"error": "malformed"}), (route.path, raw[:80])
            large = await crew.ask(who, replace(asked, raw=b'{"a":"' + b"x" * route.largest + b'"}'))
            assert (large.status, large.value["error"]) == (413, "too_large"), route.path

    runner.run(try_all())


def test_a_marked_word_at_any_place_of_a_body_is_neither_repeated_nor_logged(
    crew: Crew, runner: asyncio.Runner, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    async def try_all() -> None:
        for route in ROUTES:
            if route.body is None or not route.body.model_fields:
                continue
            names = [field.alias or name for name, field in route.body.model_fields.items()]
            for value in (MARK, [MARK], {MARK: MARK}):
                asked = posted(route.path, dict.fromkeys(names, value), case_id=MARK)
                for who in crew.people:
                    if "half" in route.who and who.role == "officer":
                        await crew.let_in(who, "half")
                    elif who.role in ("nobody", "supervisor", "administrator"):
                        await crew.is_in(who)
                    answer = await crew.ask(who, replace(asked, query=((MARK, MARK),)))
                    assert answer.status >= 400, route.path

    runner.run(try_all())
    told = capsys.readouterr()
    assert MARK not in told.out + told.err + caplog.text


def test_what_no_page_of_ours_sends_changes_nothing(crew: Crew, runner: asyncio.Runner) -> None:
    async def try_all() -> None:
        who = crew.people[0]
        await crew.is_in(who)
        for headers in foreign():
            answer = await crew.ask(who, replace(posted("/me/language", {"language": "sq"}), headers=headers))
            assert (answer.status, answer.value) == (403, {"error": "origin"}), headers

    runner.run(try_all())
