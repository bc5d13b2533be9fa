"""What a case is told, as entries' plaintexts (SEALING.md section 4): from a session, and from a turn's events.

Laws. Words are written as they were said, with the time they were said at. Ids and keys are base64url.
"""

from collections.abc import Callable
from typing import Any

from flows.conditions import SKIPPED
from flows.events import (
    AnswerGiven,
    AnswerSkipped,
    AreaNamed,
    ContactChosen,
    DangerConfirmed,
    Event,
    MessageWritten,
    UrgencyRaised,
    WordsKept,
)
from flows.session import Session
from sealing.directory import Team
from sealing.encoding import ID_BYTES, b64u, time_text

Plaintext = dict[str, Any]


def opened(flow: Session, urgency: str, teams: tuple[Team, ...], reason: str, now: int) -> Plaintext:
    """Entry 0 of a case; `reason` is why it was opened: danger, sent, abandoned."""
    return {
        "kind": "opened",
        "at": time_text(now),
        "area": flow.area,
        "language": flow.language,
        "channel": flow.channel,
        "urgency": urgency,
        "reason": reason,
        "team_key_ids": [b64u(team.key.key_id) for team in teams],
    }


def told(flow: Session, now: int) -> list[Plaintext]:
    """What was said before the case was opened: one entry of answers, one for each message."""
    at = time_text(now)
    items = [{"step": one.step, "value": _value(one.value)} for one in flow.answers]
    if flow.risks_confirmed:
        items.append({"step": "risks_confirmed", "value": list(flow.risks_confirmed)})
    if flow.unsettled_risks:
        items.append({"step": "risks_heard", "value": list(flow.unsettled_risks)})
    entries: list[Plaintext] = [{"kind": "answers", "at": at, "items": items}] if items else []
    entries += [{"kind": "narrative", "at": time_text(one.at), "text": one.text} for one in flow.words]
    if flow.contact == "here":
        entries.append({"kind": "answer", "at": at, "step": "hours", "value": flow.hours or "any"})
    return entries


def entries_of(event: Event, now: int, rng: Callable[[int], bytes]) -> list[Plaintext]:
    """The entry that an event of an open case is written as; a message gets an id of its own."""
    match event:
        case MessageWritten(text=text, at=at):
            message_id = b64u(rng(ID_BYTES))
            return [{"kind": "message", "at": time_text(at), "from": "reporter", "message_id": message_id, "text": text}]
        case AnswerGiven(step=step, value=value, at=at):
            return [{"kind": "answer", "at": time_text(at), "step": step, "value": _value(value)}]
        case AnswerSkipped(step=step):
            return [{"kind": "answer", "at": time_text(now), "step": step, "value": SKIPPED}]
        case WordsKept(text=text, at=at):
            return [{"kind": "narrative", "at": time_text(at), "text": text}]
        case DangerConfirmed(risk=risk):
            return [{"kind": "answer", "at": time_text(now), "step": "risks_confirmed", "value": [risk]}]
        case UrgencyRaised(level=level, reason=reason):
            return [{"kind": "urgency", "at": time_text(now), "urgency": level, "reason": reason}]
        case AreaNamed(area=area):
            return [{"kind": "area", "at": time_text(now), "area": area}]
        case ContactChosen(mode=mode, hours=hours):
            return [{"kind": "answer", "at": time_text(now), "step": "contact", "value": mode, "hours": hours}]
        case _:
            return []


def _value(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
