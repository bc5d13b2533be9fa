"""What the team writes to a reporter, on its way into a chat and out of it (SEALING.md section 7).

Laws. Nothing reaches a chat unless `must_be_genuine` lets it pass. A chat remembers ids; the words are opened with the relay's key, or with
what a typed code gave, only while a card is worded that shows them, and are kept nowhere. That there is something to read is said at the
hours that were chosen; what could not be said for sure is said again. What is read, or can no longer be read, leaves no bytes here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final

import structlog

from flows.events import AnswerPutAway, Event, ReporterForgotten, ReportLeft, ReportWithdrawn
from flows.hours import next_allowed
from flows.resumes import Remembered
from flows.session import Session
from flows.view import Ref, View
from handlers.channel import Address
from handlers.chat import SEED_KEPT_FOR, CaseHandle, Chat
from handlers.directory_in_force import DirectoryInForce
from handlers.officer.moves import standing
from handlers.returning import CodeTyped, mailbox_of
from handlers.ways_back import WayBack
from sealing.entry import CaseHead
from sealing.errors import NotAccepted, SealingError
from sealing.identity import Identity, Recipient
from sealing.replies import SealedReply, must_be_genuine, open_reply
from storage.replies import StoredReply
from storage.transaction import Transaction

log = structlog.get_logger()

AT_ONCE: Final = 50
"""Replies carried by one tick."""
LEASE: Final = 60
"""Seconds for which a reply belongs to whoever claimed it; whether its chat was told is known long before."""
BUSY_AGAIN_AFTER: Final = 300
"""Seconds after which a chat is looked at again in which something else is going on, or no answer is wished for yet."""
PART: Final = 1800
"""Letters of a message on one card: with the worst letters 3,600 of the 4,096 units that Telegram takes, and a few lines around them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """A claimed reply that is genuine, and the chat it goes to."""

    reply: StoredReply
    row_id: bytes
    way: WayBack


