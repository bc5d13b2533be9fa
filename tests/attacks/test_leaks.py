"""Fifty conversations with marked people, marked words and marked files; then every byte that the program left is read.

The program runs as `run` runs it, at LOG_LEVEL=DEBUG, while calls fail now and then. Looked through are the database, its journals, the
attachments, the logs and what was put into the temporary folder: while it runs, and after it ended.
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.officers import add_officer, set_duty
from simulator.faults import Fault
from simulator.people import Phone
from tests.attacks.phones import choose, tell, walk
from tests.attacks.scanner import Mark, files_below, forms, scan, scan_short, short_forms
from tests.attacks.siege import Siege, besieged
from tests.stories.town import OFFICER, REPORTER

STEM = "qyvxwjzk"
"""In every name, word and file: whoever finds nothing of it finds none of them."""
STEMS = {"en": STEM, "sq": f"{STEM} zëçqëxhjë", "sr": f"{STEM} шђжћџљњ"}
FIRST_ID = 0x1A5C3E7B91D5
"""Telegram's ids have up to 52 bits; these have 45, so that all of their forms are unmistakable."""
PHONE_NUMBER = "+383447192837465"
PLACE = (42.662137, 21.164718)
OUTSIDE = (48.858373, 2.294481)
CHILDREN = 50
AT_ONCE = 10
LANGUAGES = {"sq": "sq", "sr": "sr_cyrl", "en": "en"}
SECRETS = ("intake_key", "relay_key", "receipt_pepper", "intake_signing_key", "desk_key")


class Marked:
    """The marks of one run, collected as they are made."""

    def __init__(self) -> None:
        self.marks: set[Mark] = {STEM, "zëçqëxhjë", "шђжћџљњ", PHONE_NUMBER, PHONE_NUMBER[1:], *PLACE, *OUTSIDE}
        self.numbers: list[int] = []

    def number(self, at: int) -> int:
        """An account's id."""
        number = FIRST_ID + at * 0x2F1D7B3
        self.numbers.append(number)
        self.marks.add(number)
        return number

    def sent(self, phone: Phone, message_id: int) -> None:
        """Remember by which id Telegram would hand a file out."""
        json = phone.chat.messages[message_id].json
        for part in json.values():
            for one in part if isinstance(part, list) else [part]:
                if isinstance(one, dict) and "file_id" in one:
                    self.marks |= {one["file_id"], one["file_unique_id"]}


async def sends_with_a_receipt(phone: Phone, marked: Marked, words: str) -> None:
    await tell(phone, words)
    await walk(phone, "receipt")
    await choose(phone, "receipt", "send", "yes")
    card = await phone.heard(lambda shown: next((one for one in shown if _digits(one.text)), None))
    marked.marks |= {_digits(card.text), _grouped(_digits(card.text))}
    await tell(phone, f"{words} after")


async def sends_and_wants_an_answer_here(phone: Phone, marked: Marked, words: str) -> None:
    await tell(phone, words)
    await walk(phone, "here")
    await choose(phone, "here", "evening", "send", "yes")


async def walks_away(phone: Phone, marked: Marked, words: str) -> None:
    await tell(phone, words, f"{words} again")
    await walk(phone, "me")


async def hides(phone: Phone, marked: Marked, words: str) -> None:
    await tell(phone, words)
    await choose(phone, "hide")
    await tell(phone, f"{words} later")


async def types_a_safe_word(phone: Phone, marked: Marked, words: str) -> None:
    await choose(phone, "help", "safe_word")
    await tell(phone, f"{STEM}safe")
    await tell(phone, words, f"{STEM}safe")


async def is_forgotten(phone: Phone, marked: Marked, words: str) -> None:
    await tell(phone, words)
    await choose(phone, "help", "forget", "yes")


async def takes_it_back(phone: Phone, marked: Marked, words: str) -> None:
    await tell(phone, words)
    await walk(phone, "send")
    await choose(phone, "send", "yes", "withdraw", "yes")


async def is_in_danger(phone: Phone, marked: Marked, words: str) -> None:
    await choose(phone, "yes")
    await tell(phone, words, f"help me {words}")


