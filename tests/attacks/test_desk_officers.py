"""Attacks by people who work here: officers of another team, of the same team, and those who left; and what no sequence of moves may do."""

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from handlers.officer.departures import depart
from handlers.officer.desk.cases_routes import ROUTES
from handlers.officer.desk.moves import MOVES
from sealing.encoding import b64u
from storage.transaction import Transaction
from tests.channels.desk_cases.office import CLOSED, NOTE, Browser, Office, Report, open_office


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with open_office(tmp_path) as opened:
        yield opened


# Another team --------------------------------------------------------------------------------------------------------------


async def test_a_case_of_another_team_is_on_every_route_like_one_that_never_was(office: Office) -> None:
    insider = await office.officer("Ann", "prizren", on_duty=True)
    outsider = await office.officer("Out", "peje", role="supervisor", on_duty=True)
    report = await office.report("prizren")
    real, none = b64u(report.case_id), b64u(os.urandom(16))
    sealed = insider.seal(await insider.head(report), [NOTE])
    bodies: dict[str, Any] = {
        "hand_over": {"to_officer": b64u(outsider.officer_id)},
        "snooze": {"until": None},
        "urgency": {"urgency": "P3"},
        "area": {"area": None},
        "let_in": {"team_id": "peje", "wraps": [outsider.wrap(report, "peje")]},
        "rewrap": {"team_id": "prizren", "wraps": [outsider.wrap(report, "prizren")]},
        "shut_out": {"team_id": "prizren"},
        "reply": {
            "message_id": b64u(os.urandom(16)),
            "replies": [{"recipient": b64u(os.urandom(16)), "sealed": "AAAA", "signature": b64u(bytes(64))}],
        },
    }
    asked = 0
    for route in ROUTES:
        if "{case_id}" not in route.path:
            continue
        told = []
        for case_id in (real, none):
            path = "/desk/api" + route.path.format(case_id=case_id, blob_id=b64u(bytes(16)))
            if route.method == "GET":
                told.append(await outsider.get(path))
            else:
                name = route.path.rpartition("/")[2]
                body = {"entries": 1} if name == "read" else {"entries": sealed, "expected_seq": 2, **bodies.get(name, {})}
                told.append(await outsider.post(path, body))
        assert told == [(404, {"error": "not_there"})] * 2, route.path
        asked += 1
    assert asked == len(MOVES) + 5
    assert await outsider.get("/desk/api/queue", after=real) == await outsider.get("/desk/api/queue", after=none)
    assert (await outsider.get("/desk/api/cases", ids=f"{real},{none}"))[1]["cases"] == []
    assert await outsider.queue() == []
    assert await office.actions(report.case_id) == ["case_opened"]


async def test_a_team_that_was_shut_out_does_not_come_back_by_any_move(office: Office) -> None:
    ann = await office.officer("Ann", "national", on_duty=True)
    out = await office.officer("Out", "prizren", on_duty=True)
    report = await office.report("national", "prizren", urgency="P0")
    assert (await ann.move(report, "shut_out", NOTE, team_id="prizren"))[0] == 200
    for name, plaintexts, more in (
        ("take", (), {}),
        ("urgency", (NOTE,), {"urgency": "P3"}),
        ("urgency", (NOTE,), {"urgency": "P0"}),
        ("area", (NOTE,), {"area": "prizren"}),
        ("release", (), {}),
        ("close", (CLOSED,), {}),
        ("reopen", (), {}),
    ):
        status, told = await ann.move(report, name, *plaintexts, **more)
        assert status == 200, (name, told)
        await office.adds(report)
        await office.tick()
        alarms = await office.database.read(lambda tx: tx.alarms.of_case(report.case_id))
        assert all("prizren" not in alarm.team_ids for alarm in alarms), name
        assert (await out.get(report.path))[0] == 404
        assert await out.row(report) is None
    told_about = await office.database.read(lambda tx: tx.alerts.recipients(report.case_id))
    assert out.officer_id not in told_about


# Alarms --------------------------------------------------------------------------------------------------------------------


async def test_a_case_whose_officer_had_only_acknowledged_rings_again_when_their_team_is_shut_out(office: Office) -> None:
    ann = await office.officer("Ann", "national", on_duty=True)
    out = await office.officer("Out", "prizren", on_duty=True)
    report = await office.report("national", "prizren", urgency="P0")
    assert (await out.move(report, "acknowledge"))[0] == 200
    assert (await ann.row(report))["ringing"] is False
    status, told = await ann.move(report, "shut_out", NOTE, team_id="prizren")
    assert status == 200
    assert told["row"]["ringing"] is True
    assert told["row"]["acknowledged_by"] is None


