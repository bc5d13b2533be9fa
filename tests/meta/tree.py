"""What belongs to the project's tree: its rooms and its files, whether or not git is there to tell."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE = {"__pycache__", "build", "dist", "node_modules", "htmlcov", "var", "pictures"}
"""Folders that running the project makes; they are no part of it. Names that begin with a point are left out as well."""
KEPT = {".ci", ".env.example", ".gitignore"}


def rooms() -> tuple[str, ...]:
    """The top-level packages, which are what runs; the tests are not one."""
    return tuple(sorted(path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"))


def files() -> tuple[Path, ...]:
    """Every file of the tree, by git where git knows it, else by walking."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, check=False
    )
    if listed.returncode == 0:
        found = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if _is_ours(path.relative_to(ROOT))]
    return tuple(sorted(path for path in found if path.is_file() and not path.is_symlink()))


def texts() -> tuple[tuple[str, str], ...]:
    """Every file that is text, with its name from the root on."""
    found = []
    for path in files():
        try:
            found.append((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return tuple(found)


def _is_ours(path: Path) -> bool:
    return not any(
        part in MADE or (part.startswith(".") and part not in KEPT) or part.endswith(".egg-info") for part in path.parts
    )
