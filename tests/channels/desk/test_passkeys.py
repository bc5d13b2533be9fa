"""Passkeys: set up, signed in with, bound to our name, our origin and one challenge."""

from typing import Any

import pytest

from sealing.encoding import b64u
from tests.channels.desk.authenticator import Authenticator
from tests.channels.desk.entrance import ORIGIN, Browser, Entrance, Person

RP = "desk.test"


def a_key(**changes: str) -> Authenticator:
    return Authenticator(**({"origin": ORIGIN, "rp_id": RP} | changes))


async def enrolled(entrance: Entrance, name: str = "Arta") -> tuple[Person, Authenticator]:
    """An officer whose only second factor is a passkey."""
    person, key = await entrance.person(name, totp=False), a_key()
    browser = entrance.browser()
    await browser.prove(name, person.proof)
    options = (await browser.post("/me/passkeys/options")).value
    added = await browser.post("/me/passkeys", {"credential": key.create(options), "label": "my telephone"})
    assert added.status == 200, added
    assert (await browser.get("/me")).value["passkeys"] == [
        {"credential_id": b64u(key.credential_id), "label": "my telephone", "prf": False, "added_at": entrance.now}
    ]
    return person, key


async def asked(entrance: Entrance, person: Person) -> tuple[Browser, dict[str, Any]]:
    """A browser in which a passkey is asked for."""
    browser = entrance.browser()
    proved = await browser.prove(person.name, person.proof)
    assert proved.value == {"second": ["passkey"], "enroll": False}
    return browser, (await browser.post("/sign-in/passkey/options")).value


async def test_an_officer_sets_a_passkey_up_and_signs_in_with_it(entrance: Entrance) -> None:
    person, key = await enrolled(entrance)
    browser, options = await asked(entrance, person)
    assert options["rpId"] == RP
    assert [one["id"] for one in options["allowCredentials"]] == [b64u(key.credential_id)]
    assert (await browser.post("/sign-in/passkey", {"credential": key.get(options)})).status == 200
    assert (await browser.get("/me")).status == 200


async def test_a_challenge_is_answered_once(entrance: Entrance) -> None:
    person, key = await enrolled(entrance)
    browser, options = await asked(entrance, person)
    other, _ = await asked(entrance, person)
    answer = key.get(options)
    assert (await other.post("/sign-in/passkey", {"credential": answer})).value == {"error": "not_accepted"}
    assert (await browser.post("/sign-in/passkey", {"credential": answer})).status == 200
    assert (await other.post("/sign-in/passkey", {"credential": key.get(options)})).status == 401


@pytest.mark.parametrize("changes", [{"origin": "http://evil.test"}, {"rp_id": "evil.test"}], ids=["origin", "name"])
async def test_an_answer_for_another_place_is_refused(entrance: Entrance, changes: dict[str, str]) -> None:
    person, key = await enrolled(entrance)
    browser, options = await asked(entrance, person)
    for name, value in changes.items():
        setattr(key, name, value)
    assert (await browser.post("/sign-in/passkey", {"credential": key.get(options)})).status == 401
    options = (await browser.post("/sign-in/passkey/options")).value
    assert (await browser.post("/sign-in/passkey", {"credential": a_key(**changes).get(options)})).status == 401


async def test_another_officers_passkey_and_a_copied_one_are_refused(entrance: Entrance) -> None:
    person, key = await enrolled(entrance)
    _, stranger = await enrolled(entrance, "Besa")
    browser, options = await asked(entrance, person)
    assert (await browser.post("/sign-in/passkey", {"credential": stranger.get(options)})).status == 401
    options = (await browser.post("/sign-in/passkey/options")).value
    key.count = 40
    assert (await browser.post("/sign-in/passkey", {"credential": key.get(options)})).status == 200
    browser, options = await asked(entrance, person)
    key.count = 7
    assert (await browser.post("/sign-in/passkey", {"credential": key.get(options)})).status == 401


async def test_nonsense_for_an_answer_is_refused_in_our_words(entrance: Entrance) -> None:
    person, key = await enrolled(entrance)
    own = b64u(key.credential_id)
    nonsense: list[Any] = [{}, {"id": own}, {"id": own, "response": 1}, {"id": own, "rawId": "!", "response": {}, "type": 1}]
    for credential in nonsense:
        browser, options = await asked(entrance, person)
        assert (await browser.post("/sign-in/passkey", {"credential": credential})).status == 401
        answer = key.get(options)
        answer["response"]["authenticatorData"] = "AAAA"
        assert (await browser.post("/sign-in/passkey", {"credential": answer})).status == 401
        entrance.clock.advance(1000)
    cen = await entrance.person("Cen")
    browser = await entrance.signed_in(cen)
    for credential in nonsense:
        added = await browser.post("/me/passkeys", {"credential": credential, "label": "x", **cen.proved})
        assert (added.status, added.value) == (422, {"error": "refused", "reason": "passkey"})


async def test_a_passkey_is_added_once_and_the_last_factor_stays(entrance: Entrance) -> None:
    person, key = await enrolled(entrance)
    browser, options = await asked(entrance, person)
    await browser.post("/sign-in/passkey", {"credential": key.get(options)})
    own = {"credential_id": b64u(key.credential_id), **person.proved}
    assert (await browser.post("/me/passkeys/remove", own)).value == {"error": "state"}
    fresh = (await browser.post("/me/passkeys/options", person.proved)).value
    assert (await browser.post("/me/passkeys", {"credential": key.create(fresh), "label": "again", **person.proved})).value == {
        "error": "state"
    }
    second = a_key()
    fresh = (await browser.post("/me/passkeys/options", person.proved)).value
    slot = {
        "slot": "prf",
        "credential_id": b64u(second.credential_id),
        "prf_salt": b64u(bytes(32)),
        "nonce": b64u(bytes(12)),
        "ct": b64u(bytes(80)),
    }
    strange = {
        "credential": second.create(fresh),
        "label": "key",
        **person.proved,
        "slot": slot | {"credential_id": own["credential_id"]},
    }
    assert (await browser.post("/me/passkeys", strange)).status == 422
    fresh = (await browser.post("/me/passkeys/options", person.proved)).value
    entrance.clock.advance(1)
    added = await browser.post(
        "/me/passkeys", {"credential": second.create(fresh), "label": "key", "slot": slot, **person.proved}
    )
    assert added.status == 200
    me = (await browser.get("/me")).value
    assert [one["prf"] for one in me["passkeys"]] == [False, True]
    assert me["slots"][-1] == slot
    assert (await browser.post("/me/passkeys/remove", own)).status == 200
    assert (await browser.post("/me/passkeys/remove", own)).status == 404
