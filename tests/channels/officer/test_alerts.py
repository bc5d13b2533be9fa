"""A case wakes whoever is on duty, within a moment, with four lines and two buttons; and the next, and the next."""

import asyncio
from typing import Any

import pytest

from handlers.officer.alarms import tell_officer
from handlers.officer.telegram.calls import AT_ONCE, Calls
from handlers.officer.telegram.sender import LEASE
from simulator.faults import Fault

Station = Any
MIN = 60


def rings(phone: Any) -> int:
    """How many alerts stand in a chat."""
    return sum("Urgency" in shown.text for shown in phone.screen())


async def test_the_officer_on_duty_is_woken_with_four_lines_and_two_buttons(station: Station) -> None:
    _, phone = await station.linked("Arta")
    case_id = await station.case("P0")
    shown = await phone.heard("Urgency")
    assert shown.text == (
        f"Urgency: P0, immediate\nArea: Prizren\nWaiting: less than a minute\nCase: quiet-heron-{case_id.hex()[:8]}"
    )
    assert shown.labels == ("Acknowledge", "Take")
    assert shown.protected
    assert case_id.hex() not in str(shown)


async def test_every_officer_reads_their_own_language(station: Station, words: Any) -> None:
    _, arta = await station.linked("Arta", language="sq")
    _, jovan = await station.linked("Jovan", language="sr-Cyrl")
    await station.case("P1")
    for phone, language in ((arta, "sq"), (jovan, "sr-Cyrl")):
        urgency = words.text("Urgency: {urgency}", language).format(urgency=words.text("P1, urgent", language))
        shown = await phone.heard(urgency)
        assert shown.labels[0] == words.text("Acknowledge", language)


async def test_the_next_is_woken_and_the_next_and_the_reporter_is_told(station: Station) -> None:
    _, arta = await station.linked("Arta", position=1)
    _, besa = await station.linked("Besa", position=2)
    _, dija = await station.linked("Dija", on="supervisor")
    _, elira = await station.linked("Elira", team="peja")
    await station.case("P0")
    await station.idle()
    assert [rings(phone) for phone in (arta, besa, dija)] == [1, 0, 0]
    await station.tick(1 * MIN)
    await station.idle()
    assert [rings(phone) for phone in (arta, besa, dija)] == [1, 0, 0]
    await station.tick(1 * MIN)
    await station.idle()
    assert [rings(phone) for phone in (arta, besa, dija)] == [2, 1, 0]
    assert await station.notices() == []
    await station.tick(3 * MIN)
    await station.idle()
    assert [rings(phone) for phone in (arta, besa, dija)] == [3, 2, 1]
    assert "Waiting: 5 min" in dija.card().text
    assert await station.notices() == ["unanswered"]
    await station.tick(5 * MIN)
    await station.idle()
    assert [rings(phone) for phone in (arta, besa, dija, elira)] == [4, 3, 2, 0]
    assert await station.notices() == []


async def test_with_nobody_on_duty_the_supervisor_is_woken_at_once_and_nobody_is_said_to_be_on_duty(station: Station) -> None:
    _, dija = await station.linked("Dija", on="supervisor")
    await station.officer("Arta")  # on duty, but no telephone is linked
    sounded = await station.alarm(await station.case("P0"))
    assert not sounded.on_duty
    await dija.heard("Urgency: P0, immediate")


async def test_with_nobody_at_all_the_truth_is_told_and_whoever_comes_is_woken(station: Station) -> None:
    case_id = await station.case("P0")
    assert not (await station.alarm(case_id)).on_duty
    assert (await station.tick(5 * MIN)).notices == 1
    assert await station.notices() == ["unanswered"]
    _, arta = await station.linked("Arta")
    await arta.heard("Urgency: P0, immediate")


async def test_an_area_team_that_becomes_known_later_is_woken_and_nobody_twice(station: Station) -> None:
    _, nora = await station.linked("Nora", team="national")
    _, arta = await station.linked("Arta")
    case_id = await station.case("P1", area=None, teams=("national",))
    await nora.heard("Area: not known yet")
    await station.database.transact(lambda tx: tx.cases.set_area(case_id, "prizren"))
    assert (await station.alarm(case_id, ("national", "prizren"))).told == 1
    await arta.heard("Area: Prizren")
    assert (await station.alarm(case_id, ("national", "prizren"))).told == 0
    await station.idle()
    assert rings(nora) == 1


