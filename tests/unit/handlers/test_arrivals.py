"""Whatever a messenger hands over becomes something that the engine has an answer to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.resumes import ChoicePressed, CommandGiven, LocationSent, MediaSent, TextEdited, TextSaid
from handlers.arrivals import is_start, press_data, read_press, read_quick, read_resumes, read_trigger
from handlers.channel import (
    Arrival,
    ButtonPressed,
    CommandArrived,
    Incoming,
    LocationArrived,
    MediaArrived,
    QuickCall,
    ReporterLeft,
    ReporterReturned,
    TextArrived,
    TextCorrected,
)
from tests.unit.handlers.fakes import CHAT


def came(arrival: Arrival, hint: str | None = None) -> Incoming:
    return Incoming(address=CHAT, update_id=1, arrival=arrival, language_hint=hint)


@given(st.integers(0, 10**12 - 1), st.from_regex(r"[a-z:_]{1,40}", fullmatch=True))
def test_a_button_s_data_comes_back_as_it_was_written(sprint: int, choice: str) -> None:
    assert read_press(press_data(sprint, choice)) == ChoicePressed(choice=choice, sprint=sprint)


@given(st.text())
def test_made_up_data_never_raises(data: str) -> None:
    press = read_press(data)
    assert press.sprint >= -1


@pytest.mark.parametrize(
    "data", ["", ":", ":yes", "yes", "-1:yes", "+1:yes", "1_0:yes", "١:yes", "²:yes", " 1:yes", "9" * 13 + ":yes"]
)
def test_what_is_no_data_of_ours_is_a_choice_of_no_sprint(data: str) -> None:
    assert read_press(data) == ChoicePressed(choice="", sprint=-1)


@pytest.mark.parametrize(
    ("argument", "source"),
    [
        ("billboard_7-a", "billboard_7-a"),
        ("x" * 64, "x" * 64),
        ("x" * 65, None),
        ("", None),
        ("two words", None),
        ("šuma", None),
        ("'; DROP TABLE", None),
        ("a\nb", None),
    ],
)
def test_only_a_campaign_s_code_is_a_source(argument: str, source: str | None) -> None:
    assert read_trigger(came(CommandArrived(name="start", argument=argument))).source == source


@pytest.mark.parametrize(
    ("hint", "language"), [("sq", "sq"), ("sr", "sr-Cyrl"), ("sr-Latn", "sr-Latn"), ("xx", "sq"), (None, "sq"), ("en-GB", "en")]
)
def test_the_first_guess_of_the_language_is_only_a_guess(hint: str | None, language: str) -> None:
    from locales.languages import guess

    assert read_trigger(came(TextArrived(text="x"), hint)).language == guess(hint)


@pytest.mark.parametrize(
    ("arrival", "resumes"),
    [
        (TextArrived(text="a"), (TextSaid("a"),)),
        (TextCorrected(text="a"), (TextEdited("a"),)),
        (CommandArrived(name="help", argument="x"), (CommandGiven("help", "x"),)),
        (ButtonPressed(data="3:yes"), (ChoicePressed(choice="yes", sprint=3),)),
        (LocationArrived(latitude=42.2, longitude=20.7), (LocationSent(latitude=42.2, longitude=20.7),)),
        (MediaArrived(kind="voice", size=5), (MediaSent(kind="voice", size=5, kept=True, refused=None),)),
        (
            MediaArrived(kind="photo", caption="he did this"),
            (TextSaid("he did this"), MediaSent(kind="photo", size=None, kept=True, refused=None)),
        ),
        (ReporterLeft(), ()),
        (ReporterReturned(), ()),
    ],
)
def test_each_arrival_is_what_the_engine_knows(arrival: Arrival, resumes: tuple[object, ...]) -> None:
    assert read_resumes(came(arrival), kept=True) == resumes


def test_only_a_pressed_button_wants_a_call_at_once() -> None:
    assert read_quick(came(ButtonPressed(data="x", callback_id="q"))) == QuickCall(kind="acknowledge", callback_id="q")
    assert read_quick(came(ButtonPressed(data="x"))) is None
    assert read_quick(came(TextArrived(text="x"))) is None


def test_start_says_nothing_yet() -> None:
    assert is_start(came(CommandArrived(name="start")))
    assert not is_start(came(CommandArrived(name="help")))
    assert not is_start(came(TextArrived(text="/start")))
