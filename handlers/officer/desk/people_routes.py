"""The routes about people, keys, the directory and the audit log."""

from typing import Any, Final

from handlers.officer.desk import admissions, audit, ceremony, directories, people, team_keys
from handlers.officer.desk.guard import ANYONE, EVERYBODY, OFFICERS, SMALL, Handler, Route, Standing
from handlers.officer.desk.parts import Body
from handlers.officer.desk.people_bodies import (
    DOCUMENT_LARGEST,
    WRAPS_LARGEST,
    CodeGiven,
    Compared,
    Joining,
    NewInvitation,
    NewTeam,
    NewTeamKey,
    OfOfficer,
    OfTeamKey,
    SignedDocument,
    Ticked,
    Wraps,
)

DECIDERS: Final[frozenset[Standing]] = frozenset({"supervisor", "administrator"})
ADMINISTRATOR: Final[frozenset[Standing]] = frozenset({"administrator"})

_ID: Final[dict[str, Any]] = {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"}
_LOG: Final = (
    ("before", {"type": "integer", "minimum": 0}),
    ("case_id", _ID),
    ("officer_id", _ID),
    ("whole", {"type": "string", "enum": ["0", "1"]}),
)
_TEAM: Final = (("team_id", {"type": "string", "pattern": "^[a-z0-9-]{1,32}$"}),)


def _get(path: str, handler: Handler, who: frozenset[Standing], query: tuple[tuple[str, dict[str, Any]], ...] = ()) -> Route:
    return Route(method="GET", path=path, handler=handler, who=who, query=query)


def _post(path: str, handler: Handler, who: frozenset[Standing], body: type[Body], largest: int = SMALL) -> Route:
    return Route(method="POST", path=path, handler=handler, who=who, body=body, largest=largest)


ROUTES: Final[tuple[Route, ...]] = (
    _post("/invitations", people.make_invitation, DECIDERS, NewInvitation),
    _get("/invitations", people.list_invitations, DECIDERS),
    _post("/invitations/withdraw", people.withdraw_invitation, DECIDERS, OfOfficer),
    _post("/officers/remove", people.remove_officer, DECIDERS, OfOfficer),
    _post("/officers/readmit", people.readmit_officer, DECIDERS, OfOfficer),
    _post("/join/look", admissions.look, ANYONE, CodeGiven),
    _post("/join", admissions.join, ANYONE, Joining),
    _get("/admissions", admissions.list_admissions, DECIDERS),
    _post("/admissions/compare", admissions.compare, DECIDERS, Compared),
    _post("/admissions/refuse", admissions.refuse, DECIDERS, OfOfficer),
    _get("/teams", team_keys.list_teams, EVERYBODY),
    _post("/teams", team_keys.plan_team, ADMINISTRATOR, NewTeam),
    _post("/team-keys", team_keys.make_team_key, OFFICERS, NewTeamKey),
    _get("/wraps/wanted", team_keys.list_wanted_wraps, OFFICERS),
    _post("/wraps", team_keys.give_wraps, OFFICERS, Wraps, WRAPS_LARGEST),
    _post("/wraps/broken", team_keys.report_broken_wrap, OFFICERS, OfTeamKey),
    _get("/rewraps/wanted", team_keys.list_wanted_rewraps, OFFICERS, _TEAM),
    _get("/directory/draft", directories.show_draft, ADMINISTRATOR),
    _post("/directory", directories.install, ADMINISTRATOR, SignedDocument, DOCUMENT_LARGEST),
    _get("/audit", audit.show_audit, DECIDERS, _LOG),
    _get("/ceremony", ceremony.show_ceremony, ADMINISTRATOR),
    _post("/ceremony/tick", ceremony.tick, ADMINISTRATOR, Ticked),
)
