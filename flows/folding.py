"""Folds written text to one form, so that a phrase is found however it was typed.

Laws: pure, deterministic, linear in the length of the text. What is folded together: capitals; ë and e, ç and c, č, ć and c, š,
ś and s, đ and dj; Serbian Cyrillic and Latin; the Romani spellings čh, ćh and qh, dž and ʒ, sh and š, zh and ž, x and h; the
Albanian clitics t' and m'; letters repeated for force; curly and straight apostrophes; invisible characters. The folded form is
for comparing only and is never shown or kept.
"""

import re
import unicodedata
from typing import Final

MAX_CHARACTERS: Final = 8192
"""Twice the longest Telegram message: nothing that a channel delivers is cut, and nothing larger is ever searched."""

_LETTERS: Final = str.maketrans(
    {
        **dict(zip("абвгдезијклмнопрстуфхцчшж", "abvgdezijklmnoprstufhccsz", strict=True)),
        **{"ђ": "dj", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѓ": "dj", "ќ": "c", "ѕ": "dz"},
        **{"й": "j", "и": "i", "ы": "i", "ь": "", "ъ": "", "э": "e", "ё": "e", "щ": "s", "я": "ja", "ю": "ju"},
        **{"đ": "dj", "ð": "dj", "ı": "i", "ł": "l", "ß": "ss", "ʒ": "dz", "θ": "th", "ə": "e"},
        **dict.fromkeys("’‘`´ʼ′ʻ‛", "'"),
    }
)
_SPELLINGS: Final = (
    (re.compile(r"\b([tmn])'(?=[^\W_aeiou])"), r"\1e "),  # t'vras, m'rreh, n'dhomë: the vowel that the apostrophe stands for
    (re.compile(r"'"), ""),
    (re.compile(r"dj"), "d"),  # povredjen, povređen, povreden
    (re.compile(r"xh"), "dz"),
    (re.compile(r"qh"), "ch"),  # Romani as RTK writes it
    (re.compile(r"sh"), "s"),
    (re.compile(r"zh"), "z"),
    (re.compile(r"q"), "c"),  # Albanian chats write q for ç and ç for q
    (re.compile(r"x"), "h"),
    (re.compile(r"(\w)\1+"), r"\1"),
)


def fold(text: str) -> str:
    """Fold a text; punctuation and spaces stay where they are."""
    text = unicodedata.normalize("NFKC", text[:MAX_CHARACTERS]).casefold().translate(_LETTERS)
    text = "".join(letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter) not in {"Mn", "Cf"})
    for spelling, folded in _SPELLINGS:
        text = spelling.sub(folded, text)
    return text[:MAX_CHARACTERS]
