"""The people of a story: a child at a telephone, and an officer at another.

They do one thing after the other as people do: press, and look at what the card says now. Whatever a child does takes a second of the
town's time.
"""

from dataclasses import dataclass

from simulator.clock import HandClock
from simulator.errors import ButtonMissing, NotHeard
from simulator.people import Phone
from simulator.screen import Shown

TO_THE_WORDS = ("en", "no", "no", "me", "physical", "done")
"""From the first card to where a child writes: in English, not in danger now, alone at the phone, about me, somebody hits me."""
TO_THE_PLACE = (*TO_THE_WORDS, "done", "today", "no", "no", "age_10_13")
PRIZREN = ("region:prizren", "area:prizren")
TO_THE_READERS = (*TO_THE_PLACE, *PRIZREN)
TO_THE_ANSWER = (*TO_THE_READERS, "no", "done")
TO_THE_LIST = (*TO_THE_ANSWER, "none")
TO_THE_END = (*TO_THE_LIST, "send", "yes")
IN_DANGER = ("en", "yes")


@dataclass(slots=True)
class Child:
    """A reporter. Buttons are pressed by their code, so that a story reads the same in every language."""

    phone: Phone

    @property
    def card(self) -> Shown:
        """What stands on the screen."""
        return self.phone.card()

    @property
    def codes(self) -> tuple[str, ...]:
        """The buttons under the card, by code."""
        return tuple((button.data or "").partition(":")[2] for button in self.card.buttons)

    async def start(self, payload: str = "", *, within: float = 5.0) -> None:
        """Press Start and wait for the first card."""
        await self.phone.start(payload)
        await self.phone.heard(lambda shown: any(not one.mine and one.buttons for one in shown), within)
        await self.alone()

    async def press(self, *codes: str) -> None:
        """Press one button after the other, each on the card that the one before led to."""
        for code in codes:
            await self.changes(lambda code=code: self.phone.press(self.data(code)))

    async def say(self, text: str) -> None:
        """Write, and wait until the words are gone, which is after the card has answered."""
        self.a_second()
        await self.phone.say(text)
        await self.alone()

    async def changes(self, act) -> None:  # type: ignore[no-untyped-def]
        """Do something and wait until the card is another."""
        before = self._seen()
        self.a_second()
        await act()
        await self.phone.heard(lambda _shown: self._seen() not in (before, None))

    async def hears(self, words: str) -> Shown:
        """Wait until the card says this."""
        shown: Shown = await self.phone.heard(words)
        return shown

    async def offers(self, code: str, within: float = 5.0) -> None:
        """Wait until the card has this button."""
        await self.phone.heard(lambda shown: bool(shown) and code in self.codes, within)

    async def alone(self) -> None:
        """Wait until nothing that was typed stands in the chat any more."""
        await self.phone.heard(lambda shown: not any(one.mine for one in shown))

    def data(self, code: str) -> str:
        """The data of a button of the card."""
        for button in self.card.buttons:
            if button.data and button.data.partition(":")[2] == code:
                return button.data
        raise ButtonMissing(f"{code!r} is not on the card:\n{self.phone}")

    def a_second(self) -> None:
        """Let a second pass."""
        clock = self.phone.sim.clock
        assert isinstance(clock, HandClock)
        clock.advance(1)

    def _seen(self) -> tuple[object, ...] | None:
        try:
            card = self.card
        except NotHeard:
            return None
        return card.message_id, card.text, card.rows


@dataclass(slots=True)
class Officer:
    """An officer with a linked telephone; `officer_id` is what the command line names them by."""

    officer_id: str
    code: str
    phone: Phone

    async def link(self, within: float = 5.0) -> None:
        """Send the one-time code."""
        await self.phone.start(self.code)
        await self.phone.heard("linked", within)

    async def woken(self, *, urgency: str | None = None) -> Shown:
        """Wait for an alert; `urgency` is what it must say."""
        shown: Shown = await self.phone.heard(f"Urgency: {urgency}" if urgency else "Urgency:")
        return shown

    async def press(self, label: str) -> None:
        """Press a button of the newest alert."""
        await self.phone.press(label)

    @property
    def alerts(self) -> tuple[Shown, ...]:
        """Every alert on the screen."""
        return tuple(one for one in self.phone.screen() if "Urgency:" in one.text)
