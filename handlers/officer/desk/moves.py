"""The moves of a case at the desk, each with its rule; the table `MOVES` is what the routes are made of.

Laws. What telephones can do too is done by `handlers.officer.moves`, so both agree on alarms, messages and what the reporter is told.
Whoever has a case is asked by compare-and-set. A snooze touches no alarm: what rings, rings. Nobody is told of a shut-out team but by the
case's own entries: neither a row nor the audit log names it.
"""

from typing import Final

from handlers.officer import moves as officer_moves
from handlers.officer.alarms import ENDED, count_as_heard, open_alarm
from handlers.officer.desk.answers import Refused
from handlers.officer.desk.case_access import keys_of, signed_teams, teams_with
from handlers.officer.desk.case_bodies import (
    LONGEST_SNOOZE,
    AreaBody,
    HandOverBody,
    LetInBody,
    MoveBody,
    ReplyBody,
    ShutOutBody,
    SnoozeBody,
    ToldMoveBody,
    UrgencyBody,
)
from handlers.officer.desk.guard import Standing
from handlers.officer.desk.moving import Move, Moving
from handlers.officer.desk.readers import let_in, rewrap, shut_out
from handlers.officer.desk.replying import reply
from handlers.officer.desk.scope import read_id
from handlers.officer.desk.sessions import joined_key
from handlers.officer.news import tell_news
from sealing.encoding import b64u
from storage.audit import About
from storage.snoozes import Snooze

SUPERVISORS: Final[frozenset[Standing]] = frozenset({"supervisor"})


def note(_moving: Moving, _body: ToldMoveBody) -> About | None:
    """Only the entries."""
    return None


def acknowledge(moving: Moving, _body: MoveBody) -> About | None:
    """Stop the alarm: this officer has seen it."""
    if not officer_moves.acknowledge(moving.tx, moving.case_id, moving.me, now=moving.now, rng=moving.parts.rng).moved:
        raise Refused(409, "state")
    return None


def take(moving: Moving, _body: MoveBody) -> About | None:
    """Give the case to this officer, unless somebody has it."""
    if not officer_moves.take(moving.tx, moving.case_id, moving.me, now=moving.now, rng=moving.parts.rng).moved:
        raise Refused(409, "taken" if moving.case.state == "taken" else "state")
    return None


def release(moving: Moving, _body: MoveBody) -> About | None:
    """Put a case that this officer has back into the queue; its alarm sounds again."""
    outcome = officer_moves.release(
        moving.tx, moving.case_id, moving.me, policies=moving.parts.policies, now=moving.now, rng=moving.parts.rng
    )
    if not outcome.moved:
        raise Refused(409, "state")
    return None


def hand_over(moving: Moving, body: HandOverBody) -> About | None:
    """Pass a case that this officer has to another who may open it, and tell them."""
    to = read_id(body.to_officer)
    officer = moving.tx.officers.get(to)
    teams = () if officer is None else signed_teams(moving.parts.directory, to, joined_key(moving.tx, to), officer.team_ids)
    keys = keys_of(moving.parts.directory, to, teams)
    if officer is None or not officer.active or officer.role == "administrator" or not moving.wrapped_to & set(keys):
        raise Refused(422, "refused", reason="officer")
    if to == moving.me or not moving.tx.cases.hand_over(moving.case_id, moving.me, to):
        raise Refused(409, "state")
    moving.tx.snoozes.wake(moving.case_id)
    tell_news(moving.tx, moving.case_id, now=moving.now, rng=moving.parts.rng)
    officer_moves.refresh(moving.tx, moving.case_id, moving.me, now=moving.now, rng=moving.parts.rng)
    return {"to": b64u(to)}


def take_over(moving: Moving, _body: MoveBody) -> About | None:
    """Give a case that somebody else has to this supervisor, and stop what rings about it."""
    holder = moving.case.taken_by
    if moving.case.state != "taken" or holder is None or holder == moving.me:
        raise Refused(409, "state")
    if not moving.tx.cases.hand_over(moving.case_id, holder, moving.me):
        raise Refused(409, "taken")
    moving.tx.snoozes.wake(moving.case_id)
    stopped = officer_moves.acknowledge(moving.tx, moving.case_id, moving.me, now=moving.now, rng=moving.parts.rng)
    if not stopped.moved:
        officer_moves.refresh(moving.tx, moving.case_id, moving.me, now=moving.now, rng=moving.parts.rng)
    return {"from": b64u(holder)}


