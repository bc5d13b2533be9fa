"""Placeholders, transliteration, extraction, languages, moments: the small parts of wording."""

import io
from collections.abc import Iterable
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from locales import moments, placeholders, serbian
from locales.errors import ValueMissing
from locales.extractors import Extracted, constants, flow_yaml, helplines
from locales.languages import CODES, LANGUAGES, guess


def test_a_text_is_filled_by_plain_replacement() -> None:
    values = {"emergency": "112", "words": "{police} {0.__class__}"}
    assert placeholders.fill("Call {emergency}: {words}", values) == "Call 112: {police} {0.__class__}"


def test_a_value_that_is_missing_is_our_fault_and_names_no_text() -> None:
    with pytest.raises(ValueMissing, match="police"):
        placeholders.fill("Call {police}.", {})


@pytest.mark.parametrize(
    ("msgid", "translation"),
    [
        ("Call {emergency}.", "Telefono {emergency}."),
        ("Reads it at {time}, {time}.", "{time}"),
        ("Type /hide or see https://example.org/a.", "Shkruaj /hide ose shih https://example.org/a."),
        ("In 10 minutes", "Për 10 minuta"),
    ],
)
def test_a_translation_that_keeps_everything_is_sound(msgid: str, translation: str) -> None:
    assert placeholders.faults(msgid, translation) == ()


@pytest.mark.parametrize(
    ("msgid", "translation"),
    [
        ("Call {emergency}.", "Telefono 112."),
        ("Call {emergency}.", "Telefono {urgjenca}."),
        ("Call {emergency}.", "Telefono {emergency} {police}."),
        ("Call {emergency}.", "Telefono {emergency}}."),
        ("Type /hide.", "Shkruaj /fshih."),
        ("See https://example.org/a.", "Shih https://example.org/b."),
        ("In 10 minutes", "Për 15 minuta"),
    ],
)
def test_a_translation_that_loses_something_is_told(msgid: str, translation: str) -> None:
    assert placeholders.faults(msgid, translation) != ()


@pytest.mark.parametrize(
    ("cyrillic", "latin"),
    [
        ("Ђак, љуљашка, њива, џак, чекић", "Đak, ljuljaška, njiva, džak, čekić"),
        ("ЉУБАВ ЊЕГОШ, ЏЕП, КОЊ, Љубав", "LJUBAV NJEGOŠ, DŽEP, KONJ, Ljubav"),
        ("Позови {emergency} или {police}.", "Pozovi {emergency} ili {police}."),
        ("Види https://пример.срб/пут и /hide, 10 минута", "Vidi https://пример.срб/пут i /hide, 10 minuta"),
        ("Пиши @amanet_bot", "Piši @amanet_bot"),
    ],
)
def test_latin_serbian_is_written_by_rule(cyrillic: str, latin: str) -> None:
    assert serbian.to_latin(cyrillic) == latin


@given(st.text(alphabet=st.sampled_from("абвг {}/:.@љЊЏ abc\n12"), max_size=60))
def test_transliteration_keeps_placeholders_whatever_the_text(text: str) -> None:
    assert placeholders.names(serbian.to_latin(text)) == placeholders.names(text)


def _texts(found: Iterable[Extracted]) -> list[str]:
    return [text for _line, _function, text, _comments in found]


def test_a_script_gives_its_texts_and_nothing_else() -> None:
    script = """
script: report
nodes:
  welcome:
    kind: choose
    say:
      - "First."
      - {if: {register: child}, text: "Second.", mood: danger}
      - {child: "Third.", adult: "Fourth."}
    choices:
      - {code: yes, label: "Fifth", do: [{register: child}], to: other}
      - {code: no, label: {child: "Sixth", adult: "Seventh"}}
    done: "Eighth"
labels: {more: "Ninth", page: 1}
notes:
  stale: ["Tenth"]
meanings: {weapon: "eleventh"}
words: {sq: [gun]}
"""
    ordinals = "First. Second. Third. Fourth. Fifth Sixth Seventh Eighth Ninth Tenth eleventh"
    assert _texts(flow_yaml(io.BytesIO(script.encode()), (), ())) == ordinals.split()


def test_an_empty_script_has_no_texts() -> None:
    assert _texts(flow_yaml(io.BytesIO(b""), (), ())) == []


def test_a_module_of_texts_gives_its_constants_and_not_the_keys() -> None:
    module = b'''"""About."""
from typing import Final
A: Final = "one"
B: Final[dict] = MappingProxyType({"key": "two", A: ("three", "four")})
_C = ["five"]
lower = "none"
def f() -> str:
    return "none"
'''
    assert _texts(constants(io.BytesIO(module), (), ())) == ["one", "two", "three", "four", "five"]


def test_helplines_give_their_names() -> None:
    assert _texts(helplines(io.BytesIO(b'{"lines": [{"name": "Police", "number": "1"}]}'), (), ())) == ["Police"]


def test_the_picker_names_each_language_in_itself() -> None:
    names = [(one.code, one.self_name) for one in LANGUAGES]
    assert names == [("sq", "Shqip"), ("sr-Latn", "Srpski"), ("sr-Cyrl", "Српски"), ("rom", "Romani čhib"), ("en", "English")]


@pytest.mark.parametrize(
    ("hint", "code"),
    [
        (None, "sq"), ("", "sq"), ("sq-XK", "sq"), ("sr", "sr-Cyrl"), ("sr-Latn-RS", "sr-Latn"), ("sr_Latn", "sr-Latn"),
        ("bs", "sr-Latn"), ("rmn", "rom"), ("rom", "rom"), ("ro", "en"), ("rm", "en"), ("de-CH", "en"), ("EN-us", "en"),
    ],
)  # fmt: skip
def test_a_hint_leads_to_a_language(hint: str | None, code: str) -> None:
    assert guess(hint) == code


@given(st.text(max_size=5000))
def test_any_hint_leads_to_some_language(hint: str) -> None:
    assert guess(hint) in CODES


def test_moments_are_digits_in_every_language() -> None:
    assert moments.hour(time(8, 5)) == "8:05"
    assert moments.span(time(18), time(22)) == "18:00–22:00"
    assert moments.span(time(0), time(0)) == "24/7"
    assert [moments.day(date(2025, 11, 5), one) for one in ("sq", "sr-Latn", "sr-Cyrl", "rom", "en")] == [
        "5.11.2025", "5. 11. 2025.", "5. 11. 2025.", "5.11.2025", "2025-11-05",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "worded"),
    [(-5, "0 min"), (59, "0 min"), (2700, "45 min"), (7200, "2 h"), (7500, "2 h 5 min"), (180_300, "50 h")],
)
def test_a_duration_has_at_most_two_parts(seconds: int, worded: str) -> None:
    assert moments.duration(seconds) == worded
