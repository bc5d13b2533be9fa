"""The whole story of the desk in a real browser: from an empty folder to a case that is closed.

Two processes serve, each with the secrets of its own zone; the messenger is simulated; keys are made and cases opened in Chromium.
`docs/pictures/desk-*.png` are taken here when they are not there: delete them to have new ones.
"""

import shutil
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from locales.catalogue import Catalogue
from tests.attacks.memory import held
from tests.attacks.scanner import scan
from tests.pages.story_beginning import duty_begins, first_administrator, keys_are_made, people_come
from tests.pages.story_cast import (
    ANSWER,
    CHILDS,
    CHILDS_ANSWER,
    HANDED_ON,
    MARKS,
    NATIONAL,
    NOTE,
    OUTCOME,
    PHRASE,
    PRIZREN,
    REASON,
    Story,
    keep,
)
from tests.pages.story_files import picture, voice_note
from tests.pages.story_people import PHONE, SCREEN, WAITS, Colleague
from tests.pages.story_place import REPORTER, a_place
from tests.pages.story_secrets import exported, opened, secrets
from tests.stories.people import Child

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
async def story(browser: Browser, tmp_path: Path):
    album = tmp_path / "album"
    album.mkdir()
    async with a_place(tmp_path) as place:

        async def comes(name: str, size: dict[str, int], scheme: str) -> Colleague:
            return await Colleague.comes(browser, place, name, album, size, scheme)

        story = Story(
            place=place,
            browser=browser,
            album=album,
            admin=await comes("Administrator", SCREEN, "light"),
            nora=await comes("Nora", SCREEN, "light"),
            niko=await comes("Niko", PHONE, "dark"),
            mira=await comes("Mira", SCREEN, "dark"),
            lena=await comes("Lena", PHONE, "light"),
            rings={},
            child=Child(place.sim.person(language_code="sq").open(place.sim.bots[REPORTER])),
        )
        yield story
        for person in story.people:
            await person.page.screenshot(path=album / f"end-{person.name}.png")


async def test_the_whole_story_of_the_desk(story: Story, tmp_path: Path) -> None:
    await first_administrator(story)
    await people_come(story)
    await keys_are_made(story)
    await duty_begins(story)
    await a_child_reports(story)
    await the_case_is_opened_and_answered(story)
    await the_case_is_handed_on(story)
    await a_newcomer_of_the_first_team_comes_too_late(story)
    await the_case_is_closed(story)

    found = {f"{one.name}: {page}": wrong for one in story.people for page, wrong in one.unfit_pages.items() if wrong}
    assert found == {}
    assert story.place.desk.faults == []
    await nothing_is_held(story, tmp_path)


async def a_child_reports(story: Story) -> None:
    """Words with markup and a trick in them, a voice, a picture; an answer is wished for here."""
    child, words = story.child, Catalogue.load()
    await child.start(within=20)
    await child.press("sq", "no", "no", "me", "physical", "done")
    await child.say(CHILDS)
    await child.phone.send_voice(voice_note())
    await child.hears(words.text("Thank you. The voice message is kept.", "sq"))
    await child.phone.send_photo(await picture(story.browser))
    await child.alone()
    await child.press("done", "today", "no", "no", "age_10_13", "skip", "done", "here", "any", "send", "yes", "hide")
    (case,) = await story.place.cases()
    story.designation = case["designation"]
    for name in ("Nora", "Niko"):
        alert = await story.rings[name].heard(f"Case: {story.designation}", 20)
        assert not any(str(mark) in alert.text for mark in MARKS)
    nora = story.nora
    await expect(nora.page.get_by_role("alert").filter(has_text="A case needs you now.")).to_be_visible(timeout=WAITS)
    row = nora.rows.filter(has_text=story.designation)
    await expect(row).to_contain_text("Alarm rings")
    await expect(row).to_contain_text("Age: 10 to 13", timeout=WAITS)
    keep(await nora.looks("08-queue-rings"), "desk-queue")


