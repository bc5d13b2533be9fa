"""The queue and a case as officers meet them, in a browser, against the real server, with reports out of the simulator.

Every story ends with the console silent, nothing refused by the page's policy, and nothing asked of any other host.
"""

import io
import math
import sqlite3
import struct
import wave
import zlib
from contextlib import closing

import pytest
from playwright.async_api import expect

from tests.pages.desk_stage import DESK, PHONE, WAITS, DeskTown, Officer, Reporter, open_desk_town
from tests.stories.people import IN_DANGER, PRIZREN, TO_THE_WORDS

pytestmark = pytest.mark.browser

WORDS = "Ђорђе ме удара када пије. Бојим се."
HOSTILE = (
    '<img src=x onerror="alert(1)"><script>document.title="taken over"</script>'
    " javascript:alert(1) photo\u202egpj.exe \u2066hidden\u2069 \u200b\u200b שלום <b>bold</b> &lt;i&gt; " + "W" * 400
)
HERE = ("skip", "done", "here", "any", "send", "yes")
"""From the question about the place to the end, with an answer wished for in this chat."""


@pytest.fixture
def sits_down(browser, town):
    async def sits_down(name: str, size: dict[str, int] = DESK, scheme: str = "light") -> Officer:
        return await Officer.sits_down(browser, town, name, size, scheme)

    return sits_down


async def told(town: DeskTown, words: str = WORDS, *rest: str) -> Reporter:
    """A child writes, wishes an answer here, and sends."""
    child = await town.child()
    await child.press(*TO_THE_WORDS)
    await child.say(words)
    await child.press("done", "today", "no", "no", "age_10_13", *(rest or HERE))
    return child


async def test_a_case_is_opened_noted_answered_and_handed_on(town, sits_down, tmp_path):
    ana, besa = await sits_down("Ana"), await sits_down("Besa")
    await told(town)
    await expect(ana.rows).to_have_count(1, timeout=WAITS)
    row = ana.rows.first
    await expect(row).to_contain_text("English")
    await expect(row).to_contain_text("Age: 10 to 13", timeout=WAITS)
    await ana.picture(tmp_path / "queue.png")

    designation = await ana.opens(row)
    await expect(ana.page).to_have_title("Desk")
    answers = ana.entries.filter(has_text="Who is this about?")
    await expect(answers).to_contain_text("It is about me")
    await expect(answers).to_contain_text("Somebody hits or hurts me")
    await expect(ana.entries.filter(has_text="In their own words")).to_contain_text(WORDS)
    await expect(ana.entries.filter(has_text="not sure")).to_have_count(0)

    await ana.page.get_by_label("Internal note").fill("The school knows him.")
    await ana.presses("Keep the note")
    note = ana.entries.filter(has_text="Internal note, never sent")
    await expect(note).to_contain_text("The school knows him.", timeout=WAITS)
    await expect(note).to_contain_text("Ana (supervisor)")
    await ana.presses("Take")
    await ana.is_told("You have taken this case.")

    await ana.page.get_by_label("Message to the reporter").fill("Are you safe tonight?")
    await ana.presses("Send to the reporter")
    message = ana.entries.filter(has_text="Message to the reporter")
    await expect(message).to_contain_text("Are you safe tonight?", timeout=WAITS)
    await expect(message).to_contain_text("To the chat:")
    await expect(ana.page.get_by_label("Message to the reporter")).to_have_value("")

    await ana.presses("Hand over…")
    dialog = ana.page.get_by_role("dialog")
    await dialog.get_by_label("To whom").select_option(label="Besa, on duty")
    await dialog.get_by_label("Note for them").fill("Please go on.")
    await ana.presses("Hand over", dialog)
    await ana.is_told("The case is handed over.")
    await expect(ana.entries.filter(has_text="Handed over to: Besa")).to_be_visible()

    await expect(besa.rows.filter(has_text=designation)).to_contain_text("Taken by you", timeout=WAITS)
    await besa.opens(besa.rows.filter(has_text=designation))
    await expect(besa.entries.filter(has_text="Please go on.")).to_contain_text("Ana (supervisor)")
    await besa.presses("Close…")
    dialog = besa.page.get_by_role("dialog")
    await dialog.get_by_label("What came of it").select_option(label="Help was given")
    await besa.presses("Close the case", dialog)
    await besa.is_told("The case is closed.")
    await besa.presses("Open again")
    await besa.is_told("Opened again.")
    assert await besa.unfit() == []


