"""People and keys at the desk, from the first administrator to a member who left: everything that a browser does is done here with
`sealing`, everything that the root does is done where the root is, and the server in between sees neither a seed nor a passphrase.
"""

import os
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sealing.case import NewCase, TeamWrap, wrap_case_seed
from sealing.encoding import b64u, time_text, unb64u
from sealing.entry import CaseHead, seal_entry
from sealing.errors import DoesNotOpen
from sealing.identity import Identity, SigningIdentity
from sealing.open import open_case
from sealing.open.steps import unwrap
from storage.case_values import CaseFacts
from tests.stories.desk_folk import Browser, Desk, open_desk

WORDS = "He hits me when he is drunk."


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        yield opened


async def test_from_the_first_link_to_a_member_who_left_and_opens_nothing_new(desk: Desk) -> None:
    admin = await desk.administrator()
    await admin.post("/teams", team_id="prizren", name="Prizren", areas=["prizren"])

    ann = await desk.newcomer(admin, "Ann", "supervisor", ("prizren",))
    assert await ann.get("/wraps/wanted") == []
    assert (await ann.sends("/team-keys", **ann.team_key("prizren", Identity.generate(os.urandom)))).refusal == (409, "state")
    await desk.compared(admin, ann)
    assert await desk.renews(admin) == ["member_added"]

    first_key = await ann.makes_team_key("prizren")
    assert await desk.renews(admin) == ["team_added", "member_teams"]
    assert desk.directory.team_of_area("prizren") == desk.directory.team("prizren")

    ben = await desk.newcomer(ann, "Ben", "officer", ("prizren",))
    await desk.compared(ann, ben)
    assert await desk.renews(admin) == ["member_added"]
    assert await desk.wraps_of(ben) == ()
    assert await ann.gives_wraps(desk.directory) == 1
    ben.unwraps(await desk.wraps_of(ben))
    assert set(ben.teams) == {first_key.key_id}

    old = await _opened_case(desk)
    assert await _reads(desk, ben, old) == WORDS
    assert (await admin.asks(f"/cases/{b64u(old)}")).refusal == (403, "role")

    cas = await desk.newcomer(ann, "Cas", "officer", ("prizren",))
    await desk.compared(ann, cas)
    await desk.renews(admin)
    await ann.gives_wraps(desk.directory)

    await ann.post("/officers/remove", officer_id=b64u(ben.officer_id))
    left_at = desk.clock[0]
    assert (await ben.asks("/wraps/wanted")).refusal == (401, "signed_out")
    assert (await ben.signs_in("Ben")).refusal == (401, "not_accepted")
    assert await _needs_key(ann, "prizren")
    new_key = await ann.makes_team_key("prizren")
    assert await desk.renews(admin) == ["team_key_changed", "member_removed"]
    retired = desk.directory.signer(ben.own_signing.signer_id)
    assert retired is not None
    assert retired.retired_at == time_text(left_at)
    signs_as = {one["name"]: one["signer_ids"] for one in await ann.get("/officers")}
    assert signs_as["Ben"] == [b64u(ben.own_signing.signer_id)]
    prizren = desk.directory.team("prizren")
    assert prizren is not None
    assert prizren.former_key_ids == (first_key.key_id,)
    assert await ann.gives_wraps(desk.directory) == 1
    cas.unwraps(await desk.wraps_of(cas))
    assert set(cas.teams) == {first_key.key_id, new_key.key_id}
    assert not await _needs_key(ann, "prizren")

    assert await ann.get("/rewraps/wanted", team_id="prizren") == [b64u(old)]
    await _rewrap(desk, cas, old, new_key)
    assert await ann.get("/rewraps/wanted", team_id="prizren") == []
    await _opens_nothing_of(desk, old, ben.own, first_key)

    assert await _reads(desk, cas, old) == WORDS
    new = await _opened_case(desk)
    assert await _reads(desk, cas, new) == WORDS
    assert (await ben.asks(f"/cases/{b64u(new)}")).refusal == (401, "signed_out")
    await _opens_nothing_of(desk, new, ben.own, first_key)

    told = await ann.get("/audit", whole=1)
    assert told["chain"] == "whole"
    assert {"invited", "joined", "admission_compared", "team_wrapped", "officer_removed", "team_key_made"} <= {
        record["action"] for record in told["records"]
    }


