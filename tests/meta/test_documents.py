"""Documents name what is there: links lead somewhere, every command and every metric is told of, decisions are numbered."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from cyclopts import App

from bot.__main__ import app
from tests.meta.tree import ROOT, files

PAGES = tuple(path for path in files() if path.suffix == ".md")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_METRIC = re.compile(r"`(amanet_\w+)`")


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        if "://" in path:
            continue
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    assert broken == []


def _commands(of: App, before: str = "") -> Iterator[str]:
    for name in of:
        if name.startswith("-"):
            continue
        inside = tuple(_commands(of[name], f"{before}{name} "))
        yield from inside or [before + name]


def test_the_readme_lists_every_command_and_no_other() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.partition("## Commands")[2].partition("\n## ")[0]
    listed = [" ".join(re.findall(r"\b[a-z]+\b", cell)) for cell in re.findall(r"^\| `([^`]+)` \|", table, re.MULTILINE)]
    assert sorted(listed) == sorted(_commands(app))


def test_the_operators_page_lists_every_metric_and_no_other() -> None:
    made = {
        node.args[0].value
        for room in ("bot", "handlers", "storage")
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"Counter", "Gauge", "Histogram", "Summary"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert set(_METRIC.findall((ROOT / "docs/operations.md").read_text(encoding="utf-8"))) == made


def test_decisions_are_numbered_without_a_gap() -> None:
    names = sorted(path.name for path in (ROOT / "docs/decisions").glob("*.md"))
    numbers = Counter(int(name[:4]) for name in names)
    assert numbers == Counter(range(1, len(names) + 1))
    for name in names:
        first = (ROOT / "docs/decisions" / name).read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith(f"# {int(name[:4])}. ")
