"""Alarms as both processes use them: sounded in the transaction that opens a case, moved on by a tick.

Laws. Everything here runs inside a transaction that the caller owns, needs no key, and writes officers' ids only: names and
contacts are the desk's. Whoever opens a case or adds to it calls `open_alarm` in the same transaction; calling it again when
nothing changed does nothing. Every case that waits has exactly one open alarm, so nobody waits unseen. Decisions are `flows.duty`
and `flows.escalation`; this file only carries them out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from flows import escalation
from flows.duty import OfficerId, Watch, watchers
from flows.escalation import EscalationPolicy, Policies
from storage.alarms import Alarm
from storage.alerts import AlertFacts, NewAlert
from storage.case_values import CaseRow
from storage.errors import NotThere
from storage.transaction import Transaction

Rng = Callable[[int], bytes]

ALARM: Final = "alarm"
"""The kind of an alert that rings. The other kind is `moves.REFRESH`."""
ENDED: Final = ("closed", "withdrawn", "referred")
"""The states in which a case waits for nobody here."""
_AT_ONCE: Final = 100
_LEASE: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounded:
    """What is true once an alarm was sounded: whether a duty officer can be woken, and how many people are being told."""

    on_duty: bool
    told: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """What a tick did; `alerts` says that the sender has something to send."""

    alarms: int
    alerts: int
    notices: int


def anybody_on_duty(tx: Transaction, team_ids: Iterable[str]) -> bool:
    """Tell whether a reachable officer is on duty for one of these teams."""
    teams = tuple(team_ids)
    return watchers(_rota(tx, teams), teams).anybody_on_duty


def open_alarm(tx: Transaction, *, case_id: bytes, team_ids: tuple[str, ...], policies: Policies, now: int, rng: Rng) -> Sounded:
    """Sound the alarm of a case that was just opened or reopened, became more urgent, or got another team; say who is told."""
    case = _case(tx, case_id)
    alarms = tx.alarms.of_case(case_id)
    teams = tuple(dict.fromkeys((*(team for alarm in alarms for team in alarm.team_ids), *team_ids)))
    told = 0
    if case.state not in ENDED:
        unheard = case.state == "new" and not any(alarm.state == "open" for alarm in alarms)
        if unheard or not alarms or case.urgency < min(alarm.urgency for alarm in alarms):
            told = sound(tx, case, teams, policies.of(case.urgency), starts_at=now, now=now, rng=rng)
        elif set(teams) - set(alarms[-1].team_ids):
            told = _widen(tx, case, alarms[-1], teams, now, rng)
    return Sounded(on_duty=anybody_on_duty(tx, teams), told=told)


def tick_alarms(tx: Transaction, *, now: int, rng: Rng) -> Ticked:
    """Do what is due: wake the next person, and tell the reporter when a promise is broken."""
    claimed = tx.alarms.claim(now, _AT_ONCE, _LEASE)
    alerts = notices = 0
    for alarm in claimed:
        case = _case(tx, alarm.case_id)
        if case.state in ENDED:
            tx.alarms.close(case.case_id)
            continue
        due = _due(tx, case, alarm, now)
        if not tx.alarms.advance(alarm.alarm_id, alarm.step, due.step, due.next_at):
            continue
        tx.alerts.drop(alarm.alarm_id)  # what was not delivered yet is overtaken by what is said now
        alerts += _tell(tx, case, alarm.alarm_id, due.officers, now, rng)
        if due.tell_reporter:
            tx.notices.add(case.case_id, "unanswered", now)
            notices += 1
    return Ticked(alarms=len(claimed), alerts=alerts, notices=notices)


def sound(
    tx: Transaction, case: CaseRow, team_ids: tuple[str, ...], policy: EscalationPolicy, *, starts_at: int, now: int, rng: Rng
) -> int:
    """Put a fresh alarm in the place of a case's earlier ones; return how many people are told now."""
    silence(tx, case.case_id)
    alarm = Alarm(
        alarm_id=rng(16),
        case_id=case.case_id,
        team_ids=team_ids,
        urgency=case.urgency,
        created_at=starts_at,
        next_at=starts_at,
        policy=policy.to_json(),
    )
    tx.alarms.open(alarm)
    if starts_at > now:
        return 0
    due = _due(tx, case, alarm, now)
    tx.alarms.advance(alarm.alarm_id, alarm.step, due.step, due.next_at)
    return _tell(tx, case, alarm.alarm_id, due.officers, now, rng)


def silence(tx: Transaction, case_id: bytes) -> None:
    """End a case's alarms and take back what was not delivered yet."""
    for alarm in tx.alarms.of_case(case_id):
        if alarm.state != "closed":
            tx.alerts.drop(alarm.alarm_id)
    tx.alarms.close(case_id)


