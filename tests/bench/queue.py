"""How long GET /desk/api/queue takes over HTTP with a hundred thousand cases in the table.

`python -m tests.bench.queue` fills a SQLite database in a temporary folder, has `python -m bot run desk` serve it, asks for the pages that
officers ask for one after the other, and prints the median and the 99th percentile of each, in milliseconds. The budget of DESIGN.md
section 7 is 50 ms. The desk runs in its own process because that is what is judged: `run` keeps what it loaded out of the collector's
walks, which in a process of tests take 70 ms each.
"""

import asyncio
import gc
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from aiohttp import ClientSession

from sealing.encoding import b64u
from storage.tables import report_case, wrap
from storage.transaction import Transaction
from tests.bench.processes import free_port, start
from tests.channels.desk_cases.office import DESK_KEY, Office, open_office

CASES: Final = 100_000
ASKED: Final = 200
BUDGET: Final = 50.0
STATES: Final = ("new", "closed", "new", "taken", "referred", "withdrawn")


def fill(tx: Transaction, office: Office, officer_id: bytes, cases: int = CASES) -> None:
    """A country's history: cases in every state, each open to the national team and to one other, waiting ones with their alarm."""
    connection = tx.cases._scope.connection
    keys = {team: identity.key_id for team, identity in office.teams.items()}
    policy = office.parts.policies.of("P1").to_json()
    rows, wraps = [], []
    for number in range(cases):
        state, case_id = STATES[number % len(STATES)], number.to_bytes(16, "big")
        is_over = state in ("closed", "withdrawn")
        rows.append(
            {
                "case_id": case_id,
                "designation": f"calm river {number}",
                "area": "prizren",
                "urgency": f"P{number % 7 % 4}",
                "state": state,
                "language": "sq",
                "channel": "telegram",
                "opened_hour": office.now // 3600 * 3600 - (cases - number) // 10 * 3600,
                "suite": 1,
                "public_key": b"k",
                "head_seq": 9,
                "head_hash": b"h" * 32,
                "read_seq": 9 if is_over else 3,
                "taken_by": officer_id if state == "taken" else None,
                "closed_hour": office.now if is_over else None,
                "erased": False,
            }
        )
        wraps.append({"case_id": case_id, "key_id": keys["national"], "sealed": b"w" * 1168})
        wraps.append({"case_id": case_id, "key_id": keys["prizren" if number % 10 else "peje"], "sealed": b"w" * 1168})
    for table, some in ((report_case, rows), (wrap, wraps)):
        for first in range(0, len(some), 5000):
            connection.execute(sa.insert(table), some[first : first + 5000])
    connection.execute(
        sa.text(
            "INSERT INTO place SELECT key_id, state, urgency, opened_hour, case_id FROM wrap JOIN report_case USING (case_id)"
        )
    )
    connection.execute(
        sa.text(
            "INSERT INTO alarm (alarm_id, case_id, team_ids, urgency, state, step, next_at, created_at, policy) "
            "SELECT case_id, case_id, '[\"national\", \"prizren\"]', urgency, CASE state WHEN 'new' THEN 'open' ELSE 'closed' END, 1, "
            "CASE state WHEN 'new' THEN :now + 600 END, opened_hour, :policy FROM report_case"
        ),
        {"now": office.now, "policy": json.dumps(policy)},
    )
    # Every hundredth open case is put off, as a real queue's are.
    connection.execute(
        sa.text(
            "INSERT INTO snooze SELECT case_id, NULL, 9, :officer, :now FROM report_case "
            "WHERE state = 'taken' AND opened_hour / 3600 % 100 = 0"
        ),
        {"officer": officer_id, "now": office.now},
    )


async def measure(session: ClientSession, address: str, asked: int = ASKED) -> dict[str, tuple[float, float]]:
    """Ask for each page many times; give median and 99th percentile in milliseconds."""
    async with session.get(address, params={"limit": "50"}) as answer:
        first = (await answer.json())["cases"]
    pages: dict[str, dict[str, str]] = {
        "all open": {},
        "waiting, P1": {"state": "waiting", "urgency": "P1"},
        "mine": {"state": "mine"},
        "put off": {"state": "snoozed"},
        "closed": {"state": "closed"},
        "second page": {"after": first[-1]["case_id"]},
        "200 lines": {"limit": "200"},
    }
    found = {}
    for name, query in pages.items():
        took = []
        for _ in range(asked):
            began = time.perf_counter()
            async with session.get(address, params=query) as answer:
                page = await answer.read()
            took.append((time.perf_counter() - began) * 1000)
            assert (answer.status, b'"case_id"' in page) == (200, True), name
        found[name] = (statistics.median(took), sorted(took)[int(len(took) * 0.99) - 1])
    return found


async def run(cases: int = CASES, asked: int = ASKED) -> dict[str, tuple[float, float]]:
    """Fill, serve, ask."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_office(Path(folder)) as office:
            office.moment[0] = int(time.time())
            nora = await office.officer("Nora", "national", "prizren")
            await office.database.transact(lambda tx: fill(tx, office, nora.officer_id, cases))
            port = free_port()
            desk = await start(port, _settings(office, Path(folder), port), "bot", "run", "desk")
            gc.disable()  # who asks must not pause
            try:
                address = f"http://127.0.0.1:{port}/desk/api/queue"
                await measure(nora.session, address, 3)
                return await measure(nora.session, address, asked)
            finally:
                gc.enable()
                await desk.end()


def _settings(office: Office, folder: Path, port: int) -> dict[str, str]:
    return {
        "AMANET_DATA_DIR": str(folder),
        "AMANET_DATABASE_URL": f"sqlite:///{folder}/amanet.db",
        "AMANET_DESK_KEY": b64u(DESK_KEY),
        "AMANET_ROOT_PUBLIC_KEY": b64u(office.root.verifier.public_key),
        "AMANET_LISTEN": f"127.0.0.1:{port}",
        "AMANET_LOG_LEVEL": "WARNING",
    }


def main() -> int:
    """Print the figures; fail where a page is over the budget."""
    found = asyncio.run(run())
    print(f"GET /desk/api/queue over HTTP, SQLite, {CASES:,} cases, two teams' keys, {ASKED} requests each")
    for name, (median, late) in found.items():
        print(f"{name:14} p50 {median:6.1f} ms   p99 {late:6.1f} ms   {'kept' if late < BUDGET else 'NOT KEPT'}")
    return 0 if all(late < BUDGET for _, late in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
