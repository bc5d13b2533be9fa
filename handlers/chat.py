"""One chat as the host remembers it: the flow's session, what stands in the chat, and the case it may have opened.

Laws. It goes to JSON and back, is stored only sealed (`session.state`), and is the only thing between two turns. A case's
secret is in it only while the area's team may still have to be added (SEALING.md section 4: until the conversation ends, at
most one hour); the receipt only until its card was shown and put away.
"""

import base64
import json
from dataclasses import dataclass, field, replace
from typing import Any, Final

from flows.session import Session
from handlers.channel import Address

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
    reporter said that they must not; `unread`: that left no team that can."""

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
    unread: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """Everything that is kept of a chat. `trash` are messages to take back, `kept` those the reporter asked to leave; each with
    the time it was sent, since a messenger refuses to delete what is older than 48 hours. `pending` are `attachment` entries whose blobs
    are sealed already and whose case is not open yet. `quiet`: what is still to be shown may change the card, and send no new one."""

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

    @property
    def due_at(self) -> int | None:
        """The next moment at which this chat must be woken."""
        moments = [timer.due_at for timer in self.flow.timers] if self.flow else []
        if self.case and self.case.seed_until:
            moments.append(self.case.seed_until)
        return min(moments, default=None)

    def with_case(self, case: CaseHandle | None) -> "Chat":
        """The same chat, writing to this case."""
        return replace(self, case=case)

    def with_trash(self, message_id: int | None, at: int) -> "Chat":
        """Remember one more message to take back."""
        return self if message_id is None else replace(self, trash=(*self.trash, (message_id, at)))

    def with_kept(self, message_id: int, at: int) -> "Chat":
        """Remember one more message that stays until the chat is hidden."""
        return replace(self, kept=(*self.kept, (message_id, at)))

    def to_json(self) -> dict[str, Any]:
        """Write what is not empty, as values that JSON knows."""
        written: dict[str, Any] = {"v": VERSION, "to": [self.address.channel, self.address.bot_id, self.address.chat_id]}
        if self.flow is not None:
            written["flow"] = self.flow.to_json()
        if self.case is not None:
            written["case"] = _case_to_json(self.case)
        if self.pending:
            written["pending"] = list(self.pending)
        for name in ("card", "card_at", "trash", "kept", "forgotten", "unreachable", "quiet"):
            if value := getattr(self, name):
                written[name] = value
        if self.officer != "none":
            written["officer"] = self.officer
        return written

    def to_bytes(self) -> bytes:
        """Write the chat as the bytes that are sealed."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":")).encode()

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
        )


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
        case.unread,
    ]


def _case_from_json(written: list[Any]) -> CaseHandle:
    case_id, opened, public_key, seq, chain_hash, team_ids, seed, seed_until, receipt, receipt_shown, shut_out, unread = written
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
        unread=unread,
    )
