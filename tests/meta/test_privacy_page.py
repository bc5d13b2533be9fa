"""docs/privacy.md tells of every column that there is, as what it is, and why."""

import re

from storage.encrypted import SEALED, SEALED_ELSEWHERE
from storage.tables import metadata
from tests.meta.tree import ROOT

PAGE = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
_SECTION = re.compile(r"^### (\w+)[^\n]*\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


def _told() -> list[tuple[str, str, str]]:
    """Each column that the page tells of, with its kind and its reason."""
    return [
        (f"{table}.{column}", kind.strip(), why.strip())
        for table, rows in _SECTION.findall(PAGE)
        for column, kind, why in _ROW.findall(rows)
    ]


def _there() -> dict[str, str]:
    """Each column that there is, with its kind."""
    sealed = {one.label: one.zone for one in SEALED} | dict.fromkeys(SEALED_ELSEWHERE, "sealed")
    columns = (f"{table.name}.{column.name}" for table in metadata.tables.values() for column in table.columns)
    return {name: sealed.get(name, "plain") for name in columns}


def test_every_column_is_told_once_as_what_it_is() -> None:
    assert sorted((name, kind) for name, kind, _ in _told()) == sorted(_there().items())


def test_every_column_has_its_reason() -> None:
    assert [name for name, _, why in _told() if len(why.split()) < 1] == []
