"""An alert says urgency, area, waiting time and designation, and nothing else about a case."""

import re

import pytest

from handlers.officer import texts
from handlers.officer.rendering import Moved, Waiting, Wording


class English:
    """Every text is its own message id."""

    def text(self, msgid: str, language: str) -> str:
        return msgid


class Kosovo:
    def name(self, code: str, language: str) -> str:
        return {"prizren": "Prizren"}[code]


WORDING = Wording(words=English(), places=Kosovo())
CASE = Waiting(urgency="P0", area="prizren", since=1000, designation="quiet-heron")


def test_an_alert_is_four_lines() -> None:
    assert WORDING.alert(CASE, Moved(), "en", 1000 + 5 * 60) == (
        "Urgency: P0, immediate\nArea: Prizren\nWaiting: 5 min\nCase: quiet-heron"
    )


def test_a_case_whose_area_was_not_said_says_so() -> None:
    case = Waiting(urgency="P2", area=None, since=0, designation="quiet-heron")
    assert WORDING.alert(case, Moved(), "en", 0).splitlines()[1] == "Area: not known yet"


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (-5, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h 0 min"),
        (86399, "23 h 59 min"),
        (86400, "1 d 0 h"),
        (200_000, "2 d 7 h"),
    ],
)
def test_a_waiting_time_is_rounded_down(seconds: int, says: str) -> None:
    assert WORDING.waited(seconds, "en") == says


@pytest.mark.parametrize(
    ("moved", "last"),
    [
        (Moved(standing="acknowledged", by="Arta"), "Acknowledged by Arta"),
        (Moved(standing="acknowledged", by="Arta", you=True), "You have acknowledged this case."),
        (Moved(standing="taken", by="Arta {x}"), "Taken by Arta {x}"),
        (Moved(standing="taken", you=True), "You have taken this case."),
        (Moved(standing="taken"), "Taken by another officer"),
        (Moved(standing="closed"), "This case is closed."),
        (Moved(standing="referred"), "This case was referred."),
        (Moved(standing="elsewhere"), "This case is not with your team."),
    ],
)
def test_the_last_line_says_who_moved(moved: Moved, last: str) -> None:
    assert WORDING.alert(CASE, moved, "en", 2000).splitlines()[-1] == last


def test_a_case_that_was_taken_waits_no_more() -> None:
    assert "Waiting" not in WORDING.alert(CASE, Moved(standing="taken", by="Arta"), "en", 2000)
    assert "Waiting" in WORDING.alert(CASE, Moved(standing="acknowledged", by="Arta"), "en", 2000)


def test_a_list_shows_a_case_as_one_line() -> None:
    assert WORDING.line(CASE, "en", 1060) == "P0, immediate; Prizren; 1 min; quiet-heron"


def test_every_text_is_listed_once_for_the_translators() -> None:
    assert len(set(texts.EVERY)) == len(texts.EVERY)
    assert all(text and re.sub(r"\{[a-z]+\}", "", text).strip() for text in texts.EVERY if text != texts.WAITING_CASE)