async def test_a_case_that_grew_worse_rings_again_by_the_stricter_rule(station: Station) -> None:
    _, arta = await station.linked("Arta")
    case_id = await station.case("P2")
    await arta.heard("P2, soon")
    await station.tick(10 * MIN)
    await station.database.transact(lambda tx: tx.cases.raise_urgency(case_id, "P0"))
    assert (await station.alarm(case_id)).told == 1
    shown = await arta.heard("P0, immediate")
    assert "Waiting: 10 min" in shown.text
    await station.tick(5 * MIN)
    assert await station.notices() == ["unanswered"]


async def test_telegrams_wait_is_honoured(station: Station) -> None:
    _, arta = await station.linked("Arta")
    station.sim.faults.add(Fault(method="sendMessage", retry_after=7))
    await station.case("P0")
    await station.idle()
    station.clock.advance(6)
    await asyncio.sleep(0.7)
    assert rings(arta) == 0
    station.clock.advance(2)
    await arta.heard("Urgency: P0, immediate")


@pytest.mark.parametrize("how", ["drop", "drop_after", "garbage", "answer"])
async def test_what_is_in_doubt_is_sent_again(station: Station, how: str) -> None:
    _, arta = await station.linked("Arta")
    station.sim.faults.add(Fault(method="sendMessage", how=how))
    await station.case("P0")
    await station.idle()
    station.clock.advance(5)
    await arta.heard(lambda shown: rings(arta) == (2 if how == "drop_after" else 1))


async def test_what_another_process_wrote_is_found_without_a_bell(station: Station) -> None:
    _, arta = await station.linked("Arta")
    station.bot.ring = lambda: None
    await station.case("P0")
    await arta.heard("Urgency: P0, immediate", timeout=2)


async def test_a_claim_of_a_process_that_died_is_sent_by_another(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")
    await station.case("P0")
    await arta.heard("Urgency")

    def claim_and_die(tx: Any) -> None:
        tell_officer(tx, arta_id, now=station.now, rng=station.rng)
        assert len(tx.alerts.claim(station.now, 10, LEASE)) == 1

    await station.database.transact(claim_and_die)
    await asyncio.sleep(0.7)
    assert rings(arta) == 1
    station.clock.advance(LEASE)
    await arta.heard(lambda _: rings(arta) == 2)


async def test_a_sender_that_starts_waits_for_no_lease_of_the_one_that_died(station: Station) -> None:
    arta_id, arta = await station.linked("Arta")
    await station.case("P0")
    await arta.heard("Urgency")

    def claim_and_die(tx: Any) -> None:
        tell_officer(tx, arta_id, now=station.now, rng=station.rng)
        assert len(tx.alerts.claim(station.now, 10, LEASE)) == 1

    await station.database.transact(claim_and_die)
    next_one = asyncio.create_task(station.bot.send())
    await arta.heard(lambda _: rings(arta) == 2)
    next_one.cancel()


async def test_a_hundred_alerts_go_out_at_most_eight_at_a_time(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    phones = [(await station.linked(f"Officer {n}"))[1] for n in range(20)]
    speaking, most = 0, 0
    send = Calls.send

    async def counted(calls: Calls, chat_id: int, card: Any) -> int:
        nonlocal speaking, most
        speaking += 1
        most = max(most, speaking)
        try:
            return await send(calls, chat_id, card)
        finally:
            speaking -= 1

    monkeypatch.setattr(Calls, "send", counted)
    for _ in range(5):
        await station.case("P0")
    await asyncio.gather(*(phone.heard(lambda _, phone=phone: rings(phone) == 5, timeout=20) for phone in phones))
    assert 1 < most <= AT_ONCE


async def test_nothing_of_anybody_gets_into_the_logs(station: Station, caplog: pytest.LogCaptureFixture, capsys: Any) -> None:
    caplog.set_level("DEBUG")
    arta_id, arta = await station.linked("Arta Gashi")
    station.sim.faults.add(Fault(method="sendMessage"))
    case_id = await station.case("P0")
    await station.idle()
    station.clock.advance(5)
    await arta.heard("Urgency")
    await arta.press("Take")
    await arta.toasted("You have taken this case.")
    await arta.say("my secret words")
    await arta.settled()
    await arta.block()
    await station.database.transact(lambda tx: tx.cases.release(case_id, arta_id))
    captured = capsys.readouterr()
    logged = caplog.text + captured.out + captured.err
    for secret in ("officers-secret-token", str(arta.person.id), "Arta", "secret words", "quiet-heron"):
        assert secret not in logged, secret
