"""Who may read a case: the area's team unless it must not, else the national team (DESIGN.md section 5, SEALING.md section 4).

Laws. Whoever was shut out has no wrap: not when it was said in time, and not any more when it was said late. A late word takes the wrap,
the alarm and the case itself away from that team and sees to it that the national team has them. A case's secret is used for these wraps
only, and kept for them until the conversation ends, at most an hour. Everything happens inside the turn's transaction.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from flows.escalation import Policies
from flows.events import AreaNamed, Event, ReadersSettled
from flows.session import Session
from handlers.chat import CaseHandle
from handlers.directory_in_force import NATIONAL, DirectoryInForce
from handlers.entries import Plaintext
from handlers.officer.alarms import ENDED, leave_out, sound
from handlers.officer.moves import standing
from sealing.case import wrap_case_seed
from sealing.directory import Team
from sealing.encoding import b64u, time_text
from storage.transaction import Transaction

Reading = Literal["national", "area", "late", "nobody"]
"""Who reads a case: only the national team (or recovery); a team of an area; the national team, and one of an area did until it was shut
out; no team, because the secret to let the national one in was forgotten before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """The case after its readers were settled: entries that tell of it, and whether officers must be told."""

    case: CaseHandle
    entries: tuple[Plaintext, ...] = ()
    added: bool = False
    alarmed: bool = False


class Readers:
    """Settles who reads."""

    def __init__(self, directory: DirectoryInForce, policies: Policies, rng: Callable[[int], bytes]) -> None:
        self._directory = directory
        self._policies = policies
        self._rng = rng

    def teams(self, flow: Session | None) -> tuple[Team, ...]:
        """The area's team where it is known and may read, else the national team."""
        if flow is not None and flow.area is not None and flow.excluded == "no":
            team = self._directory.now.team_of_area(flow.area)
            if team is not None:
                return (team,)
        return (self._national,)

    def reading(self, tx: Transaction, case: CaseHandle | None) -> Reading:
        """Tell who reads a case, for what a card says about it: by its wraps, for the desk lets teams in and shuts them out as well."""
        if case is None or not case.opened:
            return "national"
        wrapped = frozenset(wrap.key_id for wrap in tx.cases.wraps(case.case_id))
        able = {team.team_id for team in self._directory.now.teams if team.key_ids & wrapped}
        if able - {NATIONAL}:
            return "area"
        if NATIONAL not in able:
            return "nobody"
        return "late" if case.shut_out or set(case.team_ids) - {NATIONAL} else "national"

    def settle(self, tx: Transaction, case: CaseHandle, flow: Session, events: Sequence[Event], now: int) -> Settled:
        """Follow what a turn of an open case says about the place and about who must not read."""
        for event in events:
            if isinstance(event, AreaNamed):
                tx.cases.set_area(case.case_id, event.area)
        if not any(isinstance(event, ReadersSettled | AreaNamed) for event in events) or flow.excluded == "unknown":
            return Settled(case=case)
        if flow.excluded == "yes":
            return self._shut_out(tx, case, flow, now)
        (team,) = self.teams(flow)
        if not case.seed or team.team_id in (*case.team_ids, *case.shut_out):
            return Settled(case=case)
        return Settled(case=_with(case, team), entries=(self._let_in(tx, case, team, now),), added=True)

    def _shut_out(self, tx: Transaction, case: CaseHandle, flow: Session, now: int) -> Settled:
        area = None if flow.area is None else self._directory.now.team_of_area(flow.area)
        named = {*case.team_ids, *(() if area is None else (area.team_id,))} - {NATIONAL}
        had = tuple(sorted(one for one in named if self._remove_wraps(tx, case.case_id, one) or one in case.team_ids))
        if not had:
            return Settled(case=case)
        row = tx.cases.get(case.case_id)
        holder = standing(tx, case.case_id, now).by
        national_is_new = NATIONAL not in case.team_ids
        entries: tuple[Plaintext, ...] = ()
        if national_is_new and case.seed:
            entries = (self._let_in(tx, case, self._national, now),)
        left = leave_out(tx, case.case_id, had)
        case = replace(case, team_ids=left, shut_out=(*case.shut_out, *had))
        if row is None or row.state in ENDED:
            return Settled(case=case, entries=entries)
        was_theirs = holder is not None and not set(_teams_of_officer(tx, holder)) & set(left)
        if was_theirs and row.state == "taken" and holder is not None:
            tx.cases.release(case.case_id, holder)
        if was_theirs or national_is_new:
            row = tx.cases.get(case.case_id) or row
            sound(tx, row, left, self._policies.of(row.urgency), starts_at=now, now=now, rng=self._rng)
        return Settled(case=case, entries=entries, alarmed=was_theirs or national_is_new)

    def _let_in(self, tx: Transaction, case: CaseHandle, team: Team, now: int) -> Plaintext:
        tx.cases.add_wrap(case.case_id, wrap_case_seed(team.key, case.case_id, case.seed))
        return {"kind": "access", "at": time_text(now), "key_id": b64u(team.key.key_id)}

    def _remove_wraps(self, tx: Transaction, case_id: bytes, team_id: str) -> bool:
        """Take a team's wraps away, those to its earlier keys too; tell whether it had any."""
        team = self._directory.now.team(team_id)
        key_ids = () if team is None else sorted(team.key_ids)
        return sum(tx.cases.remove_wrap(case_id, key_id) for key_id in key_ids) > 0

    @property
    def _national(self) -> Team:
        national = self._directory.now.team(NATIONAL)
        assert national is not None, "a directory without a national team is not installed"
        return national


def _with(case: CaseHandle, team: Team) -> CaseHandle:
    return replace(case, team_ids=(*case.team_ids, team.team_id))


def _teams_of_officer(tx: Transaction, officer_id: bytes) -> tuple[str, ...]:
    officer = tx.officers.get(officer_id)
    return () if officer is None else officer.team_ids
