"""The municipalities of a country: their names in the reader's language, and which of them a typed text means.

A code is stored, a name is shown; sentences are never built by joining a name to an ending. A text that means no place gives
nothing: it is the reporter's words, and the flow asks again. *Mitrovica* is two municipalities, and both are offered.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from locales.errors import CountryUnknown, MunicipalityUnknown
from locales.geography import Centre, Map
from locales.search import Index, Spellings

COUNTRIES: Final = ("xk", "al")
HOME: Final = Path(__file__).parent / "data"
_LAST_RESORTS: Final = ("en", "sq")
"""Where a place has no name in the reader's language: both official names in Kosovo, the Albanian name in Albania."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """One municipality. `aliases` are other names in use, for the search."""

    code: str
    region: str
    names: Mapping[str, str]
    aliases: tuple[str, ...] = field(default=())


class Municipalities:
    """The lists of one country. Immutable once loaded."""

    def __init__(
        self, municipalities: Iterable[Municipality], regions: Mapping[str, Mapping[str, str]], index: Index, chart: Map
    ) -> None:
        self._all = {one.code: one for one in municipalities}
        self._regions = dict(regions)
        self._index = index
        self._chart = chart

    @classmethod
    def load(cls, country: str) -> Self:
        """Read the lists of a country: `xk` or `al`."""
        if country not in COUNTRIES:
            raise CountryUnknown(f"expected one of: {', '.join(COUNTRIES)}")
        document = _read(f"municipalities_{country}.json")
        found = tuple(
            Municipality(code=one["code"], region=one["region"], names=one["name"], aliases=tuple(one["aliases"]))
            for one in document["municipalities"]
        )
        spellings = Spellings(
            names={one.code: tuple(_spellings(one)) for one in found},
            everyday=tuple(document["everyday_words"]),
            others=tuple(document["other_words"]),
        )
        regions = {one["code"]: one["name"] for one in document["regions"]}
        return cls(found, regions, Index(spellings), _chart(_read(f"centres_{country}.json")))

    def codes(self) -> tuple[str, ...]:
        """Every municipality."""
        return tuple(self._all)

    def regions(self) -> tuple[str, ...]:
        """The regions, in the order in which they are shown."""
        return tuple(self._regions)

    def in_region(self, region: str) -> tuple[str, ...]:
        """The municipalities of a region, in the order in which they are shown; none for an unknown region."""
        return tuple(one.code for one in self._all.values() if one.region == region)

    def region_of(self, code: str) -> str:
        """The region of a municipality."""
        return self._get(code).region

    def name(self, code: str, language: str, second: str | None = None) -> str:
        """Name a municipality in the reader's language, else in their second one, else as both languages call it."""
        return _in(self._get(code).names, language, second)

    def region_name(self, region: str, language: str, second: str | None = None) -> str:
        """Name a region in the reader's language."""
        if region not in self._regions:
            raise MunicipalityUnknown
        return _in(self._regions[region], language, second)

    def find(self, text: str) -> tuple[str, ...]:
        """The municipalities that a text may name, best first, at most five; one alone where there is no doubt."""
        return self._index.find(text)

    def nearest(self, latitude: float, longitude: float) -> str | None:
        """The municipality at a point, or None where that is not clear."""
        return self._chart.nearest(latitude, longitude)

    def _get(self, code: str) -> Municipality:
        try:
            return self._all[code]
        except KeyError:
            raise MunicipalityUnknown from None


def _spellings(one: Municipality) -> Iterator[str]:
    """Every name by itself; `Ferizaj/Uroševac` is two."""
    for name in (*one.names.values(), *one.aliases):
        yield from name.split("/")


def _in(names: Mapping[str, str], language: str, second: str | None) -> str:
    return next(names[one] for one in (language, second, *_LAST_RESORTS) if one is not None and one in names)


def _read(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((HOME / name).read_text(encoding="utf-8"))
    return document


def _chart(document: Mapping[str, Any]) -> Map:
    centres = tuple(
        Centre(municipalities=tuple(one["municipalities"]), point=(one["latitude"], one["longitude"]))
        for one in document["centres"]
    )
    return Map(centres=centres, border=tuple((point[0], point[1]) for point in document["border"]))
