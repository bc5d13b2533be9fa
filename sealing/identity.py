"""Keys: who can open (identities, section 2) and who can sign.

An identity is X-Wing's 32-byte decapsulation key, loaded as such and never fed to HPKE's DeriveKeyPair. A signing identity is an
Ed25519 seed. Keys are parsed once and carried as values, because parsing costs a fifth of sealing.
Laws. A seed never shows in a representation. A public key is checked when it is parsed, so that a value of `Recipient` or
`Verifier` is always usable.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey

from sealing.encoding import ID_BYTES, SECRET_BYTES, Rng, b64u, label, unb64u
from sealing.errors import DoesNotOpen, KeyUnusable, Misuse
from sealing.suite import hpke_open, hpke_seal, sha256

ML_KEM_PUBLIC_BYTES = 1184
PUBLIC_KEY_BYTES = ML_KEM_PUBLIC_BYTES + 32
SIGNATURE_BYTES = 64
SEED_FILE_WORD = "amanet-identity-1"

_P = 2**255 - 19
_SMALL_ORDER_U = frozenset(
    {
        0,
        1,
        _P - 1,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
    }
)
"""The X25519 coordinates, on the curve and its twist, that make every shared secret zero (RFC 7748, section 6.1)."""

_Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022
_SMALL_ORDER_Y = frozenset({0, 1, _P - 1, _Y8, _P - _Y8})
"""The y of the eight Ed25519 points of small order: under such a key one signature fits many messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """A public key that can be sealed to."""

    key_id: bytes
    public_key: bytes = field(repr=False)
    parsed: MLKEM768X25519PublicKey = field(repr=False, compare=False)

    @classmethod
    def from_bytes(cls, public_key: bytes) -> Self:
        """Parse an ML-KEM-768 encapsulation key and an X25519 public key; refuse what no secret can be shared with."""
        ml_kem, x25519 = public_key[:ML_KEM_PUBLIC_BYTES], public_key[ML_KEM_PUBLIC_BYTES:]
        if len(public_key) != PUBLIC_KEY_BYTES or (int.from_bytes(x25519, "little") % 2**255) % _P in _SMALL_ORDER_U:
            raise KeyUnusable
        try:
            parsed = MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(ml_kem), X25519PublicKey.from_public_bytes(x25519)
            )
        except ValueError:  # a coefficient of 3329 or more
            raise KeyUnusable from None
        return cls(key_id=key_id(public_key), public_key=public_key, parsed=parsed)

    def seal(self, info: bytes, plaintext: bytes) -> bytes:
        """Seal to this key, bound to `info`."""
        return hpke_seal(self.parsed, info, plaintext)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A seed that opens what was sealed to its `recipient`."""

    recipient: Recipient
    seed: bytes = field(repr=False)
    parsed: MLKEM768X25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Split the seed as X-Wing does: 64 bytes for ML-KEM-768, 32 for X25519."""
        if len(seed) != SECRET_BYTES:
            raise Misuse("a seed has 32 bytes")
        expanded = hashlib.shake_256(seed).digest(96)
        ml_kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        public_key = ml_kem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()
        return cls(recipient=Recipient.from_bytes(public_key), seed=seed, parsed=MLKEM768X25519PrivateKey(ml_kem, x25519))

    @classmethod
    def generate(cls, rng: Rng) -> Self:
        """Make a new identity."""
        return cls.from_seed(rng(SECRET_BYTES))

    @property
    def key_id(self) -> bytes:
        """The id of the public key."""
        return self.recipient.key_id

    def open(self, info: bytes, sealed: bytes) -> bytes:
        """Open what was sealed to this identity under the same `info`, or refuse."""
        return hpke_open(self.parsed, info, sealed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """An Ed25519 public key whose signatures can be believed."""

    signer_id: bytes
    public_key: bytes
    parsed: Ed25519PublicKey = field(repr=False, compare=False)

    @classmethod
    def from_bytes(cls, public_key: bytes) -> Self:
        """Parse a public key; refuse small order and a y that is not reduced (RFC 8032, strict)."""
        y = int.from_bytes(public_key, "little") % 2**255
        if len(public_key) != 32 or y >= _P or y in _SMALL_ORDER_Y:
            raise KeyUnusable
        return cls(signer_id=signer_id(public_key), public_key=public_key, parsed=Ed25519PublicKey.from_public_bytes(public_key))

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Tell whether this key signed `message`; the S of a signature is below the order."""
        try:
            self.parsed.verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningIdentity:
    """A seed that signs."""

    verifier: Verifier
    seed: bytes = field(repr=False)
    parsed: Ed25519PrivateKey = field(repr=False, compare=False)

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Load an Ed25519 seed."""
        if len(seed) != SECRET_BYTES:
            raise Misuse("a seed has 32 bytes")
        parsed = Ed25519PrivateKey.from_private_bytes(seed)
        return cls(verifier=Verifier.from_bytes(parsed.public_key().public_bytes_raw()), seed=seed, parsed=parsed)

    @classmethod
    def generate(cls, rng: Rng) -> Self:
        """Make a new signing identity."""
        return cls.from_seed(rng(SECRET_BYTES))

    @property
    def signer_id(self) -> bytes:
        """The id of the public key, which entries carry as `author`."""
        return self.verifier.signer_id

    def sign(self, message: bytes) -> bytes:
        """Sign with Ed25519."""
        return self.parsed.sign(message)


def key_id(public_key: bytes) -> bytes:
    """Give the id of an identity's public key."""
    return sha256(label("amanet/v1/key-id") + public_key)[:ID_BYTES]


def signer_id(public_key: bytes) -> bytes:
    """Give the id of a signing identity's public key."""
    return sha256(label("amanet/v1/signer-id") + public_key)[:ID_BYTES]


def fingerprint(some_id: bytes) -> str:
    """Write the first 10 bytes of a key id or signer id to be compared aloud: five groups of four small hex digits."""
    return some_id[:10].hex(" ", 2)


def seed_file(seed: bytes) -> str:
    """Write the one line of a seed file (mode 0600, which is the writer's duty)."""
    return f"{SEED_FILE_WORD} {b64u(seed)}\n"


def read_seed_file(text: str) -> bytes:
    """Read the seed out of a seed file's one line, or refuse."""
    word, _, seed = text.rstrip("\r\n").partition(" ")
    if word != SEED_FILE_WORD:
        raise DoesNotOpen
    return unb64u(seed, SECRET_BYTES)
