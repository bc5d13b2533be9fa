"""Duty officers: who they are to the program, how they are reached, and the codes that link their chat.

Laws. Names and contacts lie sealed with the desk's key; a contact is found again only by its keyed hash. A link code is
stored as a hash and works once.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.encrypted import OFFICER_CONTACT, OFFICER_NAME
from storage.errors import AlreadyThere, NotThere
from storage.scope import Repository
from storage.tables import link_code, membership, officer


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """An officer's plain facts; `reachable` tells whether a chat is linked."""

    officer_id: bytes
    team_ids: tuple[str, ...]
    language: str
    role: str
    active: bool
    reachable: bool
    left_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOfficer:
    """An officer about to be added."""

    officer_id: bytes
    team_ids: tuple[str, ...]
    language: str
    role: str
    name: str = field(repr=False)


_OFFICER = officer.c
_OF_OFFICER = _OFFICER.officer_id == bindparam("of_officer")
_FACTS = sa.select(
    _OFFICER.officer_id,
    _OFFICER.language,
    _OFFICER.role,
    _OFFICER.active,
    _OFFICER.left_at,
    _OFFICER.contact_lookup.is_not(None).label("reachable"),
)
_GET = _FACTS.where(_OF_OFFICER)
_EVERY = _FACTS.order_by(_OFFICER.officer_id)
_TEAMS = sa.select(membership.c.team_id).where(membership.c.officer_id == bindparam("of_officer")).order_by(membership.c.team_id)
_EVERY_TEAM = sa.select(membership.c.officer_id, membership.c.team_id).order_by(membership.c.team_id)
_SEALED = sa.select(_OFFICER.name, _OFFICER.contact).where(_OF_OFFICER)
_BY_CONTACT = sa.select(_OFFICER.officer_id).where(_OFFICER.contact_lookup == bindparam("contact_lookup"), _OFFICER.active)
_KNOWN = sa.select(_OFFICER.officer_id).where(_OF_OFFICER)
_ADD = sa.insert(officer)
_JOIN = sa.insert(membership)
_LEAVE_ALL = sa.delete(membership).where(membership.c.officer_id == bindparam("of_officer"))
_SET_ACTIVE = sa.update(officer).values(active=bindparam("to_active")).where(_OF_OFFICER)
_LEAVE = sa.update(officer).values(active=False, left_at=bindparam("at")).where(_OF_OFFICER)
_RETURN = sa.update(officer).values(active=True, left_at=None).where(_OF_OFFICER)
_SET_ROLE = sa.update(officer).values(role=bindparam("to_role")).where(_OF_OFFICER)
_SET_LANGUAGE = sa.update(officer).values(language=bindparam("to_language")).where(_OF_OFFICER)
_SET_CONTACT = (
    sa.update(officer).values(contact=bindparam("to_contact"), contact_lookup=bindparam("to_lookup")).where(_OF_OFFICER)
)
_FREE_CONTACT = (
    sa.update(officer).values(contact=None, contact_lookup=None).where(_OFFICER.contact_lookup == bindparam("of_lookup"))
)
_ADD_CODE = sa.insert(link_code)
_REDEEM = (
    sa.update(link_code)
    .values(used=True)
    .where(
        link_code.c.code_hash == bindparam("of_code"),
        link_code.c.used.is_(False),
        link_code.c.expires_at > bindparam("now"),
    )
)
_WHOSE_CODE = sa.select(link_code.c.officer_id).where(link_code.c.code_hash == bindparam("of_code"))
_VOID_CODES = (
    sa.update(link_code).values(used=True).where(link_code.c.officer_id == bindparam("of_officer"), link_code.c.used.is_(False))
)
_PURGE_CODES = sa.delete(link_code).where(link_code.c.expires_at < bindparam("before"))


