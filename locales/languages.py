"""The languages a person can choose, in the order of the picker, each under its own name and without a flag.

Serbian is one catalogue in two scripts. Romani has no CLDR locale: nothing here or elsewhere asks Babel for one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language with its script. `catalogue` is the folder of its texts; English is the message ids themselves."""

    code: str
    self_name: str
    catalogue: str | None


LANGUAGES: Final = (
    Language(code="sq", self_name="Shqip", catalogue="sq"),
    Language(code="sr-Latn", self_name="Srpski", catalogue="sr"),
    Language(code="sr-Cyrl", self_name="Српски", catalogue="sr"),
    Language(code="rom", self_name="Romani čhib", catalogue="rom"),
    Language(code="en", self_name="English", catalogue=None),
)
"""Picker order: the two official languages of Kosovo first, then Romani, then English."""

CODES: Final = frozenset(language.code for language in LANGUAGES)
CATALOGUES: Final = tuple(dict.fromkeys(language.catalogue for language in LANGUAGES if language.catalogue))

_BY_HINT: Final[Mapping[str, str]] = MappingProxyType(
    {
        # ISO 639: the Albanian macrolanguage and its members.
        **dict.fromkeys(("sq", "sqi", "alb", "als", "aln", "aae", "aat"), "sq"),
        # CLDR's default script of Serbian is Cyrillic; the neighbours who read it as their own write Latin.
        **dict.fromkeys(("sr", "srp"), "sr-Cyrl"),
        **dict.fromkeys(("sh", "bs", "hr", "cnr"), "sr-Latn"),
        # The Romani macrolanguage and its members. `rm` is Romansh and `ro` Romanian: neither is Romani.
        **dict.fromkeys(("rom", "rmn", "rmy", "rmc", "rml", "rmo", "rmf", "rmw"), "rom"),
    }
)


def guess(hint: str | None) -> str:
    """Guess a language from what a messenger or browser says (`sr-Latn-RS`); the person may always choose another.

    Without a hint it is Albanian, which most people here read; a language that is not offered gives English.
    """
    parts = (hint or "").replace("_", "-").lower()[:35].split("-")
    if not parts[0]:
        return "sq"
    code = _BY_HINT.get(parts[0], "en")
    if parts[0] in {"sr", "srp"} and ("latn" in parts or "me" in parts or "ba" in parts):
        return "sr-Latn"
    return code
