"""Each line of docs/threat-model.md is shown by tests that exist, or says that nothing protects."""

import ast
import re
from pathlib import Path

import pytest

from tests.meta.tree import ROOT

PAGE = (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")
UNPROTECTED = "**not protected**"
OPPONENTS = 8
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def _lines() -> list[list[str]]:
    """The cells of every line of the tables, without heads and rules."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]
    return [cells for cells in rows if not set(cells[0]) <= {"-"} and cells[-1] != "shown by"]


def _defined(path: Path) -> set[str]:
    """The tests that a file defines; a property test's case is an assignment."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    cases = {
        target.id for node in tree.body if isinstance(node, ast.Assign) for target in node.targets if isinstance(target, ast.Name)
    }
    return {name for name in functions | cases if name.lower().startswith("test")}


@pytest.mark.parametrize("cells", _lines(), ids=lambda cells: cells[0])
def test_a_line_names_its_test_or_says_that_nothing_protects(cells: list[str]) -> None:
    assert len(cells) == 3
    assert all(cells)
    shown = cells[2]
    named = _NAMED.findall(shown)
    assert (shown == UNPROTECTED) != bool(named)
    assert [f"{path}::{name}" for path, name in named if not (ROOT / path).is_file() or name not in _defined(ROOT / path)] == []


def test_the_page_speaks_of_every_opponent() -> None:
    assert len(re.findall(r"^## ", PAGE, re.MULTILINE)) >= OPPONENTS
    assert len(_lines()) > 4 * OPPONENTS
