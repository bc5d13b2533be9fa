"""Invitations, and who joined by one and waits to be let in.

Laws. Of an invitation's code only a hash is stored, and it works once. A name lies sealed with the desk's key. What an admission holds is
public keys. Somebody who is invited again (new keys after a lost passphrase) keeps their officer id.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.desk_tables import admission, invitation
from storage.encrypted import INVITED_NAME
from storage.scope import Repository

Decision = Literal["compared", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Somebody who may join until `expires_at`."""

    officer_id: bytes
    name: str = field(repr=False)
    role: str
    team_ids: tuple[str, ...]
    language: str
    invited_by: bytes | None
    invited_at: int
    expires_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Somebody who has joined: the keys that they made, and whether these were compared aloud."""

    officer_id: bytes
    identity_key: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)
    key_id: bytes
    signer_id: bytes
    joined_at: int
    state: str = "waiting"
    decided_by: bytes | None = None
    decided_at: int | None = None


_I = invitation.c
_A = admission.c
_LIVE: Final = (_I.used_at.is_(None), _I.withdrawn.is_(False), _I.expires_at > bindparam("now"))
_INVITE = sa.insert(invitation)
_UNINVITE = sa.delete(invitation).where(_I.officer_id == bindparam("of_officer"))
_EVERY_LIVE = sa.select(invitation).where(*_LIVE).order_by(_I.invited_at, _I.officer_id)
_BY_CODE = sa.select(invitation).where(_I.code_hash == bindparam("of_code"), *_LIVE)
_BY_NAME = sa.select(_I.officer_id).where(_I.name_lookup == bindparam("of_name"), *_LIVE)
_USE = sa.update(invitation).values(used_at=bindparam("now")).where(_I.code_hash == bindparam("of_code"), *_LIVE)
_PURGE = sa.delete(invitation).where(_I.expires_at < bindparam("before"))
_JOIN = sa.insert(admission)
_LEAVE = sa.delete(admission).where(_A.officer_id == bindparam("of_officer"))
_EVERY = sa.select(admission).order_by(_A.joined_at, _A.officer_id)
_OF = sa.select(admission).where(_A.officer_id == bindparam("of_officer"))
_SAME_KEY = sa.select(_A.officer_id).where(sa.or_(_A.key_id == bindparam("key_id"), _A.signer_id == bindparam("signer_id")))
_DECIDE = (
    sa.update(admission)
    .values(state=bindparam("to_state"), decided_by=bindparam("by"), decided_at=bindparam("at"))
    .where(
        _A.officer_id == bindparam("of_officer"),
        _A.key_id == bindparam("of_key"),
        _A.signer_id == bindparam("of_signer"),
        _A.state == "waiting",
    )
)


class Admissions(Repository):
    """Invitations and admissions by officer id."""

    __slots__ = ()

    def invite(self, new: Invitation, *, code_hash: bytes, name_lookup: bytes) -> None:
        """Keep an invitation; an earlier one of the same officer works no more."""
        self._scope.change(_UNINVITE, {"of_officer": new.officer_id})
        self._scope.change(
            _INVITE,
            {
                "officer_id": new.officer_id,
                "code_hash": code_hash,
                "name": self._scope.vault.seal(INVITED_NAME, new.officer_id, new.name.encode()),
                "name_lookup": name_lookup,
                "role": new.role,
                "team_ids": json.dumps(new.team_ids),
                "language": new.language,
                "invited_by": new.invited_by,
                "invited_at": new.invited_at,
                "expires_at": new.expires_at,
                "used_at": None,
                "withdrawn": False,
            },
        )

    def invitations(self, now: int) -> tuple[Invitation, ...]:
        """Return the invitations that still work, the oldest first."""
        return tuple(self._invitation(row) for row in self._scope.every(_EVERY_LIVE, {"now": now}))

    def by_code(self, code_hash: bytes, now: int) -> Invitation | None:
        """Return the invitation with that code, if it still works."""
        row = self._scope.first(_BY_CODE, {"of_code": code_hash, "now": now})
        return None if row is None else self._invitation(row)

    def use(self, code_hash: bytes, now: int) -> bool:
        """Use an invitation up; of two who try one wins."""
        return self._scope.change(_USE, {"of_code": code_hash, "now": now}) == 1

    def withdraw(self, officer_id: bytes) -> bool:
        """Forget an invitation; tell whether there was one."""
        return self._scope.change(_UNINVITE, {"of_officer": officer_id}) == 1

    def invited_as(self, name_lookup: bytes, now: int) -> bytes | None:
        """Return the officer who is invited under that name."""
        row = self._scope.first(_BY_NAME, {"of_name": name_lookup, "now": now})
        return None if row is None else row.officer_id

    def purge_invitations(self, before: int) -> int:
        """Forget invitations that ended before that moment, used ones too; return how many."""
        return self._scope.change(_PURGE, {"before": before})

    def join(self, new: Admission) -> None:
        """Keep the keys of somebody who joined; they replace what the same officer joined with before."""
        self.leave(new.officer_id)
        self._scope.change(_JOIN, {name: getattr(new, name) for name in Admission.__slots__})

    def leave(self, officer_id: bytes) -> bool:
        """Forget somebody's keys; tell whether there were any."""
        return self._scope.change(_LEAVE, {"of_officer": officer_id}) == 1

    def of(self, officer_id: bytes) -> Admission | None:
        """Return with which keys an officer joined."""
        row = self._scope.first(_OF, {"of_officer": officer_id})
        return None if row is None else _admission(row)

    def every(self) -> tuple[Admission, ...]:
        """Return everybody who ever joined with the keys that they have now."""
        return tuple(_admission(row) for row in self._scope.every(_EVERY, {}))

    def has_key(self, key_id: bytes, signer_id: bytes) -> bool:
        """Tell whether somebody joined with one of these keys."""
        return self._scope.first(_SAME_KEY, {"key_id": key_id, "signer_id": signer_id}) is not None

    def decide(self, admission_of: Admission, decision: Decision, *, by: bytes, now: int) -> bool:
        """Note that exactly these keys were compared aloud, or refused; False if they are no longer waiting."""
        row = {
            "of_officer": admission_of.officer_id,
            "of_key": admission_of.key_id,
            "of_signer": admission_of.signer_id,
            "to_state": decision,
            "by": by,
            "at": now,
        }
        return self._scope.change(_DECIDE, row) == 1

    def _invitation(self, row: sa.Row[Any]) -> Invitation:
        return Invitation(
            officer_id=row.officer_id,
            name=self._scope.vault.unseal(INVITED_NAME, row.officer_id, row.name).decode(),
            role=row.role,
            team_ids=tuple(json.loads(row.team_ids)),
            language=row.language,
            invited_by=row.invited_by,
            invited_at=row.invited_at,
            expires_at=row.expires_at,
        )


def _admission(row: sa.Row[Any]) -> Admission:
    return Admission(**{name: getattr(row, name) for name in Admission.__slots__})
