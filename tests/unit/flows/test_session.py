"""Sessions, events and views as values."""

import json

import pytest

from flows.blank import emptied
from flows.errors import SessionUnreadable
from flows.events import EVENTS, CardShown, StalePressed, WordsKept, read_event
from flows.resumes import LocationSent, TextSaid
from flows.review import ShownAnswer, shown_answers
from flows.session import Answer, Interruption, Session, revised
from flows.testing import START
from flows.view import Choice, Paragraph, Ref, View


def test_a_session_goes_through_json_whole(talk):
    dialogue = talk("en", "no", "me", "a", "help")
    session = revised(dialogue.session, offered=("x", "y"), interruptions=(Interruption("place", "x"),), safe_word="w")
    assert Session.from_json(json.loads(json.dumps(session.to_json()))) == session


def test_a_young_session_is_small(talk):
    assert len(json.dumps(talk("en").session.to_json(), separators=(",", ":"))) < 400


def test_a_session_of_another_version_is_refused(talk):
    with pytest.raises(SessionUnreadable, match="session version 99"):
        Session.from_json({**talk().session.to_json(), "version": 99})


def test_a_revised_session_differs_in_what_was_changed_only(talk):
    session = talk("en", "no").session
    revision = revised(session, page=3)
    assert (session.page, revision.page) == (0, 3)
    assert revised(revision, page=0) == session
    with pytest.raises(KeyError):
        revised(session, never=1)


def test_no_representation_shows_what_was_said(talk):
    dialogue = talk("en", "no")
    dialogue.say("a secret")
    secrets = repr((dialogue.session, dialogue.events, TextSaid("a secret"), LocationSent(latitude=42.66, longitude=21.16)))
    assert "secret" not in secrets
    assert "42.66" not in secrets
    assert "answers" not in repr(dialogue.session)


def test_an_event_goes_through_json_under_its_name():
    view = View(
        node="n",
        mood="normal",
        paragraphs=(Paragraph("{area} {count}", (("area", Ref("area", "x")), ("count", 2))),),
        choices=(Choice("a", "A", True), Choice("b", Ref("language", "sq"))),
        nav=("help", "hide"),
    )
    for event in (CardShown(view), WordsKept("x", 3), StalePressed()):
        assert read_event(json.loads(json.dumps(event.to_json()))) == event
    assert len({kind.__name__ for kind in EVENTS}) == len(EVENTS)


def test_the_list_of_answers_is_worded_and_in_the_order_of_the_script(talk):
    dialogue = talk("en", "no", "me", "a", "b", "done")
    dialogue.say("words")
    dialogue.press("done")
    dialogue.say("alpha")
    dialogue.press("yes")
    dialogue.press("skip")
    assert shown_answers(dialogue.assets, dialogue.session) == (
        ShownAnswer(step="danger_now", values=("No",)),
        ShownAnswer(step="who", values=("Me",)),
        ShownAnswer(step="forms", values=("A", "B")),
        ShownAnswer(step="tell", values=(Ref("count", "words"),)),
        ShownAnswer(step="place", values=(Ref("area", "alpha"),)),
        ShownAnswer(step="readers", values=()),
    )
    other = talk("en", "no", "me", "a", "done", "done", "region:east", "skip")
    assert shown_answers(other.assets, other.session)[-1] == ShownAnswer(step="place", values=(Ref("region", "east"),))


def test_what_was_said_before_hiding_is_never_shown_again(talk):
    dialogue = talk("en", "no", "me")
    dialogue.say("before")
    assert dialogue.session.shown_words == ("before",)
    dialogue.now += 5
    dialogue.press("hide")
    dialogue.now += 5
    dialogue.say("after")
    assert dialogue.session.shown_words == ("after",)
    assert shown_answers(dialogue.assets, dialogue.session) == ()
    assert [said.text for said in dialogue.session.words] == ["before", "after"]


def test_an_emptied_session_keeps_how_to_speak(talk):
    dialogue = talk("sq", "no", "adult")
    session = emptied(dialogue.assets, dialogue.session, "withdrawn")
    assert (session.language, session.register, session.answers, session.case) == ("sq", "adult", (), "withdrawn")


def test_an_unknown_answer_is_none(talk):
    session = talk("en", "no").session
    assert session.answer("danger_now") == "no"
    assert session.answer("never") is None
    assert session.answers == (Answer("danger_now", "no", START),)
