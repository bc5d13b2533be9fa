"""A desk whose directory of keys has expired, in a real browser: readers still read, nobody seals to its keys, and the page says why."""

import pytest
from playwright.async_api import expect

from tests.pages.desk_stage import DESK, WAITS, Officer, open_desk_town
from tests.stories.people import IN_DANGER

pytestmark = pytest.mark.browser


async def test_after_the_directory_has_expired_a_case_is_read_and_noted_and_nobody_is_let_in(browser, tmp_path):
    async with open_desk_town(tmp_path / "deployment") as town:
        child = await town.child()
        await child.press(*IN_DANGER)
        town.offset += 370 * 86400
        ana = await Officer.sits_down(browser, town, "Ana", DESK)
        await ana.opens(ana.rows.first)
        await ana.page.get_by_label("Internal note").fill("Called the school.")
        await ana.presses("Keep the note")
        await expect(ana.entries.filter(has_text="Called the school.")).to_have_count(1, timeout=WAITS)

        await ana.presses("Teams…")
        dialog = ana.page.get_by_role("dialog")
        await dialog.get_by_label("Let another team read").select_option(label="Team North")
        await ana.presses("Let them read", dialog)
        await expect(ana.page.get_by_text("The directory of keys has expired")).to_be_visible(timeout=WAITS)
        await expect(ana.entries.filter(has_text="May read now")).to_have_count(0)
        assert town.faults == []
