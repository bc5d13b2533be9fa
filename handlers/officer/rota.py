"""Who answers for a case's teams now, and who is woken where nobody of them can be.

Laws. Asked inside a transaction, needs no key. A team that nobody can be woken of has the national team's people woken in its stead:
they may not be able to open the case, but they know how to find somebody who can, and nobody waits unseen. That somebody is *on duty*
is said of a case's own teams only.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace

from flows.duty import OfficerId, Watch, Watchers, watchers
from handlers.directory_in_force import NATIONAL
from storage.transaction import Transaction


def rota(tx: Transaction, team_ids: Iterable[str], without: Collection[bytes] = ()) -> tuple[Watch, ...]:
    """Who is on duty for these teams and who supervises them, now; `without`: officers who turned out to be out of reach."""
    teams = tuple(team_ids)
    on_duty = tuple(("duty", one) for one in tx.duties.on_duty(teams))
    above = tuple(("supervisor", one) for one in tx.duties.supervisors(teams))
    return tuple(
        Watch(
            team_id=one.team_id,
            officer_id=OfficerId(one.officer_id),
            role="duty" if role == "duty" else "supervisor",
            reachable=one.reachable and one.officer_id not in without,
            position=one.position,
        )
        for role, one in (*on_duty, *above)
    )


def awake(tx: Transaction, team_ids: Iterable[str], without: Collection[bytes] = ()) -> tuple[Watch, ...]:
    """Who can be woken for these teams: their own people or, where none of them can be reached, the national team's in their stead."""
    teams = tuple(team_ids)
    own = rota(tx, teams, without)
    if not teams or any(watch.reachable for watch in own):
        return own
    return (*own, *(replace(watch, team_id=teams[0]) for watch in rota(tx, (NATIONAL,), without) if watch.reachable))


def awake_for(tx: Transaction, team_ids: Iterable[str]) -> Watchers:
    """The same, in the order in which they are woken."""
    teams = tuple(team_ids)
    return watchers(awake(tx, teams), teams)


def anybody_on_duty(tx: Transaction, team_ids: Iterable[str]) -> bool:
    """Tell whether a reachable officer is on duty for one of these teams."""
    teams = tuple(team_ids)
    return watchers(rota(tx, teams), teams).anybody_on_duty
