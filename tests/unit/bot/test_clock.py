"""Jobs tick side by side, one at a time each, and a job that fails is late in the end."""

import asyncio

from bot.clock import LATE_AT_LEAST, Clock, Job


class Moved:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 1000

    def __call__(self) -> int:
        return self.at


async def test_a_job_ticks_again_and_again_until_the_clock_stops() -> None:
    ticked: asyncio.Queue[int] = asyncio.Queue()

    async def run() -> None:
        ticked.put_nowait(1)

    clock = Clock(Moved())
    clock.add(Job(name="one", seconds=0.01, run=run))
    clock.start()
    for _ in range(3):
        await asyncio.wait_for(ticked.get(), 2)
    await clock.stop()
    seen = ticked.qsize()
    await asyncio.sleep(0.03)
    assert ticked.qsize() == seen


async def test_a_job_never_runs_twice_at_a_time() -> None:
    running = most = 0
    entered, leave = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        entered.set()
        await leave.wait()
        running -= 1

    clock = Clock(Moved())
    clock.add(Job(name="one", seconds=0.01, run=run))
    clock.start()
    await asyncio.wait_for(entered.wait(), 2)
    await asyncio.sleep(0.05)
    leave.set()
    await clock.stop()
    assert (running, most) == (0, 1)


async def test_stopping_waits_for_what_is_running() -> None:
    entered, ended = asyncio.Event(), asyncio.Event()

    async def run() -> None:
        entered.set()
        await asyncio.sleep(0.02)
        ended.set()

    clock = Clock(Moved())
    clock.add(Job(name="one", seconds=0.01, run=run))
    clock.start()
    await asyncio.wait_for(entered.wait(), 2)
    await clock.stop()
    assert ended.is_set()


async def test_a_job_that_fails_ticks_on_and_is_late_in_the_end() -> None:
    now, tries = Moved(), 0

    async def fail() -> None:
        nonlocal tries
        tries += 1
        raise ValueError("He hits me.")

    async def work() -> None:
        return

    clock = Clock(now)
    clock.add(Job(name="bad", seconds=5, run=fail), Job(name="good", seconds=5, run=work))
    clock.start()
    assert clock.late() == ()
    now.at += LATE_AT_LEAST + 1
    await clock.tick_all()
    await clock.tick_all()
    assert tries == 2
    assert clock.late() == ("bad",)
    await clock.stop()


async def test_a_slow_job_has_its_own_measure_of_late() -> None:
    now = Moved()

    async def work() -> None:
        return

    clock = Clock(now)
    clock.add(Job(name="slow", seconds=600, run=work))
    clock.start()
    now.at += 3600
    assert clock.late() == ()
    now.at += 1
    assert clock.late() == ("slow",)
    await clock.stop()
