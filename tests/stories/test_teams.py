"""Who can read a case: the team of the area, unless it must not; the national team; recovery; and nobody else."""

from tests.stories.people import IN_DANGER, PRIZREN, TO_THE_READERS, Child
from tests.stories.story_town import StoryTown, key_ids, team_key_ids

FROM_DANGER_TO_THE_PLACE = (*IN_DANGER, "continue", "no", "me", "physical", "done", "done", "today", "no", "no", "age_10_13")


async def test_danger_at_the_first_word_is_with_the_national_team_at_once(any_town: StoryTown) -> None:
    town = any_town
    officer = await town.officer()
    child = town.child()
    await child.start()
    await child.press("en")
    await child.say("He has a knife.")
    assert "Is that right?" in child.card.text
    await child.press("yes")
    assert "112" in child.card.text
    await officer.woken(urgency="P0")
    case = await town.case()
    assert (case["area"], case["urgency"]) == (None, "P0")
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.recovery)
    assert await town.narrative() == ["He has a knife."]


async def test_the_team_of_the_area_is_added_when_nobody_is_shut_out(any_town: StoryTown) -> None:
    town = any_town
    national, area = await town.officer(), await town.officer("prizren")
    child = town.child()
    await child.start()
    await child.press(*FROM_DANGER_TO_THE_PLACE)
    await national.woken(urgency="P0")
    assert area.alerts == ()
    await child.press(*PRIZREN)
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.recovery)
    assert area.alerts == ()
    await child.press("skip")
    await area.woken(urgency="P0")
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.area, town.keys.recovery)
    entries = await town.entries(town.keys.area)
    (access,) = [entry for entry in entries if entry["kind"] == "access"]
    assert [access["key_id"]] == team_key_ids(town.keys.area)
    assert (await town.case())["area"] == "prizren"


async def test_a_question_left_for_two_minutes_keeps_the_team_of_the_area_waiting_no_longer(
    town: StoryTown, child: Child
) -> None:
    area = await town.officer("prizren")
    await child.press(*FROM_DANGER_TO_THE_PLACE, *PRIZREN)
    await town.pass_time(119)
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.recovery)
    await town.pass_time(2)
    await area.woken(urgency="P0")
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.area, town.keys.recovery)
    await town.opened(town.keys.area)


async def test_who_is_shut_out_never_gets_a_wrap(town: StoryTown, child: Child) -> None:
    area = await town.officer("prizren")
    await child.press(*FROM_DANGER_TO_THE_PLACE, *PRIZREN, "yes")
    await town.pass_time(10 * 60)
    await child.say("He works at that office.")
    await child.press("done", "none", "send", "yes")
    await town.pass_time(3600)
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.recovery)
    assert area.alerts == ()


async def test_not_sure_shuts_out_too(town: StoryTown, child: Child) -> None:
    area = await town.officer("prizren")
    national = await town.officer()
    await child.press(*TO_THE_READERS, "unsure", "done", "none", "send", "yes")
    await national.woken()
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.recovery)
    assert area.alerts == ()


async def test_an_area_without_a_team_goes_to_the_national_one(town: StoryTown, child: Child) -> None:
    national = await town.officer()
    await child.press(*TO_THE_READERS[:-2], "region:gjilan", "area:gjilan", "no", "done", "none", "send", "yes")
    await national.woken()
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.recovery)
    assert (await town.case())["area"] == "gjilan"


async def test_the_secret_of_a_case_is_forgotten_after_an_hour(town: StoryTown, child: Child) -> None:
    """A team named later than that is told by those who can read, not by the server."""
    await child.press(*FROM_DANGER_TO_THE_PLACE)
    await town.pass_time(3601)
    await child.press("continue")
    await child.press(*PRIZREN, "no")
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.recovery)
    assert (await town.case())["area"] == "prizren"
    await town.opened()


async def test_two_readers_open_the_same_case(town: StoryTown, child: Child) -> None:
    await child.press(*FROM_DANGER_TO_THE_PLACE, *PRIZREN, "no")
    assert await town.entries(town.keys.area) == await town.entries(town.keys.national) == await town.entries()
