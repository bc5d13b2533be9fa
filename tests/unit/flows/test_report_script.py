"""The report says what it must, in words that a child can read, and nothing that it must not (DOMAIN.md section 4, C1 to C24)."""

import re
import unicodedata
from collections.abc import Iterator

import pytest

from flows import texts, validator
from flows.conditions import Facts
from flows.hearing import Hearing
from flows.script import Line, Node, Script

SCRIPT = Script.load("report")
FORMS = (
    *("physical", "psychological", "sexual", "neglect", "peer_school", "online", "witness_dv", "corporal_punishment"),
    *("early_marriage", "begging_street", "exploitation_labour", "trafficking", "discrimination", "self_harm_risk"),
    *("other", "unsure"),
)
ORDER = (
    *("welcome", "danger_now", "phone_shared", "who", "what_happens", "tell", "when_last", "reach_tonight", "hurt", "age_band"),
    *("area", "readers", "anything_else", "contact", "review", "consent", "sent"),
)
LOUD = re.compile(
    r"\b(danger|child|children|hit|hits|hurts?|police|emergency|ambulance|violence|protect\w*|report|risk|die|kill|sexual\w*"
    r"|weapon|doctor needed|abuse)\b",
    re.IGNORECASE,
)
BEFORE_REGISTER = frozenset({"welcome", "danger_now", "phone_shared", "who"})


def everything() -> tuple[str, ...]:
    return (*SCRIPT.msgids(), *texts.msgids(), *(f"I understood: {risk.meaning}." for risk in Hearing.load().risks))


def cards() -> Iterator[Node]:
    yield from SCRIPT.nodes.values()
    yield from SCRIPT.cards.values()


def lines(node: Node) -> Iterator[str]:
    for line in node.say:
        yield line.words.child
        yield line.words.adult


def said(name: str, facts: Facts) -> list[str]:
    node = SCRIPT.nodes[name]
    return [line.words.for_register(facts.register) for line in node.say if line.when is None or line.when.holds(facts)]


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?:])\s+", text) if part]


def path_from(start: str) -> list[str]:
    """Where somebody gets who skips everything."""
    name, seen = start, [start]
    while True:
        node = SCRIPT.nodes[name]
        ways = node.skip or node.to
        if not ways or ways[-1].to in seen:
            return seen
        name = ways[-1].to
        seen.append(name)


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
    """C7: what a notification shows first. The line is there whatever the facts."""
    if not node.say or node.name == "forgotten":
        return
    first = node.say[0]
    assert first.when is None
    assert not LOUD.search(first.words.child)
    assert not LOUD.search(first.words.adult)


@pytest.mark.parametrize("node", list(cards()), ids=lambda node: node.name)
@pytest.mark.parametrize("register", ["child", "adult"])
def test_no_card_asks_two_questions(node: Node, register: str) -> None:
    """C15, whoever it is about."""
    for who in ("me", "child", "adult"):
        facts = Facts(answers={"who": who}, register=register)
        shown = [line.words.for_register(register) for line in node.say if line.when is None or line.when.holds(facts)]
        assert sum(text.count("?") for text in shown) <= 1


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


def test_the_first_card_says_what_this_is_and_whom_to_call_in_three_sentences() -> None:
    """C1, C22."""
    welcome = SCRIPT.nodes["welcome"]
    shown = said("welcome", Facts())
    assert len(shown) == 3
    assert all(len(sentences(text)) == 1 for text in shown)
    assert any("program, not a person" in text for text in shown)
    assert any("{emergency}" in text for text in shown)
    assert [option.label.child for option in welcome.options] == ["Shqip", "Srpski", "Српски", "Romani čhib", "English"]
    assert [effect.value for option in welcome.options for effect in option.do] == ["sq", "sr-Latn", "sr-Cyrl", "rom", "en"]


