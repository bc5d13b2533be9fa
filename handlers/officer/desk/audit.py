"""The audit log as people may read it: who opened what, and who changed what, when.

Laws. A supervisor sees what concerns their own teams: cases that one of the teams' keys opens, and what their officers did or had done to
them. An administrator sees people and keys and no case. It is said whether the chain holds over what was looked at, and how much that was.
"""

from collections.abc import Callable, Mapping
from typing import Final

from aiohttp import web

from handlers.directory_in_force import DirectoryInForce
from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.case_access import keys_of
from handlers.officer.desk.parts import Call, Who
from handlers.officer.desk.scope import read_id
from sealing.audit import BEFORE_THE_FIRST, first_break
from sealing.encoding import b64u
from storage.audit import AuditRecord
from storage.transaction import Transaction

PAGE: Final = 100
BATCH: Final = 500
"""Records read at a time while looking for those that may be shown."""
LOOKED_AT_MOST: Final = 5000
"""Records looked at for one answer; what is older is asked for with `next`."""
LARGEST: Final = 2**53 - 1

Sees = Callable[[AuditRecord], bool]


async def show_audit(call: Call) -> web.StreamResponse:
    """Give a page of the log, the newest first."""
    query = call.request.query
    before = _number(query.get("before"))
    case_id, officer_id = (read_id(query[name]) if name in query else None for name in ("case_id", "officer_id"))
    whole = query.get("whole") == "1"

    def work(tx: Transaction) -> dict[str, object]:
        sees = _sight(tx, call.who, call.parts.directory)
        shown: list[AuditRecord] = []
        place, looked = before, 0
        while len(shown) < PAGE and looked < LOOKED_AT_MOST:
            batch = tx.audit.page(before=place, limit=BATCH, case_id=case_id, officer_id=officer_id)
            for record in batch:
                place, looked = record.seq, looked + 1
                if sees(record):
                    shown.append(record)
                if len(shown) == PAGE:
                    break
            if len(batch) < BATCH:
                break
        ended = len(shown) < PAGE and looked < LOOKED_AT_MOST
        named = tx.cases.named(list({record.case_id for record in shown if record.case_id is not None}))
        designations = {case.case_id: case.designation for case in named}
        broken = tx.audit.broken_at() if whole else _first_broken(tx, shown)
        return {
            "records": [_told(record, designations) for record in shown],
            "next": None if ended else place,
            "chain": f"broken at {broken}" if broken is not None else "whole" if whole else "shown",
        }

    return ok(await call.parts.database.read(work))


def _sight(tx: Transaction, who: Who, directory: DirectoryInForce) -> Sees:
    """What this person may see."""
    if who.role == "administrator":
        return lambda record: record.case_id is None
    teams = set(who.team_ids)
    key_ids = keys_of(directory, who.officer_id, who.team_ids)
    officers = {one.officer_id for one in tx.officers.every() if teams & set(one.team_ids)} | {who.officer_id}
    named = {b64u(officer_id) for officer_id in officers}
    opened: dict[bytes, bool] = {}

    def sees(record: AuditRecord) -> bool:
        if record.case_id is None:
            return record.officer_id in officers or record.about.get("officer") in named
        if record.case_id not in opened:
            opened[record.case_id] = tx.cases.opens_for(record.case_id, key_ids)
        return opened[record.case_id]

    return sees


def _first_broken(tx: Transaction, shown: list[AuditRecord]) -> int | None:
    """The first record of the shown stretch that does not follow from the one before it."""
    if not shown:
        return None
    first, last = shown[-1].seq, shown[0].seq
    stretch = list(tx.audit.page(before=last + 1, limit=min(last - first + 2, LOOKED_AT_MOST + 1)))[::-1]
    start, records = (BEFORE_THE_FIRST, stretch) if stretch[0].seq == 1 else (stretch[0].hash, stretch[1:])
    expected = range(records[0].seq, records[0].seq + len(records)) if records else range(0)
    for record, seq in zip(records, expected, strict=True):
        if record.seq != seq:
            return min(record.seq, seq)
    place = first_break(start, ((record.chained(), record.hash) for record in records))
    return None if place is None else records[place].seq


def _number(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 17 and int(text) <= LARGEST):
        raise Refused(400, "malformed")
    return int(text)


def _told(record: AuditRecord, designations: Mapping[bytes, str]) -> dict[str, object]:
    return {
        "seq": record.seq,
        "at": record.at,
        "officer_id": None if record.officer_id is None else b64u(record.officer_id),
        "action": record.action,
        "case_id": None if record.case_id is None else b64u(record.case_id),
        "designation": None if record.case_id is None else designations.get(record.case_id),
        "about": record.about,
        "hash": b64u(record.hash),
    }
