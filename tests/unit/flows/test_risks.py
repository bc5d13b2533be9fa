"""Risks that are heard in free text: the question, yes, no, and no answer."""

import pytest

from flows import limits
from flows.events import CaseOpened, DangerConfirmed, ReportSent, RiskDenied, RiskHeard, UrgencyRaised, WordsKept
from flows.testing import START, facts
from flows.view import Ref


def understood(dialogue):
    """What the question says that it understood."""
    [line] = [one for one in dialogue.view.paragraphs if one.text == "I understood: {meaning}."]
    return line.values


def test_a_risk_in_free_text_is_asked_about_with_the_numbers(talk):
    dialogue = talk("en", "no")
    assert facts(dialogue.say("he has a knife")) == [WordsKept("he has a knife", START), RiskHeard("knife")]
    assert dialogue.texts[:4] == [
        "Thank you. What was written is kept.",
        "The message is being removed from this chat.",
        "Here is one thing to check.",
        "I understood: {meaning}.",
    ]
    assert understood(dialogue) == (("meaning", Ref("text", "there is a knife")),)
    assert "Emergency: {emergency}" in dialogue.texts
    assert "Without an answer in ten minutes, the team gets these words." in dialogue.texts
    assert dialogue.codes == ["yes", "no"]


def test_a_confirmed_risk_opens_the_case_at_once_and_the_conversation_goes_on(talk):
    dialogue = talk("en", "no")
    dialogue.say("he has a knife")
    assert facts(dialogue.press("yes")) == [DangerConfirmed("knife"), UrgencyRaised("P0", "knife"), CaseOpened("danger")]
    assert (dialogue.view.node, dialogue.view.mood) == ("!danger", "danger")
    dialogue.press("go_on")
    assert dialogue.view.node == "who"
    assert dialogue.session.timer("risk") is None


def test_words_on_the_card_of_danger_are_kept_and_the_conversation_goes_on(talk):
    dialogue = talk("en", "no")
    dialogue.say("knife")
    dialogue.press("yes")
    dialogue.say("please hurry")
    assert dialogue.view.node == "who"


def test_a_denied_risk_costs_one_tap_and_is_not_asked_about_again(talk):
    dialogue = talk("en", "no")
    dialogue.say("a butter knife")
    assert facts(dialogue.press("no")) == [RiskDenied("knife")]
    assert dialogue.view.node == "who"
    assert dialogue.texts[0] == "Thank you. Then we go on."
    assert dialogue.session.timer("risk") is None
    assert facts(dialogue.say("the knife again")) == [WordsKept("the knife again", START)]
    assert dialogue.session.urgency is None


def test_more_words_while_the_question_stands_are_kept_and_it_is_asked_again(talk):
    dialogue = talk("en", "no")
    dialogue.say("knife")
    due = dialogue.session.timer("risk")
    dialogue.now += 60
    assert facts(dialogue.say("come quickly"))[0] == WordsKept("come quickly", START + 60)
    assert dialogue.view.node == "!risk"
    assert dialogue.session.timer("risk") == due


def test_the_two_most_serious_risks_of_a_message_are_asked_about_one_after_the_other(talk):
    dialogue = talk("en", "no")
    assert facts(dialogue.say("knife, blood, I want to die"))[1:] == [RiskHeard("knife"), RiskHeard("die")]
    assert facts(dialogue.press("no")) == [RiskDenied("knife")]
    assert dialogue.view.node == "!risk"
    assert dialogue.session.timer("risk") is not None
    assert facts(dialogue.press("yes")) == [DangerConfirmed("die"), UrgencyRaised("P1", "die"), CaseOpened("danger")]


def test_a_risk_heard_while_another_is_asked_about_waits_for_its_turn(talk):
    dialogue = talk("en", "no")
    dialogue.say("knife")
    assert facts(dialogue.say("blood knife"))[1:] == [RiskHeard("blood")]
    assert understood(dialogue) == (("meaning", Ref("text", "there is a knife")),)
    dialogue.press("no")
    assert understood(dialogue) == (("meaning", Ref("text", "somebody is bleeding")),)


def test_yes_ends_all_questions_about_risks(talk):
    dialogue = talk("en", "no")
    dialogue.say("knife and die")
    dialogue.press("yes")
    dialogue.press("go_on")
    assert dialogue.view.node == "who"


@pytest.mark.parametrize("passing", ["skip", "back"])
def test_passing_the_question_over_is_no_denial(talk, passing):
    dialogue = talk("en", "no")
    dialogue.say("knife")
    dialogue.press(passing)
    assert dialogue.view.node == "who"
    assert facts(dialogue.wait(limits.RISK)) == [UrgencyRaised("P1", "knife"), CaseOpened("abandoned")]


@pytest.mark.parametrize("policy", ["deliver", "deliver_if_danger"])
def test_a_question_about_a_risk_that_nobody_answers_sends_what_was_said(talk, policy):
    dialogue = talk("en", "no", abandoned=policy)
    dialogue.say("knife")
    assert facts(dialogue.wait(limits.RISK)) == [UrgencyRaised("P1", "knife"), CaseOpened("abandoned")]
    assert dialogue.view.node == "!risk"
    assert "There was no answer, so the team has these words now." in dialogue.texts
    assert "The team already has these words." in dialogue.texts
    assert facts(dialogue.press("yes")) == [DangerConfirmed("knife"), UrgencyRaised("P0", "knife")]


def test_a_deployer_who_keeps_nothing_unsent_is_told_of_no_case(talk):
    dialogue = talk("en", "no", abandoned="discard")
    dialogue.say("knife")
    assert "Without an answer, these words are not sent." in dialogue.texts
    assert facts(dialogue.wait(limits.RISK)) == [UrgencyRaised("P1", "knife")]


