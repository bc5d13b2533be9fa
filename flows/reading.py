"""Reads a script from YAML into frozen values and says everything that is wrong with its shape, not only the first thing.

This module knows the spelling; what the words mean is in `flows.script` and `flows.conditions`; whether the whole makes sense
(targets exist, every node can be left) is for `flows.validator`.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from flows import yamlfile
from flows.commandwords import folded
from flows.conditions import Condition, ConditionUnknown, read_condition
from flows.errors import ScriptBroken
from flows.script import EFFECTS, KINDS, NUMBERS, VALUES, Effect, Exit, Line, Node, Option, Script, Words

EVERYWHERE: Final = "everywhere"

_NODE_KEYS = frozenset({"kind", "step", "say", "choices", "to", "skip", "do", "skip_do", "mood", "done"})
_LINE_KEYS = frozenset({"text", "child", "adult", "if", "mood"})
_OPTION_KEYS = frozenset({"code", "label", "do", "to", "visit", "if", "alone"})
_CODE = re.compile(r"^[a-z][a-z0-9_]{0,30}$")
_NAME = re.compile(r"\{([^{}]*)\}")
_ENTRIES = ("start", "sending", "withdrawing")
_MORE_ENTRIES = ("reading", "returning")
_MOODS = ("normal", "danger", "neutral")


@cache
def load_script(name: str) -> Script:
    """Give `scripts/<name>.yaml` with the cards of `scripts/everywhere.yaml`, both read once."""
    return read_script(yamlfile.read("scripts", f"{name}.yaml"), yamlfile.read("scripts", f"{EVERYWHERE}.yaml"))


def read_script(document: Mapping[str, Any], everywhere: Mapping[str, Any]) -> Script:
    """Turn two parsed documents into a script; `ScriptBroken` lists every problem of shape."""
    reader = _Reader()
    name = str(document.get("script", "?"))
    nodes = reader.nodes(document.get("nodes"), "nodes")
    cards = reader.nodes(everywhere.get("cards"), "cards")
    notes = {name: reader.lines(shape, f"notes.{name}") for name, shape in _mapping(everywhere.get("notes")).items()}
    labels = {code: reader.words(shape, f"labels.{code}") for code, shape in _mapping(everywhere.get("labels")).items()}
    if not isinstance(document.get("version"), int):
        reader.wrong("version", "is not a number")
    commands = reader.meanings(everywhere, "commands")
    replies = reader.meanings(everywhere, "replies")
    for entry in _ENTRIES:
        if document.get(entry) not in nodes:
            reader.wrong(entry, f"names no node: {document.get(entry)!r}")
    given = tuple(entry for entry in _MORE_ENTRIES if entry in document)
    for entry in given:
        if document[entry] not in nodes:
            reader.wrong(entry, f"names no node: {document[entry]!r}")
    reader.keys(document, frozenset({"script", "version", "nodes", *_ENTRIES, *_MORE_ENTRIES}), name)
    reader.keys(everywhere, frozenset({"cards", "notes", "labels", "commands", "replies"}), EVERYWHERE)
    if reader.problems:
        raise ScriptBroken(name, tuple(reader.problems))
    entries = {entry: str(document[entry]) for entry in (*_ENTRIES, *given)}
    return Script(
        name=name,
        version=document["version"],
        nodes=nodes,
        cards=cards,
        notes=notes,
        labels=labels,
        commands=commands,
        replies=replies,
        **entries,
    )


def _mapping(shape: object) -> Mapping[str, Any]:
    return shape if isinstance(shape, Mapping) else {}


class _Reader:
    """Collects problems while values are built."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def wrong(self, where: str, what: str) -> None:
        self.problems.append(f"{where} {what}")

    def keys(self, shape: Mapping[str, Any], known: frozenset[str], where: str) -> None:
        for key in shape:
            if key not in known:
                self.wrong(where, f"has the unknown key {key!r}")

    def nodes(self, shape: object, where: str) -> dict[str, Node]:
        if not isinstance(shape, Mapping) or not shape:
            self.wrong(where, "is not a mapping of nodes")
            return {}
        return {str(name): self.node(str(name), _mapping(body)) for name, body in shape.items()}

    def node(self, name: str, body: Mapping[str, Any]) -> Node:
        self.keys(body, _NODE_KEYS, name)
        kind = body.get("kind", "choose")
        if kind not in KINDS:
            self.wrong(name, f"is of no known kind: {kind!r}")
        options = tuple(self.option(one, f"{name}.choices") for one in self.listed(body.get("choices", []), f"{name}.choices"))
        codes = [option.code for option in options]
        for code in sorted({code for code in codes if codes.count(code) > 1}):
            self.wrong(name, f"has the choice {code!r} twice")
        return Node(
            name=name,
            kind=kind,
            step=body.get("step"),
            say=self.lines(body.get("say", []), f"{name}.say"),
            options=options,
            to=self.exits(body.get("to"), f"{name}.to"),
            skip=self.exits(body.get("skip"), f"{name}.skip"),
            do=self.effects(body.get("do", []), f"{name}.do"),
            skip_do=self.effects(body.get("skip_do", []), f"{name}.skip_do"),
            mood=self.mood(body.get("mood", "normal"), name),
            done=self.words(body["done"], f"{name}.done") if "done" in body else None,
        )

    def option(self, shape: object, where: str) -> Option:
        body = _mapping(shape)
        self.keys(body, _OPTION_KEYS, where)
        code = body.get("code")
        if not isinstance(code, str) or not _CODE.match(code.replace("-", "_").lower()):
            self.wrong(where, f"has a choice without a code: {code!r}")
        place = f"{where}.{code}"
        return Option(
            code=str(code),
            label=self.words(body.get("label"), place),
            do=self.effects(body.get("do", []), place),
            to=body.get("to"),
            visit=body.get("visit"),
            when=self.condition(body.get("if"), place),
            alone=body.get("alone") is True,
        )

    def meanings(self, everywhere: Mapping[str, Any], kind: str) -> dict[str, str]:
        """`command: [word, word]` turned round: what each word means."""
        meant: dict[str, str] = {}
        for code, words in _mapping(everywhere.get(kind)).items():
            for word in self.listed(words, f"{kind}.{code}"):
                if meant.setdefault(folded(str(word)), str(code)) != code:
                    self.wrong(f"{kind}.{code}", f"has the word {word!r} of another meaning")
        return meant

    def lines(self, shape: object, where: str) -> tuple[Line, ...]:
        return tuple(self.line(one, where) for one in self.listed(shape, where))

    def line(self, shape: object, where: str) -> Line:
        if isinstance(shape, str):
            shape = {"text": shape}
        body = _mapping(shape)
        self.keys(body, _LINE_KEYS, where)
        words = self.words({key: body[key] for key in ("text", "child", "adult") if key in body}, where)
        mood = self.mood(body.get("mood", "normal"), where)
        names = tuple(name for name in dict.fromkeys(_NAME.findall(f"{words.child} {words.adult}")) if name not in NUMBERS)
        return Line(words=words, when=self.condition(body.get("if"), where), mood=mood, names=names)

    def mood(self, mood: Any, where: str) -> str:
        if mood not in _MOODS:
            self.wrong(where, f"has no known mood: {mood!r}")
        return str(mood)

    def words(self, shape: object, where: str) -> Words:
        """`"text"`, `{text: ...}` or `{child: ..., adult: ...}`."""
        body = {"text": shape} if isinstance(shape, str) else _mapping(shape)
        child, adult = body.get("child", body.get("text")), body.get("adult", body.get("text"))
        if not isinstance(child, str) or not isinstance(adult, str) or not child.strip() or not adult.strip():
            self.wrong(where, "has not a text for both registers")
        elif "text" in body and len(body) > 1:
            self.wrong(where, "has a text for both registers and one for a single register")
        for name in _NAME.findall(f"{child} {adult}"):
            if name not in VALUES | NUMBERS:
                self.wrong(where, f"has the unknown placeholder {{{name}}}")
        return Words(child=str(child), adult=str(adult))

    def exits(self, shape: object, where: str) -> tuple[Exit, ...]:
        if shape is None:
            return ()
        if isinstance(shape, str):
            return (Exit(to=shape),)
        ways = []
        for one in self.listed(shape, where):
            body = _mapping(one)
            self.keys(body, frozenset({"if", "to"}), where)
            ways.append(Exit(to=str(body.get("to")), when=self.condition(body.get("if"), where)))
        if not ways or ways[-1].when is not None:
            self.wrong(where, "has no last way without a condition")
        return tuple(ways)

    def effects(self, shape: object, where: str) -> tuple[Effect, ...]:
        return tuple(self.effect(one, where) for one in self.listed(shape, where))

    def effect(self, shape: object, where: str) -> Effect:
        body = {shape: ""} if isinstance(shape, str) else _mapping(shape)
        name, value = next(iter(body.items()), ("", ""))
        if len(body) != 1 or name not in EFFECTS:
            self.wrong(where, f"has an unknown effect: {shape!r}")
            return Effect(name="send")
        allowed = EFFECTS[name]
        if not isinstance(value, str) or (value == "" if allowed is None else value not in (allowed or ("",))):
            self.wrong(where, f"gives the effect {name!r} the unknown value {value!r}")
        return Effect(name=name, value=str(value))

    def condition(self, shape: object, where: str) -> Condition | None:
        if shape is None:
            return None
        try:
            return read_condition(shape)
        except ConditionUnknown as error:
            self.wrong(where, str(error))
            return None

    def listed(self, shape: object, where: str) -> list[Any]:
        if not isinstance(shape, list):
            self.wrong(where, "is not a list")
            return []
        return shape
