"""The desk's shell in a real browser, against the real server: joining, signing in, locking, and every page for everybody."""

import json
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import expect

from tests.pages.shell_stage import PHONE, SCREEN, WAITS, Person, a_new_desk

pytestmark = pytest.mark.browser

REFUSED_BY_STATUS = "Failed to load resource: the server responded with a status of"
"""What the browser itself says of every answer that is a refusal."""
PLACES = ("First steps", "People and keys", "Directory", "Who opened what", "Settings")
NOT_ACCEPTED = "That was not accepted. Please check every word and try again."


@pytest.fixture
async def desk(tmp_path: Path):
    async with a_new_desk(tmp_path / "deployment") as desk:
        yield desk


async def test_a_newcomer_joins_and_signs_in_with_a_passkey(browser, desk):
    person = await Person.arrives(browser, desk)
    await person.becomes_administrator()
    await person.press("Sign out")
    await person.proves("Administrator", person.words.upper())
    await person.sees("One more step")
    await person.press("Use my passkey")
    await person.sees("First steps")
    assert desk.faults == []


async def test_the_code_of_an_invitation_leaves_the_address_and_works_once(browser, desk):
    person = await Person.arrives(browser, desk)
    await person.joins(desk.link)
    assert "join" not in person.page.url
    late = await Person.arrives(browser, desk)
    await late.page.goto(desk.link)
    await expect(late.page.get_by_text("An invitation works once")).to_be_visible()
    assert [fault for fault in desk.faults if not fault.startswith(REFUSED_BY_STATUS)] == []


async def test_words_that_are_said_back_wrongly_make_no_keys(browser, desk):
    person = await Person.arrives(browser, desk)
    await person.page.goto(desk.link)
    await person.press("Begin")
    words = await person.page.locator("ol.secret li").all_inner_texts()
    await person.press("I have them")
    field = person.page.get_by_label("Your six words")
    await field.fill(" ".join([*words[:5], "xyz", ""]))
    await expect(person.page.get_by_text("Words: 6 of 6. Please look at this word again: number 6.")).to_be_visible()
    await person.press("Make my keys")
    await expect(person.page.get_by_text("These are not the words.")).to_be_visible()
    assert desk.faults == []


async def test_an_authenticator_is_registered_and_its_code_lets_in(browser, desk):
    person = await Person.arrives(browser, desk)
    await person.joins(desk.link)
    await person.proves("Administrator", person.words)
    await person.sees("Register a second factor")
    await person.press("Use an authenticator app")
    await expect(person.page.locator("img.qr")).to_be_visible()
    code = pyotp.TOTP((await person.page.locator(".copyable code").inner_text()).replace(" ", ""))
    await person.page.get_by_label("The code that the app shows now").fill(code.at(desk.now()))
    await person.press("Confirm the code")
    await person.sees("First steps")
    await person.press("Sign out")
    desk.offset += 60
    await person.proves("Administrator", person.words)
    await person.page.get_by_role("textbox", name="Code from your authenticator").fill(code.at(desk.now()))
    await person.press("Go on")
    await person.sees("First steps")
    assert desk.faults == []


async def test_a_wrong_passphrase_and_an_unknown_name_are_told_the_same(browser, desk):
    person = await Person.arrives(browser, desk)
    await person.joins(desk.link)
    for name in ("Administrator", "Nobody"):
        await person.proves(name, "bada bada bada bada bada bada")
        await expect(person.page.get_by_role("alert").filter(has_text=NOT_ACCEPTED)).to_be_visible(timeout=WAITS)
        await expect(person.page.get_by_label("Your six words")).to_have_value("")
    assert [fault for fault in desk.faults if not fault.startswith(f"{REFUSED_BY_STATUS} 401")] == []


async def test_a_locked_desk_opens_by_the_words_and_by_a_passkey_that_was_made_for_it(browser, desk):
    person = await Person.arrives(browser, desk, SCREEN)
    await person.becomes_administrator()
    await person.goes("Settings")
    await person.takes_another_key()
    await person.page.get_by_label("A name for this passkey").fill("opens the lock")
    await person.page.get_by_label("It also opens the lock screen").check()
    await person.press("Register a passkey")
    await person.gives_the_words_again()
    await expect(person.page.get_by_text("opens the lock screen", exact=True)).to_be_visible(timeout=WAITS)
    await person.page.locator("body").press("L")
    await person.sees("The desk is locked")
    await person.press("Unlock with my passkey")
    await person.sees("Settings")
    await person.page.locator("body").press("L")
    await person.page.get_by_label("Your six words").fill(person.words)
    await person.press("Unlock")
    await person.sees("Settings")
    assert desk.faults == []


