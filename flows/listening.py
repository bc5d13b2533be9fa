"""Phrases, and how they are found in a sentence.

A phrase is written as words with a few marks, so that child protection staff can read and extend `phrases/risks.yaml`:

    vdes            this word, in any spelling that `flows.folding` folds together
    vra*            any word that begins so
    ai/babai/burri  one of these
    <kill_sq>       one of a list of words named under `words:`
    po?             may be left out
    ~               up to three words of any kind
    ^  $            the beginning and the end of a sentence or of a part of it between commas; `now/$`: this word, or the end

Laws: nothing crosses the end of a sentence; the work for one text is bounded by its length times the number of phrases that
begin with the same word; nothing random, nothing remembered between texts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from flows.folding import fold

GAP: Final = 3
"""What `~` may span: a name, a time and a particle fit between two words that belong together; a second thought does not."""

FILLERS: Final = 2
"""How many words of the list `fillers` may stand in a row between two words of a phrase: "zaključao [je] me", "I [just] want"."""

MIN_CORRECTED: Final = 6
"""Shorter words are not corrected: one letter away from them lie too many other words (thika, thirra; nož, noć)."""

_SENTENCE: Final = re.compile(r"[.!?;]+(?=\s|$)")
_ELLIPSIS: Final = re.compile(r"\.{2,}|…")
_PART: Final = re.compile(r"[^\w\s]*[,:()\n\"«»„“”–—][^\w]*")
_WORD: Final = re.compile(r"[^\W_]+")
_EDGES: Final = frozenset("^$")

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The folded words of one sentence.

    `edges` are the positions at which a part begins or ends, `fillers` those of words that may stand anywhere in a phrase.
    """

    words: tuple[str, ...]
    edges: frozenset[int]
    fillers: frozenset[int] = frozenset()

    def passing_fillers(self, positions: set[int]) -> set[int]:
        """The positions, and those that are reached from them over fillers."""
        reached = set(positions)
        for _ in range(FILLERS):
            reached |= {at + 1 for at in reached & self.fillers}
        return reached


