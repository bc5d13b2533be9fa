"""When each job ticks, and nothing else: APScheduler interval jobs in memory.

Laws. No truth lives here: a tick asks the database what is due. A job never runs twice at a time; a missed tick is not made up for.
A job that fails is reported by the kind of its error and ticks again; `last` remembers when each job last ended well.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()

LATE_AFTER: Final = 6
"""Intervals after which a job that has not ended well makes the process not ready; at least `LATE_AT_LEAST` seconds."""
LATE_AT_LEAST: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something done every `seconds`."""

    name: str
    seconds: float
    run: Callable[[], Awaitable[None]]


class Clock:
    """Ticks jobs until it is stopped. `now` gives unix seconds."""

    def __init__(self, now: Callable[[], int]) -> None:
        self._jobs: list[Job] = []
        self._now = now
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._running: set[asyncio.Task[None]] = set()
        self.last: dict[str, int] = {}

    def add(self, *jobs: Job) -> None:
        """Take more jobs, before it starts."""
        self._jobs += jobs

    def start(self) -> None:
        """Begin to tick; each job for the first time after its interval."""
        for job in self._jobs:
            self.last[job.name] = self._now()
            self._scheduler.add_job(
                self._tick,
                "interval",
                args=(job,),
                seconds=job.seconds,
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,  # a tick that comes late is still wanted: by default one second's delay skips it
            )
        self._scheduler.start()

    async def tick_all(self) -> None:
        """Run every job once, now, one after the other: what a clock that was moved by hand needs."""
        for job in self._jobs:
            await self._tick(job)

    async def stop(self) -> None:
        """Tick no more, and wait for the ticks that are running."""
        self._scheduler.shutdown(wait=False)
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    def late(self) -> tuple[str, ...]:
        """The jobs that have not ended well for too long."""
        now = self._now()
        return tuple(
            job.name for job in self._jobs if now - self.last.get(job.name, 0) > max(LATE_AT_LEAST, LATE_AFTER * job.seconds)
        )

    async def _tick(self, job: Job) -> None:
        task = asyncio.ensure_future(self._run(job))
        self._running.add(task)
        try:
            await asyncio.shield(task)
        finally:
            self._running.discard(task)

    async def _run(self, job: Job) -> None:
        try:
            await job.run()
        except Exception as error:
            log.error("job_failed", job=job.name, error=error)
        else:
            self.last[job.name] = self._now()
