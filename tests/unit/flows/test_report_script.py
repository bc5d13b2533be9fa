"""The report's words can be read by a child and by an adult, and tell nothing to a locked screen (DOMAIN.md section 4, C7 to C21)."""

import itertools
import re
import unicodedata
from collections.abc import Iterator

import pytest

from flows import validator
from flows.conditions import Facts
from flows.script import Line, Node
from tests.unit.flows.report import SCRIPT, cards, everything, sentences, shown

LOUD = re.compile(
    r"\b(danger|child|children|hit|hits|hurts?|police|emergency|ambulance|violence|protect\w*|report|risk|die|kill|sexual\w*"
    r"|weapon|doctor needed|abuse|believe|fault)\b",
    re.IGNORECASE,
)
BEFORE_REGISTER = frozenset({"welcome", "danger_now", "phone_shared", "who"})


def firsts(say: tuple[Line, ...]) -> Iterator[str | None]:
    """What can stand first, in every register: None where nothing would be said."""
    if say[0].when is None:
        yield from (say[0].words.child, say[0].words.adult)
        return
    for register, who, words, urgency, case, officer, duty, channel, readers in itertools.product(
        ("child", "adult"),
        ("me", "adult"),
        ("none", "some"),
        (None, "P0", "P1"),
        ("none", "open", "sent", "withdrawn", "discarded"),
        ("none", "waiting", "acknowledged", "taken", "alarmed", "unanswered", "closed"),
        (True, False),
        ("telegram", "viber", "page"),
        ("national", "area", "late", "nobody"),
    ):
        facts = Facts(
            answers={"who": who, "what_happens": ("physical",)},
            register=register,
            words=words,
            urgency=urgency,
            case=case,
            officer=officer,
            duty=duty,
            channel=channel,
            readers=readers,
        )
        yield next(iter(shown(say, facts)), None)


def test_the_script_makes_sense_as_a_whole() -> None:
    assert validator.check(SCRIPT) == ()


def test_no_sentence_has_more_than_twelve_words() -> None:
    """C15."""
    long = [part for text in everything() for part in sentences(text) if len(part.split()) > 12]
    assert long == []


def test_no_text_shouts_or_winks() -> None:
    """C8: no exclamation marks, no emoji."""
    loud = [text for text in everything() if "!" in text or any(unicodedata.category(letter) == "So" for letter in text)]
    assert loud == []


def test_no_text_asks_or_promises_what_it_must_not() -> None:
    """C2, C8, C9, C11, C12, in the wording of the message ids; catalogues are held to the same list."""
    forbidden = validator.Forbidden.load()
    found = [(text, *hit) for text in everything() for hit in forbidden.found_in(text, "en")]
    assert found == []


def test_the_forbidden_phrases_are_listed_for_every_language_that_can_be_listed() -> None:
    """Romani has none: what was not attested was not composed."""
    forbidden = validator.Forbidden.load()
    assert set(forbidden.phrases) == {"questions", "promises", "advice", "blame", "labels"}
    for by_language in forbidden.phrases.values():
        assert set(by_language) == {"en", "sq", "sr-Latn", "sr-Cyrl"}
        assert len(by_language["sr-Latn"]) == len(by_language["sr-Cyrl"])


@pytest.mark.parametrize("node", list(cards()), ids=lambda node: node.name)
def test_the_first_line_of_every_card_tells_nothing_to_a_locked_screen(node: Node) -> None:
    """C7: what a notification shows first. There is such a line whatever the facts."""
    if not node.say or node.name == "forgotten":
        return
    assert {first for first in firsts(node.say) if first is None or LOUD.search(first)} == set()


@pytest.mark.parametrize("name", sorted(SCRIPT.notes.keys() - {"words_first"}))
def test_a_note_that_stands_above_a_card_tells_nothing_to_a_locked_screen(name: str) -> None:
    """C7. `words_first` stands only under `words`."""
    assert {first for first in firsts(SCRIPT.notes[name]) if first is None or LOUD.search(first)} == set()


@pytest.mark.parametrize("node", list(cards()), ids=lambda node: node.name)
@pytest.mark.parametrize("register", ["child", "adult"])
def test_no_card_asks_two_questions(node: Node, register: str) -> None:
    """C15, whoever it is about."""
    for who in ("me", "child", "adult"):
        facts = Facts(answers={"who": who}, register=register)
        assert sum(text.count("?") for text in shown(node.say, facts)) <= 1


def test_buttons_are_short() -> None:
    labels = [words for node in cards() for option in node.options for words in (option.label.child, option.label.adult)]
    assert [label for label in labels if len(label) > 44] == []


def test_what_an_adult_reads_can_be_said_politely() -> None:
    """C21: where a text says you, adults have a text of their own; before anybody said who writes there is only one."""
    shared = [
        line.words.child
        for name, node in SCRIPT.nodes.items()
        if name not in BEFORE_REGISTER and name != "what_happens_me"
        for line in node.say
        if line.words.child == line.words.adult and not _about_me(line)
    ]
    assert [text for text in shared if re.search(r"(?<!Thank )\byou(r|rs)?\b", text, re.IGNORECASE)] == []


def _about_me(line: Line) -> bool:
    me, other = Facts(answers={"who": "me", "what_happens": ("physical",)}), Facts(answers={"who": "adult"}, register="adult")
    return line.when is not None and line.when.holds(me) and not line.when.holds(other)


def test_only_emergency_numbers_stand_in_texts() -> None:
    """Section 2: an unverified helpline is shown by nobody; digits in texts are ages, hours and lengths."""
    digits = {number for text in everything() for number in re.findall(r"\d+", text)}
    assert digits <= {"0", "3", "5", "6", "7", "9", "10", "12", "13", "14", "15", "16", "17", "18", "20", "22", "32"}
