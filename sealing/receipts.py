"""Receipts: 20 digits that let a reporter come back, and everything derived from them (section 7).

19 random digits and an ISO 7064 MOD 11,10 check digit. Digits are the same on every keyboard and in every language here.
Laws. Nothing that is stored lets anybody find the digits without Argon2id for each guess; the mailbox seed is never stored.
"""

import unicodedata
from dataclasses import dataclass, field
from typing import Self

from sealing.encoding import ID_BYTES, Rng, label, must_be_id
from sealing.errors import DoesNotOpen, ReceiptMistyped
from sealing.identity import PUBLIC_KEY_BYTES, Identity
from sealing.suite import NONCE_BYTES, argon2id, gcm_open, gcm_seal, hkdf_expand, hmac_sha256, sha256

DIGITS = 20
LONGEST_TYPED = 100
"""Characters in which somebody may type a receipt, whatever they put between the digits; a longer text is not even looked at."""

GROUP = 4
POINTS = ".·•∙⋅"
"""What keyboards and word processors make of a point. Dashes are Unicode's category Pd and the minus sign."""

M_KIB = 19456
"""OWASP's first choice for Argon2id: 19 MiB and 2 passes, a fifth of a second in an old phone's browser."""

T = 2


def check_digit(digits: str) -> str:
    """Compute the check digit (ISO 7064, MOD 11,10)."""
    p = 10
    for digit in digits:
        p = (p + int(digit)) % 10 or 10
        p = p * 2 % 11
    return str((11 - p) % 10)


def make_receipt(rng: Rng) -> str:
    """Draw a receipt's 20 digits, every one of them as likely as any other."""
    digits = ""
    while len(digits) < DIGITS - 1:
        digits += "".join(str(byte % 10) for byte in rng(DIGITS) if byte < 250)
    digits = digits[: DIGITS - 1]
    return digits + check_digit(digits)


def shown(digits: str) -> str:
    """Write a receipt in five groups."""
    return " ".join(digits[start : start + GROUP] for start in range(0, DIGITS, GROUP))


def typed(text: str) -> str:
    """Read what somebody typed; a wrong check digit is refused before anything is looked up."""
    kept = _kept(text)
    if not _has_the_form(kept) or check_digit(kept[:-1]) != kept[-1]:
        raise ReceiptMistyped
    return kept


def looks_typed(text: str) -> bool:
    """Tell whether somebody typed as many digits as a receipt has, right or wrong, and nothing else."""
    return len(text) <= LONGEST_TYPED and _has_the_form(_kept(text))


def _kept(text: str) -> str:
    return "".join(character for character in unicodedata.normalize("NFKC", text) if not _is_ornament(character))


def _has_the_form(kept: str) -> bool:
    return len(kept) == DIGITS and kept.isascii() and kept.isdigit()


def _is_ornament(character: str) -> bool:
    is_dash = unicodedata.category(character) == "Pd" or character == "\u2212"
    return character.isspace() or is_dash or character in POINTS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptSecrets:
    """What a receipt gives to whoever types it, and to nobody else."""

    prk: bytes = field(repr=False)

    @classmethod
    def derive(cls, digits: str, receipt_salt: bytes) -> Self:
        """Stretch the digits; takes tens of milliseconds on purpose."""
        salt = sha256(label("amanet/v1/receipt") + receipt_salt)[:16]
        return cls(prk=argon2id(digits.encode("ascii"), salt=salt, m_kib=M_KIB, t=T))

    @property
    def lookup(self) -> bytes:
        """What finds the receipt's row, through `stored_lookup`."""
        return hkdf_expand(self.prk, label("amanet/v1/receipt-lookup"), 16)

    @property
    def mailbox(self) -> Identity:
        """What opens the replies."""
        return Identity.from_seed(hkdf_expand(self.prk, label("amanet/v1/receipt-mailbox")))

    @property
    def withdraw_token(self) -> bytes:
        """What proves that the reporter withdraws the report."""
        return hkdf_expand(self.prk, label("amanet/v1/receipt-withdraw"))

    def seal_record(self, case_id: bytes, case_public_key: bytes, nonce: bytes) -> bytes:
        """Seal which case this is, and the key to seal further words to."""
        record = must_be_id(case_id) + case_public_key
        return nonce + gcm_seal(self._record_key, nonce, record, self._record_aad)

    def open_record(self, sealed: bytes) -> tuple[bytes, bytes]:
        """Give the case's id and public key, or refuse."""
        record = gcm_open(self._record_key, sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], self._record_aad)
        if len(record) != ID_BYTES + PUBLIC_KEY_BYTES:
            raise DoesNotOpen
        return record[:ID_BYTES], record[ID_BYTES:]

    @property
    def _record_key(self) -> bytes:
        return hkdf_expand(self.prk, label("amanet/v1/receipt-record"))

    @property
    def _record_aad(self) -> bytes:
        return label("amanet/v1/receipt-record") + self.lookup


def stored_lookup(pepper: bytes, lookup: bytes) -> bytes:
    """Give what the database knows a receipt by; the pepper is not in the database."""
    return hmac_sha256(pepper, label("amanet/v1/receipt-stored") + lookup)[:16]


def stored_withdraw_token(withdraw_token: bytes) -> bytes:
    """Give what the database keeps of a withdraw token."""
    return sha256(withdraw_token)
