"""Officers: nobody on duty, nobody who answers, somebody who takes the case; and what the reporter is told of it."""

from tests.stories.people import IN_DANGER, TO_THE_END, Child
from tests.stories.story_town import StoryTown


async def test_with_nobody_on_duty_the_reporter_is_told_and_the_supervisors_are_called(any_town: StoryTown) -> None:
    town = any_town
    supervisor = await town.officer(kind="supervisor")
    child = town.child()
    await child.start()
    await child.press("en")
    assert "Nobody is on duty right now." in child.card.text
    await child.press("yes")
    assert "Nobody is on duty right now, so please call." in child.card.text
    assert "112" in child.card.text
    await supervisor.woken(urgency="P0")


async def test_an_officer_without_a_telephone_is_not_on_duty(town: StoryTown) -> None:
    await town.officer(linked=False)
    child = town.child()
    await child.start()
    await child.press("en")
    assert "Nobody is on duty right now." in child.card.text


async def test_a_sent_report_says_that_nobody_is_on_duty(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_END)
    assert "Nobody is on duty right now. Somebody reads it when duty begins again." in child.card.text


async def test_unanswered_danger_wakes_the_next_and_the_reporter_learns_of_it(any_town: StoryTown) -> None:
    town = any_town
    first, second, supervisor = await town.officer(), await town.officer(), await town.officer(kind="supervisor")
    child = town.child()
    await child.start()
    await child.press(*IN_DANGER)
    await first.woken(urgency="P0")
    assert (second.alerts, supervisor.alerts) == ((), ())
    await town.pass_time(2 * 60 + 1)
    await second.woken(urgency="P0")
    assert supervisor.alerts == ()
    await town.pass_time(3 * 60)
    await supervisor.woken(urgency="P0")
    told = await child.hears("If it cannot wait, call 192.")
    assert told.text.startswith("Nobody ")


async def test_a_case_that_is_taken_says_so_everywhere(any_town: StoryTown) -> None:
    town = any_town
    first, second = await town.officer(name="Arta"), await town.officer(name="Besa")
    child = town.child()
    await child.start()
    await child.press(*IN_DANGER)
    await first.woken(urgency="P0")
    await town.pass_time(2 * 60 + 1)
    await second.woken(urgency="P0")
    await second.press("Acknowledge")
    await second.phone.heard("You have acknowledged this case.")
    await first.phone.heard("Acknowledged by Besa")
    await child.hears("A person on duty has seen the alert.")
    await first.press("Take")
    await first.phone.heard("You have taken this case.")
    await second.phone.heard("Taken by Arta")
    await child.hears("A person from the team has taken this.")
    assert (await town.case())["state"] == "taken"


async def test_the_alert_holds_no_content(town: StoryTown, child: Child) -> None:
    officer = await town.officer()
    await child.press("en")
    await child.say("He has a knife, I am in the cellar.")
    await child.press("yes")
    alert = await officer.woken(urgency="P0")
    assert [line.partition(":")[0] for line in alert.text.splitlines()] == ["Urgency", "Area", "Waiting", "Case"]


async def test_words_after_danger_raise_no_second_alarm_but_a_worse_answer_does(town: StoryTown, child: Child) -> None:
    officer = await town.officer("prizren")
    await child.press(*TO_THE_END, "add")
    await officer.woken(urgency="P2")
    await child.say("It was yesterday.")
    assert len(officer.alerts) == 1
    await child.say("He has a knife.")
    await child.press("yes")
    await officer.woken(urgency="P0")


async def test_nobody_answers_a_risk_question_and_the_team_has_the_words(town: StoryTown, child: Child) -> None:
    """A phone that was taken away says nothing; silence after such words is no denial."""
    officer = await town.officer()
    await child.press("en")
    await child.say("He has a knife.")
    assert "Without an answer in ten minutes, the team gets these words." in child.card.text
    await town.pass_time(10 * 60 + 1)
    await officer.woken(urgency="P1")
    await child.hears("There was no answer, so the team has these words now.")
    assert await town.narrative() == ["He has a knife."]


async def test_an_earlier_case_says_nothing_about_the_next(town: StoryTown, child: Child) -> None:
    officer = await town.officer("prizren")
    await child.press(*TO_THE_END)
    await officer.woken()
    await officer.press("Take")
    await officer.phone.heard("You have taken this case.")
    await child.press("withdraw", "yes", "again", "en", "yes")
    assert "A person on duty has seen it." not in child.card.text
    assert sorted(case["state"] for case in await town.cases()) == ["new", "taken"]
