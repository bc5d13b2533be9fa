"""The question about the place: regions, then municipalities, or typing a name, or a point on the map.

A name is never taken without a tap that confirms it. What was typed is kept as words too, so a name that was no name is not lost.
"""

from typing import Final

from flows import limits, paging
from flows.effects import do_all
from flows.moving import go_to, leave_by, skip
from flows.script import Node, first_exit
from flows.session import revised
from flows.turn import Turn

REGION: Final = "region:"
AREA: Final = "area:"
WHOLE: Final = "whole"
NONE_OF_THESE: Final = "none"


def listed(turn_places: tuple[str, ...], in_region: tuple[str, ...] | None) -> tuple[str, ...]:
    """The codes of the choices: regions, or the municipalities of the chosen one."""
    return tuple(REGION + one for one in turn_places) if in_region is None else tuple(AREA + one for one in in_region)


def codes(turn: Turn) -> tuple[str, ...]:
    """What can be chosen from the list now."""
    region = turn.session.region
    places = turn.assets.places
    return listed(places.regions(), None if region is None else places.in_region(region))


def press(turn: Turn, node: Node, code: str) -> None:
    """Take a choice of the question about the place."""
    session = turn.session
    known = codes(turn)
    page = paging.turned(session.page, code, len(known))
    if session.offered:
        _press_offered(turn, node, code)
    elif code in known and code.startswith(REGION):
        turn.session = revised(session, region=code.removeprefix(REGION), page=0)
    elif code in known:
        settle(turn, node, code.removeprefix(AREA))
    elif code == WHOLE and session.region is not None:
        skip_place(turn, node)
    elif page is not None:
        turn.session = revised(session, page=page)
    else:
        turn.refuse("unknown_choice")


def _press_offered(turn: Turn, node: Node, code: str) -> None:
    offered = turn.session.offered
    if code == "yes" and len(offered) == 1:
        settle(turn, node, offered[0])
    elif code.removeprefix(AREA) in offered:
        settle(turn, node, code.removeprefix(AREA))
    elif code in {"no", NONE_OF_THESE}:
        withdraw_offer(turn)
    else:
        turn.refuse("unknown_choice")


def withdraw_offer(turn: Turn) -> None:
    """Stop asking about a name."""
    turn.session = revised(turn.session, offered=())
    turn.note("place_none")


def listen(turn: Turn, text: str) -> None:
    """Offer the municipalities that the text may name."""
    found = turn.assets.places.find(text)[: limits.PLACES_OFFERED]
    turn.session = revised(turn.session, offered=found)
    turn.note("words" if found else "place_none")


def settle(turn: Turn, node: Node, area: str) -> None:
    """Take the municipality that the reporter named and go on: also on a visit first to what follows from another place."""
    another = turn.session.area not in {None, area}
    record(turn, node, area)
    if another and turn.session.returning is not None:
        go_to(turn, first_exit(node.to, turn.facts()))
    else:
        leave_by(turn, node)


def record(turn: Turn, node: Node, area: str) -> None:
    """Know the municipality, as if it had been answered at the node that asks for it."""
    if node.step is not None:
        turn.answer(node.step, area)
    do_all(turn, node.do, place=area)
    turn.assess()


def skip_place(turn: Turn, node: Node) -> None:
    """Leave the municipality out; a region that was chosen is kept."""
    region = turn.session.region
    if region is None or node.step is None:
        skip(turn, node)
        return
    turn.answer(node.step, REGION + region)
    turn.assess()
    leave_by(turn, node)


def step_back(turn: Turn) -> bool:
    """Go back inside the question: from a name to the list, from a region to the regions. False at its beginning."""
    session = turn.session
    if session.offered:
        withdraw_offer(turn)
    elif session.region is not None:
        turn.session = revised(session, region=None, page=0)
    else:
        return False
    return True
