"""What waits for one bot: numbered, in order, dropped when too old.

Laws, after the official server's source: an update is confirmed by a higher offset; messages wait 24 hours, button presses
150 seconds; a negative offset forgets everything older.
"""

import json
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from simulator.errors import QueueFull

MESSAGE_LIFE = 86_400
CALLBACK_LIFE = 150
LONGEST_QUEUE = 100_000
"""Nothing legitimate waits in such a number; a run that forgets its bot must not eat the memory."""
QUIET_KINDS = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""The kinds that come only when asked for by name."""
CALLBACK_LANE = 3 << 33
"""Button presses have a queue of their own per person, beside the one for messages."""


class Pending:
    """One update that waits; `lane` is the webhook queue it belongs to."""

    __slots__ = ("_body", "expires", "lane", "number", "update")

    def __init__(self, number: int, update: dict[str, Any], lane: int, expires: float) -> None:
        self.number = number
        self.update = update
        self.lane = lane
        self.expires = expires
        self._body: bytes | None = None

    @property
    def update_id(self) -> int:
        """The number the bot sees, which an injected update may have made up."""
        given = self.update.get("update_id")
        return given if isinstance(given, int) else self.number

    def body(self) -> bytes:
        """The JSON that a webhook receives, made once."""
        if self._body is None:
            self._body = json.dumps(self.update).encode()
        return self._body


class UpdateQueue:
    """The waiting updates of one bot."""

    def __init__(self, first: int) -> None:
        self._waiting: OrderedDict[int, Pending] = OrderedDict()
        self._next = first
        self._soonest = float("inf")
        self.allowed: frozenset[str] | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Pending]:
        return iter(tuple(self._waiting.values()))

    def __contains__(self, number: int) -> bool:
        return number in self._waiting

    @property
    def oldest(self) -> float:
        """The number of the oldest update that waits; infinity if none does."""
        return next(iter(self._waiting), float("inf"))

    @property
    def latest(self) -> int:
        """The number of the newest update ever made."""
        return self._next - 1

    def wants(self, kind: str) -> bool:
        """Whether the bot asked for this kind of update."""
        return kind in self.allowed if self.allowed else kind not in QUIET_KINDS

    def add(self, kind: str, content: dict[str, Any], *, lane: int, now: float) -> Pending | None:
        """Queue what happened; None if the bot does not want it."""
        if not self.wants(kind):
            return None
        return self._append({"update_id": self._next, kind: content}, lane, now, kind == "callback_query")

    def inject(self, update: dict[str, Any], *, lane: int, now: float) -> Pending:
        """Queue any JSON as an update. It is numbered here unless it brings a number, which may repeat an older one:
        a webhook then hears it twice, and polling never does, because an older number is confirmed already."""
        numbered = update if "update_id" in update else {"update_id": self._next, **update}
        return self._append(numbered, lane, now, "callback_query" in update)

    def _append(self, update: dict[str, Any], lane: int, now: float, brief: bool) -> Pending:
        if len(self._waiting) >= LONGEST_QUEUE:
            raise QueueFull
        expires = now + (CALLBACK_LIFE if brief else MESSAGE_LIFE)
        pending = Pending(self._next, update, lane + (CALLBACK_LANE if brief else 0), expires)
        self._waiting[self._next] = pending
        self._next += 1
        self._soonest = min(self._soonest, expires)
        return pending

    def remove(self, number: int) -> None:
        """Forget one update: done, or given up."""
        self._waiting.pop(number, None)

    def clear(self) -> None:
        """Forget all."""
        self._waiting.clear()

    def confirm(self, offset: int) -> None:
        """Forget what is numbered below `offset`; a negative one keeps only so many of the newest."""
        waiting = self._waiting
        if offset < 0:
            while len(waiting) > -offset:
                waiting.popitem(last=False)
            return
        while waiting and next(iter(waiting.values())).update_id < offset:
            waiting.popitem(last=False)

    def take(self, limit: int, now: float) -> list[Pending]:
        """The oldest updates still waiting."""
        self.expire(now)
        taken = []
        for pending in self._waiting.values():
            taken.append(pending)
            if len(taken) == limit:
                break
        return taken

    def expire(self, now: float) -> None:
        """Drop what nobody fetched in time."""
        if now < self._soonest:
            return
        for number in [number for number, pending in self._waiting.items() if pending.expires <= now]:
            del self._waiting[number]
        self._soonest = min((pending.expires for pending in self._waiting.values()), default=float("inf"))
