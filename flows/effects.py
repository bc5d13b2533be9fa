"""What a choice does besides leading on: the closed set of `script.EFFECTS`, each in one place. Buttons, commands and cards that
mean the same call the same function here, so that there is one way to withdraw, to forget, to be told a language.
"""

from flows import limits
from flows.blank import at_the_door, emptied
from flows.events import (
    AnswerPutAway,
    AreaNamed,
    ContactChosen,
    Hidden,
    LanguageChanged,
    MessagesKept,
    ReadersSettled,
    ReceiptRequested,
    RegisterChosen,
    ReporterForgotten,
    ReportLeft,
    ReportSent,
    ReportWithdrawn,
    WordsDiscarded,
)
from flows.script import Effect
from flows.session import revised
from flows.turn import UNSETTLED_LEVEL, Turn


def do_all(turn: Turn, effects: tuple[Effect, ...], place: str | None = None) -> None:
    """Let each of the effects happen, in order. `place` is the municipality that was just chosen."""
    for effect in effects:
        _do(turn, effect, place)


def _do(turn: Turn, effect: Effect, place: str | None) -> None:  # noqa: C901, PLR0912 - a flat table of a closed set
    match effect.name:
        case "language":
            change_language(turn, effect.value)
        case "register":
            turn.session = revised(turn.session, register=effect.value)
            turn.emit(RegisterChosen(effect.value))
        case "danger":
            turn.danger(effect.value, "P0")
        case "readers":
            settle_readers(turn, effect.value == "excluded")
        case "area":
            if place is not None:
                name_area(turn, place)
        case "contact":
            choose_contact(turn, effect.value, "")
        case "hours":
            choose_contact(turn, turn.session.contact, effect.value)
        case "receipt":
            choose_contact(turn, "receipt", "")
        case "send":
            send(turn)
        case "withdraw":
            withdraw(turn)
        case "discard":
            discard(turn, "asked")
        case "anew":
            begin_anew(turn)
        case "forget":
            turn.interrupt("forget")
        case "open_words":
            turn.session = revised(turn.session, open_words=True)
        case "put_away":
            put_away(turn)
        case "new_receipt":
            turn.emit(ReceiptRequested())
        case "keep_messages":
            keep_messages(turn, not turn.session.keep_messages)
        case _:
            turn.interrupt("safe_word")


def change_language(turn: Turn, language: str) -> None:
    """Go on in another language; the one before serves where a text is missing."""
    if language not in turn.assets.policy.languages:
        turn.refuse("unknown_language")
    elif language != turn.session.language:
        turn.session = revised(turn.session, language=language, second_language=turn.session.language)
        turn.emit(LanguageChanged(language))


def settle_readers(turn: Turn, excluded: bool) -> None:
    """Know whether the area's own team must not read."""
    turn.set_timer("readers", None)
    known = "yes" if excluded else "no"
    if turn.session.excluded != known:
        turn.session = revised(turn.session, excluded=known)
        turn.emit(ReadersSettled(excluded))
        if excluded and turn.session.case_is_open:
            turn.note("readers")


def name_area(turn: Turn, area: str) -> None:
    """Know the municipality. Its team is added when it is known, or too long unknown, who must not read.

    Who must not read was said about the office of one place; in another place it is another office, and is asked anew.
    """
    session = turn.session
    if session.area != area:
        about_readers = {node.step for node in turn.assets.script.nodes.values() if node.settles_readers}
        answers = tuple(answer for answer in session.answers if answer.step not in about_readers)
        turn.session = revised(session, area=area, excluded="unknown", answers=answers)
        turn.emit(AreaNamed(area))
    if turn.session.excluded == "unknown":
        turn.set_timer("readers", turn.now + limits.READERS)


def choose_contact(turn: Turn, mode: str, hours: str) -> None:
    """Know how the reporter may be answered."""
    wanted = mode == "receipt" and turn.session.contact != "receipt"
    turn.session = revised(turn.session, contact=mode, hours=hours)
    turn.emit(ContactChosen(mode, hours))
    if wanted:
        turn.emit(ReceiptRequested())


def send(turn: Turn) -> None:
    """Send the report, which the reporter agreed to. What is before it can no longer be walked back into."""
    turn.open_case("sent")
    turn.no_way_back = True
    if turn.session.case != "sent":
        turn.session = revised(turn.session, case="sent")
        turn.emit(ReportSent())


def withdraw(turn: Turn) -> None:
    """Take back what a team has, or delete what it has not."""
    if not turn.session.case_is_open:
        discard(turn, "asked")
        return
    turn.session = emptied(turn.assets, turn.session, "withdrawn")
    turn.no_way_back = True
    turn.emit(ReportWithdrawn())


def discard(turn: Turn, reason: str) -> None:
    """Delete what was said and not sent. What a team has already is taken back only by `withdraw`."""
    if turn.session.case_is_open:
        turn.session = at_the_door(turn.assets, turn.session)
    else:
        turn.session = emptied(turn.assets, turn.session, "discarded")
        turn.emit(WordsDiscarded(reason))
    turn.no_way_back = True


def begin_anew(turn: Turn) -> None:
    """Begin another report in the same chat. What a team has, it keeps; what it has not is not left lying."""
    if not turn.session.case_is_open:
        discard(turn, "asked")
        return
    turn.session = emptied(turn.assets, turn.session, "none")
    turn.no_way_back = True
    turn.emit(ReportLeft())


def forget(turn: Turn) -> None:
    """Forget the reporter: nothing is left here but a last card."""
    case = turn.session.case
    if not turn.session.case_is_open and (turn.session.words or turn.session.answers):
        turn.emit(WordsDiscarded("asked"))
    turn.session = revised(
        emptied(turn.assets, turn.session, case), status="ended", safe_word=None, source=None, keep_messages=False, timers=()
    )
    turn.emit(ReporterForgotten())


def keep_messages(turn: Turn, kept: bool) -> None:
    """Let the reporter's messages stay in the chat, or be taken away again."""
    turn.session = revised(turn.session, keep_messages=kept)
    turn.set_timer("wipe", None if kept else turn.session.shown_since + limits.WIPE)
    turn.note("messages_kept" if kept else "messages_removed")
    turn.emit(MessagesKept(kept))


def put_away(turn: Turn) -> None:
    """Be done with the message that was shown. Its card is an old one now: who presses twice puts no second one away."""
    turn.session = revised(turn.session, sprint=turn.session.sprint + 1)
    turn.emit(AnswerPutAway())


def step_out(turn: Turn) -> None:
    """Let go of a case that somebody came back to with a code: whoever opens this chat next is not known to have it."""
    if not turn.session.came_back:
        return
    for risk in turn.session.unsettled_risks:
        turn.raise_urgency(UNSETTLED_LEVEL, risk)
    turn.session = emptied(turn.assets, turn.session, "none")
    turn.emit(ReportLeft())


def hide(turn: Turn, reason: str) -> None:
    """Show nothing any more. What was said so far is never shown again; a question about a risk still runs out."""
    step_out(turn)
    turn.session = revised(at_the_door(turn.assets, turn.session), status="hidden", veiled_at=turn.now)
    turn.set_timer("idle", None)
    turn.emit(Hidden(reason))
