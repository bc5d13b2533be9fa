"""What happens when a timer of the conversation is due, and when the timers are set. A time-out is a resume like any other."""

from flows import limits, risks
from flows.blank import emptied
from flows.conditions import SKIPPED
from flows.effects import discard, hide, settle_readers, step_out
from flows.events import Hidden
from flows.session import Session, Timer, revised
from flows.turn import Turn


def touch(session: Session, now: int) -> Session:
    """Set the timers anew that run since the reporter's last turn."""
    timers = [timer for timer in session.timers if timer.name not in {"idle", "end", "abandoned"}]
    timers.append(Timer("end", now + limits.END))
    if session.status == "active":
        timers.append(Timer("idle", now + limits.IDLE))
    if something_said(session) and not session.case_is_open:
        timers.append(Timer("abandoned", now + limits.ABANDONED))
    return revised(session, timers=tuple(timers))


def extended(session: Session, now: int) -> Session:
    """Keep a conversation at rest, and its card, as long again: something lies there to be read."""
    timers = [timer for timer in session.timers if timer.name not in {"end", "wipe"}]
    timers.append(Timer("end", now + limits.END))
    if not session.keep_messages:
        timers.append(Timer("wipe", now + limits.WIPE))
    return revised(session, timers=tuple(timers), shown_since=now)


def something_said(session: Session) -> bool:
    """Tell whether there is anything that could be lost."""
    return bool(session.words) or session.attachments > 0 or any(answer.value != SKIPPED for answer in session.answers)


def time_out(turn: Turn, name: str) -> bool:
    """Do what is due; False if this timer does not run or is not due yet."""
    due_at = turn.session.timer(name)
    if due_at is None or due_at > turn.now:
        return False
    turn.set_timer(name, None)
    match name:
        case "idle" | "returned":
            step_out(turn)
            turn.session = revised(turn.session, status="neutral", veiled_at=turn.now)
            turn.emit(Hidden("idle"))
        case "readers":
            settle_readers(turn, excluded=False)
        case "risk":
            risks.run_out(turn)
        case "abandoned":
            _abandon(turn)
        case "wipe":
            hide(turn, "wiped")
        case _:
            _end(turn)
    return True


def _abandon(turn: Turn) -> None:
    """Decide about what was said and not sent by the deployer's policy. Danger that was confirmed has opened a case long ago."""
    if turn.assets.policy.abandoned == "deliver":
        turn.open_case("abandoned")
    else:
        discard(turn, "abandoned")


def _end(turn: Turn) -> None:
    """Forget an idle session. The case, if there is one, lives on without it."""
    if turn.session.status != "hidden" and not turn.session.keep_messages:
        turn.emit(Hidden("wiped"))
    turn.session = revised(emptied(turn.assets, turn.session, turn.session.case), status="ended", timers=(), safe_word=None)
