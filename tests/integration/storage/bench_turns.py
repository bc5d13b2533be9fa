"""What a turn costs in storage: the one writing thread against a connection behind aiosqlite. Run it by hand:

    python -m tests.integration.storage.bench_turns [turns]

A turn is what a conversation does at the least: note the update, read and open the session, seal and write it. It prints
CPU per turn (all threads), turns per second, and how long a turn waits, for chats that write side by side; `busy` adds
0.3 ms of work on the event loop before each turn, as parsing and the engine do.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from statistics import quantiles
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import Database
from storage.encrypted import AtRestKeys, Vault
from storage.migrations import migrate
from storage.scope import Scope
from storage.sessions import StoredSession
from storage.sqlite import _PRAGMAS
from storage.transaction import Transaction

KEYS = AtRestKeys(intake=b"i" * 32)
STATE = os.urandom(1500)
Transact = Callable[[Callable[[Transaction], Any]], Awaitable[Any]]


def a_turn(chat: int, update_id: int) -> Callable[[Transaction], int]:
    row_id = chat.to_bytes(16, "big")

    def work(tx: Transaction) -> int:
        assert tx.seen.record("reporter", update_id, update_id)
        before = tx.sessions.get(row_id) or StoredSession(
            row_id=row_id, channel="telegram", state=STATE, due_at=None, unspoken_since=None, touched_at=0
        )
        return tx.sessions.put(replace(before, due_at=update_id + 900, unspoken_since=update_id, touched_at=update_id))

    return work


class AiosqliteTransact:
    """The same repositories over aiosqlite: one connection, one turn at a time, a commit for each."""

    def __init__(self, url: sa.URL) -> None:
        self._engine = create_async_engine(url.set(drivername="sqlite+aiosqlite"), hide_parameters=True)
        self._lock = asyncio.Lock()
        self._vault = Vault(KEYS, os.urandom)

        @sa.event.listens_for(self._engine.sync_engine, "connect")
        def settle(connection: Any, _: object) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            for pragma in _PRAGMAS:
                cursor.execute(pragma)
            cursor.close()

        @sa.event.listens_for(self._engine.sync_engine, "begin")
        def begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    async def __call__(self, work: Callable[[Transaction], Any]) -> Any:
        async with self._lock, self._engine.begin() as connection:
            return await connection.run_sync(
                lambda sync: work(Transaction(Scope(connection=sync, vault=self._vault, rng=os.urandom, reading=False)))
            )

    async def close(self) -> None:
        await self._engine.dispose()


def spend(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        pass


async def measure(name: str, transact: Transact, *, chats: int, turns: int, busy: float, first: int) -> None:
    waits: list[float] = []

    async def chat(number: int) -> None:
        for turn in range(turns // chats):
            spend(busy)
            began = time.perf_counter()
            await transact(a_turn(number, first + number * turns + turn))
            waits.append(time.perf_counter() - began)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(chat(number) for number in range(chats)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    cuts = quantiles(waits, n=100)
    print(
        f"{name:<12} {chats:>3} chats {'busy' if busy else 'idle'}: {(cpu / len(waits) - busy) * 1000:.3f} ms CPU a turn, "
        f"{len(waits) / wall:>6.0f} turns/s, waits {cuts[49] * 1000:.1f} ms (p50) {cuts[98] * 1000:.1f} ms (p99)"
    )


async def main(turns: int) -> None:
    for chats in (1, 8, 32):
        for busy in (0.0, 0.0003):
            for name in ("writer", "aiosqlite"):
                with tempfile.TemporaryDirectory() as folder:
                    url = f"sqlite:///{Path(folder) / 'amanet.db'}"
                    await migrate(url)
                    if name == "writer":
                        database = await Database.open(url, keys=KEYS, rng=os.urandom)
                        transact, close = database.transact, database.close
                    else:
                        other = AiosqliteTransact(sa.make_url(url))
                        transact, close = other.__call__, other.close
                    await measure("warming", transact, chats=chats, turns=chats * 20, busy=0, first=10**9)
                    await measure(name, transact, chats=chats, turns=turns, busy=busy, first=1)
                    await close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3000))
