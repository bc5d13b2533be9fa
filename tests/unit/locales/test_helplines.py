from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from locales.errors import CountryUnknown, HelplineForbidden
from locales.helplines import Helpline, Helplines, Hours, Verification

TODAY = date(2026, 3, 1)


def _checked(*ids: str, on: date = TODAY) -> dict[str, Verification]:
    return {one: Verification(on=on, by="A. Caller") for one in ids}


def _ids(lines: tuple[Helpline, ...]) -> list[str]:
    return [line.id for line in lines]


def _line(number: str, kind: str = "emergency") -> Helpline:
    return Helpline(id="one", kind=kind, name="One", number=number, hours=None, free=None, languages=(), confidence="high")


def test_kosovo_always_shows_its_three_emergency_numbers_and_nothing_unverified() -> None:
    lines = Helplines.load("xk")
    assert _ids(lines.shown(TODAY)) == ["xk-112", "xk-192", "xk-194"]
    assert (lines.emergency, lines.police, lines.ambulance) == ("112", "192", "194")


def test_a_line_is_shown_for_ninety_days_after_a_test_call() -> None:
    days = (-1, 0, 90, 91)
    shown = [
        "xk-lj" in _ids(Helplines.load("xk", _checked("xk-lj", on=TODAY - timedelta(days=one))).shown(TODAY)) for one in days
    ]
    assert shown == [False, True, True, False]


def test_albania_shows_only_what_was_called_and_always_has_an_emergency_number() -> None:
    lines = Helplines.load("al")
    assert _ids(lines.shown(TODAY)) == []
    assert (lines.emergency, lines.police, lines.ambulance) == ("112", "112", "112")


def test_albania_has_its_own_numbers_once_they_were_called() -> None:
    lines = Helplines.load("al", _checked("al-112", "al-129", "al-127", "al-116111"))
    numbers = lines.numbers(TODAY)
    assert (numbers.emergency, numbers.police, numbers.ambulance) == ("112", "129", "127")
    assert [line.number for line in lines.shown(TODAY)] == ["112", "129", "127", "116 111"]
    assert lines.numbers(TODAY + timedelta(days=91)).police == "112"


def test_the_operator_is_told_which_lines_need_a_call() -> None:
    lines = Helplines.load("xk", _checked("xk-112", on=TODAY - timedelta(days=91)) | _checked("xk-192"))
    waiting = _ids(lines.unverified(TODAY))
    assert "xk-112" in waiting
    assert "xk-194" in waiting
    assert "xk-192" not in waiting


@pytest.mark.parametrize("number", ["116111", "116 111", "+383 116-111", "0116111"])
def test_the_childrens_line_of_other_countries_is_refused_for_kosovo(number: str) -> None:
    with pytest.raises(HelplineForbidden):
        Helplines("xk", (_line("112"), _line(number, "child")))


def test_no_verification_brings_the_childrens_line_to_kosovo() -> None:
    every = _checked(*(line.id for country in ("xk", "al") for line in Helplines.load(country).unverified(TODAY)))
    numbers = [line.number.replace(" ", "") for line in Helplines.load("xk", every).shown(TODAY)]
    assert "192" in numbers
    assert not any(number.endswith("116111") for number in numbers)


def test_a_country_without_an_emergency_number_is_refused() -> None:
    with pytest.raises(HelplineForbidden):
        Helplines("xk", (_line("192", "police"),))


def _local(number: str, area: str = "prizren", kind: str = "local") -> Helpline:
    line = Helpline(id="own", kind=kind, name="Own", number=number, hours=None, free=None, languages=(), confidence="high")
    return replace(line, area=area)


def test_a_line_of_a_municipality_is_shown_for_it_alone_and_only_while_it_was_called() -> None:
    lines = Helplines.load("xk", _checked("own"), [_local("000 000")])
    assert _ids(lines.of_area("prizren", TODAY)) == ["own"]
    assert _ids(lines.of_area("peje", TODAY)) == []
    assert _ids(lines.of_area("prizren", TODAY + timedelta(days=91))) == []
    assert "own" not in _ids(lines.shown(TODAY))
    assert _ids(Helplines.load("xk", {}, [_local("000 000")]).of_area("prizren", TODAY)) == []


@pytest.mark.parametrize("kind", ["emergency", "police", "ambulance"])
def test_no_line_of_a_municipality_stands_on_a_reporters_card(kind: str) -> None:
    lines = Helplines("xk", [replace(_local("000 000", kind=kind), verified_on=TODAY), _line("112")])
    numbers = lines.numbers(TODAY)
    assert {numbers.emergency, numbers.police, numbers.ambulance, lines.emergency} == {"112"}


def test_the_operator_is_told_that_an_own_line_needs_a_call_and_may_not_add_a_forbidden_one() -> None:
    assert "own" in _ids(Helplines.load("xk", {}, [_local("000 000")]).unverified(TODAY))
    with pytest.raises(HelplineForbidden):
        Helplines.load("xk", {}, [_local("116 111")])


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(CountryUnknown):
        Helplines.load("rs")


def test_hours_may_cross_midnight_and_a_whole_day_is_always_open() -> None:
    evening, night, always = (
        Hours(opens=time(18), closes=time(22)),
        Hours(opens=time(22), closes=time(6)),
        Hours(opens=time(0), closes=time(0)),
    )
    moments = (time(3), time(18), time(22))
    assert [[hours.open_at(one) for one in moments] for hours in (evening, night, always)] == [
        [False, True, False],
        [True, False, True],
        [True, True, True],
    ]


def test_who_called_is_in_no_representation() -> None:
    lines = Helplines.load("xk", _checked("xk-lj"))
    assert "A. Caller" not in repr(lines.shown(TODAY))
    assert "A. Caller" not in repr(_checked("xk-lj"))
