"""Signing in: a name, a proof, a second factor; names nobody has are answered like known ones."""

import time

import pytest

from sealing.encoding import b64u
from tests.channels.desk.entrance import Entrance, a_slot


async def test_an_officer_signs_in_with_proof_and_code_and_is_given_the_slots(entrance: Entrance) -> None:
    person = await entrance.person("Arta Krasniqi")
    browser = entrance.browser()
    begun = await browser.post("/sign-in/begin", {"name": "  arta KRASNIQI ", "with": "passphrase"})
    assert begun.value == {"salt": person.slot["salt"], "m_kib": 65536, "t": 3, "p": 1}
    proved = await browser.prove("Arta Krasniqi", person.proof)
    assert (proved.status, proved.value) == (200, {"second": ["totp"], "enroll": False})
    assert (await browser.get("/me")).status == 401
    half = browser.cookies()["amanet_desk"]
    assert (await browser.code(person)).value == {}
    assert browser.cookies()["amanet_desk"] != half
    me = (await browser.get("/me")).value
    assert [one["slot"] for one in me["slots"]] == ["passphrase", "recovery"]
    assert (me["name"], me["role"], me["totp"], me["second_factor"]) == ("Arta Krasniqi", "officer", True, "required")
    assert (me["team_ids"], me["on_duty"]) == ([], {})  # no root has signed these keys yet
    assert me["absolute_until"] == entrance.now + 12 * 3600
    assert await entrance.audit() == ["proof_accepted", "signed_in"]


async def test_a_name_nobody_has_is_answered_like_a_known_one(entrance: Entrance) -> None:
    await entrance.person("Arta")
    browser = entrance.browser()
    for kind in ("passphrase", "recovery"):
        known = await browser.post("/sign-in/begin", {"name": "Arta", "with": kind})
        unknown = [await browser.post("/sign-in/begin", {"name": name, "with": kind}) for name in ("Besa", "besa ", "Cen")]
        assert {one.status for one in (known, *unknown)} == {200}
        assert {tuple(one.value) for one in (known, *unknown)} == {("salt", "m_kib", "t", "p")}
        assert unknown[0].value == unknown[1].value != unknown[2].value
    salts = [
        (await browser.post("/sign-in/begin", {"name": "Besa", "with": kind})).value["salt"]
        for kind in ("passphrase", "recovery")
    ]
    assert len(set(salts)) == 2
    wrong = await browser.prove("Arta", bytes(32))
    nobody = await browser.prove("Besa", bytes(32))
    assert (wrong.status, wrong.value) == (nobody.status, nobody.value) == (401, {"error": "not_accepted"})
    assert await entrance.audit() == ["sign_in_refused"]


@pytest.mark.timed
async def test_known_and_unknown_names_take_the_same_time(entrance: Entrance) -> None:
    await entrance.person("Arta")
    took: dict[str, list[float]] = {"Arta": [], "Besa": []}
    for turn in range(6):
        for name, times in took.items():
            began = time.perf_counter()
            await entrance.browser(f"10.1.{turn}.1").prove(name, bytes(32))
            times.append(time.perf_counter() - began)
    known, unknown = (sorted(times)[len(times) // 2] for times in took.values())
    assert min(known, unknown) >= 0.1
    assert abs(known - unknown) < 0.02


async def test_a_code_is_taken_once_and_only_in_its_time(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    first, second = entrance.browser(), entrance.browser()
    for browser in (first, second):
        await browser.prove("Arta", person.proof)
    code = person.totp.at(entrance.now)  # type: ignore[union-attr]
    assert (await first.post("/sign-in/totp", {"code": code})).status == 200
    assert (await second.post("/sign-in/totp", {"code": code})).value == {"error": "not_accepted"}
    old = person.totp.at(entrance.now - 90)  # type: ignore[union-attr]
    assert (await second.post("/sign-in/totp", {"code": old})).status == 401
    entrance.clock.advance(60)
    assert (await second.code(person)).status == 200


async def test_a_half_session_may_only_finish_signing_in(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = entrance.browser()
    await browser.prove("Arta", person.proof)
    assert (await browser.post("/me/totp")).status == 401
    assert (await browser.post("/me/passkeys/options")).status == 401
    assert (await browser.get("/queue")).status == 401
    entrance.clock.advance(601)
    assert (await browser.code(person)).value == {"error": "signed_out"}


async def test_who_has_no_second_factor_sets_one_up_before_anything_else(entrance: Entrance) -> None:
    person = await entrance.person("Arta", totp=False)
    browser = entrance.browser()
    assert (await browser.prove("Arta", person.proof)).value == {"second": [], "enroll": True}
    assert (await browser.get("/me")).status == 401
    offered = (await browser.post("/me/totp")).value
    assert offered["uri"].startswith("otpauth://totp/Amanet:Arta?secret=" + offered["secret"])
    assert offered["picture"].startswith("data:image/svg+xml")
    assert (await browser.post("/me/totp/confirm", {"code": "000000"})).value == {"error": "not_accepted"}
    import pyotp

    assert (await browser.post("/me/totp/confirm", {"code": pyotp.TOTP(offered["secret"]).at(entrance.now)})).status == 200
    assert (await browser.get("/me")).value["totp"] is True


async def test_without_a_second_factor_the_demo_signs_in_at_once(demo_entrance: Entrance) -> None:
    person = await demo_entrance.person("demo", totp=False)
    browser = demo_entrance.browser()
    assert (await browser.prove("demo", person.proof)).value == {"second": [], "enroll": False}
    assert (await browser.get("/me")).value["second_factor"] == "off"


async def test_an_officer_who_left_signs_in_no_more(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    browser = await entrance.signed_in(person)
    await entrance.database.transact(lambda tx: tx.officers.leave(person.officer_id, entrance.now))
    assert (await browser.get("/me")).status == 401
    assert (await entrance.browser().prove("Arta", person.proof)).value == {"error": "not_accepted"}


async def test_a_new_passphrase_needs_the_old_one_and_ends_every_other_session(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    here, elsewhere = await entrance.signed_in(person), await entrance.signed_in(person)
    new = {"slot": a_slot("passphrase", b"n" * 16), "proof": b64u(b"n" * 32)}
    assert (await here.post("/me/passphrase", {"proof_now": b64u(bytes(32)), **new})).status == 401
    wrong_kind = {"proof_now": b64u(person.proof), "slot": a_slot("recovery", bytes(16)), "proof": b64u(b"n" * 32)}
    assert (await here.post("/me/passphrase", wrong_kind)).value == {"error": "refused", "reason": "slot"}
    assert (await here.post("/me/passphrase", {"proof_now": b64u(person.proof), **new})).status == 200
    assert ((await here.get("/me")).status, (await elsewhere.get("/me")).status) == (200, 401)
    assert (await entrance.browser().prove("Arta", person.proof)).status == 401
    assert (await entrance.browser().prove("Arta", b"n" * 32)).status == 200
    assert (await entrance.browser().prove("Arta", person.recovery_proof, "recovery")).status == 200
