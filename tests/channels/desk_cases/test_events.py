"""What open desks are told as it happens, and that they know when they are told nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from aiohttp import ClientResponse

from handlers.officer.alarms import open_alarm
from handlers.officer.desk import live, watching
from handlers.officer.desk.parts import Who
from handlers.officer.desk.sessions import IDLE
from sealing.encoding import b64u
from storage.errors import DatabaseUnavailable
from tests.channels.desk_cases.office import NOTE, OWN, Browser, Office

SOON = 2.0


class Stream:
    """An open desk's line."""

    def __init__(self, answer: ClientResponse) -> None:
        self._answer = answer

    async def next(self) -> tuple[str, dict[str, Any]] | None:
        """The next event, None once the line has ended."""
        name, value = "", ""
        async for line in self._answer.content:
            text = line.decode().rstrip("\n")
            if not text:
                return name, json.loads(value)
            key, _, rest = text.partition(": ")
            name, value = (rest, value) if key == "event" else (name, rest)
        return None

    async def hears(self, name: str) -> dict[str, Any]:
        """Wait for an event of this name; others are passed over."""
        async with asyncio.timeout(SOON * 2):
            while (event := await self.next()) is not None:
                if event[0] == name:
                    return event[1]
        raise AssertionError("the line ended")

    async def hears_nothing(self, *names: str, within: float = 1.5) -> None:
        try:
            async with asyncio.timeout(within):
                while (event := await self.next()) is not None:
                    assert event[0] not in names, event
        except TimeoutError:
            return


@asynccontextmanager
async def listening(browser: Browser) -> AsyncIterator[Stream]:
    """Open a line and wait until it is heard."""
    url = browser.office.server.make_url("/desk/api/events").with_query(quiet="1")
    async with browser.session.get(url, headers=OWN) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        stream = Stream(answer)
        assert (await stream.hears("beat"))["now"] == browser.office.now
        yield stream


async def test_a_new_report_is_on_the_desks_of_its_teams_within_two_seconds(office: Office) -> None:
    arta, nora = await office.officer("Arta", "prizren", on_duty=True), await office.officer("Nora", "national")
    async with listening(arta) as hers, listening(nora) as others:
        began = asyncio.get_running_loop().time()
        report = await office.report(urgency="P0")
        told = await hers.hears("queue")
        assert asyncio.get_running_loop().time() - began < SOON
        assert told == {"cases": [await arta.row(report)], "gone": []}
        assert await hers.hears("alarm") == {"case_id": b64u(report.case_id), "urgency": "P0"}
        await others.hears_nothing("queue", "alarm")


async def test_every_change_is_told_and_whoever_is_shut_out_is_told_that_it_is_gone(office: Office) -> None:
    arta, nora = await office.officer("Arta", "prizren"), await office.officer("Nora", "national")
    report = await office.report("national", "prizren", urgency="P2")
    async with listening(arta) as hers:
        await nora.move(report, "acknowledge")
        assert (await hers.hears("queue"))["cases"][0]["acknowledged_by"] == b64u(nora.officer_id)
        await nora.move(report, "take")
        assert (await hers.hears("queue"))["cases"][0]["taken_by"] == b64u(nora.officer_id)
        await nora.move(report, "snooze", until=None)
        assert (await hers.hears("queue"))["cases"][0]["snoozed_until"] == -1
        await office.adds(report)
        assert (await hers.hears("queue"))["cases"][0]["snoozed_until"] is None
        await nora.move(report, "close", NOTE)
        assert (await hers.hears("queue"))["cases"][0]["state"] == "closed"
        await nora.move(report, "reopen")
        assert (await hers.hears("queue"))["cases"][0]["state"] == "new"
        await nora.move(report, "shut_out", NOTE, team_id="prizren")
        assert await hers.hears("queue") == {"cases": [], "gone": [b64u(report.case_id)]}


