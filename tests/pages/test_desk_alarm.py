"""The alarm of a desk that is locked and untouched, in a real browser against the real server."""

import pytest
from playwright.async_api import expect

from tests.pages.desk_stage import DESK, PASSPHRASE, WAITS, Officer, open_desk_town
from tests.stories.people import IN_DANGER

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("desk")]


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