class Replies:
    """Carries replies, and opens the one that is shown. `zone` is where the chosen hours are hours."""

    def __init__(self, *, directory: DirectoryInForce, relay: Identity, zone: tzinfo) -> None:
        self._directory = directory
        self._relay = relay
        self._zone = zone

    # On their way -----------------------------------------------------------------------------------------------------

    def claim(self, tx: Transaction, now: int, row_of: Callable[[Address], bytes]) -> tuple[Arriving, ...]:
        """Claim what is to be carried now; put off, and settle, what is not."""
        return tuple(one for reply in tx.replies.claim(now, AT_ONCE, LEASE) if (one := self._arriving(tx, reply, now, row_of)))

    def _arriving(self, tx: Transaction, reply: StoredReply, now: int, row_of: Callable[[Address], bytes]) -> Arriving | None:
        try:
            kept = tx.return_addresses.get(reply.case_id)
        except SealingError:  # written under a key that is no more
            kept = None
        if kept is None:
            tx.replies.expired(reply.message_id, now)
            return None
        if reply.recipient != self._relay.recipient.key_id or not self._is_genuine(tx, reply, now):
            tx.replies.failed(reply.message_id, now)
            return None
        way = WayBack.from_bytes(kept)
        if way.contact not in ("", "here"):  # no answer is wished for in this chat; it may be, while the chat is remembered
            tx.replies.later(reply.message_id, now + BUSY_AGAIN_AFTER)
            return None
        at = next_allowed(way.hours, now, self._zone) if way.contact else now
        if at > now:
            tx.replies.later(reply.message_id, at)
            return None
        return Arriving(reply=reply, row_id=row_of(way.address), way=way)

    def _is_genuine(self, tx: Transaction, reply: StoredReply, now: int) -> bool:
        wrapped_to = frozenset(wrap.key_id for wrap in tx.cases.wraps(reply.case_id))
        try:
            must_be_genuine(_sealed(reply), self._directory.now, wrapped_to, now)
        except NotAccepted as refused:
            log.warning("reply_refused", designation=_designation(tx, reply), error=refused)
            return False
        return True

    def said(self, tx: Transaction, chat: Chat, message_ids: Sequence[bytes], now: int, *, reached: bool) -> Chat:
        """Note of messages whether the messenger took what tells of them."""
        for message_id in message_ids:
            (tx.replies.delivered if reached else tx.replies.blocked)(message_id, now)
        return replace(chat, telling=tuple(one for one in chat.telling if one not in message_ids))

    # In a chat --------------------------------------------------------------------------------------------------------

    def parts(self, tx: Transaction, chat: Chat) -> tuple[str, ...]:
        """Open the message that is to be read, cut to what fits on a card; nothing if it does not open."""
        if not chat.answers:
            return ()
        for identity in self._identities(chat):
            found = tx.replies.find(chat.answers[0], identity.recipient.key_id)
            if found is None:
                continue
            try:
                text = open_reply(identity, _sealed(found)).get("text")
            except SealingError:
                log.warning("reply_does_not_open", designation=_designation(tx, found))
                return ()
            return _cut(text) if isinstance(text, str) else ()
        return ()

    def shown(self, tx: Transaction, chat: Chat, view: View | None, now: int) -> None:
        """Note that a message was read, once it stands on a card."""
        if chat.answers and view is not None and shows_reply(view):
            tx.replies.read(chat.answers[0], now)

    def follow(self, tx: Transaction, chat: Chat, before: Chat, events: Sequence[Event], now: int) -> Chat:
        """Follow a turn: put away what was read, and let go of what a chat that turns from its case did not read."""
        for event in events:
            if isinstance(event, AnswerPutAway) and chat.answers:
                tx.replies.put_away(chat.answers[0], self._relay.recipient.key_id)
                chat = replace(
                    chat, answers=chat.answers[1:], telling=tuple(one for one in chat.telling if one != chat.answers[0])
                )
            elif isinstance(event, ReportLeft | ReporterForgotten | ReportWithdrawn):
                chat = self.leave(tx, chat, before, now)
        if chat.mailbox and chat.mailbox_until <= now:
            chat = replace(chat, answers=(), mailbox=b"", mailbox_until=0)
        return chat

    def leave(self, tx: Transaction, chat: Chat, before: Chat, now: int) -> Chat:
        """Let go of the messages of a case that this chat turns from: what was not read is told again while there is a way, and else
        nobody will read it here."""
        if not before.mailbox:
            has_way = before.case is not None and tx.return_addresses.is_kept(before.case.case_id)
            for message_id in chat.answers:
                if not (has_way and tx.replies.again(message_id, now + BUSY_AGAIN_AFTER, now)):
                    tx.replies.expired(message_id, now)
                tx.replies.put_away(message_id, self._relay.recipient.key_id)
        return replace(chat, answers=(), telling=(), mailbox=b"", mailbox_until=0)

    def expire(self, tx: Transaction, chat: Chat, now: int) -> Chat:
        """Let go of the messages of a conversation that is over: the notice went with it, and nobody will read them here."""
        if not chat.mailbox:
            for message_id in chat.answers:
                tx.replies.expired(message_id, now)
                tx.replies.put_away(message_id, self._relay.recipient.key_id)
        return replace(chat, answers=(), telling=(), mailbox=b"", mailbox_until=0)

    # Cases without a conversation -------------------------------------------------------------------------------------

    def handle(self, tx: Transaction, case_id: bytes) -> CaseHandle:
        """Make the handle of a case that lives on without a chat; its chain is verified from the start before anything is appended."""
        stored = tx.cases.head(case_id)
        start = CaseHead.of(case_id, Recipient.from_bytes(stored.public_key))
        wrapped = frozenset(wrap.key_id for wrap in tx.cases.wraps(case_id))
        return CaseHandle(
            case_id=case_id,
            opened=True,
            public_key=stored.public_key,
            seq=start.seq,
            hash=start.hash,
            team_ids=tuple(team.team_id for team in self._directory.now.teams if team.key_ids & wrapped),
        )

    def remembered(self, tx: Transaction, arriving: Arriving) -> Remembered | None:
        """What is known of a reporter whose conversation is over; None where the case is no more."""
        row = tx.cases.get(arriving.reply.case_id)
        if row is None or row.erased:
            return None
        return Remembered(
            channel=arriving.way.address.channel,
            language=row.language,
            register=arriving.way.register,
            urgency=row.urgency,
            hours=arriving.way.hours,
        )

    def come_back(self, tx: Transaction, chat: Chat, case_id: bytes, code: CodeTyped, now: int) -> Chat:
        """Turn a chat to the case of a code, with the messages that lie there: the unread ones, or all if there are none."""
        stand = standing(tx, case_id, now).stand
        chat = replace(
            chat,
            case=self.handle(tx, case_id),
            officer="acknowledged" if stand == "acknowledged" else "none",
            answers=(),
            telling=(),
            mailbox=code.mailbox,
            mailbox_until=now + SEED_KEPT_FOR,
        )
        chat = self.refreshed(tx, chat, now)
        if chat.answers:
            return chat
        lying = tx.replies.lying(case_id, mailbox_of(code.mailbox).recipient.key_id)
        return replace(chat, answers=tuple(one.message_id for one in lying if self._is_genuine(tx, one, now)))

    def refreshed(self, tx: Transaction, chat: Chat, now: int) -> Chat:
        """A chat that came back with a code, with what has come to its mailbox since."""
        if not chat.mailbox or chat.case is None:
            return chat
        new = tx.replies.in_mailbox(chat.case.case_id, mailbox_of(chat.mailbox).recipient.key_id)
        fresh = tuple(one.message_id for one in new if one.message_id not in chat.answers and self._is_genuine(tx, one, now))
        return replace(chat, answers=(*chat.answers, *fresh)) if fresh else chat

    def can_answer(self) -> bool:
        """Whether there is an officer whose message would be accepted."""
        known = self._directory
        return known.is_known and any(one.role == "officer" and one.retired_at is None for one in known.now.signers)

    def _identities(self, chat: Chat) -> tuple[Identity, ...]:
        return (self._relay, *((mailbox_of(chat.mailbox),) if chat.mailbox else ()))


