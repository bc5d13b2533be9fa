"""`make help` tells of every target that a person may call."""

import re
import subprocess

from tests.meta.tree import ROOT

PROMISED = {"help", "setup", "demo", "test", "check", "bench", "soak"}
"""The targets that newcomers and other programs rely on."""


def _targets() -> dict[str, str]:
    """Each target that has a name of its own, with what it needs first."""
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    found = (re.match(r"([a-z][a-z-]*):(?!=)([^#]*)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def _helped() -> dict[str, str]:
    answer = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(re.findall(r"^\s+make ([\w-]+)\s+(\S.*)$", answer.stdout, re.MULTILINE))


def test_help_lists_every_target_or_it_is_a_step_of_one_that_is_listed() -> None:
    targets, helped = _targets(), _helped()
    steps = {step for name, needed in targets.items() if name in helped for step in needed.split()}
    assert set(targets) - set(helped) - steps == set()
    assert set(helped) <= set(targets)


def test_the_promised_targets_are_there() -> None:
    assert set(_helped()) >= PROMISED


def test_a_target_is_never_mistaken_for_a_file() -> None:
    (phony,) = re.findall(r"^\.PHONY:(.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(phony.split()) == set(_targets())
