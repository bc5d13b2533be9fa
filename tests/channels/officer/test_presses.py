"""Acknowledge and Take: one wins, everybody sees who, and what was made up is refused."""

import asyncio
from typing import Any

import pytest

from handlers.officer import moves
from handlers.officer.telegram.buttons import Press, written
from simulator.faults import Fault

Station = Any
MIN = 60


async def state(station: Station, case_id: bytes) -> tuple[str, bytes | None]:
    case = await station.database.read(lambda tx: tx.cases.get(case_id))
    return case.state, case.taken_by


async def test_acknowledging_stops_the_alarm_and_everybody_sees_who(station: Station) -> None:
    _, arta = await station.linked("Arta Gashi")
    _, besa = await station.linked("Besa Krasniqi")
    case_id = await station.case("P0")
    await besa.heard("Urgency")
    await arta.heard("Urgency")
    await arta.press("Acknowledge")
    await arta.toasted("You have acknowledged this case.")
    assert (await besa.heard("Acknowledged by Arta Gashi")).labels == ("Take",)
    assert (await arta.heard("You have acknowledged this case.")).labels == ("Take",)
    assert await station.notices() == ["acknowledged"]
    assert (await station.tick(10 * MIN)).alerts == 0
    assert await state(station, case_id) == ("new", None)


async def test_taking_also_acknowledges_and_everybody_sees_who(station: Station) -> None:
    arta_id, arta = await station.linked("Arta Gashi")
    _, besa = await station.linked("Besa Krasniqi")
    case_id = await station.case("P0")
    await besa.heard("Urgency")
    await arta.heard("Urgency")
    await arta.press("Take")
    await arta.toasted("You have taken this case.")
    shown = await besa.heard("Taken by Arta Gashi")
    assert shown.labels == ()
    assert "Waiting" not in shown.text
    assert await state(station, case_id) == ("taken", arta_id)
    assert await station.notices() == ["taken"]
    assert (await station.tick(60 * MIN)).alerts == 0


async def test_of_two_who_take_at_once_one_wins_and_the_other_is_told_who(station: Station) -> None:
    pairs = [await station.linked(f"Officer {n}") for n in range(6)]
    case_id = await station.case("P0")
    for _, phone in pairs:
        await phone.heard("Urgency")
    await asyncio.gather(*(phone.press("Take") for _, phone in pairs))
    toasts = [await phone.toasted() for _, phone in pairs]
    assert toasts.count("You have taken this case.") == 1
    winner = toasts.index("You have taken this case.")
    assert [toast for n, toast in enumerate(toasts) if n != winner] == [f"Taken by Officer {winner}"] * 5
    assert await state(station, case_id) == ("taken", pairs[winner][0])
    assert await station.notices() == ["taken"]
    for n, (_, phone) in enumerate(pairs):
        await phone.heard("You have taken this case." if n == winner else f"Taken by Officer {winner}")


async def test_whoever_acknowledged_and_does_nothing_is_asked_again_with_everybody(station: Station) -> None:
    _, arta = await station.linked("Arta")
    _, besa = await station.linked("Besa")
    await station.case("P0")
    await besa.heard("Urgency")
    await arta.heard("Urgency")
    await arta.press("Acknowledge")
    await besa.heard("Acknowledged by Arta")
    await station.tick(14 * MIN)
    await station.idle()
    assert besa.card().labels == ("Take",)
    await station.tick(1 * MIN)
    shown = await besa.heard("Waiting: 15 min")
    assert shown.labels == ("Acknowledge", "Take")


async def test_a_stale_button_is_answered_with_how_things_stand(station: Station) -> None:
    _, arta = await station.linked("Arta")
    _, besa = await station.linked("Besa")
    await station.case("P0")
    stale = await besa.heard("Urgency")
    await arta.heard("Urgency")
    await arta.press("Take")
    await besa.heard("Taken by Arta")
    for button in stale.buttons:
        before = len(besa.toasts)
        await besa.press_gone(stale.message_id, button.data)
        await besa.heard(lambda _, before=before: len(besa.toasts) > before)
        assert besa.toasts[-1] == "Taken by Arta"
    assert await station.notices() == ["taken"]


async def test_pressing_twice_changes_nothing(station: Station) -> None:
    _, arta = await station.linked("Arta")
    await station.case("P0")
    shown = await arta.heard("Urgency")
    for _ in range(3):
        await arta.press_gone(shown.message_id, shown.buttons[1].data)
    await arta.settled()
    assert set(arta.toasts) == {"You have taken this case."}
    assert await station.notices() == ["taken"]


@pytest.mark.parametrize("data", ["", "x", "take", "1t", "1tAAAA", "1a" + "A" * 43, "9t" + "A" * 43, "1t" + "é" * 20])
async def test_data_made_by_hand_is_refused(station: Station, data: str) -> None:
    _, arta = await station.linked("Arta")
    case_id = await station.case("P0")
    shown = await arta.heard("Urgency")
    await arta.press_gone(shown.message_id, data)
    await arta.toasted("This button does not work.")
    assert await state(station, case_id) == ("new", None)


