"""The environment is read in one place."""

import ast
from pathlib import Path

from tests.meta.tree import ROOT, rooms

READS = {
    "bot/settings.py": "the one reader",
    "bot/demo.py": "hands the environment it was started in to the bots that it starts, and reads nothing of it",
}
NAMES = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}


def _touches(path: Path) -> bool:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return any(
        (isinstance(node, ast.Attribute) and node.attr in NAMES and isinstance(node.value, ast.Name) and node.value.id == "os")
        or (isinstance(node, ast.ImportFrom) and node.module == "os" and any(one.name in NAMES for one in node.names))
        for node in ast.walk(tree)
    )


def test_only_the_settings_read_the_environment() -> None:
    touching = {path.relative_to(ROOT).as_posix() for room in rooms() for path in (ROOT / room).rglob("*.py") if _touches(path)}
    assert touching <= set(READS)


def test_the_demo_takes_no_single_variable_out_of_it() -> None:
    tree = ast.parse((ROOT / "bot/demo.py").read_text(encoding="utf-8"))
    dictionaries = [node for node in ast.walk(tree) if isinstance(node, ast.Dict)]
    spread = [value for one in dictionaries for key, value in zip(one.keys, one.values, strict=True) if key is None]
    reads = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in NAMES]
    assert [read for read in reads if read not in spread] == []
