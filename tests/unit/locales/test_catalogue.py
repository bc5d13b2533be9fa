from pathlib import Path

import pytest

from locales.catalogue import Catalogue
from locales.errors import CatalogueBroken
from locales.extract import update_catalogues
from locales.pofiles import read

HEADER = 'msgid ""\nmsgstr ""\n"Language: {language}\\n"\n"X-Reviewed-By: {reviewer}\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
TEMPLATE = HEADER.format(language="", reviewer="")


def _entry(msgid: str, text: str, flag: str = "") -> str:
    return f'{f"#, {flag}{chr(10)}" if flag else ""}msgid "{msgid}"\nmsgstr "{text}"\n\n'


def _write(home: Path, name: str, body: str, reviewer: str = "") -> None:
    folder = home / name / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "amanet.po").write_text(HEADER.format(language=name, reviewer=reviewer) + body, encoding="utf-8")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    msgids = ("Yes", "No", "Call {emergency}.", "See {link} or /hide.")
    (tmp_path / "amanet.pot").write_text(TEMPLATE + "".join(_entry(one, "") for one in msgids), encoding="utf-8")
    _write(tmp_path, "sq", _entry("Yes", "Po") + _entry("Call {emergency}.", "Telefono {emergenca}."), reviewer="A. Reviewer")
    _write(tmp_path, "sr", _entry("Yes", "Да") + _entry("No", "Не") + _entry("See {link} or /hide.", "Види {link} или /hide."))
    _write(tmp_path, "rom", _entry("Yes", "Va", "fuzzy"))
    return tmp_path


def test_a_text_is_given_in_the_readers_language(home: Path) -> None:
    assert Catalogue.load(home).text("Yes", "sq") == "Po"


def test_what_a_language_lacks_comes_from_the_second_one_and_then_in_english(home: Path) -> None:
    catalogue = Catalogue.load(home)
    assert [catalogue.text("No", "rom", second) for second in ("sr-Cyrl", "sq", None)] == ["Не", "No", "No"]


def test_english_never_falls_into_another_language(home: Path) -> None:
    assert Catalogue.load(home).text("Yes", "en", "sq") == "Yes"


def test_a_text_that_nobody_knows_is_given_as_it_is(home: Path) -> None:
    catalogue = Catalogue.load(home)
    assert [catalogue.text("Unheard of", one, "sq") for one in ("sq", "rom", "xx")] == ["Unheard of"] * 3


def test_serbian_latin_is_the_cyrillic_text_without_touching_what_is_not_a_word(home: Path) -> None:
    catalogue = Catalogue.load(home)
    assert catalogue.text("See {link} or /hide.", "sr-Latn") == "Vidi {link} ili /hide."


def test_a_translation_that_lost_a_placeholder_is_not_shown_and_is_reported(home: Path) -> None:
    catalogue = Catalogue.load(home)
    assert catalogue.text("Call {emergency}.", "sq") == "Call {emergency}."
    assert [(fault.catalogue, fault.msgid) for fault in catalogue.faults()] == [("sq", "Call {emergency}.")] * 2


def test_a_text_that_waits_for_review_is_shown_to_reviewers_only(home: Path) -> None:
    assert Catalogue.load(home).text("Yes", "rom", "sq") == "Po"
    assert Catalogue.load(home, drafts=True).text("Yes", "rom", "sq") == "Va"
    assert Catalogue.load(home).drafts("rom") == frozenset({"Yes"})


def test_what_is_missing_is_told_in_the_order_of_the_template(home: Path) -> None:
    catalogue = Catalogue.load(home)
    assert catalogue.missing("sq") == ("No", "Call {emergency}.", "See {link} or /hide.")
    assert catalogue.missing("rom") == catalogue.msgids()
    assert catalogue.missing("en") == ()


def test_a_catalogue_is_a_draft_until_somebody_puts_a_name_to_it(home: Path) -> None:
    catalogue = Catalogue.load(home)
    assert [catalogue.reviewed(one) for one in ("sq", "sr-Latn", "rom", "en")] == [True, False, False, True]


def test_a_broken_file_is_named(home: Path) -> None:
    (home / "amanet.pot").write_text('msgid "unfinished', encoding="utf-8")
    with pytest.raises(CatalogueBroken, match=r"amanet\.pot"):
        Catalogue.load(home)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "locales").mkdir()
    (tmp_path / "flows").mkdir()
    _texts(tmp_path, "Yes", "Call {emergency}.")
    return tmp_path


def _texts(tree: Path, *msgids: str) -> None:
    (tree / "flows" / "texts.py").write_text(f"TEXTS = {msgids!r}\n", encoding="utf-8")


def _translate(tree: Path, name: str, msgid: str, text: str) -> Path:
    path = tree / "locales" / name / "LC_MESSAGES" / "amanet.po"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace(f'msgid "{msgid}"\nmsgstr ""', f'msgid "{msgid}"\nmsgstr "{text}"'), encoding="utf-8")
    return path


def test_updating_twice_changes_nothing(tree: Path) -> None:
    assert update_catalogues(tree) == {"sq": 2, "sr": 2, "rom": 2}
    first = {path: path.read_bytes() for path in tree.rglob("amanet.po*")}
    update_catalogues(tree)
    assert {path: path.read_bytes() for path in tree.rglob("amanet.po*")} == first


def test_a_reviewers_name_and_a_translation_outlive_an_update(tree: Path) -> None:
    update_catalogues(tree)
    path = _translate(tree, "sq", "Yes", "Po")
    path.write_text(path.read_text(encoding="utf-8").replace("X-Reviewed-By: ", "X-Reviewed-By: A. Reviewer"), encoding="utf-8")
    _texts(tree, "Yes", "Something new")
    assert update_catalogues(tree)["sq"] == 1
    catalogue = Catalogue.load(tree / "locales")
    assert (catalogue.text("Yes", "sq"), catalogue.reviewed("sq")) == ("Po", True)


def test_a_similar_text_is_never_taken_for_a_new_one(tree: Path) -> None:
    update_catalogues(tree)
    _translate(tree, "sq", "Call {emergency}.", "Telefono {emergency}.")
    _texts(tree, "Yes", "Do not call {emergency}.")
    update_catalogues(tree)
    assert Catalogue.load(tree / "locales", drafts=True).text("Do not call {emergency}.", "sq") == "Do not call {emergency}."


@pytest.mark.parametrize("flag", ["", "fuzzy"])
def test_a_text_that_comes_back_has_its_translation_and_its_flag_again(tree: Path, flag: str) -> None:
    update_catalogues(tree)
    path = _translate(tree, "sq", "Yes", "Po")
    if flag:
        path.write_text(path.read_text(encoding="utf-8").replace('msgid "Yes"', '#, fuzzy\nmsgid "Yes"'), encoding="utf-8")
    for texts in (("Other",), ("Other",), ("Yes",)):
        _texts(tree, *texts)
        update_catalogues(tree)
    message = read(path).messages.get("Yes")
    assert message is not None
    assert (message.string, message.fuzzy) == ("Po", bool(flag))
