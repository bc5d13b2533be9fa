"""How a move is carried out: one transaction in which the case is found, moved, written to, and the audit log told.

Laws. The case's head is locked first, so of two officers one moves and the other is told how it stands. Entries are checked against who
could read the case before the move. A refusal undoes all of it. What was read stays read: an officer's own entries are nobody's news.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from handlers.officer.desk.answers import ok
from handlers.officer.desk.appending import append, must_be_next
from handlers.officer.desk.case_access import id_in_path, visible
from handlers.officer.desk.case_bodies import MoveBody
from handlers.officer.desk.guard import OFFICERS, Handler, Route, Standing
from handlers.officer.desk.parts import Body, Call, DeskParts, Who
from handlers.officer.desk.rows import rows
from storage.audit import About
from storage.case_values import CaseRow, StoredHead
from storage.transaction import Transaction

LARGEST: Final = 1024 * 1024
"""Bytes of a move's body; a note is a few kilobytes, and nobody types a megabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moving:
    """A move under way: the case as it was before, and who moves it."""

    tx: Transaction
    parts: DeskParts
    who: Who
    case: CaseRow
    head: StoredHead
    wrapped_to: frozenset[bytes]
    now: int

    @property
    def case_id(self) -> bytes:
        """The case's id."""
        return self.case.case_id

    @property
    def me(self) -> bytes:
        """The officer's id."""
        return self.who.officer_id


Apply = Callable[[Moving, Any], About | None]
"""Moves the case, or refuses; what it returns is written into the audit log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One kind of move. `reads`: whoever makes it answers for having read everything."""

    name: str
    apply: Apply
    body: type[MoveBody] = MoveBody
    who: frozenset[Standing] = OFFICERS
    reads: bool = False

    def route(self) -> Route:
        """The line of the table."""
        body: type[Body] = self.body
        path = f"/cases/{{case_id}}/moves/{self.name}"
        return Route(method="POST", path=path, handler=_handler(self), who=self.who, body=body, largest=LARGEST)


def _handler(move: Move) -> Handler:
    async def handle(call: Call) -> web.StreamResponse:
        case_id = id_in_path(call.request, "case_id")
        moved = await call.parts.database.transact(lambda tx: _carry_out(tx, call, case_id, move))
        call.parts.ring()
        return ok(moved)

    return handle


def _carry_out(tx: Transaction, call: Call, case_id: bytes, move: Move) -> dict[str, Any]:
    body: MoveBody = call.body
    moving = begin(tx, call, case_id)
    if body.entries:
        must_be_next(moving.head, body.expected_seq)
    about = move.apply(moving, body)
    entries = append(
        tx,
        call.parts.directory,
        case_id,
        moving.head,
        body.entries,
        officer_id=moving.me,
        wrapped_to=moving.wrapped_to,
        now=call.now,
    )
    if move.reads or not moving.case.unread:
        tx.cases.mark_read(case_id, entries - 1)
    (row,) = rows(tx, call.parts.directory, [case_id], call.now)
    tx.audit.add(moving.me, f"case_{move.name}", call.now, case_id=case_id, about=about)
    return {"row": row, "entries": entries}


def begin(tx: Transaction, call: Call, case_id: bytes) -> Moving:
    """Lock a case that this officer may see."""
    visible(tx, call.parts.directory, call.who, case_id)
    head = tx.cases.head(case_id)
    case = visible(tx, call.parts.directory, call.who, case_id)
    return Moving(
        tx=tx,
        parts=call.parts,
        who=call.who,
        case=case,
        head=head,
        wrapped_to=tx.cases.keys_of([case_id]).get(case_id, frozenset()),
        now=call.now,
    )
