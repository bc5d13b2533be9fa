"""What people do with cases at the desk, each as the request that their browser would send; what must come before it is done first."""

import os
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, Final

from sealing.case import wrap_case_seed
from sealing.encoding import b64u, time_text, unb64u
from sealing.entry import CaseHead, seal_entry
from sealing.identity import Recipient
from tests.attacks.desk_asking import Asked, got, posted
from tests.attacks.desk_crew import Crew, Person
from tests.channels.desk_cases.office import CLOSED, NOTE, Report, wire

CASE: Final = "/cases/{case_id}"
NOBODY: Final = "A" * 22
"""An id that nothing has."""
CASES_MOST: Final = 12
"""Cases of one office before known ones are taken up again."""

Doing = Callable[[Crew, Person, Random], Awaitable[Asked | None]]
"""Prepares a request, or tells that there is nothing to be done here now."""


def place(report: Report) -> str:
    """A case as addresses name it."""
    return b64u(report.case_id)


async def new_case(crew: Crew, who: Person, rng: Random) -> Report | None:
    """A report that just came in to one of this person's teams."""
    teams = crew.teams_of(who)
    return await crew.report(rng.choice(teams)) if teams else None


async def a_case(crew: Crew, who: Person, rng: Random) -> Report | None:
    """A case that this person can open: mostly a known one, in whatever state others have left it."""
    for report in rng.sample(crew.reports, 4) if rng.random() < 0.6 or len(crew.reports) > CASES_MOST else ():
        if (await crew.ask(who, got(CASE, case_id=place(report)))).status == 200:
            return report
    return await new_case(crew, who, rng)


async def sealed(crew: Crew, who: Person, report: Report, *plaintexts: dict[str, Any]) -> dict[str, Any]:
    """Entries after the end of a case's chain, as this person's browser seals them."""
    case = await crew.done(who, got(CASE, case_id=place(report)))
    if case is None:
        return {"entries": [], "expected_seq": 0}
    head = _head(report, case)
    return {"entries": who.keys.seal(head, plaintexts), "expected_seq": head.seq}


def _head(report: Report, case: dict[str, Any]) -> CaseHead:
    """Where a case's chain ends, as its file says."""
    last, key = case["file"]["entries"][-1], Recipient.from_bytes(unb64u(case["file"]["case_public_key"]))
    return CaseHead(case_id=report.case_id, key=key, suite=1, seq=last["seq"] + 1, hash=unb64u(last["hash"]))


async def move(crew: Crew, who: Person, report: Report, name: str, *plaintexts: dict[str, Any], **more: Any) -> Asked:
    """A move of a case, with the entries that tell of it."""
    entries = await sealed(crew, who, report, *plaintexts) if plaintexts else {"entries": [], "expected_seq": 0}
    return posted(f"{CASE}/moves/{name}", {**entries, **more}, case_id=place(report))


def moving(name: str, *plaintexts: dict[str, Any], after: str | None = None, fresh: bool = False, **more: Any) -> Doing:
    """A doing that moves a case; `after` is a move that comes before it."""

    async def do(crew: Crew, who: Person, rng: Random) -> Asked | None:
        report = await (new_case if fresh or after else a_case)(crew, who, rng)
        if report is None:
            return None
        if after is not None:
            told = {"close": (CLOSED,), "snooze": ()}.get(after, ())
            await crew.ask(who, await move(crew, who, report, after, *told, **({"until": None} if after == "snooze" else {})))
        return await move(crew, who, report, name, *plaintexts, **more)

    return do


def either(*doings: Doing) -> Doing:
    """One of these, whichever."""

    async def do(crew: Crew, who: Person, rng: Random) -> Asked | None:
        return await rng.choice(doings)(crew, who, rng)

    return do


async def note_with_a_known_id(crew: Crew, who: Person, rng: Random) -> Asked | None:
    """Entries that hold in their chain, under an id that another entry has, here or elsewhere."""
    report = await a_case(crew, who, rng)
    case = None if report is None else await crew.done(who, got(CASE, case_id=place(report)))
    known = [one for one in crew.told.get("entry_id", ()) if isinstance(one, str) and len(one) == len(NOBODY)]
    if report is None or case is None:
        return None
    entry_id = unb64u(rng.choice(known or [NOBODY]))
    entries, head = [], _head(report, case)
    for _ in range(rng.choice((1, 2))):
        entry, head = seal_entry(head, {"at": time_text(crew.office.now), **NOTE}, who.keys.signing, entry_id)
        entries.append(wire(entry))
    expected = head.seq - len(entries)
    return posted(f"{CASE}/moves/note", {"entries": entries, "expected_seq": expected}, case_id=place(report))


async def hand_over(crew: Crew, who: Person, rng: Random) -> Asked | None:
    report = await new_case(crew, who, rng)
    others = [one for one in crew.people if one is not who and set(crew.teams_of(one)) & set(crew.teams_of(who))]
    if report is None or not others:
        return None
    await crew.ask(who, await move(crew, who, report, "take"))
    return await move(crew, who, report, "hand_over", NOTE, to_officer=b64u(rng.choice(others).officer_id))


async def take_over(crew: Crew, who: Person, rng: Random) -> Asked | None:
    report = await new_case(crew, who, rng)
    others = [one for one in crew.people if one is not who and crew.teams_of(one)]
    if report is None or not others:
        return None
    for other in rng.sample(others, len(others)):
        if await crew.is_in(other) and await crew.done(other, await move(crew, other, report, "take")):
            break
    return await move(crew, who, report, "take_over")


