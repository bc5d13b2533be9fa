"""A line between browsers and the desk that a test can cut and mend, as a WiFi or a restarted server does."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PIECE = 64 * 1024


@dataclass(kw_only=True)
class Line:
    """Carries bytes from its own port to another one, as long as it holds."""

    port: int
    leads_to: int
    server: asyncio.Server | None = None
    ends: set[asyncio.StreamWriter] = field(default_factory=set)

    async def mend(self) -> None:
        """Carry again."""
        self.server = await asyncio.start_server(self._carry, HOST, self.port)

    async def cut(self) -> None:
        """Let go of whatever is under way, and answer nobody."""
        if self.server is not None:
            self.server.close()
        for end in self.ends:
            end.transport.abort()

    async def _carry(self, asked: asyncio.StreamReader, answered: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection(HOST, self.leads_to)
            self.ends |= {answered, writer}
            await asyncio.gather(_pour(asked, writer), _pour(reader, answered))
            self.ends -= {answered, writer}


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while piece := await source.read(PIECE):
            target.write(piece)
            await target.drain()
    target.close()


@contextlib.asynccontextmanager
async def a_line(port: int, leads_to: int) -> AsyncIterator[Line]:
    """A line that holds."""
    line = Line(port=port, leads_to=leads_to)
    await line.mend()
    yield line
    await line.cut()
