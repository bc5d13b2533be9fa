"""The team writes back into the chat: a neutral notice, the message on the card, what is written back in the case."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from simulator import Fault
from simulator.faults import How
from tests.stories.people import IN_DANGER, TO_THE_ANSWER, Child
from tests.stories.story_town import StoryTown
from tests.stories.writing_back import becomes, bytes_left, states, write

HERE_ANY_TIME = (*TO_THE_ANSWER, "here", "any", "send", "yes")
HOUR = 3600
NOTICE = "There is something to read here."
HELLO = "Hello. I am here for you. Are you safe now?"


async def test_a_message_is_told_of_read_and_answered(any_town: StoryTown) -> None:
    town = any_town
    child = town.child()
    await child.start()
    await child.press(*HERE_ANY_TIME, "hide")
    before = child.card.message_id
    sent = await write(town, HELLO)
    await town.pass_time(1)
    await child.hears(NOTICE)
    assert child.card.text == NOTICE
    assert child.card.message_id != before, "it is a new message, so that the phone shows one"
    assert [one.text for one in child.phone.screen()] == [NOTICE], "the card before is gone"
    await becomes(town, sent, "delivered")
    await child.press("open")
    assert HELLO not in child.card.text
    assert NOTICE in child.card.text
    await child.press("read")
    assert HELLO in child.card.text
    assert await states(town, sent) == ["read"]
    assert await bytes_left(town, sent) == 1
    await child.press("write")
    assert await bytes_left(town, sent) == 0
    await child.say("Yes. He has left.")
    assert "This was sent to the team." in child.card.text
    assert "?" not in child.card.text
    *_, message = await town.entries(town.keys.area)
    assert message["kind"] == "message"
    assert (message["from"], message["text"]) == ("reporter", "Yes. He has left.")


async def test_a_message_waits_for_the_hours_that_were_chosen(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_ANSWER, "here", "morning", "send", "yes", "hide")
    await to_the_hour(town, 13)
    sent = await write(town, HELLO)
    await town.pass_time(1)
    assert child.card.text == "Nothing new right now."
    assert await states(town, sent) == ["pending"]
    await town.pass_time(17 * HOUR)
    assert await states(town, sent) == ["pending"], "six in the morning is no morning yet"
    await town.pass_time(HOUR)
    await child.hears(NOTICE)
    await becomes(town, sent, "delivered")


async def test_nobody_is_told_who_wished_for_no_answer(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_ANSWER, "none", "send", "yes")
    sent = await write(town, HELLO)
    await town.pass_time(1)
    assert NOTICE not in child.card.text
    await town.pass_time(15 * 60)
    await child.hears("Nothing new right now.")
    assert await states(town, sent) == ["pending"]
    await town.pass_time(48 * HOUR)
    await town.pass_time(300)
    assert await states(town, sent) == ["expired"]
    assert await bytes_left(town, sent) == 0


async def test_somebody_in_danger_who_was_never_asked_finds_it_on_the_card(town: StoryTown, child: Child) -> None:
    """The case is open before anybody was asked about an answer: nothing new comes up, and the open card says it."""
    await child.press(*IN_DANGER)
    before = child.card.message_id
    sent = await write(town, "I am calling the police now.", by=town.keys.national_officer)
    await town.pass_time(1)
    await child.hears(NOTICE)
    assert child.card.message_id == before
    await becomes(town, sent, "delivered")
    await town.pass_time(15 * 60)
    await child.hears("This can be continued later.")
    await child.press("continue", "read")
    assert "I am calling the police now." in child.card.text


async def test_words_at_an_answer_are_a_message_and_danger_in_them_still_sounds(town: StoryTown, child: Child) -> None:
    officer = await town.officer("prizren")
    await child.press(*HERE_ANY_TIME)
    await officer.woken()
    await officer.press("Take")
    await child.hears("A person from the team has taken this.")
    await write(town, HELLO)
    await town.pass_time(1)
    await child.offers("read")
    await child.press("read")
    await child.say("He has a knife.")
    assert "Is that right?" in child.card.text
    await child.press("yes")
    await officer.woken(urgency="P0")
    said = [entry["text"] for entry in await town.entries(town.keys.area) if entry["kind"] == "message"]
    assert said == [HELLO, "He has a knife."]


async def test_whoever_has_the_case_is_told_of_what_is_written_back(town: StoryTown, child: Child) -> None:
    officer = await town.officer("prizren")
    await child.press(*HERE_ANY_TIME)
    await officer.woken()
    await officer.press("Take")
    await child.hears("A person from the team has taken this.")
    await write(town, HELLO)
    await town.pass_time(1)
    await child.offers("read")
    before = len(officer.phone.screen())
    await child.press("read")
    await child.say("Yes.")
    await officer.phone.heard(lambda shown: len(shown) > before)


async def test_an_adult_in_serbian_reads_and_writes_back(town: StoryTown) -> None:
    adult = town.child(language="sr")
    await adult.start()
    await adult.press(
        "sr_cyrl", "no", "no", "adult", "physical", "done", "done", "today", "no", "no", "age_10_13", "skip", "skip"
    )
    await adult.press("here", "any", "send", "yes", "hide")
    await write(town, "Добар дан.", by=town.keys.national_officer)
    await town.pass_time(1)
    await adult.hears("Овде има нешто за читање.")
    await adult.press("open", "read", "write")
    await adult.say("Хвала вам.")
    assert "Ово је послато тиму." in adult.card.text


async def test_what_was_hidden_in_haste_is_still_there(town: StoryTown, child: Child) -> None:
    await child.press(*HERE_ANY_TIME)
    await write(town, HELLO)
    await town.pass_time(1)
    await child.offers("read")
    await child.press("read", "hide")
    assert child.card.text == NOTICE
    await child.press("open", "read")
    assert HELLO in child.card.text
    await child.press(*("read",))
    assert HELLO not in child.card.text
    await child.press("hide")
    assert child.card.text == "Nothing new right now."


async def test_two_messages_are_read_one_after_the_other(town: StoryTown, child: Child) -> None:
    await child.press(*HERE_ANY_TIME)
    first, second = await write(town, "One."), await write(town, "Two. " * 900)
    await town.pass_time(1)
    await child.offers("read")
    await child.press("read")
    assert "One." in child.card.text
    assert "There is more to read after this." in child.card.text
    await child.press("next")
    assert "Two." in child.card.text
    assert child.card.text.count("Two.") < 400
    told = 0
    while "page:next" in child.codes:
        told += child.card.text.count("Two.")
        await child.press("page:next")
    assert told + child.card.text.count("Two.") == 900
    await child.press("read")
    assert [await states(town, one) for one in (first, second)] == [["read"], ["read"]]
    assert [await bytes_left(town, one) for one in (first, second)] == [0, 0]


async def test_a_blocked_bot_is_shown_and_what_was_written_waits_for_who_comes_back(town: StoryTown, child: Child) -> None:
    await child.press(*HERE_ANY_TIME, "hide")
    await child.phone.block()
    sent = await write(town, HELLO)
    await town.pass_time(1)
    await becomes(town, sent, "blocked")
    await child.phone.unblock()
    await child.start()
    await child.offers("read")
    await child.press("read")
    assert HELLO in child.card.text
    assert await states(town, sent) == ["read"]


async def test_a_conversation_that_was_forgotten_begins_again_for_an_answer(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_ANSWER, "here", "any", "send", "yes")
    await town.pass_time(49 * HOUR)
    await town.pass_time(600)
    await town.until(town.knows_no_chat, 10.0)
    sent = await write(town, HELLO)
    await town.pass_time(1)
    await child.hears(NOTICE)
    await becomes(town, sent, "delivered")
    await child.press("open", "read", "write")
    await child.say("Thank you for asking.")
    *_, message = await town.entries(town.keys.area)
    assert (message["kind"], message["text"]) == ("message", "Thank you for asking.")


async def test_a_chat_that_writes_to_another_case_is_not_turned_from_it(town: StoryTown, child: Child) -> None:
    """Whoever reads the first case may be whom the second is about."""
    await child.press(*HERE_ANY_TIME)
    await town.pass_time(49 * HOUR)
    await town.until(town.knows_no_chat, 10.0)
    await child.start()
    await child.press(*TO_THE_ANSWER, "none", "send", "yes", "hide")
    first, second = (one.case_id for one in await town.look(lambda tx: tx.cases.list_plain(limit=2)))
    sent = await write(town, HELLO, case=0)
    assert sent.case_id == first
    await town.pass_time(1)
    assert await states(town, sent) == ["pending"]
    await child.press("open")
    await child.say("It is about somebody in the office.")
    heads = await town.look(lambda tx: [tx.cases.head(case_id).seq for case_id in (first, second)])
    await town.pass_time(49 * HOUR)
    await town.pass_time(600)
    await child.hears(NOTICE)
    await becomes(town, sent, "delivered")
    await child.press("open", "read", "write")
    await child.say("Now I write to the first.")
    after = await town.look(lambda tx: [tx.cases.head(case_id).seq for case_id in (first, second)])
    assert [now - before for now, before in zip(after, heads, strict=True)] == [1, 0]


async def test_what_nobody_read_in_two_days_has_expired(town: StoryTown, child: Child) -> None:
    await child.press(*HERE_ANY_TIME, "hide")
    sent = await write(town, HELLO)
    await town.pass_time(1)
    await becomes(town, sent, "delivered")
    await town.pass_time(49 * HOUR)
    await town.until(town.knows_no_chat, 10.0)
    assert await states(town, sent) == ["expired"]
    assert await bytes_left(town, sent) == 0


async def test_a_message_that_waits_when_the_case_is_closed_has_expired(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_ANSWER, "here", "morning", "send", "yes", "hide")
    await to_the_hour(town, 13)
    sent = await write(town, HELLO)
    await town.pass_time(1)
    await town.close_case()
    await becomes(town, sent, "expired")
    await town.pass_time(18 * HOUR)
    assert child.card.text == "Nothing new right now."


async def test_the_last_message_of_a_case_that_is_closed_at_once_still_arrives(town: StoryTown, child: Child) -> None:
    await child.press(*HERE_ANY_TIME)
    sent = await write(town, "Goodbye. Come back at any time.")
    await town.close_case()
    await becomes(town, sent, "delivered")
    await child.offers("read")
    await child.press("read")
    assert "Goodbye." in child.card.text


async def test_what_no_officer_of_the_case_signed_goes_nowhere(town: StoryTown, child: Child) -> None:
    await child.press(*HERE_ANY_TIME)
    sent = await write(town, HELLO, by=town.keys.national_officer)
    await town.pass_time(1)
    assert await states(town, sent) == ["failed"]
    assert NOTICE not in child.card.text


@pytest.mark.parametrize("how", ["drop", "drop_after"])
async def test_a_notice_in_doubt_is_said_again_and_a_message_is_unread_once(town: StoryTown, child: Child, how: How) -> None:
    """The process ends while the messenger's answer is lost; nobody knows whether the notice came through."""
    await child.press(*HERE_ANY_TIME, "hide")
    town.sim.faults.add(Fault(method="sendMessage", times=99, how=how))
    sent = await write(town, HELLO)
    await town.pass_time(1)
    await town.restart()
    assert await states(town, sent) == ["sending"]
    town.sim.faults.clear()
    await town.pass_time(70)
    await child.hears(NOTICE)
    await becomes(town, sent, "delivered")
    await child.press("open", "read", "read")
    await town.pass_time(400)
    assert NOTICE not in child.card.text
    assert await states(town, sent) == ["read"]


async def to_the_hour(town: StoryTown, hour: int) -> None:
    """Let time pass, on the hour of the towns of reporters."""
    local = datetime.fromtimestamp(town.now(), ZoneInfo("Europe/Belgrade"))
    await town.pass_time(((hour - local.hour) % 24) * HOUR)
