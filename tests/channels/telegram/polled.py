"""What the tests of polling share: a loop in a hurry, and ways to look at what it did."""

import asyncio
from collections.abc import Callable
from typing import Any

from handlers.channel import Incoming, TextArrived
from handlers.reporter.telegram.handling import Patience

HASTY = Patience(
    turn=1.0,
    long_poll=1,
    first_retry=0.005,
    longest_retry=0.02,
    first_look=0.005,
    longest_look=0.02,
    first_pause=0.01,
    longest_pause=0.05,
    stop=0.5,
)

Message = Callable[..., dict[str, Any]]


def words(incoming: Incoming) -> str:
    assert isinstance(incoming.arrival, TextArrived)
    return incoming.arrival.text


async def until(holds: Callable[[], bool], seconds: float = 3.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await asyncio.sleep(0.005)


def offsets(bot_api: Any) -> list[int]:
    return [body["offset"] for body in bot_api.bodies("getUpdates") if "offset" in body]
