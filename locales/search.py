"""Finds which places a text names: first as written, then by its beginning, then with a typing slip.

As written wins over everything. A slip is forgiven in proportion to the length of the word, and only in a short text: a story is
searched for names that are really there. The work is bounded whatever is sent.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from locales import spelling

MOST_FOUND: Final = 5
"""As many as fit on one page of choices."""
LONGEST_NAME: Final = 4
"""Words of the longest names, their articles left out: Mitrovica e Veriut, Severna Kosovska Mitrovica."""
SHORT_TEXT: Final = 5
"""Up to so many words a text is an answer to "where?"; more is a story."""
FEW_WORDS: Final = 3
SHORTEST_BEGINNING: Final = 3
"""Letters as typed. `Po` is yes in Albanian, and not Podujevë."""
SLIPS: Final = ((4, 0), (6, 1), (9, 2))
"""Below this length, so many slips: Pejë and Viti are too short to guess at. Nine letters and more: three."""
MOST_SLIPS: Final = 3
SURE_LENGTH: Final = 6
"""A shorter word with a slip can only be a plain name, not one of its case forms. Among more than a few words only one slip in
one word of this length is forgiven: *shtepi me* is at home, and not Shtime."""
NEARLY: Final = 1
"""Other places are offered beside the best when they need at most one slip more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spellings:
    """All names by code; names that are ordinary words too; words that mean none, however near they come."""

    names: Mapping[str, tuple[str, ...]]
    everyday: tuple[str, ...]
    others: tuple[str, ...]


class Index:
    """Every case form of every name by its key."""

    def __init__(self, spellings: Spellings) -> None:
        self._places: dict[str, tuple[str, ...]] = {}
        self._beginnings: list[tuple[str, str]] = []
        self._everyday = frozenset(spelling.key(spelling.words(word)) for word in spellings.everyday)
        self._others = frozenset(spelling.key(spelling.words(word)) for word in spellings.others)
        for code, names in spellings.names.items():
            for name in names:
                self._beginnings.append((spelling.key(spelling.words(name)), code))
                for key in spelling.name_keys(name):
                    self._places[key] = tuple(dict.fromkeys((*self._places.get(key, ()), code)))
        self._keys = list(self._places)
        self._plain = list(dict.fromkeys(key for key, _ in self._beginnings))

    def find(self, text: str) -> tuple[str, ...]:
        """The places that a text may name, best first, at most five."""
        words = spelling.words(text)
        found = tuple(dict.fromkeys(self._written(words)))
        if not found and len(words) <= SHORT_TEXT and len(text.strip()) >= SHORTEST_BEGINNING:
            words = tuple(word for word in words if word not in self._others)
            found = self._begun(words) or self._slipped(words)
        return found[:MOST_FOUND]

    def _written(self, words: tuple[str, ...]) -> Iterator[str]:
        """Names as they stand in the text; the longest at each word, so that `Mitrovica e Veriut` is not `Mitrovica`."""
        start = 0
        while start < len(words):
            for size in range(min(LONGEST_NAME, len(words) - start), 0, -1):
                key = spelling.key(words[start : start + size])
                if key in self._places and not (size == 1 and len(words) > FEW_WORDS and key in self._everyday):
                    yield from self._places[key]
                    start += size - 1
                    break
            start += 1

    def _begun(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Names that begin with what was typed so far."""
        beginning = spelling.key(words)
        if len(beginning) < len("gj") or len(words) > FEW_WORDS:
            return ()
        return tuple(dict.fromkeys(code for key, code in self._beginnings if key.startswith(beginning)))

    def _slipped(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Names that a few wrong, missing, doubled or exchanged letters turn into what was typed."""
        slips: dict[str, int] = {}
        for typed in _windows(words):
            allowed = _allowed(typed) if len(words) <= FEW_WORDS else int(typed in words and len(typed) >= SURE_LENGTH)
            if not allowed:
                continue
            keys = self._keys if len(typed) >= SURE_LENGTH else self._plain
            for key, distance, _ in process.extract(typed, keys, scorer=OSA.distance, score_cutoff=allowed, limit=None):
                if key[0] == typed[0] or distance == 1:
                    for code in self._places[key]:
                        slips[code] = min(int(distance), slips.get(code, MOST_SLIPS))
        best = min(slips.values(), default=0)
        return tuple(code for code, distance in sorted(slips.items(), key=lambda pair: pair[1]) if distance <= best + NEARLY)


def _allowed(typed: str) -> int:
    return next((most for length, most in SLIPS if len(typed) < length), MOST_SLIPS)


def _windows(words: tuple[str, ...]) -> Iterator[str]:
    for size in range(1, FEW_WORDS + 1):
        for start in range(len(words) - size + 1):
            yield spelling.key(words[start : start + size])