async def _opens_nothing_of(desk: Desk, case_id: bytes, *keys: Identity) -> None:
    """Whoever has these keys, and the whole database too, does not come to the case's secret."""
    for wrap in await desk.database.read(lambda tx: tx.cases.wraps(case_id)):
        for key in keys:
            with pytest.raises(DoesNotOpen):
                unwrap(key, case_id, wrap.sealed)


async def _opened_case(desk: Desk) -> bytes:
    """A report for Prizren, as intake opens one."""
    directory, now = desk.directory, desk.clock[0]
    intake = SigningIdentity.from_seed(desk.settings.secret("intake_signing_key"))
    team = directory.team_of_area("prizren")
    assert team is not None
    case = NewCase.make(os.urandom)
    head = CaseHead.of(case.case_id, case.identity.recipient)
    opened = {
        "kind": "opened",
        "at": time_text(now),
        "area": "prizren",
        "language": "en",
        "channel": "telegram",
        "urgency": "P1",
        "team_key_ids": [b64u(team.key.key_id)],
    }
    first, head = seal_entry(head, opened, intake, os.urandom(16))
    second, _ = seal_entry(head, {"kind": "narrative", "at": time_text(now), "text": WORDS}, intake, os.urandom(16))
    wraps = case.wrap_to((team.key, directory.recovery))
    facts = CaseFacts(
        case_id=case.case_id,
        designation=case.case_id.hex(),
        area="prizren",
        urgency="P1",
        language="en",
        channel="telegram",
        opened_at=now,
        suite=1,
        public_key=case.identity.recipient.public_key,
    )
    await desk.database.transact(lambda tx: tx.cases.open(facts, wraps, (first, second)))
    return case.case_id


async def _read(desk: Desk, reader: Browser, case_id: bytes) -> tuple[dict[str, Any], TeamWrap]:
    """A case as the server hands it to one member, and the wrap of a team's seed that opens it."""
    file = (await reader.get(f"/cases/{b64u(case_id)}"))["file"]
    mine = {b64u(wrap.team_key_id): wrap for wrap in await desk.wraps_of(reader)}
    return file, next(mine[one["key_id"]] for one in file["wraps"] if one["key_id"] in mine)


async def _reads(desk: Desk, reader: Browser, case_id: bytes) -> str:
    """Open a case with what one member's browser has."""
    file, team_wrap = await _read(desk, reader, case_id)
    report = open_case(
        file,
        identity_seed=reader.own.seed,
        root_public_key=desk.root.verifier.public_key,
        team_wrap=team_wrap.to_json(),
    )
    assert report["ok"], report["broken"]
    return str(report["entries"][1]["plaintext"]["text"])


async def _rewrap(desk: Desk, member: Browser, case_id: bytes, new_key: Identity) -> None:
    """Let the team's new key open a case too, as a member's browser does."""
    file, _ = await _read(desk, member, case_id)
    sealed = {unb64u(one["key_id"]): unb64u(one["sealed"]) for one in file["wraps"]}
    case = next(unwrap(member.teams[key_id], case_id, sealed[key_id]) for key_id in sealed if key_id in member.teams)
    wrap = wrap_case_seed(new_key.recipient, case_id, case.seed)
    last = file["entries"][-1]
    head = CaseHead(case_id=case_id, key=case.recipient, suite=1, seq=last["seq"] + 1, hash=unb64u(last["hash"]))
    said = {"kind": "access", "at": time_text(desk.clock[0]), "key_id": b64u(new_key.key_id)}
    entry, _ = seal_entry(head, said, member.own_signing, os.urandom(16))
    assert entry.body is not None
    await member.post(
        f"/cases/{b64u(case_id)}/moves/rewrap",
        expected_seq=entry.seq,
        entries=[
            {
                "entry_id": b64u(entry.entry_id),
                "body": b64u(entry.body),
                "hash": b64u(entry.hash),
                "signature": b64u(entry.signature),
            }
        ],
        team_id="prizren",
        wraps=[{"key_id": b64u(wrap.key_id), "sealed": b64u(wrap.sealed)}],
    )


async def _needs_key(browser: Browser, team_id: str) -> bool:
    teams = {team["team_id"]: team for team in await browser.get("/teams")}
    return bool(teams[team_id]["needs_key"])
