"""The same town with webhooks instead of polling."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from simulator.faults import Fault
from tests.stories.people import TO_THE_END, TO_THE_WORDS, Child
from tests.stories.story_town import StoryTown, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[StoryTown]:
    """A town that is told of updates at its own address."""
    async with open_town(tmp_path / "town", telegram_updates="webhook") as opened:
        yield opened


async def test_a_report_by_webhook_from_the_first_word_to_the_alert(town: StoryTown, child: Child) -> None:
    officer = await town.officer("prizren")
    await child.press(*TO_THE_WORDS)
    await child.say("He hits me.")
    await child.hears("Thank you. What was written is kept.")
    await child.press(*TO_THE_END[len(TO_THE_WORDS) :])
    await officer.woken()
    assert await town.narrative() == ["He hits me."]
    await officer.press("Take")
    await officer.phone.heard("You have taken this case.")
    await child.press("add")
    await child.hears("A person from the team has taken this.")


async def test_what_was_typed_is_deleted_by_the_webhook_s_own_answer(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    await child.say("He hits me.")
    deleted = [call for call in town.sim.calls.of("deleteMessage", "deleteMessages") if call.via == "webhook"]
    assert deleted


async def test_words_that_a_lost_answer_left_standing_go_when_the_chat_is_hidden(town: StoryTown, child: Child) -> None:
    """Nobody is told how a call in a webhook's answer ended; the message stays on the list of what has to go."""
    await child.press(*TO_THE_WORDS)
    town.sim.faults.add(Fault(method="deleteMessage", code=502))
    await child.phone.say("He hits me.")
    await child.hears("Thank you. What was written is kept.")
    await child.press("hide")
    await child.alone()
