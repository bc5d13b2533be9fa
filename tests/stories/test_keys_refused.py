"""Directories, team keys and wraps that the desk does not take, each with its reason."""

import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.key_files import signed_text
from sealing.case import WRAP_BYTES, wrap_team_seed
from sealing.encoding import b64u
from sealing.identity import Identity, SigningIdentity
from sealing.signed_directory import read_document, sign_directory, write_document
from tests.stories.desk_folk import Browser, Desk, open_desk, wrapped


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        yield opened


@pytest.fixture
async def admin(desk: Desk) -> Browser:
    return await desk.administrator()


# The directory -------------------------------------------------------------------------------------------------------------


async def test_a_directory_that_loses_somebody_or_goes_back_is_not_taken(desk: Desk, admin: Browser) -> None:
    await desk.member(admin, "Ann")
    serial = desk.directory.serial

    def signed(change: dict[str, Any], root: SigningIdentity = desk.root) -> dict[str, str]:
        directory = replace(desk.directory, **{"serial": serial + 1, **change})
        travels: dict[str, str] = json.loads(signed_text(sign_directory(directory, root)))
        return travels

    known = desk.directory
    wrong: list[tuple[dict[str, str], str]] = [
        (signed({"signers": known.signers[:1], "members": ()}), "directory-successor"),
        (signed({"receipt_salt": bytes(32)}), "directory-successor"),
        (signed({"serial": serial - 1}), "directory-older"),
        (signed({"serial": serial, "expires_at": "2030-01-01T00:00:00Z"}), "directory-older"),
        (signed({"expires_at": "2027-01-02T00:00:00Z", "issued_at": "2027-01-01T00:00:00Z"}), "directory-successor"),
        (signed({}, SigningIdentity.generate(os.urandom)), "directory-signature"),
        ({**signed({}), "document": b64u(b"{}")}, "directory-signature"),
    ]
    for body, reason in wrong:
        assert (await admin.sends("/directory", **body)).refusal == (422, reason)
    assert desk.directory.serial == serial
    assert await admin.post("/directory", **signed({})) == {"serial": serial + 1, "is_new": True}
    assert await admin.post("/directory", **signed({})) == {"serial": serial + 1, "is_new": False}


async def test_a_draft_that_was_signed_before_somebody_left_is_not_taken(desk: Desk, admin: Browser) -> None:
    ann = await desk.newcomer(admin, "Ann")
    await desk.compared(admin, ann)
    early = desk.sign((await admin.get("/directory/draft"))["document"])
    await admin.post("/officers/remove", officer_id=b64u(ann.officer_id))
    assert (await admin.sends("/directory", **early)).refusal == (422, "directory-successor")
    assert (await admin.get("/directory/draft"))["changes"] == []


async def test_the_draft_is_the_file_that_the_command_signs(desk: Desk, admin: Browser) -> None:
    drafted = await admin.get("/directory/draft")
    directory = read_document(write_document(desk.verified(drafted["document"])))
    assert (directory.serial, drafted["serial"], drafted["faults"]) == (desk.directory.serial + 1, desk.directory.serial + 1, [])


async def test_an_area_is_of_one_team_and_must_exist(desk: Desk, admin: Browser) -> None:
    await admin.post("/teams", team_id="prizren", name="Prizren", areas=["prizren"])
    taken = await admin.sends("/teams", team_id="south", name="South", areas=["prizren"])
    assert taken.refusal == (409, "taken")
    assert (await admin.sends("/teams", team_id="south", name="South", areas=["mars"])).refusal == (422, "areas")
    teams = {team["team_id"]: team for team in await admin.get("/teams")}
    assert (teams["prizren"]["key_id"], teams["prizren"]["needs_key"], teams["national"]["needs_key"]) == (None, True, False)
    await admin.post("/teams", team_id="national", name="All", areas=[])
    assert {"code": "team_changed", "team_id": "national"} in (await admin.get("/directory/draft"))["changes"]


# Wraps --------------------------------------------------------------------------------------------------------------------


