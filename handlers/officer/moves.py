"""What officers do with a waiting case, from the telephone or from the desk: acknowledge, take, release, and what follows.

Laws. Every move is one transaction and of two officers one wins. Taking also acknowledges. Who acknowledges promises to act:
unless somebody takes the case within the policy's time the alarm sounds again. Every move tells the reporter's side by a notice
and has every officer's message about the case shown as it now is (`REFRESH`). Whether the officer may move the case at all is
the caller's to check first: `may_move` and, to acknowledge, `may_answer`.
"""

from dataclasses import dataclass, replace
from itertools import count
from typing import Final, Literal

from flows.escalation import EscalationPolicy, Policies
from handlers.directory_in_force import NATIONAL
from handlers.officer.alarms import ENDED, Rng, silence, sound
from handlers.officer.teams import teams_of, teams_of_case
from storage.alarms import Alarm
from storage.alerts import AlertFacts, NewAlert
from storage.case_values import CaseRow
from storage.errors import NotThere
from storage.notices import NoticeKind
from storage.transaction import Transaction

REFRESH: Final = "refresh"
"""The kind of an alert that rings nowhere: every message about its case is to be shown as the case now stands."""

Stand = Literal["waiting", "acknowledged", "taken", "referred", "closed", "withdrawn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a case stands. `rings`: an alarm sounds, so somebody has to acknowledge; a taken or referred case that grew worse."""

    stand: Stand
    rings: bool
    by: bytes | None
    since: int
    team_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a move led to; `moved` is False if somebody else was there before."""

    moved: bool
    standing: Standing


def standing(tx: Transaction, case_id: bytes, now: int) -> Standing:
    """Tell where a case stands, from its plain columns."""
    return standing_of(_case(tx, case_id), tx.alarms.of_case(case_id), now)


def standing_of(case: CaseRow, alarms: tuple[Alarm, ...], now: int) -> Standing:
    """Tell where a case with these alarms stands."""
    rings = any(alarm.state == "open" and alarm.created_at <= now for alarm in alarms)
    stand: Stand = "waiting"
    by = None
    if case.state in ENDED:
        stand, rings = ("withdrawn" if case.state == "withdrawn" else "closed"), False
    elif case.state == "taken":
        stand, by = "taken", case.taken_by
    elif not rings and (answered := [alarm for alarm in alarms if alarm.state == "acknowledged"]):
        stand, by = "acknowledged", answered[-1].acknowledged_by
    elif case.state == "referred":
        stand = "referred"
    return Standing(
        stand=stand,
        rings=rings,
        by=by,
        since=min((alarm.created_at for alarm in alarms), default=case.opened_hour),
        team_ids=teams_of(alarms),
    )


def may_move(tx: Transaction, officer_id: bytes, case_id: bytes) -> bool:
    """Tell whether an officer belongs to a team of the case."""
    officer = tx.officers.get(officer_id)
    return bool(officer and officer.active and set(officer.team_ids) & set(teams_of_case(tx, case_id)))


def may_answer(tx: Transaction, officer_id: bytes, case_id: bytes) -> bool:
    """Tell whether an officer may stop a case's alarm: also one of the national team, who is woken where nobody of its teams can be."""
    officer = tx.officers.get(officer_id)
    return bool(officer and officer.active and set(officer.team_ids) & {NATIONAL, *teams_of_case(tx, case_id)})


def acknowledge(tx: Transaction, case_id: bytes, officer_id: bytes, *, now: int, rng: Rng) -> Outcome:
    """Stop the alarm: this officer has seen it."""
    tx.alarms.hold(case_id)  # a promise to act names the teams as they are when it is made
    before = standing(tx, case_id, now)
    answered = [alarm for alarm in _ringing(tx, case_id, now) if tx.alarms.acknowledge(alarm.alarm_id, officer_id)]
    if not answered:
        return Outcome(moved=False, standing=standing(tx, case_id, now))
    for alarm in answered:
        tx.alerts.drop(alarm.alarm_id)
    if before.stand in ("waiting", "referred"):
        _promise_to_act(tx, answered[-1], now, rng)
        tx.notices.add(case_id, "acknowledged", now)
    refresh(tx, case_id, officer_id, now=now, rng=rng)
    return Outcome(moved=True, standing=standing(tx, case_id, now))


def take(tx: Transaction, case_id: bytes, officer_id: bytes, *, now: int, rng: Rng) -> Outcome:
    """Give a case that nobody has taken to this officer, and stop its alarm."""
    if not tx.cases.take(case_id, officer_id):
        return Outcome(moved=False, standing=standing(tx, case_id, now))
    for alarm in _ringing(tx, case_id, now):
        tx.alarms.acknowledge(alarm.alarm_id, officer_id)
    return _moved(tx, case_id, officer_id, "taken", now, rng)


def release(tx: Transaction, case_id: bytes, officer_id: bytes, *, policies: Policies, now: int, rng: Rng) -> Outcome:
    """Put a case that this officer holds back into the queue, and sound its alarm anew."""
    if not tx.cases.release(case_id, officer_id):
        return Outcome(moved=False, standing=standing(tx, case_id, now))
    tx.snoozes.wake(case_id)
    case, teams = _case(tx, case_id), standing(tx, case_id, now).team_ids
    sound(tx, case, teams, policies.of(case.urgency), starts_at=now, now=now, rng=rng)
    tx.notices.add(case_id, "released", now)
    refresh(tx, case_id, officer_id, now=now, rng=rng)
    return Outcome(moved=True, standing=standing(tx, case_id, now))


def ended(tx: Transaction, case_id: bytes, *, by: bytes | None, now: int, rng: Rng) -> Outcome:
    """Follow a case that was just closed, referred or withdrawn: silence its alarm and its messages."""
    closed = _case(tx, case_id).state == "closed"
    return _moved(tx, case_id, by, "closed" if closed else None, now, rng)


def calm(tx: Transaction, case_id: bytes, *, policies: Policies, now: int) -> None:
    """Give the open alarms of a case that a person made less urgent the calmer timetable, counted from when each began."""
    urgency = _case(tx, case_id).urgency
    policy = policies.of(urgency)
    for alarm in tx.alarms.of_case(case_id):
        if alarm.state != "open":
            continue
        if alarm.created_at > now:  # a promise to act: it began when somebody acknowledged
            later = policy.act_within - EscalationPolicy.from_json(alarm.policy).act_within
            calmer = replace(alarm, created_at=alarm.created_at + later, next_at=alarm.created_at + later)
        else:
            step = next(step for step in count(1) if policy.starts_at(step) > now - alarm.created_at)
            calmer = replace(alarm, step=step, next_at=alarm.created_at + policy.starts_at(step))
        tx.alarms.recast(replace(calmer, urgency=urgency, policy=policy.to_json()))


def refresh(tx: Transaction, case_id: bytes, by: bytes | None, *, now: int, rng: Rng) -> None:
    """Have every message about a case shown anew. The row is borne by whoever moved it, else by somebody on its rota."""
    case, stands = _case(tx, case_id), standing(tx, case_id, now)
    bearer = by or _anybody(tx, stands.team_ids)
    if bearer is None:
        return
    tx.alerts.enqueue(
        [
            NewAlert(
                alert_id=rng(16),
                alarm_id=None,
                case_id=case_id,
                officer_id=bearer,
                kind=REFRESH,
                facts=AlertFacts(urgency=case.urgency, area=case.area, designation=case.designation, since=stands.since),
                not_before=now,
            )
        ]
    )


def _moved(tx: Transaction, case_id: bytes, by: bytes | None, notice: NoticeKind | None, now: int, rng: Rng) -> Outcome:
    silence(tx, case_id)
    tx.snoozes.wake(case_id)
    if notice is not None:
        tx.notices.add(case_id, notice, now)
    refresh(tx, case_id, by, now=now, rng=rng)
    return Outcome(moved=True, standing=standing(tx, case_id, now))


def _promise_to_act(tx: Transaction, alarm: Alarm, now: int, rng: Rng) -> None:
    """Lay the alarm that sounds if nobody has taken the case when the time to act is over."""
    starts_at = now + EscalationPolicy.from_json(alarm.policy).act_within
    tx.alarms.open(
        Alarm(
            alarm_id=rng(16),
            case_id=alarm.case_id,
            team_ids=alarm.team_ids,
            urgency=alarm.urgency,
            created_at=starts_at,
            next_at=starts_at,
            policy=alarm.policy,
        )
    )


def _ringing(tx: Transaction, case_id: bytes, now: int) -> tuple[Alarm, ...]:
    return tuple(alarm for alarm in tx.alarms.of_case(case_id) if alarm.state == "open" and alarm.created_at <= now)


def _anybody(tx: Transaction, team_ids: tuple[str, ...]) -> bytes | None:
    rota = (*tx.duties.on_duty(team_ids), *tx.duties.supervisors(team_ids))
    return next((one.officer_id for one in rota), None)


def _case(tx: Transaction, case_id: bytes) -> CaseRow:
    case = tx.cases.get(case_id)
    if case is None:
        raise NotThere("case")
    return case
