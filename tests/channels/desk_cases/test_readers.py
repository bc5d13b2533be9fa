"""Another team let in, or one shut out: by wraps that the server cannot make, and with alarms that follow."""

import os

from handlers.officer.teams import teams_of_case
from sealing.case import wrap_team_seed
from sealing.encoding import b64u
from sealing.identity import Identity
from tests.channels.desk_cases.office import NOTE, Browser, Office, Report

ACCESS = {"kind": "access"}


async def lets_in(browser: Browser, report: Report, team: str) -> tuple[int, object]:
    entry = {**ACCESS, "key_id": b64u(browser.office.teams[team].key_id)}
    return await browser.move(report, "let_in", entry, team_id=team, wraps=[browser.wrap(report, team)])


async def test_a_team_that_was_let_in_sees_opens_and_moves_the_case(office: Office) -> None:
    arta, nora = await office.officer("Arta", "prizren"), await office.officer("Nora", "national", on_duty=True)
    report = await office.report(text="Ndihmë")
    assert await nora.row(report) is None
    status, moved = await lets_in(arta, report, "national")
    assert (status, moved["row"]["team_ids"]) == (200, ["national", "prizren"])  # type: ignore[index]
    assert set(await office.database.read(lambda tx: teams_of_case(tx, report.case_id))) == {"national", "prizren"}
    opened = nora.opens((await nora.fetch(report))["file"])
    assert (opened["ok"], opened["entries"][1]["plaintext"]["text"]) == (True, "Ndihmë")
    assert (await nora.move(report, "take"))[0] == 200
    assert nora.opens((await nora.fetch(report))["file"])["ok"]


async def test_a_taken_or_closed_case_gets_its_new_team_too(office: Office) -> None:
    arta, nora = await office.officer("Arta", "prizren"), await office.officer("Nora", "national")
    taken, closed = await office.report(), await office.report()
    await arta.move(taken, "take")
    await arta.move(closed, "close", NOTE)
    for report in (taken, closed):
        assert (await lets_in(arta, report, "national"))[0] == 200
    await arta.move(taken, "release")
    await nora.move(closed, "reopen")
    for report in (taken, closed):
        assert set(await office.database.read(lambda tx, report=report: teams_of_case(tx, report.case_id))) == {
            "national",
            "prizren",
        }
        assert (await nora.move(report, "acknowledge"))[0] == 200


