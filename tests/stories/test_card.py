"""The living card: one message that changes, and that turns neutral when it has to."""

import asyncio
import time

import pytest

from tests.stories.people import TO_THE_END, TO_THE_WORDS, Child
from tests.stories.story_town import StoryTown

HOUR = 3600
NEUTRAL = "Nothing new right now."


async def test_there_is_one_message_and_it_is_edited(town: StoryTown, child: Child) -> None:
    first = child.card.message_id
    await child.press(*TO_THE_WORDS)
    await child.say("He hits me.")
    await child.press("done")
    assert [one.message_id for one in child.phone.screen()] == [first]
    assert child.card.edited
    assert child.card.protected


async def test_a_card_that_the_child_deleted_is_sent_again_and_stays_the_only_one(town: StoryTown, child: Child) -> None:
    first = child.card.message_id
    await child.press("en")
    await child.phone.delete(first)
    await child.say("He hits me.")
    await child.hears("Thank you. What was written is kept.")
    await child.press("no")
    assert [one.mine for one in child.phone.screen()] == [False]
    assert child.card.message_id != first


@pytest.mark.timed
async def test_hiding_deletes_everything_within_a_second(town: StoryTown, child: Child) -> None:
    await child.press("en", "help", "keep")
    for words in ("He hits me.", "My brother sees it too.", "I am afraid."):
        await child.phone.say(words)
    await child.phone.settled()
    began = time.perf_counter()
    await child.phone.press_gone(child.card.message_id, "0:hide")
    await child.phone.heard(lambda shown: [one.text for one in shown] == [NEUTRAL])
    assert time.perf_counter() - began < 1


@pytest.mark.timed
async def test_hiding_does_not_wait_for_a_chat_that_is_written_to_faster_than_it_is_answered(
    town: StoryTown, child: Child
) -> None:
    await child.press(*TO_THE_WORDS)
    for number in range(8):
        await child.phone.say(f"and then {number}")
    began = time.perf_counter()
    await child.phone.say("/hide")
    await child.phone.heard(lambda shown: [one.text for one in shown] == [NEUTRAL])
    assert time.perf_counter() - began < 1


async def test_the_safe_word_hides(town: StoryTown, child: Child) -> None:
    await child.press("en", "help", "safe_word")
    await child.say("pineapple")
    await child.press("go_on", "no")
    await child.phone.say("Pineapple")
    await child.phone.heard(lambda shown: [one.text for one in shown] == [NEUTRAL])
    await child.press("open")
    await child.press("en", "stop", "send", "yes")
    assert await town.narrative() == []


async def test_kept_messages_stay_until_they_are_hidden(town: StoryTown, child: Child) -> None:
    await child.press("en", "help", "keep")
    await child.phone.say("He hits me.")
    await child.phone.settled()
    await child.hears("Thank you. What was written is kept.")
    await town.pass_time(16 * 60)
    await child.hears(NEUTRAL)
    assert [one.text for one in child.phone.screen() if one.mine] == ["He hits me."]
    await child.press("continue")
    await child.press("hide")
    await child.alone()


async def test_after_fifteen_idle_minutes_the_card_is_neutral_and_goes_on_where_it_was(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    before = child.card.text
    await town.pass_time(15 * 60 - 10)
    assert child.card.text == before
    await town.pass_time(20)
    await child.hears(NEUTRAL)
    assert child.codes == ("continue",)
    await child.press("continue")
    assert child.card.text == before


async def test_before_two_days_are_over_everything_is_gone(town: StoryTown, child: Child) -> None:
    """A person who writes every day loses nothing of it, and nothing stands in the chat that cannot be deleted any more."""
    await child.press("en")
    await town.pass_time(46 * HOUR)
    await child.press("continue", "no", "no", "me")
    before = child.card.text
    await town.pass_time(HOUR)
    await child.hears(NEUTRAL)
    assert child.codes == ("open",)
    assert before not in str(child.phone)


async def test_a_conversation_in_full_swing_is_wiped_too(town: StoryTown, child: Child) -> None:
    for _ in range(int(47 * HOUR / 600)):
        town.clock.advance(600)
        await child.press("help")
        await child.press("go_on") if "go_on" in child.codes else None
    await town.pass_time(600)
    await child.hears(NEUTRAL)
    assert child.codes == ("open",)


async def test_a_conversation_is_forgotten_after_two_idle_days(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_END)
    await town.pass_time(48 * HOUR)
    await child.hears(NEUTRAL)
    await town.pass_time(HOUR)
    await town.until(town.knows_no_chat)
    assert (await town.case())["state"] == "new"


async def test_a_server_that_was_away_for_three_days_still_hides(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    await town.close()
    town.clock.advance(72 * HOUR)
    await town.open()
    await town.pass_time(5)
    await child.hears(NEUTRAL)
    await town.until(town.knows_no_chat)
    assert child.card.buttons == ()


async def test_an_old_button_shows_the_newest_card_and_does_nothing(town: StoryTown, child: Child) -> None:
    await child.press("en")
    old = child.data("yes")
    await child.press("no")
    await child.phone.press_gone(child.card.message_id, old)
    await child.hears("That button was from an earlier card. Here is the newest one.")
    assert await town.cases() == []


async def test_made_up_buttons_do_nothing(town: StoryTown, child: Child) -> None:
    await child.press("en")
    for data in ("", ":", "send", "99999999999999999999:send", "-1:yes", "1:2:3", "\x00" * 60, "0:" + "x" * 60):
        await child.phone.press_gone(child.card.message_id, data)
    await child.phone.settled()
    await child.press("no")
    assert await town.cases() == []


async def test_two_chats_do_not_wait_for_each_other(town: StoryTown) -> None:
    children = [town.child() for _ in range(5)]
    await asyncio.gather(*(child.start() for child in children))
    await asyncio.gather(*(child.press(*TO_THE_END) for child in children))
    assert len(await town.cases()) == 5
