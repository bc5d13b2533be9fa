"""Cases put off until a moment or a reply: out of the way, and back in time."""

from sealing.encoding import b64u
from tests.channels.desk_cases.office import NOTE, Office

HOUR = 3600


async def test_a_case_put_off_until_a_reply_comes_back_when_the_reporter_writes(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report(urgency="P2")
    await arta.move(report, "take")
    status, moved = await arta.move(report, "snooze", {"kind": "status", "status": "snoozed"}, until=None)
    assert (status, moved["entries"], moved["row"]["snoozed_until"]) == (200, 3, -1)
    assert await arta.row(report) is None
    assert await arta.row(report, state="mine") is None
    assert (await arta.row(report, state="snoozed"))["snoozed_until"] == -1
    assert (await arta.move(report, "note", NOTE))[0] == 200
    assert await arta.row(report) is None
    await office.adds(report)
    back = await arta.row(report)
    assert (back["snoozed_until"], back["unread"]) == (None, 5)
    assert await arta.row(report, state="snoozed") is None


async def test_a_case_put_off_until_a_time_comes_back_then_or_when_the_reporter_writes(office: Office) -> None:
    arta = await office.officer("Arta", "prizren")
    first, second = await office.report(urgency="P3"), await office.report(urgency="P3")
    until = office.now + 5 * HOUR
    for report in (first, second):
        await arta.move(report, "acknowledge")
        assert (await arta.move(report, "snooze", until=until))[1]["row"]["snoozed_until"] == until
    assert await arta.queue() == []
    await office.adds(second)
    assert [one["case_id"] for one in await arta.queue()] == [b64u(second.case_id)]
    office.later(5 * HOUR)
    assert (await arta.row(first))["snoozed_until"] is None


async def test_what_rings_is_never_out_of_sight(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report(urgency="P0")
    assert (await arta.move(report, "snooze", until=None))[0] == 200
    assert (await arta.row(report))["ringing"]
    await arta.move(report, "acknowledge")
    assert await arta.row(report) is None
    office.later(15 * 60)
    assert (await arta.row(report))["ringing"], "the promise to act was not kept"


async def test_a_case_is_woken_by_hand_and_by_whatever_changes_hands(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report(urgency="P2")
    besa = await office.officer("Besa", "prizren")
    boss = await office.officer("Dren", "prizren", role="supervisor")
    assert await arta.move(report, "wake") == (409, {"error": "state"})
    await arta.move(report, "take")
    for browser, name, more in (
        (arta, "wake", {}),
        (arta, "hand_over", {"to_officer": b64u(besa.officer_id)}),
        (boss, "take_over", {}),
        (boss, "release", {}),
    ):
        await arta.move(report, "snooze", until=None)
        assert await arta.row(report) is None
        words = (NOTE,) if name == "hand_over" else ()
        assert (await browser.move(report, name, *words, **more))[0] == 200
        assert (await arta.row(report))["snoozed_until"] is None


async def test_a_time_that_is_over_or_years_away_and_a_closed_case_are_not_put_off(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    for until in (office.now, office.now + 500 * 86400):
        assert await arta.move(report, "snooze", until=until) == (422, {"error": "refused", "reason": "time"})
    await arta.move(report, "close", NOTE)
    assert await arta.move(report, "snooze", until=None) == (409, {"error": "state"})
