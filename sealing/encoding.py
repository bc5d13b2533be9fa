"""How numbers, labels, bytes and times are written, everywhere in this room.

Laws. What is read back is the only spelling of itself: base64url has no padding, no foreign character and zero unused bits;
a time is exactly `YYYY-MM-DDTHH:MM:SSZ`, so that times compare as text.
"""

import base64
import binascii
import re
from collections.abc import Callable
from datetime import UTC, datetime

from sealing.errors import DoesNotOpen, Misuse

Rng = Callable[[int], bytes]
"""Gives that many unpredictable bytes. Always an argument."""

ID_BYTES = 16
"""Length of case, entry, blob, message and officer ids, of key ids and signer ids: 128 bits never meet by chance."""

SECRET_BYTES = 32

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


def label(text: str) -> bytes:
    """Give the ASCII bytes of `text` and one zero byte, so that no label is the beginning of another."""
    return text.encode("ascii") + b"\0"


def u32(number: int) -> bytes:
    """Write a number in 4 bytes, big-endian."""
    return number.to_bytes(4, "big")


def b64u(raw: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def unb64u(text: object, size: int | None = None) -> bytes:
    """Read base64url; refuse every spelling that `b64u` would not have written, and any other size than `size`."""
    if not isinstance(text, str):
        raise DoesNotOpen
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raise DoesNotOpen from None
    if b64u(raw) != text or (size is not None and len(raw) != size):
        raise DoesNotOpen
    return raw


def time_text(now: int) -> str:
    """Write unix seconds as a time."""
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_time(value: object) -> bool:
    """Tell whether `value` is a time that exists, in its only spelling."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def must_be_id(raw: bytes) -> bytes:
    """Give back an id; anything but 16 bytes is a caller's mistake."""
    if len(raw) != ID_BYTES:
        raise Misuse("an id has 16 bytes")
    return raw
