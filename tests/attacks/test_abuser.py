"""Somebody else picks up the phone: after hiding, after the safe word, after a quarter of an hour, nothing of what was said is there.

Conversations stand at every place where they can stand, and are hidden in every way. Whoever picks the phone up looks at the screen and
the lock screen, presses every button that ever was there, gives every command, and walks through the questions to the list.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from handlers.officer.telegram import buttons
from locales.catalogue import Catalogue
from simulator.faults import Fault
from simulator.people import Phone
from tests.attacks.phones import choose, codes, tell, walk
from tests.stories.town import Town, open_town

STEM = "qyvxwjzk"
SAFE_WORD = "mollëkuqe"
IDLE = 15 * 60
QUIET_WITHIN = 20.0
LANGUAGES = {"sq": "sq", "sr-Cyrl": "sr_cyrl", "en": "en"}
WORDS = {"sq": f"më rrahin {STEM}", "sr-Cyrl": f"бије ме {STEM}", "en": f"they beat me {STEM}"}
RISKS = {"sq": f"ai ka një thikë {STEM}", "sr-Cyrl": f"он има нож {STEM}", "en": f"he has a knife {STEM}"}
COMMANDS = ("/start", "/help", "/language", "/back", "help", "112", "/start x")
VIOLENT = (
    *("violen", "abus", "danger", "polic", "hit", "hurt", "beat", "kill", "rape", "harm", "victim", "knife", "protect", "report"),
    *("dhun", "abuz", "rrezik", "polic", "rrah", "godit", "lëndo", "vras", "viktim", "thik", "mbrojt", "raport", "keqtrajt"),
    *("nasil", "zlostav", "opasn", "polic", "udara", "povre", "ubi", "žrtv", "nož", "zaštit", "prijav"),
    *("насил", "злостав", "опасн", "полиц", "удара", "повре", "уби", "жртв", "нож", "заштит", "пријав"),
)
"""Beginnings of words that no first line may hold: the first line is what a list of chats and a lock screen show."""


@dataclass
class Secrets:
    """What must not be seen again: `said` anywhere, `answered` in the text of a card (its question offers it again)."""

    said: set[str] = field(default_factory=lambda: {STEM, SAFE_WORD})
    answered: set[str] = field(default_factory=set)


Stage = Callable[[Phone, Secrets, str], Awaitable[Any]]


async def at_the_door(phone: Phone, secrets: Secrets, language: str) -> None:
    await tell(phone, WORDS[language])


async def while_telling(phone: Phone, secrets: Secrets, language: str) -> None:
    await _tick(phone, secrets)
    await tell(phone, WORDS[language], f"{WORDS[language]} two")


async def asked_about_a_risk(phone: Phone, secrets: Secrets, language: str) -> None:
    await walk(phone, "me")
    await tell(phone, RISKS[language])


async def after_danger(phone: Phone, secrets: Secrets, language: str) -> None:
    await choose(phone, "yes")
    await tell(phone, WORDS[language])


async def reading_the_words_again(phone: Phone, secrets: Secrets, language: str) -> None:
    await _tick(phone, secrets)
    await tell(phone, WORDS[language])
    await walk(phone, "words")
    card = await choose(phone, "words")
    assert STEM in card.text
    assert any(one in card.text for one in secrets.answered)


async def with_a_receipt(phone: Phone, secrets: Secrets, language: str) -> None:
    await tell(phone, WORDS[language])
    await walk(phone, "receipt")
    await choose(phone, "receipt", "send", "yes")
    card = await phone.heard(lambda shown: next((one for one in shown if _receipt(one.text)), None))
    secrets.said.add(_receipt(card.text))


async def naming_the_place(phone: Phone, secrets: Secrets, language: str) -> None:
    await walk(phone, "region:prizren")
    await tell(phone, f"Dragash {STEM}")


async def looking_for_help(phone: Phone, secrets: Secrets, language: str) -> None:
    await tell(phone, WORDS[language])
    await choose(phone, "help", "language")


async def having_spoken(phone: Phone, secrets: Secrets, language: str) -> None:
    await phone.send_voice(STEM.encode() * 100)
    await phone.send_photo(b"picture", caption=WORDS[language])
    await phone.settled()


STAGES: tuple[Stage, ...] = (
    at_the_door,
    while_telling,
    asked_about_a_risk,
    after_danger,
    reading_the_words_again,
    with_a_receipt,
    naming_the_place,
    looking_for_help,
    having_spoken,
)


async def by_the_button(phone: Phone) -> None:
    await _press(phone, "hide")


async def by_command(phone: Phone) -> None:
    await phone.say("/hide")


async def by_the_safe_word(phone: Phone) -> None:
    await phone.say(SAFE_WORD.upper())


async def by_an_old_button(phone: Phone) -> None:
    await phone.press_gone(phone.card().message_id, "1:hide")


async def by_waiting(phone: Phone) -> None:
    """Nothing: the clock does it."""


WAYS = (by_the_button, by_command, by_the_safe_word, by_an_old_button)


def _ways(at: int) -> tuple[Callable[[Phone], Awaitable[None]], ...]:
    """How a conversation at the place of this number is hidden: two of the four ways in turn, and by waiting."""
    return WAYS[at % len(WAYS)], WAYS[(at + 1 + at // len(WAYS)) % len(WAYS)], by_waiting


@dataclass
class Case:
    """One phone: where the conversation stood, how it was hidden, what must not be seen."""

    phone: Phone
    stage: Stage
    way: Callable[[Phone], Awaitable[None]]
    language: str
    secrets: Secrets = field(default_factory=Secrets)
    calls_before: int = 0

    def __str__(self) -> str:
        return f"{self.stage.__name__}, hidden {self.way.__name__}, {self.language}"


@asynccontextmanager
async def _conversations(folder: Path) -> AsyncIterator[tuple[Town, list[Case], Phone]]:
    """Every place by three ways to hide, waiting among them, the languages in turn, each up to the moment when somebody comes in."""
    async with open_town(folder) as town:
        officer = await town.officer()
        cases = []
        pairs = [(stage, way) for number, stage in enumerate(STAGES) for way in _ways(number)]
        for at, (stage, way) in enumerate(pairs):
            language = list(LANGUAGES)[at % len(LANGUAGES)]
            cases.append(Case(phone=town.child(language[:2]), stage=stage, way=way, language=language))
        await asyncio.gather(*(_come_to(case) for case in cases))
        yield town, cases, officer


async def _come_to(case: Case) -> None:
    await case.phone.start()
    await choose(case.phone, LANGUAGES[case.language])
    if case.way is by_the_safe_word:
        await choose(case.phone, "help", "safe_word")
        await tell(case.phone, SAFE_WORD)
        await choose(case.phone, "go_on")
    await case.stage(case.phone, case.secrets, case.language)


@pytest.mark.timeout(150)
async def test_whoever_picks_up_the_phone_sees_nothing_of_what_was_said(tmp_path: Path) -> None:
    async with _conversations(tmp_path) as (town, cases, officer):
        await asyncio.gather(*(case.phone.lock() for case in cases))
        await asyncio.gather(*(case.way(case.phone) for case in cases if case.way is not by_waiting))
        await _all_neutral([case for case in cases if case.way is not by_waiting])
        town.offset += IDLE + 1
        await _all_neutral(cases)
        await _officer_takes_everything(officer)
        await asyncio.sleep(1.5)
        await _all_neutral(cases)

        for case in cases:
            case.calls_before = len(town.sim.calls)
            await case.phone.unlock()
        await asyncio.gather(*(_pry(town, case) for case in cases))

        first_lines = {line for call in _cards(town) if (line := call.params["text"].splitlines()[0])}
        violent = {line for line in first_lines if any(word.startswith(VIOLENT) for word in line.casefold().split())}
        assert violent == set()
        assert len(first_lines) > 20
        sent = [call.params for call in town.sim.calls.of("sendMessage", bot="write_here_bot")]
        assert {(one.get("disable_notification"), one.get("protect_content")) for one in sent} == {(True, True)}


async def test_hiding_takes_under_a_second_while_the_messenger_refuses_to_change_cards(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        phone = town.child("en")
        await phone.start()
        await choose(phone, "en", "no")
        await tell(phone, WORDS["en"])
        await phone.heard("kept")
        for method, times in (("editMessageText", 3), ("sendMessage", 1)):
            town.sim.faults.add(Fault(method=method, retry_after=4, times=times, chat_id=phone.person.id))
        await tell(phone, f"{WORDS['en']} two")

        await phone.say("/hide")

        await phone.heard(lambda shown: not shown, 1.0)
        await phone.heard(lambda shown: [one.text for one in shown] == [_neutral("en")], 15)


async def test_hiding_does_not_wait_behind_a_card_that_is_refused(tmp_path: Path) -> None:
    async with open_town(tmp_path) as town:
        phone = town.child("en")
        await phone.start()
        await choose(phone, "en", "no")
        town.sim.faults.add(Fault(method="editMessageText", how="hang", seconds=0.5, retry_after=40, chat_id=phone.person.id))
        await phone.say(WORDS["en"])
        await phone.settled()

        await phone.say("/hide")

        await phone.heard(lambda shown: [one.text for one in shown] == [_neutral("en")], 1.5)


async def _all_neutral(cases: list[Case]) -> None:
    """Wait until each phone shows one neutral card and its lock screen nothing else."""
    for case in cases:
        wanted = _neutral(case.language)
        await case.phone.heard(lambda shown, wanted=wanted: [one.text for one in shown] == [wanted], QUIET_WITHIN)
        assert len(case.phone.card().buttons) == 1, case
        assert {notice.preview for notice in case.phone.notices} <= {wanted}, case
        assert not any(case.phone.toasts), case


async def _pry(town: Town, case: Case) -> None:
    """Do everything that somebody could do who does not know what was said, and look after each step."""
    phone = case.phone
    await choose(phone, *codes(phone.card()))
    _nothing_is_seen(town, case)
    for command in COMMANDS:
        await phone.say(command)
    await phone.settled(30)
    await _to_the_list(phone)
    assert {"change", "withdraw"} & set(codes(phone.card())), f"{case}:\n{phone}"
    _nothing_is_seen(town, case)
    for data in _every_button(town, phone):
        await phone.press_gone(phone.card().message_id, data)
    await phone.settled(30)
    _nothing_is_seen(town, case)


async def _to_the_list(phone: Phone) -> None:
    """Come to the list of answers over whatever stands before it, and ask to see the words."""
    for _ in range(60):
        card = await phone.heard(lambda shown: next((one for one in reversed(shown) if one.buttons), None))
        offered = codes(card)
        if "words" in offered:
            await choose(phone, "words")
        if "change" in offered:
            return
        onward = [code for code in ("go_on", "list", "add", "done", "skip", "no", "continue", "en") if code in offered]
        if not onward or {"add", "withdraw"} <= set(offered):
            return
        await choose(phone, onward[0])


def _nothing_is_seen(town: Town, case: Case) -> None:
    """Look at every card since the phone was picked up, at the screen and at what buttons answered."""
    cards = [call for call in list(town.sim.calls)[case.calls_before :] if call.params.get("chat_id") == case.phone.person.id]
    for call in cards:
        text = call.params.get("text", "")
        shown = text + repr(call.params.get("reply_markup", ""))
        assert not [one for one in case.secrets.said if one in shown], f"{case}:\n{text}"
        assert not [one for one in case.secrets.answered if one in text], f"{case}:\n{text}"
    assert STEM not in str(case.phone), f"{case}:\n{case.phone}"
    assert not any(case.phone.toasts)


def _every_button(town: Town, phone: Phone) -> list[str]:
    """The data of the buttons that the cards of this chat had: of each meaning the oldest, and hiding last."""
    found: dict[str, str] = {}
    for call in town.sim.calls.of("sendMessage", "editMessageText", chat_id=phone.person.id):
        for row in (call.params.get("reply_markup") or {}).get("inline_keyboard", ()):
            for button in row:
                found.setdefault(button["callback_data"].partition(":")[2], button["callback_data"])
    return sorted(found.values(), key=lambda data: data.endswith(":hide"))


def _cards(town: Town) -> list[Any]:
    return town.sim.calls.of("sendMessage", "editMessageText", bot="write_here_bot")


async def _officer_takes_everything(officer: Phone) -> None:
    """Let the officer take every case: reporters' phones must not tell."""
    taken: set[str] = set()
    while waiting := [
        one.data for shown in officer.screen() for one in shown.buttons if _takes(one.data) and one.data not in taken
    ]:
        for data in waiting:
            taken.add(data)
            await officer.press(data)
        await officer.settled()
    assert taken


