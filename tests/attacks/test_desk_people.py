"""Attacks over people and keys: stolen links, members who spoil what others hold, and hands in the database."""

import os
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handlers.officer.alarms import open_alarm
from sealing.case import WRAP_BYTES, NewCase
from sealing.encoding import b64u
from sealing.entry import CaseHead, seal_entry
from sealing.identity import Identity, SigningIdentity, fingerprint
from storage.case_values import CaseFacts
from storage.transaction import Transaction
from tests.stories.desk_folk import Browser, Desk, open_desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        yield opened


@pytest.fixture
async def admin(desk: Desk) -> Browser:
    return await desk.administrator()


# Stolen links --------------------------------------------------------------------------------------------------------------


async def test_whoever_stole_a_supervisors_link_decides_nothing_before_the_root_has_signed_their_keys(
    desk: Desk, admin: Browser
) -> None:
    ann = await desk.member(admin, "Ann")
    waiting = await desk.newcomer(admin, "Ben")
    thief = await desk.newcomer(admin, "Chief", "supervisor")
    someone = waiting.own
    tries: dict[str, dict[str, Any]] = {
        "/invitations": {"name": "Puppet", "role": "officer", "team_ids": ["national"], "language": "en"},
        "/officers/remove": {"officer_id": b64u(ann.officer_id)},
        "/officers/readmit": {"officer_id": b64u(ann.officer_id)},
        "/admissions/refuse": {"officer_id": b64u(waiting.officer_id)},
        "/admissions/compare": {
            "officer_id": b64u(waiting.officer_id),
            "key_id": b64u(someone.key_id),
            "signer_id": b64u(waiting.own_signing.signer_id),
        },
        "/me/duty": {"team_id": "national", "on": True},
        "/me/telegram": {"proof_now": b64u(bytes(32))},
    }
    for path, body in tries.items():
        assert (await thief.sends(path, **body)).refusal == (403, "team"), path
    assert await thief.get("/admissions") == []
    assert await thief.get("/invitations") == []
    assert (await thief.get("/queue"))["cases"] == []
    mine = {b64u(thief.officer_id)}
    assert {
        one["officer_id"] for one in (await thief.get("/audit"))["records"] if one["about"].get("officer") not in mine
    } <= mine


async def test_whoever_stole_the_link_of_one_who_makes_new_keys_sees_nothing_under_the_old_ones(
    desk: Desk, admin: Browser
) -> None:
    """The officer still stands in the directory in force with the keys that were lost: those count for nobody now."""
    ann = await desk.member(admin, "Ann")
    chief = await desk.member(admin, "Chief", "supervisor")
    case_id = await _case(desk)
    assert len((await ann.get("/queue"))["cases"]) == 1
    again = await admin.post("/officers/readmit", officer_id=b64u(ann.officer_id))
    thief = desk.browser()
    assert (await thief.joins(again["code"])).status == 200
    assert (await thief.signs_in("Ann")).status == 200
    assert (await thief.get("/queue"))["cases"] == []
    assert (await thief.asks(f"/cases/{b64u(case_id)}")).refusal == (404, "not_there")
    for move in ("acknowledge", "take", "snooze"):
        more = {"until": None} if move == "snooze" else {}
        answer = await thief.sends(f"/cases/{b64u(case_id)}/moves/{move}", entries=[], expected_seq=0, **more)
        assert answer.refusal == (404, "not_there"), move
    assert (await thief.sends("/me/duty", team_id="national", on=True)).refusal == (403, "team")
    assert (await chief.sends(f"/cases/{b64u(case_id)}/moves/take", entries=[], expected_seq=0)).status == 200
    # Once they were compared and signed, they are who they were.
    await desk.compared(chief, thief)
    await desk.renews(admin)
    await desk.renews(admin)
    assert len((await thief.get("/queue"))["cases"]) == 1


# Stolen sessions -----------------------------------------------------------------------------------------------------------


async def test_whoever_stole_a_session_links_no_telephone(desk: Desk, admin: Browser) -> None:
    """Linked, a thief's telephone would be told of every new case, and could take it."""
    ann = await desk.member(admin, "Ann")
    (proof,) = ann.login.values()
    assert (await ann.sends("/me/telegram")).refusal == (400, "malformed")
    assert (await ann.sends("/me/telegram", proof_now=b64u(os.urandom(32)))).refusal == (401, "not_accepted")
    told = await ann.post("/me/telegram", proof_now=b64u(proof))
    assert set(told) == {"code", "expires_at"}


# Wraps ---------------------------------------------------------------------------------------------------------------------


async def test_a_member_cannot_spoil_what_the_others_hold(desk: Desk, admin: Browser) -> None:
    """With rubbish over every wrap a team's seed would be gone, and every report of the team with it."""
    ann, ben = await desk.member(admin, "Ann"), await desk.member(admin, "Ben")
    national = await ann.makes_team_key("national")
    await desk.renews(admin)
    assert await ann.gives_wraps(desk.directory) == 1
    rubbish = [
        {"team_key_id": b64u(national.key_id), "member_key_id": b64u(one.own.key_id), "sealed": b64u(bytes(WRAP_BYTES))}
        for one in (ben, ann)
    ]
    before = await desk.wraps_of(ann)
    assert (await ben.sends("/wraps", wraps=rubbish)).status == 200
    assert await desk.wraps_of(ann) == before
    # Their own they may spoil; whoever still has the seed gives it to them again.
    await ben.post("/wraps/broken", team_key_id=b64u(national.key_id))
    assert await ann.gives_wraps(desk.directory) == 1
    ben.unwraps(await desk.wraps_of(ben))
    assert set(ben.teams) == {national.key_id}


