"""A cookie alone changes no factor, no passphrase and no telephone: the login proof is asked for once more, and guessed slowly."""

import asyncio
from typing import Any

import pyotp
import pytest

from sealing.encoding import b64u
from tests.channels.desk.authenticator import Authenticator
from tests.channels.desk.entrance import ORIGIN, Browser, Entrance, Person, a_slot

WRONG = {"proof_now": b64u(b"w" * 32)}
NOT_ACCEPTED = (401, {"error": "not_accepted"})


def a_key() -> Authenticator:
    return Authenticator(origin=ORIGIN, rp_id="desk.test")


def changes(credential: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What a thief would dig in with, by its route."""
    new = {"slot": a_slot("passphrase", b"n" * 16), "proof": b64u(b"n" * 32)}
    paper = {"slot": a_slot("recovery", b"n" * 16), "proof": b64u(b"n" * 32)}
    return {
        "/me/totp": {},
        "/me/totp/confirm": {"code": "123456"},
        "/me/passkeys/options": {},
        "/me/passkeys": {"credential": credential, "label": "mine"},
        "/me/passkeys/remove": {"credential_id": credential["id"]},
        "/me/passphrase": new,
        "/me/recovery": paper,
    }


async def settled(entrance: Entrance) -> tuple[Person, Browser, dict[str, Any]]:
    """An officer at their desk with codes, who was just asked to make a passkey."""
    person = await entrance.person("Arta")
    browser = await entrance.signed_in(person)
    options = (await browser.post("/me/passkeys/options", person.proved)).value
    return person, browser, a_key().create(options)


@pytest.mark.parametrize("proof", [{}, WRONG], ids=["none", "wrong"])
async def test_a_stolen_cookie_changes_nothing(entrance: Entrance, proof: dict[str, str]) -> None:
    person, browser, credential = await settled(entrance)
    cookie = f"amanet_desk={browser.cookies()['amanet_desk']}"
    before = (await browser.get("/me")).value
    thief = entrance.browser("10.0.0.9")
    for path, body in changes(credential).items():
        answer = await thief.post(path, body | proof, Cookie=cookie)
        assert (answer.status, answer.value) in (NOT_ACCEPTED, (400, {"error": "malformed"})), path
        assert answer.status == 401 or not proof, path
    after = (await browser.get("/me")).value
    assert {name: value for name, value in after.items() if name != "now"} == {
        name: value for name, value in before.items() if name != "now"
    }
    assert (await entrance.browser().prove("Arta", person.proof)).status == 200


async def test_whoever_gives_the_proof_makes_each_change(entrance: Entrance) -> None:
    person, browser, credential = await settled(entrance)
    assert (await browser.post("/me/passkeys", {"credential": credential, "label": "key", **person.proved})).status == 200
    gone = {"credential_id": credential["id"], **person.proved}
    assert (await browser.post("/me/passkeys/remove", gone)).status == 200
    offered = (await browser.post("/me/totp", person.proved)).value
    code = pyotp.TOTP(offered["secret"]).at(entrance.now)
    assert (await browser.post("/me/totp/confirm", {"code": code, **person.proved})).status == 200
    paper = {"slot": a_slot("recovery", b"n" * 16), "proof": b64u(b"n" * 32)}
    assert (await browser.post("/me/recovery", paper | person.proved)).status == 200
    log = await entrance.audit()
    assert log[-4:] == ["passkey_added", "passkey_removed", "totp_set_up", "recovery_changed"]


async def test_the_proof_of_the_recovery_paper_counts_as_well(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = await entrance.signed_in(person)
    assert (await browser.post("/me/totp", {"proof_now": b64u(person.recovery_proof)})).status == 200


async def test_a_secret_that_was_offered_once_is_confirmed_with_the_proof_only(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = await entrance.signed_in(person)
    offered = (await browser.post("/me/totp", person.proved)).value
    code = {"code": pyotp.TOTP(offered["secret"]).at(entrance.now)}
    for proof in ({}, WRONG):
        answer = await browser.post("/me/totp/confirm", code | proof)
        assert (answer.status, answer.value) == NOT_ACCEPTED
    assert (await browser.post("/me/totp/confirm", code | person.proved)).status == 200


async def test_guessing_the_proof_in_a_stolen_session_is_slow_and_written_down(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = await entrance.signed_in(person)
    began = entrance.now
    for _ in range(12):
        assert (await browser.post("/me/totp", WRONG)).status == 401
    assert entrance.now - began >= 40
    assert max(entrance.waited) <= 10
    assert (await entrance.audit()).count("proof_refused") == 4  # the 1st, 2nd, 4th and 8th


async def test_guesses_side_by_side_are_no_way_around_the_line(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = await entrance.signed_in(person)
    answers = await asyncio.gather(*(browser.post("/me/totp", WRONG) for _ in range(30)))
    assert sum(answer.status == 429 for answer in answers) >= 15


async def test_a_thief_who_guesses_in_one_session_slows_the_officer_in_no_other(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    stolen, own = await entrance.signed_in(person), await entrance.signed_in(person)
    for _ in range(20):
        await stolen.post("/me/totp", WRONG)
    waited = len(entrance.waited)
    assert (await own.post("/me/totp", person.proved)).status == 200
    assert len(entrance.waited) == waited


async def test_rubbish_in_a_stolen_session_keeps_the_officer_from_no_sign_in(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    stolen = await entrance.signed_in(person)
    for _ in range(20):
        await stolen.post("/me/totp/confirm", {"code": "000000", **WRONG})
        await stolen.post("/me/passkeys", {"credential": {}, "label": "mine"})
    own = entrance.browser()
    assert (await own.prove("Arta", person.proof)).status == 200
    waited = len(entrance.waited)
    entrance.clock.advance(60)
    assert (await own.code(person)).status == 200
    assert len(entrance.waited) == waited


async def test_a_proof_in_another_spelling_is_malformed(entrance: Entrance) -> None:
    browser = await entrance.signed_in(await entrance.person("Arta"))
    for proof in ("", "A" * 42, "A" * 42 + "B", "!" * 43):
        assert (await browser.post("/me/totp", {"proof_now": proof})).value == {"error": "malformed"}
