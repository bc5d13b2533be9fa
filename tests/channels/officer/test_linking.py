"""An officer's chat is linked with a one-time code; everybody else learns nothing."""

import asyncio
from typing import Any

import pytest

from handlers.officer.link_codes import LIFETIME, hashed
from handlers.officer.telegram.attempts import MOST
from simulator.faults import Fault

Station = Any
TOKEN = "7000001:officers-secret-token"

LINKED = "This chat is now linked."
REFUSED = "This code does not work. Please ask for a new one."
STRANGER = "This bot does not answer messages."


async def test_a_code_links_the_chat_and_the_address_lies_sealed(station: Station) -> None:
    officer_id = await station.officer("Arta Gashi")
    phone = station.phone()
    await phone.start(await station.code(officer_id))
    assert (await phone.heard(LINKED)).protected
    contact = await station.database.read(lambda tx: tx.officers.contact(officer_id))
    assert contact == str(phone.person.id).encode()


async def test_a_code_may_be_typed_in_small_letters(station: Station) -> None:
    phone = station.phone()
    await phone.start((await station.code(await station.officer("Arta"))).lower())
    await phone.heard(LINKED)


async def test_a_code_works_once(station: Station) -> None:
    code = await station.code(await station.officer("Arta"))
    first, second = station.phone("Arta"), station.phone("Besa")
    await first.start(code)
    await first.heard(LINKED)
    await second.start(code)
    await second.heard(REFUSED)
    await first.start(code)
    await first.heard("This chat is linked already.")


@pytest.mark.parametrize("code", ["x", "WRONGCODE", "A" * 64, "A" * 65, "; DROP TABLE officer", "šifra", "🐟 🐟"])
async def test_a_wrong_code_is_refused_plainly(station: Station, code: str) -> None:
    phone = station.phone()
    await phone.say(f"/start {code}")
    await phone.heard(REFUSED)


async def test_a_newer_code_voids_the_older_ones_of_that_officer_only(station: Station) -> None:
    arta, besa = await station.officer("Arta"), await station.officer("Besa")
    old, other, new = await station.code(arta), await station.code(besa), await station.code(arta)
    phone = station.phone()
    await phone.start(old)
    await phone.heard(REFUSED)
    await phone.start(new)
    await phone.heard(LINKED)
    phone = station.phone()
    await phone.start(other)
    await phone.heard(LINKED)


async def test_using_a_code_voids_whatever_other_codes_there_are(station: Station) -> None:
    """Codes of before this law may lie side by side in the database."""
    arta = await station.officer("Arta")
    code = await station.code(arta)
    await station.database.transact(lambda tx: tx.officers.add_link_code(hashed("SECOND"), arta, station.now + LIFETIME))
    phone, other = station.phone(), station.phone("Mallory")
    await phone.start(code)
    await phone.heard(LINKED)
    await other.start("SECOND")
    await other.heard(REFUSED)


async def test_a_code_that_is_too_old_is_refused(station: Station) -> None:
    code = await station.code(await station.officer("Arta"))
    station.clock.advance(LIFETIME + 1)
    phone = station.phone()
    await phone.start(code)
    await phone.heard(REFUSED)


async def test_the_code_of_an_officer_who_left_is_refused(station: Station) -> None:
    officer_id = await station.officer("Arta")
    code = await station.code(officer_id)
    await station.database.transact(lambda tx: tx.officers.set_active(officer_id, False))
    phone = station.phone()
    await phone.start(code)
    await phone.heard(REFUSED)


async def test_a_chat_that_tries_many_codes_has_to_wait_an_hour_and_others_have_not(station: Station) -> None:
    phone, other = station.phone("Mallory"), station.phone("Arta")
    code = await station.code(await station.officer("Arta"))
    for n in range(MOST):
        await phone.say(f"/start WRONG{n}")
    await phone.settled()
    await phone.say(f"/start {code}")
    await phone.heard("Too many attempts.")
    await other.start(code)
    await other.heard(LINKED)


@pytest.mark.parametrize("said", ["/start", "/duty", "/help", "hello", "/take", "/start@amanet_officers_bot"])
async def test_whoever_is_not_linked_gets_one_neutral_line(station: Station, said: str) -> None:
    phone = station.phone()
    await phone.say(said)
    await phone.heard(STRANGER)
    await phone.settled()
    assert [shown.text for shown in phone.screen() if not shown.mine] == [STRANGER]


