"""The record of what bots asked for, so that a test can read it."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

Via = Literal["http", "webhook"]
KEPT_CALLS = 50_000
"""Enough for any test; a load run that needs more asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a bot: `method` in the specification's spelling, `params` as values, and how it ended."""

    bot: str
    method: str
    at: float
    params: dict[str, Any] = field(default_factory=dict)
    via: Via = "http"
    unknown: tuple[str, ...] = ()
    result: Any = None
    error: tuple[int, str] | None = None

    @property
    def ok(self) -> bool:
        """Whether the call was done."""
        return self.error is None


class Calls:
    """The latest calls, oldest first."""

    def __init__(self, keep: int = KEPT_CALLS) -> None:
        self._calls: deque[Call] = deque(maxlen=keep)
        self.total = 0

    def add(self, call: Call) -> None:
        """Remember a call, and forget the oldest beyond the bound."""
        self._calls.append(call)
        self.total += 1

    def of(self, *methods: str, bot: str | None = None, chat_id: int | None = None) -> list[Call]:
        """The calls of these methods, of one bot or one chat if asked."""
        return [
            call
            for call in self._calls
            if (not methods or call.method in methods)
            and (bot is None or call.bot == bot)
            and (chat_id is None or call.params.get("chat_id") == chat_id)
        ]

    def clear(self) -> None:
        """Forget what was recorded so far."""
        self._calls.clear()

    def __iter__(self) -> Iterator[Call]:
        return iter(self._calls)

    def __len__(self) -> int:
        return len(self._calls)

    def __getitem__(self, index: int) -> Call:
        return self._calls[index]
