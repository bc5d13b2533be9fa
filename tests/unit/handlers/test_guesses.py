"""How guessing is slowed, by hand."""

import pytest

from handlers.officer.desk.guesses import FORGOTTEN_AFTER, LINE_MOST, PACES, REMEMBERED, Guesses, SlowDown

HERE = ("here", b"arta at school")
ADDRESS = ("address", b"school")


def test_a_few_mistakes_cost_nothing_and_then_each_wait_doubles_up_to_a_cap() -> None:
    guesses, now, waits = Guesses(b""), 0, []
    for _ in range(12):
        now += guesses.enter([HERE], now)
        guesses.wrong([HERE], now)
        waits.append(guesses.enter([HERE], now))
        now += waits[-1]
    assert waits[:4] == [0, 0, 0, 0]
    assert sorted(waits) == waits
    assert waits[-1] == PACES["here"].most


def test_tries_wait_in_one_line_and_whoever_would_wait_too_long_is_told_when_to_come() -> None:
    guesses = Guesses(b"")
    for _ in range(60):
        guesses.wrong([ADDRESS], 0)
    waits = [guesses.enter([ADDRESS], 0) for _ in range(LINE_MOST)]
    with pytest.raises(SlowDown) as told:
        guesses.enter([ADDRESS], 0)
    assert waits == sorted(waits)
    assert len(waits) == len(set(waits))
    assert max(waits) <= LINE_MOST < told.value.seconds
    assert guesses.enter([ADDRESS], told.value.seconds) <= LINE_MOST


def test_nobody_waits_for_ever_whatever_others_try() -> None:
    guesses, longest = Guesses(b""), 0
    for second in range(3600):
        try:
            guesses.enter([HERE, ADDRESS], second)
            guesses.wrong([HERE, ADDRESS], second)
        except SlowDown as slow:
            longest = max(longest, slow.seconds)
    assert 0 < longest <= LINE_MOST + PACES["here"].most


def test_wrong_tries_are_forgotten_when_it_was_quiet_and_when_the_right_one_came() -> None:
    guesses = Guesses(b"")
    for _ in range(10):
        guesses.wrong([HERE, ADDRESS], 0)
    guesses.right([HERE, ADDRESS])
    assert guesses.enter([HERE], 0) == 0
    for _ in range(10):
        guesses.wrong([HERE], 0)
    assert guesses.enter([HERE], FORGOTTEN_AFTER + 1) == 0


def test_memory_is_bounded() -> None:
    guesses = Guesses(b"")
    for number in range(REMEMBERED + 10):
        guesses.wrong([("here", number.to_bytes(4, "big"))], 0)
    assert len(guesses._lines) == REMEMBERED
