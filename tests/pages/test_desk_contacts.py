"""Whom to call about a case, and how to address whoever reported it, as an officer's page shows it."""

import time

import pytest
from playwright.async_api import expect

from bot.helplines import add_line, note_test_call
from bot.settings import read
from tests.pages.desk_stage import PHONE, WAITS, Officer, open_desk_town
from tests.stories.people import PRIZREN, TO_THE_WORDS

pytestmark = pytest.mark.browser

TO_THE_AREA = ("done", "today", "no", "no", "age_10_13")
OWN = (("prizren-office", "prizren", "000 111 222"), ("peje-office", "peje", "000 333 444"), ("peje-old", "peje", "000 555 666"))


@pytest.fixture
async def town(tmp_path):
    settings = read(None, {"AMANET_DATA_DIR": str(tmp_path / "deployment" / "data")})
    settings.data_dir.mkdir(parents=True)
    for line_id, area, number in OWN:
        add_line(settings, line_id, area=area, name=f"Office {line_id}", number=number, source="a test")
    for line_id in ("prizren-office", "peje-office"):
        note_test_call(settings, line_id, "A. Caller", int(time.time()))
    async with open_desk_town(tmp_path / "deployment") as town:
        yield town
        assert town.faults == []


async def test_the_numbers_of_the_place_are_first_and_change_with_it(browser, town, tmp_path):
    cyril = await Officer.sits_down(browser, town, "Cyril", PHONE)
    child = await town.child()
    await child.press(*TO_THE_WORDS)
    await child.say("Babi më godet.")
    await child.press(*TO_THE_AREA, *PRIZREN, "no", "done", "none", "send", "yes")
    await cyril.opens(cyril.rows.first)
    dialog = cyril.page.get_by_role("dialog")
    numbers = dialog.get_by_role("listitem")

    await cyril.presses("Emergency contacts")
    await expect(numbers.first).to_contain_text("Office prizren-office")
    await expect(numbers.first.get_by_role("button")).to_have_attribute("href", "tel:000111222")
    await expect(numbers.nth(1)).to_contain_text("112")
    await expect(dialog.get_by_role("heading", name="Prizren")).to_be_visible()
    await expect(dialog).not_to_contain_text("peje")
    assert await cyril.unfit() == []
    await cyril.picture(tmp_path / "contacts.png")
    await cyril.presses("Close", dialog.locator("header"))

    for code, name, line in (("peje", "Pejë/Peć", "Office peje-office"), ("gjakove", "Gjakovë/Đakovica", None)):
        await cyril.presses("Place…")
        await dialog.get_by_label("Municipality").select_option(code)
        await cyril.presses("Change the place", dialog)
        await cyril.is_told("The place is changed.")
        await cyril.presses("Emergency contacts")
        if line is None:
            await expect(dialog).to_contain_text(
                f"For {name} no number of its own is confirmed. These are for the whole country."
            )
            await expect(dialog).not_to_contain_text("Office")
        else:
            await expect(numbers.first).to_contain_text(line)
            await expect(dialog).not_to_contain_text("prizren")
            await expect(dialog).not_to_contain_text("peje-old")
        await cyril.presses("Close", dialog.locator("header"))
    actions = await town.database.read(lambda tx: [one.action for one in tx.audit.page(actions=("contacts_opened",), limit=10)])
    assert actions == ["contacts_opened"] * 3


async def test_a_grandmother_is_addressed_as_an_adult_and_whoever_did_not_say_as_a_child(browser, town):
    ana = await Officer.sits_down(browser, town, "Ana", PHONE)
    grandmother = await town.child()
    await grandmother.press("en", "no", "no", "adult", "physical", "done")
    await grandmother.say("Dëgjoj një fëmijë që qan.")
    await grandmother.press("done", "today", "no", "no", "age_6_9", "skip", "done", "here", "any", "send", "yes")
    phrases = ana.page.locator(".c-phrases")
    await ana.opens(ana.rows.first)
    await phrases.get_by_text("Ready phrases").click()
    await expect(phrases).to_contain_text("Worded for an adult, with the polite form.")
    await phrases.get_by_role("button", name="Is everybody safe right now?").click()
    await expect(ana.page.get_by_label("Message to the reporter")).to_have_value("Is everybody safe right now?")
    await expect(phrases).not_to_contain_text("Is there an adult you trust?")
    await ana.page.get_by_role("link", name="Back to the cases").click()

    somebody = await town.child()
    await somebody.press("en", "yes")
    row = ana.rows.filter(has_text="P0")
    await expect(row).to_have_count(1, timeout=WAITS)
    await ana.opens(row)
    await phrases.get_by_text("Ready phrases").click()
    await expect(phrases).to_contain_text("Worded for a child, with the familiar form.")
    await expect(phrases).to_contain_text("Is there an adult you trust?")
    assert await ana.unfit() == []
