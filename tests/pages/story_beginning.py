"""How the story begins: from the link that `init` printed to officers on duty whose telephones ring."""

from playwright.async_api import expect

from tests.pages.story_cast import NATIONAL, PRIZREN, Story


async def first_administrator(story: Story) -> None:
    """The link that `init` printed, a passkey, and the checklist with its paper."""
    admin = story.admin
    await admin.page.goto(story.place.desk.link)
    await admin.sees("Welcome, Administrator")
    await admin.looks("01-welcome")
    await admin.follows(story.place.desk.link)
    await admin.sees("First steps")
    await admin.page.get_by_label("The file of the recovery key").set_input_files(story.place.away / "recovery.seed")
    await expect(admin.page.get_by_role("figure", name="Recovery key")).to_be_visible()
    await admin.looks("02-recovery-paper")
    await admin.press("Printed: forget it here")
    for done in (1, 2):
        await admin.page.get_by_role("button", name="I have done this").first.click()
        await expect(admin.page.locator(".steps li.done")).to_have_count(done)
    await admin.looks("03-first-steps")


async def people_come(story: Story) -> None:
    """Invitations, keys made in three browsers, fingerprints read aloud and compared."""
    admin = story.admin
    await admin.goes("People and keys")
    await admin.plans_team("prizren", PRIZREN, "Prizren")
    await admin.looks("04-planned", whole=True)
    read_aloud = {}
    for person, team, role in (
        (story.nora, NATIONAL, "supervisor"),
        (story.niko, NATIONAL, "officer"),
        (story.mira, PRIZREN, "officer"),
    ):
        read_aloud[person.name] = await person.follows(await admin.invites_to(team, person.name, role))
        await person.sees("Cases")
    await admin.unlocks()
    await admin.looks("04-fingerprints", whole=True)
    for name, fingerprints in read_aloud.items():
        await admin.lets_in(name, fingerprints)


async def keys_are_made(story: Story) -> None:
    """Two directories signed off line; the national key comes as a file, the municipality's is made in its member's browser."""
    admin, nora, mira = story.admin, story.nora, story.mira
    await admin.renews_the_directory()
    await admin.looks("05-directory", whole=True)
    await mira.unlocks()
    await mira.goes("People and keys")
    await mira.makes_the_key_of(PRIZREN)
    await nora.unlocks()
    await nora.goes("People and keys")
    await nora.brings_the_teams_key()
    await nora.press("Give them the team's key")
    await expect(nora.page.get_by_text("Keys given: 1")).to_be_visible()
    await nora.looks("06-keys", whole=True)
    await admin.renews_the_directory()
    await admin.goes("First steps")
    await expect(admin.page.locator(".steps li.done")).to_have_count(4)


async def duty_begins(story: Story) -> None:
    """Telephones are linked, duty is switched on, an alarm is tried."""
    for person, team in ((story.nora, NATIONAL), (story.niko, NATIONAL), (story.mira, PRIZREN)):
        await person.unlocks()
        await person.goes_on_duty(team)
        story.rings[person.name] = await person.links_a_telephone()
    await story.niko.press("Try my alarm")
    await expect(story.niko.page.get_by_text("A test went to your Telegram.")).to_be_visible()
    await story.niko.looks("07-settings", whole=True)
    await story.rings["Niko"].heard("test")
    await story.niko.press("I have seen it")
    await story.niko.press("Sign out")
    await story.niko.sees("Sign in")
    await story.nora.goes("Cases")
    await expect(story.nora.page.get_by_text("No case is here.")).to_be_visible()
