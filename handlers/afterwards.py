"""What is left of a turn once it is decided: the chat as it is stored, and what is to be said after the commit.

Everything here is synchronous and runs inside the turn's transaction. Laws. What a person wrote is taken back from the chat only if it
is stored. Only what the reporter did may bring a new message into the chat; idling, the wipe and officers' moves change the card that
stands there, so that a card that was deleted does not come back by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from flows import engine
from flows.assets import Assets
from flows.events import Event, Hidden, InputRefused, MediaRefused, ReporterForgotten
from flows.resumes import Circumstances
from flows.view import View
from handlers.cards import Cards
from handlers.channel import ButtonPressed, Card, ChannelLimits, Incoming, QuickCall
from handlers.chat import Chat, seedless
from handlers.replies import Replies, shows_reply
from handlers.reports import Reports
from handlers.speaking import Said, Utterance
from sealing.errors import SealingError
from storage.sessions import StoredSession
from storage.transaction import Transaction

Around = Callable[[Transaction, Chat, int], Circumstances]
"""What is true about a chat at a moment."""

DELETABLE_FOR: Final = 48 * 3600
"""Seconds after which Telegram refuses to delete a message (PLATFORMS.md 3.1); its id is of no use any more."""
MESSAGES_REMEMBERED: Final = 400
"""Message ids remembered for hiding: four calls' worth, so that hiding stays well under a second."""

