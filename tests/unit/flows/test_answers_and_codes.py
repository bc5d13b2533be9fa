"""Messages of the team, and coming back with a code, as the engine sees them."""

from zoneinfo import ZoneInfo

import pytest

from flows import engine, limits
from flows.assets import Assets, Policy
from flows.events import CameBack, Hidden, MessageWritten, ReportLeft, UrgencyRaised, WordsDiscarded
from flows.hearing import Hearing
from flows.hours import next_allowed
from flows.resumes import AnswerCame, CodeGiven, Remembered, TextEdited, Trigger
from flows.returning import is_words
from flows.script import Script
from flows.testing import Dialogue, FewPlaces, facts
from flows.urgency import UrgencyRules

BELGRADE = ZoneInfo("Europe/Belgrade")
HERE = "en no no me physical done done today no no age_10_13 skip skip here any send yes".split()
FOUND = CodeGiven(outcome="found", urgency="P2", language="sq")


@pytest.fixture
def child() -> Dialogue:
    assets = Assets(
        script=Script.load("report"),
        urgency=UrgencyRules.load(),
        hearing=Hearing.load(),
        places=FewPlaces(tree={}, points={}),
        policy=Policy(answers="open"),
    )
    return Dialogue(assets, Trigger(channel="telegram", language="en"))


def answers(child: Dialogue, count: int) -> None:
    child.under(answers=count)
    child.take(AnswerCame())


def press(child: Dialogue, *codes: str) -> None:
    for code in codes:
        child.press(code)


# Hours


@pytest.mark.parametrize(
    ("hours", "now", "then"),
    [
        ("any", "2026-01-10T03:00", "2026-01-10T03:00"),
        ("", "2026-01-10T03:00", "2026-01-10T03:00"),
        ("morning", "2026-01-10T06:59", "2026-01-10T07:00"),
        ("morning", "2026-01-10T07:00", "2026-01-10T07:00"),
        ("morning", "2026-01-10T11:59", "2026-01-10T11:59"),
        ("morning", "2026-01-10T12:00", "2026-01-11T07:00"),
        ("afternoon", "2026-01-31T17:00", "2026-02-01T12:00"),
        ("evening", "2026-03-28T23:00", "2026-03-29T17:00"),
        ("morning", "2026-03-28T23:00", "2026-03-29T07:00"),
        ("morning", "2026-10-24T13:00", "2026-10-25T07:00"),
    ],
)
def test_a_notice_waits_for_the_chosen_hours_of_the_clock_on_the_wall(hours: str, now: str, then: str) -> None:
    from datetime import datetime

    def moment(text: str) -> int:
        return int(datetime.fromisoformat(text).replace(tzinfo=BELGRADE).timestamp())

    assert next_allowed(hours, moment(now), BELGRADE) == moment(then)


# Answers


def test_a_question_about_a_risk_stays_above_the_notice(child: Dialogue) -> None:
    press(child, *HERE)
    child.say("he has a knife")
    answers(child, 1)
    assert child.view.node == "!risk"
    child.press("no")
    assert child.view.node == "!answered"
    answers(child, 2)
    child.press("read")
    assert child.view.node == "answer"


def test_what_is_typed_at_an_answer_goes_to_the_team_and_is_not_remembered(child: Dialogue) -> None:
    press(child, *HERE)
    answers(child, 1)
    child.press("read")
    assert facts(child.say("I am safe.")) == [MessageWritten("I am safe.", child.now)]
    assert facts(child.take(TextEdited("I am not safe."))) == [MessageWritten("I am not safe.", child.now)]
    assert child.session.words == ()


def test_a_message_that_is_too_long_is_cut_and_it_is_said(child: Dialogue) -> None:
    press(child, *HERE)
    answers(child, 1)
    press(child, "read", "write")
    (written,) = facts(child.say("a" * (limits.TEXT + 5)))
    assert isinstance(written, MessageWritten)
    assert len(written.text) == limits.TEXT
    assert any(
        "The beginning of this long message is kept." in text for text in child.events[-1].view.paragraphs[0].text.splitlines()
    )


def test_pressing_twice_puts_away_one_message(child: Dialogue) -> None:
    press(child, *HERE)
    answers(child, 2)
    child.press("read")
    sprint = child.session.sprint
    child.press("next", sprint)
    child.press("next", sprint)
    assert child.circumstances.answers == 1


