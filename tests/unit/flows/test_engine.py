"""The engine over a small script: answers, ticks, words, the way forth and back."""

import pytest

from flows import limits
from flows.events import (
    AnswerGiven,
    AnswerSkipped,
    CardShown,
    CaseOpened,
    DangerConfirmed,
    InputRefused,
    LanguageChanged,
    ReadersSettled,
    RegisterChosen,
    RiskHeard,
    StalePressed,
    UrgencyRaised,
    WordsKept,
)
from flows.resumes import Circumstances, TextEdited, TextSaid, Trigger
from flows.session import revised
from flows.testing import START, Dialogue, facts

HERE = ("en", "no", "me", "done", "done")
"""The way to the question about the place."""


def test_a_conversation_starts_at_the_first_node_with_a_card(talk):
    dialogue = talk(source="billboard7")
    assert dialogue.session.node == "door"
    assert dialogue.session.source == "billboard7"
    assert dialogue.events == (CardShown(dialogue.view),)
    assert dialogue.view.nav == ("skip", "stop", "help", "hide")


def test_a_language_that_is_not_known_falls_back(talk):
    dialogue = talk()
    other = Dialogue(dialogue.assets, Trigger(channel="viber", language="xx"), Circumstances(on_duty=True))
    assert other.session.language == "en"
    assert other.texts == ["Hello.", "Somebody is here."]


def test_a_choice_records_an_answer_and_leads_on(talk):
    dialogue = talk("sq")
    assert dialogue.session.language == "sq"
    assert facts(dialogue.press("no")) == [AnswerGiven("danger_now", "no", START)]
    assert dialogue.session.node == "who"
    assert facts(dialogue.press("adult")) == [AnswerGiven("who", "adult", START), RegisterChosen("adult")]


def test_a_change_of_language_keeps_the_earlier_one_as_the_second(talk):
    dialogue = talk()
    assert facts(dialogue.press("sq")) == [LanguageChanged("sq")]
    assert dialogue.session.second_language == "en"


def test_the_same_language_again_is_no_change(talk):
    assert facts(talk().press("en")) == []


def test_a_choice_that_is_not_offered_is_refused_and_leaves_the_session_as_it_was(talk):
    dialogue = talk("en", "no")
    before = dialogue.session
    assert facts(dialogue.press("ghost")) == [InputRefused("unknown_choice")]
    assert dialogue.session == before
    assert dialogue.events[-1].view.paragraphs[0].text == "Please choose one of the buttons, or skip."


def test_a_button_of_an_earlier_card_shows_the_card_as_it_is(talk):
    dialogue = talk()
    old = dialogue.session.sprint
    dialogue.press("en")
    before = dialogue.session
    events = dialogue.press("sq", sprint=old)
    assert facts(events) == [StalePressed()]
    assert dialogue.session == before
    assert events[-1].view.node == "danger_now"


def test_a_tick_does_not_make_the_card_old(talk):
    dialogue = talk("en", "no", "me")
    sprint = dialogue.session.sprint
    dialogue.press("a", sprint)
    dialogue.press("c", sprint)
    assert [(choice.code, choice.ticked) for choice in dialogue.view.choices][:3] == [("a", True), ("b", False), ("c", True)]
    dialogue.press("c", sprint)
    assert facts(dialogue.press("done")) == [AnswerGiven("forms", ("a",), START), UrgencyRaised("P2", "form_a")]


def test_a_long_list_has_pages(talk):
    dialogue = talk("en", "no", "me")
    assert dialogue.codes == ["a", "b", "c", "d", "e", "page:next", "done"]
    dialogue.press("page:next")
    assert dialogue.codes == ["f", "none", "page:previous", "done"]
    assert facts(dialogue.press("page:next")) == [InputRefused("unknown_choice")]
    dialogue.press("page:previous")
    assert dialogue.session.page == 0


def test_a_choice_that_stands_alone_is_the_whole_answer(talk):
    dialogue = talk("en", "no", "me")
    assert facts(dialogue.press("none")) == [AnswerGiven("forms", ("none",), START)]
    assert dialogue.session.node == "tell"


def test_nothing_ticked_is_skipped(talk):
    dialogue = talk("en", "no", "me")
    assert facts(dialogue.press("done")) == [AnswerSkipped("forms")]


def test_every_question_can_be_skipped(talk):
    dialogue = talk("en")
    assert facts(dialogue.press("skip")) == [AnswerSkipped("danger_now"), UrgencyRaised("P1", "danger_unknown")]
    assert facts(dialogue.press("skip")) == [AnswerSkipped("who")]


