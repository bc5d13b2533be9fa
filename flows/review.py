"""What of the answers may be put on a card: nothing that was said before the chat was hidden (as `Session.shown_words`)."""

from collections.abc import Iterator
from dataclasses import dataclass

from flows.assets import Assets
from flows.conditions import SKIPPED
from flows.place import REGION
from flows.script import Node, Script
from flows.session import Answer, Session
from flows.view import Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """One line of the list: the step, and its values as message ids or references; none where it was left out."""

    step: str
    values: tuple[str | Ref, ...]


def shown_answers(assets: Assets, session: Session) -> tuple[ShownAnswer, ...]:
    """The answers since the chat was last hidden, in the order of the script."""
    given = {answer.step: answer for answer in session.answers if answer.at > session.veiled_at}
    steps = dict.fromkeys(node.step for node in assets.script.nodes.values() if node.step is not None)
    return tuple(_shown(assets.script, session, given[step]) for step in steps if step in given)


def _shown(script: Script, session: Session, answer: Answer) -> ShownAnswer:
    values = answer.value if isinstance(answer.value, tuple) else (answer.value,)
    walked = [script.nodes[name] for name in reversed(session.trail) if name in script.nodes]
    nodes = [node for node in (*walked, *script.nodes.values()) if node.step == answer.step]
    shown = tuple(_worded(nodes, session, value) for value in values if value != SKIPPED)
    return ShownAnswer(step=answer.step, values=shown)


def _worded(nodes: list[Node], session: Session, value: str) -> str | Ref:
    if any(node.kind == "place" for node in nodes):
        is_region = value.startswith(REGION)
        return Ref("region", value.removeprefix(REGION)) if is_region else Ref("area", value)
    return next(_labels(nodes, session, value), Ref("count", "words"))


def _labels(nodes: list[Node], session: Session, value: str) -> Iterator[str]:
    for node in nodes:
        option = node.option(value)
        if option is not None:
            yield option.label.for_register(session.register)