def _takes(data: str | None) -> bool:
    press = buttons.read(data or "")
    return press is not None and press.act == "take"


async def _tick(phone: Phone, secrets: Secrets) -> None:
    """Say what happens, with ticks, and remember how the choice reads."""
    await choose(await _at(phone, "me"), "me")
    card = await _card_with(phone, "physical")
    label = next(one.label for one in card.buttons if (one.data or "").endswith(":physical"))
    secrets.answered.add(label)
    await choose(phone, "physical", "done")


async def _at(phone: Phone, code: str) -> Phone:
    await walk(phone, code)
    return phone


async def _card_with(phone: Phone, code: str) -> Any:
    return await phone.heard(lambda shown: next((one for one in shown if code in codes(one)), None))


async def _press(phone: Phone, code: str) -> None:
    card = phone.card()
    await phone.press(next(one.data for one in card.buttons if one.data and one.data.endswith(":" + code)))


def _receipt(text: str) -> str:
    """The first two groups of a receipt on a card, or nothing."""
    words = text.split()
    return next((f"{one} {two}" for one, two in pairwise(words) if _is_group(one) and _is_group(two)), "")


def _is_group(word: str) -> bool:
    return len(word) == 4 and word.isdigit()


def _neutral(language: str) -> str:
    return Catalogue.load().text("Nothing new right now.", language)
