"""Who is to be told that a case is waiting: a question about a list of watches, answered without a database or a clock.

Laws. A watch says that an officer is on duty, or supervises, for one team *now*; whoever asks has already computed the list.
An officer without a reachable contact cannot be woken and so is not told, and nobody pretends otherwise: where no duty officer
can be reached the supervisors are told instead, and where nobody can be reached the answer is nobody (DOMAIN section 5:
"shown honestly to the user").
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NewType

OfficerId = NewType("OfficerId", bytes)
Role = Literal["duty", "supervisor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One officer's place in one team's watch: the lowest `position` is woken first. `reachable`: a contact is linked."""

    team_id: str
    officer_id: OfficerId
    role: Role
    reachable: bool
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watchers:
    """The reachable people of a case's teams, each once, in the order of the rota. `first` is in `duty` too."""

    first: tuple[OfficerId, ...] = ()
    duty: tuple[OfficerId, ...] = ()
    supervisors: tuple[OfficerId, ...] = ()

    @property
    def anybody_on_duty(self) -> bool:
        """Tell whether a duty officer can be woken; a supervisor who is called in is not on duty."""
        return bool(self.duty)


def watchers(watches: Iterable[Watch], team_ids: Iterable[str]) -> Watchers:
    """Find who can be woken for a case that these teams may read; `first` are those whom each team wakes first."""
    teams = frozenset(team_ids)
    reachable = sorted(
        (watch for watch in watches if watch.reachable and watch.team_id in teams), key=lambda watch: watch.position
    )
    on_duty = [watch for watch in reachable if watch.role == "duty"]
    lowest = {watch.team_id: watch.position for watch in reversed(on_duty)}
    duty = _once(on_duty)
    above = _once(watch for watch in reachable if watch.role == "supervisor")
    return Watchers(
        first=_once(watch for watch in on_duty if watch.position == lowest[watch.team_id]),
        duty=duty,
        supervisors=tuple(officer_id for officer_id in above if officer_id not in duty),
    )


def _once(watches: Iterable[Watch]) -> tuple[OfficerId, ...]:
    return tuple(dict.fromkeys(watch.officer_id for watch in watches))
