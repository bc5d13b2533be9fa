"""How a conversation moves between nodes: on, back, past a question, to a visit and home from it."""

from flows import limits
from flows.conditions import SKIPPED
from flows.effects import do_all
from flows.script import Node, Option, first_exit
from flows.session import Session, revised
from flows.turn import Turn


def go_to(turn: Turn, target: str | None) -> None:
    """Stand at this node, with the way back to the one before. Where no way leads anywhere, stay."""
    session = turn.session
    if target is None:
        return
    walked = session.trail if target == session.node else (*session.trail, session.node)
    trail = () if turn.no_way_back else walked[-limits.TRAIL :]
    returning = None if target == session.returning else session.returning
    turn.session = _stand(turn, target, trail, returning)


def go_back(turn: Turn) -> bool:
    """Stand at the node before, its ticks as they were; False where there is none."""
    session = turn.session
    if not session.trail:
        return False
    target = session.trail[-1]
    returning = None if target == session.returning else session.returning
    turn.session = _stand(turn, target, session.trail[:-1], returning)
    node = turn.node
    if node.kind == "tick" and node.step is not None:
        given = turn.session.answer(node.step)
        codes = given if isinstance(given, tuple) else ()
        turn.session = revised(turn.session, ticked=tuple(code for code in codes if node.option(code) is not None))
    return True


def leave_by(turn: Turn, node: Node, option: Option | None = None) -> None:
    """Go where an answer leads: the choice's own way first, then home from a visit, then the node's way. Without any, stay."""
    if option is not None and option.visit is not None:
        turn.session = revised(turn.session, returning=node.name)
        go_to(turn, option.visit)
        return
    own = None if option is None else option.to
    go_to(turn, own or turn.session.returning or first_exit(node.to, turn.facts()))


def skip(turn: Turn, node: Node) -> None:
    """Leave a question out. What was answered before stays answered: passing over takes nothing back."""
    known = turn.session.answer(node.step) if node.step is not None else None
    if known in {None, SKIPPED}:
        if node.step is not None:
            turn.skip(node.step)
        do_all(turn, node.skip_do)
        turn.assess()
    go_to(turn, turn.session.returning or first_exit(node.skip or node.to, turn.facts()))


def _stand(turn: Turn, target: str, trail: tuple[str, ...], returning: str | None) -> Session:
    return revised(
        turn.session,
        node=target,
        trail=trail,
        returning=returning,
        ticked=(),
        page=0,
        region=None,
        offered=(),
        wrote=False,
    )
