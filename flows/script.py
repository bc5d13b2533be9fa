"""What a script is: nodes of a conversation as frozen values, read from `scripts/*.yaml` by `flows.reading`.

Laws: a script decides nothing by itself and holds no code; its texts are gettext message ids in plain English; everything that is
the same in every script (help, hide, the risk question, and so on) is in `scripts/everywhere.yaml`, its cards beside the nodes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from flows.conditions import Condition, Facts

KINDS: Final = ("choose", "tick", "write", "place", "inform", "review", "talk", "end")

EFFECTS: Final[Mapping[str, tuple[str, ...] | None]] = {
    "language": None,
    "register": ("child", "adult"),
    "danger": None,
    "readers": ("settled", "excluded"),
    "area": ("from_place",),
    "contact": ("none", "here", "receipt"),
    "hours": None,
    "send": (),
    "withdraw": (),
    "forget": (),
    "discard": (),
    "anew": (),
    "receipt": (),
    "open_words": (),
    "keep_messages": (),
    "ask_safe_word": (),
    "put_away": (),
    "new_receipt": (),
}
"""What pressing a choice can do, with the values it may have: None is any word, () is none."""

VALUES: Final = frozenset({"answers", "area", "region", "language", "receipt", "hours", "meaning", "words", "count", "reply"})
"""What may stand in braces in a text and is given with it."""

NUMBERS: Final = frozenset({"emergency", "police", "ambulance"})
"""What may stand in braces in any text: numbers to call, known to the renderer alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Something that happens besides moving on: one of `EFFECTS`."""

    name: str
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A text in both registers; the same message id twice where one text serves both."""

    child: str
    adult: str

    def for_register(self, register: str) -> str:
        """Choose the message id for this register."""
        return self.adult if register == "adult" else self.child


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A paragraph of a card, shown when its condition holds; a `danger` mood colours the whole card."""

    words: Words
    when: Condition | None = None
    mood: str = "normal"
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """Where a node leads, when its condition holds."""

    to: str
    when: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A choice. `visit` goes to a node and comes back here; `alone` on a tick list is the whole answer by itself."""

    code: str
    label: Words
    do: tuple[Effect, ...] = ()
    to: str | None = None
    visit: str | None = None
    when: Condition | None = None
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A place in the conversation. Without `step` nothing is recorded; `do` happens on leaving by an answer."""

    name: str
    kind: str
    say: tuple[Line, ...]
    step: str | None = None
    options: tuple[Option, ...] = ()
    to: tuple[Exit, ...] = ()
    skip: tuple[Exit, ...] = ()
    do: tuple[Effect, ...] = ()
    skip_do: tuple[Effect, ...] = ()
    mood: str = "normal"
    done: Words | None = None

    def option(self, code: str) -> Option | None:
        """Find the choice with this code."""
        return next((option for option in self.options if option.code == code), None)

    def options_now(self, facts: Facts) -> tuple[Option, ...]:
        """The choices that are offered under these facts."""
        return tuple(option for option in self.options if option.when is None or option.when.holds(facts))

    @property
    def settles_readers(self) -> bool:
        """Tell whether this is where it is asked who must not read."""
        return any(effect.name == "readers" for option in self.options for effect in option.do)

    def targets(self) -> Iterator[str]:
        """Every node that this one can lead to."""
        yield from (exit_.to for exit_ in (*self.to, *self.skip))
        for option in self.options:
            yield from (name for name in (option.to, option.visit) if name is not None)

    def may_be_skipped(self) -> bool:
        """Tell whether there is something to leave out here."""
        return self.kind not in {"end", "review"} and bool(self.skip or self.to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A whole conversation: its nodes, and the cards, notes and labels that are the same everywhere.

    `commands` are single words that mean a command when they are all that was typed, `replies` those that mean a choice.
    `sending` and `withdrawing` are the nodes to which the card of Stop leads who wants to send, or take back, what was said;
    `reading` is where a message of the team is read, `returning` where somebody stands who came back with a code. A script may do
    without the last two.
    """

    name: str
    version: int
    start: str
    nodes: Mapping[str, Node]
    cards: Mapping[str, Node]
    notes: Mapping[str, tuple[Line, ...]]
    labels: Mapping[str, Words]
    commands: Mapping[str, str]
    replies: Mapping[str, str]
    sending: str
    withdrawing: str
    reading: str = ""
    returning: str = ""

    @classmethod
    def load(cls, name: str) -> "Script":
        """Read `scripts/<name>.yaml`; `ScriptBroken` lists everything that has not the right shape."""
        from flows.reading import load_script  # noqa: PLC0415 - reading builds scripts, so it imports this module

        return load_script(name)

    def is_talk(self, name: str) -> bool:
        """Tell whether what is written at this node is a message to whoever has the case."""
        return self.nodes[name].kind == "talk" or name == self.reading

    @property
    def place_node(self) -> Node | None:
        """The node that asks about the place."""
        return next((node for node in self.nodes.values() if node.kind == "place"), None)

    def msgids(self) -> tuple[str, ...]:
        """Every text of the script once, in the order in which a translator meets them."""
        found: dict[str, None] = {}
        for words in self._words():
            found.update({words.child: None, words.adult: None})
        return tuple(found)

    def _words(self) -> Iterator[Words]:
        for node in (*self.nodes.values(), *self.cards.values()):
            yield from (line.words for line in node.say)
            yield from (option.label for option in node.options)
            if node.done is not None:
                yield node.done
        for lines in self.notes.values():
            yield from (line.words for line in lines)
        yield from self.labels.values()


def first_exit(exits: tuple[Exit, ...], facts: Facts) -> str | None:
    """Choose the first way that is open."""
    return next((one.to for one in exits if one.when is None or one.when.holds(facts)), None)
