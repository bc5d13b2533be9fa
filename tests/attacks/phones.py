"""What somebody with a phone does to the program, in any language: buttons are known by what they mean, not by what they say."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from simulator.people import Phone
from simulator.screen import Shown
from tests.attacks.siege import Siege

ANSWERS_WITHIN = 15.0


def codes(shown: Shown) -> tuple[str, ...]:
    """What the buttons of a card mean."""
    return tuple((button.data or "").partition(":")[2] for button in shown.buttons)


async def choose(phone: Phone, *wanted: str, patience: float = 20.0) -> Shown:
    """Press the button that means this, as soon as it is there; return the card that answers. Several: one after the other."""
    for code in wanted:
        card = await phone.heard(lambda _, code=code: _with(phone, lambda shown: code in codes(shown)), patience)
        button = next(one for one in card.buttons if (one.data or "").partition(":")[2] == code)
        await phone.press(button.data, message_id=card.message_id)
        await phone.heard(lambda _, before=card: _with(phone, lambda shown: _looks(shown) != _looks(before)), patience)
    return phone.card()


async def walk(phone: Phone, to: str, *, by: tuple[str, ...] = ("skip", "done", "continue", "go_on")) -> Shown:
    """Pass questions over until a card has a button that means `to`; nothing is pressed there."""
    for _ in range(40):
        card = await phone.heard(lambda _: _with(phone, lambda shown: bool(shown.buttons)), 20.0)
        if to in codes(card):
            return card
        onward = [code for code in by if code in codes(card)]
        assert onward, f"there is no way on from here:\n{phone}"
        await choose(phone, onward[0])
    raise AssertionError(f"{to!r} was never offered; the screen shows:\n{phone}")


async def tell(phone: Phone, *texts: str) -> None:
    """Write, one message after the other, and wait until the program has taken them."""
    for text in texts:
        await phone.say(text)
    await phone.settled(30.0)


def _with(phone: Phone, holds: Callable[[Shown], bool]) -> Shown | None:
    for shown in reversed(phone.screen()):
        if not shown.mine:
            return shown if holds(shown) else None
    return None


def _looks(shown: Shown) -> tuple[object, ...]:
    return (shown.message_id, shown.text, shown.buttons)


async def at_the_first_question(siege: Siege) -> Phone:
    """Somebody who has chosen English and is asked about danger."""
    phone = siege.child("en")
    await phone.start()
    await choose(phone, "en")
    return phone


async def is_answered(phone: Phone, word: str = "is anybody there") -> None:
    """Make sure that a chat is not stuck: a word and /start are answered on the newest card, and both are taken away."""
    await phone.say(word)
    await phone.heard(lambda shown: _is_gone(shown, word) and _with(phone, lambda card: "Thank you" in card.text), ANSWERS_WITHIN)
    await phone.say("/start")
    await phone.heard(lambda shown: _is_gone(shown, "/start") and _with(phone, lambda card: bool(card.buttons)), ANSWERS_WITHIN)


def _is_gone(shown: tuple[Shown, ...], text: str) -> bool:
    return not any(one.mine and one.text == text for one in shown)


async def words_of_the_new_case(siege: Siege, send: Callable[[], Awaitable[object]]) -> tuple[list[str], dict[str, Any]]:
    """Let a case be opened, and return the words in it with all that stands in it."""
    known = {case["designation"] for case in await siege.cases()}
    await send()
    for _ in range(50):
        new = [case["designation"] for case in await siege.cases() if case["designation"] not in known]
        if new:
            break
        await asyncio.sleep(0.1)
    opened = await siege.opened(new[0])
    assert opened["broken"] == []
    entries = [entry["plaintext"] for entry in opened["entries"]]
    return [entry["text"] for entry in entries if entry["kind"] == "narrative"], opened
