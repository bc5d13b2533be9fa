"""Tells whether a script makes sense as a whole: every way leads somewhere, every node can be reached and left, and no text asks or
promises what must not be asked or promised (DOMAIN.md C2, C9). Shape is `flows.reading`'s business; here everything has it.

Nothing is raised: the answer is a list of problems, so that whoever writes a script sees all of them at once.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flows import yamlfile
from flows.answering import AGAIN, CONTINUE, DONE
from flows.commandwords import folded
from flows.conditions import Condition
from flows.paging import NEXT, PREVIOUS
from flows.place import NONE_OF_THESE, WHOLE
from flows.script import Node, Option, Script
from flows.view import NAV

CARDS: Final[Mapping[str, frozenset[str]]] = {
    "help": frozenset({"go_on", "language", "safe_word", "keep", "remove", "code", "forget"}),
    "language": frozenset(),
    "stop": frozenset({"go_on", "send", "delete", "withdraw", "leave"}),
    "stopped": frozenset({"go_on"}),
    "discarded": frozenset({"go_on"}),
    "risk": frozenset({"yes", "no"}),
    "danger": frozenset({"go_on"}),
    "forget": frozenset({"yes", "no"}),
    "forgotten": frozenset(),
    "safe_word": frozenset({"go_on"}),
    "place": frozenset({"yes", "no"}),
    "answered": frozenset({"read", "go_on"}),
    "code": frozenset({"go_on"}),
    "neutral": frozenset({"continue"}),
    "hidden": frozenset({"open"}),
}
"""The cards that the engine shows, with the choices that it understands on them."""

NOTES: Final = frozenset(
    {
        "words",
        "corrected",
        "words_first",
        "words_cut",
        "words_full",
        "voice_kept",
        "file_kept",
        "picture",
        "file",
        "voice",
        "contact",
        "other",
    }
    | {"too_large", "too_many", "failed", "location", "place_regions", "place_region", "place_confirm", "place_several"}
    | {"place_none", "risk_denied", "risk_sent", "safe_word_set", "safe_word_again", "messages_kept", "messages_removed"}
    | {"readers", "stale", "unknown", "words_shown"}
    | {"message", "code_mistyped", "code_unknown", "code_later", "code_busy"}
    | {f"officer_{state}" for state in ("waiting", "acknowledged", "taken", "unanswered", "closed")}
)
LABELS: Final = frozenset({*NAV, "yes", "no", "more", "previous", WHOLE + "_region", NONE_OF_THESE, DONE, CONTINUE, AGAIN})
RESERVED: Final = frozenset({*NAV, NEXT, PREVIOUS})
"""Codes that mean something on every card and so cannot be a script's own."""

Wording = Callable[[str, str], str]
"""Gives the words of a message id in a language."""

_LETTERS: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something in a script that must be mended, and where."""

    where: str
    what: str


def check(script: Script) -> tuple[Problem, ...]:
    """Every problem of the script's sense."""
    found = [*_unknown_targets(script), *_everywhere(script)]
    if not found:
        found += [*_unreachable(script), *_without_way_out(script)]
    for node in script.nodes.values():
        found += [*_own_problems(node), *_conditions(script, node)]
    places = [node.name for node in script.nodes.values() if node.kind == "place"]
    found += [Problem(where=name, what="asks for the place a second time") for name in places[1:]]
    return tuple(found)


def _unknown_targets(script: Script) -> Iterator[Problem]:
    for node in script.nodes.values():
        for target in dict.fromkeys(node.targets()):
            if target not in script.nodes:
                yield Problem(where=node.name, what=f"leads to the unknown node {target!r}")


def _unreachable(script: Script) -> Iterator[Problem]:
    reached = {script.start, script.sending, script.withdrawing, script.reading, script.returning} - {""}
    ahead = list(reached)
    while ahead:
        new = set(script.nodes[ahead.pop()].targets()) - reached
        reached |= new
        ahead += new
    for name in script.nodes:
        if name not in reached:
            yield Problem(where=name, what="cannot be reached")


def _without_way_out(script: Script) -> Iterator[Problem]:
    out = {node.name for node in script.nodes.values() if node.kind == "end"}
    grew = True
    while grew:
        more = {node.name for node in script.nodes.values() if node.name not in out and out.intersection(node.targets())}
        out |= more
        grew = bool(more)
    for name in script.nodes:
        if name not in out:
            yield Problem(where=name, what="has no way to an end")


