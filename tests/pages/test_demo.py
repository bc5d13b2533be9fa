"""The demo as a newcomer meets it: one command, two phones and what happens behind them, in a browser.

`docs/pictures/demo.png` is taken by the first story when it is not there: delete it to have a new one.
"""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import expect

from tests.pages.stage import ENDS_WITHIN, ROOT, WAITS, Somebody, a_demo, free_port, start

pytestmark = pytest.mark.browser

PICTURE = ROOT / "docs" / "pictures" / "demo.png"
HEAVIEST = 400_000
"""Bytes that a picture of the README may have."""
DESK, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
CODE = (
    "This is the code:\n{receipt}\nLater it is not shown again.\nWrite it on paper and hide it well."
    "\nWhoever has the code can use it."
)
CHILDS_WORDS = "Babi më godet kur pi. Kam frikë të shkoj në shtëpi."
NEIGHBOURS_WORDS = "Чујем како дете плаче сваке вечери."


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with a_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
async def look(browser, demo):
    """Open the page at a size; the console stays silent and nothing is asked of any other host."""
    contexts, said, hosts = [], [], set()

    async def look(size):
        contexts.append(context := await browser.new_context(viewport=size, reduced_motion="reduce"))
        page = await context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
        await page.goto(demo.phones)
        await expect(page.get_by_role("region", name="Reporter")).to_be_visible()
        return page

    yield look
    for context in contexts:
        await context.close()
    assert said == []
    assert hosts == {urlsplit(demo.phones).netloc}


async def picture(page, path):
    """What the page looks like when nobody touches it."""
    await page.mouse.move(1, 1)
    await page.evaluate("document.activeElement.blur()")
    await page.screenshot(path=path)


async def test_a_childs_report_goes_from_the_first_button_to_a_person_who_takes_it(look, demo, tmp_path):
    page = await look(DESK)
    child = Somebody(page, "sq")
    officer = page.get_by_role("region", name="Duty officer")
    notes = page.get_by_role("complementary", name="Notes")

    await child.begin("Shqip")
    await child.press("No", "Yes")  # no danger now; others look at this phone
    await child.read("Hiding does not stop programs that watch a phone.")
    await child.press("Continue", "It is about me")
    await child.press("Somebody hits or hurts me", "Somebody shouts at me or scares me")
    await expect(child.card.get_by_role("button", name="✓")).to_have_count(2)
    await child.press("Done")
    await child.read("We believe you. It is not your fault.")
    await child.write(CHILDS_WORDS)
    await child.read("Thank you. What was written is kept.")
    await expect(page.locator("body")).not_to_contain_text(CHILDS_WORDS)
    await child.press("Done", "In the last three days", "I do not know", "Yes, but not badly", "6 to 9")
    await child.write("Prizren")
    await child.press("Yes", "No, they can read it", "Skip", "Yes, with a secret code")
    await child.read("Nothing is sent yet.")
    await expect(page.locator("body")).not_to_contain_text(CHILDS_WORDS)
    await child.press("Show my words")
    await expect(child.card).to_contain_text(CHILDS_WORDS)
    await picture(page, tmp_path / "review.png")
    await child.press("Send", "Yes, send it")
    await child.read("The person on duty is being told now.")
    await expect(child.card).to_contain_text(child.words(CODE).split("\n")[0])

    desk = await notes.get_by_role("link").get_attribute("href")
    answer = await page.request.get(f"{demo.phones}/desk", max_redirects=0)
    assert (answer.status, answer.headers["location"]) == (302, desk)
    assert urlsplit(desk).port == urlsplit(demo.health).port

    alert = officer.locator(".message").filter(has=page.get_by_role("button", name="Take", exact=True)).last
    await expect(alert).to_be_visible(timeout=WAITS)
    lines = (await alert.locator(".words").inner_text()).splitlines()
    assert [line.split(": ")[0] for line in lines] == ["Urgency", "Area", "Waiting", "Case"]
    assert lines[:2] == ["Urgency: P1, urgent", "Area: Prizren"]
    designation = lines[3].removeprefix("Case: ")

    await expect(notes).to_contain_text(f"Case {designation}", timeout=WAITS)
    await expect(notes).to_contain_text(f"python -m bot case export {designation}")
    await expect(notes).to_contain_text("python -m bot case open case.json")
    await expect(notes).to_contain_text(f"narrative  {CHILDS_WORDS}")
    await picture(page, tmp_path / "rings.png")
    if not PICTURE.exists():
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_bytes((tmp_path / "rings.png").read_bytes())
    assert PICTURE.stat().st_size < HEAVIEST

    await alert.get_by_role("button", name="Take", exact=True).click()
    await expect(officer.get_by_role("log")).to_contain_text("You have taken this case.")
    await child.read("A person from the team has taken this.")
    await picture(page, tmp_path / "taken.png")
    assert (await page.request.get(demo.health)).status == 200


