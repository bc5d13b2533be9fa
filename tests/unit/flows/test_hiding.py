"""Hide and the safe word: at once, from everywhere, and nothing of it is seen again."""

import pytest

from flows import limits
from flows.events import Hidden, RiskHeard, SafeWordChosen, WordsKept
from flows.resumes import TextEdited
from flows.testing import START, facts

WAYS = ((), ("en",), ("en", "no"), ("en", "no", "me"), ("en", "no", "me", "done"), ("en", "yes"), ("help",), ("stop",))


@pytest.mark.parametrize("way", WAYS)
def test_hide_works_everywhere_even_from_an_old_button(talk, way):
    dialogue = talk(*way)
    assert facts(dialogue.press("hide", sprint=1)) == [Hidden("asked")]
    assert dialogue.view.node == "!hidden"
    assert (dialogue.view.mood, dialogue.view.nav) == ("neutral", ())
    assert dialogue.texts == ["Nothing new right now."]


def test_hide_is_a_command_and_a_word_too(talk):
    dialogue = talk("en")
    assert facts(dialogue.command("hide")) == [Hidden("asked")]
    other = talk("en")
    assert facts(other.say("Fshih!")) == [Hidden("asked")]
    assert other.session.words == ()


def test_after_hiding_any_press_opens_the_door_as_for_a_newcomer(talk):
    dialogue = talk("en", "no", "me", "a")
    dialogue.say("secret")
    dialogue.now += 60
    dialogue.press("hide")
    sprint = dialogue.session.sprint
    dialogue.now += 60
    assert facts(dialogue.press("open", sprint=1)) == []
    assert dialogue.view.node == "door"
    assert (dialogue.session.trail, dialogue.session.ticked) == ((), ())
    assert dialogue.session.answer("who") == "me"
    assert dialogue.session.sprint != sprint
    assert dialogue.session.timer("wipe") == dialogue.now + limits.WIPE


def test_after_hiding_words_are_kept_and_open_the_door(talk):
    dialogue = talk("en", "no", "me", "hide")
    assert facts(dialogue.say("I am back")) == [WordsKept("I am back", START)]
    assert dialogue.view.node == "door"


def test_after_hiding_a_command_opens_the_door(talk):
    dialogue = talk("en", "no", "hide")
    assert facts(dialogue.command("start")) == []
    assert dialogue.view.node == "door"
    other = talk("en", "no", "hide")
    other.command("help")
    assert other.view.node == "!help"
    again = talk("en", "no", "hide")
    again.press("help")
    assert again.view.node == "!help"


def test_hiding_twice_stays_hidden(talk):
    dialogue = talk("en", "hide")
    assert facts(dialogue.press("hide")) == [Hidden("asked")]
    assert dialogue.view.node == "!hidden"


def test_messages_that_are_kept_are_not_wiped_after_coming_back(talk):
    dialogue = talk("en")
    dialogue.command("keep")
    dialogue.press("hide")
    dialogue.press("open")
    assert dialogue.session.timer("wipe") is None


def test_a_safe_word_hides_everything_and_is_not_kept(talk):
    dialogue = talk("en", "help", "safe_word")
    assert facts(dialogue.say("Banane")) == [SafeWordChosen()]
    assert dialogue.view.node == "!help"
    assert dialogue.texts[0] == "The word is set. Typing it hides this chat at once."
    dialogue.press("go_on")
    assert facts(dialogue.say(" BANANE ")) == [Hidden("safe_word")]
    assert facts(dialogue.take(TextEdited("banane"))) == [Hidden("safe_word")]
    assert dialogue.session.words == ()


@pytest.mark.parametrize("word", ["no", "x" * 33, "/start", "Stop"])
def test_a_safe_word_that_does_not_fit_is_asked_for_again(talk, word):
    dialogue = talk("en", "help", "safe_word")
    assert facts(dialogue.say(word)) == []
    assert dialogue.view.node == "!safe_word"
    assert dialogue.texts[0] == "That word does not fit. One word of 3 to 32 letters, please."


def test_several_words_on_the_card_of_the_safe_word_are_a_story(talk):
    dialogue = talk("en", "help", "safe_word")
    assert facts(dialogue.say("he hits me")) == [WordsKept("he hits me", START)]
    assert dialogue.view.node == "!safe_word"
    assert dialogue.texts[0] == "Thank you. What was written is kept."
    assert facts(dialogue.say("he has a knife")) == [WordsKept("he has a knife", START), RiskHeard("knife")]
    assert dialogue.view.node == "!risk"
    dialogue.press("no")
    assert dialogue.view.node == "!safe_word"


def test_help_and_hide_work_on_the_card_of_the_safe_word(talk):
    dialogue = talk("en", "help", "safe_word")
    assert facts(dialogue.say("help")) == [WordsKept("help", START)]
    assert dialogue.view.node == "!help"
    other = talk("en", "help", "safe_word")
    assert facts(other.say("sakrij")) == [Hidden("asked")]


def test_whoever_opens_a_hidden_chat_is_not_told_that_words_were_sent(talk):
    dialogue = talk("en", "no")
    dialogue.say("knife")
    dialogue.press("hide")
    dialogue.wait(limits.RISK)
    dialogue.press("open")
    assert dialogue.texts == ["Hello."]
    later = talk("en", "no")
    later.say("knife")
    later.wait(limits.RISK)
    later.press("hide")
    later.press("open")
    assert later.texts == ["Hello."]


def test_an_edited_message_never_becomes_the_safe_word(talk):
    dialogue = talk("en", "help", "safe_word")
    assert facts(dialogue.take(TextEdited("banana"))) == [WordsKept("banana", START)]


def test_a_script_can_offer_the_safe_word(talk):
    dialogue = talk("en", "no", "me", "done", "done", "skip", "none", "page:next", "word")
    assert dialogue.view.node == "!safe_word"
    dialogue.press("go_on")
    assert dialogue.view.node == "review"
