"""One chat that reports again and again: a child that comes back all night is heard each time, a flooder is slowed down, nobody else is."""

import pytest

from handlers import limits
from handlers.turns import read_chat
from storage.transaction import Transaction
from tests.stories.people import IN_DANGER, TO_THE_WORDS, Child, Officer
from tests.stories.story_town import StoryTown

VOICE = b"OggS" + bytes(range(256)) * 4
LATE = "That did not arrive. It can be sent again, or written."


async def _reports_danger(child: Child) -> None:
    await child.start()
    await child.press(*IN_DANGER)


def _called_about(officer: Officer) -> set[str]:
    """The cases that the officer's telephone has rung for; while nobody answers it rings for each again and again."""
    return {line for alert in officer.alerts for line in alert.text.splitlines() if line.startswith("Case:")}


async def _forgets(child: Child) -> None:
    await child.phone.say("/forget")
    await child.hears("Should this chat be forgotten?")
    await child.press("yes")
    await child.alone()


async def test_a_child_that_forgets_the_chat_five_times_in_a_night_is_heard_five_times(town: StoryTown, officer: Officer) -> None:
    child = town.child()
    for times in range(5):
        await _reports_danger(child)
        await child.hears("The person on duty is being told now.")
        await officer.phone.heard(lambda _, times=times: len(_called_about(officer)) == times + 1)
        await _forgets(child)
        await town.pass_time(40 * 60)
    assert len(await town.cases()) == 5
    assert all([await town.opened(designation=case["designation"]) for case in await town.cases()])


async def test_beyond_the_limit_a_report_waits_an_hour_and_it_is_said_with_the_numbers(
    town: StoryTown, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CASES_AT_ONCE", 2)
    flooder, other = town.child(), town.child()
    for _ in range(2):
        await _reports_danger(flooder)
        await _forgets(flooder)
    await flooder.start()
    await flooder.press("en")
    await flooder.phone.press(flooder.data("yes"))
    told = await flooder.hears(LATE)
    assert all(number in told.text for number in ("112", "192"))
    assert len(await town.cases()) == 2
    await flooder.say("He has a knife.")

    await _reports_danger(other)
    assert len(await town.cases()) == 3

    await town.pass_time(limits.CASE_EVERY)
    await flooder.press("continue")
    await flooder.press("yes")
    assert len(await town.cases()) == 4
    newest = {case["designation"] for case in await town.cases()}
    words = [entry["text"] for one in newest for entry in await town.entries(designation=one) if entry["kind"] == "narrative"]
    assert words == ["He has a knife."]


async def test_beyond_the_limit_an_alarm_sounds_ten_minutes_later_and_nobody_is_said_to_be_told(
    town: StoryTown, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ALARMS_AT_ONCE", 2)
    child = town.child()
    for times in range(2):
        await _reports_danger(child)
        await officer.phone.heard(lambda _, times=times: len(_called_about(officer)) == times + 1)
        await _forgets(child)
    await _reports_danger(child)
    card = await child.hears("Nobody has taken it yet.")
    assert "being told now" not in card.text
    assert "112" in card.text
    assert len(await town.cases()) == 3
    await town.pass_time(limits.ALARM_EVERY // 2)
    assert len(_called_about(officer)) == 2
    await town.pass_time(limits.ALARM_EVERY // 2)
    await officer.phone.heard(lambda _: len(_called_about(officer)) == 3)


async def test_words_of_an_open_case_arrive_however_many_cases_there_were(
    town: StoryTown, officer: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CASES_AT_ONCE", 1)
    monkeypatch.setattr(limits, "ALARMS_AT_ONCE", 1)
    child = town.child()
    await _reports_danger(child)
    await child.say("He is at the door.")
    assert await town.narrative() == ["He is at the door."]


async def test_files_are_counted_over_all_conversations_of_a_day(
    town: StoryTown, child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ATTACHMENTS_A_DAY", 1)
    await child.press(*TO_THE_WORDS)
    await child.phone.send_voice(VOICE)
    await child.alone()
    await _forgets(child)
    await child.start()
    await child.press(*TO_THE_WORDS)
    await child.phone.send_voice(VOICE)
    await child.hears("Thank you. No more files fit here, and this one was not stored.")
    await town.pass_time(limits.DAY)
    await child.press("continue")
    await child.phone.send_voice(VOICE)
    await child.alone()
    assert len(town.blobs()) == 1


async def test_the_secret_of_a_case_goes_after_an_hour_even_if_the_chats_own_turn_fails(
    town: StoryTown, child: Child, officer: Officer
) -> None:
    await child.press(*IN_DANGER)
    await child.say("He has a knife.")
    assert await town.look(_seed)
    await town.change(lambda tx: tx.directory.install(town.keys.renewed(_directory(tx), town.now(), valid_for=60)))
    await town.pass_time(limits.ALARM_EVERY + 61)
    assert await town.look(_seed)
    await town.pass_time(3600)
    assert not await town.look(_seed)


def _seed(tx: Transaction) -> bytes:
    (row_id,) = tx.sessions.expired(2**60, 2)
    stored = tx.sessions.get(row_id)
    assert stored is not None
    case = read_chat(stored).case
    assert case is not None
    return case.seed


def _directory(tx: Transaction):  # type: ignore[no-untyped-def]
    stored = tx.directory.current()
    assert stored is not None
    return stored
