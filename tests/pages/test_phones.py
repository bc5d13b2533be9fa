"""The page with two phones, in a browser: what people do there and what they see."""

import asyncio
import json

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from simulator import Simulator, address, serve

pytestmark = pytest.mark.browser


@pytest.fixture
async def sim():
    sim = Simulator()
    sim.add_bot("1:reporter", "reporter_bot", "Care", label="Reporter")
    sim.add_bot("2:officer", "officer_bot", "Duty", label="Officer")
    return sim


@pytest.fixture
async def base(sim):
    runner = await serve(sim, "127.0.0.1", 0)
    yield address(runner)
    await runner.cleanup()


@pytest.fixture
async def page(browser, base):
    """The page with both phones up; whatever the console says is a failure."""
    context = await browser.new_context(viewport={"width": 1400, "height": 940})
    page = await context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto(f"{base}/")
    await expect(page.get_by_role("article")).to_have_count(2)
    yield page
    await context.close()
    assert said == []


async def speak(sim, phone, method="sendMessage", **params):
    """The bot of this phone calls something."""
    done = await sim.call(phone.bot, sim.spec.method(method), {"chat_id": phone.person.id, **params})
    return done.result


async def arrived(phone, count):
    """Wait until the bot has this many updates: a press must not meet a card that was edited meanwhile."""
    async with asyncio.timeout(10):
        while len(phone.bot.queue) < count:
            await asyncio.sleep(0.01)


def phone_of(sim, label):
    return next(phone for phone in sim.phones.values() if phone.bot.label == label)


def place(page, label):
    return page.get_by_role("region", name=label)


def keyboard(*labels):
    return json.dumps({"inline_keyboard": [[{"text": label, "callback_data": label}] for label in labels]})


async def test_a_link_with_a_code_starts_the_chat(page, sim):
    reporter = place(page, "Reporter")
    await reporter.get_by_label("Code in the link").fill("PR-42")
    await reporter.get_by_role("button", name="Open link").click()
    await expect(reporter.get_by_role("log")).to_contain_text("/start PR-42")
    [update] = phone_of(sim, "Reporter").bot.queue
    assert update.update["message"]["text"] == "/start PR-42"


async def test_writing_pressing_and_editing_by_keyboard_alone(page, sim):
    reporter, phone = place(page, "Reporter"), phone_of(sim, "Reporter")
    await reporter.get_by_role("button", name="Start").press("Enter")
    await arrived(phone, 1)
    card = await speak(sim, phone, text="Are you safe?", reply_markup=keyboard("Yes", "No"))
    await reporter.get_by_role("button", name="No", exact=True).press("Enter")
    await arrived(phone, 2)
    await speak(
        sim, phone, "editMessageText", message_id=card["message_id"], text="Call 112.", reply_markup=keyboard("More", "Hide")
    )
    await expect(reporter.get_by_role("log")).to_contain_text("Call 112.")
    await expect(reporter.get_by_role("log")).not_to_contain_text("Are you safe?")
    await expect(reporter.get_by_role("button", name="Hide")).to_be_focused()
    await reporter.get_by_label("Message", exact=True).fill("first words")
    await reporter.get_by_label("Message", exact=True).press("Enter")
    await expect(reporter.get_by_role("log")).to_contain_text("first words")
    own = reporter.locator(".message").filter(has_text="first words")
    await own.get_by_role("button", name="Edit this message").press("Enter")
    await reporter.get_by_label("Message", exact=True).fill("other words")
    await reporter.get_by_label("Message", exact=True).press("Enter")
    await expect(reporter.get_by_role("log")).to_contain_text("other words")
    kinds = [next(kind for kind in pending.update if kind != "update_id") for pending in phone.bot.queue]
    assert kinds == ["message", "callback_query", "message", "edited_message"]


async def test_what_the_bot_deletes_disappears(page, sim):
    reporter, phone = place(page, "Reporter"), phone_of(sim, "Reporter")
    words = await phone.start()
    card = await speak(sim, phone, text="<b>Bold</b> words", parse_mode="HTML", protect_content=True)
    await expect(reporter.locator("strong", has_text="Bold")).to_be_visible()
    await speak(sim, phone, "deleteMessages", message_ids=[words, card["message_id"]])
    await expect(reporter.get_by_role("log")).to_have_text("No messages here")


async def test_text_is_never_markup(page, sim):
    phone = phone_of(sim, "Reporter")
    await phone.start()
    await phone.say("<img src=x onerror=alert(1)>")
    await speak(sim, phone, text="<script>alert(1)</script>")
    log = place(page, "Reporter").get_by_role("log")
    await expect(log).to_contain_text("<script>alert(1)</script>")
    await expect(log.locator("script, img")).to_have_count(0)


async def test_the_lock_screen_shows_what_anybody_beside_the_phone_would_see(page, sim):
    officer, phone = place(page, "Officer"), phone_of(sim, "Officer")
    await phone.start()
    await officer.get_by_role("button", name="Lock", exact=True).click()
    lock = officer.get_by_role("group", name="Lock screen")
    await expect(lock).to_contain_text("No notifications")
    loud = await speak(sim, phone, text="P0 · Gjilan")
    await expect(lock).to_contain_text("P0 · Gjilan")
    await speak(sim, phone, text="quiet", disable_notification=True)
    await expect(lock).to_contain_text("without sound")
    await speak(sim, phone, "deleteMessage", message_id=loud["message_id"])
    await expect(lock).not_to_contain_text("P0 · Gjilan")
    await lock.get_by_role("button", name="Open the chat").click()
    await expect(lock).to_be_hidden()
    await expect(officer.get_by_role("log")).to_contain_text("quiet")


