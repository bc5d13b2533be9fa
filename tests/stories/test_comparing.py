"""Who compares a newcomer's fingerprints: a supervisor of the team, and an administrator only where there is none."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sealing.encoding import b64u
from tests.stories.desk_folk import Browser, Desk, open_desk

BY_A_SUPERVISOR = (403, "supervisor")


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        yield opened


@pytest.fixture
async def admin(desk: Desk) -> Browser:
    return await desk.administrator()


async def listed(by: Browser, newcomer: Browser) -> dict[str, Any] | None:
    told = {one["officer_id"]: one for one in await by.get("/admissions")}
    return told.get(b64u(newcomer.officer_id))


def keys_of(newcomer: Browser) -> dict[str, str]:
    return {
        "officer_id": b64u(newcomer.officer_id),
        "key_id": b64u(newcomer.own.key_id),
        "signer_id": b64u(newcomer.own_signing.signer_id),
    }


async def is_left_to_a_supervisor(by: Browser, newcomer: Browser) -> bool:
    """Whether both doors are closed to this person, and the page is told so."""
    one = await listed(by, newcomer)
    compared = (await by.sends("/admissions/compare", **keys_of(newcomer))).refusal
    refused = (await by.sends("/admissions/refuse", officer_id=b64u(newcomer.officer_id))).refusal
    return one is not None and one["may_compare"] is False and {compared, refused} == {BY_A_SUPERVISOR}


async def test_an_administrator_compares_the_first_people_of_a_team(desk: Desk, admin: Browser) -> None:
    ann, chief = await desk.newcomer(admin, "Ann"), await desk.newcomer(admin, "Chief", "supervisor")
    for newcomer in (ann, chief):
        one = await listed(admin, newcomer)
        assert one is not None
        assert one["may_compare"] is True
        await desk.compared(admin, newcomer)
    assert await desk.renews(admin) == ["member_added", "member_added"]


async def test_where_a_supervisor_stands_an_administrator_lets_nobody_in_and_turns_nobody_away(
    desk: Desk, admin: Browser
) -> None:
    chief = await desk.member(admin, "Chief", "supervisor")
    for name, role in (("Ann", "officer"), ("Peer", "supervisor")):
        newcomer = await desk.newcomer(admin, name, role)
        assert await is_left_to_a_supervisor(admin, newcomer)
        assert (await admin.get("/directory/draft"))["changes"] == []
        one = await listed(chief, newcomer)
        assert one is not None
        assert one["may_compare"] is True
        await desk.compared(chief, newcomer)
        assert await desk.renews(admin) == ["member_added"]


async def test_a_supervisor_of_one_of_the_teams_is_enough_and_one_of_another_is_not(desk: Desk, admin: Browser) -> None:
    await admin.post("/teams", team_id="prizren", name="Prizren", areas=["prizren"])
    chief = await desk.member(admin, "Chief", "supervisor", ("prizren",))
    national, both = await desk.newcomer(admin, "Ann"), await desk.newcomer(admin, "Both", "officer", ("national", "prizren"))
    assert await listed(chief, national) is None
    assert (await chief.sends("/admissions/compare", **keys_of(national))).refusal == (403, "team")
    await desk.compared(admin, national)
    assert await is_left_to_a_supervisor(admin, both)
    await desk.compared(chief, both)


async def test_a_supervisor_whose_keys_nobody_signed_yet_is_none(desk: Desk, admin: Browser) -> None:
    chief, ann = await desk.newcomer(admin, "Chief", "supervisor"), await desk.newcomer(admin, "Ann")
    assert (await chief.sends("/admissions/compare", **keys_of(ann))).refusal == (403, "team")
    await desk.compared(admin, ann)
    await desk.compared(admin, chief)


async def test_the_only_supervisor_who_lost_everything_is_let_in_again_by_an_administrator(desk: Desk, admin: Browser) -> None:
    chief = await desk.member(admin, "Chief", "supervisor")
    waiting = await desk.newcomer(admin, "Ann")
    again = await admin.post("/officers/readmit", officer_id=b64u(chief.officer_id))
    renewed = desk.browser()
    assert (await renewed.joins(again["code"])).status == 200
    assert (await renewed.signs_in("Chief")).status == 200
    # Their old keys still stand in the directory in force: those let nobody in.
    assert (await renewed.sends("/admissions/compare", **keys_of(waiting))).refusal == (403, "team")
    assert (await renewed.sends("/admissions/compare", **keys_of(renewed))).refusal == (409, "state")
    await desk.compared(admin, renewed)


async def test_of_two_supervisors_one_lets_the_other_in_again(desk: Desk, admin: Browser) -> None:
    chief = await desk.member(admin, "Chief", "supervisor")
    peer = await desk.newcomer(admin, "Peer", "supervisor")
    await desk.compared(chief, peer)
    await desk.renews(admin)
    again = await admin.post("/officers/readmit", officer_id=b64u(peer.officer_id))
    renewed = desk.browser()
    assert (await renewed.joins(again["code"])).status == 200
    assert await is_left_to_a_supervisor(admin, renewed)
    await chief.post("/admissions/refuse", officer_id=b64u(renewed.officer_id))
    assert (await renewed.signs_in("Peer")).refusal == (401, "not_accepted")


async def test_a_supervisor_who_left_leaves_the_comparing_to_an_administrator(desk: Desk, admin: Browser) -> None:
    chief, ann = await desk.member(admin, "Chief", "supervisor"), await desk.newcomer(admin, "Ann")
    assert await is_left_to_a_supervisor(admin, ann)
    await admin.post("/officers/remove", officer_id=b64u(chief.officer_id))
    await desk.compared(admin, ann)
