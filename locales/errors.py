"""What can go wrong in the wording, and whose fault it is.

    LocalesError
    ├── CatalogueBroken       the translator's file
    ├── ValueMissing          our code: a text was not given what it names
    ├── CountryUnknown        the operator's setting
    ├── MunicipalityUnknown   our code or an old row: a code that is in no list
    └── HelplineForbidden     the number list: a number that must not be shown in that country

Nothing here carries what a reporter said.
"""


class LocalesError(Exception):
    """Something about the wording is wrong."""

    def __init__(self, detail: str = "") -> None:
        reason = (self.__class__.__doc__ or "").split("\n", 1)[0]
        super().__init__(f"{reason} ({detail})" if detail else reason)


class CatalogueBroken(LocalesError):
    """A catalogue file cannot be read."""


class ValueMissing(LocalesError):
    """A text names a placeholder that was not given."""


class CountryUnknown(LocalesError):
    """There are no lists for this country."""


class MunicipalityUnknown(LocalesError):
    """No municipality or region has this code."""


class HelplineForbidden(LocalesError):
    """A number is listed for a country where it must not be shown."""
