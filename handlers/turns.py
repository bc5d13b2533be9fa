"""One turn, inside one transaction: from what arrived to what is stored and what will be said.

Everything here is synchronous and runs within `Database.transact`: it loads the chat, lets the engine decide, has the case's side
carried out by `Reports`, stores the chat and returns what is to be said after the commit. Run twice, it has its effect once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from flows import engine
from flows.assets import Assets
from flows.events import CardShown, Event, Hidden, MediaKept, ReporterForgotten
from flows.resumes import Circumstances, OfficerMoved, Resume, TimedOut
from flows.session import Session
from flows.view import View
from handlers.arrivals import is_start, read_quick, read_resumes, read_trigger
from handlers.attachments import Fetched
from handlers.cards import Cards
from handlers.channel import Address, ButtonPressed, ChannelLimits, Incoming, QuickCall, ReporterLeft, ReporterReturned
from handlers.chat import Chat
from handlers.duty_board import DutyBoard
from handlers.reports import Reports
from handlers.speaking import Said, Utterance
from locales.languages import guess
from storage.sessions import StoredSession
from storage.transaction import Transaction

DELETABLE_FOR: Final = 48 * 3600
"""Seconds after which Telegram refuses to delete a message (PLATFORMS.md 3.1); its id is of no use any more."""
MESSAGES_REMEMBERED: Final = 400
"""Message ids remembered for hiding: four calls' worth, so that hiding stays well under a second."""

FLOOD_MESSAGES: Final = 20
FLOOD_SECONDS: Final = 20
"""Twenty messages in twenty seconds is more than anybody types; a messenger then lets a bot change its card once a second only."""
CUT_OFF_AFTER: Final = 5
"""Seconds after which a card that was not shown is taken to have been cut off, as `conversation` does: its deletions are due too."""
FAILED_AGAIN_AFTER: Final = 60
"""Seconds after which a chat whose timers could not be run is looked at again."""
NOTICES_AT_ONCE: Final = 100
NOTICE_LEASE: Final = 30
"""Seconds; a notice is consumed in the transaction that changes the card, and comes again if that one failed."""
NOTICED: Final = {"released": "waiting"}
"""What a reporter is told where the officers' word for it is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """What a turn leaves to be said once it is committed."""

    utterance: Utterance | None = None
    quick: QuickCall | None = field(default=None, repr=False)
    alarmed: bool = False
    erased_blobs: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoved:
    """An officer's notice, claimed: the chat it is about, and how far its case is."""

    notice_id: bytes
    case_id: bytes
    row_id: bytes
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    chat: Chat
    view: View | None
    events: tuple[Event, ...]
    alarmed: bool = False
    erased_blobs: tuple[bytes, ...] = ()
    over: bool = False

    @property
    def hides(self) -> bool:
        return any(isinstance(event, Hidden | ReporterForgotten) for event in self.events)

    @property
    def forgets(self) -> bool:
        return self.over or any(isinstance(event, ReporterForgotten) for event in self.events)


