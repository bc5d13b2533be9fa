"""The demo's second team: a case is let into it, and out again, with the words that the demo shows."""

import re

import pytest
from playwright.async_api import expect

from tests.pages.stage import WAITS, Somebody, a_demo

pytestmark = pytest.mark.browser

SIGN_IN = re.compile(r"(?P<name>demo[ a-z]*): (?P<words>(?:[a-z]+ ){5}[a-z]+)")
DESK = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with a_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


async def sign_in(browser, desk: str, name: str, words: str):
    """Sit down at the desk in a browser of one's own."""
    page = await (await browser.new_context(viewport=DESK, reduced_motion="reduce", locale="en-GB")).new_page()
    await page.goto(desk)
    await page.get_by_label("Your name, as it was invited").fill(name)
    await page.get_by_label("Your six words").fill(words)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("button", name="Lock", exact=True)).to_be_visible(timeout=WAITS)
    return page


async def test_another_team_is_let_in_with_the_words_that_the_demo_shows(browser, demo, tmp_path):
    phones = await browser.new_page()
    await phones.goto(demo.phones)
    notes = phones.get_by_role("complementary", name="Notes")
    await expect(notes).to_contain_text("demo prizren:", timeout=WAITS)
    words = dict(SIGN_IN.findall(await notes.inner_text()))
    assert set(words) == {"demo", "demo supervisor", "demo administrator", "demo prizren"}
    desk = await notes.get_by_role("link").get_attribute("href")
    neighbour = await sign_in(browser, desk, "demo prizren", words["demo prizren"])
    officer = await sign_in(browser, desk, "demo", words["demo"])

    child = Somebody(phones, "en")
    await child.begin("English")
    await child.press("Yes")  # in danger: the case is open at once
    await expect(officer.locator(".q-row")).to_have_count(1, timeout=WAITS)
    await expect(neighbour.get_by_text("No case is here.")).to_be_visible()

    await officer.locator(".q-row").get_by_role("link").click()
    await officer.get_by_role("button", name="Teams…").click()
    dialog = officer.get_by_role("dialog")
    await dialog.get_by_label("Let another team read").select_option(label="Prizren team")
    await dialog.get_by_role("button", name="Let them read").click()
    await expect(officer.locator(".q-told")).to_contain_text("May read now: Prizren team", timeout=WAITS)

    await expect(neighbour.locator(".q-row")).to_have_count(1, timeout=WAITS)
    await neighbour.locator(".q-row").get_by_role("link").click()
    await expect(neighbour.locator(".c-entry").filter(has_text="Another team may read")).to_contain_text(
        "Prizren team", timeout=WAITS
    )
    await neighbour.screenshot(path=tmp_path / "neighbour.png")

    await neighbour.get_by_role("button", name="Take", exact=True).click()
    await expect(neighbour.locator(".q-told")).to_contain_text("You have taken this case.", timeout=WAITS)
    await neighbour.get_by_role("button", name="Hand over…").click()
    await neighbour.get_by_role("dialog").get_by_label("To whom").select_option(label="Demo officer, on duty")
    await neighbour.get_by_role("dialog").get_by_role("button", name="Hand over", exact=True).click()
    await expect(officer.locator(".c-known")).to_contain_text("Taken by you", timeout=WAITS)
