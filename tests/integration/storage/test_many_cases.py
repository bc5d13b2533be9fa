"""Costs grow with traffic, not with history: with 100,000 cases in the tables a page and a claim cost as little as ever."""

import time
from collections.abc import Callable

import sqlalchemy as sa

from storage.alarms import Alarm
from storage.database import Database
from storage.tables import report_case, wrap
from storage.transaction import Transaction

CASES = 100_000
TEAMS = 38
PAGE_SECONDS = 0.05  # DESIGN: the queue page answers in under 50 ms
CLAIM_SECONDS = 0.02
NATIONAL, RARE = b"n" * 16, b"r" * 16


def a_number(number: int) -> bytes:
    return number.to_bytes(16, "big")


def team_key(number: int) -> bytes:
    return bytes([number]) * 16


STATES = ("new", "closed", "new", "taken", "referred", "withdrawn")


def fill(connection: sa.Connection, officer_id: bytes) -> None:
    """A country's history: cases in every state, each with wraps for the national team and one other, alarms silent, alerts sent."""
    cases, wraps = [], []
    for number in range(CASES):
        state = STATES[number % len(STATES)]
        closed = state in ("closed", "withdrawn")
        cases.append(
            {
                "case_id": a_number(number),
                "designation": f"calm river {number}",
                "area": None,
                "urgency": f"P{number % 4}",
                "state": state,
                "language": "sq",
                "channel": "telegram",
                "opened_hour": 1_800_000_000 + number // 10 * 3600,
                "suite": 1,
                "public_key": b"k",
                "head_seq": 3,
                "head_hash": b"h" * 32,
                "read_seq": 3 if closed else -1,
                "taken_by": officer_id if state == "taken" else None,
                "closed_hour": 1_900_000_000 if closed else None,
                "erased": False,
            }
        )
        wraps.append({"case_id": a_number(number), "key_id": team_key(number % TEAMS), "sealed": b"w"})
        if number % 20_000 == 0:
            wraps.append({"case_id": a_number(number), "key_id": RARE, "sealed": b"w"})
    for table, rows in ((report_case, cases), (wrap, wraps)):
        for start in range(0, len(rows), 5000):
            connection.execute(sa.insert(table), rows[start : start + 5000])
    connection.execute(sa.text("INSERT INTO wrap SELECT case_id, :key, :key FROM report_case"), {"key": NATIONAL})
    for statement in (
        "INSERT INTO place SELECT key_id, state, urgency, opened_hour, case_id FROM wrap JOIN report_case USING (case_id)",
        "INSERT INTO alarm (alarm_id, case_id, team_ids, urgency, state, step, created_at, policy)"
        " SELECT case_id, case_id, '[]', 'P1', 'closed', 0, 0, '{}' FROM report_case",
        "INSERT INTO alert (alert_id, alarm_id, case_id, officer_id, kind, facts, state, attempts)"
        " SELECT case_id, case_id, case_id, (SELECT max(officer_id) FROM officer), 'alarm', '{}', 'sent', 1 FROM report_case",
    ):
        connection.execute(sa.text(statement))
    connection.execute(sa.text("ANALYZE"))  # as PostgreSQL's autovacuum does by itself


async def fastest(run: Callable[[], object]) -> tuple[float, object]:
    """The best of several: what the work costs, not what else the machine was doing."""
    best, result = float("inf"), None
    for _ in range(5):
        began = time.perf_counter()
        result = await run()  # type: ignore[misc]
        best = min(best, time.perf_counter() - began)
    return best, result


async def test_pages_and_claims_stay_fast_with_a_hundred_thousand_cases(database: Database, world) -> None:
    def prepare(tx: Transaction) -> bytes:
        officer_id = world.officer(tx)
        fill(tx.cases._scope.connection, officer_id)
        return officer_id

    officer_id = await database.transact(prepare)

    queue = {"states": ("new", "taken", "referred"), "limit": 100}
    for keys in (None, [NATIONAL], [team_key(7)], [team_key(7), team_key(8)], [RARE]):
        seconds, page = await fastest(lambda keys=keys: database.read(lambda tx: tx.cases.list_plain(key_ids=keys, **queue)))
        assert len(page) == (100 if keys != [RARE] else len(page))
        assert seconds < PAGE_SECONDS, keys
        seconds, following = await fastest(
            lambda keys=keys, page=page: database.read(lambda tx: tx.cases.list_plain(key_ids=keys, after=page[-1], **queue))
        )
        assert len(following) == len(page) or keys == [RARE]
        assert not set(page) & set(following)
        assert seconds < PAGE_SECONDS, keys

    def claim_all(tx: Transaction) -> int:
        found = [tx.alarms.claim(9999, 50, 30), tx.alerts.claim(9999, 50, 30), tx.notices.claim(9999, 50, 30)]
        found += [tx.replies.claim(9999, 50, 30), tx.sessions.due(9999, 50), tx.sessions.unspoken(9999, 50)]
        return sum(len(some) for some in found)

    seconds, claimed = await fastest(lambda: database.transact(claim_all))
    assert (claimed, seconds < CLAIM_SECONDS) == (0, True)

    def open_one(tx: Transaction) -> None:
        case_id = world.case(tx, urgency="P0")
        tx.alarms.open(
            Alarm(
                alarm_id=world.rng(16),
                case_id=case_id,
                team_ids=("national",),
                urgency="P0",
                created_at=100,
                next_at=100,
                policy={},
            )
        )
        assert tx.alarms.claim(100, 1, 30)
        assert tx.cases.take(case_id, officer_id)
        assert tx.cases.close(case_id, 100)

    seconds, _ = await fastest(lambda: database.transact(open_one))
    assert seconds < CLAIM_SECONDS
