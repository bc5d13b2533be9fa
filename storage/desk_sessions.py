"""Sessions of the desk: who is signed in, until when.

Laws. The cookie's value is nowhere: only its hash is. A half session belongs to somebody whose proof was right and whose second factor is
outstanding; making it full gives it a new token. No address and no browser is kept.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.desk_tables import desk_session
from storage.scope import Repository

SessionState = Literal["half", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSession:
    """A session that is not over; `challenge` is what a passkey was asked to sign, once."""

    session_id: bytes
    officer_id: bytes
    state: SessionState
    began_at: int
    seen_at: int
    ends_at: int
    challenge: bytes | None = field(default=None, repr=False)


_S = desk_session.c
_OF_SESSION = _S.session_id == bindparam("of_session")
_OF_OFFICER = _S.officer_id == bindparam("of_officer")
_ADD = sa.insert(desk_session)
_FIND = sa.select(desk_session).where(
    _S.token_hash == bindparam("token_hash"), _S.ends_at > bindparam("now"), _S.seen_at > bindparam("idle_since")
)
_ALIVE = (
    sa.select(desk_session)
    .where(_OF_OFFICER, _S.state == "full", _S.ends_at > bindparam("now"), _S.seen_at > bindparam("idle_since"))
    .order_by(_S.began_at.desc(), _S.session_id)
)
_TOUCH = sa.update(desk_session).values(seen_at=bindparam("now")).where(_OF_SESSION, _S.seen_at < bindparam("now"))
_CHALLENGE = sa.update(desk_session).values(challenge=bindparam("to_challenge")).where(_OF_SESSION)
_COMPLETE = (
    sa.update(desk_session)
    .values(state="full", token_hash=bindparam("to_token"), seen_at=bindparam("now"), ends_at=bindparam("to_end"), challenge=None)
    .where(_OF_SESSION, _S.state == "half")
)
_END = sa.delete(desk_session).where(_OF_SESSION, _OF_OFFICER)
_END_ALL = sa.delete(desk_session).where(_OF_OFFICER)
_END_OTHERS = _END_ALL.where(_S.session_id != bindparam("but"))
_PURGE = sa.delete(desk_session).where(sa.or_(_S.ends_at <= bindparam("now"), _S.seen_at <= bindparam("idle_since")))


class DeskSessions(Repository):
    """Sessions by the hash of their token, and by officer."""

    __slots__ = ()

    def begin(self, new: DeskSession, token_hash: bytes) -> None:
        """Begin a session."""
        row = {
            "session_id": new.session_id,
            "token_hash": token_hash,
            "officer_id": new.officer_id,
            "state": new.state,
            "began_at": new.began_at,
            "seen_at": new.seen_at,
            "ends_at": new.ends_at,
            "challenge": new.challenge,
        }
        self._scope.change(_ADD, row)

    def find(self, token_hash: bytes, *, now: int, idle_since: int) -> DeskSession | None:
        """Return the session with that token, unless it is over or its person has been away too long."""
        row = self._scope.first(_FIND, {"token_hash": token_hash, "now": now, "idle_since": idle_since})
        return None if row is None else _session(row)

    def of(self, officer_id: bytes, *, now: int, idle_since: int) -> tuple[DeskSession, ...]:
        """Return an officer's full sessions, the newest first."""
        rows = self._scope.every(_ALIVE, {"of_officer": officer_id, "now": now, "idle_since": idle_since})
        return tuple(_session(row) for row in rows)

    def touch(self, session_id: bytes, now: int) -> None:
        """Note that the person is there."""
        self._scope.change(_TOUCH, {"of_session": session_id, "now": now})

    def challenge(self, session_id: bytes, challenge: bytes | None) -> None:
        """Note what a passkey is asked to sign; None once it was answered."""
        self._scope.change(_CHALLENGE, {"of_session": session_id, "to_challenge": challenge})

    def complete(self, session_id: bytes, token_hash: bytes, *, now: int, ends_at: int) -> bool:
        """Make a half session full, under a new token; False if it is not half any more."""
        parameters = {"of_session": session_id, "to_token": token_hash, "now": now, "to_end": ends_at}
        return self._scope.change(_COMPLETE, parameters) == 1

    def end(self, session_id: bytes, officer_id: bytes) -> bool:
        """End one session of an officer; False if they have none with that id."""
        return self._scope.change(_END, {"of_session": session_id, "of_officer": officer_id}) == 1

    def end_all(self, officer_id: bytes) -> int:
        """End every session of an officer; return how many."""
        return self._scope.change(_END_ALL, {"of_officer": officer_id})

    def end_others(self, officer_id: bytes, session_id: bytes) -> int:
        """End every session of an officer but this one; return how many."""
        return self._scope.change(_END_OTHERS, {"of_officer": officer_id, "but": session_id})

    def purge(self, *, now: int, idle_since: int) -> int:
        """Forget sessions that are over; return how many."""
        return self._scope.change(_PURGE, {"now": now, "idle_since": idle_since})


def _session(row: sa.Row[Any]) -> DeskSession:
    return DeskSession(
        session_id=row.session_id,
        officer_id=row.officer_id,
        state=row.state,
        began_at=row.began_at,
        seen_at=row.seen_at,
        ends_at=row.ends_at,
        challenge=row.challenge,
    )