async def test_factors_change_only_once_the_words_were_given_again(browser, desk):
    person = await Person.arrives(browser, desk)
    await person.becomes_administrator()
    await person.goes("Settings")
    await person.takes_another_key()
    question = person.page.get_by_role("dialog", name="Your six words, once more")
    passkeys = person.page.get_by_role("button", name="Remove")
    await person.page.get_by_label("A name for this passkey").fill("my phone")
    await person.press("Register a passkey")
    await expect(question.get_by_label("Your six words")).to_be_focused()
    assert await person.unfit() == []
    await person.gives_the_words_again("bada bada bada bada bada bada")
    await expect(question.get_by_role("alert")).to_have_text(NOT_ACCEPTED, timeout=WAITS)
    await person.gives_the_words_again()
    await expect(question).to_have_count(0, timeout=WAITS)
    await expect(passkeys).to_have_count(2)

    await passkeys.first.click()
    await person.press("Close")
    await expect(passkeys).to_have_count(2)
    await passkeys.first.click()
    await person.gives_the_words_again()
    await expect(passkeys).to_have_count(1, timeout=WAITS)

    await person.press("Use an authenticator app")
    await person.gives_the_words_again()
    await expect(person.page.locator("img.qr")).to_be_visible(timeout=WAITS)
    code = pyotp.TOTP((await person.page.locator(".copyable code").inner_text()).replace(" ", ""))
    await person.page.get_by_label("The code that the app shows now").fill(code.at(desk.now()))
    await person.press("Confirm the code")
    await expect(person.page.get_by_text("Authenticator app: registered")).to_be_visible()
    assert [fault for fault in desk.faults if not fault.startswith(f"{REFUSED_BY_STATUS} 401")] == []


async def test_a_reloaded_page_is_locked_and_a_restless_one_is_not(browser, desk):
    person = await Person.arrives(browser, desk)
    await person.becomes_administrator()
    await person.page.reload()
    await person.sees("The desk is locked")
    await person.page.get_by_label("Your six words").fill("bada " * 6)
    await person.press("Unlock")
    await expect(person.page.get_by_text("That does not open it.")).to_be_visible(timeout=WAITS)
    await person.page.get_by_label("Your six words").fill(person.words)
    await person.press("Unlock")
    await person.sees("First steps")
    assert desk.faults == []


async def test_an_idle_desk_locks_itself(browser, desk):
    person = await Person.arrives(browser, desk)
    await person.becomes_administrator()
    await person.page.evaluate("() => { const now = Date.now; Date.now = () => now() + 16 * 60 * 1000; }")
    await person.sees("The desk is locked")
    assert desk.faults == []


async def test_the_recovery_paper_lets_in_and_new_words_are_made(browser, desk):
    person = await Person.arrives(browser, desk)
    await person.becomes_administrator()
    await person.press("Sign out")
    await person.press("The six words are lost: use the recovery paper")
    await person.page.get_by_label("Your name").fill("administrator")
    await person.page.get_by_label("The code on your recovery paper").fill(person.recovery.lower())
    await person.press("Sign in")
    await person.press("Use my passkey")
    await person.sees("First steps")
    await person.page.get_by_role("link", name="Make a new passphrase now.").click()
    await person.press("Make six new words")
    new = " ".join(await person.page.locator("ol.secret li").all_inner_texts())
    await person.page.get_by_label("The new words, once more").fill(new)
    await person.page.get_by_label("The code on your recovery paper until now").fill(person.recovery)
    await person.press("Change it")
    await expect(person.page.get_by_text("Changed. You are signed out everywhere else.")).to_be_visible(timeout=WAITS)
    await person.press("Sign out")
    await person.proves("Administrator", new)
    await person.sees("One more step")
    assert desk.faults == []


