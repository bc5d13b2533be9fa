"""How one name of a place is written by many hands: scripts, diacritics, spelling habits, and case endings.

A *key* is what remains of a name when everything is folded away on which two honest spellings of it differ: `Ђаковица` and
`Djakovica` are one, and `Prishtinës` and `u Prištini` lead to one place. Keys are for comparing only.
"""

import itertools
import re
import unicodedata
from typing import Final

import cyrtranslit

LONGEST_TEXT: Final = 4096
"""As long as a messenger's message; the rest of a longer one names no place."""
MOST_WORDS: Final = 700
LONGEST_WORD: Final = 40
"""The longest name of a place has 23 letters."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_CYRILLIC: Final = re.compile("[Ѐ-ӿ]")
_OTHER_CYRILLIC: Final = str.maketrans(
    {"ќ": "ћ", "ѓ": "ђ", "ѕ": "дз", "й": "ј", "ы": "и", "я": "ја", "ю": "ју", "щ": "ш", "ь": "", "ъ": ""}
)
"""Letters of neighbouring keyboards, as the nearest Serbian ones."""

_HABITS: Final = (
    # Albanian, Serbian, Romani, Turkish, English and German ways of writing one sound.
    ("đ", "dj"), ("ð", "dj"), ("ı", "i"), ("dzh", "dz"), ("gj", "dj"), ("xh", "dz"), ("dj", "d"),
    ("tsch", "c"), ("sch", "s"), ("sh", "s"), ("zh", "z"), ("ch", "c"), ("qh", "c"), ("q", "c"), ("w", "v"),
    ("x", "z"), ("y", "i"), ("lj", "l"), ("nj", "n"),
)  # fmt: skip
_DOUBLED: Final = re.compile(r"(.)\1+")

_LINKS: Final = frozenset({"e", "i", "se", "te"})
"""Albanian articles inside a name; also Serbian and Albanian little words, so that leaving them out never hurts."""

_ENDINGS: Final = {
    "a": ("a", "e", "i", "u", "o", "om", "oj", "es", "en"),
    "e": ("e", "a", "i", "u", "es", "en", "em", "om", "ja", "jes", "jen", "ima"),
    "o": ("o", "a", "u", "om", "og", "im"),
    "i": ("i", "a", "e", "u", "ia", "ise", "ine", "it", "in", "ima"),
    "": ("", "a", "e", "i", "u", "it", "in", "ut", "un", "em", "om", "og", "ima"),
}
"""Endings that a name takes in Albanian (në Prishtinë, i Prishtinës, Ferizajt) and in Serbian (u Prištini, iz Novog Brda)."""


def words(text: str) -> tuple[str, ...]:
    """Cut a text into folded words, within bounds whatever is sent."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT])[:LONGEST_TEXT].casefold()
    if _CYRILLIC.search(plain):
        plain = str(cyrtranslit.to_latin(plain.translate(_OTHER_CYRILLIC), "sr"))
    found = (match.group()[:LONGEST_WORD] for match in itertools.islice(_WORD.finditer(plain), MOST_WORDS))
    return tuple(word for word in map(_fold, found) if word and word not in _LINKS)


def key(parts: tuple[str, ...]) -> str:
    """Join folded words into the key of a name: spaces and hyphens are left out as often as they are typed."""
    return _DOUBLED.sub(r"\1", "".join(parts))


def name_keys(name: str) -> frozenset[str]:
    """Give the keys of a name in all its case forms."""
    return frozenset(key(parts) for parts in itertools.product(*map(_forms, words(name))))


def _fold(word: str) -> str:
    for habit, sound in _HABITS:
        word = word.replace(habit, sound)
    decomposed = unicodedata.normalize("NFD", word)
    return _DOUBLED.sub(r"\1", "".join(letter for letter in decomposed if letter.isascii() and letter.isalpha()))


def _forms(word: str) -> frozenset[str]:
    last = word[-1] if word[-1] in "aeio" else ""
    stem = word[: len(word) - len(last)]
    forms = {stem + ending for ending in _ENDINGS[last]}
    if word.endswith("ac"):  # Orahovac, Orahovca
        forms |= {f"{word[:-2]}c{ending}" for ending in ("a", "u", "em")}
    if word.endswith("ka"):  # Suva Reka, u Suvoj Reci
        forms.add(f"{word[:-2]}ci")
    if word.endswith(("er", "ez")):  # Dibër, Dibra; Kamëz, Kamza
        forms |= {f"{word[:-2]}{word[-1]}{ending}" for ending in ("a", "e", "es", "en")}
    return frozenset(forms | {word})
