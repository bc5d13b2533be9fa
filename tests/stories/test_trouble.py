"""Bad days: a messenger that is slow, away or says no, updates that come twice, keys that have expired, a program that is killed."""

import pytest

from bot.checks import check_deployment
from simulator.faults import Fault
from tests.stories.people import TO_THE_END, TO_THE_WORDS, Child, Officer
from tests.stories.story_town import StoryTown, found_town

DAY = 24 * 3600
YEAR = 366 * DAY


async def test_the_same_update_twice_has_one_effect(any_town: StoryTown) -> None:
    town = any_town
    officer = await town.officer("prizren")
    child = town.child()
    await child.start()
    await child.press(*TO_THE_END, "add")
    await officer.woken()
    bot = child.phone.bot
    again = {"update_id": 4_000_001, "message": _message(child, "He is coming back.")}
    for _ in range(3):
        town.sim.inject(bot, again)
        await child.phone.settled()
    await town.restart()
    town.sim.inject(bot, again)
    await child.phone.settled()
    assert await town.narrative() == ["He is coming back."]


@pytest.mark.parametrize(
    "fault",
    [
        {"code": 429, "retry_after": 1},
        {"code": 502},
        {"how": "drop"},
        {"how": "drop_after"},
        {"how": "garbage"},
    ],
    ids=["too many requests", "bad gateway", "cut line", "lost answer", "a proxy's page"],
)
async def test_a_card_that_the_messenger_did_not_take_comes_a_little_later(town: StoryTown, child: Child, fault: dict) -> None:
    town.sim.faults.add(Fault(method="editMessageText", times=1, **fault))
    await child.press("en")
    assert "unsure" in child.codes


