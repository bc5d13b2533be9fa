"""A messenger that remembers what it was told, for what speaks."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from itertools import count

from handlers.channel import Address, Card, ChannelLimits, MediaArrived, QuickCall
from handlers.errors import HandlerError

CHAT = Address(channel="telegram", bot_id="1", chat_id="7")


class RecordingChannel:
    """A `handlers.channel.Channel` without a messenger. `trouble` holds an error, or None, for each call still to come."""

    limits = ChannelLimits(text=4096, data=64, deletes=True)

    def __init__(self) -> None:
        self.said: list[tuple[str, object]] = []
        self.trouble: deque[HandlerError | None] = deque()
        self.gone: set[int] = set()
        self.held = asyncio.Event()
        self.held.set()
        self._ids = count(100)

    async def send(self, address: Address, card: Card) -> int:
        await self._call("send", card.text)
        return next(self._ids)

    async def edit(self, address: Address, message_id: int, card: Card) -> bool:
        await self._call("edit", (message_id, card.text))
        return message_id not in self.gone

    async def delete(self, address: Address, message_ids: tuple[int, ...]) -> None:
        await self._call("delete", message_ids)

    async def quick(self, address: Address, call: QuickCall) -> None:
        await self._call("quick", call.kind)

    def stream(self, media: MediaArrived) -> AsyncIterator[bytes]:
        raise NotImplementedError

    async def _call(self, method: str, about: object) -> None:
        self.said.append((method, about))
        await self.held.wait()
        if self.trouble and (error := self.trouble.popleft()) is not None:
            raise error
