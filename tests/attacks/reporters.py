"""People who report while the bots are killed: each knows what they typed and what they were shown, and nothing of the bots.

They read the newest card, think, and press or type. If nothing happens they try again, as people do: they press once more, or type the
same words once more, and then those words are theirs twice.
"""

import asyncio
from dataclasses import dataclass, field
from random import Random
from typing import Literal

from simulator.errors import NotHeard
from simulator.people import Phone
from simulator.screen import Button, Shown

Manner = Literal["walks", "speaks first", "presses danger", "writes danger", "leaves"]
MANNERS: tuple[Manner, ...] = (
    "walks",
    "walks",
    "walks",
    "speaks first",
    "speaks first",
    "presses danger",
    "writes danger",
    "leaves",
)

CONSENT = "One thing before it goes."
DONE = "Thank you. This is done."
AFTER = "Nothing more has to be done."
DANGER = "goes straight to the team."
WELCOME = "Here you can write about something that worries you."
DANGER_QUESTION = "in danger right now?"
PLACE = "This question is about the place."

LEADS_ON = {
    "Is that right?": "yes",
    CONSENT: "yes",
    "This is the list.": "send",
    "Who is this about?": "me",
    "Some tips for this phone.": "continue",
}
"""What a person presses who wants to get to the end, by a sentence of the card."""
GO_BY = (DONE, AFTER, DANGER, WELCOME, DANGER_QUESTION, PLACE, *LEADS_ON)
"""Every sentence that people know a card by."""
ANSWERS = frozenset(
    {"no", "unsure", "today", "last_3_days", "earlier", "still_going_on", "a_little", "none", "receipt", "here", "any"}
)
"""Answers that a person gives without minding which; all other choices of a question are left alone."""

SENTENCES = (
    "it was after school, near the old shop, and nobody else was there to look",
    "the neighbour shouts every evening and then everything is quiet again for a while",
    "I did not want to say it before because I was not sure who reads this here",
    "short one",
    "the little one has not come to class since the holidays and nobody asks why",
    "žutë çka është, ђак и учитељ 🌧️ with letters of every kind in one sentence",
)
RISK = "he has a knife"
THINKS = (0.02, 0.5)
"""Seconds between two things that a person does: faster than people are, so that there is much to lose at any moment."""
PATIENCE = (1.5, 5.0)
"""Seconds after which a person takes it that nothing happens."""
TYPES_AGAIN = 0.4
MOST_TURNS = 400


@dataclass(kw_only=True)
class Reporter:
    """One person with something to report. `typed` is every message in the order in which it was sent; `to_add` is said after the
    report was sent, and whoever `goes_on` after a danger was told sends the rest of the report too."""

    phone: Phone
    random: Random
    mark: str
    manner: Manner
    to_say: int
    to_add: int
    goes_on: bool
    typed: list[str] = field(default_factory=list)
    saw_done: bool = False
    saw_danger: bool = False

    @classmethod
    def drawn(cls, phone: Phone, mark: str, random: Random) -> "Reporter":
        """Somebody, as chance has it."""
        return cls(
            phone=phone,
            random=random,
            mark=mark,
            manner=random.choice(MANNERS),
            to_say=random.randint(1, 5),
            to_add=random.choice((0, 0, 1, 2)),
            goes_on=random.random() < 0.5,
        )

    @property
    def is_with_the_team(self) -> bool:
        """Whether the person was told that the team has it."""
        return self.saw_done or self.saw_danger

    async def report(self) -> None:
        """Report from the first word to the end, however long the bots are away."""
        for _ in range(MOST_TURNS):
            card = self._card()
            if self._is_finished(card):
                return
            await self._act(card)
            await asyncio.sleep(self.random.uniform(*THINKS))
        raise AssertionError(f"a person did not get to the end; the phone shows:\n{self.phone}")

    # What is seen -----------------------------------------------------------------------------------------------------

    def _card(self) -> Shown | None:
        try:
            card = self.phone.card()
        except NotHeard:
            return None
        if DONE in card.text and not self.saw_done:
            self.saw_done = True
            self.to_say, self.to_add = self.to_say + self.to_add, 0
        self.saw_danger = self.saw_danger or DANGER in card.text
        return card

    def _is_finished(self, card: Shown | None) -> bool:
        if card is None or self.to_say:
            return False
        if self.manner == "leaves":
            return True
        return self.saw_done or (self.saw_danger and not self.goes_on)

    async def _sees_more(self, before: Shown | None, message_id: int | None = None) -> bool:
        """Wait until the card changed, or the message just typed went from the screen."""

        def changed() -> bool:
            return self._card() != before or (message_id is not None and message_id not in self.phone.chat.messages)

        try:
            await self.phone.chat.bell.until(changed, self.random.uniform(*PATIENCE))
        except TimeoutError:
            return False
        return True

    # What is done -----------------------------------------------------------------------------------------------------

    async def _act(self, card: Shown | None) -> None:
        if card is None and self.manner != "speaks first" and not self.phone.chat.started:
            await self.phone.start()
            await self._sees_more(card)
        elif self._speaks_now(card):
            await self._say(card)
        elif card is None:
            await self.phone.start()
            await self._sees_more(card)
        else:
            button = self._button(card)
            assert button.data is not None
            await self.phone.press(button.data, message_id=card.message_id)
            await self._sees_more(card)

    def _speaks_now(self, card: Shown | None) -> bool:
        if not self.to_say:
            return False
        if card is None or CONSENT in card.text or DONE in card.text or AFTER in card.text:
            return True
        return self.random.random() < 0.3

    async def _say(self, card: Shown | None) -> None:
        self.to_say -= 1
        text = f"{self.mark}-{len(self.typed)} {self.random.choice(SENTENCES)}"
        if self.manner == "writes danger" and not self.typed:
            text = f"{text}. {RISK}."
        while True:
            self.typed.append(text)
            message_id = await self.phone.say(text)
            if await self._sees_more(card, message_id) or self.random.random() > TYPES_AGAIN:
                return

    def _button(self, card: Shown) -> Button:
        """The button that this person presses on this card."""
        offered = {(button.data or "").partition(":")[2]: button for button in card.buttons}
        assert offered, f"a card without a button:\n{card}"
        for sentence, code in LEADS_ON.items():
            if sentence in card.text and code in offered:
                return offered[code]
        if WELCOME in card.text:
            return offered["en"]
        if DANGER_QUESTION in card.text:
            return offered["yes" if self.manner == "presses danger" else "no"]
        return (
            self._answer(card, offered)
            or offered.get("skip")
            or next(offered[one] for one in ("continue", "go_on", "done") if one in offered)
        )

    def _answer(self, card: Shown, offered: dict[str, Button]) -> Button | None:
        """An answer to a question, or None to pass it over."""
        if self.random.random() < 0.5:
            return None
        if PLACE in card.text:
            places = [button for code, button in offered.items() if code.startswith(("region:", "area:"))]
        else:
            places = [button for code, button in offered.items() if code in ANSWERS]
        return self.random.choice(places) if places else None
