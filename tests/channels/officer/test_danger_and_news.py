"""What comes to a case that an officer has: danger rings again, words are told of, and somebody always hears."""

from typing import Any

import pytest

from handlers.duty_board import HELD_UP_AFTER, DutyBoard
from handlers.officer import alarms, moves, news, shifts
from simulator.faults import Fault

Station = Any
MIN = 60


def rings(phone: Any) -> int:
    """How many alerts stand in a chat."""
    return sum("Urgency" in shown.text for shown in phone.screen())


async def danger(station: Station, case_id: bytes) -> int:
    """What intake does when a reporter says that there is danger in a case that is open."""
    told = await station.database.transact(
        lambda tx: alarms.open_alarm(
            tx, case_id=case_id, team_ids=(), policies=station.policies, now=station.now, rng=station.rng, danger=True
        )
    )
    station.bot.ring()
    return told.told


async def words(station: Station, case_id: bytes) -> int:
    """What intake does when a reporter writes more."""
    told = await station.database.transact(lambda tx: news.tell_news(tx, case_id, now=station.now, rng=station.rng))
    station.bot.ring()
    return told


# Danger ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("urgency", ["P0", "P2"])
async def test_danger_in_a_taken_case_wakes_its_officer_and_duty_then_supervisors(station: Station, urgency: str) -> None:
    _, arta = await station.linked("Arta", position=1)
    _, besa = await station.linked("Besa", position=0)
    _, dija = await station.linked("Dija", on="supervisor")
    case_id = await station.case(urgency)
    await besa.heard("Urgency")
    await station.tick(24 * 60 * MIN)
    await arta.heard("Urgency")
    await arta.press("Take")
    await arta.heard("You have taken this case.")
    await station.idle()
    before = [rings(phone) for phone in (arta, besa)]
    assert await danger(station, case_id) == 2
    await station.idle()
    assert [rings(phone) for phone in (arta, besa)] == [one + 1 for one in before]
    assert arta.card().labels == ("Acknowledge",)
    told = rings(dija)
    await station.tick(station.policies.of(urgency).acknowledge_within)
    await station.idle()
    assert rings(dija) == told + 1


async def test_danger_after_an_acknowledgement_rings_again(station: Station) -> None:
    _, arta = await station.linked("Arta")
    case_id = await station.case("P0")
    await arta.heard("Urgency")
    await arta.press("Acknowledge")
    await arta.heard("You have acknowledged this case.")
    assert await danger(station, case_id) == 1
    await arta.heard(lambda _: rings(arta) == 2)
    assert arta.card().labels == ("Acknowledge", "Take")


async def test_danger_while_it_rings_is_told_once_more_but_not_within_the_minute(station: Station) -> None:
    _, arta = await station.linked("Arta")
    case_id = await station.case("P1")
    await arta.heard("Urgency")
    assert await danger(station, case_id) == 0
    station.clock.advance(2 * MIN)
    assert await danger(station, case_id) == 1
    await arta.heard(lambda _: rings(arta) == 2)
    open_ones = await station.database.read(lambda tx: [one for one in tx.alarms.of_case(case_id) if one.state == "open"])
    assert len(open_ones) == 1
    assert (await station.tick(28 * MIN)).alerts == 1, "the timetable goes on"


# News -----------------------------------------------------------------------------------------------------------------


async def test_words_in_a_taken_case_are_told_to_its_officer_once_in_ten_minutes(station: Station) -> None:
    _, arta = await station.linked("Arta")
    _, besa = await station.linked("Besa")
    case_id = await station.case("P2")
    await arta.heard("Urgency")
    await arta.press("Take")
    await arta.heard("You have taken this case.")
    others = rings(besa)
    assert await words(station, case_id) == 1
    await arta.heard(lambda _: rings(arta) == 2)
    assert [line.partition(":")[0] for line in arta.card().text.splitlines()[:4]] == ["Urgency", "Area", "Waiting", "Case"]
    assert arta.card().labels == ()
    station.clock.advance(5 * MIN)
    assert await words(station, case_id) == 1, "told when the ten minutes are over"
    assert await words(station, case_id) == 0, "what waits tells of this too"
    await station.idle()
    assert rings(arta) == 2
    station.clock.advance(5 * MIN)
    station.bot.ring()
    await arta.heard(lambda _: rings(arta) == 3)
    assert rings(besa) == others


async def test_words_in_an_acknowledged_case_are_told_to_whoever_acknowledged(station: Station) -> None:
    _, arta = await station.linked("Arta")
    case_id = await station.case("P2")
    await arta.heard("Urgency")
    assert await words(station, case_id) == 0, "it rings anyway"
    await arta.press("Acknowledge")
    await arta.heard("You have acknowledged this case.")
    assert await words(station, case_id) == 1
    await arta.heard(lambda _: rings(arta) == 2)
    assert arta.card().labels == ("Take",)


async def test_words_for_an_officer_who_is_out_of_reach_are_told_to_duty(station: Station) -> None:
    _, arta = await station.linked("Arta", position=0)
    _, besa = await station.linked("Besa", position=1)
    case_id = await station.case("P2")
    await arta.heard("Urgency")
    await arta.press("Take")
    await arta.heard("You have taken this case.")
    await arta.block()
    assert await words(station, case_id) == 1
    await besa.heard("Waiting: less than a minute")


