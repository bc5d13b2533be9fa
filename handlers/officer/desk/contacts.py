"""Whom an officer may call about a case, and whether the officer's own alarm works.

Laws. A number is shown only while it may be: emergency lines of high confidence, and lines that the operator test-called in the last 90
days (`locales.helplines`); of a municipality only the one where the case is now, and before those of the country. Who looked at the
numbers of which case is written into the audit log.
"""

from datetime import UTC, date, datetime
from typing import Any

from aiohttp import web

from handlers.officer.desk.answers import ok
from handlers.officer.desk.case_access import id_in_path, visible
from handlers.officer.desk.parts import Call
from locales.helplines import Helpline
from storage.transaction import Transaction


async def contacts(call: Call) -> web.StreamResponse:
    """The numbers that may be shown today for the place of a case, named in the officer's language; an operator's own as it was named."""
    case_id = id_in_path(call.request, "case_id")

    def look(tx: Transaction) -> str | None:
        case = visible(tx, call.parts.directory, call.who, case_id)
        tx.audit.add(call.who.officer_id, "contacts_opened", call.now, case_id=case_id)
        return case.area

    area = await call.parts.database.transact(look)
    today, helplines = datetime.fromtimestamp(call.now, UTC).date(), call.parts.helplines
    local = () if area is None else helplines.of_area(area, today)
    return ok({"area": area, "lines": [_shown(call, line, today) for line in (*local, *helplines.shown(today))]})


def _shown(call: Call, line: Helpline, today: date) -> dict[str, Any]:
    return {
        "name": call.parts.catalogue.text(line.name, call.who.language) if line.area is None else line.name,
        "number": line.number,
        "kind": line.kind,
        "area": line.area,
        "verified_on": line.verified_on.isoformat() if line.verified_on and line.is_verified(today) else None,
        "source": "test-call" if line.is_verified(today) else "emergency-list",
    }


async def try_alarm(call: Call) -> web.StreamResponse:
    """Ring this officer's own telephone, if one is linked, and this officer's open desks."""
    officer_id = call.who.officer_id
    sent = await call.parts.test_telegram(officer_id)
    call.parts.events.ring(officer_id)
    await call.parts.database.transact(lambda tx: tx.audit.add(officer_id, "alarm_tried", call.now, about={"telegram": sent}))
    return ok({"sent": sent})
