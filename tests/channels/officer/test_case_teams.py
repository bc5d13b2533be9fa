"""A case is with the teams that its alarms name, and none names whoever was shut out; a case rings whenever it grew worse."""

from typing import Any

from handlers.officer import moves
from handlers.officer.teams import shut_out, teams_of_case

Station = Any
MIN = 60


async def raised(station: Station, case_id: bytes, urgency: str, *teams: str) -> int:
    """What intake does when a reporter says something more urgent."""
    await station.database.transact(lambda tx: tx.cases.raise_urgency(case_id, urgency))
    return (await station.alarm(case_id, teams or ("prizren",))).told


async def test_a_team_added_after_an_answered_alarm_and_a_danger_is_woken_and_may_act(station: Station) -> None:
    """The closed promise to act is dated later than the alarm that rings; it must not hide it."""
    _, nora = await station.linked("Nora", team="national")
    _, arta = await station.linked("Arta")
    case_id = await station.case("P2", area=None, teams=("national",))
    await nora.heard("P2, soon")
    await nora.press("Acknowledge")
    await nora.toasted("You have acknowledged this case.")
    assert await raised(station, case_id, "P0", "national") == 1
    assert (await station.alarm(case_id, ("national", "prizren"))).told == 1
    await arta.heard("P0, immediate")
    await arta.press("Take")
    await arta.toasted("You have taken this case.")


async def test_a_team_added_while_an_officer_is_bound_to_act_is_told_and_keeps_the_case_when_it_is_released(
    station: Station,
) -> None:
    nora_id, nora = await station.linked("Nora", team="national")
    _, arta = await station.linked("Arta")
    case_id = await station.case("P1", area=None, teams=("national",))
    await nora.heard("P1, urgent")
    await nora.press("Acknowledge")
    await nora.toasted("You have acknowledged this case.")
    assert (await station.alarm(case_id, ("prizren",))).told == 1
    assert (await arta.heard("Acknowledged by Nora")).labels == ("Take",)
    await nora.press("Take")
    await nora.toasted("You have taken this case.")
    await station.database.transact(
        lambda tx: moves.release(tx, case_id, nora_id, policies=station.policies, now=station.now, rng=station.rng)
    )
    station.bot.ring()
    await arta.heard(lambda _: "Acknowledge" in arta.card().labels)
    assert await station.database.read(lambda tx: teams_of_case(tx, case_id)) == ("national", "prizren")


async def test_a_team_added_to_a_taken_case_may_act_once_it_is_released(station: Station) -> None:
    nora_id, nora = await station.linked("Nora", team="national")
    arta_id, arta = await station.linked("Arta")
    case_id = await station.case("P1", area=None, teams=("national",))
    await nora.heard("P1, urgent")
    await nora.press("Acknowledge")
    await nora.toasted("You have acknowledged this case.")
    await nora.press("Take")
    await nora.heard("You have taken this case.")
    await station.alarm(case_id, ("national", "prizren"))
    assert await station.database.read(lambda tx: moves.may_move(tx, arta_id, case_id))
    await station.database.transact(
        lambda tx: moves.release(tx, case_id, nora_id, policies=station.policies, now=station.now, rng=station.rng)
    )
    station.bot.ring()
    await arta.heard("P1, urgent")
    await arta.press("Take")
    await arta.toasted("You have taken this case.")


async def test_a_team_that_was_shut_out_stays_out_whatever_rings_later_and_no_row_tells_it(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")
    _, nora = await station.linked("Nora", team="national")
    case_id = await station.case("P1", teams=("national", "prizren"))
    await nora.heard("P1, urgent")
    shown = await arta.heard("P1, urgent")
    await nora.press("Acknowledge")
    await nora.toasted("You have acknowledged this case.")
    await arta.heard("Acknowledged by Nora")
    left = await station.database.transact(lambda tx: shut_out(tx, case_id, ("prizren",)))
    assert left == ("national",)
    assert (await station.alarm(case_id, left)).told == 0
    assert not await station.database.read(lambda tx: moves.may_move(tx, arta_id, case_id))
    await arta.press("Take", message_id=shown.message_id)
    await arta.toasted("This case is not with your team.")
    assert await raised(station, case_id, "P0", "national") == 1
    await nora.heard("P0, immediate")
    await nora.press("Take")
    await nora.heard("You have taken this case.")
    alarms = await station.database.read(lambda tx: tx.alarms.of_case(case_id))
    assert {alarm.team_ids for alarm in alarms} == {("national",)}
    assert {tuple(alarm.policy) for alarm in alarms} == {tuple(station.policies.of("P0").to_json())}
    await station.idle()
    assert "P0" not in str(arta)


async def test_a_case_without_a_team_left_is_with_the_national_one(station: Station) -> None:
    case_id = await station.case("P1", teams=("prizren",))
    assert await station.database.transact(lambda tx: shut_out(tx, case_id, ("prizren",))) == ("national",)
    assert await station.database.read(lambda tx: teams_of_case(tx, case_id)) == ("national",)


async def test_a_case_that_a_person_lowered_rings_when_it_rises_again_and_once_only(station: Station) -> None:
    _, arta = await station.linked("Arta")
    case_id = await station.case("P0")
    await arta.heard("P0, immediate")
    arta_id = await station.database.read(lambda tx: tx.duties.on_duty(("prizren",))[0].officer_id)

    def lower(tx: Any) -> None:
        tx.cases.take(case_id, arta_id)
        tx.cases.set_urgency(case_id, "P2")
        moves.release(tx, case_id, arta_id, policies=station.policies, now=station.now, rng=station.rng)

    station.clock.advance(MIN)
    await station.database.transact(lower)
    await arta.heard("P2, soon")
    assert await raised(station, case_id, "P1") == 1
    await arta.heard("P1, urgent")
    assert (await station.alarm(case_id)).told == 0


async def test_a_promise_that_was_overtaken_makes_nothing_ring_twice(station: Station) -> None:
    _, arta = await station.linked("Arta")
    case_id = await station.case("P2")
    await arta.heard("P2, soon")
    await arta.press("Acknowledge")
    await arta.heard("You have acknowledged this case.")
    assert await raised(station, case_id, "P0") == 1
    await arta.heard("P0, immediate")
    await arta.press("Take")
    await arta.heard("You have taken this case.")
    assert (await station.alarm(case_id)).told == 0


async def test_danger_in_a_referred_case_rings_until_somebody_takes_it(station: Station) -> None:
    _, arta = await station.linked("Arta")
    case_id = await station.case("P2")
    await arta.heard("P2, soon")

    def refer(tx: Any) -> None:
        tx.cases.refer(case_id)
        moves.ended(tx, case_id, by=None, now=station.now, rng=station.rng)

    await station.database.transact(refer)
    station.bot.ring()
    await arta.heard("This case was referred.")
    assert (await station.alarm(case_id)).told == 0
    station.clock.advance(MIN)
    assert await raised(station, case_id, "P0") == 1
    await arta.heard(lambda _: "P0, immediate" in arta.card().text and arta.card().labels == ("Acknowledge", "Take"))
    await arta.press("Acknowledge")
    await arta.toasted("You have acknowledged this case.")
    assert (await station.tick(20 * MIN)).alerts == 1
    await arta.heard(lambda _: arta.card().labels == ("Acknowledge", "Take"))
    await arta.press("Take")
    await arta.heard("You have taken this case.")
    assert (await station.tick(60 * MIN)).alerts == 0
