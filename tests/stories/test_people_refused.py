"""What the desk refuses about people and keys, each with its reason, and what it tells to whom."""

import asyncio
import os
import sqlite3
import stat
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.officers import invite_officer, remove_officer
from sealing.encoding import b64u, unb64u
from sealing.identity import SigningIdentity
from sealing.joining import sign_joining
from tests.stories.desk_folk import Browser, Desk, open_desk


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        yield opened


@pytest.fixture
async def admin(desk: Desk) -> Browser:
    return await desk.administrator()


async def invited(by: Browser, name: str = "Ann", role: str = "officer", teams: tuple[str, ...] = ("national",)) -> str:
    told = await by.post("/invitations", name=name, role=role, team_ids=list(teams), language="sq")
    return str(told["code"])


# Invitations and joining ----------------------------------------------------------------------------------------------------


async def test_a_code_works_once_and_for_three_days(desk: Desk, admin: Browser) -> None:
    code = await invited(admin)
    assert (await desk.browser().joins(code)).status == 200
    assert (await desk.browser().sends("/join/look", code=code)).refusal == (404, "not_there")
    late = await invited(admin, "Ben")
    desk.passes(72 * 3600)
    assert (await desk.browser().sends("/join/look", code=late)).refusal == (404, "not_there")


async def test_of_two_who_follow_one_link_at_once_one_joins(desk: Desk, admin: Browser) -> None:
    code = await invited(admin)
    first, second = desk.browser(), desk.browser()
    officer_id = unb64u((await first.post("/join/look", code=code))["officer_id"])
    bodies = [browser.joining(code, officer_id) for browser in (first, second)]
    answers = await asyncio.gather(first.sends("/join", **bodies[0]), second.sends("/join", **bodies[1]))
    assert sorted(answer.status for answer in answers) == [200, 404]


async def test_a_withdrawn_invitation_and_one_that_was_made_anew_work_no_more(desk: Desk, admin: Browser) -> None:
    code = await invited(admin)
    (listed,) = await admin.get("/invitations")
    assert "code" not in listed
    assert (listed["name"], listed["role"], listed["team_ids"]) == ("Ann", "officer", ["national"])
    await admin.post("/invitations/withdraw", officer_id=listed["officer_id"])
    assert await admin.get("/invitations") == []
    assert (await desk.browser().sends("/join/look", code=code)).refusal == (404, "not_there")
    assert (await admin.sends("/invitations/withdraw", officer_id=listed["officer_id"])).refusal == (404, "not_there")


async def test_guessing_codes_becomes_slow_and_the_right_one_still_works(desk: Desk, admin: Browser) -> None:
    code = await invited(admin)
    guesser = desk.browser()
    for _ in range(14):
        answer = await guesser.sends("/join/look", code=b64u(os.urandom(16)))
        assert answer.status in (404, 429)
    assert sum(desk.waited) > 5
    desk.passes(30)
    assert (await guesser.sends("/join/look", code=code)).status == 200


async def test_a_code_that_is_none_is_unknown_like_any_other(desk: Desk) -> None:
    for code in ("", "x", "=" * 22, "ä" * 22, "A" * 64):
        assert (await desk.browser().sends("/join/look", code=code)).refusal == (404, "not_there")
    assert (await desk.browser().sends("/join/look", code="A" * 65)).refusal == (400, "malformed")


async def test_nobody_joins_with_a_signing_key_that_is_not_theirs(desk: Desk, admin: Browser) -> None:
    code = await invited(admin)
    newcomer = desk.browser()
    looked = await newcomer.post("/join/look", code=code)
    body = newcomer.joining(code, unb64u(looked["officer_id"]))
    other = SigningIdentity.generate(os.urandom)
    forged = {**body, "signing_public": b64u(other.verifier.public_key)}
    assert (await newcomer.sends("/join", **forged)).refusal == (422, "proof_of_signing")
    for_another = {**newcomer.joining(code, os.urandom(16))}
    assert (await newcomer.sends("/join", **for_another)).refusal == (422, "proof_of_signing")
    assert (await newcomer.sends("/join", **body)).status == 200


