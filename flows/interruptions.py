"""What the choices mean on the cards that stand before a question: help, language, stop, the question about a risk, and so on."""

from flows import effects, place, risks
from flows.moving import go_to
from flows.script import first_exit
from flows.session import Interruption, revised
from flows.turn import Turn


def press(turn: Turn, card: Interruption, code: str) -> None:
    """Take a choice of the topmost card; a code that is not on it is refused."""
    options = turn.assets.script.cards[card.kind].options_now(turn.facts())
    if card.kind == "language":
        _press_language(turn, code)
    elif code not in {option.code for option in options}:
        turn.refuse("unknown_choice")
    elif code == "go_on":
        turn.close()
    else:
        _press_option(turn, card, code)


def _press_option(turn: Turn, card: Interruption, code: str) -> None:
    match card.kind:
        case "risk":
            (risks.confirm if code == "yes" else risks.deny)(turn, card.about)
        case "help":
            _press_help(turn, code)
        case "stop":
            _press_stop(turn, code)
        case "answered":
            turn.close()
            go_to(turn, turn.assets.script.reading or None)
        case "place":
            _press_place(turn, card.about, code)
        case _:
            _press_forget(turn, code)


def _press_language(turn: Turn, code: str) -> None:
    effects.change_language(turn, code)
    turn.close_all()


def _press_help(turn: Turn, code: str) -> None:
    if code in {"keep", "remove"}:
        turn.close()
        effects.keep_messages(turn, code == "keep")
    else:
        turn.interrupt(code)


def _press_stop(turn: Turn, code: str) -> None:
    script = turn.assets.script
    turn.close()
    match code:
        case "send":
            go_to(turn, script.sending)
        case "withdraw":
            go_to(turn, script.withdrawing)
        case "delete":
            effects.discard(turn, "asked")
            turn.interrupt("discarded")
        case _:
            turn.interrupt("stopped")


def _press_forget(turn: Turn, code: str) -> None:
    turn.close()
    if code == "yes":
        effects.forget(turn)


def _press_place(turn: Turn, area: str, code: str) -> None:
    """Take the answer to a municipality that was proposed from a point on the map.

    What follows from knowing it (who must not read?) is asked at once, before anybody there is told; then the conversation goes
    on where it was.
    """
    turn.close()
    if code != "yes":
        return
    asking = turn.assets.script.place_node
    if asking is None:
        effects.name_area(turn, area)
        return
    place.record(turn, asking, area)
    if turn.node is not asking:
        turn.session = revised(turn.session, returning=turn.session.node)
    go_to(turn, first_exit(asking.to, turn.facts()))