async def test_a_neighbour_says_danger_on_a_small_screen_and_the_officer_is_woken_at_once(look, tmp_path):
    page = await look(PHONE)
    neighbour = Somebody(page, "sr-Cyrl")
    officer = page.get_by_role("region", name="Duty officer")
    panes = page.get_by_role("navigation")

    await neighbour.arrive("Јелена", "sr")
    await neighbour.begin("Српски")
    await picture(page, tmp_path / "danger-asked.png")
    await neighbour.press("Yes")
    await neighbour.read("Emergency: {emergency}")
    await neighbour.read("The person on duty is being told now.")
    await picture(page, tmp_path / "danger-said.png")

    await panes.get_by_role("button", name="Duty officer").click()
    alert = officer.locator(".message").filter(has_text="P0").last
    await expect(alert.get_by_role("button", name="Take", exact=True)).to_be_visible(timeout=WAITS)
    assert len((await alert.locator(".words").inner_text()).splitlines()) == 4
    await picture(page, tmp_path / "officer.png")
    await alert.get_by_role("button", name="Acknowledge", exact=True).click()

    await panes.get_by_role("button", name="Reporter").click()
    await neighbour.read("A person on duty has seen the alert.")
    await neighbour.press("Continue", "No", "I am an adult, worried about a child", "The child is hit or hurt", "Done")
    await neighbour.write(NEIGHBOURS_WORDS)
    await neighbour.read("Thank you. The team gets these words too.")
    await picture(page, tmp_path / "told.png")

    await panes.get_by_role("button", name="Notes").click()
    notes = page.get_by_role("complementary", name="Notes")
    await expect(notes).to_contain_text(NEIGHBOURS_WORDS, timeout=WAITS)
    await picture(page, tmp_path / "notes.png")


async def test_hide_clears_the_glass_within_a_second(look, tmp_path):
    page = await look(PHONE)
    child = Somebody(page, "sq")
    await child.arrive("Mila", "sq")
    await child.begin("Shqip")
    await child.press("No", "No", "It is about me", "Somebody hits or hurts me", "Done")
    await child.write(CHILDS_WORDS)

    assert await child.seconds_to_hide() < 1.0

    await expect(child.log.locator(".message")).to_have_count(1)
    await expect(child.button("Open")).to_be_visible()
    await picture(page, tmp_path / "hidden.png")
    await child.press("Open")
    await child.read("This is a program, not a person.")  # as for a newcomer: who opens it may be somebody else


async def test_ctrl_c_ends_everything_and_leaves_nothing(browser, tmp_path):
    with a_demo(tmp_path) as demo:
        page = await browser.new_page()
        await page.goto(demo.phones)
        await Somebody(page, "sq").begin("Shqip")
        assert [path.name.startswith("amanet-demo-") for path in demo.temporary.iterdir()] == [True]

        code, seconds, left = demo.ended()

        assert code == 0
        assert left == []
        assert list(demo.temporary.iterdir()) == []
        assert seconds < ENDS_WITHIN
        await page.close()


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path):
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        said: Path = tmp_path / "said.txt"
        (tmp_path / "temporary").mkdir()
        with said.open("wb") as output:
            code = start(port, output, tmp_path / "temporary").wait(30)
    [line] = said.read_text().splitlines()
    assert (code, f"port {port} is in use" in line) == (1, True)
    assert list((tmp_path / "temporary").iterdir()) == []
