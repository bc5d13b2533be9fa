"""The `officer` and `duty` commands: until there is a rota, duty is a plain list of officers per team."""

import os
from collections.abc import Callable
from functools import partial
from typing import Literal

from bot.deployment import opened
from bot.failures import Failed
from bot.settings import Settings
from flows.escalation import Policies
from handlers.directory_in_force import DirectoryInForce
from handlers.officer.departures import depart
from handlers.officer.invitations import FIRST_LIFETIME, Newcomer, invite, new_officer_id
from handlers.officer.link_codes import make_link_code
from handlers.officer.shifts import begin_shift, end_shift
from sealing.at_rest import name_lookup
from sealing.encoding import b64u
from storage.officers import NewOfficer, Officer
from storage.transaction import Transaction

Kind = Literal["duty", "supervisor"]
Role = Literal["officer", "supervisor", "administrator"]
Rng = Callable[[int], bytes]


async def add_officer(settings: Settings, name: str, *, teams: tuple[str, ...], language: str, supervisor: bool, now: int) -> str:
    """Add an officer; give the id and the one-time code that links the officer's Telegram."""
    officer_id = os.urandom(16)
    role = "supervisor" if supervisor else "officer"

    def add(tx: Transaction) -> str:
        for team in teams:
            _must_be_team(settings, tx, team)
        tx.officers.add(NewOfficer(officer_id=officer_id, team_ids=teams, language=language, role=role, name=name))
        return make_link_code(tx, officer_id, now, os.urandom)

    async with opened(settings, desk=True) as database:
        code = await database.transact(add)
    return f"id    {officer_id.hex()}\ncode  {code}\nThe officer sends the officers' bot:  /start {code}"


async def invite_officer(
    settings: Settings, name: str, *, role: Role, teams: tuple[str, ...], language: str, now: int, rng: Rng = os.urandom
) -> str:
    """Invite somebody to the desk; give the one-time link at which they make their own keys."""
    if (role == "administrator") == bool(teams):
        raise Failed("--team: an administrator opens nothing and is of no team; everybody else is of one at least", 2)

    def make(tx: Transaction) -> str:
        for team in teams:
            _must_be_team(settings, tx, team)
        newcomer = Newcomer(officer_id=new_officer_id(rng), name=name, role=role, team_ids=teams, language=language)
        lookup = partial(name_lookup, settings.secret("desk_key"))
        invited = invite(tx, newcomer, lookup, by=None, now=now, rng=rng, lifetime=FIRST_LIFETIME)
        tx.audit.add(None, "invited", now, about={"officer": b64u(invited.officer_id), "role": role})
        return settings.public + invited.link

    async with opened(settings, desk=True) as database:
        link = await database.transact(make)
    return f"{link}\nIt works once, for {FIRST_LIFETIME // 86400} days. Whoever opens it first is {role} here: hand it over in person."


async def list_officers(settings: Settings) -> str:
    """List officers by id, with their names: only where the desk's key is."""
    async with opened(settings, desk=True) as database:
        lines = await database.read(lambda tx: [_line(tx, officer) for officer in tx.officers.every()])
    return "\n".join(lines) or "There are no officers."


async def new_link(settings: Settings, officer_id: str, now: int) -> str:
    """Give a new one-time code."""
    async with opened(settings, desk=True) as database:
        return await database.transact(lambda tx: make_link_code(tx, _known(tx, officer_id).officer_id, now, os.urandom))


async def remove_officer(settings: Settings, officer_id: str, now: int) -> str:
    """Take an officer off every list, sign them out at the desk, and forget how to reach them."""

    def remove(tx: Transaction) -> None:
        officer = _known(tx, officer_id)
        depart(tx, officer.officer_id, policies=Policies.load(), now=now, rng=os.urandom)
        tx.audit.add(None, "officer_removed", now, about={"officer": b64u(officer.officer_id)})

    async with opened(settings, desk=True) as database:
        await database.transact(remove)
    return "Removed. Whoever knew a team's key keeps what they could copy: give the team a new key."


async def set_duty(settings: Settings, team: str, officers: tuple[str, ...], *, kind: Kind, now: int) -> str:
    """Put exactly these officers on a team's list, woken in this order."""

    def put(tx: Transaction) -> None:
        _must_be_team(settings, tx, team)
        named = [_known(tx, officer_id) for officer_id in officers]
        if any(team not in officer.team_ids for officer in named):
            raise Failed(f"an officer of this list is not of team {team}")
        for one in tx.duties.supervisors((team,)) if kind == "supervisor" else tx.duties.on_duty((team,)):
            if all(officer.officer_id != one.officer_id for officer in named):
                _end(tx, one.officer_id, team, kind, now)
        present = {one.officer_id for one in tx.duties.on_duty((team,))}
        for position, officer in enumerate(named):
            if kind == "supervisor" or officer.officer_id in present:
                tx.duties.begin(team, officer.officer_id, kind, position)
            else:
                begin_shift(tx, officer.officer_id, team, position=position, now=now, rng=os.urandom)

    async with opened(settings, desk=True) as database:
        await database.transact(put)
    return f"{len(officers)} on the list." if officers else "Nobody is on this list now: reporters are told so."


async def list_duty(settings: Settings) -> str:
    """List who is on duty for each team of an officer."""

    def lines(tx: Transaction) -> list[str]:
        teams = sorted({team for officer in tx.officers.every() for team in officer.team_ids})
        return [
            f"{team:20} {kind:10} {one.position}  {one.officer_id.hex()}  {'reachable' if one.reachable else 'NOT REACHABLE'}"
            for team in teams
            for kind, found in (("duty", tx.duties.on_duty((team,))), ("supervisor", tx.duties.supervisors((team,))))
            for one in found
        ]

    async with opened(settings, desk=True) as database:
        return "\n".join(await database.read(lines)) or "Nobody is on duty."


def _must_be_team(settings: Settings, tx: Transaction, team: str) -> None:
    """Refuse a team that the directory of keys does not have: whoever is on duty for it would never be woken."""
    stored = tx.directory.current()
    directory = DirectoryInForce(settings.secret("root_public_key")).verified(stored) if stored else None
    if directory is None or directory.team(team) is None:
        raise Failed(f"there is no team {team} in the directory of keys")


def _end(tx: Transaction, officer_id: bytes, team: str, kind: Kind, now: int) -> None:
    """Take somebody off a list; whoever goes off duty hands their cases back to the queue."""
    if kind == "supervisor":
        tx.duties.end(team, officer_id, kind)
    else:
        end_shift(tx, officer_id, team, policies=Policies.load(), now=now, rng=os.urandom)


def _known(tx: Transaction, officer_id: str) -> Officer:
    try:
        officer = tx.officers.get(bytes.fromhex(officer_id))
    except ValueError:
        officer = None
    if officer is None or not officer.active:
        raise Failed("there is no such officer; `officer list` shows their ids")
    return officer


def _line(tx: Transaction, officer: Officer) -> str:
    state = ("linked" if officer.reachable else "not linked") if officer.active else "removed"
    teams = ",".join(officer.team_ids)
    return f"{officer.officer_id.hex()}  {state:10}  {officer.role:10}  {teams:20}  {tx.officers.name(officer.officer_id)}"
