"""What is due for a case that waits: whom to tell, whether to tell the reporter that nobody answered, when to look again.

Laws. Time is an argument; the numbers are data (escalation.yaml). An alarm carries the policy it was opened with, so that a
changed file never moves a running promise. A step with nobody reachable in it falls at once to the next one that has somebody;
the timetable itself does not move. An alarm never falls silent by itself: the last step repeats until somebody acknowledges,
and where nobody could be told the question is asked again every minute. After a halt of the machine the steps that were missed
are done together, once. The reporter is told once, when the promised time has passed, and never before.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from flows.duty import OfficerId, Watch, watchers
from flows.errors import ScriptBroken
from flows.yamlfile import parse, read

Audience = Literal["first", "duty", "supervisors"]
AlarmState = Literal["open", "acknowledged", "closed"]

_FILE = "escalation.yaml"
_LEVELS = ("P0", "P1", "P2", "P3")
_UNITS = {"min": 60, "h": 3600, "days": 86400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`tell` these people `after` so many seconds."""

    after: int
    tell: tuple[Audience, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationPolicy:
    """The promise for one level of urgency and the steps that keep it; times in seconds."""

    acknowledge_within: int
    act_within: int
    steps: tuple[Step, ...]
    again_every: int
    nobody_again_every: int

    def __post_init__(self) -> None:
        starts = [step.after for step in self.steps]
        problems = {
            "steps start at 0 and each comes later than the one before": bool(starts)
            and starts[0] == 0
            and starts == sorted(set(starts)),
            "every step tells first, duty or supervisors": all(
                step.tell and set(step.tell) <= {"first", "duty", "supervisors"} for step in self.steps
            ),
            "every wait is longer than nothing": min(self.act_within, self.again_every, self.nobody_again_every) > 0,
            "a step begins at the moment when the promise to acknowledge is broken": self.acknowledge_within in starts[1:],
        }
        if wrong := tuple(law for law, holds in problems.items() if not holds):
            raise ScriptBroken(_FILE, wrong)

    def starts_at(self, step: int) -> int:
        """Tell how many seconds after opening the step with this number begins; past the end the last one repeats."""
        last = len(self.steps) - 1
        return self.steps[min(step, last)].after + max(0, step - last) * self.again_every

    def audiences(self, step: int) -> tuple[Audience, ...]:
        """Name who belongs to the step with this number."""
        return self.steps[min(step, len(self.steps) - 1)].tell

    def to_json(self) -> dict[str, Any]:
        """Write the snapshot that an alarm keeps."""
        return {
            "acknowledge_within": self.acknowledge_within,
            "act_within": self.act_within,
            "steps": [{"after": step.after, "tell": list(step.tell)} for step in self.steps],
            "again_every": self.again_every,
            "nobody_again_every": self.nobody_again_every,
        }

    @classmethod
    def from_json(cls, snapshot: Mapping[str, Any]) -> "EscalationPolicy":
        """Read what `to_json` wrote."""
        return cls(
            acknowledge_within=snapshot["acknowledge_within"],
            act_within=snapshot["act_within"],
            steps=tuple(Step(after=step["after"], tell=tuple(step["tell"])) for step in snapshot["steps"]),
            again_every=snapshot["again_every"],
            nobody_again_every=snapshot["nobody_again_every"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Policies:
    """The policy of every level of urgency."""

    levels: Mapping[str, EscalationPolicy]

    @classmethod
    def load(cls) -> "Policies":
        """Read escalation.yaml."""
        return _policies(read(_FILE))

    @classmethod
    def from_yaml(cls, text: str) -> "Policies":
        """Read a deployment's own policy; `ScriptBroken` says what is wrong with it."""
        return _policies(parse(_FILE, text))

    def of(self, urgency: str) -> EscalationPolicy:
        """Give the policy of one level."""
        return self.levels[urgency]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """What is known about a waiting case: `step` is the number of the next step, `created_at` the start of the count."""

    team_ids: tuple[str, ...]
    state: AlarmState
    step: int
    created_at: int
    policy: EscalationPolicy
    taken_by: OfficerId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What to do now: tell these officers, perhaps tell the reporter, and look again at `next_at`, at step `step`."""

    officers: tuple[OfficerId, ...]
    anybody_on_duty: bool
    tell_reporter: bool
    step: int
    next_at: int


def due(alarm: Alarm, watches: Iterable[Watch], now: int) -> Due:
    """Decide what is due for an open alarm; asking again before the next step tells the last step's people once more."""
    if alarm.state != "open":
        raise ValueError("only an open alarm has something due")
    step = max(alarm.step, 1)
    while alarm.policy.starts_at(step) <= now - alarm.created_at:
        step += 1
    on_watch = tuple(watches)
    told = _audience(alarm, range(min(alarm.step, step - 1), step), on_watch)
    scheduled = alarm.created_at + alarm.policy.starts_at(step)
    return Due(
        officers=told,
        anybody_on_duty=watchers(on_watch, alarm.team_ids).anybody_on_duty,
        tell_reporter=alarm.taken_by is None and _promise_broken(alarm, step),
        step=step,
        next_at=scheduled if told else min(scheduled, now + alarm.policy.nobody_again_every),
    )


def _promise_broken(alarm: Alarm, step: int) -> bool:
    """Tell whether the step with which the promised time passed is among those that begin now."""
    return any(alarm.policy.starts_at(begun) == alarm.policy.acknowledge_within for begun in range(alarm.step, step))


def _audience(alarm: Alarm, begun: range, watches: tuple[Watch, ...]) -> tuple[OfficerId, ...]:
    """Collect the people of the steps that begin now, or of the first later step that has anybody in it."""
    told = _together(alarm, {role for step in begun for role in alarm.policy.audiences(step)}, watches)
    later = iter(range(begun.stop, max(begun.stop, len(alarm.policy.steps))))
    while not told and (step := next(later, None)) is not None:
        told = _together(alarm, set(alarm.policy.audiences(step)), watches)
    return told


def _together(alarm: Alarm, roles: set[Audience], watches: tuple[Watch, ...]) -> tuple[OfficerId, ...]:
    """Name each person once. Whoever took the case stands for those on duty: it is theirs now."""
    reachable = watchers(watches, alarm.team_ids)
    people = {"first": reachable.first, "duty": reachable.duty, "supervisors": reachable.supervisors}
    if alarm.taken_by is not None and any(watch.reachable and watch.officer_id == alarm.taken_by for watch in watches):
        people["first"] = people["duty"] = (alarm.taken_by,)
    return tuple(dict.fromkeys(officer for role, officers in people.items() if role in roles for officer in officers))


def _policies(document: Mapping[str, Any]) -> Policies:
    try:
        nobody_again_every = _seconds(document["nobody_again_every"])
        levels = {level: _policy(document["levels"][level], nobody_again_every) for level in _LEVELS}
    except (KeyError, TypeError, AttributeError) as fault:
        raise ScriptBroken(_FILE, (f"a part is missing or misplaced: {fault}",)) from None
    return Policies(levels=levels)


def _policy(entry: Mapping[str, Any], nobody_again_every: int) -> EscalationPolicy:
    return EscalationPolicy(
        acknowledge_within=_seconds(entry["acknowledge_within"]),
        act_within=_seconds(entry["act_within"]),
        steps=tuple(Step(after=_seconds(step["after"]), tell=tuple(step["tell"])) for step in entry["steps"]),
        again_every=_seconds(entry["again_every"]),
        nobody_again_every=nobody_again_every,
    )


def _seconds(text: object) -> int:
    """Read `5 min`, `72 h` or `7 days`."""
    amount, _, unit = str(text).partition(" ")
    if not amount.isdecimal() or unit not in _UNITS:
        raise ScriptBroken(_FILE, (f"a wait is a number and min, h or days, not {text!r}",))
    return int(amount) * _UNITS[unit]
