"""What comes after a case was opened: more words, an officer's entry between them, a closed case, a report taken back."""

import pytest

from tests.stories.people import IN_DANGER, TO_THE_END, TO_THE_WORDS, Child, Officer
from tests.stories.story_town import StoryTown


async def test_words_after_sending_are_added_to_the_case(any_town: StoryTown) -> None:
    town = any_town
    child = town.child()
    await child.start()
    await child.press(*TO_THE_END, "add")
    await child.say("He is coming back.")
    assert "The team gets these words too." in child.card.text
    await child.say("I am at my aunt's.")
    assert await town.narrative() == ["He is coming back.", "I am at my aunt's."]


async def test_words_are_added_after_an_officers_entry(any_town: StoryTown) -> None:
    """Intake verifies what stands behind its own last entry before it goes on."""
    town = any_town
    child = town.child()
    await child.start()
    await child.press(*TO_THE_END, "add")
    await child.say("He is coming back.")
    await town.write_note(town.keys.area_officer, "I have called the school.")
    await child.say("I am at my aunt's.")
    kinds = [entry["kind"] for entry in await town.entries()]
    assert kinds[-3:] == ["narrative", "note", "narrative"]


async def test_a_broken_chain_is_not_written_on_and_the_child_is_told(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_END, "add")
    await town.write_note(town.keys.root, "I am nobody in the directory.")
    await child.phone.say("He is coming back.")
    told = await child.hears("That did not arrive. It can be sent again, or written.")
    assert "112" in told.text
    assert [one.text for one in child.phone.screen() if one.mine] == ["He is coming back."]
    assert len(await town.look(lambda tx: tx.set_aside.every(10))) == 1


async def test_new_words_reopen_a_closed_case(town: StoryTown, child: Child, officer: Officer) -> None:
    area = await town.officer("prizren")
    await child.press(*TO_THE_END, "add")
    await area.woken()
    await town.close_case()
    await child.hears("The team has closed this.")
    await area.phone.heard("This case is closed.")
    await child.say("It happened again.")
    assert "closed" not in child.card.text
    assert "Nobody has opened it yet." in child.card.text
    assert (await town.case())["state"] == "new"
    await area.phone.heard(lambda shown: any("Acknowledge" in one.labels for one in shown))
    assert "It happened again." in await town.narrative()
    await area.press("Take")
    await child.hears("A person from the team has taken this.")


async def test_a_report_nobody_took_is_taken_back_without_a_trace(any_town: StoryTown) -> None:
    town = any_town
    officer = await town.officer("prizren")
    child = town.child()
    await child.start()
    await child.press(*TO_THE_WORDS)
    await child.say("He hits me.")
    await child.phone.send_voice(b"OggS" + b"v" * 5000)
    await child.hears("Thank you. The voice message is kept.")
    await child.alone()
    await child.press(*TO_THE_END[len(TO_THE_WORDS) :])
    await officer.woken()
    assert len(town.blobs()) == 1
    await child.press("withdraw", "yes")
    assert "Nobody had taken it, and it is deleted." in child.card.text
    export = await town.export()
    assert export["wraps"] == []
    assert [entry.get("body") for entry in export["entries"]] == [None] * len(export["entries"])
    assert export["blobs"] == []
    await town.until(lambda: town.blobs() == [])
    assert (await town.case())["state"] == "withdrawn"
    await officer.phone.heard("This report was taken back by the reporter.")


async def test_a_report_that_was_taken_stays_and_the_wish_is_added(town: StoryTown, child: Child) -> None:
    area = await town.officer("prizren")
    await child.press(*TO_THE_END)
    await area.woken()
    await area.press("Take")
    await area.phone.heard("You have taken this case.")
    await child.press("withdraw", "yes")
    assert "A person had already taken it. The wish was added for them to see." in child.card.text
    assert (await town.entries(town.keys.area))[-1]["status"] == "withdrawal-wished"
    assert (await town.case())["state"] == "taken"
    case_id = (await town.look(lambda tx: tx.cases.list_plain(limit=1)))[0].case_id
    assert await town.look(lambda tx: tx.return_addresses.get(case_id)) is None


async def test_what_says_that_there_is_danger_now_is_not_taken_back(town: StoryTown, child: Child) -> None:
    await child.press(*IN_DANGER, "stop", "withdraw")
    assert "This stays with the team." in child.card.text
    assert "yes" not in child.codes


async def test_a_second_report_after_one_was_taken_back_is_a_case_of_its_own(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_END, "withdraw", "yes", "again", "en", "no", "no", "me", "physical", "done")
    await child.phone.send_voice(b"OggS" + b"w" * 9000)
    await child.hears("Thank you. The voice message is kept.")
    await child.alone()
    await child.press(*TO_THE_END[len(TO_THE_WORDS) :])
    assert "Nobody had taken" not in child.card.text
    states = {case["state"]: case["designation"] for case in await town.cases()}
    assert set(states) == {"withdrawn", "new"}
    report = await town.opened(designation=states["new"])
    assert [blob["size"] for blob in report["blobs"]] == [9004]


@pytest.mark.parametrize("forget", ["after sending", "before sending"])
async def test_forget_me_leaves_nothing_of_the_chat(town: StoryTown, child: Child, forget: str) -> None:
    if forget == "after sending":
        await child.press(*TO_THE_END, "forget", "yes")
    else:
        await child.press(*TO_THE_WORDS)
        await child.say("He hits me.")
        await child.press("help", "forget", "yes")
    assert child.card.text == "Nothing new right now."
    assert child.card.buttons == ()
    await town.until(town.knows_no_chat)
    for row in await town.look(lambda tx: tx.cases.list_plain(limit=5)):
        assert await town.look(lambda tx, case_id=row.case_id: tx.return_addresses.get(case_id)) is None
    await town.close_case() if forget == "after sending" else await town.pass_time(60)
    assert child.card.text == "Nothing new right now."
