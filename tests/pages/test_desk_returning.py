"""Links that were lost, spoiled or used by somebody else, words that were lost, and words and paper that were lost together."""

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from handlers.officer.invitations import LIFETIME
from tests.pages.shell_stage import PHONE, SCREEN, WAITS, NewDesk, Person, a_new_desk

pytestmark = pytest.mark.browser

REFUSED_BY_STATUS = "Failed to load resource: the server responded with a status of 4"
"""What the browser itself says of every answer that is a refusal."""
NATIONAL = "National team"
GONE = "This is not there, or not for you."
ONCE = "An invitation works once and ends after a while. Ask who invited you for a new one."


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[NewDesk]:
    async with a_new_desk(tmp_path / "deployment") as desk:
        yield desk
        assert [fault for fault in desk.faults if not fault.startswith(REFUSED_BY_STATUS)] == []


@pytest.fixture
async def admin(browser: Browser, desk: NewDesk) -> Person:
    """The first administrator, on the page of people."""
    admin = await Person.arrives(browser, desk, SCREEN)
    await admin.becomes_administrator()
    await admin.goes("People and keys")
    return admin


async def test_a_link_that_was_lost_is_withdrawn_and_the_next_one_works_once_and_for_a_while(
    browser: Browser, desk: NewDesk, admin: Person
) -> None:
    lost = await admin.invites("Besa", "officer")
    await admin.page.get_by_label("Name to sign in with").fill("Besa")
    await admin.press("Make an invitation")
    await expect(admin.page.get_by_role("alert").filter(has_text="This is already taken.")).to_be_visible()
    row = admin.page.get_by_role("listitem").filter(has_text="Besa")
    await expect(admin.page.get_by_text("A link that was lost, or that somebody else has seen")).to_be_visible()
    assert await admin.unfit() == []
    await row.get_by_role("button", name="Withdraw").click()
    await expect(row).to_have_count(0)
    async with stranger(browser, desk) as besa:
        await besa.page.goto(lost)
        await expect(besa.page.get_by_role("alert").filter(has_text=GONE)).to_be_visible()
        await expect(besa.page.get_by_text(ONCE)).to_be_visible()
        assert await besa.unfit() == []
        await besa.joins(await admin.invites("Besa", "officer"))
        link = await admin.page.locator(".shown-once code").inner_text()
    async with stranger(browser, desk) as second:
        await second.page.goto(link)
        await expect(
            second.page.get_by_text("If you have not used this link yourself, say so: somebody else may have.")
        ).to_be_visible()
    late = await admin.invites("Cyril", "officer")
    desk.offset += LIFETIME + 1
    async with stranger(browser, desk) as cyril:
        await cyril.page.goto(late)
        await expect(cyril.page.get_by_text(ONCE)).to_be_visible()


async def test_whoever_used_a_link_that_was_not_theirs_is_refused_and_signs_in_no_more(
    browser: Browser, desk: NewDesk, admin: Person
) -> None:
    async with stranger(browser, desk) as thief:
        await thief.joins(await admin.invites("Besa", "officer"))
        await thief.proves("Besa", thief.words)
        await thief.registers_a_passkey()
        await thief.sees("Cases")
        await expect(thief.page.get_by_text("No case is here.")).to_be_visible()
        await admin.unlocks()
        waiting = admin.page.get_by_role("region", name="Besa")
        await expect(waiting.get_by_role("button", name="Let them in")).to_be_disabled()
        await waiting.get_by_role("button", name="They differ: refuse").click()
        await expect(waiting).to_have_count(0)
        await expect(
            admin.page.get_by_text("Besa is refused: whoever joined with that link can neither sign in nor read.")
        ).to_be_visible()
        assert await admin.unfit() == []
        await thief.sees("Sign in")
        await thief.proves("Besa", thief.words)
        await expect(thief.page.get_by_role("alert").filter(has_text="That was not accepted.")).to_be_visible(timeout=WAITS)
    await admin.goes("Directory")
    await expect(admin.page.get_by_text("Nothing has changed since the last one.")).to_be_visible()
    await admin.goes("People and keys")
    await expect(admin.page.locator(".rows > li").filter(has_text="Besa")).to_contain_text("has left")


async def test_lost_words_are_made_anew_with_the_paper_and_then_the_paper_is(browser: Browser, admin: Person) -> None:
    words, paper = admin.words, admin.recovery
    await admin.press("Sign out")
    await by_paper(admin, "Administrator", paper)
    await admin.goes("Settings")
    await admin.press("Make six new words")
    new_words = " ".join(await admin.page.locator("ol.secret li").all_inner_texts())
    await admin.page.get_by_label("The new words, once more").fill(new_words)
    await admin.page.get_by_label("The code on your recovery paper until now").fill(paper)
    await admin.press("Change it")
    await expect(admin.page.get_by_text("Changed. You are signed out everywhere else.")).to_be_visible(timeout=WAITS)
    await admin.press("Make a new recovery paper")
    new_paper = await admin.page.locator("code.secret").inner_text()
    assert await admin.unfit() == []
    await admin.page.get_by_label("Your words until now").fill(new_words)
    await admin.press("Change it")
    await expect(admin.page.locator("code.secret")).to_have_count(0, timeout=WAITS)
    await admin.press("Sign out")
    await admin.proves("Administrator", words)
    await expect(admin.page.get_by_role("alert").filter(has_text="That was not accepted.")).to_be_visible(timeout=WAITS)
    await admin.press("The six words are lost: use the recovery paper")
    for code, comes_in in ((paper, False), (new_paper, True)):
        await admin.page.get_by_label("The code on your recovery paper").fill(code)
        await admin.press("Sign in")
        if comes_in:
            await admin.sees("One more step")
        else:
            await expect(admin.page.get_by_role("alert").filter(has_text="That was not accepted.")).to_be_visible(timeout=WAITS)