class Turns:
    """Runs turns. `clock` gives unix seconds. `deletes_quickly` lets a webhook's answer delete what was typed, which saves a call; nobody
    is told how that ended, so where calls are made by ourselves they are made, and made again, by the speaker."""

    def __init__(
        self,
        *,
        assets: Assets,
        cards: Cards,
        reports: Reports,
        duty: DutyBoard,
        limits: Mapping[str, ChannelLimits],
        clock: Callable[[], int],
        rng: Callable[[int], bytes],
        deletes_quickly: bool = False,
    ) -> None:
        self._deletes_quickly = deletes_quickly
        self._assets = assets
        self._cards = cards
        self._reports = reports
        self._duty = duty
        self._limits = limits
        self._clock = clock
        self._rng = rng
        self._began = clock()

    # Turns ------------------------------------------------------------------------------------------------------------

    def take(self, tx: Transaction, row_id: bytes, incoming: Incoming, fetched: Fetched | None) -> Committed:
        """Run the turn of one update; a repeated update only gets its quick call again."""
        now = self._clock()
        quick = read_quick(incoming)
        if not tx.seen.record(incoming.address.channel, incoming.update_id, now):
            return Committed(quick=quick, erased_blobs=(fetched.blob_id,) if fetched and fetched.kept else ())
        stored = tx.sessions.get(row_id)
        chat = read_chat(stored) if stored else Chat(address=incoming.address)
        if isinstance(incoming.arrival, ReporterLeft | ReporterReturned):
            return self._member(tx, stored, chat, isinstance(incoming.arrival, ReporterLeft), now)
        chat = replace(chat, unreachable=False, forgotten=False)
        decision = self._answer(tx, chat, incoming, fetched, now)
        if not isinstance(incoming.arrival, ButtonPressed):
            decision = self._remember_message(decision, incoming, now)
        return self._finish(tx, stored, row_id, decision, now, incoming=incoming, quick=quick)

    def wake(self, tx: Transaction, row_id: bytes) -> Committed:
        """Run the turn of a chat's timers that are due."""
        now = self._clock()
        stored = tx.sessions.get(row_id)
        if stored is None or stored.due_at is None or stored.due_at > now:
            return Committed()
        chat = self._reports.forget_seed(read_chat(stored), now)
        before = chat.flow
        events: tuple[Event, ...] = ()
        for name in due_timers(before, now):
            if chat.flow is not None:
                chat, more = self._resume(tx, chat, TimedOut(name), now)
                events = (*events, *more)
        decision = self._carry_out(tx, chat, before, events, now)
        if _is_over(decision.chat):
            erased = (*decision.erased_blobs, *self._reports.end(tx, decision.chat))
            if chat.unreachable or not decision.hides:
                tx.sessions.delete(row_id)
                return Committed(erased_blobs=erased, alarmed=decision.alarmed)
            decision = replace(decision, over=True, erased_blobs=erased)
        return self._finish(tx, stored, row_id, decision, now)

    def postpone(self, tx: Transaction, row_id: bytes) -> None:
        """Look at a chat again later: its turn failed, and it must not stand in the way of the others."""
        stored, later = tx.sessions.get(row_id), self._clock() + FAILED_AGAIN_AFTER
        if stored is not None and stored.due_at is not None and stored.due_at < later:
            tx.sessions.put(replace(stored, due_at=later))

    def officer_moved(self, tx: Transaction, notice: CaseMoved) -> Committed:
        """Run the turn of a case that moved on the officers' side: the card is changed, quietly."""
        now = self._clock()
        tx.notices.done(notice.notice_id)
        if notice.state == "closed":
            tx.return_addresses.delete(notice.case_id)
        stored = tx.sessions.get(notice.row_id)
        if stored is None:
            return Committed()
        chat = replace(read_chat(stored), officer=notice.state)
        if chat.flow is None or chat.case is None or chat.case.case_id != notice.case_id:
            return Committed()
        before = chat.flow
        chat, events = self._resume(tx, chat, OfficerMoved(notice.state), now)
        return self._finish(tx, stored, notice.row_id, self._carry_out(tx, chat, before, events, now), now)

    def say_again(self, tx: Transaction, stored: StoredSession) -> Committed:
        """Make the utterance of a card that was committed and not shown, for the clock to say."""
        return self._as_it_stands(tx, stored.row_id, read_chat(stored), stored.version)

    def not_taken(self, tx: Transaction, row_id: bytes, incoming: Incoming) -> Committed:
        """Make the utterance that tells that the newest message did not arrive. It stays where it was typed, until the chat is hidden."""
        now, stored = self._clock(), tx.sessions.get(row_id)
        chat = read_chat(stored) if stored else Chat(address=incoming.address)
        if incoming.message_id is not None and not isinstance(incoming.arrival, ButtonPressed):
            chat = chat.with_trash(incoming.message_id, incoming.sent_at or now)
        view = None
        if chat.flow is not None and chat.flow.status == "active":
            view = engine.show(self._assets, chat.flow, self._circumstances(tx, chat, now))
        card = self._cards.not_taken(view, chat, guess(incoming.language_hint), self._limits[incoming.address.channel])
        version = self._put(tx, stored, row_id, chat, stored.unspoken_since if stored else None, now)
        return Committed(
            utterance=Utterance(row_id=row_id, address=incoming.address, version=version, card=card, card_id=chat.card)
        )

    def notices(self, tx: Transaction, now: int, row_of: Callable[[Address], bytes]) -> tuple[CaseMoved, ...]:
        """Claim the officers' notices; return those about a chat that can still be told."""
        found = []
        for notice in tx.notices.claim(now, NOTICES_AT_ONCE, NOTICE_LEASE):
            address = self._reports.return_address(tx, notice.case_id)
            if address is None:
                tx.notices.done(notice.notice_id)
                continue
            state = NOTICED.get(notice.kind, notice.kind)
            found.append(CaseMoved(notice_id=notice.notice_id, case_id=notice.case_id, row_id=row_of(address), state=state))
        return tuple(found)

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
        if said.unreachable:
            self._put(tx, stored, said.row_id, replace(chat, unreachable=True), None, now)
            return
        if said.sent_new and said.card_id is not None:
            chat = chat.with_trash(chat.card, chat.card_at)
            chat = replace(chat, card=said.card_id, card_at=now)
        gone = frozenset(said.taken_back)
        chat = replace(
            chat,
            trash=tuple(one for one in chat.trash if one[0] not in gone),
            kept=tuple(one for one in chat.kept if one[0] not in gone),
        )
        unspoken = None if said.version == stored.version else stored.unspoken_since
        self._put(tx, stored, said.row_id, chat, unspoken, stored.touched_at)

    # What the engine decides ------------------------------------------------------------------------------------------

    def _answer(self, tx: Transaction, chat: Chat, incoming: Incoming, fetched: Fetched | None, now: int) -> _Decision:
        before = chat.flow
        events: tuple[Event, ...] = ()
        resumes: tuple[Resume, ...] = read_resumes(
            incoming, kept=bool(fetched and fetched.kept), refused=fetched.refused if fetched else None
        )
        if before is None:
            flow, events = engine.start(self._assets, read_trigger(incoming), self._circumstances(tx, chat, now), now, self._rng)
            chat = replace(chat, flow=flow)
            if is_start(incoming) or isinstance(incoming.arrival, ButtonPressed):
                resumes = ()
        for resume in resumes:
            chat, more = self._resume(tx, chat, resume, now)
            events = (*events, *more)
        if fetched is None or fetched.kept is None:
            return self._carry_out(tx, chat, before, events, now)
        if not any(isinstance(event, MediaKept) for event in events):
            decision = self._carry_out(tx, chat, before, events, now)
            return replace(decision, erased_blobs=(*decision.erased_blobs, fetched.blob_id))
        tx.blobs.add(fetched.blob_id, fetched.stored_size, now)
        return self._carry_out(tx, replace(chat, pending=(*chat.pending, fetched.kept)), before, events, now)

    def _resume(self, tx: Transaction, chat: Chat, resume: Resume, now: int) -> tuple[Chat, tuple[Event, ...]]:
        assert chat.flow is not None
        around = self._circumstances(tx, chat, now)
        flow, events = engine.resume(self._assets, chat.flow, resume, around, now, self._rng)
        return replace(chat, flow=flow), events

    def _carry_out(self, tx: Transaction, chat: Chat, before: Session | None, events: tuple[Event, ...], now: int) -> _Decision:
        done = self._reports.carry_out(tx, chat, before, events, now)
        view = next((event.view for event in reversed(events) if isinstance(event, CardShown)), None)
        flow = done.chat.flow
        is_hidden = flow is not None and flow.status == "hidden" and any(isinstance(event, Hidden) for event in events)
        if flow is not None and (is_hidden or (view is not None and done.moved)):
            # The engine drew its cards before the last timer, and before the case moved; what is shown must be true after them.
            view = engine.show(self._assets, flow, self._circumstances(tx, done.chat, now))
        return _Decision(chat=done.chat, view=view, events=events, alarmed=done.alarmed, erased_blobs=done.erased_blobs)

    def _circumstances(self, tx: Transaction, chat: Chat, now: int) -> Circumstances:
        """What is true now: whether somebody is on duty for this chat's case, and how far an officer is with it."""
        team_ids = self._reports.team_ids(chat)
        return Circumstances(on_duty=self._duty.on_duty(tx, team_ids, now), officer=self._reports.officer_state(tx, chat))

    # What is stored and said ------------------------------------------------------------------------------------------

    def _remember_message(self, decision: _Decision, incoming: Incoming, now: int) -> _Decision:
        chat = decision.chat
        if incoming.message_id is None or not self._limits[chat.address.channel].deletes:
            return decision
        moment = (incoming.message_id, incoming.sent_at or now)
        keeps = chat.flow is not None and chat.flow.keep_messages
        chat = replace(chat, kept=(*chat.kept, moment)) if keeps else replace(chat, trash=(*chat.trash, moment))
        return replace(decision, chat=chat)

    def _finish(
        self,
        tx: Transaction,
        stored: StoredSession | None,
        row_id: bytes,
        decision: _Decision,
        now: int,
        *,
        incoming: Incoming | None = None,
        quick: QuickCall | None = None,
    ) -> Committed:
        chat = _without_old(decision.chat, now)
        take_back = _take_back(chat, decision, incoming, cut_off=self._was_cut_off(stored, now))
        language = chat.flow.language if chat.flow else None
        if decision.forgets:
            chat = replace(chat, flow=None, case=None, pending=(), officer="none", forgotten=True)
            card = self._cards.forgotten(language)
        elif decision.view is not None:
            card = self._cards.render(decision.view, chat, self._limits[chat.address.channel], flooded=_is_flooded(chat, now))
        else:
            card = None
        chat = self._reports.after_shown(chat, decision.view, decision.events)
        earlier = stored.unspoken_since if stored else None
        version = self._put(tx, stored, row_id, chat, now if card or decision.hides else earlier, now)
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
        )
        return Committed(utterance=utterance, quick=quick, alarmed=decision.alarmed, erased_blobs=decision.erased_blobs)

    def _was_cut_off(self, stored: StoredSession | None, now: int) -> bool:
        """Whether an earlier turn was committed and never said: what it should have taken back still stands in the chat."""
        since = stored.unspoken_since if stored else None
        return since is not None and since <= max(self._began, now - CUT_OFF_AFTER)

    def _member(self, tx: Transaction, stored: StoredSession | None, chat: Chat, left: bool, now: int) -> Committed:
        """Note that a chat is out of reach; or, in reach again, make its card and its messages what they should be by now."""
        if stored is None:
            return Committed()
        chat = replace(chat, unreachable=left)
        version = self._put(tx, stored, stored.row_id, chat, None if left else now, now)
        return Committed() if left else self._as_it_stands(tx, stored.row_id, chat, version)

    def _as_it_stands(self, tx: Transaction, row_id: bytes, chat: Chat, version: int) -> Committed:
        """The utterance of a chat as it is remembered: its card, and every message that has to go."""
        card = None
        if chat.flow is not None:
            view = engine.show(self._assets, chat.flow, self._circumstances(tx, chat, self._clock()))
            card = self._cards.render(view, chat, self._limits[chat.address.channel])
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
        )
        return Committed(utterance=utterance)

    def _put(
        self, tx: Transaction, stored: StoredSession | None, row_id: bytes, chat: Chat, unspoken_since: int | None, now: int
    ) -> int:
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


def due_timers(flow: Session | None, now: int) -> tuple[str, ...]:
    """The names of the timers that have run out, the longest due first."""
    if flow is None:
        return ()
    return tuple(timer.name for timer in sorted(flow.timers, key=lambda one: one.due_at) if timer.due_at <= now)


def _is_over(chat: Chat) -> bool:
    """Whether nothing of this chat has to be remembered any more."""
    return chat.flow is not None and chat.flow.status == "ended"


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


def _take_back(chat: Chat, decision: _Decision, incoming: Incoming | None, *, cut_off: bool) -> tuple[int, ...]:
    """The messages that go after this turn: all when hiding, or when an earlier turn was cut off; else the one that just came."""
    if decision.hides:
        wiped = any(isinstance(event, Hidden) and event.reason in ("idle", "wiped") for event in decision.events)
        stays = wiped and chat.flow is not None and chat.flow.keep_messages
        return tuple(one for one, _ in (*chat.trash, *(() if stays else chat.kept)))
    if cut_off:
        return tuple(one for one, _ in chat.trash)
    if incoming is not None and any(one == incoming.message_id for one, _ in chat.trash[-1:]):
        return (chat.trash[-1][0],)
    return ()
