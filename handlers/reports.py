"""What a turn's events do to the case: opened, appended to, given to its teams, withdrawn, forgotten (SEALING.md sections 4, 5, 7).

Laws. Everything happens inside the turn's transaction. The alarm is raised in the transaction that opens the case. A case's secret is
forgotten when nothing is left to wrap it for, at most an hour after opening. Whoever was shut out gets no wrap. Before anything is
appended, the chain since our own last entry is verified.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from flows.escalation import Policies
from flows.events import (
    AnswerGiven,
    AreaNamed,
    CaseOpened,
    Event,
    Hidden,
    MediaKept,
    ReadersSettled,
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
from sealing.case import NewCase, Wrap, wrap_case_seed
from sealing.directory import Team
from sealing.encoding import b64u, time_text, unb64u
from sealing.entry import CaseHead, SealedEntry, seal_entry, verify_chain
from sealing.identity import Recipient, SigningIdentity
from sealing.receipts import ReceiptSecrets, make_receipt, shown, stored_lookup, stored_withdraw_token
from sealing.suite import SUITE
from storage.case_values import CaseFacts
from storage.errors import AlreadyThere
from storage.receipts import StoredReceipt
from storage.transaction import Transaction

NATIONAL: Final = "national"
"""The team that always exists and has what belongs to nobody (DESIGN.md section 5)."""
URGENCY_UNKNOWN: Final = "P1"
"""Whoever does not say whether there is danger is treated as urgent (DOMAIN.md section 5)."""
DESIGNATIONS_TRIED: Final = 20
"""Draws of a spoken name before giving up; with 100,000 cases about half of the draws are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedOut:
    """The chat after its case's side is done. `alarmed`: officers must be told at once; `moved`: the case was opened or reopened."""

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

    # What the host asks -----------------------------------------------------------------------------------------------

    def team_ids(self, chat: Chat) -> tuple[str, ...]:
        """The teams that this chat's case goes to, or would go to as things stand."""
        if chat.case is not None and chat.case.opened and chat.flow is not None and chat.flow.case_is_open:
            return chat.case.team_ids
        return tuple(team.team_id for team in self._teams(chat.flow))

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
        if any(isinstance(event, CaseOpened) for event in events):
            done = self._open(tx, chat, now)
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

    def end(self, tx: Transaction, chat: Chat) -> tuple[bytes, ...]:
        """Let go of what an ending conversation leaves: blobs nobody sent, the way back to whoever wants no answer."""
        if chat.case is not None and chat.case.opened and chat.flow is not None and chat.flow.contact != "here":
            tx.return_addresses.delete(chat.case.case_id)
        return self._discard(tx, CarriedOut(chat=chat)).erased_blobs

    # Opening ----------------------------------------------------------------------------------------------------------

    def _open(self, tx: Transaction, chat: Chat, now: int) -> CarriedOut:
        flow = chat.flow
        assert flow is not None
        directory = self._directory.to_seal(now)
        case = NewCase.make(self._rng)
        if chat.case is not None and not chat.case.opened:
            case = replace(case, case_id=chat.case.case_id)
        teams = self._teams(flow)
        recipients = [*(team.key for team in teams), directory.recovery]
        head = CaseHead.of(case.case_id, case.identity.recipient)
        urgency = flow.urgency or URGENCY_UNKNOWN
        entries, head = self._seal(head, [opened(flow, urgency, teams, now), *told(flow, now), *chat.pending])
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
        settled = flow.excluded != "unknown" and flow.area is not None
        handle = CaseHandle(
            case_id=case.case_id,
            opened=True,
            public_key=case.identity.recipient.public_key,
            seq=head.seq,
            hash=head.hash,
            team_ids=team_ids,
            seed=b"" if settled else case.identity.seed,
            seed_until=0 if settled else now + SEED_KEPT_FOR,
        )
        open_alarm(tx, case_id=case.case_id, team_ids=team_ids, policies=self._policies, now=now, rng=self._rng)
        self._keep_return_address(tx, chat.address, case.case_id)
        chat = replace(chat, case=handle, pending=(), officer="waiting")
        if flow.contact == "receipt":
            chat = self._give_receipt(tx, chat)
        return CarriedOut(chat=chat, alarmed=True, moved=True)

    def _name_and_store(self, tx: Transaction, facts: CaseFacts, wraps: Sequence[Wrap], entries: Sequence[SealedEntry]) -> None:
        for _ in range(DESIGNATIONS_TRIED):
            try:
                tx.cases.open(replace(facts, designation=designations.draw(self._rng)), wraps, entries)
            except AlreadyThere as taken:
                if "designation" not in str(taken):
                    raise
            else:
                return
        raise AlreadyThere("designation")

    def _teams(self, flow: Session | None) -> tuple[Team, ...]:
        """The area's team where it is known and may read, else the national team."""
        directory = self._directory.now
        if flow is not None and flow.area is not None and flow.excluded == "no":
            team = directory.team_of_area(flow.area)
            if team is not None:
                return (team,)
        national = directory.team(NATIONAL)
        assert national is not None, "a directory without a national team is not installed"
        return (national,)

    # Appending --------------------------------------------------------------------------------------------------------

    def _append(self, tx: Transaction, chat: Chat, events: Sequence[Event], now: int) -> CarriedOut:
        assert chat.flow is not None
        assert chat.case is not None
        written = [entry for event in events for entry in entries_of(event, now)]
        case, added = self._add_area_team(tx, chat, events, now)
        chat, written = chat.with_case(case), [*written, *added, *chat.pending]
        if written:
            chat = self._write(tx, chat, written, now)
            tx.blobs.attach([unb64u(one["blob_id"]) for one in chat.pending], case.case_id)
            chat = replace(chat, pending=())
        is_reopened = _says_more(events) and tx.cases.reopen(case.case_id)
        if is_reopened:
            self._keep_return_address(tx, chat.address, case.case_id)
        if is_reopened:
            self._keep_return_address(tx, chat.address, case.case_id)
        alarmed = self._tell_officers(tx, chat, events, bool(added) or is_reopened, now)
        if any(isinstance(event, ReceiptRequested) for event in events):
            chat = self._give_receipt(tx, chat)
        return CarriedOut(chat=chat, alarmed=alarmed, moved=is_reopened)

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

    def _add_area_team(
        self, tx: Transaction, chat: Chat, events: Sequence[Event], now: int
    ) -> tuple[CaseHandle, list[Plaintext]]:
        """Let the area's own team read as soon as it is settled that it may; forget the secret once readers are settled."""
        case, flow = chat.case, chat.flow
        assert case is not None
        assert flow is not None
        for event in events:
            if isinstance(event, AreaNamed):
                tx.cases.set_area(case.case_id, event.area)
        if not any(isinstance(event, ReadersSettled | AreaNamed) for event in events) or flow.excluded == "unknown":
            return case, []
        (team,) = self._teams(flow)
        added: list[Plaintext] = []
        if case.seed and team.team_id not in case.team_ids and flow.excluded == "no":
            wrap = wrap_case_seed(team.key, case.case_id, case.seed)
            tx.cases.add_wrap(case.case_id, wrap)
            added = [{"kind": "access", "at": time_text(now), "key_id": b64u(team.key.key_id)}]
            case = replace(case, team_ids=(*case.team_ids, team.team_id))
        if flow.area is not None:
            case = replace(case, seed=b"", seed_until=0)
        return case, added

    def _tell_officers(self, tx: Transaction, chat: Chat, events: Sequence[Event], calls: bool, now: int) -> bool:
        """Raise an alarm for a higher urgency and whatever else `calls` for one: a new team, words that came after the case was closed."""
        case = chat.case
        assert case is not None
        raised = [event for event in events if isinstance(event, UrgencyRaised)]
        is_higher = bool(raised) and tx.cases.raise_urgency(case.case_id, raised[-1].level)
        if is_higher or calls:
            open_alarm(tx, case_id=case.case_id, team_ids=case.team_ids, policies=self._policies, now=now, rng=self._rng)
            return True
        return False

    # Receipts, addresses, withdrawal ------------------------------------------------------------------------------------

    def _give_receipt(self, tx: Transaction, chat: Chat) -> Chat:
        """Draw a receipt; what is stored finds the case again for whoever types it, and the digits are kept for the card only."""
        case = chat.case
        assert case is not None
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
        row = tx.cases.get(case.case_id)
        blobs: tuple[bytes, ...] = ()
        if row is not None and row.state == "new":
            blobs = tx.cases.erase(case.case_id)
            tx.cases.withdraw(case.case_id, now)
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
    return any(isinstance(event, WordsKept | AnswerGiven | MediaKept) for event in events)


def _shows_receipt(view: View) -> bool:
    """Whether a card names the receipt."""
    values = (value for paragraph in view.paragraphs for _, value in paragraph.values)
    return any(isinstance(value, Ref) and value.kind == "receipt" for value in values)
