"""The queue of cases, the areas they may be of, and the officers they may be with.

Laws. A page holds only cases that a team of the officer may open. Order: most urgent first, then longest waiting, by the hour; whoever
shows a page orders those of one hour by `waiting_since`. Nothing is searched here: words are only in the officer's browser.
"""

from typing import Any, Final

from aiohttp import web

from handlers.directory_in_force import DirectoryInForce
from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.case_access import keys_of, teams_of, visible
from handlers.officer.desk.parts import Call
from handlers.officer.desk.rows import rows
from handlers.officer.desk.scope import read_id
from sealing.encoding import b64u
from storage.case_queue import After
from storage.tables import URGENCIES
from storage.transaction import Transaction

PAGE: Final = 50
"""Cases of a page that does not say how many: what a screen shows, and a little more."""
LONGEST_PAGE: Final = 200
OPEN: Final = ("new", "taken", "referred")
STATES: Final[dict[str, tuple[str, ...]]] = {
    "": OPEN,
    "waiting": ("new",),
    "taken": ("taken",),
    "mine": ("taken",),
    "snoozed": OPEN,
    "referred": ("referred",),
    "closed": ("closed", "withdrawn"),
}
"""What a filter means; without one, everything that is not over."""
LANGUAGES: Final = ("sq", "sr-Latn", "sr-Cyrl", "en")
QUERY: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("team", {"type": "string", "pattern": "^[a-z0-9-]{1,32}$"}),
    ("state", {"type": "string", "enum": [name for name in STATES if name]}),
    ("urgency", {"type": "string", "enum": list(URGENCIES)}),
    ("after", {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"}),
    ("limit", {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE}),
)


async def queue(call: Call) -> web.StreamResponse:
    """One page of the queue."""
    asked = call.request.query
    state, urgency = asked.get("state", ""), asked.get("urgency") or None
    if state not in STATES or (urgency is not None and urgency not in URGENCIES):
        raise Refused(400, "malformed")
    limit, key_ids = _limit(asked.get("limit", str(PAGE))), _keys(call, asked.get("team"))
    follows = read_id(asked["after"]) if asked.get("after") else None

    def read(tx: Transaction) -> tuple[list[dict[str, Any]], bool]:
        found = _page(tx, call, state, key_ids, urgency, follows, limit + 1)
        return rows(tx, call.parts.directory, found[:limit], call.now), len(found) > limit

    cases, more = await call.parts.database.read(read) if key_ids else ([], False)
    return ok({"now": call.now, "cases": cases, "more": more})


async def areas(call: Call) -> web.StreamResponse:
    """The municipalities of the country, and the team of each."""
    places, directory = call.parts.places, call.parts.directory
    teams = {area: team.team_id for team in directory.now.teams for area in team.areas} if directory.is_known else {}
    return ok(
        [
            {
                "code": code,
                "names": {language: places.name(code, language) for language in LANGUAGES},
                "region": places.region_of(code),
                "team_id": teams.get(code),
            }
            for code in places.codes()
        ]
    )


async def officers(call: Call) -> web.StreamResponse:
    """Everybody who works here, and who did: for handing over, and to name who wrote what."""

    def read(tx: Transaction) -> list[dict[str, Any]]:
        everybody = tx.officers.every()
        teams = {team for one in everybody for team in one.team_ids}
        on_duty = {one.officer_id for one in tx.duties.on_duty(teams)}
        signers = _signers(tx, call.parts.directory)
        return [
            {
                "officer_id": b64u(one.officer_id),
                "name": tx.officers.name(one.officer_id),
                "role": one.role,
                "team_ids": list(one.team_ids),
                "active": one.active,
                "on_duty": one.officer_id in on_duty,
                "signer_ids": [b64u(signer_id) for officer_id, signer_id in signers if officer_id == one.officer_id],
            }
            for one in everybody
        ]

    return ok(await call.parts.database.read(read))


def _signers(tx: Transaction, directory: DirectoryInForce) -> list[tuple[bytes, bytes]]:
    """Who signs as whom: as the directory in force says, and as those joined here whom it does not name any more."""
    listed = [(one.officer_id, one.signer_id) for one in directory.now.members] if directory.is_known else []
    joined = [(one.officer_id, one.signer_id) for one in tx.admissions.every()]
    return list(dict.fromkeys((*listed, *joined)))


def _page(
    tx: Transaction,
    call: Call,
    state: str,
    key_ids: tuple[bytes, ...],
    urgency: str | None,
    follows: bytes | None,
    limit: int,
) -> tuple[bytes, ...]:
    after = None
    if follows is not None:
        last = visible(tx, call.parts.directory, call.who, follows)
        after = After(urgency=last.urgency, opened_hour=last.opened_hour, case_id=last.case_id)
    if state == "mine":
        return tx.cases.held(call.who.officer_id, key_ids=key_ids, now=call.now, limit=limit, urgency=urgency, after=after)
    if state == "snoozed":
        return tx.cases.put_off(key_ids=key_ids, now=call.now, limit=limit, urgency=urgency, after=after)
    return tx.cases.queued(states=STATES[state], key_ids=key_ids, now=call.now, limit=limit, urgency=urgency, after=after)


def _keys(call: Call, team_id: str | None) -> tuple[bytes, ...]:
    """The keys of the officer's teams, or of the one that was asked for."""
    directory, who = call.parts.directory, call.who
    if not team_id:
        return keys_of(directory, who.officer_id, who.team_ids)
    if team_id not in teams_of(directory, who.officer_id, who.team_ids):
        raise Refused(403, "team")
    return keys_of(directory, who.officer_id, (team_id,))


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 1 <= int(text) <= LONGEST_PAGE):
        raise Refused(400, "malformed")
    return int(text)
