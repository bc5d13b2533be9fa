"""One chat as the host remembers it: the flow's session, what stands in the chat, and the case it may have opened.

Laws. It goes to JSON and back, is stored only sealed (`session.state`), and is the only thing between two turns. A case's
secret is in it only while the area's team may still have to be added (SEALING.md section 4: until the conversation ends, at
most one hour), and what opens the answers to a code only while the conversation that came back with it is open; the receipt only
until its card was shown and put away. Of the team's messages it holds ids, never a word.
"""

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flows.session import Session
from handlers.channel import Address
from handlers.tally import NOTHING, Tally

VERSION: Final = 1
SEED_KEPT_FOR: Final = 3600
"""Seconds that intake keeps a case's secret, for the wrap of the area's team (SEALING.md section 4)."""


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode()


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHandle:
    """The case this chat writes to. `opened` is false while only its id is reserved for the blobs that came first; `seq` is the
    number of the next entry and `hash` what it is chained to (SEALING.md section 4). `shut_out` are teams that could read until the
    reporter said that they must not."""

    case_id: bytes
    opened: bool = False
    public_key: bytes = b""
    seq: int = 0
    hash: bytes = b""
    team_ids: tuple[str, ...] = ()
    seed: bytes = field(default=b"", repr=False)
    seed_until: int = 0
    receipt: str = field(default="", repr=False)
    receipt_shown: bool = False
    shut_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Everything that is kept of a chat. `trash` are messages to take back, `kept` those the reporter asked to leave; each with
    the time it was sent, since a messenger refuses to delete what is older than 48 hours. `pending` are `attachment` entries whose blobs
    are sealed already and whose case is not open yet. `quiet`: what is still to be shown may change the card, and send no new one.
    `spoke_after` is the newest message id known when the oldest card that may not have been noted was decided: a card that was sent and
    whose id was lost with the process has one of the next ids. `answers` are messages of the team that lie here to be read, in order; of
    those in `telling` it is not known yet whether the messenger took what tells of them. `mailbox` opens answers to the code that was
    typed here, until `mailbox_until`.
    """

    address: Address = field(repr=False)
    flow: Session | None = field(default=None, repr=False)
    card: int | None = None
    card_at: int = 0
    trash: tuple[tuple[int, int], ...] = ()
    kept: tuple[tuple[int, int], ...] = ()
    case: CaseHandle | None = None
    pending: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    officer: str = "none"
    forgotten: bool = False
    unreachable: bool = False
    quiet: bool = False
    spoke_after: int = 0
    answers: tuple[bytes, ...] = ()
    telling: tuple[bytes, ...] = ()
    mailbox: bytes = field(default=b"", repr=False)
    mailbox_until: int = 0
    tally: Tally = NOTHING

    @property
    def newest_id(self) -> int:
        """The newest message of this chat that is known here."""
        return max((self.card or 0, *(one for one, _ in self.trash), *(one for one, _ in self.kept)))

    @property
    def due_at(self) -> int | None:
        """The next moment at which this chat must be woken."""
        moments = [timer.due_at for timer in self.flow.timers] if self.flow else []
        if self.case and self.case.seed_until:
            moments.append(self.case.seed_until)
        if self.mailbox:
            moments.append(self.mailbox_until)
        return min(moments, default=None)

    def with_case(self, case: CaseHandle | None) -> "Chat":
        """The same chat, writing to this case."""
        return replace(self, case=case)

    def with_trash(self, message_id: int | None, at: int) -> "Chat":
        """Remember one more message to take back."""
        return self if message_id is None else replace(self, trash=(*_without(self.trash, message_id), (message_id, at)))

    def with_strays(self, message_ids: Iterable[int], at: int) -> "Chat":
        """Remember ids of which one may be a card that nobody noted, to take them back when hiding; what shall stay is left out."""
        known = {one for one, _ in (*self.trash, *self.kept)}
        return replace(self, trash=(*((one, at) for one in message_ids if one not in known and one != self.card), *self.trash))

    def with_kept(self, message_id: int, at: int) -> "Chat":
        """Remember one more message that stays until the chat is hidden."""
        return replace(self, kept=(*self.kept, (message_id, at)), trash=_without(self.trash, message_id))

    def to_json(self) -> dict[str, Any]:
        """Write what is not empty, as values that JSON knows."""
        written: dict[str, Any] = {"v": VERSION, "to": [self.address.channel, self.address.bot_id, self.address.chat_id]}
        if self.flow is not None:
            written["flow"] = self.flow.to_json()
        if self.case is not None:
            written["case"] = _case_to_json(self.case)
        if self.pending:
            written["pending"] = list(self.pending)
        for name in ("card", "card_at", "trash", "kept", "forgotten", "unreachable", "quiet", "spoke_after"):
            if value := getattr(self, name):
                written[name] = value
        for name in ("answers", "telling"):
            if ids := getattr(self, name):
                written[name] = [_text(one) for one in ids]
        if self.mailbox:
            written["mailbox"] = [_text(self.mailbox), self.mailbox_until]
        if self.officer != "none":
            written["officer"] = self.officer
        if self.tally != NOTHING:
            written["tally"] = self.tally.to_json()
        return written

    def to_bytes(self) -> bytes:
        """Write the chat as the bytes that are sealed."""
        return _bytes(self.to_json())

    @classmethod
    def from_bytes(cls, state: bytes) -> "Chat":
        """Read what `to_bytes` wrote."""
        return cls.from_json(json.loads(state))

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> "Chat":
        """Read a chat that `to_json` wrote."""
        channel, bot_id, chat_id = written["to"]
        return cls(
            address=Address(channel=channel, bot_id=bot_id, chat_id=chat_id),
            flow=Session.from_json(written["flow"]) if "flow" in written else None,
            card=written.get("card"),
            card_at=written.get("card_at", 0),
            trash=tuple((one, at) for one, at in written.get("trash", ())),
            kept=tuple((one, at) for one, at in written.get("kept", ())),
            case=_case_from_json(written["case"]) if "case" in written else None,
            pending=tuple(written.get("pending", ())),
            officer=written.get("officer", "none"),
            forgotten=written.get("forgotten", False),
            unreachable=written.get("unreachable", False),
            quiet=written.get("quiet", False),
            spoke_after=written.get("spoke_after", 0),
            answers=tuple(_raw(one) for one in written.get("answers", ())),
            telling=tuple(_raw(one) for one in written.get("telling", ())),
            mailbox=_raw(written["mailbox"][0]) if "mailbox" in written else b"",
            mailbox_until=written["mailbox"][1] if "mailbox" in written else 0,
            tally=Tally.from_json(written["tally"]) if "tally" in written else NOTHING,
        )


def seedless(state: bytes, now: int) -> bytes | None:
    """The bytes of a chat without the secrets in them whose time is over, or None if there are none. The rest is not even read: whatever
    else may be wrong with a chat, its secrets go in time."""
    written = json.loads(state)
    case, mailbox = written.get("case"), written.get("mailbox")
    has_seed = bool(case and case[_SEED] and case[_SEED + 1] <= now)
    has_mailbox = bool(mailbox and mailbox[1] <= now)
    if case and has_seed:
        case[_SEED], case[_SEED + 1] = "", 0
    if has_mailbox:
        del written["mailbox"]
    return _bytes(written) if has_seed or has_mailbox else None


def _bytes(written: dict[str, Any]) -> bytes:
    return json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()


def _without(messages: tuple[tuple[int, int], ...], message_id: int) -> tuple[tuple[int, int], ...]:
    return tuple(one for one in messages if one[0] != message_id)


_SEED: Final = 6
"""Where a case's secret stands in what `_case_to_json` writes; the moment until which it is kept comes after it."""


def _case_to_json(case: CaseHandle) -> list[Any]:
    return [
        _text(case.case_id),
        case.opened,
        _text(case.public_key),
        case.seq,
        _text(case.hash),
        list(case.team_ids),
        _text(case.seed),
        case.seed_until,
        case.receipt,
        case.receipt_shown,
        list(case.shut_out),
    ]


def _case_from_json(written: list[Any]) -> CaseHandle:
    case_id, opened, public_key, seq, chain_hash, team_ids, seed, seed_until, receipt, receipt_shown, shut_out = written
    return CaseHandle(
        case_id=_raw(case_id),
        opened=opened,
        public_key=_raw(public_key),
        seq=seq,
        hash=_raw(chain_hash),
        team_ids=tuple(team_ids),
        seed=_raw(seed),
        seed_until=seed_until,
        receipt=receipt,
        receipt_shown=receipt_shown,
        shut_out=tuple(shut_out),
    )
