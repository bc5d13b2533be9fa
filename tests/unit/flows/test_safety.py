"""What works everywhere: help, stop, back, skip, language, forget, keep."""

import pytest

from flows import limits
from flows.events import (
    Hidden,
    InputRefused,
    LanguageChanged,
    MessagesKept,
    ReporterForgotten,
    RiskHeard,
    WordsDiscarded,
    WordsKept,
)
from flows.testing import START, facts
from flows.view import Ref

WAYS = ((), ("en",), ("en", "no"), ("en", "no", "me"), ("en", "no", "me", "done"), ("en", "yes"), ("help",), ("stop",))


@pytest.mark.parametrize("way", WAYS)
def test_help_shows_numbers_and_one_button_leads_back(talk, way):
    dialogue = talk(*way)
    before = dialogue.view.node
    dialogue.press("help", sprint=1)
    assert "Emergency: {emergency}" in dialogue.texts
    if before == "!help":
        return
    dialogue.press("go_on")
    assert dialogue.view.node == before


def test_a_cry_for_help_is_kept_and_answered_with_numbers(talk):
    dialogue = talk("en", "no")
    assert facts(dialogue.say("Pomozi mi!")) == [WordsKept("Pomozi mi!", START)]
    assert dialogue.view.node == "!help"


def test_back_closes_a_card(talk):
    dialogue = talk("en", "no", "help", "back")
    assert dialogue.view.node == "who"


def test_skip_on_a_card_closes_it(talk):
    dialogue = talk("en", "no", "help", "skip")
    assert dialogue.view.node == "who"


def test_back_and_skip_can_be_typed(talk):
    dialogue = talk("en", "no")
    dialogue.say("nazad")
    assert dialogue.view.node == "danger_now"
    dialogue.say("skip")
    assert dialogue.view.node == "who"


def test_a_review_cannot_be_skipped(talk):
    dialogue = talk("en", "no", "me", "done", "done", "skip", "none")
    assert "skip" not in dialogue.view.nav
    assert facts(dialogue.press("skip")) == [InputRefused("nothing_to_skip")]


def test_stop_offers_to_go_on(talk):
    dialogue = talk("en", "no", "stop")
    assert dialogue.codes == ["go_on", "send", "delete", "leave"]
    dialogue.press("go_on")
    assert dialogue.view.node == "who"


def test_stop_leads_to_sending(talk):
    dialogue = talk("en", "no", "stop", "send")
    assert dialogue.view.node == "consent"


def test_stop_deletes_what_was_not_sent(talk):
    dialogue = talk("en", "no")
    dialogue.say("secret")
    dialogue.press("stop")
    assert facts(dialogue.press("delete")) == [WordsDiscarded("asked")]
    assert dialogue.texts[0] == "What was written is deleted. Nothing was sent."
    assert dialogue.session.words == ()
    dialogue.press("go_on")
    assert dialogue.view.node == "door"


def test_stop_may_leave_everything_as_it_is(talk):
    dialogue = talk("en", "no", "stop", "leave")
    assert dialogue.view.node == "!stopped"
    dialogue.say("after all")
    assert dialogue.view.node == "who"


def test_stop_of_an_open_case_leads_to_taking_back(talk):
    dialogue = talk("en", "yes", "stop")
    assert dialogue.codes == ["go_on", "send", "withdraw", "leave"]
    assert facts(dialogue.press("delete")) == [InputRefused("unknown_choice")]
    dialogue.press("withdraw")
    assert dialogue.view.node == "taken"


def test_the_language_can_be_changed_from_help_without_losing_a_word(talk):
    dialogue = talk("en", "no")
    dialogue.say("secret")
    dialogue.press("help")
    dialogue.press("language")
    assert dialogue.view.choices[0].label == Ref("language", "sq")
    assert facts(dialogue.press("sr-Cyrl")) == [LanguageChanged("sr-Cyrl")]
    assert dialogue.view.node == "who"
    assert (dialogue.session.second_language, len(dialogue.session.words)) == ("en", 1)


def test_the_language_is_a_command_with_and_without_its_name(talk):
    dialogue = talk("en", "no")
    assert facts(dialogue.command("language", "sq")) == [LanguageChanged("sq")]
    dialogue.command("language")
    assert dialogue.view.node == "!language"
    assert facts(dialogue.press("xx")) == [InputRefused("unknown_language")]
    assert facts(dialogue.command("language", "xx")) == [InputRefused("unknown_language")]


def test_start_in_the_middle_loses_nothing(talk):
    dialogue = talk("en", "no")
    assert facts(dialogue.command("start")) == []
    assert dialogue.view.node == "who"


