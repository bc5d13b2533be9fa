"""What must be the same in every language: `{placeholders}`, links, `/commands` and digits.

Filling is plain replacement: `str.format` would let a value or a translation reach into objects.
"""

import re
from collections.abc import Mapping
from typing import Final

from locales.errors import ValueMissing

_NAME: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_BRACE: Final = re.compile(r"[{}]")
_LINK: Final = re.compile(r"(?:https?://|mailto:|tg://|viber://|t\.me/|www\.)[^\s<>()\"„“”]*[^\s<>()\"„“”.,;:!?]")
_COMMAND: Final = re.compile(r"(?<![\w/:.])/[A-Za-z][A-Za-z0-9_]*")
_HANDLE: Final = re.compile(r"(?<![\w@])@[A-Za-z0-9_]{3,}|[\w.+-]+@[\w-]+\.[\w.-]+")
_DIGITS: Final = re.compile(r"\d+")

_BRACED: Final = re.compile(r"\{[^{}]*\}")

PROTECTED: Final = re.compile("|".join(part.pattern for part in (_BRACED, _LINK, _COMMAND, _HANDLE)))
"""Everything that no transliteration may touch."""


def names(text: str) -> frozenset[str]:
    """List the placeholders of a text."""
    return frozenset(_NAME.findall(text))


def without(text: str) -> str:
    """Give a text without its placeholders."""
    return _NAME.sub("", text)


def fill(text: str, values: Mapping[str, object]) -> str:
    """Put values into a text; a value that itself holds braces is put in as it is."""

    def value(match: re.Match[str]) -> str:
        try:
            return str(values[match.group(1)])
        except KeyError:
            raise ValueMissing(match.group(1)) from None

    return _NAME.sub(value, text)


def faults(msgid: str, translation: str) -> tuple[str, ...]:
    """Say what a translation lost or added of the things that must stay the same; empty when it is sound."""
    found = []
    for what, pattern in (("placeholders", _NAME), ("links", _LINK), ("commands", _COMMAND), ("handles", _HANDLE)):
        wanted, had = set(pattern.findall(msgid)), set(pattern.findall(translation))
        found += [f"{what}: {one} is missing" for one in sorted(wanted - had)]
        found += [f"{what}: {one} is not in the English text" for one in sorted(had - wanted)]
    if set(_DIGITS.findall(without(msgid))) != set(_DIGITS.findall(without(translation))):
        found.append("digits differ")
    if _BRACE.search(without(translation)):
        found.append("a brace stands outside a placeholder")
    return tuple(found)