def test_a_question_about_a_risk_runs_out_even_when_the_chat_was_hidden(talk):
    dialogue = talk("en", "no")
    dialogue.say("knife")
    dialogue.press("hide")
    events = dialogue.wait(limits.RISK)
    assert events == (UrgencyRaised("P1", "knife"), CaseOpened("abandoned"))


def test_a_risk_in_an_open_case_that_nobody_answers_raises_the_urgency(talk):
    dialogue = talk(*"en no me a done done skip none send yes".split())
    assert dialogue.session.urgency == "P2"
    dialogue.say("knife")
    assert facts(dialogue.wait(limits.RISK)) == [UrgencyRaised("P1", "knife")]


def test_a_risk_passed_over_makes_what_is_sent_urgent(talk):
    dialogue = talk("en", "no", "me", "a", "done")
    assert dialogue.session.urgency == "P2"
    dialogue.say("knife")
    for choice in "skip done skip none send".split():
        dialogue.press(choice)
    assert facts(dialogue.press("yes")) == [UrgencyRaised("P1", "knife"), CaseOpened("sent"), ReportSent()]


def test_a_denied_risk_does_not_make_what_is_sent_urgent(talk):
    dialogue = talk("en", "no", "me", "a", "done")
    dialogue.say("knife")
    for choice in "no done skip none send".split():
        dialogue.press(choice)
    assert facts(dialogue.press("yes")) == [CaseOpened("sent"), ReportSent()]


def test_stopping_while_a_risk_is_asked_about_says_what_will_happen(talk):
    dialogue = talk("en", "no")
    dialogue.say("knife")
    dialogue.press("stop")
    assert "Without an answer in ten minutes, the team gets these words." in dialogue.texts
    dialogue.press("delete")
    assert dialogue.session.timer("risk") is None


def test_a_risk_at_the_question_about_the_place_is_heard(talk):
    dialogue = talk("en", "no", "me", "done", "done")
    assert facts(dialogue.say("beta knife")) == [WordsKept("beta knife", START), RiskHeard("knife")]


# Danger that is said again --------------------------------------------------------------------------------------------


def in_danger(talk):
    """A case that was opened because of a knife."""
    dialogue = talk("en", "no")
    dialogue.say("knife")
    dialogue.press("yes")
    dialogue.press("go_on")
    return dialogue


def test_danger_said_again_in_an_open_case_is_asked_about_and_sounds_again(talk):
    dialogue = in_danger(talk)
    dialogue.wait(limits.DANGER_AGAIN)
    dialogue.say("knife")
    assert dialogue.view.node == "!risk"
    assert facts(dialogue.press("yes")) == [DangerConfirmed("knife")]
    assert dialogue.view.node == "!danger"
    assert dialogue.session.risks_confirmed == ("knife",)


def test_danger_said_again_at_once_is_kept_as_words_only(talk):
    dialogue = in_danger(talk)
    dialogue.wait(limits.DANGER_AGAIN - 1)
    assert facts(dialogue.say("knife")) == [WordsKept("knife", dialogue.now)]
    assert dialogue.view.node == "who"


def test_the_button_of_danger_sounds_again_and_not_more_often_than_anybody_can_answer(talk):
    dialogue = talk("en", "yes", "back")
    assert DangerConfirmed("danger_now") not in dialogue.press("yes")
    dialogue.press("back")
    dialogue.wait(limits.DANGER_AGAIN)
    assert DangerConfirmed("danger_now") in dialogue.press("yes")
    dialogue.press("back")
    assert DangerConfirmed("danger_now") not in dialogue.press("yes")


def test_another_danger_sounds_at_once(talk):
    dialogue = in_danger(talk)
    dialogue.say("blood")
    assert facts(dialogue.press("yes")) == [DangerConfirmed("blood")]


def test_danger_that_is_not_so_now_is_not_asked_about_for_a_while_and_may_still_be_said(talk):
    dialogue = in_danger(talk)
    dialogue.wait(limits.DANGER_AGAIN)
    dialogue.say("knife")
    assert facts(dialogue.press("no")) == [RiskDenied("knife")]
    assert dialogue.session.risks_denied == ()
    assert facts(dialogue.say("knife")) == [WordsKept("knife", dialogue.now)]
    dialogue.press("back")
    assert DangerConfirmed("danger_now") in dialogue.press("yes")
    dialogue.wait(limits.DANGER_AGAIN)
    dialogue.say("knife")
    assert dialogue.view.node == "!risk"


def test_what_is_new_is_asked_about_before_what_is_said_again(talk):
    dialogue = in_danger(talk)
    dialogue.wait(limits.DANGER_AGAIN)
    dialogue.say("knife, blood, die")
    assert understood(dialogue) == (("meaning", Ref("text", "somebody wants to die")),)
    dialogue.press("no")
    assert understood(dialogue) == (("meaning", Ref("text", "somebody is bleeding")),)
    dialogue.press("no")
    assert dialogue.view.node == "who"


def test_a_question_about_danger_said_again_that_nobody_answers_changes_nothing(talk):
    """The team has the words and the alarm already."""
    dialogue = in_danger(talk)
    dialogue.wait(limits.DANGER_AGAIN)
    dialogue.say("knife")
    assert dialogue.session.timer("risk") is None
    assert facts(dialogue.wait(limits.RISK)) == []


def test_a_report_that_was_emptied_knows_no_danger(talk):
    dialogue = talk(*"en no me a done done skip none send yes".split())
    dialogue.say("knife")
    dialogue.press("yes")
    assert dialogue.session.danger_at == dialogue.now
    dialogue.press("go_on")
    dialogue.press("done")
    dialogue.press("withdraw")
    assert (dialogue.session.danger_at, dialogue.session.calm_at) == (0, 0)