async def snooze(crew: Crew, who: Person, rng: Random) -> Asked | None:
    report = await a_case(crew, who, rng)
    until = rng.choice((None, crew.office.now + rng.randrange(1, 400 * 86400)))
    return None if report is None else await move(crew, who, report, "snooze", until=until)


async def urgency(crew: Crew, who: Person, rng: Random) -> Asked | None:
    report, new = await a_case(crew, who, rng), rng.choice(("P0", "P2", "P3"))
    return None if report is None else await move(crew, who, report, "urgency", NOTE, urgency=new)


async def area(crew: Crew, who: Person, rng: Random) -> Asked | None:
    report, new = await a_case(crew, who, rng), rng.choice((None, *sorted(crew.office.parts.places.codes())))
    return None if report is None else await move(crew, who, report, "area", NOTE, area=new)


async def let_in(crew: Crew, who: Person, rng: Random) -> Asked | None:
    report = await a_case(crew, who, rng)
    if report is None:
        return None
    case = await crew.done(who, got(CASE, case_id=place(report)))
    there = () if case is None else case["row"]["team_ids"]
    absent = [team for team in crew.office.parts.directory.now.teams if team.team_id not in there]
    if not absent:
        return None
    team = rng.choice(absent)
    wrap = wrap_case_seed(team.key, report.case_id, report.case.identity.seed)
    access = {"kind": "access", "key_id": b64u(team.key.key_id)}
    wraps = [{"key_id": b64u(wrap.key_id), "sealed": b64u(wrap.sealed)}]
    return await move(crew, who, report, "let_in", access, team_id=team.team_id, wraps=wraps)


async def shut_out(crew: Crew, who: Person, rng: Random) -> Asked | None:
    teams = crew.teams_of(who)
    others = [one.team_id for one in crew.office.parts.directory.now.teams if one.team_id not in teams[:1]]
    if not teams or not others:
        return None
    report = await crew.report(teams[0], rng.choice(others))
    case = await crew.done(who, got(CASE, case_id=place(report)))
    there = [] if case is None else case["row"]["team_ids"]
    return await move(crew, who, report, "shut_out", NOTE, team_id=rng.choice(there or ["national"]))


async def reply(crew: Crew, who: Person, rng: Random) -> Asked | None:
    report = await a_case(crew, who, rng)
    if report is None:
        return None
    case = await crew.done(who, got(CASE, case_id=place(report)))
    ways = [Recipient.from_bytes(unb64u(one["public_key"])) for one in (case["reply_to"]["mailboxes"] if case else ())]
    ways += [crew.office.relay.recipient] if case and case["reply_to"]["relay"] else []
    message_id = b64u(os.urandom(16))
    message = {"kind": "message", "at": "2026-11-18T12:00:00Z", "to": "reporter", "message_id": message_id, "text": "Jam këtu."}
    sent = [who.keys.reply(report, way, message) for way in ways]
    return await move(crew, who, report, "reply", message, message_id=message_id, replies=sent)


async def read(crew: Crew, who: Person, rng: Random) -> Asked | None:
    report = await a_case(crew, who, rng)
    case = None if report is None else await crew.done(who, got(CASE, case_id=place(report)))
    return case and posted(f"{CASE}/read", {"entries": case["row"]["entries"]}, case_id=case["row"]["case_id"])


async def try_alarm(_crew: Crew, _who: Person, _rng: Random) -> Asked:
    return posted("/alarm/test", {})


async def blob(crew: Crew, who: Person, rng: Random) -> Asked | None:
    report = await a_case(crew, who, rng)
    case = None if report is None else await crew.done(who, got(CASE, case_id=place(report)))
    there = case["file"]["blobs"] if case else ()
    return got(f"{CASE}/blobs/{{blob_id}}", case_id=case["row"]["case_id"], blob_id=there[0]["blob_id"]) if there else None


async def contacts(crew: Crew, who: Person, rng: Random) -> Asked | None:
    report = await a_case(crew, who, rng)
    return None if report is None else got(f"{CASE}/contacts", case_id=place(report))


DOINGS: Final[dict[str, Doing]] = {
    f"{CASE}/moves/note": either(moving("note", NOTE), note_with_a_known_id),
    f"{CASE}/moves/acknowledge": moving("acknowledge", fresh=True),
    f"{CASE}/moves/take": moving("take", fresh=True),
    f"{CASE}/moves/release": moving("release", after="take"),
    f"{CASE}/moves/hand_over": hand_over,
    f"{CASE}/moves/take_over": take_over,
    f"{CASE}/moves/snooze": snooze,
    f"{CASE}/moves/wake": moving("wake", after="snooze"),
    f"{CASE}/moves/urgency": urgency,
    f"{CASE}/moves/area": area,
    f"{CASE}/moves/let_in": let_in,
    f"{CASE}/moves/shut_out": shut_out,
    f"{CASE}/moves/reply": reply,
    f"{CASE}/moves/refer": moving("refer", NOTE, fresh=True),
    f"{CASE}/moves/close": moving("close", CLOSED),
    f"{CASE}/moves/reopen": moving("reopen", after="close"),
    f"{CASE}/read": read,
    f"{CASE}/contacts": contacts,
    f"{CASE}/blobs/{{blob_id}}": blob,
    "/alarm/test": try_alarm,
}
