"""The report asks what it must, in the right order, and leads where it must (DOMAIN.md section 4, C1 to C24)."""

import re

import pytest

from flows import texts
from flows.conditions import Facts
from flows.script import Option
from tests.unit.flows.report import SCRIPT, cards, everything, lines, said, sentences, shown

FORMS = (
    *("physical", "psychological", "sexual", "neglect", "peer_school", "online", "witness_dv", "corporal_punishment"),
    *("early_marriage", "begging_street", "exploitation_labour", "trafficking", "discrimination", "self_harm_risk"),
    *("other", "unsure"),
)
ORDER = (
    *("welcome", "danger_now", "phone_shared", "who", "what_happens", "tell", "when_last", "reach_tonight", "hurt", "age_band"),
    *("area", "readers", "anything_else", "contact", "review", "consent", "sent"),
)


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


def test_the_first_card_says_what_this_is_and_whom_to_call_in_three_sentences() -> None:
    """C1, C22."""
    welcome = SCRIPT.nodes["welcome"]
    told = said("welcome", Facts())
    assert len(told) == 3
    assert all(len(sentences(text)) == 1 for text in told)
    assert any("program, not a person" in text for text in told)
    assert any("{emergency}" in text for text in told)
    assert [option.label.child for option in welcome.options] == ["Shqip", "Srpski", "Српски", "Romani čhib", "English"]
    assert [effect.value for option in welcome.options for effect in option.do] == ["sq", "sr-Latn", "sr-Cyrl", "rom", "en"]


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
    told = said("danger_card", Facts())
    assert {"Emergency: {emergency}", "Police: {police}", "Ambulance: {ambulance}"} <= set(told)
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


@pytest.mark.parametrize("officer", ["acknowledged", "taken", "unanswered", "closed"])
def test_nobody_is_said_to_be_told_who_was_told_already(officer: str) -> None:
    """C23."""
    sentence = "The person on duty is being told now."
    assert sentence in said("sent", Facts(duty=True, officer="waiting", case="sent"))
    assert sentence not in said("sent", Facts(duty=True, officer=officer, case="sent"))


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


@pytest.mark.parametrize("register", ["child", "adult"])
def test_the_secret_code_comes_with_its_warning(register: str) -> None:
    """C17."""
    for name in ("sent", "after"):
        (text,) = (line for line in said(name, Facts(contact="receipt", case="sent", register=register)) if "{receipt}" in line)
        assert re.search(r"on paper.*(hide it|hidden)", text)
        assert "Later it is not shown again." in text
        assert "Whoever has the code can use it." in text
        rest = [line for line in said(name, Facts(contact="receipt", case="sent", register=register)) if line != text]
        assert not any("code" in line or "paper" in line for line in rest)
    assert not any("{receipt}" in line for line in said("sent", Facts(contact="none", case="sent", register=register)))


@pytest.mark.parametrize("register", ["child", "adult"])
@pytest.mark.parametrize("contact", ["here", "receipt"])
def test_no_card_speaks_of_an_answer_as_certain_while_none_can_be_written(contact: str, register: str) -> None:
    """The wish is asked for and reaches the team; whether an answer comes is not said."""
    closed = Facts(contact=contact, case="sent", register=register, policies={"answers": "closed"})
    assert "The team sees the wish for an answer." in said("sent", closed)
    assert "An answer may appear here." not in said("sent", closed)
    assert "No answer is certain." in said("contact", closed)
    assert not any("it appears" in text for text in said("contact", closed))
    opened = Facts(contact=contact, case="sent", register=register, policies={"answers": "open"})
    assert ("An answer may appear here." in said("sent", opened)) == (contact == "here")
    assert "No answer is certain." not in said("contact", opened)
    offered = {option.code for option in SCRIPT.nodes["contact"].options_now(closed)}
    assert offered == {"none", "receipt", "here"}


