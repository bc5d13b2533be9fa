"""Whatever is thrown at the reporters' bot: a right answer or a quiet refusal, no word lost, no chat stuck, nothing in the logs.

One deployment for each way in which updates come; when its tests are over, what they left in its logs is looked through.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sealing.encoding import unb64u
from storage.database import Database
from storage.encrypted import AtRestKeys
from tests.attacks.phones import at_the_first_question, choose, codes, is_answered, tell, walk, words_of_the_new_case
from tests.attacks.siege import Siege, besieged
from tests.attacks.spoiled import STEM, strange_updates
from tests.stories.town import REPORTER

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(150)]

PRISHTINA, PARIS = (42.6629, 21.1655), (48.8566, 2.3522)
WORDS = (
    "\u202etxet desrever\u202c \u2066mixed\u2069",
    "\u200b\u200b\u2060",
    "zero\u200bwidth\u200djoined\ufeff",
    "half \ud83d of a letter \udc00 and another",
    "nothing\x00inside",
    "\x01\x02\x1b[31m red \x7f",
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿🇽🇰",
    "z̴̡̛͈̣̮͓̈́a̷͙͐l̶̰̈́g̵̱͑o̴̰͑" * 40,
    "{emergency} {words} {0} {receipt} %s %(x)s ${x} {{}} {",
    "<b>bold</b> <script>alert(1)</script> &amp; *star* _under_ `tick` [link](tg://user?id=1)",
    "'; DROP TABLE session; --",
    '{"kind":"status","status":"withdrawn"}',
    "1:yes",
    "//not a command",
    "/ not a command either",
    "/hide\u200b",
    "／hide",
    "a" * 4096,
    "😀" * 4096,
    "\n\n\n words after empty lines \n\n\n",
    "ЖЂЋЏ шђжћџ ëçËÇ ćčžšđ İıß ﬀ ﷽",
    "９１２ ①② ٣٤",
    "http://example.org/ @somebody #tag /command inside",
)
"""What is sent as words and must stand in the case as it was sent; halves of letters are replaced, what stands at the ends is trimmed."""


@pytest_asyncio.fixture(
    loop_scope="module",
    scope="module",
    params=["polling", "webhook"],
)
async def siege(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Siege]:
    async with besieged(tmp_path_factory.mktemp(request.param), telegram_updates=request.param) as town:
        yield town
        town.assert_quiet()
        assert STEM not in town.logs.read_text()


def _as_kept(text: str) -> str:
    """A text as a case holds it: halves of letters replaced, nothing empty at its ends."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


# Words ----------------------------------------------------------------------------------------------------------------------


async def test_every_word_of_fifty_messages_at_once_is_in_the_case(siege: Siege) -> None:
    phone = await at_the_first_question(siege)
    said = [f"{STEM} {at} " + "x" * at for at in range(50)]
    await asyncio.gather(*(phone.say(text) for text in said))
    await phone.settled(30)

    words, _ = await words_of_the_new_case(siege, lambda: choose(phone, "yes"))

    assert words == [text.strip() for text in said]
    await is_answered(phone)


async def test_odd_words_are_in_the_case_as_they_were_sent_and_no_card_breaks(siege: Siege) -> None:
    phone = await at_the_first_question(siege)
    await tell(phone, *WORDS)
    await walk(phone, "words")
    card = await choose(phone, "words")
    assert len(card.text.encode("utf-16-le")) // 2 <= 4096

    words, _ = await words_of_the_new_case(siege, lambda: choose(phone, "send", "yes"))

    assert words == [_as_kept(text) for text in WORDS]
    await is_answered(phone)


@pytest.mark.parametrize(
    "payload", ["", "x" * 64, "x" * 3000, "../../etc", "a b c", "\x00", "\u202e", "{emergency}", "😀", "-" * 64, "%00"]
)
async def test_a_start_link_with_rubbish_in_it_is_answered(siege: Siege, payload: str) -> None:
    phone = siege.child("en")
    await phone.start(payload)
    await phone.heard(lambda shown: any(one.buttons for one in shown))
    await is_answered(phone)


async def test_what_is_corrected_is_kept_beside_what_was_said(siege: Siege) -> None:
    phone = await at_the_first_question(siege)
    await phone.say("first")
    await phone.edit("second")
    await phone.edit("/hide")
    await choose(phone, "open")

    words, _ = await words_of_the_new_case(siege, lambda: choose(phone, "en", "yes"))

    assert {"first", "second"} <= set(words)


# Things ---------------------------------------------------------------------------------------------------------------------


async def test_things_that_cannot_be_taken_are_refused_kindly_and_their_words_are_kept(siege: Siege) -> None:
    phone = await at_the_first_question(siege)
    await phone.album([b"one", b"two", b"three"], caption="words of an album")
    await phone.sticker()
    await phone.send_contact("+38344000000", "Somebody")
    await phone.poll("a question?", ["yes", "no"])
    await phone.send_document(b"%PDF", name="../../etc/passwd", caption="words of a file")
    await phone.send_document(b"big", size=30 << 20, caption="words of a large file")
    await phone.send_media("animation", b"GIF", caption="words of a film")
    await phone.forward("forwarded words", author_id=5)
    await phone.settled(30)
    await phone.heard("Thank you")

    words, opened = await words_of_the_new_case(siege, lambda: choose(phone, "yes"))

    captions = ["words of an album", "words of a file", "words of a large file", "words of a film"]
    assert sorted(words) == sorted([*captions, "forwarded words"])
    assert [one for one in words if one in captions] == captions
    assert opened["blobs"] == []
    assert not any("38344000000" in json.dumps(entry) for entry in opened["entries"])
    await is_answered(phone)


