"""The alarm of a desk that is locked and untouched, in a real browser against the real server."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.pages.desk_stage import DESK, PASSPHRASE, WAITS, DeskTown, Officer, open_desk_town
from tests.pages.line import Line, a_line
from tests.pages.stage import free_port
from tests.stories.people import IN_DANGER

pytestmark = pytest.mark.browser


async def test_a_desk_that_nobody_touched_still_rings_and_leads_to_the_case_after_sign_in(browser, tmp_path):
    async with open_desk_town(tmp_path / "deployment") as town:
        ana = await Officer.sits_down(browser, town, "Ana", DESK)
        await ana.presses("Lock")
        town.offset += 16 * 60
        bar = ana.page.get_by_role("alert").filter(has_text="A case needs you now.")

        first = await town.child()
        await first.press(*IN_DANGER)
        await expect(bar).to_be_visible(timeout=WAITS)
        besa = await Officer.sits_down(browser, town, "Besa", DESK)
        await besa.rows.first.get_by_role("button", name="Take:").click()
        await expect(bar).to_have_count(0, timeout=WAITS)

        second = await town.child()
        await second.press(*IN_DANGER)
        await expect(bar).to_be_visible(timeout=WAITS)
        await expect(ana.page.get_by_role("button", name="I have seen it")).to_have_count(0)
        await ana.presses("Silence it here")
        await expect(bar).to_have_count(0)
        await ana.page.get_by_label("Your six words").fill(PASSPHRASE)
        await ana.presses("Unlock")
        await expect(ana.page.get_by_role("heading", name="Sign in", exact=True)).to_be_visible(timeout=WAITS)
        await ana.page.get_by_label("Your name, as it was invited").fill("Ana")
        await ana.page.get_by_label("Your six words").fill(PASSPHRASE)
        await ana.presses("Sign in")
        await expect(ana.entries.first).to_be_visible(timeout=WAITS)
        await expect(ana.page.get_by_role("button", name="I have seen it")).to_be_visible()
        await expect(bar).to_have_count(0, timeout=WAITS)
        assert [fault for fault in town.faults if "status of 401" not in fault] == []


NOT_LIVE = "No connection. What you see may be old, and new alarms do not sound here."
HALF_A_MINUTE = "() => { const now = performance.now.bind(performance); performance.now = () => now() + 31_000; }"
"""Time passes faster at the page: three beats that did not come make it say so."""


@contextlib.asynccontextmanager
async def a_town_behind_a_line(folder: Path) -> AsyncIterator[tuple[DeskTown, Line]]:
    """A desk that browsers reach over a line which can be cut."""
    port = free_port()
    async with (
        open_desk_town(folder, public_url=f"http://127.0.0.1:{port}") as town,
        a_line(port, int(town.settings.listen.rpartition(":")[2])) as line,
    ):
        yield town, line


async def test_an_idle_desk_says_that_its_line_broke_and_rings_for_what_began_meanwhile_once_it_is_back(browser, tmp_path):
    async with a_town_behind_a_line(tmp_path / "deployment") as (town, line):
        ana = await Officer.sits_down(browser, town, "Ana", DESK)
        bar = ana.page.get_by_role("alert").filter(has_text="A case needs you now.")
        not_live = ana.page.get_by_role("status").filter(has_text=NOT_LIVE)
        await ana.presses("Lock")
        town.offset += 16 * 60
        await expect(not_live).to_have_count(0)

        await line.cut()
        first = await town.child()
        await first.press(*IN_DANGER)
        await ana.page.evaluate(HALF_A_MINUTE)
        await expect(not_live).to_be_visible(timeout=WAITS)
        assert await ana.unfit() == []
        await expect(bar).to_have_count(0)

        await line.mend()
        await expect(bar).to_be_visible(timeout=WAITS)
        await expect(not_live).to_have_count(0)
        await expect(ana.page.get_by_role("heading", name="The desk is locked", exact=True)).to_be_visible()
        await expect(ana.rows).to_have_count(0)
        assert [fault for fault in town.faults if "net::ERR_" not in fault] == []


async def test_a_desk_whose_session_ended_while_its_line_was_broken_says_so(browser, tmp_path):
    async with a_town_behind_a_line(tmp_path / "deployment") as (town, line):
        ana = await Officer.sits_down(browser, town, "Ana", DESK)
        await ana.presses("Lock")
        await line.cut()
        town.offset += 12 * 3600
        await line.mend()
        told = ana.page.get_by_text("You were signed out. This desk does not ring until you sign in again.")
        await expect(told).to_be_visible(timeout=WAITS)
        kept = ("net::ERR_", "status of 401")
        assert [fault for fault in town.faults if not any(one in fault for one in kept)] == []
