"""One turn, inside one transaction: from what arrived to what is stored and what will be said.

Everything here is synchronous and runs within `Database.transact`: it loads the chat, lets the engine decide, has the case's side
carried out by `Reports`, stores the chat and returns what is to be said after the commit. Run twice, it has its effect once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from flows import engine
from flows.assets import Assets
from flows.blank import emptied
from flows.events import AnswerPutAway, CameBack, CardShown, Event, Hidden, MediaKept, ReadersSettled, ReportLeft
from flows.resumes import AnswerCame, Circumstances, CodeGiven, CommandGiven, OfficerMoved, Resume, TextSaid, TimedOut
from flows.returning import is_words
from flows.session import Session, revised
from handlers.afterwards import Afterwards, Committed, Decision, read_chat
from handlers.arrivals import is_safety, is_start, read_quick, read_resumes, read_trigger
from handlers.attachments import Fetched
from handlers.cards import Cards
from handlers.channel import Address, ButtonPressed, ChannelLimits, Incoming, ReporterLeft, ReporterReturned
from handlers.chat import Chat
from handlers.duty_board import DutyBoard
from handlers.replies import BUSY_AGAIN_AFTER, Arriving, Replies, is_at_rest
from handlers.reports import Reports
from handlers.returning import CodeTyped
from handlers.speaking import Utterance
from handlers.tally import Tallies
from handlers.ways_back import WayBack
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
        replies: Replies,
        tallies: Tallies,
        duty: DutyBoard,
        limits: Mapping[str, ChannelLimits],
        clock: Callable[[], int],
        rng: Callable[[int], bytes],
        deletes_quickly: bool = False,
    ) -> None:
        self._assets = assets
        self._cards = cards
        self._reports = reports
        self._replies = replies
        self._tallies = tallies
        self._duty = duty
        self._limits = limits
        self._clock = clock
        self._rng = rng
        self.afterwards = Afterwards(
            assets=assets,
            cards=cards,
            reports=reports,
            replies=replies,
            limits=limits,
            around=self._circumstances,
            clock=clock,
            deletes_quickly=deletes_quickly,
        )

    # Turns ------------------------------------------------------------------------------------------------------------

    def take(
        self, tx: Transaction, row_id: bytes, incoming: Incoming, fetched: Fetched | None, code: CodeTyped | None = None
    ) -> Committed:
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
        chat = self._present(tx, replace(chat, unreachable=False, forgotten=False), now)
        if fetched is not None and fetched.status != "none" and chat.flow is None:
            return _forgotten_meanwhile(row_id, incoming, fetched)
        was_hidden = _hidden_meanwhile(chat, fetched)
        if code is not None:
            decision = self._typed(tx, chat, incoming, code, now)
        else:
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
            decision = replace(decision, chat=self._replies.expire(tx, decision.chat, now))
            if chat.unreachable or not decision.hides:
                tx.sessions.delete(row_id)
                return Committed(erased_blobs=erased, alarmed=decision.alarmed)
            decision = replace(decision, over=True, erased_blobs=erased)
        return self.afterwards.finish(tx, stored, row_id, decision, now)

    def postpone(self, tx: Transaction, row_id: bytes) -> None:
        """Look at a chat again later: its turn failed, and it must not stand in the way of the others. A secret whose time is over goes
        all the same."""
        now = self._clock()
        self.afterwards.drop_seed(tx, row_id, now)
        tx.sessions.postpone(row_id, now + FAILED_AGAIN_AFTER)

    def officer_moved(self, tx: Transaction, notice: CaseMoved) -> Committed:
        """Run the turn of a case that moved on the officers' side: the card is changed, quietly."""
        now = self._clock()
        tx.notices.done(notice.notice_id)
        if notice.state == "closed":
            tx.return_addresses.delete(notice.case_id)
            tx.replies.expire_waiting(notice.case_id, now)
        stored = tx.sessions.get(notice.row_id)
        if stored is None:
            return Committed()
        chat = replace(read_chat(stored), officer=notice.state)
        if chat.flow is None or chat.case is None or chat.case.case_id != notice.case_id:
            return Committed()
        before = chat.flow
        chat, events = self._resume(tx, chat, OfficerMoved(notice.state), now)
        return self.afterwards.finish(tx, stored, notice.row_id, self._carry_out(tx, chat, before, events, now), now)

    def answer_came(self, tx: Transaction, arriving: Arriving) -> Committed:
        """Run the turn of a message of the team: the chat remembers its id, and says that there is something to read."""
        now, message_id, case_id = self._clock(), arriving.reply.message_id, arriving.reply.case_id
        stored = tx.sessions.get(arriving.row_id)
        chat = read_chat(stored) if stored else Chat(address=arriving.way.address)
        if message_id in chat.answers:  # told before; whether the messenger took it, `say_again` sees to
            tx.replies.later(message_id, now + BUSY_AGAIN_AFTER)
            return Committed()
        is_here = chat.flow is not None and chat.case is not None and chat.case.case_id == case_id
        is_quiet = arriving.way.contact != "here"
        if not is_here:
            known = self._replies.remembered(tx, arriving)
            if is_quiet or known is None or not is_at_rest(chat):
                tx.replies.later(message_id, now + BUSY_AGAIN_AFTER)
                return Committed()
            chat = self._replies.leave(tx, chat, chat, now)
            flow = engine.rest(self._assets, chat.flow, known, now, self._rng)
            chat = replace(chat, flow=flow, case=self._replies.handle(tx, case_id), officer="none", forgotten=False)
        before = chat.flow
        chat = replace(chat, answers=(*chat.answers, message_id), telling=(*chat.telling, message_id))
        if chat.unreachable:
            chat = self._replies.said(tx, chat, (message_id,), now, reached=False)
        chat, events = self._resume(tx, chat, AnswerCame(), now)
        decision = self._carry_out(tx, chat, before, events, now)
        loud = not is_quiet
        return self.afterwards.finish(tx, stored, arriving.row_id, decision, now, may_send=loud, anew=loud)

    def may_try_code(self, tx: Transaction, row_id: bytes, address: Address) -> bool:
        """Whether this chat's next code is looked at, or has to wait; asked before anything is stretched."""
        stored, now = tx.sessions.get(row_id), self._clock()
        chat = read_chat(stored) if stored else Chat(address=address)
        return self._tallies.of(address, chat.tally).code_at(now) <= now

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

    def has_to_wait(self, tx: Transaction, row_id: bytes, incoming: Incoming) -> Committed:
        """Take nothing of an update that would open one case too many, and tell so; the turn was undone, and the update is done with."""
        tx.seen.record(incoming.address.channel, incoming.update_id, self._clock())
        return replace(self.not_taken(tx, row_id, incoming), quick=read_quick(incoming))

    def notices(self, tx: Transaction, now: int, row_of: Callable[[Address], bytes]) -> tuple[CaseMoved, ...]:
        """Claim the officers' notices; return those about a chat that can still be told."""
        found = []
        for notice in tx.notices.claim(now, NOTICES_AT_ONCE, NOTICE_LEASE):
            try:
                kept = tx.return_addresses.get(notice.case_id)
            except SealingError:  # written under a key that is no more: nobody can be told, and nobody else waits for it
                kept = None
            if kept is None:
                tx.notices.done(notice.notice_id)
                continue
            if notice.kind == "closed" and tx.replies.is_due(notice.case_id, now):
                tx.notices.later(notice.notice_id, now + 1)  # the last message of a case goes before its end is told
                continue
            state, row_id = NOTICED.get(notice.kind, notice.kind), row_of(WayBack.from_bytes(kept).address)
            found.append(CaseMoved(notice_id=notice.notice_id, case_id=notice.case_id, row_id=row_id, state=state))
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

    def _typed(self, tx: Transaction, chat: Chat, incoming: Incoming, code: CodeTyped, now: int) -> Decision:
        """Let the engine take what was typed as a code: it learns what became of it, and the digits go no further."""
        before, found, events = chat.flow, code.find(tx), tuple[Event, ...]()
        row = None if found is None else tx.cases.get(found.case_id)
        if before is None:
            flow, events = engine.start(self._assets, read_trigger(incoming), self._circumstances(tx, chat, now), now, self._rng)
            chat = replace(chat, flow=flow)
        assert chat.flow is not None
        (said, *_) = read_resumes(incoming)
        is_safe_word = (
            chat.flow.safe_word is not None and isinstance(said, TextSaid) and said.text.strip().casefold() == chat.flow.safe_word
        )
        if is_safe_word or (code.wrong and is_words(chat.flow)):
            return self._answer(tx, chat, incoming, None, now)
        if row is not None and not row.erased:
            given = CodeGiven(outcome="found", urgency=row.urgency, language=row.language)
        else:
            found, given = None, CodeGiven(outcome="mistyped" if code.wrong else "later" if code.later else "unknown")
        if given.outcome == "unknown":
            chat = replace(chat, tally=self._tallies.of(chat.address, chat.tally).with_code(now))
        chat, more = self._resume(tx, chat, given, now)
        decision = self._carry_out(tx, chat, before, (*events, *more), now)
        if found is not None and any(isinstance(event, CameBack) for event in more):
            chat = self._replies.come_back(tx, decision.chat, found.case_id, code, now)
            assert chat.flow is not None
            view = engine.show(self._assets, chat.flow, self._circumstances(tx, chat, now))
            decision = replace(decision, chat=chat, view=view)
        return replace(decision, secret=True)

    def _present(self, tx: Transaction, chat: Chat, now: int) -> Chat:
        """The chat as things stand: with what has come to the mailbox of its code; at the door, if its case was taken back elsewhere."""
        if self._reports.is_gone(tx, chat) and chat.flow is not None:
            flow = emptied(self._assets, chat.flow, "withdrawn")
            flow = revised(flow, sprint=flow.sprint + 1)
            return replace(chat, flow=flow, case=None, officer="none", answers=(), telling=(), mailbox=b"", mailbox_until=0)
        return self._replies.refreshed(tx, chat, now)

    def _resume(self, tx: Transaction, chat: Chat, resume: Resume, now: int) -> tuple[Chat, tuple[Event, ...]]:
        assert chat.flow is not None
        around = self._circumstances(tx, chat, now)
        flow, events = engine.resume(self._assets, chat.flow, resume, around, now, self._rng)
        return replace(chat, flow=flow), events

    def _carry_out(self, tx: Transaction, chat: Chat, before: Session | None, events: tuple[Event, ...], now: int) -> Decision:
        done = self._reports.carry_out(tx, chat, before, events, now)
        done = replace(done, chat=self._replies.follow(tx, done.chat, chat, events, now))
        moved = done.moved or any(isinstance(event, ReadersSettled | ReportLeft | AnswerPutAway) for event in events)
        moved = moved or self._begins_to_read(before, done.chat.flow)
        view = next((event.view for event in reversed(events) if isinstance(event, CardShown)), None)
        flow = done.chat.flow
        is_hidden = flow is not None and flow.status == "hidden" and any(isinstance(event, Hidden) for event in events)
        if flow is not None and (is_hidden or (view is not None and moved)):
            # The engine drew its cards before the last timer, and before the case moved; what is shown must be true after them.
            view = engine.show(self._assets, flow, self._circumstances(tx, done.chat, now))
        return Decision(chat=done.chat, view=view, events=events, alarmed=done.alarmed, erased_blobs=done.erased_blobs)

    def _circumstances(self, tx: Transaction, chat: Chat, now: int) -> Circumstances:
        """What is true now: whether somebody is on duty for this chat's case, how far an officer is with it, and who can open it."""
        team_ids = self._reports.team_ids(chat)
        reads = chat.answers and chat.flow is not None and chat.flow.node == self._assets.script.reading
        return Circumstances(
            on_duty=self._duty.on_duty(tx, team_ids, now),
            officer=self._reports.officer_state(tx, chat, now),
            readers=self._reports.reading(tx, chat),
            answers=len(chat.answers),
            parts=max(1, len(self._replies.parts(tx, chat))) if reads else 1,
            can_answer=self._replies.can_answer(),
        )

    def _begins_to_read(self, before: Session | None, now: Session | None) -> bool:
        """Whether a message is shown that was not before: on how many cards it fits was not known when the card was drawn."""
        node = self._assets.script.reading
        return now is not None and now.node == node and (before is None or before.node != node)

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
