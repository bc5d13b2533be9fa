"""A bot to be killed: `python -m tests.channels.telegram.killed_bot API TOKEN LEDGER`.

It writes each update's number to the ledger, durably, as a conversation would store its turn, and takes its time before.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from handlers.channel import Incoming
from handlers.reporter.telegram.calls import TelegramChannel
from handlers.reporter.telegram.polling import Polling
from handlers.reporter.telegram.session import connect


async def main(api: str, token: str, path: str) -> None:
    ledger = Path(path)
    stored = set(ledger.read_text().split()) if ledger.exists() else set()

    async def take(incoming: Incoming) -> None:
        number = str(incoming.update_id)
        if number in stored:
            return
        await asyncio.sleep(0.002 * (incoming.update_id % 20))
        with ledger.open("a") as file:
            file.write(number + "\n")
            file.flush()
            os.fsync(file.fileno())

    async def set_aside(number: int, raw: dict[str, Any]) -> None:
        raise AssertionError

    bot = connect(token, api)
    await Polling(bot, TelegramChannel(bot), take, set_aside).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
