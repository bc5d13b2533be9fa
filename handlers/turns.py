"""One turn, inside one transaction: from what arrived to what is stored and what will be said.

Everything here is synchronous and runs within `Database.transact`: it loads the chat, lets the engine decide, has the case's side
carried out by `Reports`, stores the chat and returns what is to be said after the commit. Run twice, it has its effect once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from flows import engine
from flows.assets import Assets
from flows.events import CardShown, Event, Hidden, MediaKept
from flows.resumes import Circumstances, CommandGiven, OfficerMoved, Resume, TimedOut
from flows.session import Session
from handlers.afterwards import Afterwards, Committed, Decision, read_chat
from handlers.arrivals import is_safety, is_start, read_quick, read_resumes, read_trigger
from handlers.attachments import Fetched
from handlers.cards import Cards
from handlers.channel import Address, ButtonPressed, ChannelLimits, Incoming, ReporterLeft, ReporterReturned
from handlers.chat import Chat
from handlers.duty_board import DutyBoard
from handlers.reports import Reports
from handlers.speaking import Utterance
from locales.languages import guess
from sealing.errors import SealingError
from storage.sessions import StoredSession
from storage.transaction import Transaction

FAILED_AGAIN_AFTER: Final = 60
"""Seconds after which a chat whose timers could not be run is looked at again."""
NOTICES_AT_ONCE: Final = 100
NOTICE_LEASE: Final = 30
"""Seconds; a notice is consumed in the transaction that changes the card, and comes again if that one failed."""
NOTICED: Final = {"released": "waiting"}
"""What a reporter is told where the officers' word for it is another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMoved:
    """An officer's notice, claimed: the chat it is about, and how far its case is."""

    notice_id: bytes
    case_id: bytes
    row_id: bytes
    state: str


