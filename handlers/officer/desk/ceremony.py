"""The first-run checklist: what has to be true before reports may come, and what of it is.

Laws. What the program can see is told by the program and cannot be ticked; what only a person can know is ticked by one, and nobody else's
word is put in its place.
"""

from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from handlers.directory_in_force import NATIONAL
from handlers.officer.desk.answers import ok
from handlers.officer.desk.parts import Call
from handlers.officer.desk.people_bodies import Ticked
from storage.transaction import Transaction

STEPS: Final = (
    "root_off_line",
    "recovery_printed",
    "two_members",
    "national_key_given",
    "duty_set",
    "helplines_called",
    "alarm_tried",
)
"""In the order in which they are done. The first two and the last are ticked: no program sees where a paper lies or hears a telephone."""
MEMBERS_AT_LEAST: Final = 2
"""With one member a lost passphrase would shut everybody out; only the paper of recovery would be left."""


async def show_ceremony(call: Call) -> web.StreamResponse:
    """Give the steps and which of them are done."""

    def work(tx: Transaction) -> list[dict[str, object]]:
        done = {tick.step: () for tick in tx.ceremony.ticks()} | _seen(tx, call)
        return [
            {"step": step, "done": not done.get(step, ("told",)), "detail": list(done.get(step, ("told",)))} for step in STEPS
        ]

    return ok(await call.parts.database.read(work))


async def tick(call: Call) -> web.StreamResponse:
    """Note that a person says a step is done."""
    body: Ticked = call.body
    step = body.step

    def work(tx: Transaction) -> None:
        if tx.ceremony.tick(step, done_by=call.who.officer_id, now=call.now):
            tx.audit.add(call.who.officer_id, "ceremony_ticked", call.now, about={"step": step})

    await call.parts.database.transact(work)
    return ok({})


def _seen(tx: Transaction, call: Call) -> dict[str, tuple[str, ...]]:
    """What is missing of each step that the program can see, as codes; nothing where it is done."""
    directory = call.parts.directory.now
    national = directory.team(NATIONAL)
    members = [member.key.key_id for member in directory.members if NATIONAL in member.team_ids]
    held = {key for _, key in tx.team_wraps.holders((national.key.key_id,))} if national else set()
    reachable = any(one.reachable for one in tx.duties.on_duty((NATIONAL,)))
    today = datetime.fromtimestamp(call.now, UTC).date()
    uncalled = call.parts.helplines.unverified(today)
    return {
        "two_members": () if len(members) >= MEMBERS_AT_LEAST else ("members",),
        "national_key_given": () if members and set(members) <= held else ("wraps",),
        "duty_set": () if reachable else ("nobody_reachable",),
        "helplines_called": tuple(line.id for line in uncalled),
    }