@pytest.mark.parametrize("case", ["open", "sent"])
def test_what_the_team_has_is_never_said_to_be_unsent_or_deleted(case: str) -> None:
    facts = Facts(case=case)
    assert "The team already has this." in said("review", facts)
    assert "Nothing is sent yet." not in said("review", facts)
    codes = {option.code for option in SCRIPT.nodes["review"].options_now(facts)}
    assert "delete" not in codes
    assert "withdraw" in codes
    assert [option.code for option in SCRIPT.nodes["delete"].options_now(facts)] == ["no"]
    assert not any("deleted" in text or "nothing is sent" in text for text in said("delete", facts))
    assert not any("deleted" in text for text in said("deleted", facts))


@pytest.mark.parametrize("register", ["child", "adult"])
@pytest.mark.parametrize("duty", [True, False])
@pytest.mark.parametrize("officer", ["acknowledged", "taken", "unanswered", "closed"])
def test_duty_is_spoken_of_only_while_nobody_moved(officer: str, duty: bool, register: str) -> None:
    """C23."""
    facts = Facts(officer=officer, duty=duty, case="sent", register=register)
    for say in (SCRIPT.nodes["danger_card"].say, SCRIPT.nodes["sent"].say, SCRIPT.nodes["after"].say, SCRIPT.cards["danger"].say):
        text = " ".join(shown(say, facts))
        assert "is being told now" not in text
        assert "Nobody is on duty" not in text


def test_a_case_that_waits_while_nobody_is_on_duty_says_so() -> None:
    """C23."""
    night = "Nobody is on duty right now. It waits for the team."
    assert night in said("after", Facts(officer="waiting", duty=False, case="sent"))
    assert night not in said("after", Facts(officer="waiting", duty=True, case="sent"))
    assert shown(SCRIPT.notes["officer_waiting"], Facts(duty=False)) == [night]


def test_the_secret_code_stands_on_a_line_of_its_own() -> None:
    """Whoever copies it on paper copies nothing else."""
    with_code = [text for text in everything() if "{receipt}" in text]
    assert with_code
    assert all("{receipt}" in text.splitlines() for text in with_code)


@pytest.mark.parametrize("officer", ["waiting", "acknowledged", "taken", "unanswered", "closed"])
def test_what_became_of_the_report_is_told_afterwards(officer: str) -> None:
    assert len(said("after", Facts(officer=officer, case="sent"))) == len(said("after", Facts(case="sent"))) + 1


def test_what_was_sent_can_be_taken_back_and_what_was_not_can_be_deleted() -> None:
    back, delete = SCRIPT.nodes["take_back"].option("yes"), SCRIPT.nodes["delete"].option("yes")
    assert back is not None
    assert delete is not None
    assert [effect.name for effect in back.do] == ["withdraw"]
    assert back.when is not None
    assert all(back.when.holds(Facts(urgency=level, case="sent")) for level in (None, "P1", "P2", "P3"))
    assert [effect.name for effect in delete.do] == ["discard"]


def test_what_says_that_somebody_is_in_danger_now_cannot_be_taken_back_in_the_chat() -> None:
    """Whoever took the phone could do that. The card says that it stays, asks nothing, and has one way: back."""
    node, facts = SCRIPT.nodes["take_back"], Facts(urgency="P0", case="sent")
    assert [option.code for option in node.options_now(facts)] == ["ok"]
    assert not any(option.do for option in node.options_now(facts))
    text = said("take_back", facts)
    assert text[0] == "This stays with the team."
    assert not any("?" in line or "deleted" in line for line in text)
    withdrawing = [(name, option.code) for name, node in SCRIPT.nodes.items() for option in node.options if _withdraws(option)]
    assert withdrawing == [("take_back", "yes")]


def _withdraws(option: Option) -> bool:
    return any(effect.name == "withdraw" for effect in option.do)


def test_every_listed_answer_has_a_title() -> None:
    steps = {node.step for node in SCRIPT.nodes.values() if node.step and node.kind in {"choose", "tick", "place"}}
    assert steps - {"consent"} == set(texts.STEP_TITLES)