@pytest.mark.parametrize(
    ("name", "argument", "words", "card"),
    [
        ("dance", "", "/dance", "who"),
        ("he", "hit me again", "/he hit me again", "who"),
        ("help", "he beats me", "/help he beats me", "!help"),
        ("stop", "i cannot", "/stop i cannot", "!stop"),
        ("start", "he beats me", "/start he beats me", "who"),
        ("start", "x" * 65, "/start " + "x" * 65, "who"),
        ("keep", "him away", "/keep him away", "who"),
        ("skip", "school", "/skip school", "who"),
        ("language", "he beats me", "/language he beats me", "!language"),
    ],
)
def test_words_behind_a_command_are_kept(talk, name, argument, words, card):
    dialogue = talk("en", "no")
    assert facts(dialogue.command(name, argument)) == [WordsKept(words, START)]
    assert dialogue.view.node == card
    assert not dialogue.session.keep_messages


@pytest.mark.parametrize(("name", "argument"), [("he", "has a knife"), ("help", "a knife"), ("start", "a knife")])
def test_a_risk_behind_a_command_is_heard(talk, name, argument):
    dialogue = talk("en", "no")
    assert facts(dialogue.command(name, argument)) == [WordsKept(f"/{name} {argument}", START), RiskHeard("knife")]
    assert dialogue.view.node == "!risk"


def test_hiding_with_words_hides_and_keeps_them(talk):
    dialogue = talk("en", "no")
    assert facts(dialogue.command("hide", "a knife")) == [
        WordsKept("/hide a knife", START),
        RiskHeard("knife"),
        Hidden("asked"),
    ]
    assert dialogue.view.node == "!hidden"
    assert dialogue.session.timer("risk") is not None


def test_the_code_of_a_link_is_no_word(talk):
    dialogue = talk("en", "no")
    assert facts(dialogue.command("start", "poster_7-b")) == []


def test_an_unknown_choice_is_refused_kindly(talk):
    dialogue = talk("en")
    assert facts(dialogue.press("dance")) == [InputRefused("unknown_choice")]
    dialogue.command("help")
    assert facts(dialogue.press("dance")) == [InputRefused("unknown_choice")]


def test_forgetting_asks_once(talk):
    dialogue = talk("en", "no")
    dialogue.command("forget")
    assert dialogue.view.node == "!forget"
    dialogue.press("no")
    assert dialogue.view.node == "who"
    dialogue.command("forget")
    assert facts(dialogue.press("yes")) == [WordsDiscarded("asked"), ReporterForgotten()]
    assert (dialogue.session.status, dialogue.session.answers, dialogue.session.timers) == ("ended", (), ())
    assert dialogue.texts == ["This chat is forgotten here."]


def test_words_after_the_end_begin_a_new_conversation(talk):
    dialogue = talk("sq", "no")
    dialogue.command("forget")
    dialogue.press("yes")
    old = dialogue.session.sprint
    assert facts(dialogue.say("hello")) == [WordsKept("hello", START)]
    assert (dialogue.session.status, dialogue.session.language, dialogue.view.node) == ("active", "sq", "door")
    other = talk("en")
    other.command("forget")
    other.press("yes")
    other.press("yes", sprint=old)
    assert other.view.node == "door"


def test_forgetting_a_sent_report_says_that_the_team_has_it(talk):
    dialogue = talk("en", "yes")
    dialogue.command("forget")
    assert facts(dialogue.press("yes")) == [ReporterForgotten()]
    assert dialogue.texts == ["What was sent stays with the team. No answer can come here."]


def test_forgetting_when_nothing_was_said(talk):
    dialogue = talk()
    dialogue.command("forget")
    assert facts(dialogue.press("yes")) == [ReporterForgotten()]


def test_a_script_can_offer_to_forget_and_to_keep(talk):
    review = ("en", "no", "me", "done", "done", "skip", "none", "page:next")
    dialogue = talk(*review)
    assert facts(dialogue.press("keep")) == [MessagesKept(True)]
    dialogue.press("gone")
    assert dialogue.view.node == "!forget"


def test_messages_can_be_kept_and_removed(talk):
    dialogue = talk("en", "help")
    assert facts(dialogue.press("keep")) == [MessagesKept(True)]
    assert dialogue.texts[0] == "Messages now stay in this chat."
    assert dialogue.session.timer("wipe") is None
    dialogue.press("help")
    assert dialogue.codes == ["go_on", "language", "safe_word", "remove", "code", "forget"]
    assert facts(dialogue.press("remove")) == [MessagesKept(False)]
    assert dialogue.session.timer("wipe") == START + limits.WIPE
    assert facts(dialogue.command("keep")) == [MessagesKept(True)]
