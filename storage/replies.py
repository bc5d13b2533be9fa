"""Replies on their way from an officer's browser to the reporter (SEALING.md section 7): sealed to a mailbox, where they
lie until the case is erased, or to the relay, in which case intake claims them, tells the chat, and forgets them once they are read.

relay: pending ──claim──▶ sending ──▶ delivered ──▶ read        mailbox ──▶ read
          ▲──────later───────┘ └▶ failed, blocked ──▶ read      pending, sending, delivered, blocked ──▶ expired
          └──────again──────────────┘ (delivered)

Laws. The bytes of a reply to the relay go when it has failed, expired, or was read and put away. What is read one way is read.
"""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.claims import Claim
from storage.errors import AlreadyThere
from storage.scope import Repository
from storage.tables import reply


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredReply:
    """A sealed reply; `recipient` is the key id of the mailbox or of the relay."""

    message_id: bytes
    case_id: bytes
    recipient: bytes
    author: bytes
    sealed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyState:
    """Where a reply is on its way, since when."""

    message_id: bytes
    recipient: bytes
    state: str
    changed_at: int


_ADD = insert(reply).on_conflict_do_nothing()
_MAILBOX = (
    sa.select(reply)
    .where(reply.c.case_id == bindparam("case_id"), reply.c.recipient == bindparam("recipient"), reply.c.state == "mailbox")
    .order_by(reply.c.created_at, reply.c.message_id)
)
_STATES = (
    sa.select(reply.c.message_id, reply.c.recipient, reply.c.state, reply.c.changed_at)
    .where(reply.c.case_id == bindparam("case_id"))
    .order_by(reply.c.created_at, reply.c.message_id, reply.c.recipient)
)
_IS_DUE = (
    sa.select(sa.literal(1))
    .where(reply.c.case_id == bindparam("case_id"), reply.c.state == "pending", reply.c.due_at <= bindparam("now"))
    .limit(1)
)
_EXPIRE_WAITING = (
    sa.update(reply)
    .values(state="expired", due_at=None, sealed=None, changed_at=bindparam("at_moment"))
    .where(reply.c.case_id == bindparam("of_case"), reply.c.state == "pending")
)
_KNOWN = sa.select(reply.c.message_id).where(reply.c.message_id == bindparam("message_id")).limit(1)
_CLAIM = Claim(reply, "reply_id", changes={"state": "sending"})
_LIES = (
    sa.select(reply)
    .where(
        reply.c.case_id == bindparam("case_id"),
        reply.c.recipient == bindparam("recipient"),
        reply.c.state.in_(("mailbox", "read")),
        reply.c.sealed.is_not(None),
    )
    .order_by(reply.c.created_at, reply.c.message_id)
)
_FIND = sa.select(reply).where(
    reply.c.message_id == bindparam("message_id"), reply.c.recipient == bindparam("recipient"), reply.c.sealed.is_not(None)
)


def _move(to_state: str, *from_states: str, forget: bool = False) -> sa.Update:
    """Make the statement that moves a message, whichever way it goes, out of one of these states."""
    values: dict[str, Any] = {"state": to_state, "due_at": None, "changed_at": bindparam("at_moment")}
    return (
        sa.update(reply)
        .values({**values, **({"sealed": None} if forget else {})})
        .where(reply.c.message_id == bindparam("of_message"), reply.c.state.in_(from_states))
    )


_DELIVERED = _move("delivered", "sending")
_BLOCKED = _move("blocked", "sending")
_READ = _move("read", "mailbox", "pending", "sending", "delivered", "blocked")
_FAILED = _move("failed", "sending", forget=True)
_EXPIRED = _move("expired", "pending", "sending", "delivered", "blocked", forget=True)
_PENDING = sa.update(reply).values(state="pending", due_at=bindparam("to_due_at"))
_LATER = _PENDING.where(reply.c.message_id == bindparam("of_message"), reply.c.state == "sending")
_AGAIN = _PENDING.values(changed_at=bindparam("at_moment")).where(
    reply.c.message_id == bindparam("of_message"), reply.c.state == "delivered"
)
_PUT_AWAY = (
    sa.update(reply)
    .values(sealed=None)
    .where(reply.c.message_id == bindparam("of_message"), reply.c.recipient == bindparam("of_recipient"), reply.c.state == "read")
)