class Officers(Repository):
    """Officers by id. Only a process with the desk key sees names and contacts."""

    __slots__ = ()

    def add(self, new: NewOfficer) -> None:
        """Add an active officer without a contact; raise AlreadyThere for a known id."""
        if self._scope.first(_KNOWN, {"of_officer": new.officer_id}) is not None:
            raise AlreadyThere("officer_id")
        self._scope.change(
            _ADD,
            {
                "officer_id": new.officer_id,
                "language": new.language,
                "role": new.role,
                "active": True,
                "name": self._scope.vault.seal(OFFICER_NAME, new.officer_id, new.name.encode()),
                "contact": None,
                "contact_lookup": None,
            },
        )
        self._join(new.officer_id, new.team_ids)

    def get(self, officer_id: bytes) -> Officer | None:
        """Return an officer's plain facts."""
        row = self._scope.first(_GET, {"of_officer": officer_id})
        if row is None:
            return None
        teams = self._scope.every(_TEAMS, {"of_officer": officer_id})
        return _officer(row, tuple(team.team_id for team in teams))

    def every(self) -> tuple[Officer, ...]:
        """Return all officers, those who left included."""
        teams: dict[bytes, list[str]] = {}
        for row in self._scope.every(_EVERY_TEAM, {}):
            teams.setdefault(row.officer_id, []).append(row.team_id)
        return tuple(_officer(row, tuple(teams.get(row.officer_id, ()))) for row in self._scope.every(_EVERY, {}))

    def name(self, officer_id: bytes) -> str:
        """Return an officer's name."""
        row = self._sealed(officer_id)
        return self._scope.vault.unseal(OFFICER_NAME, officer_id, row.name).decode()

    def set_active(self, officer_id: bytes, active: bool) -> None:
        """Let an officer work, or no longer."""
        self._change(_SET_ACTIVE, of_officer=officer_id, to_active=active)

    def leave(self, officer_id: bytes, now: int) -> None:
        """Let an officer work no longer; the next directory retires their key from that moment."""
        self._change(_LEAVE, of_officer=officer_id, at=now)

    def come_back(self, officer_id: bytes) -> None:
        """Let an officer work who had left, with new keys."""
        self._change(_RETURN, of_officer=officer_id)

    def set_role(self, officer_id: bytes, role: str) -> None:
        """Set what an officer may do."""
        self._change(_SET_ROLE, of_officer=officer_id, to_role=role)

    def set_language(self, officer_id: bytes, language: str) -> None:
        """Set the language in which an officer is addressed."""
        self._change(_SET_LANGUAGE, of_officer=officer_id, to_language=language)

    def set_teams(self, officer_id: bytes, team_ids: Collection[str]) -> None:
        """Set which teams an officer belongs to."""
        self._scope.change(_LEAVE_ALL, {"of_officer": officer_id})
        self._join(officer_id, team_ids)

    def set_contact(self, officer_id: bytes, contact: bytes, lookup: bytes) -> None:
        """Link an officer's chat; a chat that was another officer's is theirs no more."""
        self._scope.change(_FREE_CONTACT, {"of_lookup": lookup})
        sealed = self._scope.vault.seal(OFFICER_CONTACT, officer_id, contact)
        self._change(_SET_CONTACT, of_officer=officer_id, to_contact=sealed, to_lookup=lookup)

    def contact(self, officer_id: bytes) -> bytes | None:
        """Return how an officer is reached, if a chat is linked."""
        stored = self._sealed(officer_id).contact
        return None if stored is None else self._scope.vault.unseal(OFFICER_CONTACT, officer_id, stored)

    def clear_contact(self, officer_id: bytes) -> None:
        """Unlink an officer's chat."""
        self._change(_SET_CONTACT, of_officer=officer_id, to_contact=None, to_lookup=None)

    def by_contact(self, lookup: bytes) -> bytes | None:
        """Return the active officer whose chat has that keyed hash."""
        row = self._scope.first(_BY_CONTACT, {"contact_lookup": lookup})
        return None if row is None else row.officer_id

    def add_link_code(self, code_hash: bytes, officer_id: bytes, expires_at: int) -> None:
        """Keep the hash of a fresh link code."""
        row = {"code_hash": code_hash, "officer_id": officer_id, "expires_at": expires_at, "used": False}
        self._scope.change(_ADD_CODE, row)

    def redeem_link_code(self, code_hash: bytes, now: int) -> bytes | None:
        """Use a link code up; return whose it is, or None if it is unknown, used or expired."""
        if self._scope.change(_REDEEM, {"of_code": code_hash, "now": now}) != 1:
            return None
        row = self._scope.first(_WHOSE_CODE, {"of_code": code_hash})
        return None if row is None else row.officer_id

    def void_link_codes(self, officer_id: bytes) -> int:
        """Let none of an officer's codes work any more; return how many did."""
        return self._scope.change(_VOID_CODES, {"of_officer": officer_id})

    def purge_link_codes(self, before: int) -> int:
        """Forget codes that expired before that moment; return how many."""
        return self._scope.change(_PURGE_CODES, {"before": before})

    def _join(self, officer_id: bytes, team_ids: Collection[str]) -> None:
        self._scope.change_many(_JOIN, [{"officer_id": officer_id, "team_id": team_id} for team_id in team_ids])

    def _sealed(self, officer_id: bytes) -> sa.Row[Any]:
        row = self._scope.first(_SEALED, {"of_officer": officer_id})
        if row is None:
            raise NotThere("officer")
        return row

    def _change(self, statement: sa.Update, **parameters: object) -> None:
        if self._scope.change(statement, parameters) != 1:
            raise NotThere("officer")


def _officer(row: sa.Row[Any], team_ids: tuple[str, ...]) -> Officer:
    return Officer(
        officer_id=row.officer_id,
        team_ids=team_ids,
        language=row.language,
        role=row.role,
        active=row.active,
        reachable=bool(row.reachable),
        left_at=row.left_at,
    )
