"""Somebody leaves: removed on the page, a new team key made, signed, handed on, open cases wrapped to it; and what the leaver has left.

Two processes serve, each with the secrets of its own zone. What the leaver kept is taken from the slots with their words, before they go.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from sealing.encoding import b64u, unb64u
from sealing.errors import DoesNotOpen
from sealing.identity import Identity
from sealing.open import open_case
from sealing.open.steps import unwrap
from simulator.people import Phone
from tests.pages.story_people import PHONE, SCREEN, WAITS, Colleague
from tests.pages.story_place import REPORTER, Place, a_place
from tests.pages.story_secrets import exported, kept_by
from tests.stories.people import Child

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NATIONAL = "National team"
CHILDS = "Babi më godet kur pi."
LATER = "She is at her aunt's since yesterday."
REFUSED_BY_STATUS = "Failed to load resource: the server responded with a status of 401"


@dataclass(kw_only=True)
class Team:
    """Those who are there before somebody leaves."""

    place: Place
    admin: Colleague
    nora: Colleague
    niko: Colleague
    mira: Colleague

    @property
    def people(self) -> tuple[Colleague, ...]:
        return self.admin, self.nora, self.niko, self.mira


@pytest.fixture
async def team(browser: Browser, tmp_path: Path):
    album = tmp_path / "album"
    album.mkdir()
    async with a_place(tmp_path) as place:

        async def comes(name: str, size: dict[str, int] = SCREEN, scheme: str = "light") -> Colleague:
            return await Colleague.comes(browser, place, name, album, size, scheme)

        team = Team(
            place=place,
            admin=await comes("Administrator"),
            nora=await comes("Nora"),
            niko=await comes("Niko"),
            mira=await comes("Mira", PHONE, "dark"),
        )
        yield team
        for person in team.people:
            await person.page.screenshot(path=album / f"end-{person.name}.png")


async def test_an_officer_is_removed_and_the_team_goes_on_with_a_new_key(team: Team) -> None:
    place, admin, nora, niko, mira = team.place, team.admin, team.nora, team.niko, team.mira
    await a_team_is_there(team)
    designation = await a_child_reports(place)
    await niko.unlocks()
    await niko.goes("Cases")
    await niko.opens(designation)
    await niko.press("Take")
    await niko.is_told("You have taken this case.")
    (old,) = await kept_by(place, niko)
    assert opens_with(await exported(place, designation), old)
    await mira.unlocks()
    await mira.goes("Cases")
    await expect(mira.rows).to_have_count(1, timeout=WAITS)

    await nora.goes("People and keys")
    await nora.removes("Niko")
    await expect(nora.page.get_by_role("status").filter(has_text="Niko has left and is signed out.")).to_contain_text(
        f"Cases that went back to the queue: 1. Next: a new key for each of these teams: {NATIONAL}."
    )
    await expect(nora.page.locator(".rows > li").filter(has_text="Niko")).to_contain_text("has left")
    await nora.looks_at_both("removed", whole=True)
    await niko.sees("Sign in")
    await expect(niko.page.get_by_text("You were signed out.")).to_be_visible()
    await niko.proves("Niko", niko.words)
    await expect(niko.page.get_by_role("alert").filter(has_text="That was not accepted.")).to_be_visible(timeout=WAITS)

    await nora.makes_a_new_key_of(NATIONAL)
    await admin.unlocks()
    await admin.goes("Directory")
    changes = admin.page.locator(".changes")
    await expect(changes).to_contain_text("Leaves: Niko")
    await expect(changes).to_contain_text(f"Team gets a new key: {NATIONAL}")
    fingerprint = await changes.locator("li").filter(has_text=NATIONAL).locator("code").inner_text()
    await expect(nora.page.get_by_text(f"The key that you made: {fingerprint}.")).to_be_visible()
    await admin.looks_at_both("directory", whole=True)
    await admin.renews_the_directory()

    await nora.goes("Cases")
    await nora.goes("People and keys")
    await expect(nora.page.get_by_text("You hold this key.")).to_be_visible()
    await expect(nora.page.get_by_text("First give the new key to: Mira.")).to_be_visible()
    await expect(nora.page.get_by_role("button", name="Wrap them to the new key")).to_have_count(0)
    await nora.looks_at_both("gives", whole=True)
    await nora.press("Give them the team's key")
    await expect(nora.page.get_by_text("Keys given: 1")).to_be_visible()
    await nora.press("Wrap them to the new key")
    await expect(nora.page.get_by_text("Wrapped: 1.")).to_be_visible(timeout=WAITS)
    await nora.looks_at_both("wrapped", whole=True)

    # Mira's page was loaded before the team had its new key.
    await mira.opens(designation)
    await mira.press("Take")
    await mira.is_told("You have taken this case.")
    await mira.notes(LATER)
    await expect(mira.entries.filter(has_text="Niko (officer")).to_have_count(1)
    await mira.looks("reads-on")
    another = await a_child_reports(place)
    await mira.goes("Cases")
    await mira.opens(another)
    await expect(mira.entries.filter(has_text=CHILDS)).to_be_visible()
    for name in (designation, another):
        file = await exported(place, name)
        assert not opens_with(file, old)
        assert {b64u(unb64u(one["key_id"])) for one in file["wraps"]}.isdisjoint({b64u(old.key_id)})
        assert old_reads(place, file, old) == []

    await nora.goes("Who opened what")
    for done in (
        "removed an officer",
        "made a team's key",
        "gave a team's key to a member",
        "gave a case the new key of its team",
    ):
        await expect(nora.page.get_by_role("cell", name=done).first).to_be_visible()
    await expect(nora.page.get_by_role("row").filter(has_text="Nora").filter(has_text="opened a case")).to_have_count(0)
    await expect(nora.page.get_by_role("cell").filter(has_text=re.compile("national"))).to_have_count(0)
    await nora.looks_at_both("log")

    found = {f"{one.name}: {page}": wrong for one in team.people for page, wrong in one.unfit_pages.items() if wrong}
    assert found == {}
    assert [fault for fault in place.desk.faults if not fault.startswith(REFUSED_BY_STATUS)] == []


async def a_team_is_there(team: Team) -> None:
    """An administrator, a supervisor and two officers of the national team, who all hold its key."""
    admin, nora = team.admin, team.nora
    await admin.follows(team.place.desk.link)
    await admin.sees("First steps")
    await admin.goes("People and keys")
    read_aloud = {}
    for person, role in ((nora, "supervisor"), (team.niko, "officer"), (team.mira, "officer")):
        link = await admin.invites_to(NATIONAL, person.name, role)
        await person.page.goto(link)
        await person.sees(f"Welcome, {person.name}")
        await expect(person.page.get_by_text(f"Teams: {NATIONAL}")).to_be_visible()
        read_aloud[person.name] = await person.follows(link)
        await person.sees("Cases")
    await admin.unlocks()
    for name, fingerprints in read_aloud.items():
        await admin.lets_in(name, fingerprints)
    await admin.goes("Directory")
    await expect(admin.page.locator(".changes")).to_contain_text(f"Comes in: Mira, {NATIONAL}")
    await expect(admin.page.locator(".changes li").filter(has_text="Mira").locator("code")).to_have_text(read_aloud["Mira"])
    await admin.looks_at_both("newcomers", whole=True)
    await admin.renews_the_directory()
    await nora.unlocks()
    await nora.goes("People and keys")
    await nora.brings_the_teams_key()
    await nora.press("Give them the team's key")
    await expect(nora.page.get_by_text("Keys given: 2")).to_be_visible()


async def a_child_reports(place: Place) -> str:
    """A report; its designation is known by being the newest."""
    before = {one["designation"] for one in await place.cases()}
    phone: Phone = place.sim.person(language_code="sq").open(place.sim.bots[REPORTER])
    child = Child(phone)
    await child.start(within=20)
    await child.press("sq", "no", "no", "me", "physical", "done")
    await child.say(CHILDS)
    await child.alone()
    await child.press("done", "today", "no", "no", "age_10_13", "skip", "done", "here", "any", "send", "yes", "hide")
    (designation,) = {str(one["designation"]) for one in await place.cases()} - before
    return designation


def opens_with(file: dict[str, object], key: Identity) -> bool:
    """Whether any wrap of the case opens with this key."""
    case_id = unb64u(str(file["case_id"]))
    for one in file["wraps"]:  # type: ignore[attr-defined]
        try:
            unwrap(key, case_id, unb64u(one["sealed"]))
        except DoesNotOpen:
            continue
        return True
    return False


def old_reads(place: Place, file: dict[str, object], key: Identity) -> list[object]:
    """What somebody with this key reads of a case whose every byte they have."""
    root = unb64u((place.away / "root.pub").read_text().strip())
    report = open_case(file, identity_seed=key.seed, root_public_key=root)
    return [one["plaintext"] for one in report["entries"] if one["plaintext"] is not None]
