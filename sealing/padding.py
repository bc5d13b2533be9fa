"""How sizes are hidden (section 4, and section 5 for Padmé).

padded: `u32(length) || plaintext || zeros`.
Laws. A reader refuses every length that a writer would not have made, and padding that is not zeros.
"""

from sealing.encoding import u32
from sealing.errors import DoesNotOpen

BLOCK = 512
FINE_UP_TO = 8192
"""Up to here sizes are rounded to blocks; above, Padmé costs at most 12 % and leaves few distinct sizes."""


def padme(length: int) -> int:
    """Round up so that only the leading bits of a length can be seen.

    E = floor(log2(length)), S = bit length of E (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", 2019); the
    known answers settle that E is this, wherever a text can be read otherwise.
    """
    e = length.bit_length() - 1
    s = e.bit_length()
    mask = (1 << (e - s)) - 1
    return (length + mask) & ~mask


def padded_length(length: int) -> int:
    """Give the size that a plaintext of `length` bytes is padded to."""
    whole = 4 + length
    return -(-whole // BLOCK) * BLOCK if whole <= FINE_UP_TO else padme(whole)


def is_padded_length(size: int) -> bool:
    """Tell whether some plaintext is padded to `size`: all that can be checked of a body that does not open here."""
    return size >= BLOCK and padded_length(size - 4) == size


def pad(plaintext: bytes, at_least: int = 0) -> bytes:
    """Pad as if the plaintext had at least `at_least` bytes."""
    framed = u32(len(plaintext)) + plaintext
    return framed.ljust(padded_length(max(len(plaintext), at_least)), b"\0")


def unpad(padded: bytes, at_least: int = 0) -> bytes:
    """Give the plaintext that `pad` was given, or refuse."""
    plaintext = content(padded)
    if not is_padded_for(padded, len(plaintext), at_least):
        raise DoesNotOpen
    return plaintext


def content(padded: bytes) -> bytes:
    """Give the plaintext whose padding is zeros; whether it was padded to the right size is `is_padded_for`'s to say."""
    end = 4 + int.from_bytes(padded[:4], "big")
    if len(padded) < max(end, BLOCK) or padded.count(0, end) != len(padded) - end:
        raise DoesNotOpen
    return padded[4:end]


def is_padded_for(padded: bytes, length: int, at_least: int = 0) -> bool:
    """Tell whether a plaintext of `length` bytes is padded to the size that `pad` would give."""
    return len(padded) == padded_length(max(length, at_least))
