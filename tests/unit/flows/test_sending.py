"""The list, sending, taking back, deleting, and how an answer may come."""

from flows import limits
from flows.events import (
    CardShown,
    CaseOpened,
    ContactChosen,
    ReadersSettled,
    ReceiptRequested,
    ReportLeft,
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


# Another report ---------------------------------------------------------------------------------------------------------


def at_the_list(talk, *choices):
    """The list, with the report begun by these choices; its last page has the choice for another report."""
    dialogue = talk(*choices)
    dialogue.session = revised(dialogue.session, node="review", page=1)
    return dialogue


def test_another_report_begins_empty_and_the_team_keeps_what_it_has(talk):
    dialogue = at_the_list(talk, "en", "yes", "continue", "me")
    assert facts(dialogue.press("another")) == [ReportLeft()]
    session = dialogue.session
    assert (session.case, session.urgency, session.answers, session.trail) == ("none", None, (), ())
    assert dialogue.view.node == "danger_now"
    assert CaseOpened("danger") in dialogue.press("yes")


def test_another_report_leaves_nothing_lying_that_was_not_sent(talk):
    dialogue = at_the_list(talk, "en", "no", "me")
    assert facts(dialogue.press("another")) == [WordsDiscarded("asked")]
    assert dialogue.session.answers == ()


# Who must not read, said late -------------------------------------------------------------------------------------------


def test_who_is_shut_out_of_an_open_case_is_told_of_on_the_next_card(talk):
    dialogue = talk(*"en yes continue me done done region:r3 area:c3 yes".split())
    assert dialogue.texts[:2] == ["Thank you. This is noted.", "Then only the national team reads it."]
    dialogue.under(readers="late")
    assert dialogue.texts[1:3] == [
        "A local team could read what was sent before.",
        "From now on only the national team reads it.",
    ]
    dialogue.under(readers="nobody")
    assert dialogue.texts[2:4] == [
        "Only a key kept in another place can open it now.",
        "If it cannot wait, call {emergency} or {police}.",
    ]


def test_who_is_shut_out_before_anything_is_sent_is_told_of_by_nobody(talk):
    dialogue = talk(*"en no me done done region:r3 area:c3 yes".split())
    assert "Thank you. This is noted." not in dialogue.texts


def test_the_card_is_drawn_anew_when_the_team_of_the_area_is_let_in(talk):
    dialogue = talk(*"en yes continue me done done region:r3 area:c3".split())
    assert dialogue.view.node == "readers"
    readers_settled, card = dialogue.wait(limits.READERS)
    assert (readers_settled, card) == (ReadersSettled(excluded=False), CardShown(dialogue.view))
