"""What works everywhere, before the script sees it: help now, hide, the safe word, stop, back, skip, language, forget, keep.

The same things can be pressed, given as commands, or typed as a single word. Laws: hiding asks nothing and is never refused, not
even to a button of an old card; help is never refused.
"""

from typing import Final

from flows import effects, limits, moving, place
from flows.commandwords import folded, is_payload
from flows.events import SafeWordChosen
from flows.session import revised
from flows.turn import Turn

ALSO_WITH_WORDS: Final = frozenset({"start", "help", "hide", "stop", "language", "forget"})
"""Commands that happen also where a story follows them. `/keep him away` is a cry, not a wish to keep messages."""

KNOWN: Final = ALSO_WITH_WORDS | {"back", "skip", "keep", "code"}


def is_words(name: str, argument: str) -> bool:
    """Tell whether a command is, or brings, words of the reporter: "/he hit me", "/help he beats me"."""
    argument = argument.strip()
    match name:
        case "start":
            return not is_payload(argument)
        case "language":
            return len(argument.split()) > 1
        case _:
            return bool(argument) or name not in KNOWN


def is_safe_word(turn: Turn, text: str) -> bool:
    """Tell whether this is the word that hides everything."""
    return turn.session.safe_word is not None and text.strip().casefold() == turn.session.safe_word


def choose_safe_word(turn: Turn, text: str) -> None:
    """Take the word that hides everything from now on; it is not kept as the reporter's words. Several words are a story, not a word."""
    word = text.strip().casefold()
    fits = limits.SAFE_WORD_SHORTEST <= len(word) <= limits.SAFE_WORD_LONGEST and len(word.split()) == 1
    if not fits or word.startswith("/") or turn.assets.script.commands.get(folded(word)) is not None:
        turn.note("safe_word_again")
        return
    turn.close()
    turn.session = revised(turn.session, safe_word=word)
    turn.note("safe_word_set")
    turn.emit(SafeWordChosen())


def command(turn: Turn, name: str, argument: str = "") -> None:
    """Do what works everywhere. `start` only shows the card: nobody loses a place by it."""
    match name:
        case "start":
            pass
        case "help":
            turn.interrupt("help")
        case "hide":
            effects.hide(turn, "asked")
        case "stop":
            turn.interrupt("stop")
        case "back":
            back(turn)
        case "skip":
            skip(turn)
        case "language" if argument:
            effects.change_language(turn, argument.strip())
        case "language":
            turn.interrupt("language")
        case "forget":
            turn.interrupt("forget")
        case "code":
            turn.interrupt("code")
        case "keep":
            effects.keep_messages(turn, not turn.session.keep_messages)
        case _:
            turn.refuse("unknown_command")


def back(turn: Turn) -> None:
    """Go back: from a card to the question, inside the question about the place, or to the question before."""
    if turn.session.interruption is not None:
        turn.close()
    elif not (turn.node.kind == "place" and place.step_back(turn)) and not moving.go_back(turn):
        turn.refuse("no_way_back")


def skip(turn: Turn) -> None:
    """Pass over a question about a risk, or the question of the node."""
    top = turn.session.interruption
    if top is not None:
        turn.close()
    elif not turn.node.may_be_skipped():
        turn.refuse("nothing_to_skip")
    elif turn.node.kind == "place":
        place.skip_place(turn, turn.node)
    else:
        moving.skip(turn, turn.node)
