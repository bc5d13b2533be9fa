"""Attacks on the desk in its browser: what outlives a lock, an unlock that comes too late, frames of other pages."""

import pytest
from playwright.async_api import expect

from tests.pages.desk_stage import DESK, PASSPHRASE, WAITS, DeskTown, Officer
from tests.pages.test_desk_cases import WORDS, told

pytestmark = pytest.mark.browser


@pytest.fixture
def sits_down(browser, town):
    async def sits_down(name: str) -> Officer:
        return await Officer.sits_down(browser, town, name, DESK)

    return sits_down


async def test_what_was_searched_for_and_typed_does_not_outlive_a_lock(town: DeskTown, sits_down) -> None:
    ana = await sits_down("Ana")
    await told(town)
    await expect(ana.rows).to_have_count(1, timeout=WAITS)
    question = ana.page.get_by_label("Search in the cases that are open here")
    await question.fill("udara")
    await ana.opens(ana.rows.first)
    await ana.page.get_by_label("Internal note").fill("Called Zorica.")
    await ana.page.get_by_label("Message to the reporter").fill("Are you with Zorica?")
    await ana.presses("Lock")
    await _unlocks(ana)
    await expect(ana.entries.first).to_be_visible(timeout=WAITS)
    await expect(ana.page.get_by_label("Internal note")).to_have_value("")
    await expect(ana.page.get_by_label("Message to the reporter")).to_have_value("")
    await ana.page.get_by_role("link", name="Back to the cases").click()
    await expect(question).to_have_value("")
    kept = await ana.page.evaluate(
        "JSON.stringify([{...localStorage}, {...sessionStorage}, document.title, history.state, name])"
    )
    assert not any(word in kept.lower() for word in ("udara", "zorica", "ђорђе", *PASSPHRASE.split()))
    assert await ana.page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert await ana.page.evaluate("caches.keys().then((all) => all.length)") == 0


@pytest.mark.parametrize("ends", ["lock", "sign_out"])
async def test_an_unlock_that_was_under_way_does_not_open_what_was_left_meanwhile(town: DeskTown, sits_down, ends: str) -> None:
    """The passphrase is being stretched, which takes seconds, when the page is left or the officer signs out."""
    ana = await sits_down("Ana")
    await told(town)
    await expect(ana.rows).to_have_count(1, timeout=WAITS)
    await ana.presses("Lock")
    await ana.page.get_by_label("Your six words").fill(PASSPHRASE)
    await ana.page.evaluate(_UNLOCK_AND_LEAVE, ends)
    if ends == "lock":
        await expect(ana.page.get_by_text("This did not work in this browser. Please try again.")).to_be_visible(timeout=WAITS)
    heading = "The desk is locked" if ends == "lock" else "Sign in"
    await ana.page.wait_for_timeout(4000)
    await expect(ana.page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible()
    await expect(ana.rows).to_have_count(0)
    await expect(ana.page.locator("body")).not_to_contain_text(WORDS)


async def test_another_page_cannot_lay_itself_over_the_desk(browser, town: DeskTown) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.route(
        "http://evil.test/", lambda route: route.fulfill(content_type="text/html", body=_FRAMES.format(url=town.url))
    )
    await page.goto("http://evil.test/")
    await page.wait_for_timeout(1500)
    framed = page.frames[1]
    assert await framed.locator("#desk").count() == 0
    await context.close()


async def _unlocks(officer: Officer) -> None:
    await officer.page.get_by_label("Your six words").fill(PASSPHRASE)
    await officer.presses("Unlock")
    await expect(officer.page.get_by_role("button", name="Lock", exact=True)).to_be_visible(timeout=WAITS)


_UNLOCK_AND_LEAVE = """(ends) => new Promise((done) => {
  const press = (name) => [...document.querySelectorAll("main button")].find((one) => one.textContent === name).click();
  press("Unlock");
  const waits = setInterval(() => {
    if (!document.querySelector("progress")) return;
    clearInterval(waits);
    if (ends === "lock") dispatchEvent(new PageTransitionEvent("pagehide"));
    else press("Sign out");
    done();
  }, 1);
})"""
_FRAMES = '<!doctype html><title>A game</title><iframe src="{url}" width="800" height="600"></iframe>'