def snooze(moving: Moving, body: SnoozeBody) -> About | None:
    """Put a case off; what the reporter writes, or an alarm, brings it back before its time."""
    if moving.case.state in ENDED:
        raise Refused(409, "state")
    if body.until is not None and not moving.now < body.until <= moving.now + LONGEST_SNOOZE:
        raise Refused(422, "refused", reason="time")
    moving.tx.snoozes.put(
        Snooze(
            case_id=moving.case_id,
            until=body.until,
            after_seq=moving.head.seq - 1,
            snoozed_by=moving.me,
            snoozed_at=moving.now,
        )
    )
    return {"until": body.until}


def wake(moving: Moving, _body: MoveBody) -> About | None:
    """Bring a case back into the queue."""
    if not moving.tx.snoozes.wake(moving.case_id):
        raise Refused(409, "state")
    return None


def urgency(moving: Moving, body: UrgencyBody) -> About | None:
    """Say how urgent a case is. More urgent sounds the alarm, unless it is one's own; less urgent slows what is open down."""
    before = moving.case.urgency
    if moving.case.state in ENDED or body.urgency == before:
        raise Refused(409, "state")
    tx, policies, rng = moving.tx, moving.parts.policies, moving.parts.rng
    tx.cases.set_urgency(moving.case_id, body.urgency)
    is_mine = moving.case.state == "taken" and moving.case.taken_by == moving.me
    if body.urgency > before:
        officer_moves.calm(tx, moving.case_id, policies=policies, now=moving.now)
    elif is_mine:
        count_as_heard(tx, moving.case_id, now=moving.now, rng=rng)
    else:
        open_alarm(tx, case_id=moving.case_id, team_ids=(), policies=policies, now=moving.now, rng=rng)
    officer_moves.refresh(tx, moving.case_id, moving.me, now=moving.now, rng=rng)
    return {"from": before, "to": body.urgency}


def area(moving: Moving, body: AreaBody) -> About | None:
    """Say where it happened. Who may read does not follow from it: that is `let_in`."""
    if body.area is not None and body.area not in moving.parts.places.codes():
        raise Refused(422, "refused", reason="area")
    moving.tx.cases.set_area(moving.case_id, body.area)
    officer_moves.refresh(moving.tx, moving.case_id, moving.me, now=moving.now, rng=moving.parts.rng)
    return {"to": body.area}


def refer(moving: Moving, _body: ToldMoveBody) -> About | None:
    """Note that another service has the case now; it rings here again only if it grows worse."""
    if not moving.tx.cases.refer(moving.case_id):
        raise Refused(409, "state")
    officer_moves.ended(moving.tx, moving.case_id, by=moving.me, now=moving.now, rng=moving.parts.rng)
    return None


def close(moving: Moving, _body: ToldMoveBody) -> About | None:
    """Close a case; new words of its reporter open it again."""
    if not moving.tx.cases.close(moving.case_id, moving.now):
        raise Refused(409, "state")
    officer_moves.ended(moving.tx, moving.case_id, by=moving.me, now=moving.now, rng=moving.parts.rng)
    return None


def reopen(moving: Moving, _body: MoveBody) -> About | None:
    """Put a closed case back into the queue; its alarm sounds, for every team that may open it."""
    tx, rng = moving.tx, moving.parts.rng
    if not tx.cases.reopen(moving.case_id):
        raise Refused(409, "state")
    team_ids = teams_with(moving.parts.directory.now, moving.wrapped_to)
    open_alarm(tx, case_id=moving.case_id, team_ids=team_ids, policies=moving.parts.policies, now=moving.now, rng=rng)
    officer_moves.refresh(tx, moving.case_id, moving.me, now=moving.now, rng=rng)
    return None


MOVES: Final = (
    Move(name="note", apply=note, body=ToldMoveBody),
    Move(name="acknowledge", apply=acknowledge),
    Move(name="take", apply=take),
    Move(name="release", apply=release),
    Move(name="hand_over", apply=hand_over, body=HandOverBody),
    Move(name="take_over", apply=take_over, who=SUPERVISORS),
    Move(name="snooze", apply=snooze, body=SnoozeBody),
    Move(name="wake", apply=wake),
    Move(name="urgency", apply=urgency, body=UrgencyBody),
    Move(name="area", apply=area, body=AreaBody),
    Move(name="let_in", apply=let_in, body=LetInBody),
    Move(name="rewrap", apply=rewrap, body=LetInBody),
    Move(name="shut_out", apply=shut_out, body=ShutOutBody),
    Move(name="reply", apply=reply, body=ReplyBody),
    Move(name="refer", apply=refer, body=ToldMoveBody),
    Move(name="close", apply=close, body=ToldMoveBody, reads=True),
    Move(name="reopen", apply=reopen),
)
