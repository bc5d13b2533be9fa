"""The catalogues know every text of the program, lose no placeholder, and promise no number that is not sure."""

import re
from pathlib import Path

import pytest

from locales.catalogue import Catalogue, entries, path_of
from locales.extractors import extract_messages
from locales.languages import CATALOGUES
from locales.pofiles import read

ROOT = Path(__file__).parents[2]
HOME = ROOT / "locales"
SHIPPED = ("bot", "flows", "handlers", "locales", "sealing", "simulator", "storage", "web/src")
MAY_NAME_IT = {"locales/helplines.py", "locales/data/helplines_al.json"}
"""The rule itself, and Albania, where the child helpline is 116 111."""


def test_the_template_holds_every_text_and_nothing_else() -> None:
    """Where this fails, `make texts` was not run after a text changed."""
    extracted = set(extract_messages(ROOT))
    listed = set(Catalogue.load().msgids())
    assert {"not in the template": extracted - listed, "gone": listed - extracted} == {
        "not in the template": set(),
        "gone": set(),
    }


@pytest.mark.parametrize("name", CATALOGUES)
def test_every_catalogue_lists_the_same_texts(name: str) -> None:
    template = {msgid for msgid, _ in entries(read(HOME / "amanet.pot").messages)}
    assert {msgid for msgid, _ in entries(read(path_of(HOME, name)).messages)} == template


@pytest.mark.parametrize("language", ["sq", "sr-Cyrl", "sr-Latn"])
def test_the_official_languages_have_no_gaps(language: str) -> None:
    assert list(Catalogue.load().missing(language)) == []


def test_romani_shows_only_what_a_native_speaker_reviewed() -> None:
    """Nothing is composed or machine-translated: until a reviewer puts a name to it, every Romani text is a draft."""
    catalogue = Catalogue.load()
    shown = set(catalogue.msgids()) - set(catalogue.missing("rom"))
    assert catalogue.reviewed("rom") or shown == set()


def test_no_translation_loses_a_placeholder_a_link_a_command_or_a_number() -> None:
    assert [f"{fault.catalogue}: {fault.msgid!r}: {fault.why}" for fault in Catalogue.load(drafts=True).faults()] == []


def test_no_cyrillic_letter_is_left_in_latin_serbian() -> None:
    catalogue = Catalogue.load()
    latin = (catalogue.text(msgid, "sr-Latn") for msgid in catalogue.msgids())
    assert [text for text in latin if re.search("[Ѐ-ӿ]", text)] == []


def test_nothing_that_is_shipped_names_the_childrens_line_outside_albania() -> None:
    files = (
        path
        for top in SHIPPED
        for path in (ROOT / top).rglob("*")
        if path.suffix in {".py", ".yaml", ".json", ".po", ".pot", ".ts", ".tsx", ".html"}
    )
    naming = {
        path.relative_to(ROOT).as_posix() for path in files if re.search(r"116[\s\-.]?111\b", path.read_text(encoding="utf-8"))
    }
    assert naming <= MAY_NAME_IT
