"""What happened in a turn: frozen facts in the past tense, in the order in which they happened. The host acts on them.

Laws: an event that carries words or answers does not show them in its representation; every event goes to JSON and back.

For the host: when `CaseOpened` is among a turn's events the case is opened with the whole session as it is after the turn, and
the turn's other events are not appended again. If the case was open before, each of `AnswerGiven`, `WordsKept`, `MessageWritten`,
`UrgencyRaised`, `AreaNamed` and `ContactChosen` is an entry.
"""

from dataclasses import dataclass, field, fields
from typing import Any

from flows.conditions import AnswerValue
from flows.view import View


@dataclass(frozen=True, slots=True)
class Event:
    """A fact of a turn."""

    def to_json(self) -> dict[str, Any]:
        """Write the event as values that JSON knows, under its name."""
        written: dict[str, Any] = {"event": type(self).__name__}
        for one in fields(self):
            value = getattr(self, one.name)
            written[one.name] = value.to_json() if isinstance(value, View) else list(value) if isinstance(value, tuple) else value
        return written


@dataclass(frozen=True, slots=True)
class CardShown(Event):
    """The card is now this one."""

    view: View


@dataclass(frozen=True, slots=True)
class WordsKept(Event):
    """Something in the reporter's own words is part of the report."""

    text: str = field(repr=False)
    at: int


@dataclass(frozen=True, slots=True)
class MessageWritten(Event):
    """The reporter wrote to the team, which has the case."""

    text: str = field(repr=False)
    at: int


@dataclass(frozen=True, slots=True)
class AnswerPutAway(Event):
    """The message of the team that was shown is not needed here any more."""


@dataclass(frozen=True, slots=True)
class CameBack(Event):
    """Somebody came back to a case with its code."""


@dataclass(frozen=True, slots=True)
class AnswerGiven(Event):
    """A step was answered, or answered differently."""

    step: str
    value: AnswerValue = field(repr=False)
    at: int


@dataclass(frozen=True, slots=True)
class AnswerSkipped(Event):
    """A step was left out."""

    step: str


@dataclass(frozen=True, slots=True)
class RiskHeard(Event):
    """Words may mean a risk; the reporter is asked."""

    risk: str


@dataclass(frozen=True, slots=True)
class RiskDenied(Event):
    """The reporter says that the words did not mean that."""

    risk: str


@dataclass(frozen=True, slots=True)
class DangerConfirmed(Event):
    """The reporter said, by a choice, that there is danger."""

    risk: str


@dataclass(frozen=True, slots=True)
class UrgencyRaised(Event):
    """The case is more urgent than before, for this reason."""

    level: str
    reason: str


@dataclass(frozen=True, slots=True)
class CaseOpened(Event):
    """There is a case from now on: danger, sent, abandoned."""

    reason: str


@dataclass(frozen=True, slots=True)
class AreaNamed(Event):
    """The reporter named, and confirmed, the municipality."""

    area: str


@dataclass(frozen=True, slots=True)
class ReadersSettled(Event):
    """It is known whether the area's own team must not read."""

    excluded: bool


@dataclass(frozen=True, slots=True)
class ReportSent(Event):
    """The reporter agreed to the report being sent."""


@dataclass(frozen=True, slots=True)
class ContactChosen(Event):
    """How, and when, the reporter may be answered."""

    mode: str
    hours: str


@dataclass(frozen=True, slots=True)
class ReceiptRequested(Event):
    """The reporter wants a code to come back with."""


@dataclass(frozen=True, slots=True)
class ReportWithdrawn(Event):
    """The reporter took the report back."""


@dataclass(frozen=True, slots=True)
class ReportLeft(Event):
    """The reporter begins another report here; a team keeps what it has of this one."""


@dataclass(frozen=True, slots=True)
class ReporterForgotten(Event):
    """The way to this reporter must be forgotten."""


@dataclass(frozen=True, slots=True)
class WordsDiscarded(Event):
    """What was said and not sent is gone: asked, abandoned."""

    reason: str


@dataclass(frozen=True, slots=True)
class Hidden(Event):
    """Nothing of the conversation may be seen any more: asked, safe_word, idle, wiped."""

    reason: str


@dataclass(frozen=True, slots=True)
class LanguageChanged(Event):
    """The conversation goes on in this language."""

    language: str


@dataclass(frozen=True, slots=True)
class RegisterChosen(Event):
    """The reporter is spoken to as a child or as an adult."""

    register: str


@dataclass(frozen=True, slots=True)
class SafeWordChosen(Event):
    """There is a word now that hides everything."""


@dataclass(frozen=True, slots=True)
class MessagesKept(Event):
    """The reporter's messages stay in the chat, or are taken away again."""

    kept: bool


@dataclass(frozen=True, slots=True)
class MediaKept(Event):
    """A file is part of the report."""

    kind: str


@dataclass(frozen=True, slots=True)
class MediaRefused(Event):
    """A file was not kept: not_accepted, too_large, too_many, failed, unreadable."""

    kind: str
    why: str


@dataclass(frozen=True, slots=True)
class StalePressed(Event):
    """A button of an earlier card was pressed; nothing was done but to show the card."""


@dataclass(frozen=True, slots=True)
class InputRefused(Event):
    """Something came in that fits nowhere and was not kept. Words that no longer fit are heard all the same."""

    why: str


EVENTS: tuple[type[Event], ...] = (
    CardShown,
    WordsKept,
    MessageWritten,
    AnswerPutAway,
    CameBack,
    AnswerGiven,
    AnswerSkipped,
    RiskHeard,
    RiskDenied,
    DangerConfirmed,
    UrgencyRaised,
    CaseOpened,
    AreaNamed,
    ReadersSettled,
    ReportSent,
    ContactChosen,
    ReceiptRequested,
    ReportWithdrawn,
    ReportLeft,
    ReporterForgotten,
    WordsDiscarded,
    Hidden,
    LanguageChanged,
    RegisterChosen,
    SafeWordChosen,
    MessagesKept,
    MediaKept,
    MediaRefused,
    StalePressed,
    InputRefused,
)


def read_event(written: dict[str, Any]) -> Event:
    """Read what `Event.to_json` wrote."""
    kind = next(kind for kind in EVENTS if kind.__name__ == written["event"])
    values = {name: _read(name, value) for name, value in written.items() if name != "event"}
    return kind(**values)


def _read(name: str, value: Any) -> Any:
    if name == "view":
        return View.from_json(value)
    return tuple(value) if isinstance(value, list) else value
