"""The desk's pages cost the same with a hundred thousand cases in the table, put-off ones included."""

from storage.case_queue import After
from storage.database import Database
from storage.snoozes import Snooze
from storage.transaction import Transaction

from .conftest import World
from .test_many_cases import NATIONAL, PAGE_SECONDS, RARE, fastest, fill, team_key

OPEN = ("new", "taken", "referred")
NOW = 1_800_000_000
PUT_OFF = 500


async def test_the_desks_pages_stay_fast_with_a_hundred_thousand_cases(database: Database, world: World) -> None:
    def prepare(tx: Transaction) -> bytes:
        officer_id = world.officer(tx)
        fill(tx.cases._scope.connection, officer_id)
        for case_id in tx.cases.queued(states=OPEN, key_ids=[NATIONAL], now=NOW, limit=PUT_OFF):
            tx.snoozes.put(Snooze(case_id=case_id, until=None, after_seq=3, snoozed_by=officer_id, snoozed_at=NOW))
        return officer_id

    officer_id = await database.transact(prepare)
    more = {"now": NOW, "limit": 101}
    pages = {
        "national": lambda tx: tx.cases.queued(states=OPEN, key_ids=[NATIONAL], **more),
        "two teams": lambda tx: tx.cases.queued(states=OPEN, key_ids=[NATIONAL, team_key(7)], **more),
        "urgent": lambda tx: tx.cases.queued(states=("new",), key_ids=[NATIONAL], urgency="P2", **more),
        "later": lambda tx: tx.cases.queued(
            states=OPEN, key_ids=[NATIONAL], after=After(urgency="P2", opened_hour=NOW + 1), **more
        ),
        "rare": lambda tx: tx.cases.queued(states=OPEN, key_ids=[RARE], **more),
        "closed": lambda tx: tx.cases.queued(states=("closed", "withdrawn"), key_ids=[NATIONAL], **more),
        "mine": lambda tx: tx.cases.held(officer_id, key_ids=[NATIONAL], **more),
        "put off": lambda tx: tx.cases.put_off(key_ids=[NATIONAL], **more),
    }
    for name, page in pages.items():
        seconds, found = await fastest(
            lambda page=page: database.read(
                lambda tx: (ids := page(tx), tx.cases.named(ids), tx.alarms.of_cases(ids), tx.cases.keys_of(ids))
            )
        )
        assert found[0], name  # type: ignore[index]
        assert seconds < PAGE_SECONDS, (name, seconds)
