"""Unlock slots: an officer's two seeds at rest, opened by a passphrase or by a security key's PRF (section 6).

Laws. A passphrase is made, never chosen. The server learns a proof that cannot be turned into the key. Costs outside the bounds
are refused before anything is computed, so that a forged slot can neither weaken nor exhaust a reader.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from sealing.encoding import SECRET_BYTES, Rng, b64u, label, must_be_id, unb64u
from sealing.errors import DoesNotOpen, Misuse
from sealing.suite import (
    NONCE_BYTES,
    TAG_BYTES,
    argon2id,
    gcm_open,
    gcm_seal,
    hkdf_expand,
    hkdf_extract,
    hmac_sha256,
    sha256,
)

SALT_BYTES = 16

USUAL_M_KIB = 65536
"""RFC 9106's second recommendation (64 MiB, 3 passes): what an old phone's browser still manages within seconds."""

USUAL_T = 3
MAX_M_KIB = 1048576
MAX_T = 16

WORDS = 6
WORDS_AT_LEAST = 2048
"""6 words of 2048 make 66 bits."""

RECOVERY_CHARACTERS = 24
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

PassphraseKind = Literal["passphrase", "recovery"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerSeeds:
    """The two seeds of an officer."""

    identity: bytes = field(repr=False)
    signing: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if (len(self.identity), len(self.signing)) != (SECRET_BYTES, SECRET_BYTES):
            raise Misuse("a seed has 32 bytes")

    @property
    def joined(self) -> bytes:
        """The 64 bytes that a slot seals."""
        return self.identity + self.signing


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretched:
    """What Argon2id made of a passphrase: the slot's key, and from it the login proof."""

    key: bytes = field(repr=False)

    @property
    def login_proof(self) -> bytes:
        """What the browser sends to be given the slot."""
        return hkdf_expand(self.key, label("amanet/v1/login"))


def stretch(passphrase: str, salt: bytes, m_kib: int = USUAL_M_KIB, t: int = USUAL_T) -> Stretched:
    """Stretch a passphrase (NFKC, so that every keyboard's spelling is the same); costs out of bounds do not open."""
    if not (USUAL_M_KIB <= m_kib <= MAX_M_KIB and USUAL_T <= t <= MAX_T):
        raise DoesNotOpen
    secret = unicodedata.normalize("NFKC", passphrase).encode("utf-8", "replace")
    return Stretched(key=argon2id(secret, salt=salt, m_kib=m_kib, t=t))


def stored_proof(login_proof: bytes) -> bytes:
    """Give what the server keeps of a login proof."""
    return sha256(login_proof)