FLOOD_MESSAGES: Final = 20
FLOOD_SECONDS: Final = 20
"""Twenty messages in twenty seconds is more than anybody types; a messenger then lets a bot change its card once a second only."""
CUT_OFF_AFTER: Final = 5
"""Seconds after which a card that was not shown is taken to have been cut off, as `conversation` does: its deletions are due too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a turn leaves to be said once it is committed."""

    utterance: Utterance | None = None
    quick: QuickCall | None = field(default=None, repr=False)
    alarmed: bool = False
    erased_blobs: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A turn, decided: the chat after it, the card, and what happened. `secret`: what came in was a code, and stays in no chat."""

    chat: Chat
    view: View | None
    events: tuple[Event, ...]
    alarmed: bool = False
    erased_blobs: tuple[bytes, ...] = ()
    over: bool = False
    secret: bool = False

    @property
    def hides(self) -> bool:
        """Whether nothing of the conversation may be seen any more."""
        return any(isinstance(event, Hidden | ReporterForgotten) for event in self.events)

    @property
    def lost(self) -> bool:
        """Whether what the reporter sent was not stored: then it stays where it is, in case it is all there is."""
        return any(
            isinstance(event, MediaRefused) or (isinstance(event, InputRefused) and event.why == "words_full")
            for event in self.events
        )

    @property
    def forgets(self) -> bool:
        """Whether the chat is forgotten once its last card is shown."""
        return self.over or any(isinstance(event, ReporterForgotten) for event in self.events)


class Afterwards:
    """Stores chats and words what is to be said. `deletes_quickly` lets a webhook's answer delete what was typed, which saves a call;
    nobody is told how that ended, so where calls are made by ourselves they are made, and made again, by the speaker."""

    def __init__(
        self,
        *,
        assets: Assets,
        cards: Cards,
        reports: Reports,
        replies: Replies,
        limits: Mapping[str, ChannelLimits],
        around: Around,
        clock: Callable[[], int],
        deletes_quickly: bool,
    ) -> None:
        self._assets = assets
        self._cards = cards
        self._reports = reports
        self._replies = replies
        self._limits = limits
        self._around = around
        self._clock = clock
        self._deletes_quickly = deletes_quickly
        self._began = clock()

    def finish(
        self,
        tx: Transaction,
        stored: StoredSession | None,
        row_id: bytes,
        decision: Decision,
        now: int,
        *,
        incoming: Incoming | None = None,
        quick: QuickCall | None = None,
        may_send: bool = False,
        anew: bool = False,
    ) -> Committed:
        """Store the chat after a turn, and word what is to be said. `may_send`: the reporter caused it, so it may be a new message.
        `anew`: it has to be one, in place of the card before, since there is something to read."""
        decision = self._with_message(decision, incoming, now)
        before = decision.chat.card if anew else None
        if anew:
            chat = decision.chat
            decision = replace(decision, chat=replace(chat.with_trash(chat.card, chat.card_at), card=None, card_at=0))
        chat = _without_old(decision.chat, now)
        cut_off = self._was_cut_off(stored, now)
        take_back = _take_back(chat, decision, incoming, cut_off=cut_off)
        take_back = take_back if before is None or before in take_back else (*take_back, before)
        language = chat.flow.language if chat.flow else None
        if decision.forgets:
            chat = replace(chat, flow=None, case=None, pending=(), officer="none", forgotten=True)
            card = self._cards.forgotten(language)
        elif decision.view is not None:
            card = self._rendered(tx, decision.view, chat, flooded=_is_flooded(chat, now))
        else:
            card = None
        chat = self._reports.after_shown(chat, decision.view, decision.events)
        self._replies.shown(tx, chat, decision.view, now)
        earlier = stored.unspoken_since if stored else None
        may_send = may_send or (earlier is not None and not chat.quiet)  # what the reporter caused is not said yet
        chat = replace(chat, quiet=not may_send, spoke_after=chat.newest_id if earlier is None else chat.spoke_after)
        version = self.put(tx, stored, row_id, chat, now if card or decision.hides else earlier, now)
        if chat.unreachable:
            return Committed(quick=quick, alarmed=decision.alarmed, erased_blobs=decision.erased_blobs)
        if self._deletes_quickly and quick is None and len(take_back) == 1 and not decision.hides:
            quick, take_back = QuickCall(kind="delete", message_id=take_back[0]), ()
        utterance = Utterance(
            row_id=row_id,
            address=chat.address,
            version=version,
            card=card,
            card_id=chat.card,
            take_back=take_back,
            urgent=decision.hides,
            may_send=may_send,
            doubtful=cut_off,
            spoke_after=0 if decision.hides and _stays(chat, decision) else chat.spoke_after,
            anew=anew,
            carries=chat.telling,
        )
        return Committed(utterance=utterance, quick=quick, alarmed=decision.alarmed, erased_blobs=decision.erased_blobs)

    def as_it_stands(self, tx: Transaction, row_id: bytes, chat: Chat, version: int) -> Committed:
        """The utterance of a chat as it is remembered: its card, and every message that has to go."""
        card = None
        if chat.flow is not None:
            view = engine.show(self._assets, chat.flow, self._around(tx, chat, self._clock()))
            card = self._rendered(tx, view, chat)
        elif chat.forgotten:
            card = self._cards.forgotten(None)
        hides = chat.forgotten or (chat.flow is not None and chat.flow.status != "active")
        keeps = chat.flow is not None and chat.flow.keep_messages
        gone = (*chat.trash, *(chat.kept if hides and not keeps else ()))
        utterance = Utterance(
            row_id=row_id,
            address=chat.address,
            version=version,
            card=card,
            card_id=chat.card,
            take_back=tuple(one for one, _ in gone),
            urgent=hides,
            may_send=not chat.quiet,
            doubtful=True,
            spoke_after=0 if hides and keeps else chat.spoke_after,
            carries=chat.telling,
        )
        return Committed(utterance=utterance)

    def _rendered(self, tx: Transaction, view: View, chat: Chat, *, flooded: bool = False) -> Card:
        """Word a view; the message of the team that it may show is opened here and nowhere else."""
        reply = self._replies.parts(tx, chat) if shows_reply(view) else ()
        return self._cards.render(view, chat, self._limits[chat.address.channel], flooded=flooded, reply=reply)

    def say_again(self, tx: Transaction, row_id: bytes, before: int) -> Committed:
        """Make the utterance of a card that was committed and not shown, for the clock to say; the card as it is now, or none."""
        stored = tx.sessions.get(row_id)
        if stored is None or stored.unspoken_since is None or stored.unspoken_since >= before:
            return Committed()
        return self.as_it_stands(tx, stored.row_id, read_chat(stored), stored.version)

    def settle(self, tx: Transaction, said: Said) -> None:
        """Remember what was said: the card's message, what was taken back, that a chat is out of reach."""
        stored = tx.sessions.get(said.row_id)
        if stored is None:
            return
        chat = read_chat(stored)
        now = self._clock()
        if chat.forgotten and chat.flow is None:
            tx.sessions.delete(said.row_id)
            return
        chat = self._replies.said(tx, chat, said.carried, now, reached=not said.unreachable) if said.carried else chat
        if said.unreachable:
            self.put(tx, stored, said.row_id, replace(chat, unreachable=True), None, now)
            return
        if said.sent_new and said.card_id is not None:
            chat = chat.with_trash(chat.card, chat.card_at)
            chat = replace(chat, card=said.card_id, card_at=now).with_strays(said.strays, now)
        gone = frozenset(said.taken_back)
        chat = replace(
            chat,
            trash=tuple(one for one in chat.trash if one[0] not in gone),
            kept=tuple(one for one in chat.kept if one[0] not in gone),
        )
        unspoken = None if said.version == stored.version else stored.unspoken_since
        self.put(tx, stored, said.row_id, chat, unspoken, stored.touched_at)

    def drop_seed(self, tx: Transaction, row_id: bytes, now: int) -> None:
        """Forget a case's secret whose time is over, in a chat whose own turn fails; one that does not even open has none to forget."""
        try:
            stored = tx.sessions.get(row_id)
            state = None if stored is None else seedless(stored.state, now)
        except (SealingError, ValueError):
            return
        if stored is not None and state is not None:
            tx.sessions.put(replace(stored, state=state))

    def delete_again(self, tx: Transaction, row_id: bytes, incoming: Incoming) -> QuickCall | None:
        """The deletion that the answer to this update was, when it came before: it may have been lost with that answer."""
        stored = tx.sessions.get(row_id) if self._deletes_quickly else None
        if stored is None or not any(one == incoming.message_id for one, _ in read_chat(stored).trash):
            return None
        return QuickCall(kind="delete", message_id=incoming.message_id or 0)

    def _was_cut_off(self, stored: StoredSession | None, now: int) -> bool:
        """Whether an earlier turn was committed and never said: what it should have taken back still stands in the chat."""
        since = stored.unspoken_since if stored else None
        return since is not None and since <= max(self._began, now - CUT_OFF_AFTER)

    def _with_message(self, decision: Decision, incoming: Incoming | None, now: int) -> Decision:
        """Remember the message that the reporter sent, to take it back: at once or, if it was not stored or shall stay, when hiding."""
        chat = decision.chat
        if incoming is None or incoming.message_id is None or isinstance(incoming.arrival, ButtonPressed):
            return decision
        if not self._limits[chat.address.channel].deletes:
            return decision
        stays = not decision.secret and ((chat.flow is not None and chat.flow.keep_messages) or decision.lost)
        at = incoming.sent_at or now
        chat = chat.with_kept(incoming.message_id, at) if stays else chat.with_trash(incoming.message_id, at)
        return replace(decision, chat=chat)

    def put(
        self, tx: Transaction, stored: StoredSession | None, row_id: bytes, chat: Chat, unspoken_since: int | None, now: int
    ) -> int:
        """Store a chat; return its new version."""
        return tx.sessions.put(
            StoredSession(
                row_id=row_id,
                channel=chat.address.channel,
                state=chat.to_bytes(),
                due_at=chat.due_at,
                unspoken_since=None if chat.unreachable else unspoken_since,
                touched_at=now,
                version=stored.version if stored else 0,
            )
        )