async def test_another_officers_button_is_refused(station: Station) -> None:
    """Even with real ids of a real case, made up by a tampered client."""
    _, arta = await station.linked("Arta")
    _, besa = await station.linked("Besa")
    case_id = await station.case("P0")
    of_arta, of_besa = await arta.heard("Urgency"), await besa.heard("Urgency")
    await besa.press_gone(of_besa.message_id, of_arta.buttons[1].data)
    await besa.toasted("This button does not work.")
    made_up = written(Press(act="take", case_id=case_id, alert_id=b"\0" * 16))
    await besa.press_gone(of_besa.message_id, made_up)
    await besa.settled()
    assert set(besa.toasts) == {"This button does not work."}
    assert await state(station, case_id) == ("new", None)


async def test_a_press_from_a_chat_that_is_not_linked_is_refused(station: Station) -> None:
    _, arta = await station.linked("Arta")
    mallory = station.phone("Mallory")
    case_id = await station.case("P0")
    shown = await arta.heard("Urgency")
    await mallory.say("hello")
    reply = await mallory.heard("This bot does not answer messages.")
    await mallory.press_gone(reply.message_id, shown.buttons[1].data)
    await mallory.toasted("This button does not work.")
    assert await state(station, case_id) == ("new", None)


async def test_an_officer_who_left_the_team_is_refused_and_learns_no_name(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")
    besa_id, besa = await station.linked("Besa")
    case_id = await station.case("P0")
    shown = await arta.heard("Urgency")
    await besa.heard("Urgency")
    await station.database.transact(lambda tx: tx.officers.set_teams(arta_id, ("peja",)))
    await arta.press("Take")
    await arta.toasted("This case is not with your team.")
    assert await state(station, case_id) == ("new", None)
    await besa.press("Take")
    await besa.heard("You have taken this case.")
    card = await arta.heard("This case is not with your team.")
    assert "Besa" not in str(card)
    assert card.labels == ()
    assert card.message_id == shown.message_id
    assert (await state(station, case_id))[1] == besa_id


async def test_an_officer_who_is_not_active_any_more_is_refused(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")
    case_id = await station.case("P0")
    await arta.heard("Urgency")
    await station.database.transact(lambda tx: tx.officers.set_active(arta_id, False))
    await arta.press("Take")
    await arta.toasted("This button does not work.")
    assert await state(station, case_id) == ("new", None)


async def test_a_case_released_or_reopened_rings_again_and_one_that_ended_shows_it(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")
    case_id = await station.case("P1")
    await arta.heard("Urgency")
    await arta.press("Take")
    await arta.heard("You have taken this case.")
    await station.database.transact(
        lambda tx: moves.release(tx, case_id, arta_id, policies=station.policies, now=station.now, rng=station.rng)
    )
    station.bot.ring()
    await arta.heard(lambda shown: sum("Acknowledge" in one.labels for one in shown) == 2)

    def close(tx: Any) -> None:
        tx.cases.close(case_id, station.now)
        moves.ended(tx, case_id, by=None, now=station.now, rng=station.rng)

    await station.database.transact(close)
    station.bot.ring()
    await arta.heard(lambda shown: sum("This case is closed." in one.text for one in shown) == 2)
    assert await station.notices() == ["taken", "released", "closed"]
    assert (await station.tick(600 * MIN)).alerts == 0
    await station.database.transact(lambda tx: tx.cases.reopen(case_id))
    assert (await station.alarm(case_id)).told == 1
    assert (await station.alarm(case_id)).told == 0
    await arta.heard(lambda _: arta.card().labels == ("Acknowledge", "Take"))


async def test_a_taken_case_that_grew_worse_rings_its_officer_until_acknowledged(station: Station) -> None:
    _, arta = await station.linked("Arta", position=1)
    _, besa = await station.linked("Besa", position=2)
    case_id = await station.case("P2")
    await arta.heard("P2, soon")
    await arta.press("Take")
    await arta.heard("You have taken this case.")
    await station.idle()
    await station.database.transact(lambda tx: tx.cases.raise_urgency(case_id, "P0"))
    await station.alarm(case_id)
    await arta.heard(lambda _: "P0, immediate" in arta.card().text and arta.card().labels == ("Acknowledge",))
    assert "You have taken this case." in arta.card().text
    await arta.press("Acknowledge")
    await arta.heard(lambda _: arta.card().labels == ())
    assert (await station.tick(10 * MIN)).alerts == 0
    assert await station.notices() == ["taken"]
    assert not [shown for shown in besa.screen() if "Urgency" in shown.text]


async def test_edits_that_telegram_refuses_for_now_are_made_later(station: Station) -> None:
    _, arta = await station.linked("Arta")
    _, besa = await station.linked("Besa")
    await station.case("P0")
    await besa.heard("Urgency")
    await arta.heard("Urgency")
    station.sim.faults.add(Fault(method="editMessageText", retry_after=3, times=3))
    await arta.press("Take")
    await arta.toasted("You have taken this case.")
    await station.idle()
    assert "Taken" not in str(besa)
    station.clock.advance(10)
    await besa.heard("Taken by Arta")