def test_the_limits_are_told_before_anything_is_asked() -> None:
    """C2, C18: who reads, when help is fetched without asking, what becomes of unsent words."""
    assert SCRIPT.nodes["welcome"].to[-1].to == "danger_now"
    for abandoned, sentence in (
        ("discard", "your words are deleted."),
        ("deliver_if_danger", "After a yes, the team keeps them."),
        ("deliver", "go to the team after a day."),
    ):
        shown = " ".join(said("danger_now", Facts(policies={"abandoned": abandoned})))
        assert sentence in shown
        assert "A person from a child protection team reads what you write." in shown
        assert "If a life is in danger, we may try to get help." in shown
        assert "After a yes here, the team is told at once." in shown


@pytest.mark.parametrize(
    ("channel", "sentence"),
    [("telegram", "Telegram knows your account."), ("viber", "Viber knows your account."), ("page", "The browser may still remember it.")],
)
def test_nobody_is_told_that_the_channel_hides_them(channel: str, sentence: str) -> None:
    """C3."""
    assert sentence in " ".join(said("danger_now", Facts(channel=channel)))


def test_the_phone_is_asked_about_before_the_story() -> None:
    """C4: whoever shares it gets tips that are true for the channel."""
    assert SCRIPT.nodes["danger_now"].to[-1].to == "phone_shared"
    yes = SCRIPT.nodes["phone_shared"].option("yes")
    assert yes is not None
    assert yes.to == "phone_tips"
    assert any("Viber keeps everything" in text for text in said("phone_tips", Facts(channel="viber")))
    assert any("browser history stays" in text for text in said("phone_tips", Facts(channel="page")))
    assert any("does not stop programs" in text for text in said("phone_tips", Facts()))


def test_whoever_skips_everything_still_arrives_where_it_can_be_sent() -> None:
    """C5: danger first, then the order of the intake study."""
    walked = [name for name in path_from("welcome") if name not in {"readers", "hours"}]
    assert walked == [name for name in ORDER if name not in {"readers", "consent", "sent"}]


@pytest.mark.parametrize("name", [name for name, node in SCRIPT.nodes.items() if node.step])
def test_every_question_can_be_skipped(name: str) -> None:
    assert SCRIPT.nodes[name].may_be_skipped()


def test_danger_is_one_press_away_and_leads_to_the_numbers() -> None:
    for name, code in (("danger_now", "yes"), ("when_last", "now"), ("hurt", "badly")):
        option = SCRIPT.nodes[name].option(code)
        assert option is not None
        assert option.to == "danger_card"
        assert [effect.name for effect in option.do] == ["danger"]
    shown = said("danger_card", Facts())
    assert {"Emergency: {emergency}", "Police: {police}", "Ambulance: {ambulance}"} <= set(shown)
    assert SCRIPT.nodes["danger_card"].mood == "danger"


@pytest.mark.parametrize(
    ("answers", "next_node"),
    [({}, "phone_shared"), ({"when_last": "now"}, "reach_tonight"), ({"when_last": "now", "hurt": "badly"}, "age_band")],
)
def test_after_the_numbers_the_questions_go_on_where_they_were(answers: dict[str, str], next_node: str) -> None:
    facts = Facts(answers=answers)
    ways = SCRIPT.nodes["danger_card"].to
    assert next(way.to for way in ways if way.when is None or way.when.holds(facts)) == next_node


@pytest.mark.parametrize("name", ["danger_now", "danger_card", "sent"])
def test_whether_somebody_is_on_duty_is_told_truthfully(name: str) -> None:
    """C23."""
    awake, asleep = " ".join(said(name, Facts(duty=True))), " ".join(said(name, Facts(duty=False)))
    assert "on duty" in awake
    assert "Nobody is on duty" not in awake
    assert "Nobody is on duty right now" in asleep


def test_an_urgent_report_at_night_ends_with_numbers() -> None:
    night = said("sent", Facts(duty=False, urgency="P1", case="sent"))
    assert any("{emergency}" in text and "{police}" in text for text in night)


@pytest.mark.parametrize("name", ["what_happens_me", "what_happens"])
def test_every_form_of_harm_can_be_ticked(name: str) -> None:
    """Section 4, taxonomy; acts in the words of a child and of an adult."""
    assert tuple(option.code for option in SCRIPT.nodes[name].options) == FORMS


