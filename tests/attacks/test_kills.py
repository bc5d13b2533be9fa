"""Killed at any moment, the bots lose no word of a report, double none, and forget no alert.

Twenty people report at a time while the bots' process is killed as `kill -9` does, at random moments, and started again at once. What
they did cannot be undone by that: every message is in its case once and in its order, every case has one chain without a break, the
officer's phone rang for it, and nothing of what was typed stays on a phone. Whoever hides then sees one neutral card and nothing else, also
where a card was sent and its number died with the process.
"""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.attacks.bots import ROOT
from tests.attacks.place import REPORTS_WITHIN, Place, founded
from tests.attacks.reporters import GO_BY, Reporter
from tests.stories.town import OFFICER, REPORTER

PEOPLE = 20
SOON = (0.0, 0.6)
"""Seconds after a start in which the bots are not serving yet, or just begin to."""
LATER = (0.0, 1.0)
"""Seconds after the first thing they said."""
AT_WORK = (0.0, 0.03)
"""Seconds after something was sent to them: about what a turn takes, from its update to its commit and its card."""
SETTLES_WITHIN = 30.0
RINGS_WITHIN = 20.0
"""Seconds: an alert that was on its way when the bots died is sent again as soon as they are back, not after its lease."""
NEUTRAL = "Nothing new right now."
CLEARS_WITHIN = 30.0
"""Seconds: what a turn should have taken back when the bots died is taken back by the next turn, or by the clock."""


def test_the_sentences_that_people_know_cards_by_are_in_the_script() -> None:
    script = "".join(path.read_text() for path in (ROOT / "flows" / "scripts").glob("*.yaml"))
    assert [sentence for sentence in GO_BY if sentence not in script] == []


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_few_kills_lose_nothing_and_double_nothing(mode: str, tmp_path: Path) -> None:
    await _attack(tmp_path, mode, kills=6)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_two_hundred_kills_lose_nothing_and_double_nothing(mode: str, tmp_path: Path) -> None:
    await _attack(tmp_path, mode, kills=200)


async def _attack(folder: Path, mode: str, kills: int) -> None:
    seed, began = f"{mode} {kills}", time.monotonic()
    async with founded(folder, mode, seed) as place:
        await _kill(place, kills, Random(seed))
        for token in (REPORTER, OFFICER):
            await place.town.sim.settled(place.town.sim.bots[token], SETTLES_WITHIN)
        designations = {case["designation"] for case in await place.town.cases()}
        await place.officer.knows(designations, RINGS_WITHIN)
        cases = [_case(await place.town.opened(one)) for one in designations]
        _compare(place.reporters, cases)
        for reporter in place.reporters:
            await reporter.phone.heard(lambda shown: not any(message.mine for message in shown), CLEARS_WITHIN)
        for reporter in place.reporters:
            await _hides(reporter)
        await place.bots.end()
        assert [one.mark for one in place.reporters if one.mark in place.bots.said()] == []
        said = sum(len(case.words) for case in cases)
        rings = len(place.officer.told)
        seconds = round(time.monotonic() - began)
        print(
            f"{mode}: {kills} kills, {len(place.reporters)} people, {len(cases)} reports, {said} messages, {rings} alerted, {seconds} s"
        )


async def _hides(reporter: Reporter) -> None:
    """Hide as a person does; every card of before must be gone, those too that the bots sent and never noted."""
    await reporter.phone.say("/hide")
    await reporter.phone.heard(lambda shown: [one.text for one in shown] == [NEUTRAL], CLEARS_WITHIN)


async def _kill(place: Place, kills: int, random: Random) -> None:
    """Kill the bots so often while people report, then let the people come to their end."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(None) as limit, asyncio.TaskGroup() as people:
        await place.have_people_report(PEOPLE, people)
        for _ in range(kills):
            await _moment(place, random)
            await place.bots.kill()
            await place.bots.start()
        place.is_over = True
        limit.reschedule(loop.time() + REPORTS_WITHIN)


async def _moment(place: Place, random: Random) -> None:
    """Wait for a random moment: while the bots start, at any time after that, or, most often, in the middle of a turn."""
    when = random.random()
    if when < 0.15:
        await asyncio.sleep(random.uniform(*SOON))
        return
    await place.speaks()
    await asyncio.sleep(random.uniform(*LATER))
    if when > 0.4:
        await place.is_spoken_to()
        await asyncio.sleep(random.uniform(*AT_WORK))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case as the recovery seed opens it: whether all of it is sound, and the words in their order."""

    is_sound: bool
    words: tuple[str, ...]


def _case(opened: dict[str, Any]) -> Case:
    told = (entry["plaintext"] for entry in opened["entries"])
    return Case(is_sound=opened["ok"], words=tuple(one["text"] for one in told if one and one["kind"] == "narrative"))


def _compare(reporters: list[Reporter], cases: list[Case]) -> None:
    """Compare what people typed with what the cases hold."""
    assert [case for case in cases if not case.is_sound] == []
    sent = [reporter for reporter in reporters if reporter.is_with_the_team]
    assert sorted(tuple(one.typed) for one in sent) == sorted(case.words for case in cases)