def test_skipping_a_question_that_was_answered_takes_nothing_back(talk):
    dialogue = talk("en", "no", "me", "back", "skip")
    assert dialogue.session.node == "forms"
    assert dialogue.session.answer("who") == "me"


def test_back_restores_the_question_and_a_changed_answer_is_told_again(talk):
    dialogue = talk("en", "no", "me")
    assert facts(dialogue.press("back")) == []
    assert dialogue.session.node == "who"
    assert facts(dialogue.press("adult")) == [AnswerGiven("who", "adult", START), RegisterChosen("adult")]
    assert len(dialogue.session.answers) == 2


def test_back_restores_ticks(talk):
    dialogue = talk("en", "no", "me", "a", "done", "back")
    assert dialogue.session.ticked == ("a",)
    dialogue.press("back")
    dialogue.press("skip")
    assert dialogue.session.ticked == ()
    skipped = talk("en", "no", "me", "done", "back")
    assert skipped.session.ticked == ()


def test_there_is_no_way_back_from_the_first_node(talk):
    assert facts(talk().press("back")) == [InputRefused("no_way_back")]


def test_danger_opens_the_case_at_once_and_only_once(talk):
    dialogue = talk("en")
    assert facts(dialogue.press("yes")) == [
        AnswerGiven("danger_now", "yes", START),
        DangerConfirmed("danger_now"),
        UrgencyRaised("P0", "danger_now"),
        CaseOpened("danger"),
    ]
    assert dialogue.view.mood == "danger"
    assert dialogue.codes == ["continue"]
    dialogue.press("continue")
    dialogue.press("back")
    dialogue.press("back")
    assert facts(dialogue.press("yes")) == [AnswerGiven("danger_now", "yes", START)]


def test_danger_among_ticks_does_not_wait_for_done(talk):
    dialogue = talk("en", "no", "me")
    assert facts(dialogue.press("b")) == [DangerConfirmed("b"), UrgencyRaised("P0", "b"), CaseOpened("danger")]


def test_first_words_are_kept_and_the_question_is_asked_again(talk):
    dialogue = talk()
    events = dialogue.say("  my uncle hits me  ")
    assert facts(events) == [WordsKept("my uncle hits me", START)]
    assert dialogue.texts == [
        "Thank you. What was written is kept.",
        "The message is being removed from this chat.",
        "It is kept for a day, and sent only after Send.",
        "Hello.",
    ]
    dialogue.press("en")
    assert dialogue.texts == ["Are you in danger?"]


def test_words_are_kept_at_every_node_whatever_they_are(talk):
    for way in ((), ("en",), ("en", "no"), ("en", "no", "me"), ("en", "no", "me", "done"), HERE):
        dialogue = talk(*way)
        node = dialogue.session.node
        assert facts(dialogue.say("something happened to me today at home")) == [
            WordsKept("something happened to me today at home", START)
        ]
        assert dialogue.session.node == node


def test_no_words_are_no_words(talk):
    assert facts(talk().say(" \n ")) == [InputRefused("empty")]


def test_corrected_words_are_kept_beside_the_first(talk):
    dialogue = talk()
    dialogue.say("helo there")
    assert facts(dialogue.take(TextEdited("hello there"))) == [WordsKept("hello there", START)]
    assert dialogue.texts[0] == "Thank you. The changed words are kept too."
    assert [said.text for said in dialogue.session.words] == ["helo there", "hello there"]


def test_writing_ends_with_done(talk):
    dialogue = talk("en", "no", "me", "a", "done")
    assert dialogue.view.mood == "danger"
    assert [choice.label for choice in dialogue.view.choices] == ["I am ready"]
    dialogue.say("one")
    dialogue.say("two")
    assert facts(dialogue.press("done")) == [AnswerGiven("tell", "written", START)]
    assert dialogue.session.node == "place"


def test_writing_nothing_is_skipped(talk):
    dialogue = talk("en", "no", "me", "none")
    assert facts(dialogue.press("done")) == [AnswerSkipped("tell")]


def test_a_very_long_message_is_cut_and_says_so(talk):
    dialogue = talk()
    dialogue.say("x" * (limits.TEXT + 1))
    assert len(dialogue.session.words[0].text) == limits.TEXT
    assert dialogue.texts[0].startswith("The beginning of this long message is kept.")


def test_words_beyond_the_limit_are_not_dropped_in_silence(talk):
    dialogue = talk()
    for _ in range(limits.WORDS_ENTRIES):
        dialogue.say("more")
    events = dialogue.say("too much")
    assert facts(events) == [InputRefused("words_full")]
    assert events[-1].view.paragraphs[0].text == "No more words fit here. What was written before is kept."


