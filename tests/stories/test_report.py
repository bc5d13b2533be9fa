"""A child tells what happens, to the end, and the right people can read it."""

from pathlib import Path

from sealing.encoding import unb64u
from sealing.suite import OVERHEAD
from tests.stories.people import TO_THE_END, TO_THE_WORDS, Child, Officer
from tests.stories.story_town import StoryTown, key_ids, open_town, team_key_ids

WORDS = "He hits me when he is drunk."
MORE = "My brother sees it too."


async def test_a_child_reports_to_the_end_and_the_team_of_the_area_reads_it(any_town: StoryTown) -> None:
    town = any_town
    officer = await town.officer("prizren")
    child = town.child()
    await child.start()
    await child.press(*TO_THE_WORDS)
    await child.say(WORDS)
    await town.pass_time(3)
    await child.say(MORE)
    await child.press("done", "today", "no", "no", "age_10_13", "region:prizren", "area:prizren", "no", "done", "none")
    assert await town.cases() == []
    await child.press("send", "yes")
    assert "Thank you. This is done." in child.card.text

    alert = await officer.woken()
    assert "Prizren" in alert.text
    assert WORDS not in alert.text
    case = await town.case()
    assert (case["area"], case["state"], case["language"], case["channel"]) == ("prizren", "new", "en", "telegram")
    assert await town.wrapped_to() == key_ids(town.keys.area, town.keys.recovery)
    opened, answers, *rest = await town.entries(town.keys.area)
    assert (opened["kind"], opened["area"], opened["team_key_ids"]) == ("opened", "prizren", team_key_ids(town.keys.area))
    told = {item["step"]: item["value"] for item in answers["items"]}
    assert (told["danger_now"], told["what_happens"], told["area"]) == ("no", ["physical"], "prizren")
    assert [entry["text"] for entry in rest if entry["kind"] == "narrative"] == [WORDS, MORE]


async def test_few_answers_and_many_are_the_same_size(town: StoryTown, child: Child, officer: Officer) -> None:
    await child.press(*TO_THE_END)
    body = unb64u((await town.export())["entries"][1]["body"])
    assert len(body) == OVERHEAD + 4 + 4092


async def test_a_demo_with_one_team_needs_no_other(tmp_path: Path) -> None:
    async with open_town(tmp_path, two_teams=False) as town:
        child = town.child()
        await child.start()
        await child.press(*TO_THE_END)
        assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.recovery)
        assert (await town.entries(town.keys.national))[0]["area"] == "prizren"


async def test_an_adult_reports_in_serbian(town: StoryTown, officer: Officer) -> None:
    adult = town.child(language="sr")
    await adult.start()
    await adult.press("sr_cyrl", "no", "no", "adult", "neglect", "done")
    await adult.say("Дете је само по цео дан.")
    await adult.press("skip", "skip", "skip", "skip", "skip", "skip", "skip", "none", "send", "yes")
    await officer.woken()
    assert (await town.case())["language"] == "sr-Cyrl"
    assert await town.narrative() == ["Дете је само по цео дан."]


async def test_a_language_changed_in_the_middle_loses_no_word(town: StoryTown, child: Child, officer: Officer) -> None:
    await child.press("en", "no", "no", "me", "physical", "done")
    await child.say(WORDS)
    await child.phone.say("/language")
    await child.hears("Please choose a language.")
    await child.press("sq")
    await child.alone()
    await child.say("Edhe vëllai e sheh.")
    await child.press("stop", "send", "yes")
    await officer.woken()
    assert (await town.case())["language"] == "sq"
    assert await town.narrative() == [WORDS, "Edhe vëllai e sheh."]


async def test_words_before_any_question_are_kept(town: StoryTown, officer: Officer) -> None:
    child = town.child()
    await child.phone.say(WORDS)
    await child.hears("Thank you. What was written is kept.")
    await child.alone()
    await child.press("en", "stop", "send", "yes")
    await officer.woken()
    assert await town.narrative() == [WORDS]


async def test_nothing_unsent_becomes_a_case(town: StoryTown, child: Child, officer: Officer) -> None:
    await child.press(*TO_THE_WORDS)
    await child.say(WORDS)
    await child.press("stop", "delete")
    await child.hears("Nothing was sent.")
    await town.pass_time(25 * 3600)
    assert await town.cases() == []
    assert officer.alerts == ()
