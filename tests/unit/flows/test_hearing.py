"""Hearing holds to its corpus in every spelling, and stays fast on text that was made to slow it down."""

import time
from pathlib import Path

import pytest
import yaml

from flows.conditions import LEVELS
from flows.errors import ScriptBroken
from flows.folding import MAX_CHARACTERS, fold
from flows.hearing import Hearing, read_hearing
from flows.listening import Phrase, sentences

CORPUS = yaml.load((Path(__file__).parent / "corpus.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)
LATIN = ("lj", "nj", "dž", *"abcčćdđefghijklmnoprsštuvzž")
CYRILLIC = ("љ", "њ", "џ", *"абцчћдђефгхијклмнопрсштувзж")
TO_ASCII = str.maketrans({"č": "c", "ć": "c", "š": "s", "ž": "z", "đ": "dj", "ë": "e", "ç": "c", "ľ": "l", "ź": "z"})


@pytest.fixture(scope="module")
def hearing() -> Hearing:
    return Hearing.load()


def spellings(language: str, text: str) -> tuple[str, ...]:
    """The ways in which the same sentence is typed on phones of Kosovo."""
    ways = [text, text.upper(), text.lower().translate(TO_ASCII)]
    if language == "sr":
        cyrillic = text.lower()
        for latin, letter in zip(LATIN, CYRILLIC, strict=True):
            cyrillic = cyrillic.replace(latin, letter)
        ways.append(cyrillic)
    return tuple(dict.fromkeys(ways))


def entries(part: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in part.items() for text in texts]


@pytest.mark.parametrize("code", CORPUS["heard"])
def test_every_sentence_of_the_corpus_is_heard_in_every_spelling(hearing: Hearing, code: str) -> None:
    missed = [
        way
        for language, text in entries(CORPUS["heard"][code])
        for way in spellings(language, text)
        if code not in hearing.hear(way)
    ]
    assert missed == []


@pytest.mark.parametrize("language", CORPUS["unheard"])
def test_everyday_talk_is_not_heard_in_any_spelling(hearing: Hearing, language: str) -> None:
    wrong = [
        (way, hearing.hear(way)) for text in CORPUS["unheard"][language] for way in spellings(language, text) if hearing.hear(way)
    ]
    assert wrong == []


def test_the_corpus_is_large_enough_to_mean_something() -> None:
    heard = [entry for part in CORPUS["heard"].values() for entry in entries(part)]
    unheard = entries(CORPUS["unheard"])
    assert len(heard) >= 150
    assert len(unheard) >= 150
    assert {language for language, _ in heard} == {"sq", "sr", "en", "rom"}


def test_a_risk_is_heard_in_the_middle_of_a_long_story(hearing: Hearing) -> None:
    story = "Danas smo imali dva časa i bilo je dosadno. " * 20
    assert hearing.hear(story + "Kad dođem kući on ima nož. " + story) == ("weapon",)


def test_the_most_serious_risk_comes_first(hearing: Hearing) -> None:
    heard = hearing.hear("želim da umrem. on ima nož. silovao me je.")
    assert heard == ("weapon", "suicide_thoughts", "sexual")


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("samoubisvo", "suicide_now"),
        ("vetvarsje", "suicide_now"),
        ("ubicuuu seee", "suicide_now"),
        ("zakljucalli su me", "locked_in"),
        ("mëë vrettt po tregova", "threat"),
        ("pistoletën ma drejtoi", "weapon"),
        ("he has a weapno", "weapon"),
        ("im bleedign", "badly_hurt"),
        ("silvao me", "sexual"),
    ],
)
def test_slips_of_the_finger_are_understood(hearing: Hearing, text: str, risk: str) -> None:
    assert risk in hearing.hear(text)


def test_another_ending_is_another_word(hearing: Hearing) -> None:
    assert hearing.hear("po fshihem") == ("person_here",)
    assert hearing.hear("po fshihet dielli") == ()


@pytest.mark.parametrize(
    ("told", "denied"),
    [
        ("ka armë", "nuk ka armë"),
        ("ka armë", "nuk ka asnjë armë"),
        ("he has a gun", "he does not have a gun"),
        ("ima nož", "nema nož"),
        ("jam në rrezik", "nuk jam në rrezik"),
        ("I want to kill myself", "I don't want to kill myself"),
        ("želim da se ubijem", "ne želim da se ubijem"),
    ],
)
def test_a_denial_takes_back_what_it_stands_before(hearing: Hearing, told: str, denied: str) -> None:
    assert hearing.hear(told)
    assert hearing.hear(denied) == ()


@pytest.mark.parametrize(
    ("text", "risk"),
    [
        ("nuk jam mirë, dua të vdes", "suicide_thoughts"),
        ("nuk jam mirë dua të vdes", "suicide_thoughts"),
        ("no he raped me", "sexual"),
        ("no, he raped me", "sexual"),
        ("no she is here", "person_here"),
        ("nema nikog on je ovde", "person_here"),
        ("I don't know he is here", "person_here"),
    ],
)
def test_a_denial_of_something_else_takes_nothing_back(hearing: Hearing, text: str, risk: str) -> None:
    assert risk in hearing.hear(text)


