"""Something came to a case that an officer has: more words, a file. Whoever has it is told, by an alert that rings once. So are the
people of a team that is let into such a case.

Laws. A case that waits rings by its alarm and needs no news. About one case there is at most one alert in `EVERY` seconds, and the last
words are told of too: what comes within that time is told of when it is over. Where the one who has the case cannot be reached, those
who are woken first are told instead. Runs inside the caller's transaction and needs no key.
"""

from typing import Final

from flows.duty import OfficerId
from handlers.officer.alarms import Rng, enqueue
from handlers.officer.moves import standing
from handlers.officer.rota import awake_for
from storage.alerts import AlertFacts
from storage.transaction import Transaction

NEWS: Final = "news"
"""The kind of such an alert. Its `since` is from when on it may be told."""
EVERY: Final = 600
"""Seconds between two alerts about one case: a child writes in many short messages, and whoever is called to each reads none."""


def tell_news(tx: Transaction, case_id: bytes, *, now: int, rng: Rng, without: bytes | None = None) -> int:
    """Tell whoever has a case that something came to it; return how many are told, now or when it is time.

    `without`: an officer who was to be told and turned out to be out of reach.
    """
    case, stands = tx.cases.get(case_id), standing(tx, case_id, now)
    if case is None or stands.rings or stands.by is None:
        return 0
    at = now if without is not None else next_news(tx.alerts.newest(case_id, NEWS), now)
    if at is None:
        return 0
    people = _people(tx, stands.by, stands.team_ids, without)
    facts = AlertFacts(urgency=case.urgency, area=case.area, designation=case.designation, since=at)
    enqueue(tx, case, None, people, NEWS, facts, at, rng)
    return len(people)


def tell_newcomers(tx: Transaction, case_id: bytes, team_id: str, *, now: int, rng: Rng) -> int:
    """Tell those who are on duty for a team that was let into a case which somebody has, and which therefore does not ring for them."""
    case, stands = tx.cases.get(case_id), standing(tx, case_id, now)
    if case is None or stands.rings or stands.by is None:
        return 0
    watch = awake_for(tx, (team_id,))
    people = tuple(one for one in watch.first or watch.duty or watch.supervisors if one != stands.by)
    facts = AlertFacts(urgency=case.urgency, area=case.area, designation=case.designation, since=now)
    enqueue(tx, case, None, people, NEWS, facts, now, rng)
    return len(people)


def next_news(last: int | None, now: int) -> int | None:
    """When to tell of something new, if `last` is when it was told, or is to be told; None if what waits tells of this too."""
    if last is None or last + EVERY <= now:
        return now
    return None if last > now else last + EVERY


def _people(tx: Transaction, holder: bytes, team_ids: tuple[str, ...], without: bytes | None) -> tuple[OfficerId, ...]:
    officer = tx.officers.get(holder)
    if officer is not None and officer.active and officer.reachable and holder != without:
        return (OfficerId(holder),)
    others = awake_for(tx, team_ids)
    ranks = ([one for one in rank if one != without] for rank in (others.first, others.duty, others.supervisors))
    return tuple(next((rank for rank in ranks if rank), ()))