async def test_a_report_of_markup_and_tricks_shows_as_text(town, sits_down, tmp_path):
    ana = await sits_down("Ana", PHONE)
    await told(town, HOSTILE)
    await ana.opens(ana.rows.first)
    words = ana.entries.filter(has_text="In their own words")
    await expect(words).to_contain_text('<img src=x onerror="alert(1)"><script>document.title="taken over"</script>')
    assert await words.locator("img, script, b, i, a").count() == 0
    assert await words.locator(".c-mark").all_inner_texts() == ["RLO", "LRI", "PDI", "ZWSP +1"]
    await expect(ana.page).to_have_title("Desk")
    assert await ana.unfit() == []
    await ana.picture(tmp_path / "hostile.png", whole=True)


async def test_a_byte_changed_in_the_database_is_a_warning_nobody_can_miss(town, sits_down, tmp_path):
    ana = await sits_down("Ana")
    await told(town)
    await expect(ana.rows).to_have_count(1, timeout=WAITS)
    change_a_byte(town, seq=2)
    await ana.opens(ana.rows.first)
    warning = ana.page.get_by_role("alert").filter(has_text="Something is broken in this case")
    await expect(warning).to_contain_text("Entry 3: This entry was changed")
    await expect(warning).to_be_in_viewport()
    broken = ana.page.locator(".c-broken")
    await expect(broken).to_have_count(1)
    await expect(broken.get_by_role("alert")).to_contain_text("This entry was changed")
    await expect(broken).to_contain_text("not sure")
    assert await ana.unfit() == []
    await ana.picture(tmp_path / "broken.png")


async def test_entries_that_this_browser_saw_and_that_are_gone_are_missed(town, sits_down):
    ana = await sits_down("Ana")
    await told(town)
    await ana.opens(ana.rows.first)
    await ana.page.get_by_label("Internal note").fill("A note that will be gone.")
    await ana.presses("Keep the note")
    await expect(ana.entries.filter(has_text="A note that will be gone.")).to_be_visible(timeout=WAITS)
    kept = await ana.page.evaluate("JSON.stringify({...localStorage})")
    assert all(word not in kept for word in (WORDS, "note", "Ana", "calm"))
    drop_the_last(town)
    await ana.page.get_by_role("link", name="Back to the cases").click()
    await ana.opens(ana.rows.first)
    warning = ana.page.get_by_role("alert").filter(has_text="Something is broken in this case")
    await expect(warning).to_contain_text("Entries that this browser has seen before are missing or changed.", timeout=WAITS)


async def test_a_lost_race_is_sealed_anew_and_no_word_is_lost(town, sits_down):
    ana, besa = await sits_down("Ana"), await sits_down("Besa")
    await told(town)
    await ana.opens(ana.rows.first)
    await besa.opens(besa.rows.first)
    await ana.page.route("**/events*", lambda route: route.abort())
    await ana.page.get_by_label("Internal note").fill("Ana's note.")
    await besa.page.get_by_label("Internal note").fill("Besa's note.")
    await besa.presses("Keep the note")
    await ana.presses("Keep the note")
    for officer in (ana, besa):
        for words in ("Ana's note.", "Besa's note."):
            await expect(officer.entries.filter(has_text=words)).to_have_count(1, timeout=WAITS)
        await expect(officer.page.locator(".c-broken")).to_have_count(0)
    town.faults[:] = [fault for fault in town.faults if "409" not in fault and "ERR_FAILED" not in fault]


async def test_another_team_reads_once_it_is_let_in_and_no_longer_once_it_is_shut_out(town, sits_down):
    ana, cyril = await sits_down("Ana"), await sits_down("Cyril")
    await told(town)
    await expect(ana.rows).to_have_count(1, timeout=WAITS)
    await expect(cyril.page.get_by_text("No case is here.")).to_be_visible()
    await ana.opens(ana.rows.first)
    await ana.presses("Teams…")
    dialog = ana.page.get_by_role("dialog")
    await dialog.get_by_label("Let another team read").select_option(label="Team North")
    await ana.presses("Let them read", dialog)
    await ana.is_told("May read now: Team North")
    await expect(cyril.rows).to_have_count(1, timeout=WAITS)
    await cyril.opens(cyril.rows.first)
    await expect(cyril.entries.filter(has_text="In their own words")).to_contain_text(WORDS)
    await cyril.page.get_by_label("Internal note").fill("Seen in the north.")
    await cyril.presses("Keep the note")
    await expect(ana.entries.filter(has_text="Seen in the north.")).to_be_visible(timeout=WAITS)

    await ana.presses("Teams…")
    await ana.presses("Shut out…", dialog.get_by_role("listitem").filter(has_text="Team North"))
    await ana.presses("Yes, shut out: Team North", dialog)
    await ana.is_told("May no longer read: Team North")
    await expect(ana.entries.filter(has_text="Seen in the north.")).to_contain_text("may not read this case any more")
    await expect(ana.page.get_by_text("Something is broken in this case")).to_have_count(0)
    await cyril.page.get_by_role("link", name="Back to the cases").click()
    await expect(cyril.page.get_by_text("No case is here.")).to_be_visible(timeout=WAITS)
    town.faults[:] = [fault for fault in town.faults if "404 (Not Found)" not in fault]  # the open page asked again