def unknown_login_salt(desk_key: bytes, name: str) -> bytes:
    """Give the salt shown for a name nobody has, always the same, so that asking does not tell who exists."""
    return hmac_sha256(desk_key, label("amanet/v1/login-salt") + name.encode("utf-8", "replace"))[:SALT_BYTES]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassphraseSlot:
    """Seeds under a passphrase; a printed recovery code is one too."""

    slot: PassphraseKind
    salt: bytes
    m_kib: int
    t: int
    nonce: bytes
    ct: bytes

    @classmethod
    def seal(cls, officer_id: bytes, seeds: OfficerSeeds, passphrase: str, rng: Rng, slot: PassphraseKind = "passphrase") -> Self:
        """Seal the seeds under a passphrase, at the usual costs."""
        return cls.seal_and_stretch(officer_id, seeds, passphrase, rng, slot)[0]

    @classmethod
    def seal_and_stretch(
        cls, officer_id: bytes, seeds: OfficerSeeds, passphrase: str, rng: Rng, slot: PassphraseKind = "passphrase"
    ) -> tuple[Self, Stretched]:
        """Do the same, and give what the passphrase became as well: whoever enrols needs the login proof too."""
        salt, nonce = rng(SALT_BYTES), rng(NONCE_BYTES)
        stretched = stretch(passphrase, salt)
        ct = gcm_seal(stretched.key, nonce, seeds.joined, slot_aad(officer_id))
        return cls(slot=slot, salt=salt, m_kib=USUAL_M_KIB, t=USUAL_T, nonce=nonce, ct=ct), stretched

    def stretch(self, passphrase: str) -> Stretched:
        """Stretch a passphrase as this slot says."""
        return stretch(passphrase, self.salt, self.m_kib, self.t)

    def open(self, officer_id: bytes, stretched: Stretched) -> OfficerSeeds:
        """Give the seeds, or refuse."""
        return _seeds(gcm_open(stretched.key, self.nonce, self.ct, slot_aad(officer_id)))

    def to_json(self) -> dict[str, Any]:
        """Write the slot."""
        return {
            "slot": self.slot,
            "kdf": "argon2id",
            "salt": b64u(self.salt),
            "m_kib": self.m_kib,
            "t": self.t,
            "p": 1,
            "nonce": b64u(self.nonce),
            "ct": b64u(self.ct),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Read a slot, or refuse it: another KDF, lanes other than 1, costs out of bounds."""
        slot: PassphraseKind = "recovery" if value.get("slot") == "recovery" else "passphrase"
        m_kib, t, p = value.get("m_kib"), value.get("t"), value.get("p")
        if value.get("slot") != slot or value.get("kdf") != "argon2id" or type(p) is not int or p != 1:
            raise DoesNotOpen
        if type(m_kib) is not int or not USUAL_M_KIB <= m_kib <= MAX_M_KIB:
            raise DoesNotOpen
        if type(t) is not int or not USUAL_T <= t <= MAX_T:
            raise DoesNotOpen
        return cls(
            slot=slot,
            salt=unb64u(value.get("salt"), SALT_BYTES),
            m_kib=m_kib,
            t=t,
            nonce=unb64u(value.get("nonce"), NONCE_BYTES),
            ct=unb64u(value.get("ct"), 2 * SECRET_BYTES + TAG_BYTES),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PrfSlot:
    """Seeds under the PRF of a WebAuthn credential."""

    credential_id: bytes
    prf_salt: bytes
    nonce: bytes
    ct: bytes

    @classmethod
    def seal(
        cls, officer_id: bytes, seeds: OfficerSeeds, *, prf_output: bytes, credential_id: bytes, prf_salt: bytes, rng: Rng
    ) -> Self:
        """Seal the seeds under what the credential's PRF gave for `prf_salt`."""
        nonce = rng(NONCE_BYTES)
        ct = gcm_seal(_prf_key(prf_output), nonce, seeds.joined, slot_aad(officer_id))
        return cls(credential_id=credential_id, prf_salt=prf_salt, nonce=nonce, ct=ct)

    def open(self, officer_id: bytes, prf_output: bytes) -> OfficerSeeds:
        """Give the seeds, or refuse."""
        return _seeds(gcm_open(_prf_key(prf_output), self.nonce, self.ct, slot_aad(officer_id)))

    def to_json(self) -> dict[str, Any]:
        """Write the slot."""
        return {
            "slot": "prf",
            "credential_id": b64u(self.credential_id),
            "prf_salt": b64u(self.prf_salt),
            "nonce": b64u(self.nonce),
            "ct": b64u(self.ct),
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Read a slot, or refuse it."""
        if value.get("slot") != "prf":
            raise DoesNotOpen
        return cls(
            credential_id=unb64u(value.get("credential_id")),
            prf_salt=unb64u(value.get("prf_salt"), 32),
            nonce=unb64u(value.get("nonce"), NONCE_BYTES),
            ct=unb64u(value.get("ct"), 2 * SECRET_BYTES + TAG_BYTES),
        )


def slot_aad(officer_id: bytes) -> bytes:
    """Give what every slot of an officer is bound to."""
    return label("amanet/v1/slot") + must_be_id(officer_id)


def make_passphrase(words: Sequence[str], rng: Rng) -> str:
    """Draw 6 words, each as likely as any other."""
    if len(set(words)) < WORDS_AT_LEAST or len(set(words)) != len(words):
        raise Misuse("a passphrase needs at least 2048 different words")
    return " ".join(words[_below(len(words), rng)] for _ in range(WORDS))


def make_recovery_code(rng: Rng) -> str:
    """Draw 24 base32 characters (120 bits), to be printed."""
    return "".join(BASE32[byte % len(BASE32)] for byte in rng(RECOVERY_CHARACTERS))


def _below(bound: int, rng: Rng) -> int:
    """Draw a number below `bound`, drawing again what would make some numbers likelier."""
    fair = 2**32 - 2**32 % bound
    while (number := int.from_bytes(rng(4), "big")) >= fair:
        pass
    return number % bound


def _prf_key(prf_output: bytes) -> bytes:
    return hkdf_expand(hkdf_extract(prf_output), label("amanet/v1/slot-prf"))


def _seeds(joined: bytes) -> OfficerSeeds:
    if len(joined) != 2 * SECRET_BYTES:
        raise DoesNotOpen
    return OfficerSeeds(identity=joined[:SECRET_BYTES], signing=joined[SECRET_BYTES:])