# Hands in the database -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "about",
    [
        '{"x":1.5}',
        '{"x":99999999999999999999}',
        '["a","b"]',
        '"words"',
        "null",
        "{",
        '{"x":"\\ud800"}',
        "[" * 5000,
        '{"x":{"y":[1,{"z":null}]}}',
    ],
)
async def test_whatever_somebody_wrote_into_the_log_it_is_shown_and_said_to_be_broken(
    desk: Desk, admin: Browser, about: str
) -> None:
    _write(desk, "UPDATE audit SET about = ? WHERE seq = 2", about)
    for query in ({}, {"whole": 1}):
        assert (await admin.get("/audit", **query))["chain"] == "broken at 2"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET seq = seq + 5 WHERE seq = (SELECT max(seq) FROM audit)",
        "DELETE FROM audit WHERE seq = 2",
        "UPDATE audit SET officer_id = x'00' WHERE seq = 2",
        "UPDATE audit SET hash = x'00' WHERE seq = 2",
        "UPDATE audit SET at = -1 WHERE seq = 2",
        "UPDATE audit SET case_id = randomblob(16) WHERE seq = 2",
        "UPDATE audit SET officer_id = 'text', case_id = 'text', hash = 'text', at = 'text' WHERE seq = 2",
        "UPDATE audit SET at = 1.5, action = 7 WHERE seq = 2",
        "UPDATE audit SET about = x'00ff' WHERE seq = 2",
    ],
)
async def test_a_record_that_was_moved_taken_or_changed_shows(desk: Desk, admin: Browser, change: str) -> None:
    await admin.post("/ceremony/tick", step="root_off_line")
    await admin.post("/ceremony/tick", step="recovery_printed")
    _write(desk, change)
    assert (await admin.get("/audit", whole=1))["chain"].startswith("broken at ")


@pytest.mark.parametrize("column", ["passphrase", "passphrase_proof", "recovery", "recovery_proof"])
async def test_a_login_that_was_written_over_signs_nobody_in(desk: Desk, admin: Browser, column: str) -> None:
    """Another officer's sealed value in the same column: it is bound to the other row, and opens for nobody here."""
    ann, ben = await desk.member(admin, "Ann"), await desk.member(admin, "Ben")
    other = f"(SELECT {column} FROM login WHERE officer_id = ?)"
    _write(desk, f"UPDATE login SET {column} = {other} WHERE officer_id = ?", ben.officer_id, ann.officer_id)
    kind = column.removesuffix("_proof")
    body = {"name": "Ann", "with": kind, "proof": b64u(next(iter(ben.login.values())))}
    answer = await desk.browser().sends("/sign-in/proof", **body)
    assert answer.status >= 400
    assert (await desk.browser().asks("/me")).status == 401


async def test_a_directory_that_the_root_did_not_sign_is_not_followed(desk: Desk, admin: Browser) -> None:
    await desk.member(admin, "Ann")
    before = desk.directory.serial
    _write(desk, "UPDATE directory SET document = replace(document, 'national', 'nationaL')")
    await desk.database.read(desk.parts.directory.follow)
    assert desk.directory.serial == before
    assert desk.directory.team("national") is not None


async def test_a_key_put_over_one_that_was_compared_is_seen_by_whoever_signs(desk: Desk, admin: Browser) -> None:
    """The database cannot prove what was compared: the draft names the key, so that it is compared once more at the root."""
    ann = await desk.newcomer(admin, "Ann")
    await desk.compared(admin, ann)
    drafted = await admin.get("/directory/draft")
    told = [one["fingerprint"] for one in drafted["changes"] if one["code"] == "member_added"]
    assert told == [fingerprint(ann.own.key_id)]
    thief = Identity.generate(os.urandom).recipient
    change = "UPDATE admission SET identity_key = ?, key_id = ? WHERE officer_id = ?"
    _write(desk, change, thief.public_key, thief.key_id, ann.officer_id)
    drafted = await admin.get("/directory/draft")
    told = [one["fingerprint"] for one in drafted["changes"] if one["code"] == "member_added"]
    assert told == [fingerprint(thief.key_id)]


async def _case(desk: Desk) -> bytes:
    """A case of the national team, as plain as the queue needs it."""
    case = NewCase.make(os.urandom)
    team = desk.directory.team("national")
    assert team is not None
    opened = {
        "kind": "opened",
        "at": "2027-01-15T08:00:00Z",
        "area": None,
        "language": "sq",
        "channel": "telegram",
        "urgency": "P1",
        "team_key_ids": [b64u(team.key.key_id)],
    }
    head = CaseHead.of(case.case_id, case.identity.recipient)
    entry, _ = seal_entry(head, opened, SigningIdentity.generate(os.urandom), os.urandom(16))
    facts = CaseFacts(
        case_id=case.case_id,
        designation="calm river",
        area=None,
        urgency="P1",
        language="sq",
        channel="telegram",
        opened_at=desk.clock[0],
        suite=1,
        public_key=case.identity.recipient.public_key,
    )

    def work(tx: Transaction) -> None:
        tx.cases.open(facts, case.wrap_to([team.key, desk.directory.recovery]), [entry])
        policies = desk.parts.policies
        open_alarm(tx, case_id=case.case_id, team_ids=("national",), policies=policies, now=desk.clock[0], rng=os.urandom)

    await desk.database.transact(work)
    return case.case_id


def _write(desk: Desk, statement: str, *values: Any) -> None:
    """What somebody does who has the database's file."""
    with sqlite3.connect(Path(desk.folder) / "data" / "amanet.db") as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        file.execute(statement, values)
    file.close()