class Turns:
    """Runs turns. `clock` gives unix seconds; `deletes_quickly` is for `afterwards`."""

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
        self._assets = assets
        self._cards = cards
        self._reports = reports
        self._duty = duty
        self._limits = limits
        self._clock = clock
        self._rng = rng
        self.afterwards = Afterwards(
            assets=assets,
            cards=cards,
            reports=reports,
            limits=limits,
            around=self._circumstances,
            clock=clock,
            deletes_quickly=deletes_quickly,
        )

    # Turns ------------------------------------------------------------------------------------------------------------

    def take(self, tx: Transaction, row_id: bytes, incoming: Incoming, fetched: Fetched | None) -> Committed:
        """Run the turn of one update; a repeated update only gets its quick call again."""
        now = self._clock()
        quick = read_quick(incoming)
        if not tx.seen.record(incoming.address.channel, incoming.update_id, now):
            erased = (fetched.blob_id,) if fetched and fetched.kept else ()
            return Committed(quick=quick or self.afterwards.delete_again(tx, row_id, incoming), erased_blobs=erased)
        stored = tx.sessions.get(row_id)
        chat = read_chat(stored) if stored else Chat(address=incoming.address)
        if isinstance(incoming.arrival, ReporterLeft | ReporterReturned):
            return self._member(tx, stored, chat, isinstance(incoming.arrival, ReporterLeft), now)
        if not is_safety(incoming):
            self._reports.must_seal(now)
        chat = replace(chat, unreachable=False, forgotten=False)
        if fetched is not None and fetched.status != "none" and chat.flow is None:
            return _forgotten_meanwhile(row_id, incoming, fetched)
        was_hidden = _hidden_meanwhile(chat, fetched)
        decision = self._answer(tx, chat, incoming, fetched, now, hides=was_hidden)
        return self.afterwards.finish(tx, stored, row_id, decision, now, incoming=incoming, quick=quick, may_send=not was_hidden)

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
            erased = (*decision.erased_blobs, *self._reports.end(tx, decision.chat, before.contact if before else "none"))
            if chat.unreachable or not decision.hides:
                tx.sessions.delete(row_id)
                return Committed(erased_blobs=erased, alarmed=decision.alarmed)
            decision = replace(decision, over=True, erased_blobs=erased)
        return self.afterwards.finish(tx, stored, row_id, decision, now)

    def postpone(self, tx: Transaction, row_id: bytes) -> None:
        """Look at a chat again later: its turn failed, and it must not stand in the way of the others."""
        tx.sessions.postpone(row_id, self._clock() + FAILED_AGAIN_AFTER)

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
        return self.afterwards.finish(tx, stored, notice.row_id, self._carry_out(tx, chat, before, events, now), now)

    def not_taken(self, tx: Transaction, row_id: bytes, incoming: Incoming) -> Committed:
        """Make the utterance that tells that the newest message did not arrive. It stays where it was typed, until the chat is hidden."""
        now, stored = self._clock(), tx.sessions.get(row_id)
        chat = read_chat(stored) if stored else Chat(address=incoming.address)
        if incoming.message_id is not None and not isinstance(incoming.arrival, ButtonPressed):
            chat = chat.with_kept(incoming.message_id, incoming.sent_at or now)
        view = None
        if chat.flow is not None and chat.flow.status == "active":
            view = engine.show(self._assets, chat.flow, self._circumstances(tx, chat, now))
        card = self._cards.not_taken(view, chat, guess(incoming.language_hint), self._limits[incoming.address.channel])
        version = self.afterwards.put(tx, stored, row_id, chat, stored.unspoken_since if stored else None, now)
        return Committed(
            utterance=Utterance(row_id=row_id, address=incoming.address, version=version, card=card, card_id=chat.card)
        )

    def notices(self, tx: Transaction, now: int, row_of: Callable[[Address], bytes]) -> tuple[CaseMoved, ...]:
        """Claim the officers' notices; return those about a chat that can still be told."""
        found = []
        for notice in tx.notices.claim(now, NOTICES_AT_ONCE, NOTICE_LEASE):
            try:
                address = self._reports.return_address(tx, notice.case_id)
            except SealingError:  # written under a key that is no more: nobody can be told, and nobody else waits for it
                address = None
            if address is None:
                tx.notices.done(notice.notice_id)
                continue
            state = NOTICED.get(notice.kind, notice.kind)
            found.append(CaseMoved(notice_id=notice.notice_id, case_id=notice.case_id, row_id=row_of(address), state=state))
        return tuple(found)

    # What the engine decides ------------------------------------------------------------------------------------------

    def _answer(
        self, tx: Transaction, chat: Chat, incoming: Incoming, fetched: Fetched | None, now: int, *, hides: bool = False
    ) -> Decision:
        """Let the engine take an update; `hides`: the chat was hidden while the file was on its way, and stays so."""
        before = chat.flow
        events: tuple[Event, ...] = ()
        if fetched is not None and fetched.kept is not None and (chat.case is None or chat.case.case_id != fetched.case_id):
            # What it was to belong to was deleted or taken back while the file was on its way: it belongs to no case of this chat any more.
            decision = self._answer(tx, chat, incoming, Fetched(refused="failed"), now, hides=hides)
            return replace(decision, erased_blobs=(*decision.erased_blobs, fetched.blob_id))
        resumes: tuple[Resume, ...] = read_resumes(
            incoming, kept=bool(fetched and fetched.kept), refused=fetched.refused if fetched else None
        )
        if before is None:
            flow, events = engine.start(self._assets, read_trigger(incoming), self._circumstances(tx, chat, now), now, self._rng)
            chat = replace(chat, flow=flow)
            if is_start(incoming) or isinstance(incoming.arrival, ButtonPressed):
                resumes = ()
        for resume in (*resumes, *((CommandGiven("hide"),) if hides else ())):
            chat, more = self._resume(tx, chat, resume, now)
            events = (*events, *more)
            if any(isinstance(event, Hidden) for event in more):
                break  # a caption that is the safe word hides; the file behind it must not bring the chat back
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

    def _carry_out(self, tx: Transaction, chat: Chat, before: Session | None, events: tuple[Event, ...], now: int) -> Decision:
        done = self._reports.carry_out(tx, chat, before, events, now)
        view = next((event.view for event in reversed(events) if isinstance(event, CardShown)), None)
        flow = done.chat.flow
        is_hidden = flow is not None and flow.status == "hidden" and any(isinstance(event, Hidden) for event in events)
        if flow is not None and (is_hidden or (view is not None and done.moved)):
            # The engine drew its cards before the last timer, and before the case moved; what is shown must be true after them.
            view = engine.show(self._assets, flow, self._circumstances(tx, done.chat, now))
        return Decision(chat=done.chat, view=view, events=events, alarmed=done.alarmed, erased_blobs=done.erased_blobs)

    def _circumstances(self, tx: Transaction, chat: Chat, now: int) -> Circumstances:
        """What is true now: whether somebody is on duty for this chat's case, and how far an officer is with it."""
        team_ids = self._reports.team_ids(chat)
        return Circumstances(on_duty=self._duty.on_duty(tx, team_ids, now), officer=self._reports.officer_state(tx, chat))

    def _member(self, tx: Transaction, stored: StoredSession | None, chat: Chat, left: bool, now: int) -> Committed:
        """Note that a chat is out of reach; or, in reach again, make its card and its messages what they should be by now."""
        if stored is None:
            return Committed()
        chat = replace(chat, unreachable=left, quiet=False)
        version = self.afterwards.put(tx, stored, stored.row_id, chat, None if left else now, now)
        return Committed() if left else self.afterwards.as_it_stands(tx, stored.row_id, chat, version)


def _hidden_meanwhile(chat: Chat, fetched: Fetched | None) -> bool:
    """Whether the chat was hidden after this file was sent, while it was on its way."""
    return bool(fetched and chat.flow and chat.flow.status == "hidden" and fetched.status not in ("none", "hidden"))


def _forgotten_meanwhile(row_id: bytes, incoming: Incoming, fetched: Fetched) -> Committed:
    """Take nothing of a file whose chat was forgotten while it was on its way, and take its message out of the chat too."""
    utterance = Utterance(
        row_id=row_id,
        address=incoming.address,
        version=0,  # of no version of the chat: nothing of it was shown
        card=None,
        card_id=None,
        take_back=() if incoming.message_id is None else (incoming.message_id,),
    )
    return Committed(utterance=utterance, erased_blobs=(fetched.blob_id,) if fetched.kept else ())


def due_timers(flow: Session | None, now: int) -> tuple[str, ...]:
    """The names of the timers that have run out, the longest due first."""
    if flow is None:
        return ()
    return tuple(timer.name for timer in sorted(flow.timers, key=lambda one: one.due_at) if timer.due_at <= now)


def _is_over(chat: Chat) -> bool:
    """Whether nothing of this chat has to be remembered any more."""
    return chat.flow is not None and chat.flow.status == "ended"
