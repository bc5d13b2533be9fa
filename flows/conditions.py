"""The small language in which scripts and urgency rules say *when*.

A condition is a frozen value that holds or does not hold over `Facts`: what the conversation knows at this moment. It looks at
nothing else, so the same condition gives the same answer in the server and in the browser. In YAML a condition is a mapping with
one test in it:

    {answer: who, is: me}   {answer: forms, in: [sexual, hit]}   {answer: age}   {skipped: age}
    {register: child}   {channel: telegram}   {language: sq}   {duty: true}   {officer: taken}
    {policy: abandoned, is: deliver}   {case: open}   {urgency: P1}   {area: known}   {contact: here}
    {excluded: yes}   {readers: late}   {risk: weapon}   {words: some}   {messages: kept}   {waiting: risk}
    {to_read: several}   {came_back: yes}
    {all: [...]}   {any: [...]}   {not: {...}}

`answer` alone holds when the step was answered and not skipped; of a tick list, `is` asks for one of the ticks. `urgency` means
at least. `risk` is one that the reporter confirmed. `waiting: risk` holds while an unanswered question about a
risk will send what was said. `case: [open, sent]` and the like hold for any of the list. `to_read` is
how many messages of the team lie here to be read, `came_back` whether this is somebody who came back with a code.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

AnswerValue = str | tuple[str, ...]

SKIPPED: Final = "skipped"
"""The value of an answer that was left out: an officer must see that the question was asked."""

LEVELS: Final = ("P0", "P1", "P2", "P3")
"""Urgency, most urgent first (DOMAIN.md section 5)."""


def at_least(level: str | None, wanted: str) -> bool:
    """Tell whether `level` is as urgent as `wanted` or more."""
    return level is not None and LEVELS.index(level) <= LEVELS.index(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a condition may look at. Holds no words of the reporter, only whether there are any. No condition asks for `parts`:
    it is on how many cards the message fits that is read."""

    answers: Mapping[str, AnswerValue] = field(default_factory=dict)
    register: str = "child"
    channel: str = "telegram"
    language: str = "en"
    duty: bool = False
    officer: str = "none"
    readers: str = "national"
    policies: Mapping[str, str] = field(default_factory=dict)
    case: str = "none"
    urgency: str | None = None
    area: str = "unknown"
    contact: str = "none"
    excluded: str = "unknown"
    risks: tuple[str, ...] = ()
    words: str = "none"
    messages: str = "deleted"
    waiting: str = "none"
    to_read: str = "none"
    parts: int = 1
    came_back: str = "no"


_CHOICES: Final[Mapping[str, tuple[str, ...] | None]] = {
    "register": ("child", "adult"),
    "channel": None,
    "language": None,
    "officer": ("none", "waiting", "acknowledged", "taken", "alarmed", "unanswered", "closed"),
    "readers": ("national", "area", "late", "nobody"),
    "case": ("none", "open", "sent", "withdrawn", "discarded"),
    "area": ("known", "unknown"),
    "contact": ("none", "here", "receipt"),
    "excluded": ("unknown", "no", "yes"),
    "words": ("none", "some"),
    "messages": ("kept", "deleted"),
    "waiting": ("none", "risk"),
    "to_read": ("none", "one", "several"),
    "came_back": ("no", "yes"),
}
"""The facts that are one word, and the words each can be where they are known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One test over the facts. `key` is a step, policy or fact; `values` what it may be; `parts` the conditions inside."""

    kind: str
    key: str = ""
    values: tuple[str, ...] = ()
    parts: tuple["Condition", ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Tell whether the condition is true of these facts."""
        match self.kind:
            case "fact":
                return getattr(facts, self.key) in self.values
            case "answer":
                return _answered(facts.answers.get(self.key), self.values)
            case "skipped":
                return facts.answers.get(self.key) == SKIPPED
            case "all":
                return all(part.holds(facts) for part in self.parts)
            case "any":
                return any(part.holds(facts) for part in self.parts)
            case "not":
                return not self.parts[0].holds(facts)
            case "urgency":
                return at_least(facts.urgency, self.values[0])
            case "duty":
                return facts.duty is (self.values[0] == "true")
            case "policy":
                return facts.policies.get(self.key) in self.values
            case _:
                return any(value in facts.risks for value in self.values)

    def steps(self) -> frozenset[str]:
        """The steps whose answers the condition looks at."""
        own = frozenset((self.key,)) if self.kind in {"answer", "skipped"} else frozenset[str]()
        return own.union(*(part.steps() for part in self.parts))


def _answered(value: AnswerValue | None, wanted: tuple[str, ...]) -> bool:
    if value is None:
        return False
    if not wanted:
        return value != SKIPPED
    return value in wanted if isinstance(value, str) else any(one in wanted for one in value)


class ConditionUnknown(ValueError):
    """The mapping is no condition of this language."""


def read_condition(shape: object) -> Condition:
    """Turn the YAML mapping of a condition into a value; `ConditionUnknown` says what is wrong with it."""
    if not isinstance(shape, Mapping) or not shape:
        raise ConditionUnknown(f"a condition is a mapping with one test, not {shape!r}")
    kind = next(iter(shape))
    rest = set(shape) - {kind}
    if rest - ({"is", "in"} if kind in {"answer", "policy"} else set()) or len(rest) > 1:
        raise ConditionUnknown(f"condition {kind!r} does not take {sorted(map(str, rest))}")
    value = shape[kind]
    match kind:
        case "all" | "any":
            return Condition(kind=kind, parts=tuple(read_condition(part) for part in _listed(value)))
        case "not":
            return Condition(kind="not", parts=(read_condition(value),))
        case "answer":
            return Condition(kind="answer", key=_word(value), values=_wanted(shape))
        case "policy":
            return Condition(kind="policy", key=_word(value), values=_one_or_more(_wanted(shape)))
        case "skipped":
            return Condition(kind="skipped", key=_word(value))
        case _:
            return _read_fact(kind, value)


def _read_fact(kind: object, value: object) -> Condition:
    match kind:
        case "urgency":
            return Condition(kind="urgency", values=_among((_word(value),), LEVELS))
        case "duty" if isinstance(value, bool):
            return Condition(kind="duty", values=("true" if value else "false",))
        case "risk":
            return Condition(kind="risk", values=_one_or_more(_words(value)))
        case str() if kind in _CHOICES:
            return Condition(kind="fact", key=kind, values=_among(_one_or_more(_words(value)), _CHOICES[kind]))
        case _:
            raise ConditionUnknown(f"unknown condition {kind!r}: {value!r}")


def _wanted(shape: Mapping[str, object]) -> tuple[str, ...]:
    if "in" in shape:
        return _one_or_more(_words(shape["in"]))
    return (_word(shape["is"]),) if "is" in shape else ()


def _listed(value: object) -> list[object]:
    if not isinstance(value, list) or not value:
        raise ConditionUnknown("all and any take a list of conditions")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise ConditionUnknown(f"{value!r} is not a word")
    return value


def _words(value: object) -> tuple[str, ...]:
    return tuple(_word(one) for one in value) if isinstance(value, list) else (_word(value),)


def _one_or_more(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ConditionUnknown("nothing to compare with")
    return values


def _among(values: tuple[str, ...], known: tuple[str, ...] | None) -> tuple[str, ...]:
    for value in values:
        if known is not None and value not in known:
            raise ConditionUnknown(f"{value!r} is none of {', '.join(known)}")
    return values