@pytest.mark.parametrize("text", ["filmi mbaroi, ai ka thikë", "posle filma on ima nož", "the movie ended he has a knife"])
def test_what_is_told_after_a_story_ended_is_no_story(hearing: Hearing, text: str) -> None:
    assert hearing.hear(text) == ("weapon",)


def test_whoever_hurts_others_is_asked_as_kindly(hearing: Hearing) -> None:
    assert hearing.hear("I hit my little brother") == ("hurts_others",)
    assert hearing.risk("hurts_others").level == "P1"


def test_words_that_are_themselves_a_denial_are_heard(hearing: Hearing) -> None:
    assert hearing.hear("nuk dua të jetoj më") == ("suicide_thoughts",)
    assert hearing.hear("ne želim više da živim") == ("suicide_thoughts",)
    assert hearing.hear("nuk po merr frymë") == ("badly_hurt",)


def test_a_wish_to_die_is_heard_even_beside_a_film(hearing: Hearing) -> None:
    assert hearing.hear("posle filma želim da umrem") == ("suicide_thoughts",)


def test_nothing_crosses_the_end_of_a_sentence(hearing: Hearing) -> None:
    assert hearing.hear("Ai ka. Thikë për bukë blemë sot.") == ()


def test_the_same_text_is_always_heard_the_same(hearing: Hearing) -> None:
    text = "më ka mbyllur në dhomë, ka thikë, dua të vdes"
    assert {hearing.hear(text) for _ in range(5)} == {Hearing.load().hear(text)}


@pytest.mark.parametrize("text", ["", " ", "…", "!!!???", "😀😀", "\x00\u200b", "112", "'", "t'", "...", "ë" * 50])
def test_text_without_words_is_not_a_mistake(hearing: Hearing, text: str) -> None:
    assert hearing.hear(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "po me e i na ",
        "he is is is ",
        "me ka me ka ",
        "a",
        "je su sam smo ",
        "samoubistv ",
        "krv svuda je krv ",
        "\u0301",
        "ﷺ",
        ". ! ? ",
        ",,,,",
        "nuk nuk s ska ",
        "dira me ju je ga ",
        "xhxhxh'",
    ],
)
def test_hostile_text_of_a_whole_message_takes_a_moment_and_no_more(hearing: Hearing, text: str) -> None:
    hostile = (text * 4096)[:4096]
    start = time.perf_counter()
    hearing.hear(hostile)
    assert time.perf_counter() - start < 1.5


def test_folding_never_returns_more_than_its_bound() -> None:
    assert len(fold("ﷺ" * 100_000)) <= MAX_CHARACTERS
    assert len(fold("љ" * 100_000)) <= MAX_CHARACTERS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Убићу се", "ubicu se"),
        ("povređena", "povredjena"),
        ("thikë", "THIKE"),
        ("s’ka", "s'ka"),
        ("m'rreh", "me reh"),
        ("čhib", "qhib"),
        ("aźutipe", "azutipe"),
        ("Жика", "žika"),
        ("джак", "džak"),
        ("heeelp", "help"),
        ("no\u200bž", "nož"),
    ],
)
def test_spellings_of_one_word_fold_to_one_form(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_risks_are_ordered_by_level_and_carry_a_meaning(hearing: Hearing) -> None:
    levels = [LEVELS.index(risk.level) for risk in hearing.risks]
    assert levels == sorted(levels)
    assert all(risk.meaning and hearing.risk(risk.code) is risk for risk in hearing.risks)
    assert {risk.code for risk in hearing.risks} == set(CORPUS["heard"])


def test_an_unknown_risk_is_a_mistake_of_the_program(hearing: Hearing) -> None:
    with pytest.raises(KeyError):
        hearing.risk("boredom")


@pytest.mark.parametrize("text", ["", "~ word", "word? word", "$", "two-part"])
def test_a_phrase_that_cannot_be_looked_for_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="phrase"):
        Phrase(text, {})


@pytest.mark.parametrize(
    "risks",
    [
        [
            {"code": "a", "level": "P1", "meaning": "a", "phrases": {}},
            {"code": "b", "level": "P0", "meaning": "b", "phrases": {}},
        ],
        [
            {"code": "a", "level": "P1", "meaning": "a", "phrases": {}},
            {"code": "a", "level": "P1", "meaning": "b", "phrases": {}},
        ],
        [{"code": "a", "level": "P1", "meaning": "a"}],
        [{"code": "a", "level": "P1", "meaning": "a", "phrases": {"en": ["<nobody> here"]}}],
    ],
)
def test_a_broken_list_of_phrases_stops_the_start(risks: list[dict[str, object]]) -> None:
    with pytest.raises(ScriptBroken):
        read_hearing({"risks": risks})


def test_a_sentence_knows_where_its_parts_begin_and_end() -> None:
    (sentence,) = sentences("one two, tres (four) five")
    assert sentence.words == ("one", "two", "tres", "four", "five")
    assert sentence.edges == {0, 2, 3, 4, 5}
