"""What the page says will become of a message, and what the reporter's telephone gets: the same, whatever the reporter chose."""

import asyncio
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from flows.hours import WINDOWS, next_allowed
from tests.pages.desk_stage import DESK, WAITS, DeskTown, Officer, Reporter
from tests.stories.people import IN_DANGER, TO_THE_WORDS

pytestmark = pytest.mark.browser

ZONE = ZoneInfo("Europe/Belgrade")
DIGITS = re.compile(r"\d{4} \d{4} \d{4} \d{4} \d{4}")
TO_THE_ANSWER = ("done", "today", "no", "no", "age_10_13", "skip", "done")
HELLO = "Jam këtu. A je mirë?"
THERE_IS = "There is something to read here."
NOTICE = "It goes to their chat. A notice there says only that there is something to read."
AT_ANY_TIME = "The notice can come at any time of the day."
QUIET = "It stands in their chat without a notice"
NOTHING = "Nothing of it comes to their chat."
BY_CODE = "It waits for whoever types the secret code."
UNWISHED = "No message can be sent: the reporter did not ask for an answer."
GONE = "the way to the reporter’s chat is no longer kept."
EVERY_WAY = (NOTICE, AT_ANY_TIME, QUIET, NOTHING, BY_CODE)
A_WHILE = 4.0
"""Seconds within which several ticks of the clock would have told the chat."""


@pytest.fixture
async def ana(browser, town) -> Officer:
    return await Officer.sits_down(browser, town, "Ana", DESK)


async def told(town: DeskTown, *answer: str) -> Reporter:
    child = await town.child()
    await child.press(*TO_THE_WORDS)
    await child.say("Babi më godet.")
    await child.press(*TO_THE_ANSWER, *answer, "send", "yes")
    return child


async def says(ana: Officer, *ways: str) -> None:
    """The box names these ways and no other."""
    box = ana.page.locator(".c-reply-box")
    for way in ways:
        await expect(box).to_contain_text(way, timeout=WAITS)
    for other in set(EVERY_WAY) - set(ways):
        await expect(box).not_to_contain_text(other)


async def writes(ana: Officer, text: str = HELLO) -> None:
    await ana.page.get_by_label("Message to the reporter").fill(text)
    await ana.presses("Send to the reporter")
    await expect(ana.entries.filter(has_text=text)).to_have_count(1, timeout=WAITS)


async def is_closed(ana: Officer, because: str) -> None:
    """Nothing can be sent, the page says why, and a note can be kept."""
    await expect(ana.page.locator(".c-reply-box")).to_contain_text(because, timeout=WAITS)
    await expect(ana.page.get_by_label("Message to the reporter")).to_have_count(0)
    await ana.page.keyboard.press("r")
    await expect(ana.page.locator("#c-reply")).to_be_focused()
    await ana.page.get_by_label("Internal note").fill(f"Noted: {because}")
    await ana.presses("Keep the note")
    await expect(ana.entries.filter(has_text=f"Noted: {because}")).to_have_count(1, timeout=WAITS)


async def stays_silent(child: Reporter) -> None:
    before = child.card.message_id
    await asyncio.sleep(A_WHILE)
    assert THERE_IS not in child.card.text
    assert HELLO not in child.card.text
    assert child.card.message_id == before


async def test_an_answer_in_the_chat_comes_with_a_notice_and_not_once_the_chat_was_forgotten(town, ana, tmp_path):
    child = await told(town, "here", "any")
    await ana.opens(ana.rows.first)
    await says(ana, NOTICE, AT_ANY_TIME)
    await ana.picture(tmp_path / "notice.png", whole=True)
    assert await ana.unfit() == []
    before = child.card.message_id
    await writes(ana)
    await child.hears(THERE_IS)
    assert child.card.message_id != before, "it is a new message, so that the telephone shows one"
    await child.press("read")
    assert HELLO in child.card.text
    await expect(ana.entries.filter(has_text=HELLO)).to_contain_text("To the chat: read", timeout=WAITS)

    await child.press("later", "done", "forget", "yes")
    await is_closed(ana, GONE)


async def test_a_notice_waits_for_the_hours_that_are_safe(town, ana):
    now = datetime.fromtimestamp(town.now(), ZONE).hour
    hours = next(name for name, (first, last) in WINDOWS.items() if not first - 1 <= now < last)
    child = await told(town, "here", hours)
    await ana.opens(ana.rows.first)
    await says(ana, NOTICE, f"The notice waits for the time that is safe: In the {hours}")
    await writes(ana)
    await stays_silent(child)
    await expect(ana.entries.filter(has_text=HELLO)).to_contain_text("To the chat: waiting")
    await ana.page.close()
    town.offset += next_allowed(hours, town.now(), ZONE) - town.now()
    await child.phone.heard(THERE_IS, 20.0)


async def test_who_wants_no_answer_is_not_written_to_and_a_code_asked_for_later_opens_the_box(town, ana, tmp_path):
    child = await told(town, "none")
    await ana.opens(ana.rows.first)
    await says(ana)
    await is_closed(ana, UNWISHED)
    await ana.picture(tmp_path / "closed.png", whole=True)
    assert await ana.unfit() == []

    await child.press("receipt")
    code = DIGITS.search(child.card.text)
    assert code is not None
    await says(ana, NOTHING, BY_CODE)
    await writes(ana)
    await stays_silent(child)
    ways = ana.entries.filter(has_text=HELLO)
    await expect(ways).to_contain_text("For the secret code: waiting")
    await expect(ways).not_to_contain_text("To the chat")

    friend = await town.child()
    await friend.say(code[0])
    assert THERE_IS in friend.card.text
    await friend.press("read")
    assert HELLO in friend.card.text
    await expect(ways).to_contain_text("For the secret code: read", timeout=WAITS)


async def test_who_passes_the_question_over_is_not_written_to(town, ana):
    await told(town, "skip")
    await ana.opens(ana.rows.first)
    await is_closed(ana, UNWISHED)


async def test_who_is_in_danger_and_was_not_asked_yet_sees_it_without_a_notice(town, ana):
    child = await town.child()
    await child.press(*IN_DANGER)
    await ana.opens(ana.rows.first)
    await says(ana, QUIET)
    before = child.card.message_id
    await writes(ana)
    await child.hears(THERE_IS)
    assert child.card.message_id == before, "the open card says it, and nothing new comes up"
    await child.press("read")
    assert HELLO in child.card.text


async def test_who_took_a_code_and_then_wishes_an_answer_in_the_chat_gets_both(town, ana):
    child = await town.child()
    await child.press(*IN_DANGER)
    await ana.opens(ana.rows.first)
    await child.press("continue", "no", "me", "physical", "done", *TO_THE_ANSWER, "receipt")
    await says(ana, NOTHING, BY_CODE)
    await child.press("change", "page:next", "contact", "here", "any")
    await says(ana, NOTICE, AT_ANY_TIME, BY_CODE)
    await writes(ana, "A je ende aty?")
    await child.hears(THERE_IS)
    ways = ana.entries.filter(has_text="A je ende aty?")
    await expect(ways).to_contain_text("To the chat: delivered", timeout=WAITS)
    await expect(ways).to_contain_text("For the secret code:")
