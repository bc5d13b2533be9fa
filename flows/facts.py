"""What the conversation knows at this moment, as conditions see it."""

from flows.assets import Assets
from flows.conditions import Facts
from flows.resumes import Circumstances
from flows.session import Session

_FEW = ("none", "one")


def facts_of(assets: Assets, session: Session, circumstances: Circumstances) -> Facts:
    """Gather the facts of a session under these circumstances."""
    return Facts(
        answers={answer.step: answer.value for answer in session.answers},
        register=session.register,
        channel=session.channel,
        language=session.language,
        duty=circumstances.on_duty,
        officer=circumstances.officer,
        readers=circumstances.readers,
        policies=_policies(assets, circumstances),
        case=session.case,
        urgency=session.urgency,
        area="known" if _area_may_be_shown(assets, session) else "unknown",
        contact=session.contact,
        excluded=session.excluded,
        risks=session.risks_confirmed,
        words="some" if session.shown_words else "none",
        messages="kept" if session.keep_messages else "deleted",
        waiting="risk" if _will_be_sent(assets, session) else "none",
        to_read=_FEW[circumstances.answers] if circumstances.answers < len(_FEW) else "several",
        parts=circumstances.parts,
        came_back="yes" if session.came_back else "no",
    )


def _policies(assets: Assets, circumstances: Circumstances) -> dict[str, str]:
    """The deployer's policy; an answer is spoken of only where somebody could write one."""
    policies = assets.policy.facts()
    return policies if circumstances.can_answer else {**policies, "answers": "closed"}


def _area_may_be_shown(assets: Assets, session: Session) -> bool:
    """A municipality that was named before the chat was hidden is not spoken of until it is named again."""
    place = assets.script.place_node
    if session.area is None or not session.veiled_at or place is None:
        return session.area is not None
    return any(answer.step == place.step and answer.at > session.veiled_at for answer in session.answers)


def _will_be_sent(assets: Assets, session: Session) -> bool:
    return session.timer("risk") is not None and not session.case_is_open and assets.policy.abandoned != "discard"
