"""The tree tells nothing of the machine it was written on, nor where packages are to be fetched from."""

import re

import pytest

from tests.meta.tree import ROOT, texts

HERE = "tests/meta/test_tree.py"
PERSONAL = re.compile(r"(?<![\w.~:/-])/(?:home|Users|root|work|mnt|opt)/[\w.-]|\b[A-Z]:\\Users\\")
"""Folders in which people and build machines keep their own things."""
REGISTRY = re.compile(
    r"pypi\.(?:org|python\.org)|pythonhosted\.org|registry\.npmjs|registry\.yarnpkg|npmjs\.org|test\.pypi|artifactory|crates\.io"
    r"|--(?:extra-)?index-url|--find-links|--trusted-host|--registry\b",
    re.IGNORECASE,
)
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt", "requirements-node.txt")


def _found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{name}:{number}"
        for name, text in texts()
        if name != HERE
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    assert _found(PERSONAL) == []


def test_no_file_holds_the_address_of_a_registry() -> None:
    assert _found(REGISTRY) == []


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_locked_requirements_hold_no_address_and_every_one_its_hash(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r".*(?:://|@ ).*", text) == []
    pinned = re.split(r"^(?=[\w.\[\]-]+==)", text, flags=re.MULTILINE)[1:]
    assert [one.split()[0] for one in pinned if "--hash=sha256:" not in one] == []