async def test_keys_that_cannot_be_used_and_slots_that_are_weak_are_refused(desk: Desk, admin: Browser) -> None:
    code = await invited(admin)
    newcomer = desk.browser()
    body = newcomer.joining(code, unb64u((await newcomer.post("/join/look", code=code))["officer_id"]))
    assert (await newcomer.sends("/join", **{**body, "identity_public": b64u(b"\xff" * 1216)})).refusal == (422, "key")
    assert (await newcomer.sends("/join", **{**body, "slot": {**body["slot"], "m_kib": 1024}})).refusal == (400, "malformed")
    swapped = {**body, "slot": body["recovery_slot"], "recovery_slot": body["slot"]}
    assert (await newcomer.sends("/join", **swapped)).refusal == (422, "slot")
    assert (await newcomer.sends("/join", **{**body, "seed": "x"})).refusal == (400, "malformed")
    assert (await newcomer.sends("/join", **body)).status == 200


async def test_nobody_brings_a_key_that_is_known_already(desk: Desk, admin: Browser) -> None:
    ann = await desk.newcomer(admin, "Ann")
    assert ann.identity is not None
    assert ann.signing is not None
    code = await invited(admin, "Ben")
    ben = desk.browser()
    officer_id = unb64u((await ben.post("/join/look", code=code))["officer_id"])
    body = ben.joining(code, officer_id)
    copied = {
        **body,
        "identity_public": b64u(ann.identity.recipient.public_key),
        "proof_of_signing": b64u(sign_joining(officer_id, ann.identity.recipient, ben.signing)),
    }
    assert (await ben.sends("/join", **copied)).refusal == (409, "taken")


async def test_two_newcomers_cannot_have_one_name(desk: Desk, admin: Browser) -> None:
    await invited(admin, "Ann Hoti")
    for name in ("Ann Hoti", "ann  hoti", "Administrator"):
        told = await admin.sends("/invitations", name=name, role="officer", team_ids=["national"], language="en")
        assert told.refusal == (409, "taken")
    unseen = await admin.sends("/invitations", name="\u200b\u202e", role="officer", team_ids=["national"], language="en")
    assert unseen.refusal == (400, "malformed")


@pytest.mark.parametrize(("role", "teams"), [("administrator", ["national"]), ("officer", []), ("officer", ["mars"])])
async def test_an_invitation_is_for_teams_that_there_are_and_an_administrator_is_of_none(
    admin: Browser, role: str, teams: list[str]
) -> None:
    told = await admin.sends("/invitations", name="Ann", role=role, team_ids=teams, language="en")
    assert told.refusal == (422, "teams")


# Being let in -------------------------------------------------------------------------------------------------------------


async def test_only_the_keys_that_were_read_aloud_are_let_in(desk: Desk, admin: Browser) -> None:
    ann = await desk.newcomer(admin, "Ann")
    (waiting,) = await admin.get("/admissions")
    who = waiting["officer_id"]
    other = b64u(os.urandom(16))
    assert (await admin.sends("/admissions/compare", officer_id=who, key_id=other, signer_id=waiting["signer_id"])).refusal == (
        409,
        "state",
    )
    assert (await admin.get("/directory/draft"))["changes"] == []
    await desk.compared(admin, ann)
    again = await admin.sends("/admissions/compare", officer_id=who, key_id=waiting["key_id"], signer_id=waiting["signer_id"])
    assert again.refusal == (409, "state")
    (change,) = (await admin.get("/directory/draft"))["changes"]
    key = {name: waiting[name] for name in ("officer_id", "key_id", "signer_id")}
    assert change == {"code": "member_added", **key, "fingerprint": waiting["fingerprint_identity"], "team_ids": ["national"]}


async def test_a_newcomer_whose_fingerprint_was_another_is_turned_away(desk: Desk, admin: Browser) -> None:
    ann = await desk.newcomer(admin, "Ann")
    await admin.post("/admissions/refuse", officer_id=b64u(ann.officer_id))
    assert await admin.get("/admissions") == []
    assert (await ann.asks("/teams")).refusal == (401, "signed_out")
    assert (await ann.signs_in("Ann")).refusal == (401, "not_accepted")
    assert (await admin.get("/directory/draft"))["changes"] == []
    assert (await desk.newcomer(admin, "Ann")).officer_id != ann.officer_id


