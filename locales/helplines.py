"""The numbers that may be shown, and when. A wrong number costs a child the one call it dares to make.

Laws. An emergency line of high confidence is always shown. Any other line is shown only while a person of the operating
organisation test-called it in the last 90 days. 116111 is never shown for Kosovo: no source confirms that it works there, and a
foreign SIM may reach another country with it. The first emergency number of a country is always known, because a danger card
without any is worse. A line of one municipality is an operator's own, is shown for that municipality only, and stands on no card.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from locales.errors import CountryUnknown, HelplineForbidden

VALID_FOR: Final = timedelta(days=90)
"""A helpline changes its hours or loses its funding within months: Linja e Jetës did, in December 2025."""
EMERGENCY_KINDS: Final = ("emergency", "police", "ambulance")
COUNTRIES: Final = ("xk", "al")
HOME: Final = Path(__file__).parent / "data"
_FORBIDDEN: Final[Mapping[str, frozenset[str]]] = MappingProxyType({"xk": frozenset({"116111"})})


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From when to when, in local time. Equal ends are the whole day."""

    opens: time
    closes: time

    def open_at(self, moment: time) -> bool:
        """Tell whether somebody answers at this local time; a line may be open across midnight."""
        if self.opens < self.closes:
            return self.opens <= moment < self.closes
        return moment >= self.opens or moment < self.closes


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline:
    """One line. `name` is a message id; `hours` and `free` are None where no source states them; `area` is None for the whole country."""

    id: str
    kind: str
    name: str
    number: str
    hours: Hours | None
    free: bool | None
    languages: tuple[str, ...]
    confidence: str
    area: str | None = None
    verified_on: date | None = None
    verified_by: str | None = field(default=None, repr=False)

    def is_sure(self) -> bool:
        """Tell whether this is an emergency line of high confidence."""
        return self.kind in EMERGENCY_KINDS and self.confidence == "high" and self.area is None

    def is_verified(self, today: date) -> bool:
        """Tell whether its last test call still counts; one in the future is a slip of the pen."""
        return self.verified_on is not None and timedelta(0) <= today - self.verified_on <= VALID_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """A test call: the day, and who made it."""

    on: date
    by: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What `{emergency}`, `{police}` and `{ambulance}` stand for."""

    emergency: str
    police: str
    ambulance: str


class Helplines:
    """The lines of one country. Immutable once loaded."""

    def __init__(self, country: str, lines: Iterable[Helpline]) -> None:
        self._lines = tuple(lines)
        for line in self._lines:
            if is_forbidden(country, line.number):
                raise HelplineForbidden(line.id)
        if not any(line.kind == "emergency" for line in self._of_country()):
            raise HelplineForbidden("no emergency number is listed")

    @classmethod
    def load(
        cls, country: str, verifications: Mapping[str, Verification] = MappingProxyType({}), own: Iterable[Helpline] = ()
    ) -> Self:
        """Read the lines of a country, with the operator's own lines, and their test calls by line id."""
        if country not in COUNTRIES:
            raise CountryUnknown(f"expected one of: {', '.join(COUNTRIES)}")
        document = json.loads((HOME / f"helplines_{country}.json").read_text(encoding="utf-8"))
        return cls(country, (_verified(line, verifications) for line in (*map(_line, document["lines"]), *own)))

    @property
    def lines(self) -> tuple[Helpline, ...]:
        """Every line, whether it may be shown or not."""
        return self._lines

    @property
    def emergency(self) -> str:
        """The number of the emergency service, always."""
        return next(line.number for line in self._of_country() if line.kind == "emergency")

    @property
    def police(self) -> str:
        """The police, where their number is sure; else the emergency number."""
        return self._number("police", None)

    @property
    def ambulance(self) -> str:
        """The ambulance, where its number is sure; else the emergency number."""
        return self._number("ambulance", None)

    def numbers(self, today: date) -> Numbers:
        """The numbers of a card, with those that a recent test call has made sure."""
        return Numbers(emergency=self.emergency, police=self._number("police", today), ambulance=self._number("ambulance", today))

    def shown(self, today: date) -> tuple[Helpline, ...]:
        """The lines of the whole country that may be shown, in their order: emergency first."""
        return tuple(line for line in self._of_country() if line.is_sure() or line.is_verified(today))

    def of_area(self, area: str, today: date) -> tuple[Helpline, ...]:
        """The lines of one municipality that may be shown."""
        return tuple(line for line in self._lines if line.area == area and line.is_verified(today))

    def unverified(self, today: date) -> tuple[Helpline, ...]:
        """The lines that need a test call: never made, too old, or still to come."""
        return tuple(line for line in self._lines if not line.is_verified(today))

    def _of_country(self) -> tuple[Helpline, ...]:
        return tuple(line for line in self._lines if line.area is None)

    def _number(self, kind: str, today: date | None) -> str:
        usable = (line for line in self._of_country() if line.is_sure() or (today is not None and line.is_verified(today)))
        return next((line.number for line in usable if line.kind == kind), self.emergency)


def is_forbidden(country: str, number: str) -> bool:
    """Tell whether a number must not be shown in this country, however it is written."""
    digits = "".join(filter(str.isdigit, number))
    return any(digits.endswith(one) for one in _FORBIDDEN.get(country, ()))


def _line(one: Mapping[str, Any]) -> Helpline:
    return Helpline(
        id=one["id"],
        kind=one["kind"],
        name=one["name"],
        number=one["number"],
        hours=_hours(one["hours"]),
        free=one["free"],
        languages=tuple(one["languages"]),
        confidence=one["confidence"],
        verified_on=date.fromisoformat(one["verified_on"]) if one["verified_on"] else None,
        verified_by=one["verified_by"],
    )


def _hours(text: str | None) -> Hours | None:
    if text is None:
        return None
    opens, closes = text.split("-")
    return Hours(opens=time.fromisoformat(opens), closes=time.fromisoformat(closes))


def _verified(line: Helpline, verifications: Mapping[str, Verification]) -> Helpline:
    own = verifications.get(line.id)
    return line if own is None else replace(line, verified_on=own.on, verified_by=own.by)