class Replies(Repository):
    """Replies by message id, which is refused if seen before."""

    __slots__ = ()

    def put_in_mailbox(self, added: StoredReply, now: int) -> None:
        """Leave a reply where the holder of the receipt finds it."""
        self._add(added, "mailbox", None, now)

    def put_in_relay(self, added: StoredReply, now: int) -> None:
        """Leave a reply for intake to carry to the chat."""
        self._add(added, "pending", now, now)

    def in_mailbox(self, case_id: bytes, recipient: bytes) -> tuple[StoredReply, ...]:
        """Return what lies in a mailbox, the oldest first."""
        rows = self._scope.every(_MAILBOX, {"case_id": case_id, "recipient": recipient})
        return tuple(_reply(row) for row in rows)

    def states(self, case_id: bytes) -> tuple[ReplyState, ...]:
        """Return where each reply of a case is, the oldest first; one message may go several ways."""
        return tuple(
            ReplyState(message_id=row.message_id, recipient=row.recipient, state=row.state, changed_at=row.changed_at)
            for row in self._scope.every(_STATES, {"case_id": case_id})
        )

    def is_known(self, message_id: bytes) -> bool:
        """Tell whether a message with that id was ever sent; then no other may be."""
        return self._scope.first(_KNOWN, {"message_id": message_id}) is not None

    def is_due(self, case_id: bytes, now: int) -> bool:
        """Tell whether a reply of this case is to be carried now, and nobody has claimed it."""
        return self._scope.first(_IS_DUE, {"case_id": case_id, "now": now}) is not None

    def expire_waiting(self, case_id: bytes, now: int) -> None:
        """Note that there is no way to a chat any more for what waits in a case."""
        self._scope.change(_EXPIRE_WAITING, {"of_case": case_id, "at_moment": now})

    def claim(self, now: int, limit: int, lease: int) -> tuple[StoredReply, ...]:
        """Claim replies that are to be carried to a chat."""
        return tuple(_reply(row) for row in _CLAIM.run(self._scope, now=now, limit=limit, lease=lease))

    def later(self, message_id: bytes, due_at: int) -> bool:
        """Put a claimed reply back until then."""
        return self._scope.change(_LATER, {"of_message": message_id, "to_due_at": due_at}) == 1

    def again(self, message_id: bytes, due_at: int, now: int) -> bool:
        """Let a reply that a chat was told of, and that was not read there, be told again then."""
        return self._scope.change(_AGAIN, {"of_message": message_id, "to_due_at": due_at, "at_moment": now}) == 1

    def delivered(self, message_id: bytes, now: int) -> bool:
        """Note that the messenger took what tells of a reply."""
        return self._moved(_DELIVERED, message_id, now)

    def blocked(self, message_id: bytes, now: int) -> bool:
        """Note that the chat cannot be reached; the reply lies there for whoever comes back."""
        return self._moved(_BLOCKED, message_id, now)

    def failed(self, message_id: bytes, now: int) -> bool:
        """Note that a reply is not what it must be and goes nowhere."""
        return self._moved(_FAILED, message_id, now)

    def expired(self, message_id: bytes, now: int) -> bool:
        """Note that there is no way to a chat any more on which a reply could be read."""
        return self._moved(_EXPIRED, message_id, now)

    def read(self, message_id: bytes, now: int) -> bool:
        """Note that a message was shown to the reporter, whichever way it came."""
        return self._moved(_READ, message_id, now)

    def put_away(self, message_id: bytes, recipient: bytes) -> bool:
        """Let go of the bytes of a reply that was read; its id stays known."""
        return self._scope.change(_PUT_AWAY, {"of_message": message_id, "of_recipient": recipient}) == 1

    def lying(self, case_id: bytes, recipient: bytes) -> tuple[StoredReply, ...]:
        """Return what can be read in a mailbox, read before or not, the oldest first."""
        rows = self._scope.every(_LIES, {"case_id": case_id, "recipient": recipient})
        return tuple(_reply(row) for row in rows)

    def find(self, message_id: bytes, recipient: bytes) -> StoredReply | None:
        """Return a reply that is still there to be opened."""
        row = self._scope.first(_FIND, {"message_id": message_id, "recipient": recipient})
        return None if row is None else _reply(row)

    def _moved(self, statement: sa.Update, message_id: bytes, now: int) -> bool:
        return self._scope.change(statement, {"of_message": message_id, "at_moment": now}) >= 1

    def _add(self, added: StoredReply, state: str, due_at: int | None, now: int) -> None:
        row = {
            "reply_id": self._scope.rng(16),
            "message_id": added.message_id,
            "case_id": added.case_id,
            "recipient": added.recipient,
            "author": added.author,
            "sealed": added.sealed,
            "signature": added.signature,
            "state": state,
            "due_at": due_at,
            "created_at": now,
            "changed_at": now,
        }
        if self._scope.change(_ADD, row) != 1:
            raise AlreadyThere("message_id")


def _reply(row: sa.Row[Any]) -> StoredReply:
    return StoredReply(
        message_id=row.message_id,
        case_id=row.case_id,
        recipient=row.recipient,
        author=row.author,
        sealed=row.sealed,
        signature=row.signature,
    )
