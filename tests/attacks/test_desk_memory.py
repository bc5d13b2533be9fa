"""The instrument that looks into the desk's memory sees what is there, in whichever of its forms Python keeps a text.

What the desk's memory must not hold is tried where there is something to hold: at the end of tests/pages/test_desk_story.py.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.attacks.memory import held
from tests.attacks.scanner import Mark, scan

HOLDS = """
import sys
kept = []
for line in sys.stdin:
    content = bytes.fromhex(line.strip())
    kept.append({"text": content.decode, "bytes": lambda: content}[sys.argv[1]]())
    del content
    print("held", flush=True)
"""
"""A process that is told a mark in hex, so that no argument and no variable of its environment has it."""


@contextmanager
def holding(mark: bytes, how: str) -> Iterator[int]:
    """A child of ours that holds a mark."""
    command = [sys.executable, "-c", HOLDS, how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(mark.hex() + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "held\n"
        yield process.pid
        process.stdin.close()


@pytest.mark.parametrize(
    ("mark", "form"),
    [("zogukalter", "plain"), ("zogukaltër", "latin-1"), ("зогукалтер", "utf-16 le"), ("zogukaltër 🐦", "utf-32 le")],
)
def test_a_text_is_found_in_the_width_in_which_python_keeps_it(mark: str, form: str, tmp_path: Path) -> None:
    with holding(mark.encode(), "text") as pid:
        found = scan([mark], held(pid, tmp_path / "memory"))
    assert form in {one.form for one in found}


def test_a_seed_is_found_as_bytes(tmp_path: Path) -> None:
    seed = bytes(range(7, 39))
    with holding(seed, "bytes") as pid:
        memory = held(pid, tmp_path / "memory")
    assert {one.form for one in scan([seed], memory)} >= {"plain", "hex"}


def test_what_was_never_there_is_not_found_and_the_process_goes_on(tmp_path: Path) -> None:
    marks: list[Mark] = ["lulebardhë", bytes(range(100, 132))]
    with holding(b"nothing of it", "text") as pid:
        memory = held(pid, tmp_path / "memory")
        assert sum(file.stat().st_size for file in memory) > 1 << 20
        assert scan(marks, memory) == []