@pytest.mark.parametrize("size", [PHONE, SCREEN], ids=["phone", "screen"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_on_any_page(browser, desk, size, scheme):
    person = await Person.arrives(browser, desk, size, scheme)
    found = {}
    await person.page.goto(desk.link)
    await person.sees("Welcome, Administrator")
    found["join"] = await person.unfit()
    await person.becomes_administrator()
    for place in PLACES:
        await person.goes(place)
        await person.page.wait_for_load_state("networkidle")
        found[place] = await person.unfit()
    await person.page.keyboard.press("?")
    await expect(person.page.get_by_role("dialog", name="Keys of the desk")).to_be_visible()
    found["help"] = await person.unfit()
    await person.page.keyboard.press("Escape")
    await person.press("Lock")
    await person.sees("The desk is locked")
    found["lock"] = await person.unfit()
    await person.page.get_by_role("button", name="Sign out", exact=True).click()
    await person.sees("Sign in")
    found["sign in"] = await person.unfit()
    await person.proves("Administrator", person.words)
    await person.sees("One more step")
    found["second factor"] = await person.unfit()
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
    assert desk.faults == []


async def test_the_desk_speaks_another_language_at_once_and_remembers_it(browser, desk):
    person = await Person.arrives(browser, desk)
    await person.page.goto(desk.url)
    await person.sees("Sign in")
    await person.page.get_by_label("Language").select_option("sr-Cyrl")
    await expect(person.page.locator("html")).to_have_attribute("lang", "sr-Cyrl")
    await person.page.reload()
    await expect(person.page.locator("html")).to_have_attribute("lang", "sr-Cyrl")
    assert desk.faults == []


async def newcomer(browser, desk, admin: Person, name: str, role: str) -> Person:
    """Somebody who was invited and joined, and whose fingerprints were compared."""
    person = await Person.arrives(browser, desk)
    read_aloud = await person.joins(await admin.invites(name, role))
    await person.proves(name, person.words)
    await person.registers_a_passkey()
    await person.sees("Cases")
    await admin.unlocks()
    await admin.lets_in(name, read_aloud)
    return person


async def renew_directory(desk, admin: Person, folder: Path) -> Path:
    """Carry the draft to the root and the signed file back; give that file."""
    await admin.goes("Directory")
    desk.offset += 60
    async with admin.page.expect_download() as downloading:
        await admin.press("Download the draft")
    draft, signed = folder / "directory-draft.json", folder / "directory.json"
    await (await downloading.value).save_as(draft)
    signed.write_text(json.dumps(desk.sign(draft)))
    await admin.page.get_by_label("Bring the signed file back").set_input_files(signed)
    await expect(admin.page.get_by_text("The new directory is in force.")).to_be_visible()
    return signed


async def test_newcomers_are_compared_and_signed_for_and_the_first_gives_the_teams_key_on(browser, desk, tmp_path):
    admin = await Person.arrives(browser, desk, SCREEN)
    await admin.becomes_administrator()
    await admin.goes("People and keys")
    besa = await newcomer(browser, desk, admin, "Besa", "supervisor")
    cyril = await newcomer(browser, desk, admin, "Cyril", "officer")
    signed = await renew_directory(desk, admin, tmp_path)

    await besa.unlocks()
    await besa.goes("People and keys")
    await besa.page.get_by_text("I was given a team's key as a file").click()
    officer_id = (await besa.page.locator("code.command").inner_text()).split()[-3]
    wrap = tmp_path / "team-wrap.json"
    wrap.write_text(desk.wrap(signed, officer_id))
    await besa.page.get_by_label("File with the team's key").set_input_files(wrap)
    await expect(besa.page.get_by_text("You hold this key.")).to_be_visible()
    await besa.press("Give them the team's key")
    await expect(besa.page.get_by_text("Keys given: 1")).to_be_visible()

    await cyril.unlocks()
    await cyril.goes("People and keys")
    await expect(cyril.page.get_by_text("You hold this key.")).to_be_visible()
    assert await cyril.unfit() == []
    await cyril.goes("Settings")
    await cyril.page.get_by_role("switch", name="National team").check()
    await cyril.press("Try my alarm")
    await expect(cyril.page.get_by_text("This is a test of the alarm.")).to_be_visible()
    await expect(cyril.page.get_by_role("status").filter(has_text="No Telegram is linked to you.")).to_be_visible()
    assert await cyril.unfit() == []
    assert desk.faults == []


async def test_an_administrator_leaves_the_comparing_to_a_supervisor_once_there_is_one(browser, desk, tmp_path):
    admin = await Person.arrives(browser, desk, SCREEN)
    await admin.becomes_administrator()
    await admin.goes("People and keys")
    besa = await newcomer(browser, desk, admin, "Besa", "supervisor")
    await renew_directory(desk, admin, tmp_path)

    await admin.goes("People and keys")
    drita = await Person.arrives(browser, desk)
    read_aloud = await drita.joins(await admin.invites("Drita", "officer"))
    await admin.unlocks()
    waiting = admin.page.get_by_role("region", name="Drita")
    await expect(waiting.get_by_text("A supervisor of the team compares this.")).to_be_visible()
    await expect(waiting.get_by_role("button")).to_have_count(0)
    assert await admin.unfit() == []
    await besa.unlocks()
    await besa.goes("People and keys")
    await besa.lets_in("Drita", read_aloud)
    await admin.unlocks()
    await expect(waiting.get_by_text("Compared.")).to_be_visible()
    assert desk.faults == []