async def test_words_in_a_case_that_was_closed_meanwhile_are_told_to_nobody(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")
    case_id = await station.case("P2")
    await arta.heard("Urgency")
    await arta.press("Take")
    await arta.heard("You have taken this case.")
    await words(station, case_id)
    await words(station, case_id)
    await arta.heard(lambda _: rings(arta) == 2)

    def close(tx: Any) -> None:
        tx.cases.close(case_id, station.now)
        moves.ended(tx, case_id, by=arta_id, now=station.now, rng=station.rng)

    await station.database.transact(close)
    station.clock.advance(10 * MIN)
    station.bot.ring()
    await station.idle()
    assert rings(arta) == 2


# Nobody waits unseen ----------------------------------------------------------------------------------------------------


async def test_a_team_without_anybody_in_reach_has_the_national_duty_woken(station: Station) -> None:
    _, nora = await station.linked("Nora", team="national")
    await station.officer("Arta")  # on duty, but no telephone is linked
    case_id = await station.case("P0")
    assert not (await station.alarm(case_id)).on_duty
    await nora.heard("Urgency: P0, immediate")
    assert nora.card().labels == ("Acknowledge",), "who cannot open a case cannot take it"
    await nora.press("Acknowledge")
    await nora.heard("You have acknowledged this case.")
    assert await station.notices() == ["acknowledged"]
    await station.tick(15 * MIN)
    await nora.heard(lambda _: rings(nora) == 2)


async def test_a_team_with_a_supervisor_in_reach_wakes_nobody_else(station: Station) -> None:
    _, nora = await station.linked("Nora", team="national")
    _, dija = await station.linked("Dija", on="supervisor")
    await station.case("P0")
    await dija.heard("Urgency: P0, immediate")
    await station.idle()
    assert rings(nora) == 0


async def test_whoever_was_left_out_is_told_nothing_more(station: Station) -> None:
    _, nora = await station.linked("Nora", team="national")
    _, arta = await station.linked("Arta")
    await arta.block()
    await arta.unblock()
    case_id = await station.case("P1", teams=("national", "prizren"))
    await nora.heard("Urgency")
    await arta.heard("Urgency")
    await station.idle()

    def leave_out(tx: Any) -> tuple[str, ...]:
        (alarm,) = [one for one in tx.alarms.of_case(case_id) if one.state == "open"]
        tx.alarms.revise(alarm.alarm_id, team_ids=alarm.team_ids, urgency=alarm.urgency, next_at=station.now)
        alarms.tick_alarms(tx, now=station.now, rng=station.rng)
        return alarms.leave_out(tx, case_id, ("prizren",))

    assert await station.database.transact(leave_out) == ("national",)
    station.bot.ring()
    await nora.heard(lambda _: rings(nora) == 2)
    await station.idle()
    assert rings(arta) == 1
    await arta.press("Take")
    await arta.toasted("This case is not with your team.")


# The desk ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [401, 404])
async def test_a_refused_token_loses_no_alert(station: Station, code: int) -> None:
    _, arta = await station.linked("Arta")
    station.sim.faults.add(Fault(method="sendMessage", code=code, description="Unauthorized"))
    await station.case("P0")
    await station.idle()
    assert rings(arta) == 0
    station.clock.advance(61)
    station.bot.ring()
    await arta.heard("Urgency: P0, immediate")


async def test_nobody_is_on_duty_while_messages_do_not_get_out(station: Station) -> None:
    await station.linked("Arta")

    async def on_duty() -> bool:
        return await station.database.read(lambda tx: DutyBoard().on_duty(tx, ("prizren",), station.now))

    assert await on_duty()
    station.sim.faults.add(Fault(method="sendMessage", code=401, description="Unauthorized", times=1000))
    await station.case("P0")
    await station.idle()
    assert await on_duty(), "one failure is no outage"
    for _ in range(4):
        await station.tick(61)
        await station.idle()
    assert not await on_duty()
    station.sim.faults.clear()
    await station.tick(61)
    await station.idle()
    assert await on_duty()


async def test_nobody_is_on_duty_while_no_desk_takes_messages(station: Station) -> None:
    arta_id, _ = await station.linked("Arta")
    case_id = await station.case("P0")
    await station.idle()
    station.clock.advance(HELD_UP_AFTER * 2)

    def left(tx: Any) -> tuple[bool, bool]:
        alarms.tell_officer(tx, arta_id, now=station.now, rng=station.rng)
        board = DutyBoard()
        soon = board.on_duty(tx, ("prizren",), station.now + HELD_UP_AFTER - 1)
        alarms.tick_alarms(tx, now=station.now + HELD_UP_AFTER, rng=station.rng)
        return soon, board.on_duty(tx, ("prizren",), station.now + HELD_UP_AFTER + 2)

    assert await station.database.transact(left) == (True, False), "a tick of intake takes the age off no message"
    assert case_id


# Officers who leave -------------------------------------------------------------------------------------------------------


async def test_an_officer_who_leaves_keeps_no_case_though_on_no_list(station: Station) -> None:
    arta_id, arta = await station.linked("Arta", on=None)
    _, besa = await station.linked("Besa")
    case_id = await station.case("P1")
    await besa.heard("Urgency")
    await station.database.transact(lambda tx: moves.take(tx, case_id, arta_id, now=station.now, rng=station.rng))
    released = await station.database.transact(
        lambda tx: shifts.release_all(tx, arta_id, policies=station.policies, now=station.now, rng=station.rng)
    )
    assert released == 1
    station.bot.ring()
    await besa.heard(lambda _: rings(besa) == 2)
    assert arta


async def test_a_report_that_was_taken_back_says_so(station: Station) -> None:
    _, arta = await station.linked("Arta")
    case_id = await station.case("P1")
    await arta.heard("Urgency")

    def withdraw(tx: Any) -> None:
        tx.cases.withdraw(case_id, station.now)
        moves.ended(tx, case_id, by=None, now=station.now, rng=station.rng)

    await station.database.transact(withdraw)
    station.bot.ring()
    await arta.heard("This report was taken back by the reporter.")
    assert arta.card().labels == ()