async def the_case_is_opened_and_answered(story: Story) -> None:
    """The officer, on a telephone at night: signs in, takes the case, reads, listens, answers."""
    niko = story.niko
    await niko.looks("09-sign-in")
    await niko.comes_back()
    await expect(niko.page.get_by_role("alert").filter(has_text="A case needs you now.")).to_be_visible(timeout=WAITS)
    await niko.goes("Cases")
    await niko.looks("10-queue-phone")
    await niko.opens(story.designation)
    words = niko.entries.filter(has_text="In their own words")
    await expect(words).to_contain_text('<script>document.title="e marrë"</script>')
    assert await words.locator("script, img, a, b").count() == 0
    await expect(words.locator(".c-mark")).to_have_text(["RLO"])
    await expect(niko.page).to_have_title("Desk")
    keep(await niko.looks("11-case-phone"), "desk-case-phone")
    await niko.press("Take")
    await niko.is_told("You have taken this case.")
    await niko.press("Open the voice message")
    await niko.press("Play")
    await niko.press("Open the picture, blurred")
    await expect(niko.page.locator(".c-picture img.c-blurred")).to_be_visible()
    await niko.looks("12-case-phone-whole", whole=True)
    await niko.page.get_by_text("Ready phrases").click()
    await niko.page.get_by_role("button", name=PHRASE).click()
    box = niko.page.get_by_label("Message to the reporter")
    await expect(box).to_have_value(Catalogue.load().text(PHRASE, "sq"))
    await box.press("End")
    await box.press_sequentially(f"\n{ANSWER}")
    await niko.looks("13-phrases-phone")
    await niko.press("Send to the reporter")
    message = niko.entries.filter(has_text="Message to the reporter")
    await expect(message).to_contain_text(ANSWER, timeout=WAITS)
    await the_child_reads_and_answers(story)
    await expect(message).to_contain_text("read", timeout=WAITS)
    await expect(niko.entries.filter(has_text="Message from the reporter")).to_contain_text(CHILDS_ANSWER, timeout=WAITS)
    await niko.notes(NOTE)
    await niko.page.get_by_role("button", name="Urgency…").click()
    await niko.dialog.get_by_label("Urgency").select_option("P0")
    await niko.dialog.get_by_label("Reason").fill(REASON)
    await niko.looks("14-urgency-phone")
    await niko.presses("Change the urgency")
    await niko.is_told("The urgency is now: P0, immediate")


async def the_child_reads_and_answers(story: Story) -> None:
    """A notice that says nothing, the message on the card, and what is written back goes as it is."""
    child, words = story.child, Catalogue.load()
    notice = await child.phone.heard(words.text("There is something to read here.", "sq"), 20)
    assert not any(str(mark) in notice.text for mark in MARKS)
    await child.press("open", "read")
    assert f"{words.text(PHRASE, 'sq')}\n{ANSWER}" in child.card.text
    await child.press("write")
    await child.say(CHILDS_ANSWER)
    assert words.text("This was sent to the team.", "sq") in child.card.text
    await child.press("hide")


async def the_case_is_handed_on(story: Story) -> None:
    """At a desk by day: the supervisor takes over, lets the municipality's team in, and her own team out."""
    nora, mira = story.nora, story.mira
    await mira.goes("Cases")
    await expect(mira.page.get_by_text("No case is here.")).to_be_visible()
    await expect(nora.page.get_by_role("alert").filter(has_text="A case needs you now.")).to_have_count(0)
    await nora.opens(story.designation)
    await expect(nora.entries.filter(has_text=REASON)).to_contain_text("Niko (officer)")
    await nora.looks("15-case-desk")
    await nora.press("Take over")
    await nora.is_told("You have taken this case.")
    await nora.notes(HANDED_ON)
    await nora.press("Place…")
    await nora.dialog.get_by_label("Municipality").select_option(label="Prizren")
    await nora.presses("Change the place")
    await nora.is_told("The place is changed.")
    await nora.press("Teams…")
    await nora.dialog.get_by_label("Let another team read").select_option(label=PRIZREN)
    await nora.looks("16-teams")
    await nora.presses("Let them read")
    await nora.is_told(f"May read now: {PRIZREN}")
    await expect(mira.rows.filter(has_text=story.designation)).to_be_visible(timeout=WAITS)
    await mira.opens(story.designation)
    await expect(mira.entries.filter(has_text=HANDED_ON)).to_contain_text("Nora (supervisor)")
    await expect(mira.entries.filter(has_text="In their own words")).to_contain_text("zogukaltër")
    keep(await mira.looks("17-case-desk-dark"), "desk-case")
    await nora.goes("Who opened what")
    for done in ("opened a case", "took a case over", "let another team read", "answered a reporter"):
        await expect(nora.page.get_by_role("cell", name=done).first).to_be_visible()
    await expect(nora.page.get_by_role("cell").filter(has_text="_")).to_have_count(0)
    await nora.looks("18-audit")
    await nora.goes("Cases")
    await nora.opens(story.designation)
    await nora.press("Teams…")
    await nora.dialog.get_by_role("listitem").filter(has_text=NATIONAL).get_by_role("button", name="Shut out…").click()
    await nora.looks("19-shut-out")
    await nora.presses(f"Yes, shut out: {NATIONAL}")
    await story.rings["Mira"].heard(f"Case: {story.designation}", 20)
    await expect(mira.page.get_by_role("alert").filter(has_text="A case needs you now.")).to_be_visible(timeout=WAITS)
    await mira.looks("20-rings-elsewhere")
    await is_gone(story.niko)