async def test_a_team_that_is_let_in_is_told_and_a_case_that_ends_out_of_sight_is_gone(office: Office) -> None:
    arta, nora = await office.officer("Arta", "prizren"), await office.officer("Nora", "national")
    report = await office.report()
    async with listening(nora) as others:
        entry = {"kind": "access", "key_id": b64u(office.teams["national"].key_id)}
        await arta.move(report, "let_in", entry, team_id="national", wraps=[arta.wrap(report, "national")])
        assert (await others.hears("queue"))["cases"][0]["case_id"] == b64u(report.case_id)
        await office.database.transact(lambda tx: tx.cases.erase(report.case_id))
        assert await others.hears("queue") == {"cases": [], "gone": [b64u(report.case_id)]}


async def test_somebody_elses_coming_changes_nothing_for_who_listens_already(office: Office) -> None:
    arta, nora = await office.officer("Arta", "prizren"), await office.officer("Nora", "national")
    await office.report("national")
    await office.report("national", "prizren")
    async with listening(arta) as hers, listening(nora) as others:
        await hers.hears_nothing("queue", within=1.5)
        await others.hears_nothing("queue", within=0.5)


async def test_an_alarm_rings_for_who_is_on_duty_again_at_each_step_and_for_who_comes_later(office: Office) -> None:
    arta, besa = await office.officer("Arta", "prizren", on_duty=True), await office.officer("Besa", "prizren")
    report = await office.report(urgency="P0")
    async with listening(arta) as hers, listening(besa) as off_duty:
        sounds = {"case_id": b64u(report.case_id), "urgency": "P0"}
        assert await hers.hears("alarm") == {**sounds, "already": True}
        office.later(2 * 60)
        await office.tick()
        assert await hers.hears("alarm") == sounds
        await off_duty.hears_nothing("alarm", within=0.3)
        await besa.move(report, "take")
        await hers.hears_nothing("alarm")
    async with listening(arta) as hers:
        await hers.hears_nothing("alarm")
    await besa.move(report, "urgency", NOTE, urgency="P1")
    await office.database.transact(
        lambda tx: open_alarm(
            tx,
            case_id=report.case_id,
            team_ids=(),
            policies=office.parts.policies,
            now=office.now,
            rng=office.parts.rng,
            danger=True,
        )
    )
    async with listening(arta) as hers:
        assert (await hers.hears("alarm"))["urgency"] == "P1"


async def test_the_alarm_can_be_tried(office: Office) -> None:
    arta, besa = await office.officer("Arta", "prizren"), await office.officer("Besa", "prizren")
    async with listening(arta) as hers, listening(besa) as others:
        assert await arta.post("/desk/api/alarm/test", {}) == (200, {"sent": False})
        assert await hers.hears("alarm") == {"case_id": None, "urgency": None, "test": True}
        await others.hears_nothing("alarm", within=0.3)
    assert office.rung == [arta.officer_id]


async def test_an_idle_desk_whose_line_broke_comes_back_to_ring_and_is_shown_nothing(office: Office) -> None:
    arta = await office.officer("Arta", "prizren", on_duty=True)
    async with listening(arta):
        pass
    office.later(IDLE)
    meanwhile = await office.report(urgency="P0")
    async with listening(arta) as hers:
        assert await hers.hears("alarm") == {"case_id": b64u(meanwhile.case_id), "urgency": "P0", "already": True}
        fresh = await office.report(urgency="P1")
        heard = [await hers.next()]
        while heard[-1] is not None and heard[-1][0] != "alarm":
            heard.append(await hers.next())
        assert heard[-1] == ("alarm", {"case_id": b64u(fresh.case_id), "urgency": "P1"})
        assert {event[0] for event in heard if event} <= {"beat", "alarm"}
        await hers.hears_nothing("queue")
    async with arta.session.get(office.server.make_url("/desk/api/queue")) as refused:
        assert refused.status == 401