async def test_the_keyboard_and_the_search_find_the_case(town, sits_down, tmp_path):
    ana = await sits_down("Ana")
    await told(town)
    other = await town.child()
    await other.press(*IN_DANGER)
    await expect(ana.rows).to_have_count(2, timeout=WAITS)
    await expect(ana.rows.first).to_contain_text("P0, immediate")
    await expect(ana.rows.first).to_contain_text("Danger was said", timeout=WAITS)

    asked: list[str] = []
    ana.page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    await ana.page.keyboard.press("/")
    await ana.page.keyboard.type("djordje udara")
    await expect(ana.rows).to_have_count(1, timeout=WAITS)
    await expect(ana.rows.locator("mark").first).to_have_text("Ђорђе")
    await ana.picture(tmp_path / "search.png")
    assert not any("jordje" in one for one in asked)
    await ana.page.keyboard.press("Escape")
    await expect(ana.rows).to_have_count(2)

    for key, place in (("j", 0), ("j", 1), ("j", 1), ("k", 0), ("n", 1)):
        await ana.page.keyboard.press(key)
        await expect(ana.rows.nth(place).get_by_role("link")).to_be_focused()
    await ana.page.keyboard.press("k")
    await expect(ana.rows.first.get_by_role("link")).to_be_focused()
    await ana.rows.nth(1).get_by_role("button").first.focus()
    await expect(ana.rows.nth(1).get_by_role("button").first).to_be_focused()
    await ana.page.keyboard.press("t")
    await ana.is_told("You have taken:")
    await expect(ana.rows.nth(1)).to_contain_text("Taken by you", timeout=WAITS)
    await ana.page.keyboard.press("r")
    await expect(ana.page.get_by_label("Message to the reporter")).to_be_focused(timeout=WAITS)
    assert await ana.unfit() == []