async def test_a_wrap_is_for_the_key_that_the_team_has_now(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    entry = {**ACCESS, "key_id": b64u(office.teams["national"].key_id)}
    good, other = arta.wrap(report, "national"), arta.wrap(report, "peje")
    for wraps in ([other], [{**good, "key_id": b64u(office.recovery.key_id)}]):
        refused = await arta.move(report, "let_in", entry, team_id="national", wraps=wraps)
        assert refused == (422, {"error": "refused", "reason": "wrap"})
    refused = await arta.move(report, "let_in", entry, team_id="nowhere", wraps=[good])
    assert refused == (422, {"error": "refused", "reason": "team"})
    for wraps in ([], [good, good], [{**good, "sealed": good["sealed"][:-4]}], "words"):
        assert (await arta.move(report, "let_in", entry, team_id="national", wraps=wraps)) == (400, {"error": "malformed"})
    assert (await lets_in(arta, report, "national"))[0] == 200
    assert await lets_in(arta, report, "national") == (409, {"error": "state"})


async def test_a_team_with_a_new_key_is_let_in_by_it_and_its_newcomers_read_too(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    old = office.teams["prizren"]
    office.former["prizren"], office.teams["prizren"] = (old.key_id,), Identity.generate(os.urandom)
    await office.sign_directory()
    assert (await lets_in(arta, report, "prizren"))[0] == 200
    besa = await office.officer("Besa", "prizren")
    assert besa.opens((await besa.fetch(report))["file"])["ok"]


async def renews_its_key(office: Office, team: str) -> None:
    """Somebody has left the team: it gets a new key, and the old one is a former one."""
    office.former[team] = (*office.former.get(team, ()), office.teams[team].key_id)
    office.teams[team] = Identity.generate(os.urandom)
    await office.sign_directory()


async def gives_the_key(office: Office, team: str) -> None:
    """Every member is given the team's present key."""
    directory = office.parts.directory.now
    members = [one for one in directory.members if team in one.team_ids]
    wraps = [wrap_team_seed(one.key, office.teams[team], directory) for one in members]
    await office.database.transact(lambda tx: tx.team_wraps.put(wraps, made_by=None, now=office.now))


async def rewraps(browser: Browser, report: Report, team: str) -> tuple[int, object]:
    entry = {**ACCESS, "key_id": b64u(browser.office.teams[team].key_id)}
    return await browser.move(report, "rewrap", entry, team_id=team, wraps=[browser.wrap(report, team)])


async def test_a_new_key_takes_the_place_of_every_former_one_and_is_no_news(office: Office) -> None:
    arta, besa = await office.officer("Arta", "prizren", on_duty=True), await office.officer("Besa", "prizren", on_duty=True)
    report = await office.report("prizren", "national")
    await arta.move(report, "take")
    for _ in range(2):
        await renews_its_key(office, "prizren")
    await gives_the_key(office, "prizren")
    before = await office.database.read(lambda tx: (tx.alerts.for_case(report.case_id), tx.alarms.of_case(report.case_id)))
    status, moved = await rewraps(arta, report, "prizren")
    assert (status, moved["row"]["team_ids"]) == (200, ["national", "prizren"])  # type: ignore[index]
    keys = await office.database.read(lambda tx: tx.cases.keys_of([report.case_id])[report.case_id])
    assert keys == {office.teams["prizren"].key_id, office.teams["national"].key_id, office.recovery.key_id}
    assert before == await office.database.read(
        lambda tx: (tx.alerts.for_case(report.case_id), tx.alarms.of_case(report.case_id))
    )
    assert besa.opens((await besa.fetch(report))["file"])["ok"]
    assert await rewraps(arta, report, "prizren") == (409, {"error": "state"})
    assert "case_rewrap" in await office.actions(report.case_id)


async def test_nobody_loses_a_case_because_others_have_the_new_key_sooner(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report("prizren")
    await renews_its_key(office, "prizren")
    await gives_the_key(office, "prizren")
    besa = await office.officer("Besa", "prizren")
    assert await rewraps(arta, report, "prizren") == (409, {"error": "state"})
    await gives_the_key(office, "prizren")
    assert (await rewraps(besa, report, "prizren"))[0] == 200


async def test_a_team_is_wrapped_to_by_its_own_members(office: Office) -> None:
    await office.officer("Arta", "prizren")
    nora, report = await office.officer("Nora", "national"), await office.report("prizren", "national")
    await renews_its_key(office, "prizren")
    await gives_the_key(office, "prizren")
    assert await rewraps(nora, report, "prizren") == (403, {"error": "team"})
    wrong = {**nora.wrap(report, "prizren"), "key_id": b64u(office.recovery.key_id)}
    arta = await office.officer("Second", "prizren")
    await gives_the_key(office, "prizren")
    entry = {**ACCESS, "key_id": b64u(office.teams["prizren"].key_id)}
    refused = await arta.move(report, "rewrap", entry, team_id="prizren", wraps=[wrong])
    assert refused == (422, {"error": "refused", "reason": "wrap"})


async def test_a_team_that_was_shut_out_is_gone_and_nothing_names_it(office: Office) -> None:
    arta, nora = await office.officer("Arta", "prizren", on_duty=True), await office.officer("Nora", "national")
    report = await office.report("national", "prizren")
    status, moved = await nora.move(report, "shut_out", {"kind": "status", "status": "shut-out"}, team_id="prizren")
    assert (status, moved["row"]["team_ids"]) == (200, ["national"])
    assert await arta.row(report) is None
    assert (await arta.get(report.path))[0] == 404
    assert await arta.move_blind(report, "take") == 404
    alarms = await office.database.read(lambda tx: tx.alarms.of_case(report.case_id))
    assert {one.team_ids for one in alarms} == {("national",)}
    records = await office.database.read(lambda tx: tx.audit.page(case_id=report.case_id))
    assert "prizren" not in str([record.about for record in records])
    assert await nora.move(report, "shut_out", NOTE, team_id="prizren") == (409, {"error": "state"})


async def test_a_case_that_one_of_those_shut_out_has_waits_and_rings_again(office: Office) -> None:
    arta, nora = await office.officer("Arta", "prizren"), await office.officer("Nora", "national")
    report = await office.report("national", "prizren")
    await arta.move(report, "take")
    status, moved = await nora.move(report, "shut_out", NOTE, team_id="prizren")
    assert (status, moved["row"]["state"], moved["row"]["ringing"]) == (200, "new", True)
    assert await office.notices() == ["taken", "released"]


async def test_whoever_stays_keeps_a_case_they_have(office: Office) -> None:
    nora, report = await office.officer("Nora", "national"), await office.report("national", "prizren")
    await nora.move(report, "take")
    _, moved = await nora.move(report, "shut_out", NOTE, team_id="prizren")
    assert (moved["row"]["state"], moved["row"]["ringing"]) == ("taken", False)
    await nora.move(report, "close", NOTE)
    await lets_in(nora, report, "prizren")
    assert (await nora.move(report, "shut_out", NOTE, team_id="prizren"))[1]["row"]["state"] == "closed"


async def test_the_last_team_stays(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    refused = await arta.move(report, "shut_out", NOTE, team_id="prizren")
    assert refused == (422, {"error": "refused", "reason": "last-team"})
    assert await arta.row(report) is not None


async def test_a_team_let_into_a_case_that_somebody_has_is_told_once_and_whoever_has_it_is_not(office: Office) -> None:
    arta = await office.officer("Arta", "prizren", on_duty=True)
    nora = await office.officer("Nora", "national", on_duty=True)
    for number, one in enumerate((arta, nora)):
        link = (one.officer_id, b"chat", bytes([number]) * 16)
        await office.database.transact(lambda tx, link=link: tx.officers.set_contact(*link))
    report = await office.report(urgency="P2")
    await arta.move(report, "take")
    await arta.move(report, "urgency", {"kind": "urgency", "urgency": "P1", "reason": "worse"}, urgency="P1")
    before = await office.database.read(lambda tx: {one.alert_id for one in tx.alerts.for_case(report.case_id)})
    assert (await lets_in(arta, report, "national"))[0] == 200
    alerts = await office.database.read(lambda tx: tx.alerts.for_case(report.case_id))
    fresh = [one for one in alerts if one.alert_id not in before and one.kind != "refresh"]
    assert [(one.officer_id, one.kind) for one in fresh] == [(nora.officer_id, "news")]
    assert [
        one.state for one in await office.database.read(lambda tx: tx.alarms.of_case(report.case_id)) if one.state == "open"
    ] == []


async def test_nobody_is_let_in_by_the_keys_of_a_directory_that_has_expired(office: Office) -> None:
    arta = await office.officer("Arta", "prizren")
    office.later(367 * 86400)
    report = await office.report()
    assert await lets_in(arta, report, "national") == (409, {"error": "expired"})
    assert len((await arta.fetch(report))["file"]["wraps"]) == 2
    for name, *entries in (("take",), ("note", NOTE)):
        assert (await arta.move(report, name, *entries))[0] == 200, name
    await office.sign_directory()
    assert (await lets_in(arta, report, "national"))[0] == 200
