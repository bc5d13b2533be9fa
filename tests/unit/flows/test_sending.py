"""The list, sending, taking back, deleting, and how an answer may come."""

from flows.events import (
    CaseOpened,
    ContactChosen,
    ReceiptRequested,
    ReportSent,
    ReportWithdrawn,
    UrgencyRaised,
    WordsDiscarded,
    WordsKept,
)
from flows.session import revised
from flows.testing import START, facts
from flows.view import Paragraph, Ref

HERE = ("en", "no", "me", "done", "done")
"""The way to the question about the place."""


def test_the_way_of_an_answer_is_chosen(talk):
    dialogue = talk(*HERE, "skip")
    assert facts(dialogue.press("here"))[1:] == [ContactChosen("here", "")]
    assert facts(dialogue.press("evening"))[1:] == [ContactChosen("here", "evening")]
    assert dialogue.session.node == "review"
    dialogue.press("contact")
    assert facts(dialogue.press("receipt"))[1:] == [ContactChosen("receipt", ""), ReceiptRequested()]
    assert dialogue.session.node == "review"
    dialogue.press("page:next")
    assert facts(dialogue.press("code")) == [ContactChosen("receipt", "")]


def test_the_review_counts_and_shows_words_only_when_asked(talk):
    dialogue = talk(*HERE, "skip")
    dialogue.say("secret")
    dialogue.press("none")
    assert dialogue.view.paragraphs[0] == Paragraph("{answers}", (("answers", Ref("answers")),))
    assert dict(dialogue.view.paragraphs[1].values) == {
        "count": 1,
        "language": Ref("language", "en"),
        "region": Ref("region", ""),
    }
    dialogue.press("words")
    assert dialogue.view.paragraphs[:3] == (
        Paragraph("These are the words as they were written:"),
        Paragraph("{words}", (("words", Ref("words")),)),
        Paragraph("{answers}", (("answers", Ref("answers")),)),
    )
    dialogue.press("change")
    dialogue.press("back")
    assert Ref("words") not in [value for paragraph in dialogue.view.paragraphs for _, value in paragraph.values]
    assert "secret" not in str(dialogue.view)


def test_a_report_is_sent_once_and_the_way_back_is_closed(talk):
    dialogue = talk(*HERE, "skip", "none", "send")
    assert facts(dialogue.press("yes")) == [UrgencyRaised("P1", "unknown"), CaseOpened("sent"), ReportSent()]
    assert dialogue.session.case == "sent"
    assert dialogue.session.trail == ()
    dialogue.press("done")
    assert facts(dialogue.press("again")) == []


def test_a_case_that_danger_opened_is_sent_without_being_opened_again(talk):
    dialogue = talk("en", "yes", "stop", "send")
    assert facts(dialogue.press("yes")) == [ReportSent()]


def test_words_after_sending_are_added(talk):
    dialogue = talk(*HERE, "skip", "none", "send", "yes")
    assert facts(dialogue.say("one thing more")) == [WordsKept("one thing more", START)]
    assert dialogue.texts[0] == "Thank you. The team gets these words too."


def test_a_sent_report_can_be_taken_back(talk):
    dialogue = talk(*HERE, "skip", "none", "send", "yes", "done")
    assert facts(dialogue.press("withdraw")) == [ReportWithdrawn()]
    assert (dialogue.session.case, dialogue.session.answers, dialogue.session.urgency) == ("withdrawn", (), None)
    assert dialogue.codes == ["again"]
    assert dialogue.view.nav == ("help", "hide")
    dialogue.press("again")
    assert dialogue.session.node == "door"
    assert facts(dialogue.press("skip")) == []


def test_taking_back_without_a_way_on_leads_to_the_first_node(talk):
    dialogue = talk(*HERE, "skip", "none", "send", "yes", "done")
    dialogue.press("vanish")
    assert (dialogue.session.node, dialogue.session.trail) == ("gone", ())


def test_what_was_not_sent_can_be_deleted(talk):
    dialogue = talk(*HERE, "skip", "none", "page:next")
    assert facts(dialogue.press("delete")) == [WordsDiscarded("asked")]
    assert (dialogue.session.case, dialogue.session.answers, dialogue.session.node) == ("discarded", (), "gone")


def test_deleting_what_is_not_sent_leaves_an_open_case_alone(talk):
    dialogue = talk("en", "yes", "continue", "skip", "skip", "skip", "skip", "none", "page:next")
    assert facts(dialogue.press("delete")) == []
    assert dialogue.session.case == "open"


def test_withdrawing_what_was_never_sent_deletes_it(talk):
    dialogue = talk("en", "no")
    dialogue.session = revised(dialogue.session, node="taken")
    assert facts(dialogue.press("yes")) == [WordsDiscarded("asked")]
