"""The report and what it says under given facts, for the tests of its words."""

import re
from collections.abc import Iterator

from flows import texts
from flows.conditions import Facts
from flows.hearing import Hearing
from flows.script import Line, Node, Script

SCRIPT = Script.load("report")


def cards() -> Iterator[Node]:
    yield from SCRIPT.nodes.values()
    yield from SCRIPT.cards.values()


def lines(node: Node) -> Iterator[str]:
    for line in node.say:
        yield line.words.child
        yield line.words.adult


def everything() -> tuple[str, ...]:
    return (*SCRIPT.msgids(), *texts.msgids(), *(f"I understood: {risk.meaning}." for risk in Hearing.load().risks))


def shown(say: tuple[Line, ...], facts: Facts) -> list[str]:
    return [line.words.for_register(facts.register) for line in say if line.when is None or line.when.holds(facts)]


def said(name: str, facts: Facts) -> list[str]:
    return shown(SCRIPT.nodes[name].say, facts)


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?:])\s+", text) if part]
