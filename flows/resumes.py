"""What can come in while a conversation waits: frozen values. Their representation shows nothing that a reporter wrote.

A channel may send any of these at any moment, in any order; none of them can make the engine fail.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What starts a conversation. `source` is the campaign's code from the link, if there was one."""

    channel: str
    language: str
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the host knows at this moment and the words must be true about.

    `officer` is how far the officers are with the case; `alarmed` is a case that somebody has and that rings again. `readers` is who
    can open the case: only the national team; the area's team; the national team, after the area's team was shut out of what it could
    read before (`late`); the same, and no team (`nobody`). `answers` is how
    many messages of the team lie here to be read, `parts` on how many cards the first of them fits, and `can_answer` whether there is
    anybody who could write one.
    """

    on_duty: bool = False
    officer: str = "none"
    readers: str = "national"
    answers: int = 0
    parts: int = 1
    can_answer: bool = True


@dataclass(frozen=True, slots=True)
class TextSaid:
    """Words of the reporter."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TextEdited:
    """Words that the reporter sent before and corrected now."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChoicePressed:
    """A choice of a card, or one of its nav codes, with the sprint that the card was made in."""

    choice: str
    sprint: int


@dataclass(frozen=True, slots=True)
class CommandGiven:
    """`/name argument`: start, help, hide, stop, language, forget, keep."""

    name: str
    argument: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSent:
    """A file. `kept` tells that the host has sealed it already; `refused` why it has not."""

    kind: str
    size: int | None = None
    kept: bool = False
    refused: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationSent:
    """A point on the map, used once to propose a municipality and never stored."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@dataclass(frozen=True, slots=True)
class TimedOut:
    """A timer of the session is due."""

    timer: str


@dataclass(frozen=True, slots=True)
class OfficerMoved:
    """The case moved: waiting, acknowledged, taken, unanswered, closed."""

    state: str


@dataclass(frozen=True, slots=True)
class AnswerCame:
    """A message of the team lies here to be read; `Circumstances.answers` counts it already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeGiven:
    """A secret code was typed; the digits stay with the host. `outcome`: found, unknown, mistyped, later (too many tries). Of a case
    that was found, `urgency` and `language` are what is known of it without opening it."""

    outcome: str
    urgency: str | None = None
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What is still known of a reporter whose conversation was forgotten and whose case was not: how to speak, when to write."""

    channel: str
    language: str
    register: str
    urgency: str
    hours: str


Resume = (
    TextSaid
    | TextEdited
    | ChoicePressed
    | CommandGiven
    | MediaSent
    | LocationSent
    | TimedOut
    | OfficerMoved
    | AnswerCame
    | CodeGiven
)
