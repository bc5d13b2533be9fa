"""How often one chat may try a link code.

Laws. Nothing is stored: a code is long and random and used once, so this only keeps a curious person from making work. What is
remembered is bounded and forgotten within the hour, and with the process.
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