async def test_who_lost_words_and_paper_is_invited_again_by_the_supervisor_and_has_other_keys(
    browser: Browser, desk: NewDesk, admin: Person, tmp_path: Path
) -> None:
    besa = await joined(browser, desk, admin, "Besa", "supervisor", SCREEN)
    cyril = await joined(browser, desk, admin, "Cyril", "officer", PHONE)
    first = await renews(desk, admin, tmp_path)
    await besa.unlocks()
    await besa.goes("People and keys")
    await brings_the_key(desk, besa, first, tmp_path)
    await besa.press("Give them the team's key")
    await expect(besa.page.get_by_text("Keys given: 1")).to_be_visible()
    await cyril.unlocks()

    link = await invites_again(besa, "Cyril")
    assert await besa.unfit() == []
    await cyril.sees("Sign in")
    await cyril.proves("Cyril", cyril.words)
    await expect(cyril.page.get_by_role("alert").filter(has_text="That was not accepted.")).to_be_visible(timeout=WAITS)
    again = await Person.arrives(browser, desk, PHONE)
    read_aloud = await again.joins(link)
    await again.proves("Cyril", again.words)
    await again.registers_a_passkey()
    await again.sees("Cases")
    await besa.unlocks()
    await besa.lets_in("Cyril", read_aloud)
    await admin.goes("People and keys")
    await admin.goes("Directory")
    await expect(admin.page.locator(".changes")).to_contain_text("Has new keys, the old ones end: Cyril")
    await expect(admin.page.locator(".changes")).to_contain_text(f"Comes in: Cyril, {NATIONAL}")
    assert await admin.unfit() == []
    await renews(desk, admin, tmp_path)
    await besa.goes("Cases")
    await besa.goes("People and keys")
    await expect(besa.page.get_by_text("They lack a key of their team, and cannot open every case yet: Cyril")).to_be_visible()
    await expect(besa.page.get_by_text("Needs a new key")).to_have_count(0)
    await besa.press("Give them the team's key")
    await expect(besa.page.get_by_text("Keys given: 1")).to_be_visible()
    await again.goes("People and keys")
    await expect(again.page.get_by_text("You hold this key.")).to_be_visible()


async def invites_again(person: Person, name: str) -> str:
    """Invite somebody who is here to make new keys; give the link."""
    row = person.page.locator(".rows > li").filter(has_text=name)
    await row.get_by_role("button", name="Invite again").click()
    dialog = person.page.get_by_role("dialog")
    await expect(dialog).to_contain_text("First make sure that it is really them")
    await dialog.get_by_role("button", name="Invite again").click()
    await expect(person.page.locator(".shown-once code")).to_be_visible()
    return await person.page.locator(".shown-once code").inner_text()


@contextlib.asynccontextmanager
async def stranger(browser: Browser, desk: NewDesk) -> AsyncIterator[Person]:
    """Somebody at a browser of their own, for a while."""
    person = await Person.arrives(browser, desk, PHONE)
    yield person
    await person.page.context.close()


async def joined(browser: Browser, desk: NewDesk, admin: Person, name: str, role: str, size: dict[str, int]) -> Person:
    """Somebody who was invited and joined, and whose fingerprints the administrator compared: the team has no supervisor yet."""
    person = await Person.arrives(browser, desk, size)
    read_aloud = await person.joins(await admin.invites(name, role))
    await person.proves(name, person.words)
    await person.registers_a_passkey()
    await person.sees("Cases")
    await admin.unlocks()
    await admin.lets_in(name, read_aloud)
    return person


async def renews(desk: NewDesk, admin: Person, folder: Path) -> Path:
    """Have the next directory signed and bring it back; give the signed file."""
    await admin.goes("Directory")
    desk.offset += 60
    button = admin.page.get_by_role("button", name="Download the draft")
    await expect(button).to_be_enabled()
    async with admin.page.expect_download() as downloading:
        await button.click()
    draft, signed = folder / "directory-draft.json", folder / "directory.json"
    await (await downloading.value).save_as(draft)
    signed.write_text(json.dumps(desk.sign(draft)))
    await admin.page.get_by_label("Bring the signed file back").set_input_files(signed)
    await expect(admin.page.get_by_text("The new directory is in force.")).to_be_visible()
    return signed


async def brings_the_key(desk: NewDesk, person: Person, signed: Path, folder: Path) -> None:
    """Bring the national team's key in as a file that was made off line."""
    await person.page.get_by_text("I was given a team's key as a file").click()
    officer_id = (await person.page.locator("code.command").inner_text()).split()[-3]
    wrap = folder / "team-wrap.json"
    wrap.write_text(desk.wrap(signed, officer_id))
    await person.page.get_by_label("File with the team's key").set_input_files(wrap)
    await expect(person.page.get_by_text("You hold this key.")).to_be_visible()


async def by_paper(person: Person, name: str, paper: str) -> None:
    """Sign in with the recovery paper and the passkey."""
    await person.sees("Sign in")
    await person.press("The six words are lost: use the recovery paper")
    await person.page.get_by_label("Your name").fill(name)
    await person.page.get_by_label("The code on your recovery paper").fill(paper)
    await person.press("Sign in")
    await person.press("Use my passkey")
    await expect(person.page.get_by_text("You came in with the recovery paper.")).to_be_visible(timeout=WAITS)