def test_validation_is_said_once_and_only_to_whom_it_happens() -> None:
    """C8: never to somebody who reports about another, nor where nothing was told."""
    sentence = "We believe you. It is not your fault."
    assert sum(sentence in text for node in cards() for text in set(lines(node))) == 1
    assert sentence in said("tell", Facts(answers={"who": "me", "what_happens": ("neglect",)}))
    assert sentence not in said("tell", Facts(answers={"who": "me", "what_happens": "skipped"}))
    assert sentence not in said("tell", Facts(answers={"who": "adult", "what_happens": ("neglect",)}, register="adult"))


def test_a_doctor_is_offered_while_it_helps() -> None:
    def told(when: str) -> bool:
        facts = Facts(answers={"what_happens": ("sexual",), "when_last": when})
        return any("A doctor can help today." in text for text in said("hurt", facts))

    assert told("today")
    assert told("last_3_days")
    assert not told("earlier")


def test_whoever_may_be_involved_can_be_shut_out() -> None:
    node = SCRIPT.nodes["readers"]
    effects = {option.code: [(effect.name, effect.value) for effect in option.do] for option in node.options}
    assert effects == {"yes": [("readers", "excluded")], "no": [("readers", "settled")], "unsure": [("readers", "excluded")]}
    assert [(effect.name, effect.value) for effect in node.skip_do] == [("readers", "settled")]


def test_consent_is_asked_for_sending_and_for_an_answer() -> None:
    """C16: nothing is sent from anywhere else, and without a choice there is no contact."""
    choices = [(node.name, option) for node in SCRIPT.nodes.values() for option in node.options]
    sending = [(name, option.code) for name, option in choices if any(effect.name == "send" for effect in option.do)]
    assert sending == [("consent", "yes")]
    assert SCRIPT.nodes["consent"].skip[-1].to == "review"
    contact = SCRIPT.nodes["contact"]
    assert contact.options[0].code == "none"
    assert not contact.skip_do
    assert not contact.do


def test_an_answer_here_is_offered_only_where_one_can_come() -> None:
    here = SCRIPT.nodes["contact"].option("here")
    assert here is not None
    assert here.when is not None
    assert here.when.holds(Facts(channel="telegram"))
    assert not here.when.holds(Facts(channel="page"))


def test_the_secret_code_comes_with_its_warning() -> None:
    """C17."""
    shown = said("sent", Facts(contact="receipt", case="sent"))
    assert "This is the code: {receipt}" in shown
    assert any("hide it well" in text for text in shown)
    assert not any("{receipt}" in text for text in said("sent", Facts(contact="none", case="sent")))


@pytest.mark.parametrize("officer", ["waiting", "acknowledged", "taken", "unanswered", "closed"])
def test_what_became_of_the_report_is_told_afterwards(officer: str) -> None:
    assert len(said("after", Facts(officer=officer, case="sent"))) == len(said("after", Facts(case="sent"))) + 1


def test_what_was_sent_can_be_taken_back_and_what_was_not_can_be_deleted() -> None:
    back, delete = SCRIPT.nodes["take_back"].option("yes"), SCRIPT.nodes["delete"].option("yes")
    assert back is not None
    assert delete is not None
    assert [effect.name for effect in back.do] == ["withdraw"]
    assert [effect.name for effect in delete.do] == ["discard"]


def test_every_listed_answer_has_a_title() -> None:
    steps = {node.step for node in SCRIPT.nodes.values() if node.step and node.kind in {"choose", "tick", "place"}}
    assert steps - {"consent"} == set(texts.STEP_TITLES)


def test_only_emergency_numbers_stand_in_texts() -> None:
    """Section 2: an unverified helpline is shown by nobody; digits in texts are ages, hours and lengths."""
    digits = {number for text in everything() for number in re.findall(r"\d+", text)}
    assert digits <= {"0", "3", "5", "6", "7", "9", "10", "12", "13", "14", "15", "16", "17", "18", "22", "32"}
