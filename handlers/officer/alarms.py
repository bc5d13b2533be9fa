"""Alarms as both processes use them: sounded in the transaction that opens a case, moved on by a tick.

Laws. Everything here runs inside a transaction that the caller owns, needs no key, and writes officers' ids only: names and
contacts are the desk's. So intake may tick too, and a desk that is down delays no step. Whoever opens a case or adds to it calls
`open_alarm` in the same transaction; calling it again when nothing changed does nothing, except that danger always sounds. Every case
that waits has exactly one open alarm, so nobody waits unseen. Decisions are `flows.duty` and `flows.escalation`; this file only carries
them out.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Final

from flows import escalation
from flows.duty import OfficerId, Watch, watchers
from flows.escalation import EscalationPolicy, Policies
from handlers.officer.rota import anybody_on_duty, awake, awake_for, rota
from handlers.officer.teams import shut_out, teams_of
from storage.alarms import Alarm
from storage.alerts import AlertFacts, NewAlert
from storage.case_values import CaseRow
from storage.errors import NotThere
from storage.transaction import Transaction

Rng = Callable[[int], bytes]

ALARM: Final = "alarm"
"""The kind of an alert that rings until somebody answers. The other kinds are `news.NEWS` and `moves.REFRESH`."""
SOUNDING_NOW: Final = 60
"""Seconds within which danger that is said again adds nothing: whoever can be woken is being woken."""
ENDED: Final = ("closed", "withdrawn")
"""The states in which no alarm sounds. A referred case waits for nobody here, but rings if it grows worse."""
_CALMER_THAN_ANY: Final = "P9"
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


def open_alarm(
    tx: Transaction,
    *,
    case_id: bytes,
    team_ids: tuple[str, ...],
    policies: Policies,
    now: int,
    rng: Rng,
    danger: bool = False,
) -> Sounded:
    """Sound the alarm of a case that was just opened or reopened, became more urgent, or got another team; say who is told.

    `team_ids`: the teams that are new to the case, each of which has its wrap. Those that its alarms name need not be named.

    `danger`: the reporter has just said that there is danger. Then it sounds whatever was before, for whoever has the case and for duty.
    """
    tx.alarms.hold(case_id)
    case = _case(tx, case_id)
    alarms = tx.alarms.of_case(case_id)
    teams = teams_of(alarms, team_ids)
    told = 0
    if case.state not in ENDED:
        unheard = case.state == "new" and not any(alarm.state == "open" for alarm in alarms)
        if unheard or not alarms or _grew_worse(case, alarms):
            told = sound(tx, case, teams, policies.of(case.urgency), starts_at=now, now=now, rng=rng)
        elif set(teams) - set(teams_of(alarms)):
            told = _widen(tx, case, alarms, teams, now, rng)
        if danger:
            told += _sound_danger(tx, case, teams, policies.of(case.urgency), now, rng)
    return Sounded(on_duty=anybody_on_duty(tx, teams), told=told)


def tick_alarms(tx: Transaction, *, now: int, rng: Rng, without: Collection[bytes] = ()) -> Ticked:
    """Do what is due: wake the next person, and tell the reporter when a promise is broken. `without`: officers out of reach."""
    claimed = tx.alarms.claim(now, _AT_ONCE, _LEASE)
    alerts = notices = 0
    for alarm in claimed:
        case = _case(tx, alarm.case_id)
        if case.state in ENDED:
            tx.alarms.close(case.case_id)
            continue
        due = _due(tx, case, alarm, now, without)
        if not tx.alarms.advance(alarm.alarm_id, alarm.step, due.step, due.next_at):
            continue
        alerts += _tell_now(tx, case, alarm.alarm_id, due.officers, now, rng, without)
        if due.tell_reporter:
            tx.notices.add(case.case_id, "unanswered", now)
            notices += 1
    return Ticked(alarms=len(claimed), alerts=alerts, notices=notices)


def sound(
    tx: Transaction, case: CaseRow, team_ids: tuple[str, ...], policy: EscalationPolicy, *, starts_at: int, now: int, rng: Rng
) -> int:
    """Put a fresh alarm in the place of a case's earlier ones; return how many people are told now."""
    waiting = [tx.alerts.oldest_waiting(alarm.alarm_id) for alarm in tx.alarms.of_case(case.case_id)]
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
    since = min((moment for moment in waiting if moment is not None), default=now)
    return _tell(tx, case, alarm.alarm_id, due.officers, min(since, now), rng)


