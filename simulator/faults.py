"""Trouble on purpose: what the network and Telegram do on a bad day, and Telegram's limits of speed.

`drop_after` and `hang_after` carry the call out and lose only the answer: the case that doubles a message.
"""

import math
from dataclasses import dataclass
from typing import Literal

from simulator.errors import ApiError

How = Literal["answer", "drop", "drop_after", "hang", "hang_after", "garbage"]
WORDS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}


@dataclass(slots=True, kw_only=True)
class Fault:
    """What goes wrong with the next `times` calls of a method (`*`: any; `file`: a download)."""

    method: str
    how: How = "answer"
    times: int = 1
    code: int = 502
    description: str = ""
    retry_after: int | None = None
    seconds: float = 60.0
    chat_id: int | None = None

    def befalls(self, chat_id: object) -> bool:
        """Whether it is meant for this chat, whose id may still be text."""
        return self.chat_id is None or str(self.chat_id) == str(chat_id)

    @property
    def afterwards(self) -> bool:
        """Whether the call is carried out before the fault."""
        return self.how.endswith("_after")

    def error(self) -> ApiError:
        """The refusal to answer with."""
        if self.retry_after is not None:
            return too_many(self.retry_after)
        return ApiError(self.code, self.description or WORDS.get(self.code, "Bad Request: fault asked for"))


class Faults:
    """The faults still to come, first come first served."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Arrange for a fault."""
        self._coming.append(fault)

    def clear(self) -> None:
        """A better day."""
        self._coming.clear()

    def take(self, method: str, chat_id: object = None) -> Fault | None:
        """The fault that befalls this call, used up by it."""
        if not self._coming:
            return None
        for fault in self._coming:
            if fault.method.lower() not in {"*", method.lower()} or not fault.befalls(chat_id):
                continue
            fault.times -= 1
            if fault.times <= 0:
                self._coming.remove(fault)
            return fault
        return None


def too_many(seconds: int) -> ApiError:
    """The refusal of a call that came too soon."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


@dataclass(slots=True, kw_only=True)
class Limits:
    """How fast a bot may speak; None is no limit. Telegram's own: 1 a second in a chat with short bursts, 30 a second in all."""

    per_chat: float | None = None
    per_bot: float | None = None
    burst: int = 3


class Meter:
    """The generic cell rate algorithm: remembers one moment, and refuses what comes too early."""

    __slots__ = ("_due",)

    def __init__(self) -> None:
        self._due = 0.0

    def spend(self, now: float, rate: float, burst: int) -> None:
        """Count one call, or refuse it and say when to come again."""
        interval = 1 / rate
        due = max(self._due, now)
        early = due - now - (burst - 1) * interval
        if early > 0:
            raise too_many(max(1, math.ceil(early)))
        self._due = due + interval