async def test_a_voice_note_is_recorded_and_sent(page, sim):
    reporter, phone = place(page, "Reporter"), phone_of(sim, "Reporter")
    await phone.start()
    await reporter.get_by_role("button", name="Record a voice note").click()
    await expect(reporter.get_by_text("Recording")).to_be_visible()
    await page.wait_for_timeout(700)
    await reporter.get_by_role("button", name="Send the recording").click()
    await expect(reporter.get_by_role("button", name="Play the recording")).to_be_visible()
    voice = phone.chat.messages[phone.screen()[-1].message_id].json["voice"]
    assert voice["file_size"] > 0
    assert voice["mime_type"].startswith("audio/")


async def test_files_are_sent_from_the_menu(page, sim):
    reporter, phone = place(page, "Reporter"), phone_of(sim, "Reporter")
    await phone.start()
    async with page.expect_file_chooser() as chosen:
        await reporter.get_by_role("button", name="Attach").click()
        await reporter.get_by_role("button", name="Voice note from a file").click()
    await (await chosen.value).set_files({"name": "note.ogg", "mimeType": "audio/ogg", "buffer": b"OggS"})
    await expect(reporter.get_by_role("button", name="Play the recording")).to_be_visible()
    await reporter.get_by_role("button", name="Attach").click()
    await reporter.get_by_role("button", name="Location: Prizren").click()
    await expect(reporter.get_by_role("log")).to_contain_text("Location 42.2139")


async def test_answers_to_buttons_and_typing_are_shown(page, sim):
    reporter, phone = place(page, "Reporter"), phone_of(sim, "Reporter")
    await phone.start()
    await speak(sim, phone, "sendChatAction", action="typing")
    await expect(reporter.get_by_text("typing…")).to_be_visible()
    await speak(sim, phone, text="Sure?", reply_markup=keyboard("Yes"))
    async with page.expect_response(lambda answer: answer.request.method == "POST"):
        await reporter.get_by_role("button", name="Yes").click()
    query = [pending.update for pending in phone.bot.queue][-1]["callback_query"]["id"]
    await sim.call(phone.bot, sim.spec.method("answerCallbackQuery"), {"callback_query_id": query, "text": "Noted"})
    await expect(reporter.get_by_role("status").filter(has_text="Noted")).to_be_visible()
    alert = {"callback_query_id": query, "text": "Really", "show_alert": True}
    await sim.call(phone.bot, sim.spec.method("answerCallbackQuery"), alert)
    await expect(page.get_by_role("dialog")).to_contain_text("Really")


async def test_blocking_clearing_and_coming_back(page, sim):
    reporter, phone = place(page, "Reporter"), phone_of(sim, "Reporter")
    await phone.start()
    await reporter.get_by_role("button", name="Clear").click()
    await expect(reporter.get_by_role("log")).to_have_text("No messages here")
    await reporter.get_by_role("button", name="Block").click()
    await expect(reporter.get_by_label("Message", exact=True)).to_have_count(0)
    assert phone.chat.blocked
    await reporter.get_by_role("button", name="Unblock").first.click()
    await expect(reporter.get_by_label("Message", exact=True)).to_be_visible()


async def test_a_second_reporter_has_a_phone_and_a_language_of_their_own(page, sim):
    reporter = place(page, "Reporter")
    await reporter.get_by_role("button", name="New person").click()
    await page.get_by_label("First name").fill("Jovana")
    await page.get_by_label("Language of the phone").select_option("sr")
    await page.get_by_role("button", name="Open the phone").click()
    await expect(reporter.get_by_role("button", name="Jovana sr")).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_role("article", name="Phone of Jovana")).to_be_visible()
    person = [phone.person.json for phone in sim.phones.values()][-1]
    assert (person["first_name"], person["language_code"]) == ("Jovana", "sr")
    await reporter.get_by_role("button", name="Put away").click()
    await expect(reporter.get_by_role("button", name="Jovana sr")).to_have_count(0)


async def test_notes_stand_beside_the_phones(page, sim):
    sim.note("The database", "strings amanet.db", "nothing readable")
    await expect(page.get_by_role("complementary", name="Notes")).to_contain_text("nothing readable")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1400])
async def test_nobody_is_shut_out(browser, base, sim, scheme, width):
    """axe finds nothing, nothing is cut off at 360 pixels, light and dark, with a chat and a lock screen on the stage."""
    reporter = sim.person(first_name="Arta", language_code="sq").open(next(iter(sim.bots.values())))
    officer = sim.person(first_name="Luan").open(list(sim.bots.values())[1])
    sim.show(reporter)
    sim.show(officer)
    await reporter.start("PR-42")
    await officer.start()
    await speak(
        sim, reporter, text="See https://example.org and /help", reply_markup=keyboard("Yes", "No"), protect_content="true"
    )
    await reporter.send_voice(b"OggS")
    await officer.lock()
    await speak(sim, officer, text="P1 · Prizren")
    sim.note("The database", "strings amanet.db", "nothing readable")
    context = await browser.new_context(viewport={"width": width, "height": 780}, color_scheme=scheme, reduced_motion="reduce")
    page = await context.new_page()
    await page.goto(f"{base}/")
    await expect(page.get_by_role("button", name="Yes", exact=True)).to_be_visible()
    panes = ["Reporter", "Officer", "Notes"] if width < 800 else [""]
    for pane in panes:
        if pane:
            await page.get_by_role("navigation").get_by_role("button", name=pane).click()
        found = await Axe().run(page)
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found.response["violations"]] == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await context.close()
