"""Whether somebody is on duty for a team, as the cards tell it.

The rota lies in the database and changes seldom; asking it at each turn would cost more than the turn. The board remembers an
answer for `FRESH_FOR` seconds, which is shorter than anybody reads a card.
"""

from typing import Final

from storage.transaction import Transaction

FRESH_FOR: Final = 2
"""Seconds that an answer is believed."""


class DutyBoard:
    """Answers per set of teams; belongs to one process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], tuple[int, bool]] = {}

    def on_duty(self, tx: Transaction, team_ids: tuple[str, ...], now: int) -> bool:
        """Tell whether a reachable officer is on duty for one of these teams."""
        known = self._known.get(team_ids)
        if known is not None and 0 <= now - known[0] < FRESH_FOR:
            return known[1]
        answer = any(officer.reachable for officer in tx.duties.on_duty(team_ids))
        self._known[team_ids] = (now, answer)
        return answer
