"""Suite 1: the algorithms, and nothing about what they protect (sections 1, 5 to 8).

HPKE (RFC 9180), base mode, single shot: KEM 0x647A (MLKEM768-X25519, "X-Wing"), KDF 0x0001 (HKDF-SHA256), AEAD 0x0002
(AES-256-GCM). HPKE's `aad` is empty; every binding goes into `info`. A post-quantum hybrid, because a child's report must still
be secret when the child is forty.
Laws. Whatever fails to open is one refusal, without a cause attached.
"""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from sealing.errors import DoesNotOpen

SUITE = 1
"""Stored with each case: the KEM is an IRTF draft still, and another suite means other labels."""

ENC_BYTES = 1120
"""What the KEM encapsulates to: an ML-KEM-768 ciphertext (1088) and an X25519 public key (32)."""

TAG_BYTES = 16
OVERHEAD = ENC_BYTES + TAG_BYTES
NONCE_BYTES = 12

_SUITE_1 = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


def hpke_seal(key: MLKEM768X25519PublicKey, info: bytes, plaintext: bytes) -> bytes:
    """Give `enc (1120 bytes) || ciphertext`, bound to `info`."""
    return _SUITE_1.encrypt(plaintext, key, info=info)


def hpke_open(key: MLKEM768X25519PrivateKey, info: bytes, sealed: bytes) -> bytes:
    """Give the plaintext of `sealed`, or refuse."""
    try:
        return _SUITE_1.decrypt(sealed, key, info=info)
    except (InvalidTag, ValueError):
        raise DoesNotOpen from None


def gcm_seal(key: bytes, nonce: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Encrypt with AES-256-GCM. The caller answers for the nonce being new under this key."""
    return AESGCM(key).encrypt(nonce, plaintext, aad)


def gcm_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Decrypt with AES-256-GCM, or refuse."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, aad)
    except (InvalidTag, ValueError):
        raise DoesNotOpen from None


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104)."""
    return hmac.digest(key, message, hashlib.sha256)


def hkdf_extract(secret: bytes) -> bytes:
    """HKDF-Extract (RFC 5869) with no salt, which is 32 zero bytes."""
    return hmac_sha256(bytes(32), secret)


def hkdf_expand(prk: bytes, info: bytes, size: int = 32) -> bytes:
    """HKDF-Expand (RFC 5869) for at most one block, which is all that is ever needed here."""
    return hmac_sha256(prk, info + b"\x01")[:size]


def argon2id(secret: bytes, *, salt: bytes, m_kib: int, t: int) -> bytes:
    """Argon2id version 0x13 with one lane, 32 bytes (RFC 9106)."""
    return Argon2id(salt=salt, length=32, iterations=t, lanes=1, memory_cost=m_kib).derive(secret)


def sha256(message: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(message).digest()
