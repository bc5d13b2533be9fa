"""Replies on their way from an officer's browser to the reporter (SEALING.md section 7): sealed to a mailbox, where they
lie until the case is erased, or to the relay, in which case intake claims them, carries them to the chat and forgets them."""

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


_ADD = insert(reply).on_conflict_do_nothing()
_MAILBOX = (
    sa.select(reply)
    .where(reply.c.case_id == bindparam("case_id"), reply.c.recipient == bindparam("recipient"), reply.c.state == "mailbox")
    .order_by(reply.c.created_at, reply.c.message_id)
)
_CLAIM = Claim(reply, "message_id", changes={"state": "sending"})
_UNDER_WAY = (reply.c.message_id == bindparam("of_message"), reply.c.state == "sending")
_SETTLE = sa.update(reply).values(state=bindparam("to_state"), due_at=None, sealed=None).where(*_UNDER_WAY)
_LATER = sa.update(reply).values(state="pending", due_at=bindparam("to_due_at")).where(*_UNDER_WAY)


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

    def claim(self, now: int, limit: int, lease: int) -> tuple[StoredReply, ...]:
        """Claim replies that are to be carried to a chat."""
        return tuple(_reply(row) for row in _CLAIM.run(self._scope, now=now, limit=limit, lease=lease))

    def sent(self, message_id: bytes) -> bool:
        """Note that a reply has reached its chat; its bytes go, its id stays known."""
        return self._scope.change(_SETTLE, {"of_message": message_id, "to_state": "sent"}) == 1

    def failed(self, message_id: bytes, retry_at: int | None) -> bool:
        """Note that a reply was not carried: try again then, or never (None)."""
        if retry_at is None:
            return self._scope.change(_SETTLE, {"of_message": message_id, "to_state": "failed"}) == 1
        return self._scope.change(_LATER, {"of_message": message_id, "to_due_at": retry_at}) == 1

    def _add(self, added: StoredReply, state: str, due_at: int | None, now: int) -> None:
        row = {
            "message_id": added.message_id,
            "case_id": added.case_id,
            "recipient": added.recipient,
            "author": added.author,
            "sealed": added.sealed,
            "signature": added.signature,
            "state": state,
            "due_at": due_at,
            "created_at": now,
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
