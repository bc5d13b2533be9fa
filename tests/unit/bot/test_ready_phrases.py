"""The officers' ready phrases: two registers, plain sentences, and nothing that no text may say (DOMAIN.md C2, C8, C9, C15, C21)."""

import re
import unicodedata

import pytest

from bot.flow import check_phrases
from flows.validator import Forbidden
from handlers.officer.desk.phrases import worded
from handlers.officer.desk.texts import PHRASES
from locales.catalogue import Catalogue

FAMILIAR = {
    "sq": re.compile(r"\b(ti|të?nd|jot[eë]?|yt|ty|tregove|shkrove|mundesh|je)\b", re.IGNORECASE),
    "sr-Cyrl": re.compile(r"\b(ти|те|теб[еи]|тобом|тво(?:ј|ја|је|ју|јом)|си|јеси|можеш|мораш|желиш|пишеш)\b", re.IGNORECASE),
}
POLITE = {
    "sq": re.compile(r"\b(ju|juaj|jeni|mundeni|dëshironi|shkruani|treguat)\b", re.IGNORECASE),
    "sr-Cyrl": re.compile(r"\b(Ви|Вас|Вам|Ваш[аеиу]?|можете|морате|желите|пишете)\b"),
}


def every(register: str) -> list[str]:
    return [by_register[register] for by_register in PHRASES.values()]


def test_every_phrase_stands_in_both_registers_and_says_nothing_that_is_forbidden() -> None:
    assert check_phrases(PHRASES, Catalogue.load(), Forbidden.load()) == ()


def test_a_phrase_that_promises_or_lacks_a_register_is_a_problem() -> None:
    forbidden = {"save": {"child": "We promise it."}, "why": {"child": "", "adult": "Why did this happen?"}}
    found = check_phrases(forbidden, Catalogue.load(), Forbidden.load())
    assert {(one.where, one.what) for one in found} == {
        ("save", "has no words for: adult"),
        ("why", "has no words for: child"),
        *((f"en: {'We promise it.'!r}", f"promises: {phrase!r}") for phrase in ("promise", "we promise")),
        (f"en: {'Why did this happen?'!r}", "questions: 'why'"),
    }


@pytest.mark.parametrize("register", ["child", "adult"])
def test_a_phrase_is_short_and_calm(register: str) -> None:
    for text in every(register):
        assert all(len(sentence.split()) <= 12 for sentence in re.split(r"[.?]", text)), text
        assert not any(letter == "!" or unicodedata.category(letter) == "So" for letter in text), text


@pytest.mark.parametrize("language", sorted(FAMILIAR))
def test_no_adult_is_addressed_as_a_child_and_no_child_as_an_official(language: str) -> None:
    catalogue = Catalogue.load()
    for phrase in PHRASES.values():
        child, adult = (catalogue.text(phrase[register], language) for register in ("child", "adult"))
        assert not POLITE[language].search(child), child
        assert not FAMILIAR[language].search(adult), adult


def test_the_desk_gets_each_phrase_in_both_registers_and_every_language_that_has_it() -> None:
    for phrase in worded(Catalogue.load()):
        assert set(phrase["texts"]) == {"child", "adult"}
        assert all(texts["en"] for texts in phrase["texts"].values())
