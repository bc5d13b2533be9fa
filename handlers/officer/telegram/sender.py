"""Sends what waits in the outbox to officers: alerts that ring, and edits of those that stand in chats.

Laws. At most `AT_ONCE` at a time; woken at once by `ring`, and otherwise looking every half second, since another process may have
written. In doubt a message is sent again: what is claimed and not settled is due again after `LEASE` seconds, and at once when a
sender starts, since the likeliest holder is the process that died before it. Where an officer cannot be reached the alarm asks at
once whom to tell instead; a chat that refuses for long is unlinked (`reach`). Nothing that failed is lost silently: the alarm's next
step comes anyway.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Final

import structlog

from flows.duty import OfficerId
from handlers.channel import Card
from handlers.errors import Refused, ReporterUnreachable, TryLater
from handlers.officer import alarms, moves, news
from handlers.officer.news import NEWS
from handlers.officer.telegram.calls import AT_ONCE
from handlers.officer.telegram.messages import Message, message
from handlers.officer.telegram.parts import Parts
from handlers.officer.telegram.reach import Reach
from storage.alerts import Alert
from storage.officers import Officer
from storage.transaction import Transaction

LEASE: Final = 60
"""Longer than a call may take with all of its time-outs, so that only a dead process loses a claim."""
_LOOK_EVERY: Final = 0.5
_LONGEST_WAIT: Final = 60
_EDITED: Final = 5
"""Messages of one officer about one case that are edited, the newest; older ones answer a press with how things are."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    chat_id: int = field(repr=False)
    contact: bytes = field(repr=False)
    message: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class _Edit:
    chat_id: int = field(repr=False)
    message_id: int
    card: Card = field(repr=False)


