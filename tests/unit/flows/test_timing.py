"""Time: what is due, and what an officer does meanwhile."""

import pytest

from flows import limits
from flows.events import CaseOpened, Hidden, StalePressed, WordsDiscarded, WordsKept
from flows.resumes import OfficerMoved, TimedOut
from flows.testing import START, facts


def test_an_idle_card_turns_neutral_and_one_button_leads_back(talk):
    dialogue = talk("en", "no")
    dialogue.say("secret")
    events = dialogue.wait(limits.IDLE)
    assert facts(events) == [Hidden("idle")]
    assert events[-1].view.node == "!neutral"
    assert dialogue.codes == ["continue"]
    assert facts(dialogue.press("continue")) == []
    assert dialogue.view.node == "who"


def test_an_old_button_on_a_neutral_card_shows_the_neutral_card(talk):
    dialogue = talk("en", "no")
    old = dialogue.session.sprint
    dialogue.wait(limits.IDLE)
    events = dialogue.press("me", sprint=old)
    assert facts(events) == [StalePressed()]
    assert events[-1].view.node == "!neutral"


def test_words_on_a_neutral_card_are_kept_and_lead_back(talk):
    dialogue = talk("en", "no")
    dialogue.wait(limits.IDLE)
    assert facts(dialogue.say("I am here")) == [WordsKept("I am here", START + limits.IDLE)]
    assert dialogue.view.node == "who"


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("discard", WordsDiscarded("abandoned")),
        ("deliver_if_danger", WordsDiscarded("abandoned")),
        ("deliver", CaseOpened("abandoned")),
    ],
)
def test_what_was_said_and_not_sent_follows_the_deployers_policy(talk, policy, expected):
    dialogue = talk("en", "no", abandoned=policy)
    dialogue.say("secret")
    events = facts(dialogue.wait(limits.ABANDONED))
    assert events[-1] == expected
    assert (dialogue.session.words == ()) is (policy != "deliver")


def test_nothing_said_is_not_abandoned(talk):
    dialogue = talk("en", "skip")
    assert dialogue.session.timer("abandoned") is None


def test_what_is_left_is_wiped_before_telegram_refuses(talk):
    dialogue = talk("en", "no")
    dialogue.wait(limits.WIPE - 60)
    dialogue.press("continue")
    assert dialogue.wait(60) == (Hidden("wiped"),)
    assert dialogue.session.status == "hidden"


def test_an_idle_session_is_forgotten(talk):
    dialogue = talk("en", "no")
    assert dialogue.wait(limits.END)[-2:] == (WordsDiscarded("abandoned"), Hidden("wiped"))
    assert dialogue.session.status == "ended"
    assert dialogue.session.timers == ()


def test_an_idle_session_that_was_not_wiped_is_wiped_at_its_end(talk):
    dialogue = talk("en")
    dialogue.now += limits.WIPE - 100
    dialogue.press("skip")
    dialogue.take(TimedOut("wipe"))
    dialogue.now += limits.WIPE
    dialogue.press("open")
    dialogue.now += limits.END
    assert dialogue.take(TimedOut("end")) == (Hidden("wiped"),)


def test_messages_that_are_kept_stay_when_the_session_ends(talk):
    dialogue = talk("en")
    dialogue.command("keep")
    assert facts(dialogue.wait(limits.END)) == [Hidden("idle")]
    assert dialogue.session.status == "ended"


@pytest.mark.parametrize("timer", ["idle", "readers", "never"])
def test_a_timer_that_does_not_run_or_is_not_due_does_nothing(talk, timer):
    dialogue = talk("en")
    before = dialogue.session
    assert dialogue.take(TimedOut(timer)) == ()
    assert dialogue.session == before


@pytest.mark.parametrize("state", ["waiting", "acknowledged", "taken", "unanswered", "closed"])
def test_the_card_tells_truthfully_that_the_case_moved(talk, state):
    dialogue = talk("en", "yes")
    sprint = dialogue.session.sprint
    dialogue.take(OfficerMoved("waiting"))
    dialogue.take(OfficerMoved(state))
    assert len(dialogue.session.notes) == 1
    assert len(dialogue.texts) in {2, 3}
    assert dialogue.session.sprint == sprint
    dialogue.press("continue")
    assert dialogue.session.notes == ()


def test_an_officers_move_is_not_shown_on_a_hidden_or_neutral_card(talk):
    dialogue = talk("en", "yes")
    dialogue.wait(limits.IDLE)
    assert dialogue.take(OfficerMoved("taken")) == ()
    dialogue.press("continue")
    assert dialogue.texts[0] == "A person from the team has taken this."
    dialogue.press("hide")
    assert dialogue.take(OfficerMoved("closed")) == ()


@pytest.mark.parametrize("state", ["taken", "dancing"])
def test_a_move_without_a_case_or_of_no_known_kind_changes_nothing(talk, state):
    dialogue = talk("en", "no") if state == "taken" else talk("en", "yes")
    assert dialogue.take(OfficerMoved(state)) == ()