async def test_what_is_known_of_a_case_is_changed_with_a_reason_and_linked(town, sits_down):
    ana = await sits_down("Ana")
    await told(town)
    await told(town, "Друга реч.")
    await expect(ana.rows).to_have_count(2, timeout=WAITS)
    await expect(ana.rows.nth(1)).to_contain_text("Age:", timeout=WAITS)
    other = await ana.rows.nth(1).get_by_role("link").text_content() or ""
    await ana.opens(ana.rows.first)
    dialog = ana.page.get_by_role("dialog")

    await ana.presses("Urgency…")
    await dialog.get_by_label("Urgency").select_option("P0")
    await dialog.get_by_label("Reason").fill("He is on his way home.")
    await ana.presses("Change the urgency", dialog)
    await ana.is_told("The urgency is now: P0, immediate")
    await expect(ana.entries.filter(has_text="He is on his way home.")).to_contain_text("Ana (supervisor)")

    await ana.presses("Place…")
    await dialog.get_by_label("Municipality").select_option(label="Prizren")
    await ana.presses("Change the place", dialog)
    await ana.is_told("The place is changed.")

    await ana.presses("Links…")
    await dialog.get_by_label("Name of the other case").fill(other)
    await ana.presses("Link", dialog)
    await ana.is_told(f"Linked with: {other}")
    await ana.page.locator(".c-head").get_by_role("link", name=other).click()
    await expect(ana.page.get_by_role("heading", name=other)).to_be_visible()
    await expect(ana.entries.filter(has_text="Linked, same reporter:")).to_be_visible(timeout=WAITS)
    await ana.presses("Links…")
    await ana.presses("Take the link back", dialog)
    await ana.is_told("No longer linked with:")

    await ana.presses("Emergency contacts")
    await expect(dialog.get_by_role("button", name="112")).to_have_attribute("href", "tel:112")
    await ana.presses("Close", dialog.locator("header"))
    await ana.presses("Snooze…")
    await ana.presses("Until a reply", dialog)
    await ana.is_told("Put aside until a reply.")
    await expect(ana.page.get_by_text("Something is broken")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_both_pages_fit_a_small_phone_and_every_reader(town, sits_down, tmp_path, scheme):
    cyril = await sits_down("Cyril", PHONE, scheme)  # the team of the place
    await told(town, WORDS, *PRIZREN, "no", "done", "receipt", "send", "yes")
    await expect(cyril.rows.first).to_contain_text("Age:", timeout=WAITS)
    assert await cyril.unfit() == []
    await cyril.picture(tmp_path / f"queue-{scheme}.png")
    await cyril.opens(cyril.rows.first)
    await cyril.page.get_by_label("Internal note").fill("x")
    await cyril.presses("Keep the note")
    await expect(cyril.entries.filter(has_text="Internal note, never sent")).to_be_visible(timeout=WAITS)
    assert await cyril.unfit() == []
    await cyril.picture(tmp_path / f"case-{scheme}.png", whole=True)
    for dialog in ("Emergency contacts", "Urgency…", "Place…", "Teams…", "Links…", "Snooze…", "Close…"):
        await cyril.presses(dialog)
        await expect(cyril.page.get_by_role("dialog")).to_be_visible()
        assert await cyril.unfit() == []
        await cyril.presses("Close", cyril.page.get_by_role("dialog").locator("header"))


async def test_a_voice_is_played_and_a_picture_is_blurred_until_asked_for(browser, tmp_path):
    async with open_desk_town(tmp_path / "deployment", attachments="all") as town:
        ana = await Officer.sits_down(browser, town, "Ana", DESK)
        child = await town.child()
        await child.press(*TO_THE_WORDS)
        await child.phone.send_media("voice", a_tone())
        await child.hears("The voice message is kept.")
        await child.phone.send_media("photo", a_picture())
        await child.phone.heard(lambda shown: not any(one.mine for one in shown))
        await child.press("done", "today", "no", "no", "age_10_13", *HERE)
        await ana.opens(ana.rows.first)

        voice = ana.entries.filter(has_text="Voice message")
        await ana.presses("Open the voice message", voice)
        await ana.presses("Play", voice)
        await expect(voice.get_by_role("button", name="Pause")).to_be_visible(timeout=WAITS)
        await expect(voice.get_by_label("Place in the recording")).not_to_have_js_property("value", "0")
        await expect(voice.get_by_role("button", name="Play")).to_be_visible(timeout=WAITS)

        picture = ana.entries.filter(has_text="Picture")
        await ana.presses("Open the picture, blurred", picture)
        image = picture.get_by_role("img")
        await expect(image).to_have_class("c-blurred")
        assert (await image.get_attribute("src")).startswith("data:image/")
        assert await image.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 64
        await ana.picture(tmp_path / "files.png", whole=True)
        await ana.presses("Show it clearly", picture)
        await expect(image).to_have_class("")
        assert await ana.unfit() == []
        assert town.faults == []


async def test_a_lock_forgets_what_was_opened(town, sits_down):
    ana = await sits_down("Ana")
    await told(town)
    await ana.opens(ana.rows.first)
    await ana.presses("Lock")
    await expect(ana.page.locator("body")).not_to_contain_text(WORDS)


def a_tone() -> bytes:
    """Two seconds of a tone."""
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8000)
        written.writeframes(b"".join(struct.pack("<h", int(8000 * math.sin(at / 5))) for at in range(16000)))
    return file.getvalue()


def a_picture() -> bytes:
    """A red square of 64 by 64, as PNG (W3C, "Portable Network Graphics")."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = zlib.compress((b"\0" + b"\xdc\x14\x3c" * 64) * 64)
    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def change_a_byte(town: DeskTown, seq: int) -> None:
    """What a thief of the database may do: change a byte of an entry's body."""
    with closing(sqlite3.connect(town.file)) as database, database:
        (body,) = database.execute("SELECT body FROM entry WHERE seq = ?", (seq,)).fetchone()
        database.execute("UPDATE entry SET body = ? WHERE seq = ?", (body[:-1] + bytes([body[-1] ^ 1]), seq))


def drop_the_last(town: DeskTown) -> None:
    """Take the newest entry away, and set the index back, so that nothing at the server tells of it."""
    with closing(sqlite3.connect(town.file)) as database, database:
        (last,) = database.execute("SELECT max(seq) FROM entry").fetchone()
        database.execute("DELETE FROM entry WHERE seq = ?", (last,))
        (before,) = database.execute("SELECT hash FROM entry WHERE seq = ?", (last - 1,)).fetchone()
        database.execute("UPDATE report_case SET head_seq = head_seq - 1, head_hash = ?, read_seq = ?", (before, last - 1))