class Sender:
    """The loop over the outbox. `bell` is set by whoever has just committed something for it."""

    def __init__(self, parts: Parts, bell: asyncio.Event) -> None:
        self._parts = parts
        self._bell = bell
        self._reach = Reach()
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Send until cancelled; what is under way then is finished, or sent again by whoever comes next."""
        try:
            await self._take_over()
            while True:
                self._bell.clear()
                if await self._start_some() == 0:
                    await self._wait()
        finally:
            if self._under_way:
                await asyncio.wait(self._under_way)

    async def _take_over(self) -> None:
        """Let nobody wait for the lease of a process that died; at worst, what another process is just sending is sent twice."""
        try:
            await self._parts.database.transact(lambda tx: tx.alerts.let_go(self._parts.clock()))
        except Exception as fault:
            _log.warning("officer_outbox_unreadable", error=type(fault).__name__)

    async def _start_some(self) -> int:
        """Claim as much as there is room for and begin to send it; return how much."""
        room = AT_ONCE - len(self._under_way)
        if room == 0:
            await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
            return 1
        now = self._parts.clock()
        try:
            claimed = await self._parts.database.transact(lambda tx: tx.alerts.claim(now, room, LEASE))
        except Exception as fault:
            _log.warning("officer_outbox_unreadable", error=type(fault).__name__)
            await asyncio.sleep(_LOOK_EVERY)
            return 0
        for alert in claimed:
            task = asyncio.create_task(self._deliver(alert))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return len(claimed)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_EVERY):
                await self._bell.wait()
        except TimeoutError:
            return

    async def _deliver(self, alert: Alert) -> None:
        """Send one alert. What is not settled, because even the database failed, is due again when the claim runs out."""
        try:
            await self._attempt(alert)
        except Exception as fault:
            _log.warning("officer_alert_in_doubt", error=type(fault).__name__)

    async def _attempt(self, alert: Alert) -> None:
        """Say what the row says; whatever goes wrong at the messenger, the row then says what comes next."""
        try:
            if alert.kind == moves.REFRESH:
                await self._refresh(alert)
            else:
                await self._send(alert)
        except TryLater as fault:
            await self._later(alert, fault.seconds)
        except Refused:
            _log.error("officer_alert_refused", kind=alert.kind)
            await self._settle(alert, None)

    async def _send(self, alert: Alert) -> None:
        ready = await self._parts.database.read(lambda tx: self._ready(tx, alert))
        if ready is None:
            await self._settle(alert, None)
            return
        try:
            message_id = await self._parts.calls.send(ready.chat_id, ready.message.card)
        except ReporterUnreachable:
            await self._unreachable(alert, ready.contact)
            return
        self._reach.heard(alert.officer_id)
        await self._parts.database.transact(lambda tx: self._sent(tx, alert, ready, message_id))

    def _ready(self, tx: Transaction, alert: Alert) -> _Ready | None:
        """Word an alert as things stand now; None if nobody has to be told any more, or cannot be."""
        officer, contact = tx.officers.get(alert.officer_id), tx.officers.contact(alert.officer_id)
        if officer is None or not officer.active or contact is None:
            return None
        worded = message(tx, self._parts.wording, alert, officer, self._parts.clock())
        if not self._is_wanted(tx, alert, officer, worded.standing):
            return None
        return _Ready(chat_id=int(contact), contact=contact, message=worded)

    def _is_wanted(self, tx: Transaction, alert: Alert, officer: Officer, standing: moves.Standing) -> bool:
        """Whether this officer still has to be told: not of what ended, nor of a case that the officer's team was shut out of."""
        if not moves.may_answer(tx, officer.officer_id, alert.case_id):
            return False
        if alert.kind == NEWS:
            return standing.stand in ("taken", "acknowledged")
        return standing.rings or standing.stand in ("waiting", "acknowledged")

    def _sent(self, tx: Transaction, alert: Alert, ready: _Ready, message_id: int) -> None:
        """Keep the message's id; if the case moved while it was on its way, have it shown anew."""
        tx.alerts.sent(alert.alert_id, f"{ready.chat_id} {message_id}".encode())
        now = self._parts.clock()
        if moves.standing(tx, alert.case_id, now) != ready.message.standing:
            moves.refresh(tx, alert.case_id, alert.officer_id, now=now, rng=self._parts.rng)

    async def _refresh(self, alert: Alert) -> None:
        """Show every officer's message about a case as the case now stands."""
        edits = await self._parts.database.read(lambda tx: self._edits(tx, alert))
        outcomes = await asyncio.gather(*(self._edit(edit) for edit in edits))
        if wait := max((seconds for seconds in outcomes if seconds is not None), default=None):
            raise TryLater(wait)
        await self._parts.database.transact(lambda tx: tx.alerts.sent(alert.alert_id, b""))

    def _edits(self, tx: Transaction, alert: Alert) -> tuple[_Edit, ...]:
        now = self._parts.clock()
        standing: dict[bytes, list[tuple[int, int, Alert]]] = {}
        for one in tx.alerts.for_case(alert.case_id):
            if one.kind != moves.REFRESH and one.message:
                chat_id, message_id = (int(part) for part in one.message.split())
                standing.setdefault(one.officer_id, []).append((message_id, chat_id, one))
        edits = []
        for officer_id, sent in standing.items():
            officer = tx.officers.get(officer_id)
            if officer is not None:
                newest = sorted(sent, key=lambda one: one[0])[-_EDITED:]
                edits += [
                    _Edit(
                        chat_id=chat_id,
                        message_id=message_id,
                        card=message(tx, self._parts.wording, one, officer, now).card,
                    )
                    for message_id, chat_id, one in newest
                ]
        return tuple(edits)

    async def _edit(self, edit: _Edit) -> float | None:
        """Edit one message; return how long to wait if it has to be tried again."""
        try:
            await self._parts.calls.edit(edit.chat_id, edit.message_id, edit.card)
        except TryLater as fault:
            return fault.seconds
        except ReporterUnreachable:
            return None
        return None

    async def _unreachable(self, alert: Alert, contact: bytes) -> None:
        """Tell the next person at once, and try this one again later; unlink a chat that has refused for long."""
        now = self._parts.clock()
        missed = self._reach.missed(alert.officer_id, contact, alert.alarm_id or alert.case_id, now)
        _log.warning("officer_unreachable", for_good=missed.retry_at is None)

        def work(tx: Transaction) -> int:
            tx.alerts.failed(alert, None)
            if missed.retry_at is None and tx.officers.contact(alert.officer_id) == contact:
                tx.officers.clear_contact(alert.officer_id)
            told = self._tell_others(tx, alert, now) if missed.first or missed.retry_at is None else 0
            if missed.retry_at is not None:
                self._again(tx, alert, missed.retry_at)
            return told

        if await self._parts.database.transact(work):
            self._parts.ring()

    def _tell_others(self, tx: Transaction, alert: Alert, now: int) -> int:
        rng, out = self._parts.rng, self._reach.out | {alert.officer_id}
        if alert.alarm_id is None:
            return news.tell_news(tx, alert.case_id, now=now, rng=rng, without=alert.officer_id)
        return alarms.tell_again(tx, alert.alarm_id, now=now, rng=rng, without=out).alerts

    def _again(self, tx: Transaction, alert: Alert, at: int) -> None:
        """Write a fresh row, since one that failed many times says that the messenger is down."""
        case = tx.cases.get(alert.case_id)
        if case is not None:
            officers = (OfficerId(alert.officer_id),)
            alarms.enqueue(tx, case, alert.alarm_id, officers, alert.kind, alert.facts, at, self._parts.rng)

    async def _later(self, alert: Alert, seconds: float) -> None:
        """Try again after the wait that was asked for, longer each time it fails by itself."""
        wait = max(int(seconds) + 1, min(2**alert.attempts, _LONGEST_WAIT) if alert.attempts > 1 else 0)
        await self._settle(alert, self._parts.clock() + wait)

    async def _settle(self, alert: Alert, retry_at: int | None) -> None:
        await self._parts.database.transact(lambda tx: tx.alerts.failed(alert, retry_at))