async def test_the_national_seed_comes_in_through_its_first_member(desk: Desk, admin: Browser) -> None:
    ann = await desk.member(admin, "Ann")
    ben = await desk.member(admin, "Ben")
    national = Identity.from_seed(desk.seed("national"))

    def off_line(member: Browser) -> dict[str, str]:
        assert member.identity is not None
        return wrapped(wrap_team_seed(member.identity.recipient, national, desk.directory))

    assert (await ben.sends("/wraps", wraps=[off_line(ann)])).refusal == (403, "team")
    await ann.post("/wraps", wraps=[off_line(ann)])
    ann.unwraps(await desk.wraps_of(ann))
    assert await ann.gives_wraps(desk.directory) == 1
    ben.unwraps(await desk.wraps_of(ben))
    assert set(ben.teams) == {national.key_id}
    await ben.post("/wraps/broken", team_key_id=b64u(national.key_id))
    assert (await ben.sends("/wraps/broken", team_key_id=b64u(national.key_id))).refusal == (404, "not_there")
    assert await ann.gives_wraps(desk.directory) == 1


async def test_wraps_are_given_by_members_to_members_of_the_same_team(desk: Desk, admin: Browser) -> None:
    await admin.post("/teams", team_id="prizren", name="Prizren", areas=["prizren"])
    ann = await desk.member(admin, "Ann", "officer", ("prizren",))
    team = await ann.makes_team_key("prizren")
    await desk.renews(admin)
    stranger = await desk.member(admin, "Stranger")
    waiting = await desk.newcomer(admin, "Waiting", "officer", ("prizren",))

    def wrap(member: Browser, key_id: bytes = team.key_id) -> dict[str, str]:
        assert member.identity is not None
        return {
            "team_key_id": b64u(key_id),
            "member_key_id": b64u(member.identity.key_id),
            "sealed": b64u(bytes(WRAP_BYTES)),
        }

    assert (await ann.sends("/wraps", wraps=[wrap(stranger)])).refusal == (422, "not_a_member")
    assert (await ann.sends("/wraps", wraps=[wrap(waiting)])).refusal == (422, "not_a_member")
    assert (await ann.sends("/wraps", wraps=[wrap(ann, os.urandom(16))])).refusal == (403, "team")
    assert (await stranger.sends("/wraps", wraps=[wrap(stranger)])).refusal == (403, "team")
    assert (await stranger.sends("/wraps", wraps=[wrap(ann)])).refusal == (403, "team")
    assert (await waiting.sends("/wraps", wraps=[wrap(waiting)])).refusal == (409, "state")
    assert (await ann.sends("/wraps", wraps=[wrap(ann), wrap(stranger)])).refusal == (422, "not_a_member")
    assert len(await desk.wraps_of(ann)) == 1
    assert (await stranger.sends("/team-keys", **stranger.team_key("prizren", team))).refusal == (403, "team")
    assert (await ann.sends("/team-keys", **ann.team_key("prizren", team))).refusal == (409, "taken")


async def test_a_team_has_one_waiting_key_and_it_goes_with_who_made_it(desk: Desk, admin: Browser) -> None:
    ann, ben = await desk.member(admin, "Ann"), await desk.member(admin, "Ben")
    await ann.makes_team_key("national")
    second = Identity.generate(os.urandom)
    assert (await ben.sends("/team-keys", **ben.team_key("national", second))).refusal == (409, "state")
    await admin.post("/officers/remove", officer_id=b64u(ann.officer_id))
    await ben.post("/team-keys", **ben.team_key("national", second))
    assert await desk.renews(admin) == ["team_key_changed", "member_removed"]
    assert desk.directory.team("national").key.key_id == second.key_id


async def test_no_seed_is_wrapped_to_the_keys_of_a_directory_that_has_expired(desk: Desk, admin: Browser) -> None:
    ann = await desk.member(admin, "Ann")
    national = await ann.makes_team_key("national")
    await desk.renews(admin)
    await desk.member(admin, "Ben")
    desk.passes(367 * 86400)
    for browser, name in ((ann, "Ann"), (admin, "Administrator")):
        assert (await browser.signs_in(name)).status == 200
    (wanted,) = await ann.get("/wraps/wanted")
    ben = next(one for one in desk.directory.members if b64u(one.key.key_id) == wanted["member_key_id"])
    given = wrapped(wrap_team_seed(ben.key, national, desk.directory))
    assert (await ann.sends("/wraps", wraps=[given])).refusal == (409, "expired")
    key = ann.team_key("national", Identity.generate(os.urandom))
    assert (await ann.sends("/team-keys", **key)).refusal == (409, "expired")
    await desk.renews(admin)
    assert await ann.gives_wraps(desk.directory) == 1
    assert (await ann.sends("/team-keys", **key)).status == 200