async def speaks(phone: Phone, marked: Marked, words: str) -> None:
    for at in range(2):
        marked.sent(phone, await phone.send_voice(words.encode() * 2000))
        await phone.settled(30)
        if at == 0:
            await choose(phone, "yes")


async def sends_all_sorts(phone: Phone, marked: Marked, words: str) -> None:
    await phone.send_contact(PHONE_NUMBER, words, own=True)
    await phone.send_location(*PLACE)
    await phone.send_location(*OUTSIDE)
    marked.sent(phone, await phone.send_photo(words.encode(), caption=words))
    marked.sent(phone, await phone.send_document(words.encode(), name=f"{words}.pdf", caption=words))
    await phone.poll(words, [words, f"{words}!"])
    await phone.forward(words, author=words, author_id=marked.numbers[-1])
    await phone.sticker()
    await phone.say(words)
    await phone.edit(f"{words} corrected")
    await phone.say(f"he has a knife {words}")
    await phone.press_gone(1, f"1:{STEM}")
    await phone.block()
    await phone.start(STEM)
    await phone.settled(30)


KINDS: tuple[Callable[[Phone, Marked, str], Awaitable[None]], ...] = (
    sends_with_a_receipt,
    sends_and_wants_an_answer_here,
    walks_away,
    hides,
    types_a_safe_word,
    is_forgotten,
    takes_it_back,
    is_in_danger,
    speaks,
    sends_all_sorts,
)


async def _converse(siege: Siege, marked: Marked, at: int, turnstile: asyncio.Semaphore) -> None:
    async with turnstile:
        language, button = list(LANGUAGES.items())[at % len(LANGUAGES)]
        phone = siege.child(
            language,
            id=marked.number(at),
            first_name=f"{STEM} first {at}",
            last_name=f"{STEM} last {at}",
            username=f"{STEM}_{at}",
        )
        await phone.start(f"{STEM}_{at}")
        await choose(phone, button)
        await KINDS[at % len(KINDS)](phone, marked, f"{STEMS[language]} {at}")


async def _officers(siege: Siege, marked: Marked) -> None:
    """Two officers with marked names, of whom one links a telephone, and a stranger who tries a code."""
    ids = []
    for at in range(2):
        told = await add_officer(
            siege.settings, f"{STEM} officer {at}", teams=("national",), language="en", supervisor=False, now=siege.now()
        )
        words = told.split()
        ids.append(words[1])
        code = words[3]
        marked.marks |= {code, code.lower()}
        if at == 0:
            phone = _officers_phone(siege, marked, 100)
            await phone.start(code)
            await phone.heard("linked")
    await set_duty(siege.settings, "national", (ids[0],), kind="duty", now=siege.now())
    stranger = _officers_phone(siege, marked, 101)
    await stranger.start(f"{STEM}code")
    await stranger.say(STEM)


def _officers_phone(siege: Siege, marked: Marked, at: int) -> Phone:
    person = siege.sim.person(id=marked.number(at), first_name=STEM, last_name=STEM, username=f"{STEM}{at}", language_code="en")
    return person.open(siege.sim.bots[OFFICER])


def _trouble(siege: Siege) -> None:
    """Let calls fail in every way: what fails is what gets logged."""
    faults = siege.sim.faults
    for method in ("sendMessage", "editMessageText", "deleteMessages", "answerCallbackQuery", "getFile"):
        for how, code in (("answer", 502), ("drop_after", 500), ("garbage", 502)):
            faults.add(Fault(method=method, how=how, code=code, description=f"Bad Gateway: {STEM}"))  # type: ignore[arg-type]
        faults.add(Fault(method=method, retry_after=1))
    for method in ("deleteMessages", "answerCallbackQuery", "getFile"):
        faults.add(Fault(method=method, code=400, description=f"Bad Request: {STEM}"))
    for method in ("getUpdates", "file"):
        faults.add(Fault(method=method, code=502))
        faults.add(Fault(method=method, how="drop"))


def _digits(text: str) -> str:
    """The 20 digits of a receipt on a card, or nothing."""
    words = text.replace("\n", " ").split(" ")
    runs = [words[at : at + 5] for at in range(len(words) - 4)]
    return next(("".join(run) for run in runs if all(len(word) == 4 and word.isdigit() for word in run)), "")


