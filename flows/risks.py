"""What is done about risks that are heard in free text (DOMAIN.md C13): the question, yes, no, and no answer.

Laws: a risk that was denied is not asked about again, one that was confirmed only where its answer may sound the alarm again; a wrong
guess is put right by one tap; passing the question over, or a phone that was taken away, is no denial: the timer runs on.
"""

from flows import limits
from flows.events import RiskDenied, RiskHeard
from flows.session import Interruption, revised
from flows.turn import UNSETTLED_LEVEL, Turn


def listen(turn: Turn, text: str) -> None:
    """Hear risks in the text and put the question before everything else. A question that stands already stays on top."""
    heard = _to_ask_about(turn, turn.assets.hearing.hear(text))[: limits.RISK_QUESTIONS]
    if not heard:
        return
    for risk in heard:
        if risk not in turn.session.risks_heard:
            turn.session = revised(turn.session, risks_heard=(*turn.session.risks_heard, risk))
            turn.emit(RiskHeard(risk))
    _ask(turn, heard)
    if turn.session.timer("risk") is None and turn.session.unsettled_risks:
        turn.set_timer("risk", turn.now + limits.RISK)


def _to_ask_about(turn: Turn, heard: tuple[str, ...]) -> tuple[str, ...]:
    """What is new comes before what was confirmed already and may sound the alarm again."""
    confirmed = turn.session.risks_confirmed
    fresh = tuple(risk for risk in heard if risk not in (*turn.session.risks_denied, *confirmed))
    if not turn.danger_may_sound_again or turn.now - turn.session.calm_at < limits.DANGER_AGAIN:
        return fresh
    return (*fresh, *(risk for risk in heard if risk in confirmed))


def _ask(turn: Turn, heard: tuple[str, ...]) -> None:
    standing = turn.session.interruptions
    new = tuple(card for card in (Interruption("risk", risk) for risk in reversed(heard)) if card not in standing)
    asked_already = any(card.kind == "risk" for card in standing)
    cards = (*new, *standing) if asked_already else (*standing, *new)
    turn.session = revised(turn.session, interruptions=cards)


def confirm(turn: Turn, risk: str) -> None:
    """The reporter says that it is so: the alarm is raised now, and there are no further questions about risks."""
    others = tuple(card for card in turn.session.interruptions if card.kind != "risk")
    turn.session = revised(turn.session, interruptions=others)
    turn.danger(risk, turn.assets.hearing.risk(risk).level)
    turn.set_timer("risk", None)
    turn.interrupt("danger")


def deny(turn: Turn, risk: str) -> None:
    """The reporter says that it is not so; of danger that was said before, that it is not so now."""
    turn.close()
    if risk in turn.session.risks_confirmed:
        turn.session = revised(turn.session, calm_at=turn.now)
    else:
        turn.session = revised(turn.session, risks_denied=(*turn.session.risks_denied, risk))
    turn.note("risk_denied")
    turn.emit(RiskDenied(risk))
    if not turn.session.unsettled_risks:
        turn.set_timer("risk", None)


def run_out(turn: Turn) -> None:
    """Nobody answered: what was said goes to the team, unless the deployer decided that nothing unsent is kept.

    Whoever opens a hidden chat is not told: it would tell that something was said.
    """
    turn.set_timer("risk", None)
    turn.session = revised(turn.session, notes=())
    turn.raise_urgency(UNSETTLED_LEVEL, next(iter(turn.session.unsettled_risks), "unanswered"))
    if turn.assets.policy.abandoned != "discard" and not turn.session.case_is_open:
        turn.open_case("abandoned")
        if turn.session.status != "hidden":
            turn.note("risk_sent")
