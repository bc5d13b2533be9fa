"""A conversation without a messenger, for tests and for trying a script: small real parts, a clock that is wound by hand.

`Dialogue` serialises and re-reads the session and every event at each turn, so whatever is tried with it is tried on what a host
would have stored.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from flows import engine
from flows.assets import Assets, FindingLike
from flows.conditions import AnswerValue, Condition, Facts
from flows.events import AnswerPutAway, CardShown, Event, read_event
from flows.resumes import ChoicePressed, Circumstances, CommandGiven, Resume, TextSaid, TimedOut, Trigger
from flows.session import Session
from flows.view import View

START = 1_795_000_000
"""A fixed moment, in November 2026."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FewPlaces:
    """A country of a few municipalities, by region; a name is found by its beginning, a point in a square of one degree."""

    tree: Mapping[str, tuple[str, ...]]
    points: Mapping[tuple[int, int], str]

    def regions(self) -> tuple[str, ...]:
        """The regions as written."""
        return tuple(self.tree)

    def in_region(self, region: str) -> tuple[str, ...]:
        """The municipalities as written."""
        return self.tree.get(region, ())

    def find(self, text: str) -> tuple[str, ...]:
        """Every municipality whose code begins like the text."""
        name = text.strip().casefold()
        codes = tuple(code for codes in self.tree.values() for code in codes if name and code.startswith(name))
        return tuple(code for code in codes if code == name) or codes

    def nearest(self, latitude: float, longitude: float) -> str | None:
        """The municipality of the square."""
        return self.points.get((int(latitude), int(longitude)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRisk:
    """A risk."""

    code: str
    level: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordHearing:
    """Hears a risk wherever its word stands in the text."""

    risks: tuple[NamedRisk, ...]

    def hear(self, text: str) -> tuple[str, ...]:
        """The risks whose code is in the text, in their order."""
        return tuple(risk.code for risk in self.risks if risk.code in text.casefold())

    def risk(self, code: str) -> NamedRisk:
        """The risk with this code."""
        return next(risk for risk in self.risks if risk.code == code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A level with its reason."""

    level: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FewRules:
    """Urgency by a few conditions."""

    rules: tuple[tuple[Condition, Found], ...]

    def assess(self, answers: Mapping[str, AnswerValue], facts: Facts) -> tuple[FindingLike, ...]:
        """Every rule that holds."""
        del answers
        return tuple(found for condition, found in self.rules if condition.holds(facts))


def facts(events: tuple[Event, ...]) -> list[Event]:
    """What happened, without the card that was shown."""
    return [event for event in events if not isinstance(event, CardShown)]


class Dialogue:
    """One reporter and the engine. Every method that says something returns the events of the turn."""

    def __init__(self, assets: Assets, trigger: Trigger, circumstances: Circumstances | None = None, now: int = START) -> None:
        self.assets = assets
        self.circumstances = circumstances or Circumstances()
        self.now = now
        self._drawn = 0
        self.session, events = engine.start(assets, trigger, self.circumstances, now, self.rng)
        self.events = self._stored(events)

    def rng(self, count: int) -> bytes:
        """Bytes that are different each time and the same in each run."""
        self._drawn += 1
        return self._drawn.to_bytes(count, "big")

    @property
    def view(self) -> View:
        """The card as it is now."""
        return engine.show(self.assets, self.session, self.circumstances)

    @property
    def texts(self) -> list[str]:
        """The message ids on the card."""
        return [paragraph.text for paragraph in self.view.paragraphs]

    @property
    def codes(self) -> list[str]:
        """The codes of the card's choices."""
        return [choice.code for choice in self.view.choices]

    def take(self, resume: Resume) -> tuple[Event, ...]:
        """One turn, with what a host does before and after it."""
        self.session, events = engine.resume(self.assets, self.session, resume, self.circumstances, self.now, self.rng)
        if any(isinstance(event, AnswerPutAway) for event in events):
            self.under(answers=self.circumstances.answers - 1)
            events = (*events[:-1], CardShown(self.view))
        self.events = self._stored(events)
        return self.events

    def say(self, text: str) -> tuple[Event, ...]:
        """Write a message."""
        return self.take(TextSaid(text))

    def press(self, choice: str, sprint: int | None = None) -> tuple[Event, ...]:
        """Press a button of the card, or of an earlier one."""
        return self.take(ChoicePressed(choice, self.session.sprint if sprint is None else sprint))

    def command(self, name: str, argument: str = "") -> tuple[Event, ...]:
        """Give a command."""
        return self.take(CommandGiven(name, argument))

    def wait(self, seconds: int) -> tuple[Event, ...]:
        """Let time pass; timers that are due on the way wake the conversation. Return the events of all of them."""
        until = self.now + seconds
        happened: tuple[Event, ...] = ()
        while due := sorted((timer.due_at, timer.name) for timer in self.session.timers if timer.due_at <= until):
            self.now = max(self.now, due[0][0])
            happened += self.take(TimedOut(due[0][1]))
        self.now = until
        self.events = happened
        return happened

    def under(
        self,
        *,
        on_duty: bool | None = None,
        officer: str | None = None,
        readers: str | None = None,
        answers: int | None = None,
        can_answer: bool | None = None,
    ) -> None:
        """Change the circumstances."""
        now = self.circumstances
        self.circumstances = replace(
            now,
            on_duty=now.on_duty if on_duty is None else on_duty,
            officer=now.officer if officer is None else officer,
            readers=now.readers if readers is None else readers,
            answers=now.answers if answers is None else answers,
            can_answer=now.can_answer if can_answer is None else can_answer,
        )

    def _stored(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        read = Session.from_json(json.loads(json.dumps(self.session.to_json())))
        assert read == self.session, "the session is not the same after a way through JSON"
        self.session = read
        again = tuple(read_event(json.loads(json.dumps(event.to_json()))) for event in events)
        assert again == events, "the events are not the same after a way through JSON"
        return again
