"""Somebody comes back with the secret code, in whatever chat: reads, writes, takes the report back, and leaves no way in behind."""

import json
import re
from typing import Any

import pytest

from handlers.turns import read_chat
from sealing.receipts import check_digit
from storage.transaction import Transaction
from tests.stories.people import TO_THE_ANSWER, TO_THE_WORDS, Child
from tests.stories.story_town import StoryTown
from tests.stories.writing_back import becomes, states, write

DIGITS = re.compile(r"\d{4} \d{4} \d{4} \d{4} \d{4}")
WITH_A_CODE = (*TO_THE_ANSWER, "receipt", "send", "yes")
HELLO = "Hello. Can you talk on Monday?"
UNKNOWN = "1234567890123456789" + check_digit("1234567890123456789")


async def test_a_message_is_read_and_answered_in_another_chat(any_town: StoryTown) -> None:
    town = any_town
    child = town.child()
    await child.start()
    code = await get_a_code(child)
    sent = await write(town, HELLO, way="mailbox")
    await town.pass_time(2)
    assert "something to read" not in child.card.text
    friend = town.child()
    await friend.start()
    await friend.say(code)
    assert "Thank you for coming back." in friend.card.text
    assert "Nobody has opened it yet." in friend.card.text
    assert not DIGITS.search(friend.card.text)
    await friend.press("read")
    assert HELLO in friend.card.text
    assert await states(town, sent) == ["read"]
    await friend.press("write")
    await friend.say("Yes, after school.")
    *_, message = await town.entries(town.keys.area)
    assert (message["kind"], message["from"], message["text"]) == ("message", "reporter", "Yes, after school.")
    case_id = sent.case_id
    assert await town.look(lambda tx: tx.return_addresses.is_kept(case_id)), "the chat that sent it is still the one that is told"


@pytest.mark.parametrize("typed", ["{}", "{}.", "\uff11", "dashes"])
async def test_a_code_is_known_however_it_is_typed(town: StoryTown, child: Child, typed: str) -> None:
    code = await get_a_code(child)
    wide = str.maketrans({str(digit): chr(0xFF10 + digit) for digit in range(10)})
    ways = {"{}": code, "{}.": code.replace(" ", ""), "\uff11": code.translate(wide), "dashes": code.replace(" ", " – ")}
    friend = town.child()
    await friend.start()
    await friend.press("en", "help", "code")
    assert "It has 20 digits." in friend.card.text
    await friend.say(ways[typed])
    assert "Thank you for coming back." in friend.card.text


async def test_a_wrong_digit_is_said_kindly_and_no_word_of_it_is_kept(town: StoryTown, child: Child) -> None:
    code = await get_a_code(child)
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    friend = town.child()
    await friend.start()
    await friend.press("en")
    await friend.say(wrong)
    assert "A digit in this code is not right." in friend.card.text
    await friend.say(wrong)
    assert "A digit in this code is not right." in friend.card.text
    assert not DIGITS.search(await everything_remembered(town))
    await friend.press("go_on")
    await friend.say(wrong)
    assert "What was written is kept." in friend.card.text, "twenty digits may be something else that somebody has to say"
    await friend.say(code)
    assert "Something here is not sent yet." in friend.card.text
    await friend.press("stop", "delete", "go_on")
    await friend.say(code)
    assert "Thank you for coming back." in friend.card.text


async def test_a_code_that_nobody_has_is_not_known_and_trying_is_slowed_down(town: StoryTown, child: Child) -> None:
    code = await get_a_code(child)
    friend = town.child()
    await friend.start()
    await friend.press("en")
    for _ in range(20):
        await friend.say(UNKNOWN)
        assert "This code is not known here." in friend.card.text
    await friend.say(code)
    assert "Too many codes were tried here." in friend.card.text
    await town.pass_time(600)
    await friend.say(code)
    assert "Thank you for coming back." in friend.card.text


