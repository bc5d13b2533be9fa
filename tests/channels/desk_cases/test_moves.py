"""Moves of a case at the desk: each one transaction, of two officers one wins, and telephones and desks agree."""

import asyncio

from handlers.officer.moves import standing
from sealing.encoding import b64u
from tests.channels.desk_cases.office import CLOSED, NOTE, Office, Report

MIN = 60


async def alarms(office: Office, report: Report) -> list[tuple[str, str, tuple[str, ...]]]:
    found = await office.database.read(lambda tx: tx.alarms.of_case(report.case_id))
    return [(one.state, one.urgency, one.team_ids) for one in found]


async def test_of_two_who_take_a_case_one_has_it(office: Office) -> None:
    arta, besa, report = await office.officer("Arta", "prizren"), await office.officer("Besa", "prizren"), await office.report()
    answers = await asyncio.gather(arta.move(report, "take"), besa.move(report, "take"))
    assert sorted(status for status, _ in answers) == [200, 409]
    assert (409, {"error": "taken"}) in answers
    assert await office.actions(report.case_id) == ["case_take"]


async def test_taking_stops_the_alarm_tells_the_reporter_and_stands_on_every_telephone(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren", on_duty=True), await office.report()
    await arta.move(report, "take")
    assert [state for state, *_ in await alarms(office, report)] == ["closed"]
    assert await office.notices() == ["taken"]
    stands = await office.database.read(lambda tx: standing(tx, report.case_id, office.now))
    assert (stands.stand, stands.by, stands.rings) == ("taken", arta.officer_id, False)


async def test_a_released_case_waits_and_rings_again(office: Office) -> None:
    arta, besa, report = await office.officer("Arta", "prizren"), await office.officer("Besa", "prizren"), await office.report()
    assert await arta.move(report, "release") == (409, {"error": "state"})
    await arta.move(report, "take")
    assert await besa.move(report, "release") == (409, {"error": "state"})
    status, moved = await arta.move(report, "release", {"kind": "status", "status": "released"})
    assert (status, moved["row"]["state"], moved["row"]["ringing"]) == (200, "new", True)
    assert await office.notices() == ["taken", "released"]


async def test_an_acknowledgement_counts_once(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    assert (await arta.move(report, "acknowledge"))[0] == 200
    assert await arta.move(report, "acknowledge") == (409, {"error": "state"})


async def test_a_case_is_handed_over_to_somebody_who_can_open_it_and_who_is_told(office: Office) -> None:
    arta, besa = await office.officer("Arta", "prizren"), await office.officer("Besa", "prizren")
    nora, report = await office.officer("Nora", "national"), await office.report()
    boss = await office.officer("Dren", role="administrator")
    await office.database.transact(lambda tx: tx.officers.set_contact(besa.officer_id, b"chat", b"l" * 16))
    to_besa = {"to_officer": b64u(besa.officer_id)}
    assert await arta.move(report, "hand_over", NOTE, **to_besa) == (409, {"error": "state"})
    await arta.move(report, "take")
    assert await besa.move(report, "hand_over", NOTE, **to_besa) == (409, {"error": "state"})
    for other in (nora.officer_id, boss.officer_id, b"?" * 16):
        refused = await arta.move(report, "hand_over", NOTE, to_officer=b64u(other))
        assert refused == (422, {"error": "refused", "reason": "officer"})
    status, moved = await arta.move(report, "hand_over", NOTE, **to_besa)
    assert (status, moved["row"]["taken_by"], moved["entries"]) == (200, b64u(besa.officer_id), 3)
    told = await office.database.read(lambda tx: tx.alerts.for_case(report.case_id))
    assert ("news", besa.officer_id) in {(one.kind, one.officer_id) for one in told}


async def test_a_supervisor_takes_a_case_over_and_nobody_else_does(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    boss = await office.officer("Dren", "prizren", role="supervisor")
    assert await arta.move(report, "take_over") == (403, {"error": "role"})
    assert await boss.move(report, "take_over") == (409, {"error": "state"})
    await arta.move(report, "take")
    status, moved = await boss.move(report, "take_over")
    assert (status, moved["row"]["taken_by"]) == (200, b64u(boss.officer_id))
    assert await boss.move(report, "take_over") == (409, {"error": "state"})
    records = await office.database.read(lambda tx: tx.audit.page(case_id=report.case_id))
    assert (records[0].action, records[0].about) == ("case_take_over", {"from": b64u(arta.officer_id)})


async def test_urgency_that_a_person_lowers_slows_the_alarm_down_and_one_that_rises_sounds(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report(urgency="P0")
    office.later(MIN)
    why = {"kind": "urgency", "urgency": "P2", "reason": "a prank"}
    assert (await arta.move(report, "urgency", why, urgency="P0")) == (409, {"error": "state"})
    status, moved = await arta.move(report, "urgency", why, urgency="P2")
    assert (status, moved["row"]["urgency"], moved["row"]["target_at"]) == (200, "P2", office.now - MIN + 72 * 3600)
    before = await office.database.read(lambda tx: tx.alarms.of_case(report.case_id))
    assert [(one.state, one.urgency, one.next_at) for one in before] == [("open", "P2", office.now - MIN + 24 * 3600)]
    await arta.move(report, "acknowledge")
    promised = await arta.row(report)
    assert promised["target_at"] == office.now + 72 * 3600
    await arta.move(report, "urgency", why, urgency="P3")
    assert (await arta.row(report))["target_at"] == office.now + 7 * 86400
    status, moved = await arta.move(report, "urgency", why, urgency="P1")
    assert (moved["row"]["ringing"], moved["row"]["target_at"]) == (True, office.now + 3600)


async def test_whoever_has_a_case_and_makes_it_more_urgent_is_not_called_to_it(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report(urgency="P2")
    await arta.move(report, "take")
    besa = await office.officer("Besa", "prizren")
    why = {"kind": "urgency", "urgency": "P1", "reason": "it is worse"}
    assert not (await arta.move(report, "urgency", why, urgency="P1"))[1]["row"]["ringing"]
    assert (await besa.move(report, "urgency", {**why, "urgency": "P0"}, urgency="P0"))[1]["row"]["ringing"]
    await besa.move(report, "close", CLOSED)
    assert await arta.move(report, "urgency", why, urgency="P3") == (409, {"error": "state"})


async def test_the_area_is_one_of_the_country_or_unknown(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    where = {"kind": "area", "area": "peje"}
    assert (await arta.move(report, "area", where, area="peje"))[1]["row"]["area"] == "peje"
    assert (await arta.move(report, "area", where, area=None))[1]["row"]["area"] is None
    assert await arta.move(report, "area", where, area="paris") == (422, {"error": "refused", "reason": "area"})


async def test_a_case_is_closed_with_its_outcome_and_reopened(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    status, moved = await arta.move(report, "close", CLOSED)
    row = moved["row"]
    assert (status, row["state"], row["unread"], row["ringing"], row["target_at"]) == (200, "closed", 0, False, None)
    assert await arta.move(report, "close", CLOSED) == (409, {"error": "state"})
    assert await office.notices() == ["closed"]
    status, moved = await arta.move(report, "reopen")
    assert (status, moved["row"]["state"], moved["row"]["ringing"]) == (200, "new", True)
    assert {teams for *_, teams in await alarms(office, report)} == {("prizren",)}
    assert await arta.move(report, "reopen") == (409, {"error": "state"})
    assert [one for one in await office.actions(report.case_id) if one != "case_opened"] == ["case_close", "case_reopen"]


async def test_a_referred_case_waits_nowhere_here_and_can_be_taken_back(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    status, moved = await arta.move(report, "refer", NOTE)
    assert (status, moved["row"]["state"], moved["row"]["waiting_since"]) == (200, "referred", None)
    assert await arta.move(report, "refer", NOTE) == (409, {"error": "state"})
    assert (await arta.move(report, "take"))[1]["row"]["state"] == "taken"


async def test_an_erased_case_is_not_there(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    await office.database.transact(lambda tx: tx.cases.erase(report.case_id))
    assert await arta.queue() == []
    assert (await arta.move(report, "take"))[0] == 404


async def test_what_was_read_is_noted_and_own_entries_are_no_news(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report(words=3)
    assert (await arta.row(report))["unread"] == 4
    assert await arta.post(f"{report.path}/read", {"entries": 9}) == (409, {"error": "conflict", "entries": 4})
    status, answer = await arta.post(f"{report.path}/read", {"entries": 3})
    assert (status, answer["row"]["unread"]) == (200, 1)
    await arta.move(report, "note", NOTE)
    assert (await arta.row(report))["unread"] == 2, "what came before is still unread"
    await arta.post(f"{report.path}/read", {"entries": 5})
    await arta.move(report, "note", NOTE)
    assert (await arta.row(report))["unread"] == 0
    assert (await arta.post(f"{report.path}/read", {"entries": 2}))[1]["row"]["unread"] == 0
