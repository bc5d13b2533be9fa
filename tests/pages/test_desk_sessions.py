"""Where somebody is signed in: one session ended or all of them, told to the other browser at once; and a log that was changed."""

import sqlite3
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import expect

from tests.pages.desk_stage import DESK, PHONE, WAITS, DeskTown, Officer
from tests.pages.test_desk_cases import told

pytestmark = pytest.mark.browser

SitsDown = Callable[..., Awaitable[Officer]]


@pytest.fixture
def sits_down(browser, town):
    async def sits_down(name: str, size: dict[str, int] = DESK) -> Officer:
        return await Officer.sits_down(browser, town, name, size)

    return sits_down


async def test_a_session_that_is_ended_elsewhere_is_signed_out_at_once_and_the_other_stays(
    town: DeskTown, sits_down: SitsDown
) -> None:
    here, there = await sits_down("Ana"), await sits_down("Ana", PHONE)
    await told(town)
    await expect(there.rows).to_have_count(1, timeout=WAITS)
    await there.opens(there.rows.first)
    await _goes(here, "Settings")
    sessions = here.page.locator(".rows > li").filter(has_text="Signed in")
    await expect(sessions).to_have_count(2)
    await expect(sessions.filter(has_text="this one").get_by_role("button")).to_have_count(0)
    assert await here.unfit() == []
    await here.presses("End it", sessions.filter(has_not_text="this one"))
    await expect(sessions).to_have_count(1)
    await _is_signed_out(there)
    assert await there.unfit() == []
    await _goes(here, "Cases")
    await expect(here.rows).to_have_count(1, timeout=WAITS)


async def test_signing_out_everywhere_ends_the_other_browser_at_once(town: DeskTown, sits_down: SitsDown) -> None:
    here, there, besa = await sits_down("Ana"), await sits_down("Ana", PHONE), await sits_down("Besa")
    await told(town)
    await expect(there.rows).to_have_count(1, timeout=WAITS)
    await there.presses("Lock")
    await _goes(here, "Settings")
    await here.presses("Sign out everywhere")
    await expect(here.page.get_by_text("You are signed out. This browser holds nothing that opens a case.")).to_be_visible()
    await _is_signed_out(there)
    await expect(besa.rows).to_have_count(1, timeout=WAITS)


async def test_the_page_of_the_log_says_that_somebody_wrote_into_it(town: DeskTown, sits_down: SitsDown) -> None:
    ana = await sits_down("Ana")
    await _goes(ana, "Who opened what")
    await expect(ana.page.get_by_role("status").filter(has_text="The records shown are unbroken.")).to_be_visible()
    await ana.presses("Check the whole log")
    await expect(ana.page.get_by_role("status").filter(has_text="The whole log is unbroken.")).to_be_visible()
    _writes_into_the_log(town)
    await ana.presses("Check the whole log")
    broken = ana.page.get_by_role("alert").filter(has_text="The log was changed: its chain is broken at record 1.")
    await expect(broken).to_be_visible()
    await expect(ana.page.get_by_text("is unbroken.")).to_have_count(0)
    assert await ana.unfit() == []
    await _goes(ana, "Cases")
    await _goes(ana, "Who opened what")
    await expect(broken).to_be_visible()


def _writes_into_the_log(town: DeskTown) -> None:
    """Change a record behind the program's back; whoever can write the file can take its triggers away too."""
    with sqlite3.connect(town.file) as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        assert file.execute("UPDATE audit SET action = 'signed_out' WHERE seq = 1").rowcount == 1
    file.close()


async def _goes(officer: Officer, place: str) -> None:
    await officer.page.get_by_role("navigation", name="Pages").get_by_role("link", name=place, exact=True).click()
    await expect(officer.page.get_by_role("heading", name=place, exact=True, level=1)).to_be_visible()


async def _is_signed_out(officer: Officer) -> None:
    """The page tells it without having been touched, and nothing of a case stands on it."""
    await expect(officer.page.get_by_role("heading", name="Sign in", exact=True, level=1)).to_be_visible(timeout=WAITS)
    await expect(
        officer.page.get_by_text("You were signed out. This desk does not ring until you sign in again.")
    ).to_be_visible()
    await expect(officer.entries).to_have_count(0)