@pytest.mark.parametrize("leaving", ["hide", "idle", "an hour"])
async def test_nothing_of_it_is_left_in_a_chat_that_is_put_down(town: StoryTown, child: Child, leaving: str) -> None:
    code = await get_a_code(child)
    await write(town, HELLO, way="mailbox")
    friend = town.child()
    await friend.start()
    await friend.say(code)
    await friend.press("read")
    assert any("mailbox" in chat for chat in await remembered(town))
    if leaving == "hide":
        await friend.press("hide")
    elif leaving == "idle":
        await town.pass_time(15 * 60)
    else:
        for _ in range(7):
            await town.pass_time(9 * 60)
            if "later" in friend.codes:
                await friend.press("help", "go_on")
    await friend.hears("Nothing new right now.")
    chats = await remembered(town)
    assert not any("mailbox" in chat for chat in chats)
    assert sum("case" in chat for chat in chats) <= 1, "only the chat that sent it knows its case"
    await friend.press("open" if leaving == "hide" else "continue")
    assert HELLO not in friend.card.text
    assert "read" not in friend.codes


async def test_a_report_is_taken_back_with_its_code_and_the_first_chat_knows(town: StoryTown, child: Child) -> None:
    code = await get_a_code(child)
    friend = town.child()
    await friend.start()
    await friend.say(code)
    await friend.press("withdraw", "yes")
    assert "Nobody had taken it, and it is deleted." in friend.card.text
    assert (await town.case())["state"] == "withdrawn"
    await child.say("One more thing.")
    assert "Thank you. What was written is kept." in child.card.text
    assert [entry.get("body") for entry in (await town.export())["entries"] if entry.get("body")] == []
    await friend.say(code)
    assert "This code is not known here." in friend.card.text


async def test_a_new_code_takes_the_place_of_the_old_one(town: StoryTown, child: Child) -> None:
    code = await get_a_code(child)
    friend = town.child()
    await friend.start()
    await friend.say(code)
    await friend.press("new_code", "yes")
    found = DIGITS.search(friend.card.text)
    assert found
    assert found[0] != code
    await friend.press("hide")
    await friend.say(code)
    assert "This code is not known here." in friend.card.text
    await friend.say(found[0])
    assert "Thank you for coming back." in friend.card.text


async def test_what_is_read_one_way_is_read(town: StoryTown, child: Child) -> None:
    """A message that went to the chat and to the code is unread once."""
    code = await get_a_code(child)
    sent = await write(town, HELLO, way="both")
    await town.pass_time(1)
    assert sorted(await states(town, sent)) == ["mailbox", "pending"]
    await child.say(code)
    await child.press("read")
    assert HELLO in child.card.text
    await becomes(town, sent, "read", "read")


async def test_a_message_to_a_code_that_no_officer_of_the_case_signed_is_not_shown(town: StoryTown, child: Child) -> None:
    code = await get_a_code(child)
    await write(town, HELLO, way="mailbox", by=town.keys.national_officer)
    await child.say(code)
    assert "There is nothing more to read." in child.card.text


async def test_a_code_stays_in_no_chat_even_where_messages_are_kept(town: StoryTown, child: Child) -> None:
    code = await get_a_code(child)
    await child.press("help", "keep")
    await child.say(code)
    assert "Thank you for coming back." in child.card.text
    assert not DIGITS.search(await everything_remembered(town))


async def test_words_before_a_code_are_not_lost(town: StoryTown, child: Child) -> None:
    code = await get_a_code(child)
    friend = town.child()
    await friend.start()
    await friend.press(*TO_THE_WORDS)
    await friend.say("My neighbour hits his son.")
    await friend.say(code)
    assert "Something here is not sent yet." in friend.card.text
    assert "My neighbour hits his son." in await everything_remembered(town)


async def get_a_code(child: Child) -> str:
    """Send a report and wish for a code."""
    await child.press(*WITH_A_CODE)
    found = DIGITS.search(child.card.text)
    assert found is not None, child.card.text
    await child.press("add")
    return found[0]


async def remembered(town: StoryTown) -> list[dict[str, Any]]:
    """What is kept of every chat."""

    def read(tx: Transaction) -> list[dict[str, Any]]:
        rows = [tx.sessions.get(row_id) for row_id in tx.sessions.expired(2**60, 9)]
        return [read_chat(row).to_json() for row in rows if row is not None]

    return await town.look(read)


async def everything_remembered(town: StoryTown) -> str:
    """The same as one text, without the first chat's own card."""
    return json.dumps([{**chat, "case": None} for chat in await remembered(town)], ensure_ascii=False)
