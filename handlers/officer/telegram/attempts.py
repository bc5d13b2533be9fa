"""How often one chat may try a link code, and how often a stranger is answered.

Laws. Nothing is stored: a code is long and random and used once, so this only keeps a curious person from making work. What is
remembered is bounded and forgotten within the hour, and with the process. Whatever strangers do, they get at most
`Strangers.MOST` answers a minute all together, so that Telegram's limits are left to alarms.
"""

from collections import OrderedDict, deque
from typing import Final

MOST: Final = 5
"""Wrong codes of one chat within `WINDOW` seconds: enough for a tired officer who copies badly."""
WINDOW: Final = 3600
_CHATS: Final = 1000


class Attempts:
    """The moments at which chats tried a wrong code."""

    def __init__(self) -> None:
        self._tried: OrderedDict[int, deque[int]] = OrderedDict()

    def allowed(self, chat_id: int, now: int) -> bool:
        """Tell whether this chat may try another code."""
        tried = self._tried.get(chat_id)
        while tried and tried[0] <= now - WINDOW:
            tried.popleft()
        return tried is None or len(tried) < MOST

    def failed(self, chat_id: int, now: int) -> None:
        """Remember that this chat tried a wrong code."""
        self._tried.setdefault(chat_id, deque(maxlen=MOST)).append(now)
        self._tried.move_to_end(chat_id)
        while len(self._tried) > _CHATS:
            self._tried.popitem(last=False)

    def forget(self, chat_id: int) -> None:
        """Forget the attempts of a chat that is linked now."""
        self._tried.pop(chat_id, None)


class Strangers:
    """The moments at which chats that are not linked were answered."""

    MOST: Final = 30
    """Answers a minute to all strangers: as many as Telegram allows a bot in one second."""
    PAUSE: Final = 60
    """Seconds from one answer in a chat to the next."""

    def __init__(self) -> None:
        self._answered: OrderedDict[int, int] = OrderedDict()
        self._lately: deque[int] = deque()

    def may_hear(self, chat_id: int, now: int) -> bool:
        """Tell whether a chat is answered now, and if so remember it."""
        last = self._answered.get(chat_id)
        if (last is not None and now < last + self.PAUSE) or not self.may_hear_of_code(now):
            return False
        self._answered[chat_id] = now
        self._answered.move_to_end(chat_id)
        while len(self._answered) > _CHATS:
            self._answered.popitem(last=False)
        return True

    def may_hear_of_code(self, now: int) -> bool:
        """Tell whether any stranger is answered now, and count it; how often a chat tries codes is counted by `Attempts`."""
        while self._lately and self._lately[0] <= now - self.PAUSE:
            self._lately.popleft()
        if len(self._lately) >= self.MOST:
            return False
        self._lately.append(now)
        return True