async def test_who_is_signed_out_or_no_officer_any_more_hears_so_and_is_let_go(office: Office) -> None:
    arta, besa = await office.officer("Arta", "prizren"), await office.officer("Besa", "prizren")
    async with listening(arta) as hers, listening(besa) as others:
        await office.database.transact(lambda tx: tx.desk_sessions.end_all(arta.officer_id))
        assert await hers.hears("signed_out") == {}
        assert await hers.next() is None
        await office.database.transact(lambda tx: tx.officers.set_active(besa.officer_id, False))
        assert await others.hears("signed_out") == {}
    assert (await arta.get("/desk/api/events"))[0] == 401


async def test_a_desk_hears_no_beat_while_nothing_can_be_read_and_then_again(office: Office, monkeypatch: Any) -> None:
    arta = await office.officer("Arta", "prizren")
    monkeypatch.setattr(live, "BEAT", 0)
    async with listening(arta) as hers:
        await hers.hears("beat")
        read = office.database.read

        async def fails(_work: object) -> None:
            raise DatabaseUnavailable

        office.database.read = fails  # type: ignore[method-assign,assignment]
        await hers.hears_nothing("beat", within=0.1)
        await asyncio.sleep(1.2)
        await hers.hears_nothing("beat", within=1.2)
        office.database.read = read  # type: ignore[method-assign]
        await hers.hears("beat")


async def test_a_flood_of_changes_is_told_as_one(office: Office, monkeypatch: Any) -> None:
    arta = await office.officer("Arta", "prizren")
    monkeypatch.setattr(watching, "ROWS_AT_ONCE", 1)
    async with listening(arta) as hers:
        await asyncio.gather(office.report(), office.report(), office.report())
        assert (await hers.hears("queue")).get("missed")


async def test_an_officer_has_six_desks_open_and_no_more(office: Office) -> None:
    arta = await office.officer("Arta", "prizren")
    (session,) = await office.database.read(
        lambda tx: tx.desk_sessions.of(arta.officer_id, now=office.now, idle_since=office.now - 60)
    )
    me = replace(_who(arta), session_id=session.session_id)
    lines = [office.parts.events.join(me) for _ in range(live.LISTENERS_OF_ONE)]
    async with arta.session.get(office.server.make_url("/desk/api/events")) as refused:
        assert (refused.status, await refused.json(), refused.headers["Retry-After"]) == (429, {"error": "slow_down"}, "10")
    for line in lines:
        office.parts.events.leave(line)
    async with listening(arta):
        pass


async def test_a_desk_that_was_closed_does_not_count(office: Office) -> None:
    arta = await office.officer("Arta", "prizren")
    for _ in range(live.LISTENERS_OF_ONE * 2):
        async with listening(arta):
            pass


async def test_an_officer_who_leaves_a_team_reads_the_queue_again(office: Office) -> None:
    arta = await office.officer("Arta", "prizren", "national")
    async with listening(arta) as hers:
        await office.database.transact(lambda tx: tx.officers.set_teams(arta.officer_id, ("national",)))
        assert await hers.hears("queue") == live.MISSED
        await office.report()
        await hers.hears_nothing("queue")


async def test_who_reads_too_slowly_is_let_go_and_the_others_are_not(office: Office) -> None:
    slow = live.Listener(who=_who(await office.officer("Arta", "prizren")))
    for number in range(live.WAITING + 1):
        slow.tell("beat", {"now": number})
    assert slow.is_over
    ended = [slow.events.get_nowait() for _ in range(slow.events.qsize())]
    assert ended[-1] is None
    slow.tell("beat", {"now": 0})
    assert slow.events.empty()


async def test_lines_end_when_the_process_does(office: Office) -> None:
    arta = await office.officer("Arta", "prizren")
    async with listening(arta) as hers:
        began = asyncio.get_running_loop().time()
        await office.server.close()
        assert asyncio.get_running_loop().time() - began < SOON
        assert await hers.next() is None


def _who(browser: Browser) -> Who:
    return Who(
        officer_id=browser.officer_id, role="officer", team_ids=browser.teams, language="en", session_id=b"s" * 16, began_at=0
    )
