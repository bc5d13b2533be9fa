"""Hears in free text what cannot wait, in every language at once, however it is spelt (DOMAIN.md C13).

Laws: hearing only asks ("I understood: … Is that right?"); it never decides, refuses or hides anything, so a false alarm costs one
tap and a miss leaves the conversation as it was. Deterministic, and bounded in time by the length of the text. Nothing heard is
logged or kept here: codes come out, words do not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from flows import yamlfile
from flows.conditions import LEVELS
from flows.errors import ScriptBroken
from flows.folding import fold
from flows.listening import Lookout, Match, Phrase, Sentence, Speller, sentences

NEGATION_REACH: Final = 1
"""How many words of the list `negated` may stand between a negation and what it negates: "nuk ka [asnjë] armë"."""

_NEGATION, _IDIOM, _FICTION, _OVER, _SUBJECT = "negation", "idiom", "fiction", "over", "subject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """Something that cannot wait. `meaning` is the message id that completes "I understood: …"."""

    code: str
    level: str
    meaning: str


class Hearing:
    """The risks, most serious first, and the phrases that tell of them."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        lists = document.get("words", {})
        shapes = document["risks"]
        self.risks = tuple(Risk(code=one["code"], level=one["level"], meaning=one["meaning"]) for one in shapes)
        self._by_code = {risk.code: risk for risk in self.risks}
        self._order = {risk.code: place for place, risk in enumerate(self.risks)}
        self._real = frozenset(one["code"] for one in shapes if one.get("also_in_stories", False))
        told = [(one["code"], Phrase(text, lists)) for one in shapes for text in _flat(one["phrases"])]
        idioms = [(f"{_IDIOM}:{one['code']}", Phrase(text, lists)) for one in shapes for text in _flat(one.get("unless", {}))]
        negations = [(_NEGATION, Phrase(text, lists)) for text in _flat(document.get("negations", {}))]
        over = [(_OVER, Phrase(text, lists)) for text in _flat(document.get("stories_over", {}))]
        subjects = [(_SUBJECT, Phrase(text, lists)) for text in _flat(document.get("subjects", {}))]
        stories = [(_FICTION, Phrase(text, lists)) for text in _flat(document.get("stories", {}))]
        self._told = Lookout(told)
        self._untold = Lookout([*idioms, *negations, *stories, *over, *subjects])
        self._negated = frozenset(fold(word) for word in _flat(document.get("negated", {})))
        self._fillers = frozenset(fold(word) for word in _flat(document.get("fillers", {})))
        self._speller = Speller((phrase for _, phrase in told), (phrase for _, phrase in (*idioms, *negations, *stories, *over)))

    @classmethod
    def load(cls) -> "Hearing":
        """Give what stands in `phrases/risks.yaml`, which is read once; `ScriptBroken` says what is wrong with it."""
        return _shipped()

    def hear(self, text: str) -> tuple[str, ...]:
        """Give the codes of the risks told in the text, most serious first, each once."""
        heard: set[str] = set()
        for sentence in sentences(text, self._fillers):
            heard |= self._heard_in(self._speller.mend(sentence))
        return tuple(sorted(heard, key=self._order.__getitem__))

    def risk(self, code: str) -> Risk:
        """Find a risk by its code; an unknown code is a mistake of the program (KeyError)."""
        return self._by_code[code]

    def _heard_in(self, sentence: Sentence) -> set[str]:
        told = list(self._told.matches(sentence))
        if not told:
            return set()
        against = list(self._untold.matches(sentence))
        return {match.key for match in told if not self._taken_back(match, sentence, against)}

    def _taken_back(self, match: Match, sentence: Sentence, against: Iterable[Match]) -> bool:
        clause = any(other.key == _SUBJECT and other.start == match.start for other in against)
        for other in against:
            if other.key == _NEGATION and not clause and self._reaches(other.end, match.start, sentence):
                return True
            if other.key == _FICTION and match.key not in self._real and not _ended(other, match, against):
                return True
            if other.key == f"{_IDIOM}:{match.key}" and other.start < match.end and match.start < other.end:
                return True
        return False

    def _reaches(self, end: int, start: int, sentence: Sentence) -> bool:
        """Tell whether a negation that ends at `end` negates what begins at `start`.

        It stays in its own part of the sentence and passes only over words such as "any".
        """
        if not 0 <= start - end <= NEGATION_REACH or not sentence.edges.isdisjoint(range(end, start + 1)):
            return False
        return self._negated.issuperset(sentence.words[end:start])


@cache
def _shipped() -> Hearing:
    return read_hearing(yamlfile.read("phrases", "risks.yaml"))


def read_hearing(document: Mapping[str, Any]) -> Hearing:
    """Turn a parsed list of phrases into something that hears; `ScriptBroken` says what is wrong with it."""
    try:
        hearing = Hearing(document)
    except (KeyError, TypeError, ValueError) as error:
        raise ScriptBroken("phrases/risks.yaml", (repr(error),)) from None
    levels = [LEVELS.index(risk.level) for risk in hearing.risks]
    codes = {risk.code for risk in hearing.risks}
    if levels != sorted(levels) or len(codes) != len(hearing.risks):
        raise ScriptBroken("phrases/risks.yaml", ("risks are not in order of their level, or one is there twice",))
    return hearing


def _ended(story: Match, told: Match, around: Iterable[Match]) -> bool:
    """Tell whether the story was over before this was told: "the film ended, he has a knife"."""
    return any(one.key == _OVER and one.start <= story.start < one.end <= told.start for one in around)


def _flat(shape: Mapping[str, Iterable[str]]) -> list[str]:
    """The phrases of every language: a text is searched for all of them, for people mix languages."""
    return [text for texts in shape.values() for text in texts]
