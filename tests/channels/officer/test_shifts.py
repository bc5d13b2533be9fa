"""Nobody keeps a case by going home, and whoever comes hears what is waiting."""

from typing import Any

from handlers.officer import shifts

Station = Any


async def test_whoever_comes_on_duty_hears_what_is_waiting(station: Station) -> None:
    arta_id, arta = await station.linked("Arta", on=None)
    await station.case("P2")
    await station.database.transact(lambda tx: shifts.begin_shift(tx, arta_id, "prizren", now=station.now, rng=station.rng))
    await arta.heard("P2, soon")


async def test_a_case_goes_back_into_the_queue_when_its_officers_last_duty_ends(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")
    _, besa = await station.linked("Besa")
    case_id = await station.case("P1")
    await arta.heard("Urgency")
    await arta.press("Take")
    await besa.heard("Taken by Arta")

    def end(tx: Any) -> int:
        return shifts.end_shift(tx, arta_id, "prizren", policies=station.policies, now=station.now, rng=station.rng)

    assert await station.database.transact(end) == 1
    await besa.heard(lambda _: besa.card().labels == ("Acknowledge", "Take"))
    case = await station.database.read(lambda tx: tx.cases.get(case_id))
    assert case.state == "new"
    assert await station.notices() == ["taken", "released"]
    assert await station.database.transact(end) == 0


async def test_a_case_stays_while_its_officer_is_still_on_duty_elsewhere(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")

    def twice(tx: Any) -> None:
        tx.officers.set_teams(arta_id, ("prizren", "national"))
        tx.duties.begin("national", arta_id, "duty")

    await station.database.transact(twice)
    await station.case("P1")
    await arta.heard("Urgency")
    await arta.press("Take")
    await arta.toasted("You have taken this case.")
    ended = await station.database.transact(
        lambda tx: shifts.end_shift(tx, arta_id, "prizren", policies=station.policies, now=station.now, rng=station.rng)
    )
    assert ended == 0
    assert len(await station.database.read(lambda tx: tx.cases.held_by(arta_id))) == 1
