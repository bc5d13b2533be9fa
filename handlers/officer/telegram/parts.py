"""What everything in the officers' bot is built from."""

from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.officer.alarms import Rng
from handlers.officer.rendering import Wording
from handlers.officer.telegram.calls import Calls
from handlers.officer.telegram.replies import Replies
from storage.database import Database
from storage.officers import Officer
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`lookup` is the keyed hash of a chat id under the desk's key; `ring` wakes the sender at once."""

    database: Database
    calls: Calls
    replies: Replies
    wording: Wording
    clock: Callable[[], int]
    rng: Rng
    lookup: Callable[[int], bytes] = field(repr=False)
    ring: Callable[[], None] = field(repr=False)

    def officer_of(self, tx: Transaction, chat_id: int) -> Officer | None:
        """Find the active officer whose linked chat this is."""
        officer_id = tx.officers.by_contact(self.lookup(chat_id))
        return None if officer_id is None else tx.officers.get(officer_id)
