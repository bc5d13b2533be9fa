"""Unlock slots: what opens an officer's seeds, and what is refused before anything is computed."""

import time
from typing import Any

import pytest

from sealing import slots
from sealing.encoding import b64u
from sealing.errors import DoesNotOpen, Misuse
from sealing.slots import OfficerSeeds, PassphraseSlot, PrfSlot, Stretched, slot_aad
from sealing.suite import gcm_seal
from tests.vectors import known
from tests.vectors.universe import seeded

OFFICER_ID = bytes([7] * 16)
SEEDS = OfficerSeeds(identity=known.identity("officer").seed, signing=known.signer("officer").seed)
SLOT: dict[str, Any] = known.load("slots")["passphrase"][2]["slot"]
WORDS = [f"word{number}" for number in range(2048)]


def test_a_passphrase_opens_its_slot_for_its_officer_only() -> None:
    slot = PassphraseSlot.seal(OFFICER_ID, SEEDS, "gjashtë fjalë", seeded("slot"))
    stretched = slot.stretch("gjashtë fjalë")

    assert PassphraseSlot.from_json(slot.to_json()) == slot
    assert slot.open(OFFICER_ID, stretched) == SEEDS
    with pytest.raises(DoesNotOpen):
        slot.open(bytes(16), stretched)
    with pytest.raises(DoesNotOpen):
        slot.open(OFFICER_ID, Stretched(key=bytes(32)))


def test_a_printed_code_is_a_passphrase_slot_of_its_own_name() -> None:
    slot = PassphraseSlot.seal(OFFICER_ID, SEEDS, "A" * 24, seeded("slot"), slot="recovery")

    assert slot.to_json()["slot"] == "recovery"
    assert PassphraseSlot.from_json(slot.to_json()) == slot


def test_a_security_key_opens_its_slot() -> None:
    slot = PrfSlot.seal(
        OFFICER_ID,
        SEEDS,
        prf_output=bytes([1] * 32),
        credential_id=b"credential",
        prf_salt=bytes(32),
        rng=seeded("prf"),
    )

    assert PrfSlot.from_json(slot.to_json()) == slot
    assert slot.open(OFFICER_ID, bytes([1] * 32)) == SEEDS
    with pytest.raises(DoesNotOpen):
        slot.open(OFFICER_ID, bytes(32))
    with pytest.raises(DoesNotOpen):
        PrfSlot.from_json(SLOT)


@pytest.mark.parametrize(
    "change",
    [
        {"m_kib": 65535},
        {"m_kib": 1048577},
        {"m_kib": "65536"},
        {"m_kib": 65536.0},
        {"t": 2},
        {"t": 17},
        {"t": True},
        {"p": 2},
        {"p": 0},
        {"p": True},
        {"p": None},
        {"kdf": "argon2i"},
        {"kdf": None},
        {"slot": "prf"},
        {"slot": None},
        {"salt": "AAAA"},
        {"nonce": "AAAA"},
        {"ct": "AAAA"},
    ],
    ids=str,
)
@pytest.mark.timed
def test_a_slot_of_other_costs_or_another_form_is_refused_at_once(change: dict[str, Any]) -> None:
    started = time.perf_counter()

    with pytest.raises(DoesNotOpen):
        PassphraseSlot.from_json({**SLOT, **change})

    assert time.perf_counter() - started < 0.05


@pytest.mark.parametrize(("m_kib", "t"), [(65535, 3), (1048577, 3), (65536, 2), (65536, 17)])
def test_costs_out_of_bounds_are_not_computed(m_kib: int, t: int) -> None:
    with pytest.raises(DoesNotOpen):
        slots.stretch("x", bytes(16), m_kib, t)


def test_a_slot_that_holds_something_else_does_not_open() -> None:
    slot = PrfSlot(
        credential_id=b"",
        prf_salt=bytes(32),
        nonce=bytes(12),
        ct=gcm_seal(slots._prf_key(bytes(32)), bytes(12), bytes(63), slot_aad(OFFICER_ID)),
    )

    with pytest.raises(DoesNotOpen):
        slot.open(OFFICER_ID, bytes(32))


def test_seeds_have_32_bytes_and_never_show() -> None:
    assert "identity" not in repr(SEEDS)
    with pytest.raises(Misuse):
        OfficerSeeds(identity=bytes(31), signing=bytes(32))


def test_a_passphrase_is_six_words_drawn_evenly() -> None:
    words = slots.make_passphrase(WORDS, seeded("passphrase")).split()

    assert len(words) == 6
    assert set(words) <= set(WORDS)


def test_a_draw_that_would_favour_some_words_is_drawn_again() -> None:
    drawn = iter([b"\xff" * 4, (5).to_bytes(4, "big")] + [bytes(4)] * 5)

    assert slots.make_passphrase([*WORDS, "one more"], lambda _size: next(drawn)).split()[0] == "word5"


@pytest.mark.parametrize("words", [WORDS[:-1], [*WORDS, WORDS[0]], []], ids=["few", "doubled", "none"])
def test_a_passphrase_needs_a_list_of_words_that_gives_66_bits(words: list[str]) -> None:
    with pytest.raises(Misuse):
        slots.make_passphrase(words, seeded("passphrase"))


def test_a_recovery_code_is_24_base32_characters() -> None:
    code = slots.make_recovery_code(seeded("code"))

    assert len(code) == 24
    assert set(code) <= set(slots.BASE32)


def test_the_salt_of_a_name_nobody_has_looks_like_any_other_and_stays() -> None:
    key = bytes(32)

    assert len(slots.unknown_login_salt(key, "a")) == len(PassphraseSlot.from_json(SLOT).salt)
    assert slots.unknown_login_salt(key, "a") == slots.unknown_login_salt(key, "a")
    assert slots.unknown_login_salt(key, "a") != slots.unknown_login_salt(key, "b")


def test_the_login_proof_is_not_the_key() -> None:
    stretched = Stretched(key=bytes(32))

    assert stretched.login_proof != stretched.key
    assert b64u(stretched.key) not in repr(stretched)