async def test_a_voice_note_is_kept_whatever_comes_in_the_same_second(siege: Siege) -> None:
    phone = await at_the_first_question(siege)
    await phone.send_voice(b"OggS" + bytes(range(256)) * 300)
    await phone.sticker()
    await phone.send_voice(b"too large", size=25 << 20)
    await phone.send_voice(b"")
    await phone.settled(30)

    _, opened = await words_of_the_new_case(siege, lambda: choose(phone, "yes"))

    attachments = [entry["plaintext"] for entry in opened["entries"] if entry["plaintext"]["kind"] == "attachment"]
    assert len(attachments) == len(opened["blobs"]) <= 2
    assert max(blob["size"] for blob in opened["blobs"]) == 4 + 256 * 300
    assert all(len(unb64u(one["blob_id"])) == 16 for one in attachments)
    await is_answered(phone)


async def test_a_place_outside_the_country_is_no_place_and_one_inside_is_asked_about(siege: Siege) -> None:
    inside, outside = await at_the_first_question(siege), await at_the_first_question(siege)
    await inside.send_location(*PRISHTINA)
    await inside.heard("Prishtin")
    await outside.send_location(*PARIS)
    await outside.heard("exact place was not stored")
    await choose(inside, "yes")
    for phone in (inside, outside):
        await is_answered(phone)


# Presses --------------------------------------------------------------------------------------------------------------------


async def test_presses_made_up_by_hand_send_nothing_delete_nothing_and_leave_the_question_there(siege: Siege) -> None:
    phone = await at_the_first_question(siege)
    await tell(phone, f"{STEM} before")
    sprint = int((phone.card().buttons[0].data or "").partition(":")[0])
    made_up = [
        "",
        ":",
        "x",
        "yes",
        "1:",
        ":yes",
        "-1:yes",
        "999999999999:yes",
        "1" * 60,
        "1:" + "z" * 62,
        "\x00",
        "１:yes",
        "1:\x00",
    ]
    made_up += [
        f"{at}:{code}" for at in (0, 1, sprint - 1, sprint + 1) for code in ("yes", "send", "withdraw", "forget", "delete")
    ]
    made_up += [
        f"{sprint}:{code}" for code in ("send", "withdraw", "delete", "page:next", "page:-1", "region:x", "area:42", "sq:sq", "")
    ]
    made_up += [f"{sprint}:yes ", f" {sprint}:yes", f"+{sprint}:yes", f"0{sprint}:nothing", "💥" * 16]
    before = await siege.cases()
    for data in made_up:
        await phone.press_gone(phone.card().message_id, data)
        await phone.press_gone(999_999, data)
    await phone.settled(30)
    assert await siege.cases() == before
    assert {"yes", "no", "unsure"} <= set(codes(phone.card()))

    words, _ = await words_of_the_new_case(siege, lambda: choose(phone, "yes"))

    assert words == [f"{STEM} before"]
    await is_answered(phone)


# Poison ---------------------------------------------------------------------------------------------------------------------


async def test_an_update_that_always_fails_is_set_aside_after_five_times_and_the_chat_goes_on(siege: Siege) -> None:
    phone, other = await at_the_first_question(siege), await at_the_first_question(siege)
    failed = await siege.counted("amanet_updates_set_aside_total")
    number = siege.poison_the_next()

    await phone.say(f"{STEM} poison")
    await phone.say(f"{STEM} behind it")
    await tell(other, "meanwhile")
    await phone.settled(60)

    assert await siege.counted("amanet_updates_set_aside_total") == failed + 1
    (kept,) = await _set_aside(siege, number)
    assert f"{STEM} poison" in kept
    words, _ = await words_of_the_new_case(siege, lambda: choose(phone, "yes"))
    assert words == [f"{STEM} behind it"]
    await phone.say("/hide")
    await phone.heard(lambda shown: len(shown) == 1 and STEM not in shown[0].text)
    await is_answered(phone)


async def _set_aside(siege: Siege, number: int) -> list[str]:
    keys = AtRestKeys(intake=siege.settings.secret("intake_key"))
    database = await Database.open(siege.settings.database, keys=keys, rng=random.randbytes)
    try:
        every = await database.read(lambda tx: tx.set_aside.every(100))
    finally:
        await database.close()
    return [(one.body or b"").decode() for one in every if one.update_id == number and one.attempts >= 1]


# Updates that nobody would send ---------------------------------------------------------------------------------------------


async def test_updates_that_nobody_would_send_hold_nobody_up(siege: Siege) -> None:
    """Posted at length in `test_forged_posts.py`; here some of them come among others, the way this deployment gets its updates."""
    phone = await at_the_first_question(siege)
    bot = siege.sim.bots[REPORTER]
    for update in random.Random(1).sample(list(strange_updates()), 200):
        siege.sim.inject(bot, {key: part for key, part in update.items() if key != "update_id"}, lane=1)
    if siege.settings.telegram_updates == "polling":
        for number in (None, "x", 1.5, True, [], -1):
            siege.sim.inject(bot, {"update_id": number, "message": {}}, lane=1)
    await is_answered(phone)
    await phone.settled(60)
