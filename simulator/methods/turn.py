"""What a method has in its hands while it runs."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from simulator.bots import Bot
from simulator.clock import Clock
from simulator.ids import Ids
from simulator.webhooks import Hooks


@dataclass(frozen=True, slots=True)
class Turn:
    """One call: whose, with which values, when."""

    bot: Bot
    params: dict[str, Any]
    now: float
    clock: Clock
    ids: Ids
    hooks: Hooks


@dataclass(frozen=True, slots=True)
class Described:
    """A result that comes with a sentence, as those of setWebhook do."""

    result: Any
    description: str


Handler = Callable[[Turn], Any]
SlowHandler = Callable[[Turn], Awaitable[Any]]
