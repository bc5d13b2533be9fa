"""How a report's alarm is sounded: at once, or a little later for a chat that has sounded very many in a day (`handlers.limits`).

Laws. A case always has an alarm that sounds, and the one that sounds already goes on. Where the alarm is laid for later, the person is not
told that somebody is being told now: the card says that nobody has taken it yet, which is true, and gives the numbers to call.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flows.escalation import Policies
from handlers.chat import Chat
from handlers.officer.alarms import open_alarm, sound
from handlers.officer.teams import teams_of
from storage.errors import NotThere
from storage.transaction import Transaction

WAITING = "waiting"
LATER = "unanswered"
"""What a card says of a case whose alarm is still to sound (`CaseHandle`, `flows.resumes.Circumstances`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why an alarm may have to sound in a case that is open: danger was said, the urgency rose, or something else `calls` for it: a team
    was `added`, words came after closing. Of its other teams the alarms know: the desk lets in and shuts out too."""

    danger: bool = False
    higher: bool = False
    calls: bool = False
    added: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether there is any reason at all."""
        return self.danger or self.higher or self.calls


class Ringing:
    """Sounds the alarms of reports."""

    def __init__(self, policies: Policies, rng: Callable[[int], bytes]) -> None:
        self._policies = policies
        self._rng = rng

    def begin(self, tx: Transaction, chat: Chat, now: int) -> Chat:
        """Sound the alarm of the chat's case, which was just opened."""
        assert chat.case is not None
        at = chat.tally.alarm_at(now)
        if at > now:
            return self._lay(tx, chat, chat.case.team_ids, at, now)
        open_alarm(tx, case_id=chat.case.case_id, team_ids=chat.case.team_ids, policies=self._policies, now=now, rng=self._rng)
        return replace(chat, tally=chat.tally.with_alarm(now, now), officer=WAITING)

    def again(self, tx: Transaction, chat: Chat, cause: Cause, now: int) -> Chat:
        """Sound the alarm of the chat's open case once more, if there is a cause."""
        assert chat.case is not None
        if not cause.is_any:
            return chat
        at = chat.tally.alarm_at(now)
        if at > now:
            sounds = any(alarm.state == "open" for alarm in tx.alarms.of_case(chat.case.case_id))
            if cause.higher or not sounds:
                return self._lay(tx, chat, cause.added, at, now)
            if not cause.calls:
                return chat
        open_alarm(
            tx,
            case_id=chat.case.case_id,
            team_ids=cause.added,
            policies=self._policies,
            now=now,
            rng=self._rng,
            danger=cause.danger and at <= now,
        )
        return replace(chat, tally=chat.tally.with_alarm(now, now)) if at <= now else chat

    def _lay(self, tx: Transaction, chat: Chat, added: tuple[str, ...], at: int, now: int) -> Chat:
        assert chat.case is not None
        case = tx.cases.get(chat.case.case_id)
        if case is None:
            raise NotThere("case")
        tx.alarms.hold(case.case_id)
        teams = teams_of(tx.alarms.of_case(case.case_id), added)
        sound(tx, case, teams, self._policies.of(case.urgency), starts_at=at, now=now, rng=self._rng)
        return replace(chat, tally=chat.tally.with_alarm(at, now), officer=LATER)