def tell_again(tx: Transaction, alarm_id: bytes, *, now: int, rng: Rng) -> Ticked:
    """Ask an alarm at once whom else to tell, because somebody turned out to be out of reach."""
    alarm = tx.alarms.get(alarm_id)
    if alarm is None or alarm.state != "open" or alarm.created_at > now:
        return Ticked(alarms=0, alerts=0, notices=0)
    tx.alarms.revise(alarm_id, team_ids=alarm.team_ids, urgency=alarm.urgency, next_at=now)
    return tick_alarms(tx, now=now, rng=rng)


def tell_officer(tx: Transaction, officer_id: bytes, *, now: int, rng: Rng) -> int:
    """Tell an officer who came on duty, or linked a telephone while on duty, what is waiting; return how many cases."""
    told = 0
    for alarm in sounding(tx, now):
        rota = _rota(tx, alarm.team_ids)
        if officer_id in watchers(rota, alarm.team_ids).duty:
            told += _tell(tx, _case(tx, alarm.case_id), alarm.alarm_id, (OfficerId(officer_id),), now, rng)
    return told


def sounding(tx: Transaction, now: int) -> tuple[Alarm, ...]:
    """The alarms that nobody has acknowledged, those whose next step comes first at the front."""
    return tuple(alarm for alarm in open_alarms(tx) if alarm.created_at <= now)


def open_alarms(tx: Transaction) -> tuple[Alarm, ...]:
    """Every open alarm: one for each case that nobody has taken, acknowledged ones included, and for taken ones that ring."""
    return tx.alarms.due(_FOR_EVER, _MANY)


_FOR_EVER: Final = 2**62
_MANY: Final = 1000
"""Cases that wait at one time; with more than these, the telephone shows the first thousand and the desk the rest."""


def _widen(tx: Transaction, case: CaseRow, alarm: Alarm, teams: tuple[str, ...], now: int, rng: Rng) -> int:
    """Give a case one more team, and tell those of it who were not told before, unless somebody took the case already."""
    if not tx.alarms.revise(alarm.alarm_id, team_ids=teams, urgency=alarm.urgency, next_at=alarm.next_at):
        tx.alarms.open(replace(alarm, alarm_id=rng(16), team_ids=teams, created_at=now, state="closed", next_at=None))
        return 0
    rota = _rota(tx, teams)
    before = watchers(rota, alarm.team_ids)
    new = watchers(rota, set(teams) - set(alarm.team_ids))
    known = {*before.duty, *before.supervisors}
    fresh = tuple(officer for officer in new.duty or new.supervisors if officer not in known)
    return _tell(tx, case, alarm.alarm_id, fresh, now, rng)


def _due(tx: Transaction, case: CaseRow, alarm: Alarm, now: int) -> escalation.Due:
    """Ask flows what is due for an alarm."""
    taken_by = OfficerId(case.taken_by) if case.state == "taken" and case.taken_by is not None else None
    snapshot = escalation.Alarm(
        team_ids=alarm.team_ids,
        state="open",
        step=alarm.step,
        created_at=alarm.created_at,
        policy=EscalationPolicy.from_json(alarm.policy),
        taken_by=taken_by,
    )
    return escalation.due(snapshot, (*_rota(tx, alarm.team_ids), *_taker(tx, alarm, taken_by)), now)


def _taker(tx: Transaction, alarm: Alarm, taken_by: OfficerId | None) -> tuple[Watch, ...]:
    """Whoever took the case answers for it, on the rota or not."""
    officer = None if taken_by is None else tx.officers.get(taken_by)
    if officer is None or not officer.active or not alarm.team_ids:
        return ()
    return (Watch(team_id=alarm.team_ids[0], officer_id=OfficerId(officer.officer_id), role="duty", reachable=officer.reachable),)


def _rota(tx: Transaction, team_ids: Iterable[str]) -> tuple[Watch, ...]:
    """Who is on duty and who supervises, now."""
    teams = tuple(team_ids)
    on_duty = tuple(("duty", one) for one in tx.duties.on_duty(teams))
    above = tuple(("supervisor", one) for one in tx.duties.supervisors(teams))
    return tuple(
        Watch(
            team_id=one.team_id,
            officer_id=OfficerId(one.officer_id),
            role="duty" if role == "duty" else "supervisor",
            reachable=one.reachable,
            position=one.position,
        )
        for role, one in (*on_duty, *above)
    )


def _tell(tx: Transaction, case: CaseRow, alarm_id: bytes, officers: tuple[OfficerId, ...], now: int, rng: Rng) -> int:
    """Write one alert for each of these officers."""
    since = min(alarm.created_at for alarm in tx.alarms.of_case(case.case_id))
    facts = AlertFacts(urgency=case.urgency, area=case.area, designation=case.designation, since=since)
    tx.alerts.enqueue(
        NewAlert(
            alert_id=rng(16),
            alarm_id=alarm_id,
            case_id=case.case_id,
            officer_id=officer_id,
            kind=ALARM,
            facts=facts,
            not_before=now,
        )
        for officer_id in officers
    )
    return len(officers)


def _case(tx: Transaction, case_id: bytes) -> CaseRow:
    case = tx.cases.get(case_id)
    if case is None:
        raise NotThere("case")
    return case