async def test_a_stranger_is_answered_once_a_minute_and_another_at_once(station: Station) -> None:
    phone, other = station.phone(), station.phone()
    for _ in range(5):
        await phone.say("hello")
    await phone.heard(STRANGER)
    await other.say("hello")
    await other.heard(STRANGER)
    await phone.settled()
    assert str(phone).count(STRANGER) == 1
    station.clock.advance(60)
    await phone.say("hello")
    await phone.heard(lambda _: str(phone).count(STRANGER) == 2)


async def test_anybody_is_shown_three_neutral_commands(station: Station, words: Any) -> None:
    async with asyncio.timeout(5):
        while len(station.sim.calls.of("setMyCommands")) < 4:
            await asyncio.sleep(0.02)
    shown = station.sim.bots[TOKEN].commands
    by_language = {language: entries for (_, language), entries in shown.items()}
    assert [(one["command"], one["description"]) for one in by_language[""]] == [
        ("start", "Begin"),
        ("duty", "Duty"),
        ("help", "Help"),
    ]
    assert set(by_language) == {"", "en", "sq", "sr"}


async def test_a_stranger_is_answered_in_their_own_language(station: Station, words: Any) -> None:
    phone = station.phone(language_code="sq")
    await phone.say("hej")
    await phone.heard(words.text(STRANGER, "sq"))


async def test_a_new_telephone_takes_the_place_of_the_old_one(station: Station) -> None:
    officer_id, old = await station.linked("Arta")
    new = station.phone("Arta")
    await new.start(await station.code(officer_id))
    await new.heard(LINKED)
    await old.heard("This chat is no longer linked.")
    await old.say("/duty")
    await old.heard(STRANGER)
    assert str(old).count("no longer linked") == 1


async def test_an_old_chat_that_takes_nothing_any_more_hinders_no_new_one(station: Station) -> None:
    officer_id, old = await station.linked("Arta")
    await old.block()
    new = station.phone("Arta")
    await new.start(await station.code(officer_id))
    await new.heard(LINKED)
    await new.settled()
    assert await station.database.read(lambda tx: tx.officers.contact(officer_id)) == str(new.person.id).encode()


async def test_a_code_that_did_its_work_is_deleted_from_the_chat_and_others_stay(station: Station) -> None:
    phone = station.phone()
    code = await station.code(await station.officer("Arta"))
    await phone.start("WRONG")
    await phone.heard(REFUSED)
    await phone.start(code)
    await phone.heard(LINKED)
    await phone.heard(lambda _: code not in str(phone))
    assert "WRONG" in str(phone)


async def test_linking_holds_whatever_becomes_of_its_answer(station: Station) -> None:
    officer_id = await station.officer("Arta")
    phone = station.phone()
    station.sim.faults.add(Fault(method="sendMessage", retry_after=30, times=1))
    station.sim.faults.add(Fault(method="deleteMessage", times=1))
    await phone.start(await station.code(officer_id))
    await phone.settled()
    assert (await station.database.read(lambda tx: tx.officers.get(officer_id))).reachable
    assert await station.database.read(lambda tx: tx.set_aside.every(10)) == ()
    await phone.say("/duty")
    await phone.heard("You are on duty now.")


async def test_linking_while_cases_wait_rings_at_once(station: Station) -> None:
    officer_id = await station.officer("Arta")
    await station.case("P0")
    phone = station.phone()
    await phone.start(await station.code(officer_id))
    await phone.heard("Urgency: P0, immediate")


async def test_help_and_duty_answer_a_linked_officer(station: Station) -> None:
    _, phone = await station.linked("Arta")
    await phone.say("/help")
    await phone.heard("Take means: you work on this case now.")
    await phone.say("/duty")
    await phone.heard("You are on duty now.\n\nNo case is waiting for your team.")
    await station.case("P2")
    first = await station.case("P0", area=None)
    await station.idle()
    station.clock.advance(60)
    await phone.say("/duty")
    shown = await phone.heard("Cases waiting for your team: 2")
    assert [line.split(";")[0] for line in shown.text.splitlines()[3:]] == ["P0, immediate", "P2, soon"]
    assert "not known yet; 1 min; quiet-heron" in shown.text
    await phone.press("Take", message_id=_message_of(phone, "P0, immediate"))
    await phone.toasted("You have taken this case.")
    await phone.say("/duty")
    shown = await phone.heard("Cases that you have taken: 1")
    assert f"quiet-heron-{first.hex()[:8]}" in shown.text.splitlines()[-1]


async def test_a_supervisor_is_told_so(station: Station) -> None:
    _, phone = await station.linked("Dija", on="supervisor")
    await phone.say("/duty")
    await phone.heard("You are not on duty now.\nYou are called when nobody on duty answers.")


def _message_of(phone: Any, words: str) -> int:
    return next(shown.message_id for shown in phone.screen() if words in shown.text and shown.buttons)
