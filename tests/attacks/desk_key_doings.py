"""What people do at the desk with teams and their keys, each as the request that their browser would send."""

import os
from random import Random
from typing import Final

from sealing.case import WRAP_BYTES, wrap_case_seed
from sealing.encoding import b64u
from sealing.identity import Identity
from tests.attacks.desk_asking import Asked, got, posted
from tests.attacks.desk_crew import Crew, Person
from tests.attacks.desk_doings import CASE, Doing, move


async def plan_team(crew: Crew, _who: Person, rng: Random) -> Asked:
    team_id = rng.choice((f"team-{os.urandom(3).hex()}", "peje"))
    areas = rng.choice(([], [rng.choice(sorted(crew.office.parts.places.codes()))]))
    return posted("/teams", {"team_id": team_id, "name": f"Team {team_id}", "areas": areas if team_id != "peje" else ["peje"]})


async def make_team_key(crew: Crew, who: Person, rng: Random) -> Asked | None:
    teams = crew.teams_of(who)
    if not teams:
        return None
    known = [*crew.made.values(), *crew.office.teams.values(), crew.office.relay]
    key = rng.choice(known) if rng.random() < 0.25 else Identity.generate(os.urandom)
    crew.made[key.key_id] = key
    body = {"public_key": b64u(key.recipient.public_key), "sealed": b64u(os.urandom(WRAP_BYTES))}
    return posted("/team-keys", {"team_id": rng.choice(teams), **body})


async def give_wraps(crew: Crew, who: Person, rng: Random) -> Asked | None:
    directory = crew.office.parts.directory.now
    me, teams = directory.member(who.officer_id), crew.teams_of(who)
    if me is None or not teams:
        return None
    wanted = await crew.done(who, got("/wraps/wanted")) or []
    pairs = [(b64u(team.key.key_id), b64u(me.key.key_id)) for team in directory.teams if team.team_id in teams]
    pairs += [(one["team_key_id"], one["member_key_id"]) for one in wanted[:5]]
    chosen = rng.sample(pairs, rng.randrange(1, len(pairs) + 1))
    return posted(
        "/wraps",
        {
            "wraps": [
                {"team_key_id": team, "member_key_id": member, "sealed": b64u(os.urandom(WRAP_BYTES))} for team, member in chosen
            ]
        },
    )


async def report_broken(crew: Crew, who: Person, rng: Random) -> Asked | None:
    given = await give_wraps(crew, who, rng)
    if given is None or await crew.done(who, given) is None:
        return None
    told = await crew.done(who, got("/me"))
    wraps = told["team_wraps"] if told else ()
    return posted("/wraps/broken", {"team_key_id": rng.choice(wraps)["team_key_id"]}) if wraps else None


async def install(crew: Crew, who: Person, _rng: Random) -> Asked | None:
    crew.office.later(60)
    drafted = await crew.done(who, got("/directory/draft"))
    return posted("/directory", crew.sign_off_line(drafted["document"])) if drafted and not drafted["faults"] else None


async def rewrap(crew: Crew, who: Person, rng: Random) -> Asked | None:
    """A case whose team has got a new key since, which every member holds."""
    teams = crew.teams_of(who)
    if not teams:
        return None
    team_id = rng.choice(teams)
    report = await crew.report(team_id)
    if not await _renewed(crew, who, team_id, rng):
        return None
    team = next(one for one in crew.office.parts.directory.now.teams if one.team_id == team_id)
    wrap = wrap_case_seed(team.key, report.case_id, report.case.identity.seed)
    wraps = [{"key_id": b64u(wrap.key_id), "sealed": b64u(wrap.sealed)}]
    access = {"kind": "access", "key_id": b64u(team.key.key_id)}
    return await move(crew, who, report, "rewrap", access, team_id=team_id, wraps=wraps)


async def _renewed(crew: Crew, who: Person, team_id: str, rng: Random) -> bool:
    """Make a team's new key, have it signed off line, and hand it to every member."""
    key = Identity.generate(os.urandom)
    crew.made[key.key_id] = key
    made = {"public_key": b64u(key.recipient.public_key), "sealed": b64u(os.urandom(WRAP_BYTES))}
    if await crew.done(who, posted("/team-keys", {"team_id": team_id, **made})) is None:
        return False
    for one in crew.people:
        signed = await install(crew, one, rng) if one.role == "administrator" and await crew.is_in(one) else None
        if signed is not None:
            await crew.ask(one, signed)
    directory = crew.office.parts.directory.now
    members = [b64u(one.key.key_id) for one in directory.members if team_id in one.team_ids]
    given = [{"team_key_id": b64u(key.key_id), "member_key_id": one, "sealed": b64u(os.urandom(WRAP_BYTES))} for one in members]
    return await crew.is_in(who) and await crew.done(who, posted("/wraps", {"wraps": given})) is not None


DOINGS: Final[dict[str, Doing]] = {
    "/teams": plan_team,
    "/team-keys": make_team_key,
    "/wraps": give_wraps,
    "/wraps/broken": report_broken,
    "/directory": install,
    f"{CASE}/moves/rewrap": rewrap,
}