def _grouped(digits: str) -> str:
    return " ".join(digits[at : at + 4] for at in range(0, 20, 4))


def _places(siege: Siege) -> list[Path]:
    return files_below(siege.data, siege.logs, siege.temporary)


@pytest.mark.timeout(200)
async def test_fifty_conversations_leave_no_mark_anywhere(tmp_path: Path) -> None:
    marked = Marked()
    async with besieged(tmp_path) as siege:
        marked.marks |= {one for token in (REPORTER, OFFICER) for one in (token, token.partition(":")[2])}
        marked.marks |= {siege.settings.secret(name) for name in SECRETS} | {siege.secret}
        await _officers(siege, marked)
        _trouble(siege)
        turnstile = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(_converse(siege, marked, at, turnstile) for at in range(CHILDREN)))
        unlucky = siege.child(id=marked.number(200), first_name=STEM)
        siege.poison_the_next()
        await unlucky.say(STEM)
        await unlucky.settled(30)
        siege.sim.faults.add(Fault(method="editMessageText", code=400, description=f"Bad Request: {STEM}"))
        await unlucky.say(f"{STEM} again")
        await unlucky.settled(30)

        running = _places(siege)
        cases, aside = await siege.cases(), await siege.counted("amanet_updates_set_aside_total")
        found = [*scan(marked.marks, running), *scan_short(marked.numbers, running)]
        assert await siege.stop() == 0
        ended = _places(siege)
        found += [*scan(marked.marks, ended), *scan_short(marked.numbers, ended)]

        assert found == []
        assert aside == 1
        assert len(cases) >= CHILDREN // 2
        assert sum(one.name.endswith("-wal") for one in running) == 1
        assert 1 <= sum(one.parent.parent.name == "blobs" for one in ended) < 10
        assert sum(bool(_digits(str(mark))) for mark in marked.marks) == 5
        assert len(siege.lines()) > 20


@pytest.mark.parametrize(
    "mark", [STEM, "zëçqëxhjë", "шђжћџљњ", FIRST_ID, PLACE[0], random.Random(7).randbytes(32), "ABCDEFGHIJKLMNOPQRSTUVWX"]
)
def test_the_scanner_finds_a_mark_in_every_form_wherever_it_stands(mark: Mark, tmp_path: Path) -> None:
    noise = random.Random(3)
    for form, content in forms(mark).items():
        for before in (0, 1, 4095, 70_000):
            file = tmp_path / "data.db"
            file.write_bytes(noise.randbytes(before) + content + noise.randbytes(1000))
            assert form in {finding.form for finding in scan([mark], [file])}


def test_the_scanner_finds_what_base64_makes_of_a_mark_inside_a_longer_text(tmp_path: Path) -> None:
    import base64

    file = tmp_path / "data.db"
    for before in range(7):
        inside = b"x" * before + STEM.encode() + b"yz"
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            file.write_bytes(encode(inside))
            assert scan([STEM], [file])


def test_the_scanner_finds_a_mark_that_sqlite_wrote(tmp_path: Path) -> None:
    file = tmp_path / "data.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE leak (chat INTEGER, said TEXT)")
        connection.execute("INSERT INTO leak VALUES (?, ?)", (FIRST_ID, f"at {time.time()}: {STEM}"))
    connection.close()

    found = scan([FIRST_ID, STEM], [file])

    assert {(one.mark, one.form) for one in found} >= {(repr(FIRST_ID), "6 bytes be"), (repr(STEM), "plain")}


def test_the_scanner_finds_a_column_of_numbers_cut_to_four_bytes_and_passes_one_over(tmp_path: Path) -> None:
    file, numbers = tmp_path / "data.db", [FIRST_ID + at * 7919 for at in range(5)]
    file.write_bytes(b"".join(short_forms(number)["4 bytes le"] for number in numbers))
    assert len(scan_short(numbers, [file])) == len(numbers)
    file.write_bytes(short_forms(numbers[0])["4 bytes le"])
    assert scan_short(numbers, [file]) == []


def test_the_scanner_finds_a_mark_in_a_files_name(tmp_path: Path) -> None:
    file = tmp_path / f"{STEM}.partial"
    file.write_bytes(b"")
    assert scan([STEM], files_below(tmp_path))