async def a_newcomer_of_the_first_team_comes_too_late(story: Story) -> None:
    """Whoever joins the first team now has its key, and this case is not there for them, nor for those who were there before."""
    admin, nora, lena = story.admin, story.nora, story.lena
    address = story.mira.page.url
    await nora.goes("People and keys")
    fingerprints = await lena.follows(await nora.invites_to(NATIONAL, "Lena", "officer"))
    await nora.unlocks()
    await nora.goes("People and keys")
    await nora.lets_in("Lena", fingerprints)
    await admin.unlocks()
    await admin.renews_the_directory()
    await nora.unlocks()
    await nora.goes("People and keys")
    await nora.press("Give them the team's key")
    await expect(nora.page.get_by_text("Keys given: 1")).to_be_visible()
    await lena.unlocks()
    await lena.goes("Cases")
    await expect(lena.page.get_by_text("No case is here.")).to_be_visible()
    await lena.looks("21-newcomer")
    await refused(lena, address)
    await refused(nora, address)
    wrapped = {one["key_id"] for one in (await exported(story.place, story.designation))["wraps"]}
    assert len(wrapped) == 2  # Prizren's key, and the one on paper


async def refused(person: Colleague, address: str) -> None:
    """Follow the address of the case: it is not there."""
    await person.page.evaluate("(hash) => { location.hash = hash }", address.partition("#")[2])
    await is_gone(person)


async def is_gone(person: Colleague) -> None:
    """The case is not there, and nothing of it stands on the page. Chromium tells the refusal to the console, and nothing else is told."""
    await expect(person.page.get_by_role("alert").filter(has_text="This is not there, or not for you.")).to_be_visible(
        timeout=WAITS
    )
    await expect(person.entries).to_have_count(0)
    await person.looks(f"22-gone-{person.name}")
    faults = person.desk.faults
    assert {"status of 404" in one for one in faults} == {True}
    faults.clear()


async def the_case_is_closed(story: Story) -> None:
    """The other team brings it to its end."""
    mira = story.mira
    await mira.press("Take")
    await mira.is_told("You have taken this case.")
    await mira.press("Close…")
    await mira.dialog.get_by_label("What came of it").select_option(label="Help was given")
    await mira.dialog.get_by_label("Note").fill(OUTCOME)
    await mira.looks("23-close")
    await mira.presses("Close the case")
    await mira.is_told("The case is closed.")
    await mira.looks("24-closed", whole=True)
    (case,) = await story.place.cases()
    assert case["state"] == "closed"
    report = await opened(story.place, story.designation)
    assert report["ok"]
    said = [one["plaintext"] for one in report["entries"]]
    assert [one["text"] for one in said if one["kind"] == "note"] == [NOTE, HANDED_ON]
    assert {one["urgency"] for one in said if one["kind"] == "urgency"} >= {"P0"}


async def nothing_is_held(story: Story, folder: Path) -> None:
    """Neither the desk's memory nor any log has a word, a passphrase or a seed; the scanner does find what is there."""
    marks = [*MARKS, *await secrets(story.place, story.people, story.designation)]
    memory = held(story.place.processes["desk"].pid, folder / "memory")
    try:
        assert scan([story.designation], memory) != []
        assert scan(marks, memory) == []
    finally:
        shutil.rmtree(folder / "memory")
    assert await story.place.ends() == [0, 0]
    assert all(log.stat().st_size > 0 for log in story.place.logs)
    assert scan(marks, story.place.logs) == []
