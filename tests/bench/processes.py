"""A bot's process or the desk's on core 0, as they run: started, waited for, looked at, ended."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psutil
from aiohttp import ClientError, ClientSession

ROOT: Final = Path(__file__).parents[2]
STARTS_WITHIN: Final = 30.0
"""Seconds; a start takes one or two."""


class Running:
    """A process that answers at a port of this machine."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._ps = psutil.Process(process.pid)

    def cpu(self) -> float:
        """Seconds of a core that it has used."""
        spent = self._ps.cpu_times()
        return spent.user + spent.system

    def memory(self) -> float:
        """Megabytes that it holds."""
        return float(self._ps.memory_info().rss) / 2**20

    async def end(self) -> None:
        """Ask it to end, and wait."""
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, 40)


async def start(port: int, environment: Mapping[str, str], *arguments: str) -> Running:
    """Start `python -m …` on core 0; return once it answers."""
    process = subprocess.Popen([sys.executable, "-m", *arguments], cwd=ROOT, env={**os.environ, **environment})
    os.sched_setaffinity(process.pid, {0})
    await _answering(port)
    return Running(process)


async def _answering(port: int) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    async with ClientSession() as session:
        while time.monotonic() < deadline:
            try:
                async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                    await answer.read()
                    return
            except ClientError:
                await asyncio.sleep(0.1)
    raise SystemExit("the process did not start")


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
