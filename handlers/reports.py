"""What a turn's events do to the case: opened, appended to, given to its teams, withdrawn, forgotten (SEALING.md sections 4, 5, 7).

Laws. Everything happens inside the turn's transaction. The alarm is raised in the transaction that opens the case, and sounds again when
danger is said in a case that is open. A case's secret is kept for `readers` until the conversation ends, at most an hour after opening.
Before anything is appended, the chain since our own last entry is verified.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flows.escalation import Policies
from flows.events import (
    AnswerGiven,
    AnswerSkipped,
    CaseOpened,
    ContactChosen,
    DangerConfirmed,
    Event,
    Hidden,
    MediaKept,
    MessageWritten,
    ReceiptRequested,
    RegisterChosen,
    ReporterForgotten,
    ReportLeft,
    ReportWithdrawn,
    UrgencyRaised,
    WordsDiscarded,
    WordsKept,
)
from flows.session import Session
from flows.view import Ref, View
from handlers import designations
from handlers.chat import SEED_KEPT_FOR, CaseHandle, Chat
from handlers.directory_in_force import DirectoryInForce
from handlers.entries import Plaintext, entries_of, opened, told
from handlers.errors import TooManyReports
from handlers.officer.moves import ended, standing
from handlers.officer.news import tell_news
from handlers.readers import Readers, Reading
from handlers.receipts import Receipts
from handlers.ringing import WAITING, Cause, Ringing
from handlers.tally import Tallies
from handlers.ways_back import WayBack
from sealing.case import NewCase, Wrap
from sealing.encoding import b64u, time_text, unb64u
from sealing.entry import CaseHead, SealedEntry, seal_entry, verify_chain
from sealing.identity import Recipient, SigningIdentity
from sealing.receipts import shown
from sealing.suite import SUITE
from storage.case_values import CaseFacts
from storage.errors import AlreadyThere
from storage.receipts import StoredReceipt
from storage.transaction import Transaction

URGENCY_UNKNOWN: Final = "P1"
"""Whoever does not say whether there is danger is treated as urgent (DOMAIN.md section 5)."""
WAITS_FOR_NOBODY: Final = frozenset({"abandoned"})
"""Reasons for which a case is opened by the clock and not by a press: it is opened however many there were, since nobody is there to be
told that it has to wait. The clock is slow enough not to be a flood."""
DESIGNATIONS_TRIED: Final = 20
"""Draws of a spoken name before giving up; with 100,000 cases about half of the draws are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOut:
    """The chat after its case's side is done. `alarmed`: there may be something to send to officers at once; `moved`: the case was
    opened or reopened, or its alarm sounds again, so that what a card says about officers is another."""

    chat: Chat
    alarmed: bool = False
    moved: bool = False
    erased_blobs: tuple[bytes, ...] = ()


