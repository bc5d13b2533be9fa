"""Serbian is written once, in Cyrillic; the Latin text is derived, because the other direction breaks links and placeholders.

Placeholders, links, commands and handles pass unchanged, whatever script they are in.
"""

import re
from typing import Final

import cyrtranslit

from locales.placeholders import PROTECTED

_UPPER: Final = "A-ZČĆŽŠĐ"
_SHOUTED: Final = re.compile(f"(?<=[{_UPPER}])(Lj|Nj|Dž)(?![a-zčćžšđ])|(Lj|Nj|Dž)(?=[{_UPPER}])")
"""A digraph within capitals: ЉУБАВ is LJUBAV, and not LjUBAV."""


def to_latin(text: str) -> str:
    """Write a Serbian Cyrillic text in Latin letters."""
    parts, end = [], 0
    for kept in PROTECTED.finditer(text):
        parts += [_letters(text[end : kept.start()]), kept.group()]
        end = kept.end()
    return "".join((*parts, _letters(text[end:])))


def _letters(text: str) -> str:
    latin = str(cyrtranslit.to_latin(text, "sr"))
    return _SHOUTED.sub(lambda match: match.group().upper(), latin)