async def test_an_administrator_stands_in_no_directory_and_opens_nothing(desk: Desk, admin: Browser) -> None:
    assert await admin.get("/admissions") == []
    assert (await admin.get("/directory/draft"))["changes"] == []
    for path in ("/wraps/wanted", "/rewraps/wanted"):
        assert (await admin.asks(path, team_id="national")).refusal == (403, "role")
    key = {"team_id": "national", "public_key": "A" * 1622, "sealed": "A" * 1558}
    assert (await admin.sends("/team-keys", **key)).refusal == (403, "role")
    assert (await admin.sends("/wraps", wraps=[])).refusal == (403, "role")


async def test_a_supervisor_decides_over_officers_of_their_own_teams_only(desk: Desk, admin: Browser) -> None:
    await admin.post("/teams", team_id="prizren", name="Prizren", areas=["prizren"])
    chief = await desk.newcomer(admin, "Chief", "supervisor", ("prizren",))
    ann = await desk.newcomer(admin, "Ann")
    both = await desk.newcomer(admin, "Both", "officer", ("national", "prizren"))
    peer = await desk.newcomer(admin, "Peer", "supervisor", ("prizren",))
    assert await chief.get("/admissions") == []
    for other in (ann, both, peer):
        who = b64u(other.officer_id)
        assert (await chief.sends("/officers/remove", officer_id=who)).refusal == (403, "team")
        assert (await chief.sends("/officers/readmit", officer_id=who)).refusal == (403, "team")
        assert (await chief.sends("/admissions/refuse", officer_id=who)).refusal == (403, "team")
    for role, teams in (("officer", ["national"]), ("officer", ["prizren", "national"]), ("supervisor", ["prizren"])):
        told = await chief.sends("/invitations", name="New", role=role, team_ids=teams, language="en")
        assert told.refusal == (403, "team")
    told = await chief.sends("/invitations", name="New", role="officer", team_ids=[], language="en")
    assert told.refusal == (422, "teams")
    assert (await chief.sends("/officers/remove", officer_id=b64u(chief.officer_id))).refusal == (409, "state")
    assert (await chief.asks("/rewraps/wanted", team_id="national")).refusal == (403, "team")
    assert (await chief.asks("/directory/draft")).refusal == (403, "role")
    assert (await chief.sends("/officers/remove", officer_id=b64u(os.urandom(16)))).refusal == (404, "not_there")


# Lost keys -----------------------------------------------------------------------------------------------------------------


async def test_who_lost_their_keys_makes_new_ones_under_the_same_id_and_the_old_ones_end(desk: Desk, admin: Browser) -> None:
    await admin.post("/teams", team_id="prizren", name="Prizren", areas=["prizren"])
    chief = await desk.member(admin, "Chief", "supervisor", ("prizren",))
    await chief.makes_team_key("prizren")
    ann = await desk.newcomer(chief, "Ann", "officer", ("prizren",))
    await desk.compared(chief, ann)
    await desk.renews(admin)
    await chief.gives_wraps(desk.directory)
    assert ann.signing is not None
    old_signer = ann.signing.signer_id

    again = await chief.post("/officers/readmit", officer_id=b64u(ann.officer_id))
    assert (await ann.asks("/teams")).refusal == (401, "signed_out")
    assert (await ann.signs_in("Ann")).refusal == (401, "not_accepted")
    renewed = desk.browser()
    assert (await renewed.joins(again["code"])).status == 200
    assert renewed.officer_id == ann.officer_id
    assert (await renewed.signs_in("Ann")).status == 200
    assert await desk.wraps_of(ann) == ()

    assert await desk.renews(admin) == ["member_removed"]
    assert desk.directory.member(ann.officer_id) is None
    retired = desk.directory.signer(old_signer)
    assert retired is not None
    assert retired.retired_at is not None
    await desk.compared(chief, renewed)
    assert await desk.renews(admin) == ["member_added"]
    assert await chief.gives_wraps(desk.directory) == 1
    teams = {team["team_id"]: team for team in await chief.get("/teams")}
    assert teams["prizren"]["needs_key"] is False


# The log and the beginning --------------------------------------------------------------------------------------------------