def test_a_long_message_has_parts_and_no_page_beyond_them(child: Dialogue) -> None:
    from dataclasses import replace

    press(child, *HERE)
    answers(child, 1)
    child.circumstances = replace(child.circumstances, parts=2)
    child.press("read")
    assert "page:next" in child.codes
    child.press("page:next")
    assert "page:next" not in child.codes
    assert child.session.page == 1
    child.press("page:next")
    assert child.session.page == 1
    child.press("page:previous")
    assert child.session.page == 0


def test_an_ended_conversation_shows_no_answer(child: Dialogue) -> None:
    press(child, "help", "forget", "yes")
    assert child.take(AnswerCame()) == ()


def test_a_notice_keeps_a_resting_chat_for_as_long_again_and_its_card_too(child: Dialogue) -> None:
    press(child, *HERE, "hide")
    child.wait(40 * limits.HOUR)
    answers(child, 1)
    assert child.session.timer("end") == child.now + limits.END
    assert child.session.timer("wipe") == child.now + limits.WIPE


def test_kept_messages_stay_kept_when_a_notice_comes(child: Dialogue) -> None:
    press(child, *HERE, "help", "keep", "hide")
    answers(child, 1)
    assert child.session.timer("wipe") is None


@pytest.mark.parametrize("can_answer", [True, False])
def test_an_answer_is_spoken_of_only_where_somebody_could_write_one(child: Dialogue, can_answer: bool) -> None:
    child.under(can_answer=can_answer)
    press(child, *HERE)
    assert ("An answer may appear here." in child.texts) is can_answer


def test_a_conversation_is_made_for_an_answer_where_none_is_remembered(child: Dialogue) -> None:
    known = Remembered(channel="telegram", language="sr-Cyrl", register="adult", urgency="P2", hours="evening")
    session = engine.rest(child.assets, None, known, child.now, child.rng)
    assert (session.status, session.case, session.contact, session.language) == ("hidden", "sent", "here", "sr-Cyrl")
    assert session.register == "adult"
    assert session.timer("end") == child.now + limits.END
    press(child, *HERE)
    other = engine.rest(child.assets, child.session, known, child.now, child.rng)
    assert (other.language, other.answers, other.case) == ("en", (), "sent")


# Codes


def test_a_code_leads_to_its_case_and_raises_nothing_by_itself(child: Dialogue) -> None:
    assert facts(child.take(FOUND)) == [CameBack()]
    assert child.view.node == "came_back"
    assert child.session.language == "sq"
    child.press("write")
    assert not any(isinstance(event, UrgencyRaised) for event in child.events)


def test_a_language_that_was_chosen_stays(child: Dialogue) -> None:
    child.press("en")
    child.take(FOUND)
    assert child.session.language == "en"


def test_a_case_of_this_chat_is_left_for_that_of_the_code(child: Dialogue) -> None:
    press(child, *HERE)
    assert facts(child.take(FOUND)) == [ReportLeft(), CameBack()]


def test_unsent_words_are_not_left_for_a_code(child: Dialogue) -> None:
    child.say("He hits me.")
    assert not any(isinstance(event, CameBack | WordsDiscarded) for event in child.take(FOUND))
    assert [said.text for said in child.session.words] == ["He hits me."]


def test_twenty_wrong_digits_are_words_only_after_it_was_said_that_they_are_no_code(child: Dialogue) -> None:
    assert not is_words(child.session)
    child.take(CodeGiven(outcome="mistyped"))
    assert not is_words(child.session)
    child.press("go_on")
    assert is_words(child.session)


@pytest.mark.parametrize("after", [limits.IDLE, limits.RETURN])
def test_a_chat_that_came_back_stands_at_the_door_again(child: Dialogue, after: int) -> None:
    child.take(FOUND)
    if after == limits.RETURN:
        while child.now + 600 < child.session.timer("returned"):  # type: ignore[operator]
            child.wait(600)
            press(child, "help", "go_on")
        after = 600
    events = child.wait(after)
    assert [type(event) for event in facts(events)] == [ReportLeft, Hidden]
    child.press("continue")
    assert child.view.node == "welcome"
    assert not child.session.came_back


def test_a_risk_that_nobody_answered_raises_the_case_before_it_is_left(child: Dialogue) -> None:
    child.take(FOUND)
    child.press("write")
    child.say("he has a knife")
    events = facts(child.press("hide"))
    assert [type(event) for event in events] == [UrgencyRaised, ReportLeft, Hidden]
