"""What is said after a turn's commit: one voice for each chat, the newest card wins.

Laws. Nothing is said before its turn is committed. A chat has at most one speaker, so that its calls keep their order; while one
runs, newer turns replace what is waiting, and messages to take back add up. Hiding never waits. A refused or failing chat holds up
no other. What was said is told to `Said`, which settles it in the database; what could not be said stays marked there and is
tried again by the clock.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import structlog

from handlers.channel import Address, Card, Channel, QuickCall
from handlers.errors import HandlerError, ReporterUnreachable, TryLater

log = structlog.get_logger()

PAUSE: Final = 1.0
"""Seconds between two cards of one chat that writes faster than it is answered: about one message a second is what Telegram
allows a bot in one chat (PLATFORMS.md 3.6)."""
LONGEST_WAIT: Final = 60.0
"""Seconds that a chat waits in memory when the messenger says «later»; for longer waits the clock takes over when they are over."""
REFUSED_AGAIN_AFTER: Final = 600.0
"""Seconds that a chat waits after the messenger refused its card for good: it is our mistake, and asking faster mends nothing."""
STRAYS: Final = 200
"""Ids looked at for a card that was sent and never noted: ids are counted for all chats of a bot together, and the lost one comes soon
after the newest that was known when it was sent. Two calls to the messenger, which skips ids of other chats (PLATFORMS.md 3.1)."""
SILENT_WITHIN: Final = 10.0
"""Seconds that an ending process goes on speaking; what is not said by then is said after the next start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What one committed turn wants said: the card, messages to take back, and calls nobody waits for. Without `may_send` the card is
    shown only where one stands: a card that somebody deleted does not come back by itself. `doubtful`: an earlier card may stand in the
    chat under an id that nobody noted, one of those that follow `spoke_after` (0: not known). `anew`: the card comes as a new message, and
    the one before goes. `carries` are messages of the team that this tells of."""

    row_id: bytes
    address: Address
    version: int
    card: Card | None
    card_id: int | None
    take_back: tuple[int, ...] = ()
    quick: tuple[QuickCall, ...] = field(default=(), repr=False)
    urgent: bool = False
    may_send: bool = True
    doubtful: bool = False
    spoke_after: int = 0
    anew: bool = False
    carries: tuple[bytes, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is any call to make."""
        return self.card is not None or bool(self.take_back) or bool(self.quick)

    def after(self, earlier: "Utterance | None") -> "Utterance":
        """This utterance, with what the one it replaces still had to take back and to acknowledge."""
        if earlier is None:
            return self
        return replace(
            self,
            card=self.card or earlier.card,
            take_back=tuple(dict.fromkeys((*earlier.take_back, *self.take_back))),
            quick=(*earlier.quick, *self.quick),
            urgent=self.urgent or earlier.urgent,
            may_send=self.may_send or earlier.may_send,
            doubtful=self.doubtful or earlier.doubtful,
            anew=self.anew or earlier.anew,
            carries=tuple(dict.fromkeys((*earlier.carries, *self.carries))),
        )

    def over(self, standing: int | None) -> "Utterance":
        """This utterance over the card that stands in the chat as far as the speaker knows; a new one takes its place."""
        if not self.anew:
            return self if standing is None else replace(self, card_id=standing)
        gone = () if standing is None or standing in self.take_back else (standing,)
        return replace(self, anew=False, card_id=None, take_back=(*self.take_back, *gone))

    def strays(self, card_id: int) -> tuple[int, ...]:
        """The ids that an earlier card may have, of which this new one tells nothing but that it came later."""
        first = self.spoke_after + 1
        return tuple(range(first, min(first + STRAYS, card_id))) if self.spoke_after else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of an utterance: `card_id` is the card's message, new or the same; `sent_new` that it is another message. `strays`: ids
    of which one may be an earlier card. They are taken back when hiding, not before: a message that the reporter is sending just now
    may be among them, and it stays until it is stored."""

    row_id: bytes
    version: int
    card_id: int | None
    sent_new: bool
    taken_back: tuple[int, ...] = ()
    strays: tuple[int, ...] = ()
    unreachable: bool = False
    hid: bool = False
    carried: tuple[bytes, ...] = ()

    @property
    def changes_the_chat(self) -> bool:
        """Whether the chat must remember more than that its card was shown."""
        return self.sent_new or self.unreachable or self.hid or bool(self.carried)


class _Lane:
    """One chat's voice while it has something to say."""

    __slots__ = ("card_id", "doubtful", "gone", "ready", "sent_new", "task", "waiting")

    def __init__(self) -> None:
        self.waiting: Utterance | None = None
        self.card_id: int | None = None
        self.gone: int | None = None
        self.sent_new = False
        self.doubtful = False
        self.ready = asyncio.Event()
        self.task: asyncio.Task[None] | None = None