async def test_the_log_is_shown_as_far_as_it_concerns_who_asks(desk: Desk, admin: Browser) -> None:
    await admin.post("/teams", team_id="prizren", name="Prizren", areas=["prizren"])
    chief = await desk.member(admin, "Chief", "supervisor", ("prizren",))
    ann = await desk.newcomer(chief, "Ann", "officer", ("prizren",))
    await desk.newcomer(admin, "Stranger")
    case_id = os.urandom(16)
    await desk.database.transact(lambda tx: tx.audit.add(ann.officer_id, "case_opened", desk.clock[0], case_id=case_id))

    theirs = (await chief.get("/audit"))["records"]
    mine = {b64u(one.officer_id) for one in (chief, ann)}
    assert all(one["officer_id"] in mine or one["about"].get("officer") in mine for one in theirs)
    assert "case_opened" not in {one["action"] for one in theirs}
    all_of_them = await admin.get("/audit")
    assert {one["case_id"] for one in all_of_them["records"]} == {None}
    assert {"team_planned", "invited", "joined"} <= {one["action"] for one in all_of_them["records"]}
    of_ann = (await admin.get("/audit", officer_id=b64u(ann.officer_id)))["records"]
    assert {one["officer_id"] for one in of_ann} == {b64u(ann.officer_id)}
    assert (await admin.asks("/audit", before="x")).refusal == (400, "malformed")
    assert (await admin.asks("/audit", case_id="x")).refusal == (400, "malformed")
    assert (await ann.asks("/audit")).refusal == (403, "role")


async def test_the_log_comes_in_pages_of_a_hundred(desk: Desk, admin: Browser) -> None:
    def fill(tx: Any) -> None:
        for number in range(230):
            tx.audit.add(None, "filled", desk.clock[0], about={"number": number})

    await desk.database.transact(fill)
    seen: list[int] = []
    before: dict[str, int] = {}
    for _ in range(10):
        page = await admin.get("/audit", **before)
        assert page["chain"] == "shown"
        seen += [one["seq"] for one in page["records"]]
        if page["next"] is None:
            break
        assert len(page["records"]) == 100
        before = {"before": page["next"]}
    assert seen == list(range(seen[0], 0, -1))
    assert len(seen) > 230


async def test_a_log_that_somebody_wrote_into_by_hand_says_where(desk: Desk, admin: Browser) -> None:
    assert (await admin.get("/audit", whole=1))["chain"] == "whole"
    with sqlite3.connect(desk.folder / "data" / "amanet.db") as file:
        for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        file.execute("UPDATE audit SET action = 'nothing' WHERE seq = 2")
    file.close()
    assert (await admin.get("/audit", whole=1))["chain"] == "broken at 2"
    assert (await admin.get("/audit"))["chain"] == "broken at 2"
    assert (await admin.get("/audit", before=2))["chain"] == "shown"


async def test_the_beginning_is_a_list_of_what_is_seen_and_what_is_said(desk: Desk, admin: Browser) -> None:
    before = {one["step"]: one for one in await admin.get("/ceremony")}
    assert list(before)[:2] == ["root_off_line", "recovery_printed"]
    assert not any(one["done"] for one in before.values())
    await admin.post("/ceremony/tick", step="root_off_line")
    assert (await admin.sends("/ceremony/tick", step="two_members")).refusal == (400, "malformed")
    for name in ("Ann", "Ben"):
        await desk.member(admin, name)
    after = {one["step"]: one["done"] for one in await admin.get("/ceremony")}
    assert [step for step, done in after.items() if done] == ["root_off_line", "two_members"]


# The command line ------------------------------------------------------------------------------------------------------------


async def test_the_first_link_lies_in_a_file_for_its_owner_alone(desk: Desk) -> None:
    file = desk.folder / "first-administrator.txt"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text().rstrip().endswith(f"/desk#join={desk.first_code}")


async def test_the_command_invites_and_removes_as_the_desk_does(desk: Desk, admin: Browser) -> None:
    now = desk.clock[0]
    told = await invite_officer(desk.settings, "Ann", role="officer", teams=("national",), language="sq", now=now)
    code = told.split("#join=")[1].split()[0]
    ann = desk.browser()
    assert (await ann.joins(code)).status == 200
    assert (await ann.signs_in("Ann")).status == 200
    await remove_officer(desk.settings, ann.officer_id.hex(), now)
    assert (await ann.asks("/teams")).refusal == (401, "signed_out")
    assert await admin.get("/admissions") == []
