"""Words an alert: urgency, area, waiting time and designation of a case, and who moved. Nothing else about a case is ever here.

Laws. Pure: facts in, text out. An officer's name is a name: it comes in only for those who may see it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, Protocol

from handlers.officer import texts

Standing = Literal["waiting", "acknowledged", "taken", "referred", "closed", "withdrawn", "elsewhere"]

_STANDINGS: Final[Mapping[Standing, str]] = MappingProxyType(
    {
        "waiting": texts.WAITING_AGAIN,
        "acknowledged": texts.ACKNOWLEDGED_BY,
        "taken": texts.TAKEN_BY,
        "referred": texts.CASE_REFERRED,
        "closed": texts.CASE_CLOSED,
        "withdrawn": texts.CASE_WITHDRAWN,
        "elsewhere": texts.NOT_YOUR_TEAM,
    }
)
_YOURS: Final[Mapping[Standing, str]] = MappingProxyType({"acknowledged": texts.ACKNOWLEDGED_BY_YOU, "taken": texts.TAKEN_BY_YOU})


class Words(Protocol):
    """The catalogue of texts, as `locales.catalogue` has it."""

    def text(self, msgid: str, language: str) -> str:
        """Give a text in a language."""


class Places(Protocol):
    """The names of municipalities, as `locales.municipalities` has them."""

    def name(self, code: str, language: str) -> str:
        """Name a municipality."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The plain facts of a case that an alert may carry; `since` is when it, or what came to it (`news`), began to wait."""

    urgency: str
    area: str | None
    since: int
    designation: str
    news: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Where a case stands. `by` is the name of whoever moved it, where the reader may know it; `you`, that it was the reader."""

    standing: Standing = "waiting"
    by: str | None = field(default=None, repr=False)
    you: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Renders for one deployment: its catalogue and its municipalities."""

    words: Words
    places: Places

    def text(self, msgid: str, language: str, **values: str) -> str:
        """Give a text with its placeholders filled."""
        return self.words.text(msgid, language).format(**values)

    def alert(self, waiting: Waiting, moved: Moved, language: str, now: int) -> str:
        """Word the message about a case: four lines, and one more once somebody moved."""
        lines = [
            self.text(texts.URGENCY, language, urgency=self.urgency(waiting.urgency, language)),
            self.text(texts.AREA, language, area=self.area(waiting.area, language)),
            self.text(texts.WAITING, language, time=self.waited(now - waiting.since, language)),
            self.text(texts.CASE, language, designation=waiting.designation),
        ]
        if moved.standing in ("referred", "closed", "withdrawn", "elsewhere") or (moved.standing == "taken" and not waiting.news):
            del lines[2]  # nobody waits any more
        if moved.standing != "waiting":
            lines += ["", self.standing(moved, language)]
        return "\n".join(lines)

    def line(self, waiting: Waiting, language: str, now: int) -> str:
        """Word a case as one line of a list."""
        return self.text(
            texts.WAITING_CASE,
            language,
            urgency=self.urgency(waiting.urgency, language),
            area=self.area(waiting.area, language),
            time=self.waited(now - waiting.since, language),
            designation=waiting.designation,
        )

    def standing(self, moved: Moved, language: str) -> str:
        """Say where a case stands, and who moved it."""
        msgid = _YOURS.get(moved.standing) if moved.you else None
        name = moved.by if moved.by is not None else self.text(texts.ANOTHER_OFFICER, language)
        return self.text(msgid or _STANDINGS[moved.standing], language, name=name)

    def urgency(self, level: str, language: str) -> str:
        """Name a level of urgency."""
        return self.text(texts.LEVELS[level], language)

    def area(self, code: str | None, language: str) -> str:
        """Name an area, or say that it is not known yet."""
        return self.text(texts.AREA_UNKNOWN, language) if code is None else self.places.name(code, language)

    def waited(self, seconds: int, language: str) -> str:
        """Word a waiting time, rounded down."""
        minutes = max(seconds, 0) // 60
        hours, days = minutes // 60, minutes // 1440
        if days:
            return self.text(texts.DAYS, language, days=str(days), hours=str(hours % 24))
        if hours:
            return self.text(texts.HOURS, language, hours=str(hours), minutes=str(minutes % 60))
        if minutes:
            return self.text(texts.MINUTES, language, minutes=str(minutes))
        return self.text(texts.UNDER_A_MINUTE, language)