def count_as_heard(tx: Transaction, case_id: bytes, *, now: int, rng: Rng) -> None:
    """Note that whoever has a case made it more urgent themselves: nothing sounds, and nothing sounds for it later."""
    case, alarms = _case(tx, case_id), tx.alarms.of_case(case_id)
    if alarms and _grew_worse(case, alarms):
        heard = replace(alarms[-1], alarm_id=rng(16), urgency=case.urgency, created_at=now, step=1, acknowledged_by=None)
        tx.alarms.open(replace(heard, state="closed", next_at=None))


def silence(tx: Transaction, case_id: bytes) -> None:
    """End a case's alarms and take back what was not delivered yet."""
    for alarm in tx.alarms.of_case(case_id):
        if alarm.state != "closed":
            tx.alerts.drop(alarm.alarm_id)
    tx.alarms.close(case_id)


def tell_again(tx: Transaction, alarm_id: bytes, *, now: int, rng: Rng, without: Collection[bytes] = ()) -> Ticked:
    """Ask an alarm at once whom else to tell, because these officers turned out to be out of reach."""
    alarm = tx.alarms.get(alarm_id)
    if alarm is None or alarm.state != "open" or alarm.created_at > now:
        return Ticked(alarms=0, alerts=0, notices=0)
    tx.alarms.hasten(alarm_id, now)
    return tick_alarms(tx, now=now, rng=rng, without=without)


def tell_officer(tx: Transaction, officer_id: bytes, *, now: int, rng: Rng) -> int:
    """Tell an officer who came on duty, or linked a telephone while on duty, what is waiting; return how many cases."""
    told = 0
    for alarm in sounding(tx, now):
        if officer_id in awake_for(tx, alarm.team_ids).duty:
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


def leave_out(tx: Transaction, case_id: bytes, team_ids: tuple[str, ...]) -> tuple[str, ...]:
    """Take teams away from a case for good, and from their members what they were not sent yet; return the teams that are left."""
    left = shut_out(tx, case_id, team_ids)
    tx.alerts.drop_for(case_id, [one for one in tx.alerts.recipients(case_id) if not _belongs(tx, one, left)])
    return left


def _belongs(tx: Transaction, officer_id: bytes, team_ids: tuple[str, ...]) -> bool:
    officer = tx.officers.get(officer_id)
    return officer is not None and bool(set(officer.team_ids) & set(team_ids))


def _sound_danger(tx: Transaction, case: CaseRow, teams: tuple[str, ...], policy: EscalationPolicy, now: int, rng: Rng) -> int:
    """Have danger heard: an alarm that rings tells its people at once, any other begins anew. Where somebody has the case, duty is
    told as well: the one who has it may be asleep."""
    told = 0
    ringing = [alarm for alarm in tx.alarms.of_case(case.case_id) if alarm.state == "open" and alarm.created_at <= now]
    if not ringing:
        told = sound(tx, case, teams, policy, starts_at=now, now=now, rng=rng)
        ringing = [alarm for alarm in tx.alarms.of_case(case.case_id) if alarm.state == "open"]
    elif now - ringing[-1].created_at >= SOUNDING_NOW:
        due = _due(tx, case, ringing[-1], now)
        tx.alarms.advance(ringing[-1].alarm_id, ringing[-1].step, due.step, due.next_at)
        told = _tell_now(tx, case, ringing[-1].alarm_id, due.officers, now, rng)
    elif ringing[-1].created_at < now:
        return 0
    if case.state != "taken":
        return told
    others = awake_for(tx, teams)
    too = tuple(one for one in others.first or others.supervisors if one != case.taken_by)
    return told + _tell(tx, case, ringing[-1].alarm_id, too, now, rng)


