"""Guessing is slowed, and nobody is locked out by somebody else's guesses."""

from contextlib import suppress

from handlers.officer.desk.guesses import SlowDown
from tests.channels.desk.entrance import Entrance

SCHOOL = "192.0.2.7"


async def test_guessing_one_name_waits_longer_and_longer_and_never_for_ever(entrance: Entrance) -> None:
    await entrance.person("Arta")
    thief = entrance.browser(SCHOOL)
    began, answers = entrance.now, []
    for _ in range(30):
        answers.append((await thief.prove("Arta", bytes(32))).status)
    assert set(answers) == {401}
    assert entrance.now - began >= 150
    assert max(entrance.waited) <= 10


async def test_guesses_side_by_side_are_told_when_to_come_again(entrance: Entrance) -> None:
    await entrance.person("Arta")
    thief = entrance.browser(SCHOOL)
    for _ in range(12):
        await thief.prove("Arta", bytes(32))
    line = [key for key in entrance.parts.guesses._lines if key[0] == "here"]
    with suppress(SlowDown):
        while True:
            entrance.parts.guesses.enter(line, entrance.now)  # others, in the same line at the same moment
    refused = await thief.prove("Arta", bytes(32))
    assert (refused.status, refused.value) == (429, {"error": "slow_down"})
    assert 0 < int(refused.headers["Retry-After"]) <= 30


async def test_an_officer_gets_in_at_a_school_whose_address_a_prankster_shares(entrance: Entrance) -> None:
    """The prankster knows the officer's name and sits behind the same address; the officer comes with a new telephone."""
    person = await entrance.person("Arta Krasniqi")
    pranksters = [entrance.browser(SCHOOL) for _ in range(3)]
    for turn in range(40):
        prankster = pranksters[turn % 3]
        await prankster.prove("Arta Krasniqi" if turn % 2 else f"somebody {turn}", bytes(32))
    began = entrance.now
    telephone = entrance.browser(SCHOOL)
    while (answer := await telephone.prove("Arta Krasniqi", person.proof)).status == 429:
        entrance.clock.advance(int(answer.headers["Retry-After"]))
        await pranksters[0].prove("Arta Krasniqi", bytes(32))
    assert answer.status == 200
    assert entrance.now - began <= 60
    entrance.clock.advance(60)
    assert (await telephone.code(person)).status == 200


async def test_in_a_browser_that_signed_in_before_no_prankster_slows_the_officer(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    own = await entrance.signed_in(person, SCHOOL)
    await own.post("/sign-out")
    prankster = entrance.browser(SCHOOL)
    for _ in range(40):
        await prankster.prove("Arta", bytes(32))
    entrance.waited.clear()
    assert (await own.prove("Arta", person.proof)).status == 200
    assert entrance.waited == []


async def test_a_known_browser_is_known_for_its_own_name_only(entrance: Entrance) -> None:
    person, _ = await entrance.person("Arta"), await entrance.person("Besa")
    own = await entrance.signed_in(person, SCHOOL)
    for _ in range(12):
        await own.prove("Besa", bytes(32))
    assert entrance.waited
    entrance.waited.clear()
    assert (await own.prove("Arta", person.proof)).status == 200
    assert entrance.waited == []


async def test_codes_are_guessed_slowly_from_however_many_places(entrance: Entrance) -> None:
    person = await entrance.person("Arta")
    began = entrance.now
    for turn in range(12):
        thief = entrance.browser(f"198.51.100.{turn}")
        await thief.prove("Arta", person.proof)
        assert (await thief.post("/sign-in/totp", {"code": "000000"})).status == 401
    assert entrance.now - began >= 30


async def test_wrong_tries_for_a_known_name_are_in_the_log_but_cannot_fill_it(entrance: Entrance) -> None:
    await entrance.person("Arta")
    thief = entrance.browser(SCHOOL)
    for _ in range(40):
        await thief.prove("Arta", bytes(32))
        await thief.prove("Nobody", bytes(32))
    assert await entrance.audit() == ["sign_in_refused"] * 6
