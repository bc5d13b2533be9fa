"""Callback data: what we wrote is read; anything else is nothing."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.officer.telegram import buttons
from handlers.officer.telegram.buttons import Press

IDS = st.binary(min_size=16, max_size=16)


@given(st.sampled_from(["acknowledge", "take"]), IDS, IDS)
def test_what_was_written_is_read_and_fits(act: buttons.Act, case_id: bytes, alert_id: bytes) -> None:
    press = Press(act=act, case_id=case_id, alert_id=alert_id)
    assert buttons.read(buttons.written(press)) == press
    assert len(buttons.written(press).encode()) <= 64


@given(st.text(max_size=64))
def test_what_somebody_made_up_is_nothing_or_was_ours(data: str) -> None:
    press = buttons.read(data)
    assert press is None or buttons.written(press) == data


def test_near_misses_are_nothing() -> None:
    good = buttons.written(Press(act="take", case_id=b"\x02" * 16, alert_id=b"\x01" * 16))
    for bad in ("", "1", "1t", good[:-1], good + "A", "2" + good[1:], "1x" + good[2:], good[:-1] + "F", good + "=", " " + good):
        assert buttons.read(bad) is None, bad
