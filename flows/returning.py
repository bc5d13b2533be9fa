"""Coming back: to messages of the team that lie here, and to a case with its code.

Laws. What somebody wrote and did not send is never lost by a code. A chat that came back to a case stands at the door again when it is
hidden, idle, or an hour has passed: it is nobody's own chat. The digits of a code never come here.
"""

from flows import limits
from flows.blank import emptied
from flows.events import CameBack, ReportLeft
from flows.resumes import CodeGiven
from flows.session import Session, revised
from flows.timing import something_said
from flows.turn import Turn


def offer_answers(turn: Turn) -> None:
    """Say before the question that there is something to read, if there is."""
    if turn.circumstances.answers and turn.assets.script.reading:
        turn.interrupt_below_risks("answered")


def is_words(session: Session) -> bool:
    """Tell whether twenty digits that are no code are words here: it was said before that they are none, and no code is asked for."""
    top = session.interruption
    return session.code_wrong and (top is None or top.kind != "code")


def arrive(turn: Turn, given: CodeGiven) -> None:
    """Go to the case of a code, or say kindly why not."""
    session = turn.session
    match given.outcome:
        case "found" if something_said(session) and not session.case_is_open:
            turn.note("code_busy")
        case "found":
            _come_back(turn, given)
        case "mistyped":
            turn.session = revised(session, code_wrong=True)
            _ask_again(turn, "code_mistyped")
        case "unknown":
            _ask_again(turn, "code_unknown")
        case _:
            turn.note("code_later")


def _ask_again(turn: Turn, note: str) -> None:
    turn.interrupt("code")
    turn.note(note)


def _come_back(turn: Turn, given: CodeGiven) -> None:
    session, script = turn.session, turn.assets.script
    if session.case_is_open:
        turn.emit(ReportLeft())
    is_chosen = session.node != script.start or given.language not in turn.assets.policy.languages
    turn.session = revised(
        emptied(turn.assets, session, "sent"),
        node=script.returning or script.start,
        language=session.language if is_chosen else given.language,
        came_back=True,
        contact="receipt",
        urgency=given.urgency,
    )
    turn.set_timer("returned", turn.now + limits.RETURN)
    turn.emit(CameBack())
