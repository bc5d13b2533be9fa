"""Names the municipality at a point, or says nothing. The point is used once, here, and goes nowhere.

Only the centres of municipalities are known, not their borders; so a point counts as one's own only where the nearest centre is
clearly the nearest. Sources and licences (GeoNames CC BY 4.0, Natural Earth public domain) are in `data/centres_*.json`.
"""

import math
from dataclasses import dataclass
from typing import Final

EARTH_KM: Final = 6371.0
FARTHEST_KM: Final = 25.0
"""No municipality reaches further from its centre; beyond it the list of names is surer."""
CLEARER_BY: Final = 1.3
MARGIN_KM: Final = 0.5
"""The second centre must be this much further: between two towns the border may run anywhere."""
AT_BORDER_KM: Final = 2.0
"""The border is drawn to about a kilometre; a town beside it (Hani i Elezit) must not fall out of its country."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre:
    """A town and the municipality whose centre it is; none or several where the town alone does not tell."""

    municipalities: tuple[str, ...]
    point: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """The centres of a country and its border."""

    centres: tuple[Centre, ...]
    border: tuple[Point, ...]

    def nearest(self, latitude: float, longitude: float) -> str | None:
        """Give the municipality at a point; None outside the country, far from every centre, or between two."""
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # not-a-number fails here too
            return None
        point = (latitude, longitude)
        (first, centre), (second, _) = sorted(
            ((distance(point, centre.point), centre) for centre in self.centres), key=lambda pair: pair[0]
        )[:2]
        if first > FARTHEST_KM or second < first * CLEARER_BY + MARGIN_KM:
            return None
        if first > AT_BORDER_KM and not _inside(point, self.border):
            return None
        return centre.municipalities[0] if len(centre.municipalities) == 1 else None


def distance(one: Point, other: Point) -> float:
    """The great-circle distance in kilometres (haversine)."""
    latitude, other_latitude = math.radians(one[0]), math.radians(other[0])
    across = math.sin((other_latitude - latitude) / 2) ** 2
    along = math.sin(math.radians(other[1] - one[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(across + math.cos(latitude) * math.cos(other_latitude) * along))


def _inside(point: Point, border: tuple[Point, ...]) -> bool:
    """Count how often a line eastwards crosses the border."""
    latitude, longitude = point
    inside = False
    for (a, b), (c, d) in zip(border, (*border[1:], border[0]), strict=True):
        if (a > latitude) != (c > latitude) and longitude < (d - b) * (latitude - a) / (c - a) + b:
            inside = not inside
    return inside
