"""One-time codes that link an officer's chat: `/start CODE`.

Laws. A code is 120 random bits, written so that it can be typed on a telephone in either case; only its hash is stored; it works
once and for `LIFETIME` seconds. An officer has one code at most: making or using one voids the others. Whoever makes one hands it to
the officer in person.
"""

import base64
from collections.abc import Callable
from typing import Final

from sealing.encoding import label
from sealing.suite import sha256
from storage.transaction import Transaction

LIFETIME: Final = 3 * 86400
"""Long enough for the next time that coordinator and officer meet over a weekend."""
_RANDOM_BYTES: Final = 15
_LONGEST: Final = 64
_LABEL: Final = label("amanet/v1/link-code")


def make_link_code(tx: Transaction, officer_id: bytes, now: int, rng: Callable[[int], bytes]) -> str:
    """Make a code for an officer, keep its hash, and return it: it is never seen again."""
    tx.officers.void_link_codes(officer_id)
    code = base64.b32encode(rng(_RANDOM_BYTES)).decode("ascii")
    tx.officers.add_link_code(hashed(code), officer_id, now + LIFETIME)
    return code


def redeem(tx: Transaction, typed: str, now: int) -> bytes | None:
    """Use up a code that somebody typed; return whose it is, or None if it is wrong, used or expired."""
    if not 0 < len(typed) <= _LONGEST:
        return None
    officer_id = tx.officers.redeem_link_code(hashed(typed), now)
    if officer_id is not None:
        tx.officers.void_link_codes(officer_id)
    return officer_id


def hashed(code: str) -> bytes:
    """Hash a code as it is stored; letters count the same in either case."""
    return sha256(_LABEL + code.strip().upper().encode())