class Reports:
    """Carries out what events say about a case, with intake's keys."""

    def __init__(
        self,
        *,
        directory: DirectoryInForce,
        signer: SigningIdentity,
        receipts: Receipts,
        policies: Policies,
        tallies: Tallies,
        rng: Callable[[int], bytes],
    ) -> None:
        self._directory = directory
        self._signer = signer
        self._receipts = receipts
        self._tallies = tallies
        self._rng = rng
        self._readers = Readers(directory, policies, rng)
        self._ringing = Ringing(policies, rng)

    # What the host asks -----------------------------------------------------------------------------------------------

    def team_ids(self, chat: Chat) -> tuple[str, ...]:
        """The teams that this chat's case goes to, or would go to as things stand."""
        if chat.case is not None and chat.case.opened and chat.flow is not None and chat.flow.case_is_open:
            return chat.case.team_ids
        return tuple(team.team_id for team in self._readers.teams(chat.flow))

    def must_seal(self, now: int) -> None:
        """Raise DirectoryExpired where nothing could be sealed: then nothing is taken, and the person is told (`not_taken`)."""
        self._directory.to_seal(now)

    def reading(self, tx: Transaction, chat: Chat) -> Reading:
        """Who can open what this chat's case holds: what the card may say about readers."""
        if chat.flow is None or not chat.flow.case_is_open:
            return "national"
        return self._readers.reading(tx, chat.case)

    def officer_state(self, tx: Transaction, chat: Chat, now: int) -> str:
        """How far the officers are with this chat's case: what the card may say. Of an earlier case nothing is said."""
        if chat.case is None or not chat.case.opened or chat.flow is None:
            return "none"
        if not chat.flow.case_is_open and chat.flow.case != "withdrawn":
            return "none"
        row = tx.cases.get(chat.case.case_id)
        if row is None or row.state == "withdrawn":
            return "none"
        if row.state in ("taken", "referred"):
            return "alarmed" if standing(tx, chat.case.case_id, now).rings else "taken"
        if row.state == "closed":
            return "closed"
        return chat.officer if chat.officer in ("acknowledged", "unanswered") else "waiting"

    def is_gone(self, tx: Transaction, chat: Chat) -> bool:
        """Whether this chat's case was taken back from somewhere else: with its code. Then nothing may be written to it any more."""
        if chat.case is None or not chat.case.opened or chat.flow is None or not chat.flow.case_is_open:
            return False
        row = tx.cases.get(chat.case.case_id)
        return row is None or row.erased

    def carry_out(self, tx: Transaction, chat: Chat, before: Session | None, events: Sequence[Event], now: int) -> CarriedOut:
        """Do to the case what the turn's events say."""
        was_open = before is not None and before.case_is_open
        chat = self._counted(self.forget_seed(chat, now), events, now)
        done = CarriedOut(chat=chat)
        reason = next((event.reason for event in events if isinstance(event, CaseOpened)), None)
        if reason is not None:
            done = self._open(tx, chat, reason, now)
        elif was_open:
            done = self._append(tx, chat, events, now)
        if any(isinstance(event, ReportWithdrawn) for event in events):
            done = self._withdraw(tx, done, now)
        if any(isinstance(event, WordsDiscarded) for event in events):
            done = self._discard(tx, done)
        if any(isinstance(event, ReportLeft) for event in events):
            done = self._leave(tx, done, before)
        if any(isinstance(event, ReporterForgotten) for event in events):
            self._tallies.keep(chat.address, done.chat.tally, now)
            if done.chat.case and done.chat.case.opened and not (before and before.came_back):
                tx.return_addresses.delete(done.chat.case.case_id)
        return done

    def _counted(self, chat: Chat, events: Sequence[Event], now: int) -> Chat:
        """Count the files that this turn kept, on top of what the chat caused before it was forgotten."""
        files = sum(isinstance(event, MediaKept) for event in events)
        if not files:
            return chat
        return replace(chat, tally=self._tallies.of(chat.address, chat.tally).with_attachments(files, now))

    def forget_seed(self, chat: Chat, now: int) -> Chat:
        """Forget the case's secret once its time is over."""
        if chat.case is None or not chat.case.seed or chat.case.seed_until > now:
            return chat
        return chat.with_case(replace(chat.case, seed=b"", seed_until=0))

    def after_shown(self, chat: Chat, view: View | None, events: Sequence[Event]) -> Chat:
        """Forget the receipt once it was on a card and that card is put away; one that nobody has seen yet is kept for its card."""
        if chat.case is None or not chat.case.receipt:
            return chat
        if chat.case.receipt_shown and any(isinstance(event, Hidden) for event in events):
            return chat.with_case(replace(chat.case, receipt="", receipt_shown=False))
        if view is None or chat.case.receipt_shown or not _shows_receipt(view):
            return chat
        return chat.with_case(replace(chat.case, receipt_shown=True))

    def end(self, tx: Transaction, chat: Chat, contact: str) -> tuple[bytes, ...]:
        """Let go of what an ending conversation leaves: blobs nobody sent, the way back to whoever wants no answer here. `contact` is
        what was chosen, before the ending emptied the session."""
        if chat.case is not None and chat.case.opened and contact != "here":
            tx.return_addresses.delete(chat.case.case_id)
        return self._discard(tx, CarriedOut(chat=chat)).erased_blobs

    # Opening ----------------------------------------------------------------------------------------------------------

    def _open(self, tx: Transaction, chat: Chat, reason: str, now: int) -> CarriedOut:
        flow = chat.flow
        assert flow is not None
        tally = self._tallies.of(chat.address, chat.tally)
        if reason not in WAITS_FOR_NOBODY and tally.case_at(now) > now:
            raise TooManyReports
        directory = self._directory.to_seal(now)
        case = NewCase.make(self._rng)
        if chat.case is not None and not chat.case.opened:
            case = replace(case, case_id=chat.case.case_id)
        teams = self._readers.teams(flow)
        recipients = [*(team.key for team in teams), directory.recovery]
        head = CaseHead.of(case.case_id, case.identity.recipient)
        urgency = flow.urgency or URGENCY_UNKNOWN
        entries, head = self._seal(head, [opened(flow, urgency, teams, reason, now), *told(flow, now), *chat.pending])
        wraps = case.wrap_to(recipients)
        facts = CaseFacts(
            case_id=case.case_id,
            designation="",
            area=flow.area,
            urgency=urgency,
            language=flow.language,
            channel=flow.channel,
            opened_at=now,
            suite=SUITE,
            public_key=case.identity.recipient.public_key,
        )
        self._name_and_store(tx, facts, wraps, entries)
        tx.blobs.attach([unb64u(one["blob_id"]) for one in chat.pending], case.case_id)
        team_ids = tuple(team.team_id for team in teams)
        handle = CaseHandle(
            case_id=case.case_id,
            opened=True,
            public_key=case.identity.recipient.public_key,
            seq=head.seq,
            hash=head.hash,
            team_ids=team_ids,
            seed=case.identity.seed,
            seed_until=now + SEED_KEPT_FOR,
        )
        _keep_way_back(tx, chat, case.case_id)
        chat = self._ringing.begin(tx, replace(chat, case=handle, pending=(), tally=tally.with_case(now)), now)
        if flow.contact == "receipt":
            chat = self._give_receipt(tx, chat, now)
        return CarriedOut(chat=chat, alarmed=True, moved=True)

    def _name_and_store(self, tx: Transaction, facts: CaseFacts, wraps: Sequence[Wrap], entries: Sequence[SealedEntry]) -> None:
        for attempt in range(DESIGNATIONS_TRIED):
            try:
                tx.cases.open(replace(facts, designation=designations.draw(self._rng, attempt)), wraps, entries)
            except AlreadyThere as taken:
                if "designation" not in str(taken):
                    raise
            else:
                return
        raise AlreadyThere("designation")

    # Appending --------------------------------------------------------------------------------------------------------

    def _append(self, tx: Transaction, chat: Chat, events: Sequence[Event], now: int) -> CarriedOut:
        assert chat.flow is not None
        assert chat.case is not None
        written = [entry for event in events for entry in entries_of(event, now, self._rng)]
        readers = self._readers.settle(tx, chat.case, chat.flow, events, now)
        case, known = readers.case, chat.case.team_ids
        chat, written = chat.with_case(case), [*written, *readers.entries, *chat.pending]
        if written:
            chat = self._write(tx, chat, written, now)
            tx.blobs.attach([unb64u(one["blob_id"]) for one in chat.pending], case.case_id)
            chat = replace(chat, pending=())
        is_reopened = _says_more(events) and tx.cases.reopen(case.case_id)
        if is_reopened or (_says_how_to_answer(events) and tx.return_addresses.is_kept(case.case_id)):
            _keep_way_back(tx, chat, case.case_id)
        let_in = tuple(team for team in case.team_ids if team not in known) if readers.added else ()
        cause = self._cause(tx, case, events, let_in, calls=readers.added or is_reopened)
        chat = self._ringing.again(tx, chat, cause, now)
        rings = cause.danger or cause.higher or readers.alarmed
        told = 0
        if rings:
            chat = replace(chat, officer=chat.officer if chat.tally.is_late(now) else WAITING)
        elif any(isinstance(event, WordsKept | MessageWritten | MediaKept) for event in events):
            told = tell_news(tx, case.case_id, now=now, rng=self._rng)
        if any(isinstance(event, ReceiptRequested) for event in events):
            chat = self._give_receipt(tx, chat, now)
        calls = rings or is_reopened
        return CarriedOut(chat=chat, alarmed=calls or readers.added or told > 0, moved=calls)

    def _write(self, tx: Transaction, chat: Chat, plaintexts: Sequence[Plaintext], now: int) -> Chat:
        """Seal entries after the verified end of the chain, and store them."""
        case = chat.case
        assert case is not None
        self._directory.to_seal(now)
        head = self._verified_head(tx, case)
        entries, after = self._seal(head, plaintexts)
        tx.cases.append(case.case_id, head.seq, entries)
        return chat.with_case(replace(case, seq=after.seq, hash=after.hash))

    def _verified_head(self, tx: Transaction, case: CaseHandle) -> CaseHead:
        head = CaseHead(
            case_id=case.case_id, key=Recipient.from_bytes(case.public_key), suite=SUITE, seq=case.seq, hash=case.hash
        )
        stored = tx.cases.head(case.case_id)
        if stored.seq == head.seq and stored.hash == head.hash:
            return head
        return verify_chain(head, tx.cases.entries(case.case_id, head.seq), self._directory.now)

    def _seal(self, head: CaseHead, plaintexts: Sequence[Plaintext]) -> tuple[list[SealedEntry], CaseHead]:
        entries = []
        for plaintext in plaintexts:
            sealed, head = seal_entry(head, plaintext, self._signer, self._rng(16))
            entries.append(sealed)
        return entries, head

    def _cause(
        self, tx: Transaction, case: CaseHandle, events: Sequence[Event], let_in: tuple[str, ...], *, calls: bool
    ) -> Cause:
        """Why the alarm has to sound: danger, a higher urgency, or whatever else `calls` for it."""
        raised = [event for event in events if isinstance(event, UrgencyRaised)]
        return Cause(
            danger=any(isinstance(event, DangerConfirmed) for event in events),
            higher=bool(raised) and tx.cases.raise_urgency(case.case_id, raised[-1].level),
            calls=calls,
            added=let_in,
        )

    # Receipts, addresses, withdrawal ------------------------------------------------------------------------------------

    def _give_receipt(self, tx: Transaction, chat: Chat, now: int) -> Chat:
        """Give a receipt; what is stored finds the case again for whoever types it, and the digits are kept for the card only. The case
        says under our signature which mailbox is the reporter's, so that no answer is sealed to one that somebody put there."""
        case = chat.case
        assert case is not None
        for earlier in tx.receipts.of_case(case.case_id):
            tx.receipts.delete(earlier.stored_lookup)  # one receipt a case: the newest
        drawn = self._receipts.take()
        tx.receipts.add(
            StoredReceipt(
                stored_lookup=drawn.stored_lookup,
                case_id=case.case_id,
                mailbox_key=drawn.mailbox_key,
                withdraw_hash=drawn.withdraw_hash,
            )
        )
        mailbox = b64u(Recipient.from_bytes(drawn.mailbox_key).key_id)
        given = {"kind": "status", "at": time_text(now), "status": "receipt-given", "mailbox": mailbox}
        chat = self._write(tx, chat, [given], now)
        assert chat.case is not None
        return chat.with_case(replace(chat.case, receipt=shown(drawn.digits), receipt_shown=False))

    def _withdraw(self, tx: Transaction, done: CarriedOut, now: int) -> CarriedOut:
        """Erase what nobody has taken; where somebody has, tell them about the wish."""
        chat = done.chat
        case = chat.case
        assert case is not None
        blobs: tuple[bytes, ...] = ()
        if tx.cases.withdraw_untaken(case.case_id, now):
            blobs = tx.cases.erase(case.case_id)
            ended(tx, case.case_id, by=None, now=now, rng=self._rng)
        else:
            chat = self._write(tx, chat, [{"kind": "status", "at": time_text(now), "status": "withdrawal-wished"}], now)
            tx.return_addresses.delete(case.case_id)
        assert chat.case is not None
        chat = chat.with_case(replace(chat.case, seed=b"", seed_until=0, receipt=""))
        return replace(done, chat=chat, erased_blobs=(*done.erased_blobs, *blobs))

    def _leave(self, tx: Transaction, done: CarriedOut, before: Session | None) -> CarriedOut:
        """Let go of a case that stays with its team, so that the next report of this chat is one of its own."""
        case = done.chat.case
        if case is not None and (before is None or (before.contact != "here" and not before.came_back)):
            tx.return_addresses.delete(case.case_id)
        return replace(done, chat=replace(done.chat, case=None, officer="none"))

    def _discard(self, tx: Transaction, done: CarriedOut) -> CarriedOut:
        """Delete blobs that wait for a case that will not come."""
        blobs = tuple(unb64u(one["blob_id"]) for one in done.chat.pending)
        tx.blobs.delete(blobs)
        chat = replace(done.chat, pending=())
        if chat.case is not None and not chat.case.opened:
            chat = chat.with_case(None)
        return replace(done, chat=chat, erased_blobs=(*done.erased_blobs, *blobs))


def _says_more(events: Sequence[Event]) -> bool:
    """Whether the reporter told something in this turn."""
    return any(isinstance(event, WordsKept | MessageWritten | AnswerGiven | MediaKept | DangerConfirmed) for event in events)


def _says_how_to_answer(events: Sequence[Event]) -> bool:
    """Whether this turn changes how the reporter may be answered."""
    return any(
        isinstance(event, ContactChosen | RegisterChosen) or (isinstance(event, AnswerSkipped) and event.step == "contact")
        for event in events
    )


def _keep_way_back(tx: Transaction, chat: Chat, case_id: bytes) -> None:
    """Keep where, and how, the reporter can be answered; a chat that came back with a code is nobody's own and is not kept."""
    if chat.flow is None or not chat.flow.came_back:
        tx.return_addresses.put(case_id, WayBack.of(chat.address, chat.flow).to_bytes())


def _shows_receipt(view: View) -> bool:
    """Whether a card names the receipt."""
    values = (value for paragraph in view.paragraphs for _, value in paragraph.values)
    return any(isinstance(value, Ref) and value.kind == "receipt" for value in values)