class Speaker:
    """Says what turns decided, side by side for different chats."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        settle: Callable[[Said], Awaitable[None]],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._channels = channels
        self._settle = settle
        self._sleep = sleep
        self._lanes: dict[bytes, _Lane] = {}
        self._resting: dict[bytes, float] = {}

    def say(self, utterance: Utterance) -> None:
        """Take over an utterance of a committed turn; returns at once."""
        lane = self._lanes.get(utterance.row_id)
        if lane is None:
            lane = self._lanes[utterance.row_id] = _Lane()
            lane.waiting = utterance
            lane.task = asyncio.create_task(self._run(utterance.row_id, lane))
        else:
            lane.waiting = utterance.after(lane.waiting)
            if utterance.urgent:
                lane.ready.set()

    def is_speaking(self, row_id: bytes) -> bool:
        """Whether something is being said in this chat, or must wait because the messenger asked for a long pause."""
        return row_id in self._lanes or self._resting.get(row_id, 0.0) > asyncio.get_running_loop().time()

    async def silence(self, seconds: float = SILENT_WITHIN) -> None:
        """Wait until everything that was taken over is said or given up, but not longer than that."""
        ends = asyncio.get_running_loop().time() + seconds
        while tasks := [lane.task for lane in self._lanes.values() if lane.task]:
            left = ends - asyncio.get_running_loop().time()
            if left <= 0:
                for task in tasks:
                    task.cancel()
            await asyncio.wait(tasks, timeout=max(0.0, left) or None)

    async def _run(self, row_id: bytes, lane: _Lane) -> None:
        try:
            while (utterance := lane.waiting) is not None:
                lane.waiting = None
                standing, lane.card_id = lane.card_id, None if utterance.anew else lane.card_id
                utterance = utterance.over(standing)
                try:
                    said = await self._speak(lane, utterance)
                except TryLater as later:
                    hides_next = lane.waiting is not None and lane.waiting.urgent
                    lane.waiting = lane.waiting.after(utterance) if lane.waiting else utterance
                    if hides_next:
                        continue
                    if later.seconds > LONGEST_WAIT:
                        self._rest(row_id, later.seconds)
                        return
                    await self._pause(lane, later.seconds)
                    continue
                except HandlerError as error:
                    log.warning("not_said", channel=utterance.address.channel, error=error)
                    self._rest(row_id, REFUSED_AGAIN_AFTER)
                    continue
                await self._settle(said)
                lane.sent_new = lane.doubtful = False
                if lane.waiting is not None and not lane.waiting.urgent:
                    await self._pause(lane, PAUSE)
        except Exception as error:
            log.error("speaker_failed", error=error)
        finally:
            del self._lanes[row_id]

    def _rest(self, row_id: bytes, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        self._resting = {one: until for one, until in self._resting.items() if until > now}
        self._resting[row_id] = now + seconds

    async def _pause(self, lane: _Lane, seconds: float) -> None:
        """Wait, but let hiding through at once."""
        lane.ready.clear()
        waiting = asyncio.ensure_future(lane.ready.wait())
        pausing = asyncio.ensure_future(self._sleep(seconds))
        _, unfinished = await asyncio.wait({waiting, pausing}, return_when=asyncio.FIRST_COMPLETED)
        for task in unfinished:
            task.cancel()

    async def _speak(self, lane: _Lane, utterance: Utterance) -> Said:
        """Make an utterance's calls. The lane remembers a card as soon as it stands in the chat: what fails after it is said again,
        and the card must not be sent twice."""
        channel = self._channels[utterance.address.channel]
        strays: tuple[int, ...] = ()
        lane.doubtful = lane.doubtful or utterance.doubtful
        try:
            for call in utterance.quick:
                await self._quick(channel, utterance.address, call)
            try:
                lane.card_id, sent_new = await self._show(lane, channel, utterance)
            except TryLater:
                if utterance.urgent:
                    await self._clear(lane, channel, utterance)
                raise
            lane.sent_new = lane.sent_new or sent_new
            if lane.sent_new and lane.doubtful and lane.card_id is not None:
                strays = utterance.strays(lane.card_id)
            if utterance.urgent:
                utterance = replace(utterance, take_back=(*utterance.take_back, *strays))
            if utterance.take_back:
                await channel.delete(utterance.address, utterance.take_back)
        except ReporterUnreachable:
            return Said(
                row_id=utterance.row_id,
                version=utterance.version,
                card_id=utterance.card_id,
                sent_new=False,
                unreachable=True,
                carried=utterance.carries,
            )
        return Said(
            row_id=utterance.row_id,
            version=utterance.version,
            card_id=lane.card_id,
            sent_new=lane.sent_new,
            taken_back=utterance.take_back,
            strays=strays,
            hid=utterance.urgent,
            carried=utterance.carries,
        )

    async def _quick(self, channel: Channel, address: Address, call: QuickCall) -> None:
        """Make a call nobody waits for; that it came too late or in vain stops nothing."""
        try:
            await channel.quick(address, call)
        except ReporterUnreachable:
            raise
        except HandlerError as error:
            log.info("not_called", channel=address.channel, kind=call.kind, error=error)

    async def _clear(self, lane: _Lane, channel: Channel, utterance: Utterance) -> None:
        """Hide when no card may be changed for a while: messengers meter cards, not deletions. The neutral card comes later."""
        card = () if utterance.card_id is None else (utterance.card_id,)
        try:
            await channel.delete(utterance.address, (*card, *utterance.take_back))
            lane.gone = utterance.card_id
        except ReporterUnreachable:
            raise
        except HandlerError as error:
            log.info("not_cleared", channel=utterance.address.channel, error=error)

    async def _show(self, lane: _Lane, channel: Channel, utterance: Utterance) -> tuple[int | None, bool]:
        """Show the card. One that is known to be gone is not tried again: each try counts against what the messenger allows."""
        if utterance.card is None:
            return utterance.card_id, False
        if utterance.card_id is not None and utterance.card_id != lane.gone:
            if await channel.edit(utterance.address, utterance.card_id, utterance.card):
                return utterance.card_id, False
            lane.gone = utterance.card_id
        if not utterance.may_send:
            return utterance.card_id, False
        try:
            return await channel.send(utterance.address, utterance.card), True
        except TryLater:
            lane.doubtful = True  # it may have come through all the same
            raise
