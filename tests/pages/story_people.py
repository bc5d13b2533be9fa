"""The people of the whole story before their pages: what they do with people and keys, and what they do with a case.

Laws. Buttons, fields and places are found by the words that a person reads. Whoever comes to a page has it looked through by axe, and a
picture of it is kept for whoever wants to see it.
"""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Locator, expect

from simulator.people import Phone
from tests.pages.shell_stage import PHONE, SCREEN, WAITS, Person
from tests.pages.story_place import Place

LINKS_WITHIN = 30.0
"""Seconds for a bot's first answer, on a machine that does other things too."""


@dataclass(kw_only=True)
class Colleague(Person):
    """Somebody of the desk, in a browser of their own."""

    name: str
    place: Place
    album: Path
    unfit_pages: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    async def comes(
        cls, browser: Browser, place: Place, name: str, album: Path, size: dict[str, int] = SCREEN, scheme: str = "light"
    ) -> "Colleague":
        """Take a browser of one's own."""
        person = await Person.arrives(browser, place.desk, size, scheme)
        return cls(page=person.page, desk=person.desk, keys=person.keys, name=name, place=place, album=album)

    # --- people and keys ----------------------------------------------------------------------------------------------

    async def follows(self, link: str) -> list[str]:
        """Follow a link, make keys, sign in and register a passkey; give the fingerprints to read aloud."""
        fingerprints = await self.joins(link)
        await self.proves(self.name, self.words)
        await self.registers_a_passkey()
        return fingerprints

    async def invites_to(self, team: str, name: str, role: str) -> str:
        """Make an invitation; give its link."""
        await self.page.get_by_label("Name to sign in with").fill(name)
        choice = self.page.get_by_role("form", name="New invitation").get_by_label("Role")
        if await choice.count():
            await choice.select_option(role)
        teams = self.page.get_by_role("group", name="Teams")
        await expect(teams.get_by_role("checkbox", name=team, exact=True)).to_be_visible()
        for box in await teams.get_by_role("checkbox").all():
            await box.set_checked((await box.locator("..").text_content() or "").strip() == team)
        before = await self._shown_link()
        await self.press("Make an invitation")
        await expect(self.page.get_by_role("listitem").filter(has_text=name)).to_be_visible()
        await expect(self.page.locator(".shown-once code")).not_to_have_text(before or " ")
        link = await self._shown_link()
        assert link is not None
        return link

    async def plans_team(self, team_id: str, name: str, area: str) -> None:
        """Plan a team on the page of people."""
        await self.page.get_by_text("Plan a new team").first.click()
        form = self.page.get_by_role("form", name="Plan a new team")
        await form.get_by_label("Short id").fill(team_id)
        await form.get_by_label("Name").fill(name)
        await form.get_by_role("checkbox", name=area, exact=True).check()
        await form.get_by_role("button", name="Plan it").click()
        await expect(self.page.get_by_role("region", name=name)).to_be_visible()

    async def renews_the_directory(self) -> Path:
        """Download the draft, sign it where the root is as the page says, and bring it back; give the signed file."""
        await self.goes("Directory")
        button = self.page.get_by_role("button", name="Download the draft")
        await expect(button).not_to_have_attribute("aria-busy", "true")
        async with self.page.expect_download() as downloading:
            await button.click()
        await (await downloading.value).save_as(self.place.away / (await downloading.value).suggested_filename)
        signed = await self.place.types_off_line(await self.page.locator("code.command").inner_text(), "directory.json")
        await self.page.get_by_label("Bring the signed file back").set_input_files(signed)
        await expect(self.page.get_by_text("Nothing has changed since the last one.")).to_be_visible()
        await expect(self.page.get_by_text("The new directory is in force.")).to_be_visible()
        return signed

    async def brings_the_teams_key(self) -> None:
        """Have the national team's key sealed to oneself off line, as the page says, and bring the file in."""
        await self.page.get_by_text("I was given a team's key as a file").click()
        file = await self.place.types_off_line(await self.page.locator("code.command").inner_text(), "team-wrap.json")
        await self.page.get_by_label("File with the team's key").set_input_files(file)
        await expect(self.page.get_by_text("You hold this key.")).to_be_visible()

    async def makes_the_key_of(self, team: str) -> None:
        """Make a team's key in this browser."""
        await self.page.get_by_role("region", name=team).get_by_role("button", name="Make this team's key").click()
        await self.press("Make it")
        await expect(self.page.get_by_text("A new key waits for the next directory.")).to_be_visible()

    async def makes_a_new_key_of(self, team: str) -> None:
        """Make a team's next key in this browser, as the page asks for it."""
        region = self.page.get_by_role("region", name=team)
        await expect(region.get_by_text("somebody who has left has this one. Next: make a new key.")).to_be_visible()
        await region.get_by_role("button", name="Make a new key for this team").click()
        await self.looks_at_both("makes-key")
        await self.presses("Make it")
        await expect(region.get_by_text("Next: an administrator has that signed")).to_be_visible()

    async def removes(self, name: str) -> None:
        """Take somebody away on the page of people."""
        row = self.page.locator(".rows > li").filter(has_text=name)
        await row.get_by_role("button", name="Remove").click()
        await expect(self.dialog).to_contain_text("They are signed out at once")
        await self.looks_at_both("removes")
        await self.presses("Remove")

    async def goes_on_duty(self, team: str) -> None:
        """Switch duty on in the settings."""
        await self.goes("Settings")
        await self.page.get_by_role("switch", name=team).check()
        await expect(self.page.get_by_role("switch", name=team)).to_be_checked()

    async def links_a_telephone(self) -> Phone:
        """Ask for a one-time code in the settings, and send it to the officers' bot from a telephone."""
        await self.press("Link a Telegram")
        await self.gives_the_words_again()
        code = await self.page.locator(".copyable code").inner_text()
        phone = self.place.telephone("Officer")
        await phone.start(code.removeprefix("/start "))
        await phone.heard("linked", LINKS_WITHIN)
        return phone

    async def comes_back(self) -> None:
        """Sign in anew with the six words and the passkey."""
        await self.proves(self.name, self.words)
        await self.sees("One more step")
        await self.press("Use my passkey")

    # --- a case ---------------------------------------------------------------------------------------------------------

    @property
    def rows(self) -> Locator:
        return self.page.locator(".q-row")

    @property
    def entries(self) -> Locator:
        return self.page.locator(".c-entry")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    async def opens(self, designation: str) -> None:
        """Open a case of the queue."""
        await self.rows.filter(has_text=designation).get_by_role("link").click()
        await self.reads(designation)

    async def reads(self, designation: str) -> None:
        """The case is open on the page."""
        await expect(self.page.get_by_role("heading", name=designation, exact=True)).to_be_visible(timeout=WAITS)
        await expect(self.entries.first).to_be_visible(timeout=WAITS)

    async def presses(self, name: str) -> None:
        """Press a button of the dialog that is open."""
        await self.dialog.get_by_role("button", name=name, exact=True).click()

    async def is_told(self, words: str) -> None:
        await expect(self.page.locator(".q-told")).to_contain_text(words, timeout=WAITS)

    async def notes(self, words: str) -> None:
        """Write an internal note."""
        await self.page.get_by_label("Internal note").fill(words)
        await self.press("Keep the note")
        await expect(self.entries.filter(has_text=words)).to_be_visible(timeout=WAITS)

    # --- looking --------------------------------------------------------------------------------------------------------

    async def looks(self, name: str, *, whole: bool = False) -> Path:
        """Have axe look at the page as it stands, and keep a picture of it."""
        await self.page.mouse.move(1, 1)
        self.unfit_pages[name] = await self.unfit()
        picture = self.album / f"{name}.png"
        await self.page.screenshot(path=picture, full_page=whole)
        return picture

    async def looks_at_both(self, name: str, *, whole: bool = False) -> None:
        """Look at the page as it stands at a desk and on a telephone."""
        before = self.page.viewport_size or SCREEN
        for size, of in ((SCREEN, "desk"), (PHONE, "phone")):
            await self.page.set_viewport_size({"width": size["width"], "height": size["height"]})
            await self.looks(f"{name}-{of}", whole=whole)
        await self.page.set_viewport_size(before)

    async def _shown_link(self) -> str | None:
        shown = self.page.locator(".shown-once code")
        return await shown.inner_text() if await shown.count() else None


__all__ = ["PHONE", "SCREEN", "WAITS", "Colleague"]
