"""An officer's chat is linked with a one-time code; everybody else learns nothing."""

from typing import Any

import pytest

from handlers.officer.link_codes import LIFETIME
from handlers.officer.telegram.attempts import MOST

Station = Any

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


async def test_a_stranger_is_answered_in_their_own_language(station: Station, words: Any) -> None:
    phone = station.phone(language_code="sq")
    await phone.say("hej")
    await phone.heard(words.text(STRANGER, "sq"))


async def test_a_new_telephone_takes_the_place_of_the_old_one(station: Station) -> None:
    officer_id, old = await station.linked("Arta")
    new = station.phone("Arta")
    await new.start(await station.code(officer_id))
    await new.heard(LINKED)
    await old.say("/duty")
    await old.heard(STRANGER)


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