async def test_an_officers_note_does_not_put_the_reporters_words_out_of_sight_again(office: Office) -> None:
    ann, ben = [await office.officer(name, "prizren", on_duty=True) for name in ("Ann", "Ben")]
    report = await office.report("prizren")
    assert (await ann.move(report, "take"))[0] == 200
    assert (await ann.move(report, "snooze", until=office.now + 300 * 86400))[0] == 200
    assert (await ben.move(report, "note", NOTE))[0] == 200
    assert await ann.row(report) is None
    await office.adds(report, "He is at the door.")
    assert await ann.row(report) is not None
    assert (await ben.move(report, "note", NOTE))[0] == 200
    row = await ann.row(report)
    assert row is not None
    assert row["snoozed_until"] is None


@pytest.mark.parametrize("seed", range(4))
async def test_no_sequence_of_moves_leaves_a_waiting_case_without_exactly_one_alarm(office: Office, seed: int) -> None:
    chance = random.Random(seed)
    ann = await office.officer("Ann", "national", on_duty=True)
    ben = await office.officer("Ben", "prizren", on_duty=True)
    chief = await office.officer("Chief", "national", "prizren", "peje", role="supervisor")
    report = await office.report("national", "prizren", urgency=chance.choice(("P0", "P1", "P2", "P3")))
    done: list[str] = []
    for _ in range(35):
        who, name = chance.choice((ann, ben, chief)), chance.choice([one.name for one in MOVES if one.name != "reply"])
        status = await _tries(who, report, name, chance, (ann, ben, chief))
        done.append(f"{name} {status}")
        assert status in (200, 403, 404, 409, 422), done
        if chance.random() < 0.3:
            office.later(chance.choice((30, 600, 5000)))
            await office.tick()
        if chance.random() < 0.15:
            await office.adds(report)
        await _must_not_wait_unheard(office, report, done)
    assert any(one.endswith("200") for one in done)


async def _tries(who: Browser, report: Report, name: str, chance: random.Random, people: tuple[Browser, ...]) -> int:
    team = chance.choice(("national", "prizren", "peje"))
    more: dict[str, dict[str, Any]] = {
        "hand_over": {"to_officer": b64u(chance.choice(people).officer_id)},
        "snooze": {"until": chance.choice((None, who.office.now + 4000))},
        "urgency": {"urgency": chance.choice(("P0", "P1", "P2", "P3"))},
        "area": {"area": chance.choice((None, "peje"))},
        "let_in": {"team_id": team, "wraps": [who.wrap(report, team)]},
        "rewrap": {"team_id": team, "wraps": [who.wrap(report, team)]},
        "shut_out": {"team_id": team},
    }
    if (await who.get(report.path))[0] != 200:
        return await who.move_blind(report, "take")
    return (await who.move(report, name, NOTE, **more.get(name, {})))[0]


async def _must_not_wait_unheard(office: Office, report: Report, done: list[str]) -> None:
    def stands(tx: Transaction) -> tuple[str, int, set[str]]:
        case, alarms = tx.cases.get(report.case_id), tx.alarms.of_case(report.case_id)
        assert case is not None
        is_open = [alarm for alarm in alarms if alarm.state == "open"]
        return case.state, len(is_open), {team for alarm in is_open for team in alarm.team_ids}

    def readers(tx: Transaction) -> set[str]:
        keys = tx.cases.keys_of([report.case_id])[report.case_id]
        return {team.team_id for team in office.parts.directory.now.teams if team.key_ids & keys}

    state, sounding, named = await office.database.read(stands)
    if state == "new":
        assert sounding == 1, done
        assert named == await office.database.read(readers), done
    if state in ("closed", "withdrawn"):
        assert sounding == 0, done


# Those who left ------------------------------------------------------------------------------------------------------------


async def test_who_was_removed_is_out_at_once_although_the_directory_still_names_them(office: Office) -> None:
    ann, ben = [await office.officer(name, "prizren", on_duty=True) for name in ("Ann", "Ben")]
    report = await office.report("prizren", urgency="P0")
    assert (await ben.move(report, "take"))[0] == 200
    sealed = ben.seal(await ben.head(report), [CLOSED])

    def leaves(tx: Transaction) -> None:
        depart(tx, ben.officer_id, policies=office.parts.policies, now=office.now, rng=os.urandom)

    await office.database.transact(leaves)
    for path in ("/desk/api/queue", report.path, "/desk/api/me", "/desk/api/events"):
        assert (await ben.get(path))[0] == 401, path
    assert (await ben.post(f"{report.path}/moves/close", {"entries": sealed, "expected_seq": 2}))[0] == 401
    row = await ann.row(report)
    assert (row["state"], row["ringing"], row["taken_by"]) == ("new", True, None)
    handed = await ann.move(report, "hand_over", NOTE, to_officer=b64u(ben.officer_id))
    assert handed[0] == 422
