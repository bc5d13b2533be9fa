"""Whether somebody is on duty for a team and can be woken, as the cards tell it.

Laws. The rota lies in the database and changes seldom; asking it at each turn would cost more than the turn. The board remembers an
answer for `FRESH_FOR` seconds, which is shorter than anybody reads a card. Where messages to officers are not getting out, because the
desk is down or its bot is refused, nobody is being told, whatever the rota says: then nobody is said to be on duty.
"""

from typing import Final

from storage.transaction import Transaction

FRESH_FOR: Final = 2
"""Seconds that an answer is believed."""
HELD_UP_AFTER: Final = 60
"""Seconds that a message to an officer may be due before the desk counts as down; it is taken within one on a healthy day."""
FAILURES: Final = 4
"""Attempts in vain after which a message counts as held up: its waits grow, and the first three cover a short break of the line."""


class DutyBoard:
    """Answers per set of teams; belongs to one process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], tuple[int, bool]] = {}
        self._desk: tuple[int, bool] | None = None

    def on_duty(self, tx: Transaction, team_ids: tuple[str, ...], now: int) -> bool:
        """Tell whether a reachable officer is on duty for one of these teams, and messages to officers are getting out."""
        known = self._known.get(team_ids)
        if known is None or not _is_fresh(known[0], now):
            known = (now, any(officer.reachable for officer in tx.duties.on_duty(team_ids)))
            self._known[team_ids] = known
        return known[1] and self._desk_answers(tx, now)

    def _desk_answers(self, tx: Transaction, now: int) -> bool:
        if self._desk is None or not _is_fresh(self._desk[0], now):
            self._desk = (now, not tx.alerts.held_up(now - HELD_UP_AFTER, FAILURES))
        return self._desk[1]


def _is_fresh(at: int, now: int) -> bool:
    return 0 <= now - at < FRESH_FOR
