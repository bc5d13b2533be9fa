"""What a chat causes is counted over a day, slows it down beyond a limit, and outlives forgetting in memory alone."""

from hypothesis import given
from hypothesis import strategies as st

from flows.hearing import Hearing
from handlers import limits
from handlers.tally import NOTHING, Tallies, Tally
from tests.unit.handlers.fakes import CHAT

NOW = 1_800_000_000
KEY = b"i" * 32

moments = st.lists(st.integers(NOW - 2 * limits.DAY, NOW), max_size=30).map(lambda found: tuple(sorted(found)))
tallies = st.builds(Tally, cases=moments, alarms=moments, attachments=moments)


def cases(count: int, *, every: int = 60) -> Tally:
    """A tally of so many cases, the last of them now."""
    tally = NOTHING
    for back in reversed(range(count)):
        tally = tally.with_case(NOW - back * every)
    return tally


@given(tallies)
def test_a_tally_goes_to_json_and_back(tally: Tally) -> None:
    assert tally == Tally.from_json(tally.to_json())


@given(tallies)
def test_nobody_waits_longer_than_the_time_between_two(tally: Tally) -> None:
    assert NOW <= tally.case_at(NOW) <= NOW + limits.CASE_EVERY
    assert NOW <= tally.alarm_at(NOW) <= NOW + limits.ALARM_EVERY


@given(tallies, st.integers(0, 100))
def test_a_tally_does_not_grow_without_end(tally: Tally, count: int) -> None:
    for _ in range(count):
        tally = tally.with_case(NOW).with_alarm(NOW, NOW).with_attachments(1, NOW)
    most = max(30, limits.CASES_AT_ONCE, limits.ALARMS_AT_ONCE, limits.ATTACHMENTS_A_DAY)
    assert max(len(tally.cases), len(tally.alarms), len(tally.attachments)) <= most


def test_the_first_reports_open_at_once_and_then_one_an_hour() -> None:
    assert cases(limits.CASES_AT_ONCE - 1).case_at(NOW) == NOW
    full = cases(limits.CASES_AT_ONCE)
    assert full.case_at(NOW) == NOW + limits.CASE_EVERY
    assert full.case_at(NOW + limits.CASE_EVERY) == NOW + limits.CASE_EVERY
    assert full.case_at(NOW + limits.DAY + 1) == NOW + limits.DAY + 1


def test_alarms_that_have_to_wait_sound_together() -> None:
    tally = NOTHING
    for _ in range(limits.ALARMS_AT_ONCE):
        assert tally.alarm_at(NOW) == NOW
        tally = tally.with_alarm(NOW, NOW)
    later = tally.alarm_at(NOW)
    assert later == NOW + limits.ALARM_EVERY
    assert not tally.is_late(NOW)
    tally = tally.with_alarm(later, NOW)
    assert tally.is_late(NOW)
    assert tally.alarm_at(NOW + 5) == later
    assert tally == tally.with_alarm(later, NOW + 5)
    assert tally.alarm_at(later) == later + limits.ALARM_EVERY


def test_one_conversation_sounds_fewer_alarms_than_the_limit() -> None:
    risks = {risk.code for risk in Hearing.load().risks}
    assert 2 + len(risks) < limits.ALARMS_AT_ONCE


def test_files_are_counted_over_a_day() -> None:
    full = NOTHING.with_attachments(limits.ATTACHMENTS_A_DAY, NOW)
    assert not full.takes_files(NOW)
    assert full.takes_files(NOW + limits.DAY)


def test_what_was_counted_before_forgetting_counts_after_it() -> None:
    kept = Tallies(KEY)
    assert kept.of(CHAT, NOTHING) == NOTHING
    kept.keep(CHAT, cases(3), NOW)
    kept.keep(CHAT, NOTHING, NOW)
    assert kept.of(CHAT, NOTHING) == cases(3)
    assert kept.of(CHAT, cases(5)) == cases(5)


def test_memory_forgets_after_a_day_and_holds_no_chat_id(monkeypatch) -> None:
    kept = Tallies(KEY)
    kept.keep(CHAT, cases(3), NOW)
    assert repr(CHAT.chat_id) not in repr(vars(kept))
    other = type(CHAT)(channel="telegram", bot_id="1", chat_id="8")
    kept.keep(other, cases(1), NOW + limits.DAY)
    assert kept.of(CHAT, NOTHING) == NOTHING
    monkeypatch.setattr(limits, "CHATS_REMEMBERED", 1)
    kept.keep(CHAT, cases(2), NOW + limits.DAY)
    assert (kept.of(other, NOTHING), kept.of(CHAT, NOTHING)) == (NOTHING, cases(2))