def shows_reply(view: View) -> bool:
    """Whether a card shows a message of the team."""
    values = (value for paragraph in view.paragraphs for _, value in paragraph.values)
    return any(isinstance(value, Ref) and value.kind == "reply" for value in values)


def is_at_rest(chat: Chat) -> bool:
    """Whether nothing is going on in a chat that a message about another case could disturb or lose. A chat that writes to one case is not
    turned to another: what is typed there next may be about somebody who reads the other."""
    flow = chat.flow
    return flow is None or not (flow.status == "active" or chat.pending or flow.case_is_open or _holds_anything(flow))


def _holds_anything(flow: Session) -> bool:
    return bool(flow.words or flow.attachments or flow.answers)


def _sealed(reply: StoredReply) -> SealedReply:
    return SealedReply(
        case_id=reply.case_id,
        message_id=reply.message_id,
        recipient_key_id=reply.recipient,
        author=reply.author,
        sealed=reply.sealed,
        signature=reply.signature,
    )


def _designation(tx: Transaction, reply: StoredReply) -> str:
    row = tx.cases.get(reply.case_id)
    return "" if row is None else row.designation


def _cut(text: str) -> tuple[str, ...]:
    """Cut a text into parts that fit, between words where there are any."""
    parts = []
    while len(text) > PART:
        space = text.rfind(" ", PART // 2, PART)
        at = PART if space < 0 else space
        parts.append(text[:at])
        text = text[at:].lstrip()
    return (*parts, text)
