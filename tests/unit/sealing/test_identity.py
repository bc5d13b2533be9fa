"""Keys: what is usable, what is refused, and what never shows."""

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from sealing import identity
from sealing.encoding import b64u
from sealing.errors import DoesNotOpen, KeyUnusable, Misuse
from sealing.identity import Identity, Recipient, SigningIdentity, Verifier, read_seed_file, seed_file
from tests.vectors import known
from tests.vectors.universe import seeded

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493


def test_what_is_sealed_opens_only_under_its_own_info_and_identity() -> None:
    team, other = known.identity("team-north"), known.identity("team-south")

    sealed = team.recipient.seal(b"info", b"words")

    assert len(sealed) == 1120 + len(b"words") + 16
    assert team.open(b"info", sealed) == b"words"
    for reader, info, bytes_read in (
        (other, b"info", sealed),
        (team, b"other", sealed),
        (team, b"info", sealed[:-1]),
        (team, b"info", sealed[:1000]),
        (team, b"info", bytes(1184)),
        (team, b"info", b""),
    ):
        with pytest.raises(DoesNotOpen):
            reader.open(info, bytes_read)


def test_new_identities_come_from_the_randomness_given() -> None:
    assert Identity.generate(seeded("a")) == Identity.generate(seeded("a"))
    assert Identity.generate(seeded("a")) != Identity.generate(seeded("b"))
    assert SigningIdentity.generate(seeded("a")) == SigningIdentity.generate(seeded("a"))


def test_a_seed_of_another_length_is_the_callers_mistake() -> None:
    for make in (Identity.from_seed, SigningIdentity.from_seed):
        with pytest.raises(Misuse):
            make(bytes(31))


def test_a_seed_never_shows() -> None:
    reader, signer = known.identity("team-north"), known.signer("intake")

    for value in (reader, signer):
        assert repr(value.seed)[2:-1] not in repr(value)
        assert b64u(value.seed) not in repr(value)
    assert "seed" not in repr(reader) + repr(signer)


@pytest.mark.parametrize("u", sorted(identity._SMALL_ORDER_U | {P, P + 1, 2**255 + 1, 2**255 + P - 1}))
def test_an_x25519_key_that_shares_no_secret_is_refused(u: int) -> None:
    """The library agrees about each of them, so that none stands in the list by mistake."""
    x25519 = u.to_bytes(32, "little")
    good = known.identity("team-north").recipient.public_key

    with pytest.raises(KeyUnusable):
        Recipient.from_bytes(good[:1184] + x25519)
    with pytest.raises(ValueError, match="shared key"):
        X25519PrivateKey.from_private_bytes(bytes([8] * 32)).exchange(X25519PublicKey.from_public_bytes(x25519))


def test_an_ml_kem_key_with_a_coefficient_out_of_range_is_refused() -> None:
    """The first 12 bits are the first coefficient; 3328 is the highest there is."""
    good = known.identity("team-north").recipient.public_key
    highest = bytes([0x00, good[1] & 0xF0 | 0x0D])
    too_high = bytes([0x01, good[1] & 0xF0 | 0x0D])

    Recipient.from_bytes(highest + good[2:])
    with pytest.raises(KeyUnusable):
        Recipient.from_bytes(too_high + good[2:])


@pytest.mark.parametrize("size", [0, 1184, 1215, 1217])
def test_a_public_key_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(KeyUnusable):
        Recipient.from_bytes(bytes(size))


def _times_eight(y: int, x_is_odd: int) -> tuple[int, int]:
    """Multiply an Ed25519 point by its cofactor, as RFC 8032 section 5.1 defines the curve."""
    d = -121665 * pow(121666, -1, P) % P
    root = pow((y * y - 1) * pow(d * y * y + 1, -1, P) % P, (P + 3) // 8, P)
    if (root * root - (y * y - 1) * pow(d * y * y + 1, -1, P)) % P:
        root = root * pow(2, (P - 1) // 4, P) % P
    x = root if root % 2 == x_is_odd else -root % P
    assert (-x * x + y * y - 1 - d * x * x * y * y) % P == 0
    for _ in range(3):
        t = d * x * x * y * y
        x, y = 2 * x * y * pow(1 + t, -1, P) % P, (y * y + x * x) * pow(1 - t, -1, P) % P
    return x, y


@pytest.mark.parametrize("y", sorted(identity._SMALL_ORDER_Y))
@pytest.mark.parametrize("sign", [0, 1])
def test_an_ed25519_key_of_small_order_is_refused(y: int, sign: int) -> None:
    assert _times_eight(y, sign) == (0, 1)

    with pytest.raises(KeyUnusable):
        Verifier.from_bytes((y + sign * 2**255).to_bytes(32, "little"))


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33), P.to_bytes(32, "little"), (P + 2).to_bytes(32, "little")])
def test_a_malformed_ed25519_key_is_refused(key: bytes) -> None:
    with pytest.raises(KeyUnusable):
        Verifier.from_bytes(key)


def test_a_signature_is_believed_only_for_its_own_message_and_key() -> None:
    intake, other = known.signer("intake"), known.signer("stranger")
    signature = intake.sign(b"message")

    assert intake.verifier.verify(b"message", signature)
    assert not intake.verifier.verify(b"other", signature)
    assert not other.verifier.verify(b"message", signature)
    assert not intake.verifier.verify(b"message", signature[:-1])
    assert not intake.verifier.verify(b"message", b"")


def test_a_signature_with_s_above_the_order_is_not_believed() -> None:
    intake = known.signer("intake")
    signature = intake.sign(b"message")
    s = int.from_bytes(signature[32:], "little") + ORDER

    assert not intake.verifier.verify(b"message", signature[:32] + s.to_bytes(32, "little"))


def test_a_seed_file_is_one_line_that_is_read_back() -> None:
    seed = known.identity("recovery").seed

    assert seed_file(seed) == f"amanet-identity-1 {b64u(seed)}\n"
    for text in (seed_file(seed), seed_file(seed).rstrip(), seed_file(seed).replace("\n", "\r\n")):
        assert read_seed_file(text) == seed


@pytest.mark.parametrize("text", ["", "amanet-identity-2 AAAA", "amanet-identity-1", "amanet-identity-1 AAAA", "AAAA"])
def test_another_file_is_not_a_seed_file(text: str) -> None:
    with pytest.raises(DoesNotOpen):
        read_seed_file(text)
