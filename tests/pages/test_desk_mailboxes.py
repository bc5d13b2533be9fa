"""A way back that somebody put into the database, at the officer's desk in a real browser."""

import os
from dataclasses import replace

import pytest
from playwright.async_api import expect

from sealing.identity import Identity
from tests.pages.desk_stage import DESK, WAITS, Officer
from tests.stories.people import TO_THE_WORDS

pytestmark = pytest.mark.browser


async def test_a_mailbox_that_was_swapped_in_the_database_gets_nothing(browser, town):
    ana = await Officer.sits_down(browser, town, "Ana", DESK)
    child = await town.child()
    await child.press(*TO_THE_WORDS)
    await child.say("Babi më godet.")
    await child.press("done", "today", "no", "no", "age_10_13", "skip", "done", "receipt", "send", "yes")
    await ana.opens(ana.rows.first)
    await expect(ana.entries.filter(has_text="The reporter was given a secret code.")).to_have_count(1)
    await ana.page.get_by_label("Message to the reporter").fill("Are you safe tonight?")
    await ana.presses("Send to the reporter")
    await expect(ana.entries.filter(has_text="For the secret code:")).to_have_count(1, timeout=WAITS)

    def swap(tx):
        (case,) = tx.cases.list_plain(limit=2)
        (given,) = tx.receipts.of_case(case.case_id)
        tx.receipts.delete(given.stored_lookup)
        tx.receipts.add(replace(given, mailbox_key=Identity.generate(os.urandom).recipient.public_key))

    await town.database.transact(swap)
    await ana.page.get_by_role("link", name="Back to the cases").click()
    await ana.opens(ana.rows.first)
    await expect(ana.page.get_by_text("A way back that the reporter never asked for")).to_be_visible(timeout=WAITS)
    await expect(ana.page.get_by_text("no code of theirs is known here")).to_be_visible()
    await expect(ana.page.get_by_label("Message to the reporter")).to_have_count(0)