def _tell_now(
    tx: Transaction,
    case: CaseRow,
    alarm_id: bytes,
    officers: tuple[OfficerId, ...],
    now: int,
    rng: Rng,
    tried: Collection[bytes] = (),
) -> int:
    """Tell these officers, and nobody else who was to be told. A message that was not delivered yet is worded when it is sent: it serves
    for the new one, and goes on telling since when nobody is told. Whoever was tried in vain is tried again all the same."""
    waiting = tx.alerts.keep_for(alarm_id, (*officers, *tried), now)
    _tell(tx, case, alarm_id, tuple(one for one in officers if one not in waiting), now, rng)
    return len(officers)


def _grew_worse(case: CaseRow, alarms: tuple[Alarm, ...]) -> bool:
    """Compare with what is open, or else with what sounded last: a person may have lowered the urgency in between."""
    heard = [alarm for alarm in alarms if alarm.state == "open"] or [alarm for alarm in alarms if alarm.step]
    latest = max((alarm.created_at for alarm in heard), default=0)
    return case.urgency < min((alarm.urgency for alarm in heard if alarm.created_at == latest), default=_CALMER_THAN_ANY)


def _widen(tx: Transaction, case: CaseRow, alarms: tuple[Alarm, ...], teams: tuple[str, ...], now: int, rng: Rng) -> int:
    """Give a case one more team, and tell those of it who were not told before, unless somebody took the case already."""
    ringing = [alarm for alarm in alarms if alarm.state == "open"]
    for alarm in ringing:
        tx.alarms.revise(alarm.alarm_id, team_ids=teams, urgency=alarm.urgency, next_at=alarm.next_at)
    if not ringing:
        record = replace(alarms[-1], alarm_id=rng(16), team_ids=teams, step=0, state="closed", next_at=None, acknowledged_by=None)
        tx.alarms.open(replace(record, created_at=now))
        return 0
    earlier = set(teams_of(alarms))
    before = awake_for(tx, teams_of(alarms))
    new = watchers(rota(tx, teams), set(teams) - earlier)
    known = {*before.duty, *before.supervisors}
    fresh = tuple(officer for officer in new.duty or new.supervisors if officer not in known)
    return _tell(tx, case, ringing[-1].alarm_id, fresh, now, rng)


def _due(tx: Transaction, case: CaseRow, alarm: Alarm, now: int, without: Collection[bytes] = ()) -> escalation.Due:
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
    taker = () if taken_by in without else _taker(tx, alarm, taken_by)
    return escalation.due(snapshot, (*awake(tx, alarm.team_ids, without), *taker), now)


def _taker(tx: Transaction, alarm: Alarm, taken_by: OfficerId | None) -> tuple[Watch, ...]:
    """Whoever took the case answers for it, on the rota or not."""
    officer = None if taken_by is None else tx.officers.get(taken_by)
    if officer is None or not officer.active or not alarm.team_ids:
        return ()
    return (Watch(team_id=alarm.team_ids[0], officer_id=OfficerId(officer.officer_id), role="duty", reachable=officer.reachable),)


def _tell(tx: Transaction, case: CaseRow, alarm_id: bytes, officers: tuple[OfficerId, ...], not_before: int, rng: Rng) -> int:
    """Write one alert for each of these officers."""
    since = min(alarm.created_at for alarm in tx.alarms.of_case(case.case_id))
    facts = AlertFacts(urgency=case.urgency, area=case.area, designation=case.designation, since=since)
    enqueue(tx, case, alarm_id, officers, ALARM, facts, not_before, rng)
    return len(officers)


def enqueue(
    tx: Transaction,
    case: CaseRow,
    alarm_id: bytes | None,
    officers: tuple[OfficerId, ...],
    kind: str,
    facts: AlertFacts,
    not_before: int,
    rng: Rng,
) -> None:
    """Put one message for each of these officers into the outbox."""
    tx.alerts.enqueue(
        NewAlert(
            alert_id=rng(16),
            alarm_id=alarm_id,
            case_id=case.case_id,
            officer_id=officer_id,
            kind=kind,
            facts=facts,
            not_before=not_before,
        )
        for officer_id in officers
    )


def _case(tx: Transaction, case_id: bytes) -> CaseRow:
    case = tx.cases.get(case_id)
    if case is None:
        raise NotThere("case")
    return case