def sentences(text: str, fillers: frozenset[str] = frozenset()) -> Iterator[Sentence]:
    """Cut a text into sentences of folded words; `fillers` are folded too."""
    for piece in _SENTENCE.split(_ELLIPSIS.sub(" ", fold(text))):
        words: list[str] = []
        edges = {0}
        for part in _PART.split(piece):
            words += _WORD.findall(part)
            edges.add(len(words))
        if words:
            at = frozenset(place for place, word in enumerate(words) if word in fillers)
            yield Sentence(words=tuple(words), edges=frozenset(edges), fillers=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    """One place of a phrase: the words and beginnings that fit there, and whether an edge or a gap may stand there."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    optional: bool = False
    edge: bool = False
    gap: bool = False

    @property
    def needed(self) -> bool:
        """Tell whether no reading of the phrase can do without a word here."""
        return not (self.optional or self.edge or self.gap)

    def fits(self, word: str) -> bool:
        return word in self.words or word.startswith(self.stems)

    def after(self, positions: set[int], sentence: Sentence) -> set[int]:
        """Where the reading can stand after this place, having stood at `positions` before it."""
        words = sentence.words
        if self.gap:
            return {at + step for at in positions for step in range(GAP + 1) if at + step <= len(words)}
        passed = {at + 1 for at in positions if at < len(words) and self.fits(words[at])}
        if self.edge:
            passed |= positions & sentence.edges
        return passed | positions if self.optional else passed


class Phrase:
    """A phrase of the little language above, ready to be looked for."""

    def __init__(self, text: str, lists: Mapping[str, Iterable[str]]) -> None:
        self.text = text
        self.items = tuple(_item(token, lists) for token in text.split())
        first = next((item for item in self.items if item.words or item.stems), None)
        if first is None or first.optional or any(item.gap for item in self.items[: self.items.index(first)]):
            raise ValueError(f"a phrase begins with a word: {text!r}")
        self.first = first

    def ends(self, sentence: Sentence, start: int) -> set[int]:
        """Every position at which the phrase can end when it begins at `start`."""
        positions = {start}
        for place, item in enumerate(self.items):
            positions = item.after(sentence.passing_fillers(positions) if place else positions, sentence)
            if not positions:
                break
        return positions


def _item(mark: str, lists: Mapping[str, Iterable[str]]) -> _Item:
    if mark == "~":
        return _Item(gap=True)
    optional = mark.endswith("?")
    words: set[str] = set()
    stems: set[str] = set()
    parts = mark.removesuffix("?").split("/")
    for part in parts:
        if part in _EDGES:
            continue
        for word in lists[part[1:-1]] if part.startswith("<") else (part,):
            folded = fold(word.rstrip("*"))
            if not _WORD.fullmatch(folded):
                raise ValueError(f"not a word of a phrase: {word!r}")
            (stems if word.endswith("*") else words).add(folded)
    edge = not _EDGES.isdisjoint(parts)
    return _Item(words=frozenset(words), stems=tuple(sorted(stems)), optional=optional, edge=edge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A phrase found: the words from `start` to before `end`."""

    key: str
    start: int
    end: int


class _Index(Generic[Entry]):
    """Entries under whole words and under beginnings of words."""

    def __init__(self) -> None:
        self._words: dict[str, list[Entry]] = {}
        self._stems: dict[str, list[Entry]] = {}
        self._longest = 0

    def add(self, item: _Item, entry: Entry) -> None:
        for word in item.words:
            self._words.setdefault(word, []).append(entry)
        for stem in item.stems:
            self._stems.setdefault(stem, []).append(entry)
            self._longest = max(self._longest, len(stem))

    def find(self, word: str) -> Iterator[Entry]:
        yield from self._words.get(word, ())
        for length in range(1, min(len(word), self._longest) + 1):
            yield from self._stems.get(word[:length], ())


class Lookout:
    """Many phrases at once, each under a key: found by their first word, tried where every word they need is in the sentence."""

    def __init__(self, phrases: Iterable[tuple[str, Phrase]]) -> None:
        self._beginnings: _Index[tuple[str, Phrase, frozenset[_Item]]] = _Index()
        self._needs: _Index[_Item] = _Index()
        known: dict[_Item, _Item] = {}
        for key, phrase in phrases:
            needed = frozenset(known.setdefault(item, item) for item in phrase.items if item.needed)
            self._beginnings.add(phrase.first, (key, phrase, needed))
        for item in known:
            self._needs.add(item, item)

    def matches(self, sentence: Sentence) -> Iterator[Match]:
        """Every phrase found in the sentence, with its longest reading."""
        met = frozenset(item for word in set(sentence.words) for item in self._needs.find(word))
        for start, word in enumerate(sentence.words):
            for key, phrase, needed in self._beginnings.find(word):
                ends = phrase.ends(sentence, start) if needed <= met else None
                if ends:
                    yield Match(key=key, start=start, end=max(ends))


class Speller:
    """Mends one wrong letter in long words: a letter missing, added, changed, or two swapped.

    The first letter must be right, and the last of a word is not changed for another: endings carry meaning ("fshihem", I hide;
    "fshihet", it hides). Words of `ordinary` phrases are known and stay as they are.
    """

    def __init__(self, phrases: Iterable[Phrase], ordinary: Iterable[Phrase] = ()) -> None:
        items = [item for phrase in phrases for item in phrase.items]
        words = {word for item in items for word in item.words}
        self._stems = frozenset(stem for item in items for stem in item.stems if len(stem) >= MIN_CORRECTED)
        self._known = words.union(*(item.words for phrase in ordinary for item in phrase.items))
        self._known_stems = tuple(self._stems)
        long = {word for word in words if len(word) >= MIN_CORRECTED} | self._stems
        self._variants: dict[str, list[str]] = {}
        for word in sorted(long):
            for variant in (word, *_without_one(word)):
                self._variants.setdefault(variant, []).append(word)
        self._longest = max(map(len, long), default=0)

    def mend(self, sentence: Sentence) -> Sentence:
        """The sentence with misspelt long words as they are in the phrases."""
        return replace(sentence, words=tuple(self._mended(word) for word in sentence.words))

    def _mended(self, word: str) -> str:
        if len(word) < MIN_CORRECTED - 1 or word in self._known or word.startswith(self._known_stems):
            return word
        for length in range(MIN_CORRECTED - 1, min(len(word), self._longest + 1) + 1):
            head, rest = word[:length], word[length:]
            known = next((one for one in self._near(head) if one in self._stems or (not rest and head[-1] == one[-1])), None)
            known = known or (self._swapped_end(head) if not rest else None)
            if known is not None:
                return known + rest
        return word

    def _near(self, head: str) -> Iterator[str]:
        for variant in (head, *_without_one(head)):
            for known in self._variants.get(variant, ()):
                if known[0] == head[0] and _one_edit(head, known):
                    yield known

    def _swapped_end(self, word: str) -> str | None:
        swapped = word[:-2] + word[-1] + word[-2]
        return swapped if swapped in self._variants.get(swapped, ()) else None


def _without_one(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _one_edit(one: str, other: str) -> bool:
    """Tell whether one letter added, left out or changed, or two neighbours swapped, makes `one` into `other`."""
    at = next((index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, wanted = one[at:], other[at:]
    swapped = rest[1:2] + rest[0:1] + rest[2:]
    return wanted in (rest[1:], swapped) or rest == wanted[1:] or rest[1:] == wanted[1:]
