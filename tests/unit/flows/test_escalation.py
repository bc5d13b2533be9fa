"""What is due for a waiting case, with the clock fast-forwarded through whole nights."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.duty import OfficerId, Role, Watch
from flows.errors import ScriptBroken
from flows.escalation import Alarm, Due, EscalationPolicy, Policies, due

MIN, HOUR, DAY = 60, 3600, 86400
OPENED = 1_763_770_000
ARTA, BESA, DIJA = (OfficerId(bytes([n]) * 16) for n in range(3))


def watch(officer_id: OfficerId, role: Role = "duty", *, reachable: bool = True, position: int = 0) -> Watch:
    return Watch(team_id="prizren", officer_id=officer_id, role=role, reachable=reachable, position=position)


FULL = (watch(ARTA, position=1), watch(BESA, position=2), watch(DIJA, "supervisor"))
ONLY_SUPERVISOR = (watch(ARTA, reachable=False), watch(DIJA, "supervisor"))


def alarm(urgency: str = "P0", *, step: int = 0, taken_by: OfficerId | None = None) -> Alarm:
    return Alarm(
        team_ids=("prizren",),
        state="open",
        step=step,
        created_at=OPENED,
        policy=Policies.load().of(urgency),
        taken_by=taken_by,
    )


def night(urgency: str, watches: tuple[Watch, ...], until: int) -> list[tuple[int, tuple[OfficerId, ...], bool]]:
    """Tick exactly when the alarm asks for it; list (seconds waited, told, reporter told)."""
    running, now, story = alarm(urgency), OPENED, []
    while now - OPENED <= until:
        step = due(running, watches, now)
        assert step.next_at > now
        story.append((now - OPENED, step.officers, step.tell_reporter))
        running, now = replace(running, step=step.step), step.next_at
    return story


def test_an_unanswered_p0_wakes_the_next_and_the_next_and_the_reporter_learns_it_at_five_minutes() -> None:
    assert night("P0", FULL, 10 * MIN) == [
        (0, (ARTA,), False),
        (2 * MIN, (ARTA, BESA), False),
        (5 * MIN, (ARTA, BESA, DIJA), True),
        (10 * MIN, (ARTA, BESA, DIJA), False),
    ]


@pytest.mark.parametrize(("urgency", "promised"), [("P0", 5 * MIN), ("P1", HOUR), ("P2", 72 * HOUR), ("P3", 7 * DAY)])
def test_the_reporter_is_told_once_when_the_promise_of_the_level_is_broken(urgency: str, promised: int) -> None:
    told = [waited for waited, _, reporter in night(urgency, FULL, 9 * DAY) if reporter]
    assert told == [promised]


def test_an_alarm_repeats_for_as_long_as_nobody_acknowledges() -> None:
    story = night("P1", FULL, 2 * DAY)
    assert [waited for waited, _, _ in story[2:]] == list(range(HOUR, 2 * DAY + 1, 30 * MIN))
    assert all(told == (ARTA, BESA, DIJA) for _, told, _ in story[2:])


def test_a_step_with_nobody_in_it_falls_at_once_to_the_supervisors() -> None:
    first = due(alarm(), ONLY_SUPERVISOR, OPENED)
    assert first == Due(officers=(DIJA,), anybody_on_duty=False, tell_reporter=False, step=1, next_at=OPENED + 2 * MIN)


def test_with_nobody_at_all_the_question_is_asked_again_every_minute_and_the_reporter_still_learns_it_once() -> None:
    story = night("P0", (), 8 * MIN)
    assert [waited for waited, _, _ in story] == [n * MIN for n in range(9)]
    assert all(told == () for _, told, _ in story)
    assert [waited for waited, _, reporter in story if reporter] == [5 * MIN]


def test_whoever_comes_on_duty_later_is_told_within_a_minute() -> None:
    nobody = due(alarm("P2"), (), OPENED)
    assert nobody.next_at == OPENED + MIN
    then = due(alarm("P2", step=nobody.step), FULL, nobody.next_at)
    assert then.officers == (ARTA,)
    assert then.next_at == OPENED + 24 * HOUR


def test_after_a_halt_of_the_machine_the_missed_steps_are_done_together_once() -> None:
    late = due(alarm(step=1), FULL, OPENED + 7 * MIN)
    assert late == Due(officers=(ARTA, BESA, DIJA), anybody_on_duty=True, tell_reporter=True, step=3, next_at=OPENED + 10 * MIN)


def test_asking_before_the_next_step_tells_the_same_people_once_more_and_moves_nothing() -> None:
    """So a telephone that turned out to be unreachable is made good at once."""
    again = due(alarm(step=1), (watch(ARTA, reachable=False), watch(BESA)), OPENED + 10)
    assert again.officers == (BESA,)
    assert (again.step, again.next_at) == (1, OPENED + 2 * MIN)


def test_a_taken_case_that_grew_worse_wakes_its_officer_then_the_supervisor_and_never_says_that_nobody_answered() -> None:
    assert due(alarm(taken_by=BESA), FULL, OPENED).officers == (BESA,)
    worse = due(alarm(taken_by=BESA, step=2), FULL, OPENED + 5 * MIN)
    assert worse.officers == (BESA, DIJA)
    assert not worse.tell_reporter


def test_a_taken_case_whose_officer_cannot_be_reached_wakes_those_on_duty() -> None:
    assert due(alarm(taken_by=OfficerId(b"z" * 16)), FULL, OPENED).officers == (ARTA,)


def test_an_acknowledged_alarm_has_nothing_due() -> None:
    with pytest.raises(ValueError, match="only an open alarm"):
        due(replace(alarm(), state="acknowledged"), FULL, OPENED)


def test_a_clock_that_was_set_back_still_wakes_somebody() -> None:
    assert due(alarm(), FULL, OPENED - HOUR).officers == (ARTA,)


@given(
    step=st.integers(0, 40),
    waited=st.integers(0, 30 * DAY),
    urgency=st.sampled_from(["P0", "P1", "P2", "P3"]),
    watches=st.sampled_from([FULL, ONLY_SUPERVISOR, ()]),
)
def test_whatever_the_moment_the_next_look_is_in_the_future_and_somebody_reachable_is_told(
    step: int, waited: int, urgency: str, watches: tuple[Watch, ...]
) -> None:
    found = due(alarm(urgency, step=step), watches, OPENED + waited)
    assert found.next_at > OPENED + waited
    assert found.step >= step
    assert bool(found.officers) == any(watch.reachable for watch in watches)


def test_a_policy_survives_being_written_into_an_alarm() -> None:
    for policy in Policies.load().levels.values():
        assert EscalationPolicy.from_json(json.loads(json.dumps(policy.to_json()))) == policy


GOOD = """
nobody_again_every: 1 min
levels:
  P0: &level {acknowledge_within: 5 min, act_within: 15 min, again_every: 5 min,
              steps: [{after: 0 min, tell: [duty]}, {after: 5 min, tell: [supervisors]}]}
  P1: *level
  P2: *level
  P3: *level
"""


@pytest.mark.parametrize(
    ("good", "bad", "says"),
    [
        ("after: 0 min", "after: 1 min", "steps start at 0"),
        ("tell: [supervisors]", "tell: [mayor]", "tells first, duty or supervisors"),
        ("tell: [supervisors]", "tell: []", "tells first, duty or supervisors"),
        ("again_every: 5 min,", "again_every: 0 min,", "longer than nothing"),
        ("acknowledge_within: 5 min", "acknowledge_within: 4 min", "promise to acknowledge"),
        ("act_within: 15 min", "act_within: soon", "a number and min, h or days"),
        ("act_within: 15 min,", "", "missing or misplaced"),
        ("  P3: *level\n", "", "missing or misplaced"),
    ],
)
def test_a_policy_that_could_leave_somebody_waiting_unseen_is_refused(good: str, bad: str, says: str) -> None:
    Policies.from_yaml(GOOD)
    with pytest.raises(ScriptBroken, match=says):
        Policies.from_yaml(GOOD.replace(good, bad))