def test_a_risk_is_heard_where_no_more_words_fit(talk):
    dialogue = talk("en", "no")
    for _ in range(limits.WORDS_ENTRIES):
        dialogue.say("more")
    assert facts(dialogue.say("he has a knife")) == [RiskHeard("knife"), InputRefused("words_full")]
    assert dialogue.view.node == "!risk"
    assert dialogue.texts[0] == "No more words fit here. What was written before is kept."
    assert dialogue.session.timer("risk") is not None


def test_how_long_words_are_kept_is_said_with_the_first_ones_only(talk):
    way = ("en", "no", "me", "done")
    sentence = "It is kept for a day, and sent only after Send."
    dialogue = talk(*way)
    dialogue.say("something")
    assert sentence in dialogue.texts
    dialogue.say("more of it")
    assert sentence not in dialogue.texts
    other = talk(*way, abandoned="deliver")
    other.say("something")
    assert sentence not in other.texts
    assert "Words that are not sent go to the team after a day." in other.texts
    risky = talk(*way)
    risky.say("knife")
    assert sentence not in risky.texts


@pytest.mark.parametrize(("word", "node"), [("no", "who"), ("Jo!", "who"), ("ne", "who"), ("Не.", "who")])
def test_a_lone_no_answers_a_question_with_a_yes_and_a_no(talk, word, node):
    dialogue = talk("en")
    assert facts(dialogue.say(word)) == [WordsKept(word, START), AnswerGiven("danger_now", "no", START)]
    assert dialogue.view.node == node


@pytest.mark.parametrize("word", ["yes", "Po", "da", "ДА"])
def test_a_lone_yes_to_danger_shows_the_buttons_once_more(talk, word):
    dialogue = talk("en")
    assert facts(dialogue.say(word)) == [WordsKept(word, START)]
    assert (dialogue.view.node, dialogue.session.case) == ("danger_now", "none")
    assert "Please choose one of the buttons, or skip." in dialogue.texts


def test_a_lone_yes_elsewhere_is_words_and_nothing_else(talk):
    asked = talk(*HERE, "region:east", "area:beta")
    assert facts(asked.say("po")) == [
        WordsKept("po", START),
        AnswerGiven("readers", "yes", START),
        ReadersSettled(True),
    ]
    for way in (("en", "no"), ("en", "help"), ("en", "no", "me", "done")):
        dialogue = talk(*way)
        assert facts(dialogue.say("po")) == [WordsKept("po", START)]
    neutral = talk("en")
    neutral.wait(limits.IDLE)
    assert facts(neutral.say("no")) == [WordsKept("no", neutral.now)]
    corrected = talk("en")
    assert facts(corrected.take(TextEdited("no"))) == [WordsKept("no", START)]


def test_a_session_of_an_open_case_remembers_only_the_last_words(talk):
    dialogue = talk("en", "yes")
    for number in range(limits.WORDS_IN_OPEN_CASE + 5):
        assert facts(dialogue.say(f"part {number}")) == [WordsKept(f"part {number}", START)]
    assert len(dialogue.session.words) == limits.WORDS_IN_OPEN_CASE
    assert dialogue.texts[0] == "Thank you. The team gets these words too."


def test_a_visit_from_the_review_comes_back_to_it(talk):
    dialogue = talk(*HERE, "skip", "none", "change")
    assert dialogue.session.node == "forms"
    dialogue.press("none")
    assert (dialogue.session.node, dialogue.session.returning) == ("review", None)
    dialogue.press("move")
    dialogue.press("skip")
    assert dialogue.session.node == "review"
    dialogue.press("move")
    dialogue.press("back")
    assert (dialogue.session.node, dialogue.session.returning) == ("review", None)


def test_a_trail_does_not_grow_without_end(talk):
    dialogue = talk(*HERE, "skip", "none")
    for _ in range(limits.TRAIL):
        dialogue.press("change")
        dialogue.press("none")
    assert len(dialogue.session.trail) == limits.TRAIL


def test_a_node_that_a_new_script_no_longer_has_leads_to_the_first_one(talk):
    dialogue = talk("en", "no")
    dialogue.session = revised(dialogue.session, node="once", script_version=2)
    assert dialogue.view.node == "door"
    dialogue.take(TextSaid("hello"))
    assert (dialogue.session.node, dialogue.session.script_version) == ("door", 3)
    assert dialogue.session.words


def test_the_way_back_under_a_new_script_leaves_out_what_is_gone(talk):
    dialogue = talk("en", "no", "me")
    dialogue.session = revised(dialogue.session, trail=("door", "once"), returning="gone_too", script_version=2)
    dialogue.press("back")
    assert (dialogue.session.node, dialogue.session.returning) == ("door", None)
