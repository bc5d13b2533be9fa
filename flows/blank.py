"""How a conversation begins again: what is forgotten, and what stays, when it is started, hidden, emptied or over."""

from flows import limits
from flows.assets import Assets
from flows.resumes import Remembered, Trigger
from flows.session import Session, Timer, revised


def fresh(assets: Assets, trigger: Trigger, now: int, sprint: int) -> Session:
    """A conversation of which nothing is known yet."""
    known = assets.policy.languages
    return Session(
        script=assets.script.name,
        script_version=assets.script.version,
        node=assets.script.start,
        sprint=sprint,
        channel=trigger.channel,
        language=trigger.language if trigger.language in known else known[-1],
        source=trigger.source,
        shown_since=now,
        timers=(Timer("wipe", now + limits.WIPE),),
    )


def at_the_door(assets: Assets, session: Session) -> Session:
    """The same conversation at its first node, as a newcomer sees it: answers and words are kept and not shown."""
    return revised(
        session,
        node=assets.script.start,
        trail=(),
        returning=None,
        ticked=(),
        page=0,
        region=None,
        offered=(),
        interruptions=(),
        notes=(),
        wrote=False,
        open_words=False,
    )


def adapted(assets: Assets, session: Session) -> Session:
    """The same conversation under the script of today: who stood at a node that is gone stands at the first one."""
    script = assets.script
    if session.script_version == script.version:
        return session
    if session.node not in script.nodes:
        session = at_the_door(assets, session)
    return revised(
        session,
        script_version=script.version,
        trail=tuple(name for name in session.trail if name in script.nodes),
        returning=session.returning if session.returning in script.nodes else None,
    )


def emptied(assets: Assets, session: Session, case: str) -> Session:
    """The conversation without anything that was said in it; how to speak and what to do with messages stays."""
    return revised(
        at_the_door(assets, session),
        answers=(),
        words=(),
        attachments=0,
        risks_heard=(),
        risks_denied=(),
        risks_confirmed=(),
        danger_at=0,
        calm_at=0,
        urgency=None,
        area=None,
        excluded="unknown",
        case=case,
        contact="none",
        hours="",
        came_back=False,
        code_wrong=False,
        timers=tuple(timer for timer in session.timers if timer.name in {"wipe", "idle", "end"}),
    )


def at_rest(assets: Assets, session: Session | None, known: Remembered, now: int, sprint: int) -> Session:
    """The conversation about a case that lives on without one: closed, with nothing to see, and answered here. A conversation that is
    over or at rest is taken for it; how to hide it stays."""
    if session is None:
        session = fresh(assets, Trigger(channel=known.channel, language=known.language), now, sprint)
    return revised(
        emptied(assets, session, "sent"),
        status="hidden",
        veiled_at=now,
        register=known.register,
        urgency=known.urgency,
        contact="here",
        hours=known.hours,
    )
