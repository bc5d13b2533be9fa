"""A case that is open already: new danger, more words, somebody shut out late, and what its entries say."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from handlers import attachments
from handlers.afterwards import read_chat
from handlers.channel import MediaArrived
from handlers.officer.alarms import leave_out
from handlers.reporter.telegram.calls import TelegramChannel
from sealing.case import Wrap
from storage.transaction import Transaction
from tests.stories.people import IN_DANGER, PRIZREN, TO_THE_ANSWER, TO_THE_END, TO_THE_READERS, TO_THE_WORDS, Child
from tests.stories.story_town import StoryTown, key_ids, team_key_ids

HOUR = 3600
BEING_TOLD = "The person on duty is being told now."
PRIZREN_S_PLACE = (42.2139, 20.7397)
VOICE = b"OggS" + bytes(range(256)) * 40
FROM_THE_DANGER = ("continue", "no", "me", "physical", "done", "done", "today", "no", "no", "age_10_13")


async def test_new_danger_in_a_taken_case_wakes_the_officer_who_took_it(town: StoryTown, child: Child) -> None:
    officer = await town.officer()
    await child.press(*IN_DANGER)
    await officer.woken(urgency="P0")
    await officer.press("Take")
    await officer.phone.heard("You have taken this case.")
    await town.pass_time(60 * 60)
    await child.say("He has a knife.")
    await child.press("yes")
    assert BEING_TOLD in child.card.text
    await officer.phone.heard(lambda shown: shown[-1].labels == ("Acknowledge",))
    await officer.press("Acknowledge")
    await officer.phone.heard(lambda shown: shown[-1].labels == ())
    await child.press("help")
    await child.press("go_on")
    assert BEING_TOLD not in child.card.text
    assert "A person on duty has seen it." in child.card.text


async def test_danger_said_again_in_a_taken_case_sounds_again(town: StoryTown, child: Child) -> None:
    officer = await town.officer()
    await child.press(*IN_DANGER)
    await officer.woken(urgency="P0")
    await officer.press("Take")
    await officer.phone.heard("You have taken this case.")
    await child.press("back", "yes")
    assert "A person on duty has seen it." in child.card.text, "whoever has it was woken a moment ago"
    assert len(officer.alerts) == 1
    await town.pass_time(3 * 60)
    await child.press("back", "yes")
    assert BEING_TOLD in child.card.text
    await town.until(lambda: len(officer.alerts) == 2)
    await officer.phone.heard(lambda shown: shown[-1].labels == ("Acknowledge",))
    confirmed = [one for one in await town.entries() if one["kind"] == "answer" and one["step"] == "risks_confirmed"]
    assert [one["value"] for one in confirmed] == [["danger_now"]]


async def test_danger_said_again_while_nobody_is_on_duty_is_not_said_to_be_told(town: StoryTown, child: Child) -> None:
    await child.press(*IN_DANGER)
    await town.pass_time(3 * 60)
    await child.press("back", "yes")
    assert BEING_TOLD not in child.card.text
    assert "Nobody is on duty right now, so please call." in child.card.text


async def test_more_words_in_a_taken_case_are_told_to_its_officer(town: StoryTown, child: Child) -> None:
    officer = await town.officer("prizren")
    await child.press(*TO_THE_END, "add")
    await officer.woken()
    await officer.press("Take")
    await officer.phone.heard("You have taken this case.")
    await child.say("It was yesterday.")
    await town.until(lambda: len(officer.alerts) == 2)
    await child.say("And the day before.")
    await town.pass_time(60)
    assert len(officer.alerts) == 2
    await town.pass_time(9 * 60)
    await town.until(lambda: len(officer.alerts) == 3)


# Shut out late --------------------------------------------------------------------------------------------------------


async def test_who_is_shut_out_late_loses_the_wrap_and_the_alarm(town: StoryTown, child: Child) -> None:
    national, area = await town.officer(), await town.officer("prizren")
    await child.press(*IN_DANGER, *FROM_THE_DANGER, *PRIZREN)
    await town.pass_time(2 * 60 + 1)
    await area.woken(urgency="P0")
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.area, town.keys.recovery)
    told = len(national.alerts)
    await child.hears("A local team can already read what was sent.")
    await child.press("yes")
    assert "A local team could read what was sent before." in child.card.text
    assert "From now on only the national team reads it." in child.card.text
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.recovery)
    await area.press("Take")
    await area.phone.toasted("This case is not with your team.")
    alerts = len(area.alerts)
    await town.pass_time(10 * 60)
    await town.until(lambda: len(national.alerts) > told)
    assert len(area.alerts) == alerts
    await town.opened(town.keys.national)
    (access,) = [entry["key_id"] for entry in await town.entries() if entry["kind"] == "access"]
    assert [access] == team_key_ids(town.keys.area), "a wrap that was announced and is gone is not broken"


async def test_a_sent_report_whose_team_is_shut_out_goes_to_the_national_team(town: StoryTown, child: Child) -> None:
    national, area = await town.officer(), await town.officer("prizren")
    await child.press(*TO_THE_END)
    await area.woken()
    await area.press("Take")
    await area.phone.heard("You have taken this case.")
    assert national.alerts == ()
    await _shut_out(child)
    assert "From now on only the national team reads it." in child.card.text
    await national.woken()
    assert await town.wrapped_to() == key_ids(town.keys.national, town.keys.recovery)
    assert (await town.case())["state"] == "new"
    assert await town.look(_teams_of_every_alarm) == {("national",)}, "no row says who was shut out"
    assert await town.entries(town.keys.national) == await town.entries()


async def test_shut_out_after_the_secret_is_forgotten_still_takes_the_wrap_and_tells_the_national_team(
    town: StoryTown, child: Child
) -> None:
    national, area = await town.officer(), await town.officer("prizren")
    await child.press(*TO_THE_END)
    await area.woken()
    await town.pass_time(HOUR + 1)
    await _shut_out(child)
    assert "Only a key kept in another place can open it now." in child.card.text
    assert "No team can open it now. A new one can go only to the national team." in child.card.text
    assert "reads it when duty begins" not in child.card.text
    await national.woken()
    assert await town.wrapped_to() == key_ids(town.keys.recovery)
    await town.opened()
    await child.press("add")
    await child.say("He works there.")
    await child.hears("No team can open these words now.")


async def test_whoever_no_team_can_read_any_more_writes_a_new_report_that_the_national_team_reads(
    town: StoryTown, child: Child
) -> None:
    national, area = await town.officer(), await town.officer("prizren")
    await child.press(*TO_THE_END)
    await area.woken()
    await town.pass_time(HOUR + 1)
    await _shut_out(child)
    await national.woken()
    (old,) = await town.cases()
    await child.press("anew")
    assert "A person from a child protection team reads what you write." in child.card.text
    assert not await town.look(_has_return_address), "an earlier report is not answered in the chat of another"
    told = len(area.alerts)
    await child.press(*TO_THE_READERS[1:], "yes", "done", "none", "send", "yes")
    await town.until(lambda: len(national.alerts) == 2)
    assert len(area.alerts) == told
    (new,) = [case for case in await town.cases() if case["designation"] != old["designation"]]
    first, *_ = await town.entries(town.keys.national, new["designation"])
    assert first["team_key_ids"] == team_key_ids(town.keys.national)


async def test_a_team_that_is_let_in_from_outside_makes_the_card_say_so(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_END)
    await town.pass_time(HOUR + 1)
    await _shut_out(child)
    assert "No team can open it now." in child.card.text
    await town.change(_let_the_national_team_in(town.keys.national.key_id))
    await child.press("add")
    assert "No team can open it now." not in child.card.text
    assert "From now on only the national team reads it." in child.card.text


async def test_a_team_that_the_desk_shut_out_does_not_come_back_when_the_child_says_that_there_is_danger(
    town: StoryTown, child: Child
) -> None:
    national, area = await town.officer(), await town.officer("prizren")
    await child.press(*IN_DANGER, *FROM_THE_DANGER, *PRIZREN, "no")
    await area.woken(urgency="P0")
    await town.change(_shut_out_at_the_desk(town.keys.area.key_id))
    told, alerts = len(national.alerts), len(area.alerts)
    await town.pass_time(3 * 60)
    await child.say("He has a knife.")
    await child.press("yes")
    await town.until(lambda: len(national.alerts) > told)
    assert len(area.alerts) == alerts
    assert await town.look(_teams_of_every_alarm) == {("national",)}
    await child.press("go_on")
    await child.press("done", "none", "send", "yes")
    assert "From now on only the national team reads it." not in child.card.text
    await child.press("add")
    assert "From now on only the national team reads it." in child.card.text


def _shut_out_at_the_desk(key_id: bytes) -> Callable[[Transaction], None]:
    def shut(tx: Transaction) -> None:
        (row,) = tx.cases.list_plain(limit=2)
        tx.cases.remove_wrap(row.case_id, key_id)
        leave_out(tx, row.case_id, ("prizren",))

    return shut


def _teams_of_every_alarm(tx: Transaction) -> set[tuple[str, ...]]:
    (row,) = tx.cases.list_plain(limit=2)
    return {alarm.team_ids for alarm in tx.alarms.of_case(row.case_id)}


def _let_the_national_team_in(key_id: bytes) -> Callable[[Transaction], None]:
    """What whoever has the recovery key does."""

    def let_in(tx: Transaction) -> None:
        (row,) = tx.cases.list_plain(limit=2)
        tx.cases.add_wrap(row.case_id, Wrap(key_id=key_id, sealed=b"w" * 1168))

    return let_in


async def _shut_out(child: Child) -> None:
    """Say after sending that the team must not read: a point on the map leads to the question again."""
    await child.phone.send_location(*PRIZREN_S_PLACE)
    await child.hears("Prizren")
    await child.alone()
    await child.press("yes", "yes")


# What the entries say ---------------------------------------------------------------------------------------------------


async def test_entries_say_why_the_case_was_opened_and_which_risks_were_heard(town: StoryTown, child: Child) -> None:
    await child.press("en")
    await child.say("He has a knife.")
    await town.pass_time(10 * 60 + 1)
    first, answers, *_ = await town.entries()
    assert (first["kind"], first["reason"]) == ("opened", "abandoned")
    assert {"step": "risks_heard", "value": ["weapon"]} in answers["items"]


async def test_entries_of_a_sent_report_say_so_and_nothing_of_risks(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_END)
    first, answers, *_ = await town.entries()
    assert first["reason"] == "sent"
    assert not any(item["step"].startswith("risks") for item in answers["items"])


async def test_a_question_passed_over_in_an_open_case_is_an_answer(town: StoryTown, child: Child) -> None:
    await child.press(*IN_DANGER, "continue", "skip")
    skipped = [entry for entry in await town.entries() if entry["kind"] == "answer" and entry["value"] == "skipped"]
    assert [entry["step"] for entry in skipped] == ["phone_shared"]


async def test_the_way_back_to_who_wants_an_answer_here_outlives_the_conversation(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_ANSWER, "here", "any", "send", "yes")
    await town.pass_time(49 * HOUR)
    assert await town.knows_no_chat()
    assert await town.look(_has_return_address)


async def test_the_way_back_to_who_wants_no_answer_ends_with_the_conversation(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_END)
    assert await town.look(_has_return_address)
    await town.pass_time(49 * HOUR)
    assert await town.knows_no_chat()
    assert not await town.look(_has_return_address)


def _has_return_address(tx: Transaction) -> bool:
    (row,) = tx.cases.list_plain(limit=2)
    return tx.return_addresses.get(row.case_id) is not None


# Cards and messages -------------------------------------------------------------------------------------------------------


async def test_what_was_not_stored_stays_in_the_chat_until_it_is_hidden(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    await child.phone.send_photo(b"\xff\xd8\xff" + b"p" * 900)
    await child.hears("Pictures and videos are not taken here, and none was stored.")
    await child.phone.say("He hits me.")
    await child.hears("Thank you. What was written is kept.")
    await child.phone.heard(lambda shown: sum(one.mine for one in shown) == 1)
    assert [one.kind for one in child.phone.screen() if one.mine] == ["photo"]
    await child.press("hide")
    await child.alone()


async def test_a_card_that_was_deleted_does_not_come_back_by_itself(town: StoryTown, child: Child) -> None:
    officer = await town.officer("prizren")
    await child.press(*TO_THE_END)
    await officer.woken()
    await town.until(lambda: town.look(lambda tx: tx.sessions.unspoken(2**60, 10) == ()))
    await child.phone.delete(child.card.message_id)
    await officer.press("Take")
    await officer.phone.heard("You have taken this case.")
    await town.pass_time(2)
    await town.pass_time(16 * 60)
    await child.phone.settled()
    assert child.phone.screen() == (), "neither for the officer nor for going idle"
    await child.phone.say("I am here again.")
    await child.hears("The team gets these words too.")


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """What a download waits for."""
    event, stream = asyncio.Event(), TelegramChannel.stream

    async def waits(channel: TelegramChannel, media: MediaArrived) -> AsyncIterator[bytes]:
        await event.wait()
        async for piece in stream(channel, media):
            yield piece

    monkeypatch.setattr(TelegramChannel, "stream", waits)
    return event


async def test_hide_goes_through_while_a_voice_note_is_on_its_way_and_stays(
    town: StoryTown, child: Child, held: asyncio.Event
) -> None:
    await child.press(*TO_THE_WORDS)
    await child.phone.send_voice(VOICE)
    await child.press("hide")
    assert "Nothing new right now." in child.card.text
    held.set()
    await town.until(lambda: town.look(_has_file))
    await child.alone()
    await child.phone.settled()
    assert "Nothing new right now." in child.card.text
    await child.press("open", "en", "no", "stop", "send", "yes")
    assert len((await town.opened())["blobs"]) == 1


async def test_words_go_through_while_a_voice_note_is_on_its_way(town: StoryTown, child: Child, held: asyncio.Event) -> None:
    await child.press(*TO_THE_WORDS)
    await child.phone.send_voice(VOICE)
    await child.phone.say("He hits me.")
    await child.hears("Thank you. What was written is kept.")
    held.set()
    await child.hears("Thank you. The voice message is kept.")
    await child.alone()


async def test_forgetting_while_a_voice_note_is_on_its_way_leaves_nothing_of_it(
    town: StoryTown, child: Child, held: asyncio.Event
) -> None:
    await child.press(*TO_THE_WORDS)
    await child.phone.send_voice(VOICE)
    await child.phone.say("/forget")
    await child.hears("Should this chat be forgotten?")
    await child.press("yes")
    held.set()
    await child.alone()
    await town.until(town.knows_no_chat)
    await town.until(lambda: town.blobs() == [])


async def test_a_voice_note_that_takes_too_long_is_told_to_be_missing(
    town: StoryTown, child: Child, held: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "FETCH_SECONDS", 0.2)
    await child.press(*TO_THE_WORDS)
    await child.phone.send_voice(VOICE)
    await child.hears("That did not arrive. It can be sent again, or written.")
    assert [one.kind for one in child.phone.screen() if one.mine] == ["voice"]
    assert town.blobs() == []


def _has_file(tx: Transaction) -> bool:
    (row_id,) = tx.sessions.expired(2**60, 2)
    stored = tx.sessions.get(row_id)
    assert stored is not None
    return bool(read_chat(stored).pending)


async def test_a_caption_that_is_the_safe_word_hides_and_nothing_brings_the_chat_back(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_END, "safe_word")
    await child.say("umbrella")
    await child.phone.send_media("voice", VOICE, caption="umbrella")
    await child.hears("Nothing new right now.")
    await child.alone()
    await child.phone.settled()
    assert "Nothing new right now." in child.card.text
    assert town.blobs() == []
