"""The bodies of requests about cases: strict, bounded, nothing beyond what is named here."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from handlers.officer.desk.parts import Body

ENTRIES_AT_ONCE = 20
"""Entries of one move; the desk writes one or two. A body of a request is bounded as a whole besides."""
WAYS_OF_A_REPLY = 8
"""Recipients of one message: the chat, and the mailbox of each receipt; a case has one receipt at a time."""
LONGEST_SNOOZE = 400 * 24 * 3600
"""Seconds; beyond a year nobody means to come back to a case, they mean to close it."""

_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22}$")]
_Hash = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]
_Signature = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{86}$")]
_Sealed = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$", min_length=1, max_length=1_000_000)]
_Wrap = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1558}$")]
_TeamId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
_Area = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
_Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
_Moment = Annotated[int, Field(ge=0, le=2**53)]


class SealedEntryBody(Body):
    """An entry as the browser sealed it; its number follows from its place, its author from the session."""

    entry_id: _Id
    body: _Sealed
    hash: _Hash
    signature: _Signature


class ReadBody(Body):
    """How many entries of a case were read."""

    entries: _Number


class MoveBody(Body):
    """A move that needs no word."""

    entries: Annotated[list[SealedEntryBody], Field(max_length=ENTRIES_AT_ONCE, default_factory=list)]
    expected_seq: _Number = 0


class ToldMoveBody(MoveBody):
    """A move that an entry tells of."""

    entries: Annotated[list[SealedEntryBody], Field(min_length=1, max_length=ENTRIES_AT_ONCE)]
    expected_seq: _Number


class HandOverBody(ToldMoveBody):
    """To whom a case is handed; the entry is a note."""

    to_officer: _Id


class SnoozeBody(MoveBody):
    """Until when a case is put off; null: until the reporter writes."""

    until: _Moment | None


class UrgencyBody(ToldMoveBody):
    """How urgent a case is from now on; the entry says why."""

    urgency: Literal["P0", "P1", "P2", "P3"]


class AreaBody(ToldMoveBody):
    """Where it happened; null: not known."""

    area: _Area | None


class WrapBody(Body):
    """The case's secret, sealed to a team."""

    key_id: _Id
    sealed: _Wrap


class LetInBody(ToldMoveBody):
    """Which team may read from now on, or by which new key of its own; the entry is `access`."""

    team_id: _TeamId
    wraps: Annotated[list[WrapBody], Field(min_length=1, max_length=1)]


class ShutOutBody(ToldMoveBody):
    """Which team may not read any more."""

    team_id: _TeamId


class SealedReplyBody(Body):
    """A message to the reporter, sealed to one way back."""

    recipient: _Id
    sealed: _Sealed
    signature: _Signature


class ReplyBody(ToldMoveBody):
    """A message to the reporter on every way back; the entry is the same message."""

    message_id: _Id
    replies: Annotated[list[SealedReplyBody], Field(min_length=1, max_length=WAYS_OF_A_REPLY)]
