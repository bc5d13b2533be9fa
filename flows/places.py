"""What flows need to know about places. The data is somebody else's: a municipality is a code here, worded by the renderer."""

from typing import Protocol


class Places(Protocol):
    """The municipalities of a country, by code, in their regions."""

    def regions(self) -> tuple[str, ...]:
        """The regions, in the order in which they are shown."""

    def in_region(self, region: str) -> tuple[str, ...]:
        """The municipalities of a region, in the order in which they are shown; none for an unknown region."""

    def find(self, text: str) -> tuple[str, ...]:
        """The municipalities that this text may name, best first, at most five; one alone where there is no doubt."""

    def nearest(self, latitude: float, longitude: float) -> str | None:
        """The municipality at a point, or None where it is in no municipality of the country."""
