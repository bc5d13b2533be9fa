"""What the engine stands on: the script, the rules, the places and the deployer's policy. Built once, shared, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from flows.conditions import AnswerValue, Facts
from flows.places import Places
from flows.script import Script


class RiskLike(Protocol):
    """A risk that a phrase can mean: how urgent it is, and its meaning as a message id."""

    @property
    def code(self) -> str: ...

    @property
    def level(self) -> str: ...

    @property
    def meaning(self) -> str: ...


class HearingLike(Protocol):
    """Hears risks in free text."""

    def hear(self, text: str) -> tuple[str, ...]:
        """The codes of the risks that the text may mean, most serious first."""

    def risk(self, code: str) -> RiskLike:
        """The risk with this code."""


class FindingLike(Protocol):
    """A level of urgency with its reason."""

    @property
    def level(self) -> str: ...

    @property
    def reason(self) -> str: ...


class UrgencyLike(Protocol):
    """Tells from the answers how urgent a case is."""

    def assess(self, answers: Mapping[str, AnswerValue], facts: Facts) -> tuple[FindingLike, ...]:
        """Every rule that holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the deployer decided: which files are kept, what becomes of a report that was never sent.

    `page`: is the sealed page served. `answers`: can the team write back; while it cannot, no card speaks of an answer as if it came.
    """

    attachments: str = "voice"
    abandoned: str = "deliver_if_danger"
    country: str = "xk"
    page: str = "closed"
    answers: str = "closed"
    languages: tuple[str, ...] = ("sq", "sr-Latn", "sr-Cyrl", "rom", "en")

    def __post_init__(self) -> None:
        for value, known in (
            (self.attachments, ("none", "voice", "all")),
            (self.abandoned, ("discard", "deliver_if_danger", "deliver")),
            (self.country, ("xk", "al")),
            (self.page, ("closed", "open")),
            (self.answers, ("closed", "open")),
        ):
            if value not in known:
                raise ValueError(f"{value!r} is none of {', '.join(known)}")

    def facts(self) -> dict[str, str]:
        """The policy as conditions see it."""
        return {
            "attachments": self.attachments,
            "abandoned": self.abandoned,
            "country": self.country,
            "page": self.page,
            "answers": self.answers,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """Everything that stays the same from turn to turn."""

    script: Script
    urgency: UrgencyLike
    hearing: HearingLike
    places: Places
    policy: Policy
