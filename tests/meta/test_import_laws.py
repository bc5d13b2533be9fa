"""The import laws speak about the whole tree, and no process that serves can reach what opens a case."""

import subprocess
import sys
import tomllib

import grimp
import pytest

from tests.meta.tree import ROOT, rooms

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SERVES = ("bot.serve", "bot.intake", "bot.desk", "handlers.conversation", "handlers.officer.telegram.bot")
OPENS = "sealing.open"


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*rooms(), cache_dir=None)


def test_the_import_laws_cover_every_room() -> None:
    assert tuple(sorted(PROJECT["tool"]["importlinter"]["root_packages"])) == rooms()


def test_the_types_are_checked_in_every_room() -> None:
    assert tuple(sorted(PROJECT["tool"]["mypy"]["packages"])) == rooms()


def test_the_distribution_takes_every_room_and_nothing_else() -> None:
    patterns = PROJECT["tool"]["setuptools"]["packages"]["find"]["include"]
    assert tuple(sorted(pattern.removesuffix("*") for pattern in patterns)) == rooms()


@pytest.mark.parametrize("process", SERVES)
def test_no_way_leads_from_a_serving_process_to_what_opens_a_case(graph: grimp.ImportGraph, process: str) -> None:
    """Imports inside functions count as well."""
    targets = {OPENS, *graph.find_descendants(OPENS)}
    assert {target: graph.find_shortest_chain(process, target) for target in targets} == dict.fromkeys(targets)


def test_only_the_command_that_opens_a_case_imports_what_opens_it(graph: grimp.ImportGraph) -> None:
    inside = {OPENS, *graph.find_descendants(OPENS)}
    importers = {importer for module in inside for importer in graph.find_modules_that_directly_import(module)}
    assert importers - inside == {"bot.opening"}


@pytest.mark.parametrize(
    ("part", "foreign"),
    [("bot.intake", ("telegram", "sealing.open", "bot.desk")), ("bot.desk", ("aiogram", "sealing.open", "bot.intake"))],
)
def test_a_process_loads_its_own_trust_zone_only(part: str, foreign: tuple[str, ...]) -> None:
    asked = f"import sys, {part}; print([name for name in {foreign!r} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT)
    assert answer.stdout.strip() == "[]"
