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
    CaseOpened,
    DangerConfirmed,
    Event,
    Hidden,
    MediaKept,
    ReceiptRequested,
    ReporterForgotten,
    ReportWithdrawn,
    UrgencyRaised,
    WordsDiscarded,
    WordsKept,
)
from flows.session import Session
from flows.view import Ref, View
from handlers import designations
from handlers.channel import Address
from handlers.chat import SEED_KEPT_FOR, CaseHandle, Chat
from handlers.directory_in_force import DirectoryInForce
from handlers.entries import Plaintext, entries_of, opened, told
from handlers.officer.alarms import open_alarm
from handlers.officer.moves import ended
from handlers.officer.news import tell_news
from handlers.readers import Readers
from sealing.case import NewCase, Wrap
from sealing.encoding import time_text, unb64u
from sealing.entry import CaseHead, SealedEntry, seal_entry, verify_chain
from sealing.identity import Recipient, SigningIdentity
from sealing.receipts import ReceiptSecrets, make_receipt, shown, stored_lookup, stored_withdraw_token
from sealing.suite import SUITE
from storage.case_values import CaseFacts
from storage.errors import AlreadyThere
from storage.receipts import StoredReceipt
from storage.transaction import Transaction

URGENCY_UNKNOWN: Final = "P1"
"""Whoever does not say whether there is danger is treated as urgent (DOMAIN.md section 5)."""
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
        receipt_pepper: bytes,
        policies: Policies,
        rng: Callable[[int], bytes],
    ) -> None:
        self._directory = directory
        self._signer = signer
        self._pepper = receipt_pepper
        self._policies = policies
        self._rng = rng
        self._readers = Readers(directory, policies, rng)

    # What the host asks -----------------------------------------------------------------------------------------------

    def team_ids(self, chat: Chat) -> tuple[str, ...]:
        """The teams that this chat's case goes to, or would go to as things stand."""
        if chat.case is not None and chat.case.opened and chat.flow is not None and chat.flow.case_is_open:
            return chat.case.team_ids
        return tuple(team.team_id for team in self._readers.teams(chat.flow))

    def must_seal(self, now: int) -> None:
        """Raise DirectoryExpired where nothing could be sealed: then nothing is taken, and the person is told (`not_taken`)."""
        self._directory.to_seal(now)

    def officer_state(self, tx: Transaction, chat: Chat) -> str:
        """How far the officers are with this chat's case: what the card may say. Of an earlier case nothing is said."""
        if chat.case is None or not chat.case.opened or chat.flow is None:
            return "none"
        if not chat.flow.case_is_open and chat.flow.case != "withdrawn":
            return "none"
        row = tx.cases.get(chat.case.case_id)
        if row is None or row.state == "withdrawn":
            return "none"
        if row.state in ("taken", "referred"):
            return "taken"
        if row.state == "closed":
            return "closed"
        return chat.officer if chat.officer in ("acknowledged", "unanswered") else "waiting"

    def return_address(self, tx: Transaction, case_id: bytes) -> Address | None:
        """Where the reporter of a case can be reached, while that is kept."""
        kept = tx.return_addresses.get(case_id)
        if kept is None:
            return None
        channel, bot_id, chat_id = kept.decode().split("\n")
        return Address(channel=channel, bot_id=bot_id, chat_id=chat_id)

    def carry_out(self, tx: Transaction, chat: Chat, before: Session | None, events: Sequence[Event], now: int) -> CarriedOut:
        """Do to the case what the turn's events say."""
        was_open = before is not None and before.case_is_open
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
        if any(isinstance(event, ReporterForgotten) for event in events) and done.chat.case and done.chat.case.opened:
            tx.return_addresses.delete(done.chat.case.case_id)
        return done

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
        open_alarm(tx, case_id=case.case_id, team_ids=team_ids, policies=self._policies, now=now, rng=self._rng)
        self._keep_return_address(tx, chat.address, case.case_id)
        chat = replace(chat, case=handle, pending=(), officer="waiting")
        if flow.contact == "receipt":
            chat = self._give_receipt(tx, chat)
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
        written = [entry for event in events for entry in entries_of(event, now)]
        readers = self._readers.settle(tx, chat.case, chat.flow, events, now)
        case = readers.case
        chat, written = chat.with_case(case), [*written, *readers.entries, *chat.pending]
        if written:
            chat = self._write(tx, chat, written, now)
            tx.blobs.attach([unb64u(one["blob_id"]) for one in chat.pending], case.case_id)
            chat = replace(chat, pending=())
        is_reopened = _says_more(events) and tx.cases.reopen(case.case_id)
        if is_reopened:
            self._keep_return_address(tx, chat.address, case.case_id)
        rings = self._sound(tx, case, events, readers.added or is_reopened, now) or readers.alarmed
        told = 0
        if rings:
            chat = replace(chat, officer="waiting")
        elif any(isinstance(event, WordsKept | MediaKept) for event in events):
            told = tell_news(tx, case.case_id, now=now, rng=self._rng)
        if any(isinstance(event, ReceiptRequested) for event in events):
            chat = self._give_receipt(tx, chat)
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

    def _sound(self, tx: Transaction, case: CaseHandle, events: Sequence[Event], calls: bool, now: int) -> bool:
        """Sound the alarm for danger, a higher urgency and whatever else `calls` for it: a new team, words that came after closing."""
        raised = [event for event in events if isinstance(event, UrgencyRaised)]
        is_higher = bool(raised) and tx.cases.raise_urgency(case.case_id, raised[-1].level)
        danger = any(isinstance(event, DangerConfirmed) for event in events)
        if not (is_higher or calls or danger):
            return False
        open_alarm(
            tx, case_id=case.case_id, team_ids=case.team_ids, policies=self._policies, now=now, rng=self._rng, danger=danger
        )
        return danger or is_higher

    # Receipts, addresses, withdrawal ------------------------------------------------------------------------------------

    def _give_receipt(self, tx: Transaction, chat: Chat) -> Chat:
        """Draw a receipt; what is stored finds the case again for whoever types it, and the digits are kept for the card only."""
        case = chat.case
        assert case is not None
        for earlier in tx.receipts.of_case(case.case_id):
            tx.receipts.delete(earlier.stored_lookup)  # one receipt a case: the newest
        digits = make_receipt(self._rng)
        secrets = ReceiptSecrets.derive(digits, self._directory.now.receipt_salt)
        tx.receipts.add(
            StoredReceipt(
                stored_lookup=stored_lookup(self._pepper, secrets.lookup),
                case_id=case.case_id,
                mailbox_key=secrets.mailbox.recipient.public_key,
                withdraw_hash=stored_withdraw_token(secrets.withdraw_token),
            )
        )
        return chat.with_case(replace(case, receipt=shown(digits), receipt_shown=False))

    def _keep_return_address(self, tx: Transaction, address: Address, case_id: bytes) -> None:
        tx.return_addresses.put(case_id, "\n".join((address.channel, address.bot_id, address.chat_id)).encode())

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
    return any(isinstance(event, WordsKept | AnswerGiven | MediaKept | DangerConfirmed) for event in events)


def _shows_receipt(view: View) -> bool:
    """Whether a card names the receipt."""
    values = (value for paragraph in view.paragraphs for _, value in paragraph.values)
    return any(isinstance(value, Ref) and value.kind == "receipt" for value in values)
