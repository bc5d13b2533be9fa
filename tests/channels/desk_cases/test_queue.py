"""The queue over HTTP: who sees which case, in which order, with which promise."""

import os

import pytest

from sealing.encoding import b64u
from tests.channels.desk_cases.office import NOTE, Office

MIN, HOUR = 60, 3600


async def test_an_officer_sees_the_cases_of_their_teams_and_no_other(office: Office) -> None:
    arta, nora = await office.officer("Arta", "prizren"), await office.officer("Nora", "national")
    theirs, both, hers = await office.report("national"), await office.report("national", "prizren"), await office.report()
    assert {one["case_id"] for one in await arta.queue()} == {b64u(both.case_id), b64u(hers.case_id)}
    assert {one["case_id"] for one in await nora.queue()} == {b64u(both.case_id), b64u(theirs.case_id)}
    row = await arta.row(both)
    assert row["team_ids"] == ["national", "prizren"]
    assert await arta.queue(team="prizren") == await arta.queue()
    assert await arta.get("/desk/api/queue", team="national") == (403, {"error": "team"})
    for path in ("", "/contacts", "/blobs/" + b64u(b"b" * 16)):
        assert await arta.get(theirs.path + path) == (404, {"error": "not_there"})
    assert await arta.post(f"{theirs.path}/moves/take", {}) == (404, {"error": "not_there"})
    assert await arta.post(f"{theirs.path}/read", {"entries": 1}) == (404, {"error": "not_there"})
    assert await arta.get("/desk/api/queue", after=b64u(theirs.case_id)) == (404, {"error": "not_there"})
    assert await office.actions() == []


async def test_whoever_is_not_in_the_directory_sees_nothing_yet(office: Office) -> None:
    newcomer = await office.officer("Besa", "prizren", listed=False)
    report = await office.report()
    assert await newcomer.queue() == []
    assert (await newcomer.get(report.path))[0] == 404
    assert (await newcomer.move(report, "take"))[0] == 404


async def test_an_administrator_opens_nothing(office: Office) -> None:
    report, boss = await office.report(), await office.officer("Dren", role="administrator")
    for path in ("/desk/api/queue", "/desk/api/events", report.path, "/desk/api/cases"):
        assert await boss.get(path) == (403, {"error": "role"})
    assert await boss.post(f"{report.path}/moves/take", {}) == (403, {"error": "role"})
    assert (await boss.get("/desk/api/officers"))[0] == 200


