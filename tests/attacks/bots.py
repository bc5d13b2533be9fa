"""The bots as a supervisor runs them: started, killed at any moment, started again at once, ended."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLAIN_EVERY = 8
"""One start in so many is the command as an operator types it; the others skip reading the libraries (see `starter`)."""
ANSWERS_WITHIN = 40.0
"""Seconds: longer than the bots take to end when they are asked to."""
FIXED_PORTS = range(20_000, 30_000)
"""Below the ports that the system gives to connections, so that nobody takes ours while the bots are down."""


class Bots:
    """One process of bots; `log` is everything it ever said."""

    def __init__(self, supervisor: asyncio.subprocess.Process, log: Path) -> None:
        self._supervisor = supervisor
        self._log = log
        self._starts = 0

    async def start(self) -> None:
        """Start them; returns at once, long before they serve."""
        await self._tell("fork" if self._starts % PLAIN_EVERY else "exec")
        self._starts += 1

    async def kill(self) -> None:
        """Kill them as `kill -9` does; they must have been alive until then."""
        assert await self._tell("kill") == -signal.SIGKILL

    async def end(self) -> None:
        """Ask them to end; they must end well."""
        assert await self._tell("end") == 0

    def said(self) -> str:
        """What they logged."""
        return self._log.read_text()

    async def _tell(self, word: str) -> int:
        supervisor = self._supervisor
        assert supervisor.stdin is not None
        assert supervisor.stdout is not None
        supervisor.stdin.write(word.encode() + b"\n")
        answer = await asyncio.wait_for(supervisor.stdout.readline(), ANSWERS_WITHIN)
        return int(answer)


@contextlib.asynccontextmanager
async def supervised(env_file: Path, variables: Mapping[str, str], log: Path) -> AsyncIterator[Bots]:
    """Have a supervisor for bots with these settings; it goes, and they with it, however the test ends."""
    supervisor = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.attacks.starter", str(env_file), str(log)),
        cwd=ROOT,
        env={**os.environ, **variables},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Bots(supervisor, log)
    finally:
        assert supervisor.stdin is not None
        supervisor.stdin.close()
        await asyncio.wait_for(supervisor.wait(), ANSWERS_WITHIN)


def fixed_port() -> int:
    """A port that is free now and stays so between two lives of the bots."""
    while True:
        port = random.choice(FIXED_PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