async def test_typed_words_are_deleted_even_if_the_first_deletion_fails(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    town.sim.faults.add(Fault(method="deleteMessages", times=1, code=502))
    await child.say("He hits me.")


async def test_a_first_card_is_not_sent_twice_when_what_comes_after_it_fails(town: StoryTown) -> None:
    town.sim.faults.add(Fault(method="deleteMessages", times=1, code=502))
    child = town.child()
    await child.start()
    await child.press("en")
    assert len(child.phone.screen()) == 1


@pytest.mark.parametrize("restarted", [False, True], ids=["same process", "next process"])
async def test_hiding_takes_a_card_along_whose_number_was_lost_on_the_way(town: StoryTown, restarted: bool) -> None:
    """The first card came, its answer did not: the chat shows a card that nobody here knows the number of."""
    town.sim.faults.add(Fault(method="sendMessage", times=1, how="drop_after"))
    child = town.child()
    await child.phone.start()
    await child.phone.heard(lambda shown: any(not one.mine for one in shown))
    if restarted:
        await town.restart()
        await town.pass_time(6)
    await child.phone.heard(lambda shown: len([one for one in shown if not one.mine]) == 2)
    await child.press("en", "hide")
    await child.phone.heard(lambda shown: [one.text for one in shown] == ["Nothing new right now."])


async def test_hiding_as_the_first_thing_after_a_lost_number_leaves_one_card(town: StoryTown) -> None:
    town.sim.faults.add(Fault(method="sendMessage", times=1, how="drop_after"))
    town.sim.faults.add(Fault(method="sendMessage", times=1, retry_after=3000))
    child = town.child()
    await child.phone.start()
    await child.phone.heard(lambda shown: any(not one.mine for one in shown))
    await town.restart()
    town.sim.faults.clear()
    await child.phone.say("/hide")
    await child.phone.heard(lambda shown: [one.text for one in shown] == ["Nothing new right now."])


async def test_a_long_flood_wait_is_kept_and_the_clock_speaks_after_it(town: StoryTown, child: Child) -> None:
    town.sim.faults.add(Fault(method="editMessageText", times=1, retry_after=3000))
    await child.phone.press(child.data("en"))
    await child.phone.settled()
    await town.pass_time(30)
    await town.pass_time(30)
    assert town.sim.calls.of("editMessageText") == []
    await town.restart()
    await town.pass_time(6)
    await child.offers("unsure")


async def test_a_card_committed_and_never_shown_is_shown_after_the_next_start(any_town: StoryTown) -> None:
    town = any_town
    child = town.child()
    await child.start()
    await child.press("en")
    town.sim.faults.add(Fault(method="editMessageText", times=50, retry_after=3000))
    await child.phone.press(child.data("yes"))
    await child.phone.settled()
    await town.close()
    town.sim.faults.clear()
    await town.open()
    await town.pass_time(6)
    told = await child.hears("These numbers can be called now.")
    assert "112" in told.text
    assert len(await town.cases()) == 1


async def test_who_blocks_the_bot_is_left_alone_and_finds_a_truthful_card_on_return(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    await child.phone.block()
    await child.phone.settled()
    calls = town.sim.calls.total
    await town.pass_time(16 * 60)
    assert town.sim.calls.total == calls
    await child.phone.unblock()
    await child.hears("Nothing new right now.")
    await child.press("continue")


async def test_a_block_that_nobody_told_of_stops_the_speaking(town: StoryTown, child: Child) -> None:
    town.sim.faults.add(Fault(method="editMessageText", code=403, description="Forbidden: bot was blocked by the user"))
    await child.phone.press(child.data("en"))
    await child.phone.settled()
    await town.until(lambda: _is_unreachable(town))
    calls = town.sim.calls.total
    await town.pass_time(60)
    assert town.sim.calls.total == calls
    await child.say("I am back.")
    await child.hears("Thank you. What was written is kept.")


async def test_one_chat_in_trouble_holds_up_no_other(town: StoryTown, child: Child) -> None:
    other = town.child()
    await other.start()
    town.sim.faults.add(Fault(method="editMessageText", times=1000, code=502, chat_id=child.phone.person.id))
    await child.phone.press(child.data("en"))
    await other.press(*TO_THE_END)
    await town.pass_time(16 * 60)
    await other.hears("Nothing new right now.")
    town.sim.faults.clear()
    await child.hears("Nothing new right now.")


async def test_expired_keys_take_no_words_silently(town: StoryTown, child: Child, officer: Officer) -> None:
    """Words wait in the sealed session; what would have to be sealed to a team is told not to have arrived, and set aside."""
    await child.press(*TO_THE_END, "add")
    await town.change(lambda tx: tx.directory.install(town.keys.renewed(_stored(tx), town.now(), valid_for=60)))
    await town.pass_time(61)
    assert "The directory of keys has expired: nothing can be sealed." in await _blocking(town)
    await child.phone.say("He is coming back.")
    told = await child.hears("That did not arrive. It can be sent again, or written.")
    assert "112" in told.text
    assert [one.text for one in child.phone.screen() if one.mine] == ["He is coming back."]
    assert await town.narrative() == []

    await town.change(lambda tx: tx.directory.install(town.keys.renewed(_stored(tx), town.now())))
    await town.pass_time(5)
    await child.phone.say("He is coming back.")
    await child.hears("The team gets these words too.")
    assert await town.narrative() == ["He is coming back."]
    await child.press("hide")
    await child.alone()


async def test_danger_with_expired_keys_is_told_and_can_be_said_again(town: StoryTown, child: Child, officer: Officer) -> None:
    await child.press("en")
    await town.change(lambda tx: tx.directory.install(town.keys.renewed(_stored(tx), town.now(), valid_for=60)))
    await town.pass_time(61)
    await child.phone.press(child.data("yes"))
    told = await child.hears("That did not arrive. It can be sent again, or written.")
    assert "112" in told.text
    await town.change(lambda tx: tx.directory.install(town.keys.renewed(_stored(tx), town.now())))
    await town.pass_time(5)
    await child.press("yes")
    await officer.woken(urgency="P0")


async def test_a_timer_that_cannot_run_is_tried_again_and_stops_no_other(town: StoryTown, child: Child, officer: Officer) -> None:
    other = town.child()
    await other.start()
    await child.press("en")
    await child.say("He has a knife.")
    await town.change(lambda tx: tx.directory.install(town.keys.renewed(_stored(tx), town.now(), valid_for=60)))
    await town.pass_time(5)
    await town.pass_time(16 * 60)
    await other.hears("Nothing new right now.")
    assert await town.cases() == []
    await town.change(lambda tx: tx.directory.install(town.keys.renewed(_stored(tx), town.now())))
    await town.pass_time(5)
    await town.pass_time(60)
    await officer.woken()
    assert await town.narrative() == ["He has a knife."]


async def test_without_any_directory_nothing_is_taken_and_it_is_told(tmp_path) -> None:
    from sqlalchemy import create_engine, text

    async with found_town(tmp_path / "town") as town:
        engine = create_engine(town.settings.database)
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM directory"))
        engine.dispose()
        await town.open()
        child = town.child()
        await child.phone.start()
        told = await child.hears("That did not arrive.")
        assert "112" in told.text
        assert "There is no directory of keys: nothing can be sealed." in await _blocking(town)


def _message(child: Child, text: str) -> dict:
    account = child.phone.person.json
    chat = {"id": account["id"], "type": "private", "first_name": account["first_name"]}
    return {"message_id": 900_001, "date": 1, "chat": chat, "from": account, "text": text}


def _stored(tx):
    stored = tx.directory.current()
    assert stored is not None
    return stored


async def _blocking(town: StoryTown) -> list[str]:
    return [finding.words for finding in await check_deployment(town.settings, town.now()) if finding.blocks]


async def _is_unreachable(town: StoryTown) -> bool:
    from handlers.turns import read_chat

    def read(tx) -> bool:
        (row_id,) = tx.sessions.expired(2**60, 2)
        stored = tx.sessions.get(row_id)
        assert stored is not None
        return read_chat(stored).unreachable

    return await town.look(read)