async def test_an_officer_still_reads_what_was_sealed_to_a_former_key_of_the_team(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    office.former["prizren"] = (office.teams["prizren"].key_id,)
    office.teams["prizren"] = type(office.recovery).generate(os.urandom)
    await office.sign_directory()
    assert (await arta.row(report))["team_ids"] == ["prizren"]


async def test_a_line_tells_the_promise_that_is_open_and_the_one_that_was_kept(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report(urgency="P1")
    fresh = await arta.row(report)
    assert (fresh["waiting_since"], fresh["ringing"], fresh["state"]) == (office.now, True, "new")
    assert (fresh["target_at"], fresh["target_kept"]) == (office.now + HOUR, None)
    assert (fresh["entries"], fresh["unread"], fresh["opened_hour"]) == (2, 2, office.now - office.now % HOUR)
    office.later(MIN)
    assert (await arta.move(report, "acknowledge"))[0] == 200
    seen = await arta.row(report)
    assert (seen["ringing"], seen["acknowledged_by"]) == (False, b64u(arta.officer_id))
    assert (seen["target_at"], seen["target_kept"]) == (office.now + 24 * HOUR, "acknowledge")
    assert (await arta.move(report, "take"))[0] == 200
    taken = await arta.row(report)
    assert (taken["taken_by"], taken["state"], taken["waiting_since"]) == (b64u(arta.officer_id), "taken", None)
    assert (taken["target_at"], taken["target_kept"]) == (None, "act")
    assert await office.notices() == ["acknowledged", "taken"]


async def test_pages_follow_each_other_most_urgent_first(office: Office) -> None:
    arta = await office.officer("Arta", "prizren")
    urgencies = ("P3", "P0", "P2", "P1", "P0")
    for urgency in urgencies:
        await office.report(urgency=urgency)
        office.later(HOUR)
    whole = await arta.queue()
    assert [one["urgency"] for one in whole] == sorted(urgencies)
    assert [one["opened_hour"] for one in whole[:2]] == sorted(one["opened_hour"] for one in whole[:2])
    status, first = await arta.get("/desk/api/queue", limit="2")
    assert (status, first["more"], first["cases"]) == (200, True, whole[:2])
    status, rest = await arta.get("/desk/api/queue", limit="3", after=whole[1]["case_id"])
    assert (status, rest["more"], rest["cases"]) == (200, False, whole[2:])
    assert await arta.queue(urgency="P0") == whole[:2]
    assert await arta.queue(urgency="P0", after=whole[1]["case_id"]) == []
    assert await arta.queue(urgency="P3", after=whole[0]["case_id"]) == whole[4:]


@pytest.mark.parametrize(
    "query",
    [
        {"state": "lost"},
        {"urgency": "P9"},
        {"limit": "0"},
        {"limit": "9999"},
        {"limit": "x<script>"},
        {"after": "not an id"},
        {"limit": "١"},
    ],
)
async def test_a_query_that_makes_no_sense_is_refused_without_repeating_it(office: Office, query: dict[str, str]) -> None:
    arta = await office.officer("Arta", "prizren")
    assert await arta.get("/desk/api/queue", **query) == (400, {"error": "malformed"})


async def test_filters_by_state(office: Office) -> None:
    arta, besa = await office.officer("Arta", "prizren"), await office.officer("Besa", "prizren")
    waiting, mine, hers, away, over = [await office.report() for _ in range(5)]
    await arta.move(mine, "take")
    await besa.move(hers, "take")
    await arta.move(away, "refer", NOTE)
    assert (await arta.move(over, "close", NOTE))[0] == 200

    async def shown(state: str) -> set[str]:
        return {one["case_id"] for one in await arta.queue(state=state)}

    def ids(*reports: object) -> set[str]:
        return {b64u(one.case_id) for one in reports}  # type: ignore[attr-defined]

    assert await shown("waiting") == ids(waiting)
    assert await shown("taken") == ids(mine, hers)
    assert await shown("mine") == ids(mine)
    assert await shown("referred") == ids(away)
    assert await shown("closed") == ids(over)
    assert await shown("snoozed") == set()
    assert await shown("") == ids(waiting, mine, hers, away)


async def test_areas_and_officers_are_named(office: Office) -> None:
    arta, _ = await office.officer("Arta Ë.", "prizren", on_duty=True), await office.officer("Dren", role="administrator")
    status, areas = await arta.get("/desk/api/areas")
    prizren = next(one for one in areas if one["code"] == "prizren")
    assert (status, prizren["team_id"], prizren["names"]["sr-Cyrl"]) == (200, "prizren", "Призрен")
    assert next(one for one in areas if one["code"] != "prizren" and one["code"] != "peje")["team_id"] is None
    status, officers = await arta.get("/desk/api/officers")
    me = next(one for one in officers if one["officer_id"] == b64u(arta.officer_id))
    assert (status, me["name"], me["on_duty"], me["active"]) == (200, "Arta Ë.", True, True)
    assert me["signer_ids"] == [b64u(arta.signing.signer_id)]


async def test_without_a_directory_in_force_there_is_nothing_to_see_and_nothing_breaks(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    office.parts.directory._directory = None
    assert await arta.queue() == []
    assert (await arta.get(report.path))[0] == 404
    status, areas = await arta.get("/desk/api/areas")
    assert (status, {one["team_id"] for one in areas}) == (200, {None})
    assert (await arta.get("/desk/api/officers"))[0] == 200