def _own_problems(node: Node) -> Iterator[Problem]:
    if not node.say:
        yield Problem(where=node.name, what="says nothing")
    if node.kind in {"choose", "tick"} and not node.options:
        yield Problem(where=node.name, what="offers no choice")
    if node.kind in {"tick", "write", "talk", "place", "inform"} and not node.to:
        yield Problem(where=node.name, what="leads nowhere when it is done")
    if node.kind not in {"end", "review"} and not node.may_be_skipped():
        yield Problem(where=node.name, what="cannot be skipped")
    if node.kind != "place" and any(effect.name == "area" for effect in (*node.do, *node.skip_do)):
        yield Problem(where=node.name, what="names the area, which only a node of kind place knows")
    if node.kind in {"tick", "place"} and node.step is None:
        yield Problem(where=node.name, what="asks and records nothing: it has no step")
    for option in node.options:
        yield from _option_problems(node, option)


def _option_problems(node: Node, option: Option) -> Iterator[Problem]:
    where = f"{node.name}.{option.code}"
    if option.code in RESERVED or (option.code == DONE and node.kind in {"tick", "write", "talk"}):
        yield Problem(where=where, what="has a code that means something everywhere")
    if node.kind != "tick" and not (option.to or option.visit or node.to or option.do):
        yield Problem(where=where, what="leads nowhere and does nothing")
    if any(effect.name == "area" for effect in option.do):
        yield Problem(where=where, what="names the area, which only a node of kind place knows")


def _conditions(script: Script, node: Node) -> Iterator[Problem]:
    steps = {one.step for one in script.nodes.values()}
    for condition in _all_conditions(node):
        for step in sorted(condition.steps()):
            if step not in steps:
                yield Problem(where=node.name, what=f"looks at the answer of the unknown step {step!r}")


def _all_conditions(node: Node) -> Iterator[Condition]:
    guards = [line.when for line in node.say]
    guards += [way.when for way in (*node.to, *node.skip)]
    guards += [option.when for option in node.options]
    yield from (guard for guard in guards if guard is not None)


def _everywhere(script: Script) -> Iterator[Problem]:
    for name, codes in CARDS.items():
        card = script.cards.get(name)
        given = frozenset[str]() if card is None else frozenset(option.code for option in card.options)
        if card is None:
            yield Problem(where=f"cards.{name}", what="is missing")
        elif given != codes:
            yield Problem(where=f"cards.{name}", what=f"must have the choices {', '.join(sorted(codes)) or 'none'}")
    for kind, wanted, present in (("notes", NOTES, script.notes), ("labels", LABELS, script.labels)):
        for name in sorted(wanted - present.keys()):
            yield Problem(where=f"{kind}.{name}", what="is missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forbidden:
    """What no text may say: phrases by what is wrong with them, and by language."""

    phrases: Mapping[str, Mapping[str, tuple[str, ...]]]

    @classmethod
    def load(cls) -> "Forbidden":
        """Read `phrases/forbidden.yaml`."""
        return cls.read(yamlfile.read("phrases", "forbidden.yaml"))

    @classmethod
    def read(cls, document: Mapping[str, object]) -> "Forbidden":
        """Turn `{questions: {en: [...]}, promises: {...}}` into a value; an entry is a phrase or a mapping with a `phrase`."""
        phrases = {
            str(kind): {str(language): tuple(_phrase(one) for one in listed) for language, listed in by_language.items()}
            for kind, by_language in document.items()
            if isinstance(by_language, Mapping)
        }
        return cls(phrases=phrases)

    def found_in(self, words: str, language: str) -> Iterator[tuple[str, str]]:
        """Every phrase of this language in the words, with what is wrong with it."""
        plain = _plain(words)
        for kind, by_language in self.phrases.items():
            for phrase in by_language.get(language, ()):
                if _plain(phrase) in plain:
                    yield kind, phrase


def _phrase(one: object) -> str:
    return str(one["phrase"]) if isinstance(one, Mapping) else str(one)


def _plain(words: str) -> str:
    return f" {_LETTERS.sub(' ', folded(words)).strip()} "


def check_words(script: Script, wording: Wording, languages: Iterable[str], forbidden: Forbidden) -> tuple[Problem, ...]:
    """Every text of the script that asks or promises, in one of the languages, what must not be."""
    return check_texts(script.msgids(), wording, languages, forbidden)


def check_texts(msgids: Iterable[str], wording: Wording, languages: Iterable[str], forbidden: Forbidden) -> tuple[Problem, ...]:
    """The same of any texts that reporters read."""
    said, found = tuple(msgids), []
    for language in languages:
        for msgid in said:
            for kind, phrase in forbidden.found_in(wording(msgid, language), language):
                found.append(Problem(where=f"{language}: {msgid!r}", what=f"{kind}: {phrase!r}"))
    return tuple(found)
