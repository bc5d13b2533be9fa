"""The host of the flows: one turn is one transaction, and what is said is said after its commit.

The way of an update: (fetch and seal a voice message) → take the chat's lock → one transaction: seen before? load, decide, store
session, case, alarm → commit → answer the messenger, and speak. What fails before the commit leaves nothing behind and the messenger
repeats the update; what fails after it is said again by the clock, for the row remembers that its card was not shown.

Laws. Turns of one chat run alone; chats run side by side. A repeated update has no second effect. An update that cannot be taken is
raised to the channel, which counts and sets it aside: it never stops another chat. Nothing that a person wrote leaves here unsealed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

import structlog

from handlers.afterwards import Committed
from handlers.attachments import Attachments
from handlers.channel import Address, Channel, Incoming, MediaArrived, QuickCall
from handlers.errors import ReceiptWanted, TooManyReports
from handlers.receipts import Receipts
from handlers.replies import Replies
from handlers.returning import Codes, CodeTyped, is_code
from handlers.speaking import Said, Speaker
from handlers.turns import Turns
from sealing.at_rest import chat_row_id
from storage.database import Database
from storage.transaction import Transaction

log = structlog.get_logger()

UNSPOKEN_AFTER: Final = 5
"""Seconds after which a card that was committed and not shown is shown by the clock: longer than a healthy call takes."""
WOKEN_AT_ONCE: Final = 200
"""Chats woken by one tick, so that a tick ends soon even after a long stop; the next tick wakes the rest."""
SETTLED_EVERY: Final = 0.25
"""Seconds between two transactions that note which cards were shown: one for all chats, instead of one for each."""


class Conversations:
    """Takes what arrives on every channel to its commit, and says what it leads to."""

    def __init__(
        self,
        *,
        database: Database,
        channels: Mapping[str, Channel],
        turns: Turns,
        attachments: Attachments,
        receipts: Receipts,
        replies: Replies,
        codes: Codes,
        intake_key: bytes,
        clock: Callable[[], int],
        alarmed: Callable[[], None],
    ) -> None:
        self._database = database
        self._channels = channels
        self._turns = turns
        self._attachments = attachments
        self._receipts = receipts
        self._replies = replies
        self._codes = codes
        self._intake_key = intake_key
        self._clock = clock
        self._alarmed = alarmed
        self._locks: dict[bytes, tuple[asyncio.Lock, int]] = {}
        self._shown: dict[bytes, int] = {}
        self._settling: asyncio.Task[None] | None = None
        self.speaker = Speaker(channels, self._settle)

    async def take(self, incoming: Incoming) -> QuickCall | None:
        """Take one update to its commit; return the call that a webhook may answer with. Raises if it was not taken."""
        row_id = self.row_id(incoming.address)
        fetched = None
        if isinstance(incoming.arrival, MediaArrived):
            # Before the lock: a slow download must not keep Hide, or anybody's words, waiting.
            channel = self._channels[incoming.address.channel]
            fetched = await self._attachments.fetch(self._database, channel, row_id, incoming, incoming.arrival)
        code = await self._stretched(row_id, incoming) if is_code(incoming) else None
        async with self._alone(row_id):
            try:
                committed = await self._decided(lambda tx: self._turns.take(tx, row_id, incoming, fetched, code))
            except TooManyReports:
                log.warning("report_has_to_wait", channel=incoming.address.channel)
                committed = await self._decided(lambda tx: self._turns.has_to_wait(tx, row_id, incoming))
        await self._after(committed)
        return committed.quick

    async def wake(self) -> None:
        """Run the timers that are due: idling, abandoned words, the wipe before 48 hours, the end."""
        now = self._clock()
        for row_id in await self._database.transact(lambda tx: tx.sessions.due(now, WOKEN_AT_ONCE)):
            if not await self._turn("wake", row_id, partial(self._turns.wake, row_id=row_id)):
                await self._database.transact(partial(self._turns.postpone, row_id=row_id))

    async def hear_officers(self) -> None:
        """Take the notices that officers left, and change the cards of the chats they are about."""
        now = self._clock()
        for notice in await self._database.transact(lambda tx: self._turns.notices(tx, now, self.row_id)):
            await self._turn("hear_officers", notice.row_id, partial(self._turns.officer_moved, notice=notice))

    async def carry_replies(self) -> None:
        """Take the messages that officers wrote to chats, and say there that there is something to read."""
        now = self._clock()
        for arriving in await self._database.transact(lambda tx: self._replies.claim(tx, now, self.row_id)):
            await self._turn("carry_replies", arriving.row_id, partial(self._turns.answer_came, arriving=arriving))

    async def say_again(self) -> None:
        """Show cards that were committed and, by a crash or a messenger that was away, never shown."""
        before = self._clock() - UNSPOKEN_AFTER
        for row_id in await self._database.transact(lambda tx: tx.sessions.unspoken(before, WOKEN_AT_ONCE)):
            if not self.speaker.is_speaking(row_id) and row_id not in self._shown:
                await self._turn("say_again", row_id, partial(self._turns.afterwards.say_again, row_id=row_id, before=before))

    async def tell_not_taken(self, incoming: Incoming) -> None:
        """Tell a person that what they sent could not be taken: nothing is lost without a word."""
        row_id = self.row_id(incoming.address)
        await self._turn("tell_not_taken", row_id, partial(self._turns.not_taken, row_id=row_id, incoming=incoming))

    async def quiet(self) -> None:
        """Wait until what was decided is said and noted; called when the process ends."""
        await self.speaker.silence()
        while self._settling is not None and not self._settling.done():
            await self._settling

    def row_id(self, address: Address) -> bytes:
        """The row of a chat: its keyed hash (SEALING.md section 8)."""
        return chat_row_id(self._intake_key, address.channel, address.bot_id, address.chat_id)

    async def _stretched(self, row_id: bytes, incoming: Incoming) -> CodeTyped:
        """Stretch a typed code, before the lock and outside every transaction; not where this chat tried too many."""
        if await self._database.read(lambda tx: self._turns.may_try_code(tx, row_id, incoming.address)):
            return await self._codes.stretched(incoming)
        return CodeTyped(later=True)

    async def _turn(self, job: str, row_id: bytes, work: Callable[[Transaction], Committed]) -> bool:
        """Run a turn that no update asked for; False if it failed, which stops no other chat's."""
        try:
            async with self._alone(row_id):
                committed = await self._decided(work)
            await self._after(committed)
        except Exception as error:
            log.error("turn_failed", job=job, error=error)
            return False
        return True

    async def _decided(self, work: Callable[[Transaction], Committed]) -> Committed:
        """Run a turn's one transaction; where it wants a receipt, draw one outside it and run it anew."""
        while True:
            try:
                return await self._database.transact(work)
            except ReceiptWanted:
                await self._receipts.draw()

    async def _after(self, committed: Committed) -> None:
        if committed.alarmed:
            self._alarmed()
        if committed.utterance is not None and committed.utterance.says_something:
            self.speaker.say(committed.utterance)
        if committed.erased_blobs:
            await self._attachments.erase(committed.erased_blobs)

    async def _settle(self, said: Said) -> None:
        if said.changes_the_chat:
            await self._database.transact(lambda tx: self._turns.afterwards.settle(tx, said))
            return
        self._shown[said.row_id] = said.version
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._note_shown())

    async def _note_shown(self) -> None:
        while self._shown:
            await asyncio.sleep(SETTLED_EVERY)
            shown, self._shown = tuple(self._shown.items()), {}
            try:
                await self._database.transact(partial(_mark_spoken, shown=shown))
            except Exception as error:
                log.error("not_settled", error=error, count=len(shown))

    @asynccontextmanager
    async def _alone(self, row_id: bytes) -> AsyncIterator[None]:
        """Let one turn of a chat run at a time; the lock goes with the last who waits for it."""
        lock, waiting = self._locks.get(row_id, (asyncio.Lock(), 0))
        self._locks[row_id] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[row_id]
            if waiting == 1:
                del self._locks[row_id]
            else:
                self._locks[row_id] = (lock, waiting - 1)


def _mark_spoken(tx: Transaction, shown: tuple[tuple[bytes, int], ...]) -> None:
    tx.sessions.mark_spoken(shown)
