"""What a choice means at a node of the script: an answer, a tick, a page, the end of writing."""

from typing import Final

from flows import paging, place
from flows.effects import do_all
from flows.moving import go_to, leave_by, skip
from flows.script import Node, Option
from flows.session import revised
from flows.turn import Turn

WRITTEN: Final = "written"
"""The answer of a step where the reporter wrote: the words are kept beside the answers, not in them."""

DONE: Final = "done"
CONTINUE: Final = "continue"
AGAIN: Final = "again"


def press(turn: Turn, code: str) -> None:
    """Take a choice of the node where the conversation stands; a code that is not offered is refused."""
    node = turn.node
    if node.kind == "place":
        place.press(turn, node, code)
        return
    options = node.options_now(turn.facts())
    option = next((one for one in options if one.code == code), None)
    page = _turned(turn, node, code, len(options))
    if option is not None:
        _choose(turn, node, option)
    elif page is not None:
        turn.session = revised(turn.session, page=page)
    elif code == built_in(node):
        _finish(turn, node)
    else:
        turn.refuse("unknown_choice")


def _turned(turn: Turn, node: Node, code: str, count: int) -> int | None:
    """The page that a button leads to: of a message that is read its next part, else of the choices."""
    if node.name == turn.assets.script.reading:
        return paging.turned_part(turn.session.page, code, turn.facts().parts)
    return paging.turned(turn.session.page, code, count)


def built_in(node: Node) -> str | None:
    """The choice that a node has without the script naming it."""
    if node.kind in {"tick", "write", "talk"}:
        return DONE
    if node.options:
        return None
    return AGAIN if node.kind == "end" else CONTINUE


def _choose(turn: Turn, node: Node, option: Option) -> None:
    if node.kind == "tick" and not option.alone:
        _tick(turn, option)
        return
    if node.step is not None:
        turn.answer(node.step, (option.code,) if node.kind == "tick" else option.code)
    do_all(turn, option.do)
    do_all(turn, node.do)
    turn.assess()
    leave_by(turn, node, option)


def _tick(turn: Turn, option: Option) -> None:
    ticked = turn.session.ticked
    if option.code in ticked:
        turn.session = revised(turn.session, ticked=tuple(code for code in ticked if code != option.code))
        return
    turn.session = revised(turn.session, ticked=(*ticked, option.code))
    do_all(turn, option.do)


def _finish(turn: Turn, node: Node) -> None:
    """The reporter is done with the node: with its ticks, with writing, with reading, with everything."""
    session = turn.session
    if node.kind == "end":
        turn.no_way_back = True
        go_to(turn, turn.assets.script.start)
        return
    if (node.kind == "tick" and not session.ticked) or (node.kind == "write" and node.step is not None and not session.wrote):
        skip(turn, node)
        return
    if node.step is not None:
        ticks = tuple(option.code for option in node.options if option.code in session.ticked)
        turn.answer(node.step, ticks if node.kind == "tick" else WRITTEN)
    do_all(turn, node.do)
    turn.assess()
    leave_by(turn, node)