def read_chat(stored: StoredSession) -> Chat:
    """Read a chat from its row."""
    return Chat.from_bytes(stored.state)


def _is_flooded(chat: Chat, now: int) -> bool:
    """Whether more messages came within a moment than a person types: the card then says why it is late, and the numbers."""
    return sum(1 for _, at in chat.trash[-FLOOD_MESSAGES:] if now - at <= FLOOD_SECONDS) >= FLOOD_MESSAGES


def _without_old(chat: Chat, now: int) -> Chat:
    """Forget message ids that the messenger would not delete any more, and the oldest of too many."""
    fresh = now - DELETABLE_FOR
    return replace(
        chat,
        trash=tuple(one for one in chat.trash if one[1] > fresh)[-MESSAGES_REMEMBERED:],
        kept=tuple(one for one in chat.kept if one[1] > fresh)[-MESSAGES_REMEMBERED:],
    )


def _stays(chat: Chat, decision: Decision) -> bool:
    """Whether the messages that the reporter asked to keep outlast this hiding, because the clock hides and nobody pressed."""
    wiped = any(isinstance(event, Hidden) and event.reason in ("idle", "wiped") for event in decision.events)
    return wiped and chat.flow is not None and chat.flow.keep_messages


def _take_back(chat: Chat, decision: Decision, incoming: Incoming | None, *, cut_off: bool) -> tuple[int, ...]:
    """The messages that go after this turn: all when hiding, or when an earlier turn was cut off; else the one that just came."""
    if decision.hides:
        return tuple(one for one, _ in (*chat.trash, *(() if _stays(chat, decision) else chat.kept)))
    if cut_off:
        return tuple(one for one, _ in chat.trash)
    if incoming is not None and any(one == incoming.message_id for one, _ in chat.trash[-1:]):
        return (chat.trash[-1][0],)
    return ()
