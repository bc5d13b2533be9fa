"""Columns at rest: what a process must read again, hidden from whoever takes the database (section 8).

Laws. A value copied to another row or column does not open. Each row and column has its own key, so random nonces never run out.
"""

import re
import unicodedata

from sealing.encoding import ID_BYTES, SECRET_BYTES, b64u, label
from sealing.errors import DoesNotOpen, Misuse
from sealing.suite import NONCE_BYTES, TAG_BYTES, gcm_open, gcm_seal, hkdf_expand, hkdf_extract, hmac_sha256

_LABEL = label("amanet/v1/at-rest")
_COLUMN = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+", re.ASCII)


class AtRest:
    """Seals and opens the columns of one process, under its key."""

    __slots__ = ("_prk",)

    def __init__(self, key: bytes) -> None:
        if len(key) != SECRET_BYTES:
            raise Misuse("an at-rest key has 32 bytes")
        self._prk = hkdf_extract(key)

    def seal(self, column: str, row_id: bytes, plaintext: bytes, nonce: bytes) -> bytes:
        """Seal a value of `table.column` under 12 fresh random bytes."""
        if len(nonce) != NONCE_BYTES:
            raise Misuse("a nonce has 12 bytes")
        context = _context(column, row_id)
        return nonce + gcm_seal(hkdf_expand(self._prk, context), nonce, plaintext, context)

    def open(self, column: str, row_id: bytes, stored: bytes) -> bytes:
        """Give the value that was sealed for this row and column, or refuse."""
        if len(stored) < NONCE_BYTES + TAG_BYTES:
            raise DoesNotOpen
        context = _context(column, row_id)
        return gcm_open(hkdf_expand(self._prk, context), stored[:NONCE_BYTES], stored[NONCE_BYTES:], context)


def _context(column: str, row_id: bytes) -> bytes:
    if not _COLUMN.fullmatch(column) or len(row_id) != ID_BYTES:
        raise Misuse("a column is table.column, a row id has 16 bytes")
    return _LABEL + label(column) + row_id


def chat_row_id(intake_key: bytes, channel: str, bot_id: str, chat_id: str) -> bytes:
    """Give the row id of a chat: nobody without intake's key can tell whose it is. Ids are as the messenger writes them."""
    parts = (part.encode("utf-8") + b"\0" for part in (channel, bot_id, chat_id))
    if "\0" in channel + bot_id + chat_id:
        raise Misuse("an id with a zero byte could pass for another")
    return hmac_sha256(intake_key, label("amanet/v1/chat") + b"".join(parts))[:ID_BYTES]


def name_lookup(desk_key: bytes, name: str) -> bytes:
    """Give the keyed hash by which an officer's name is found: case, spelling of the same letters and space around it do not matter."""
    return hmac_sha256(desk_key, label("amanet/v1/officer-name") + folded_name(name).encode("utf-8", "replace"))[:ID_BYTES]


def folded_name(name: str) -> str:
    """Give the one spelling of a name under which an officer signs in."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def webhook_secret(key: bytes, bot: str) -> str:
    """Give the secret that Telegram repeats with each update of a bot: the same in every process that holds the key."""
    return b64u(hmac_sha256(key, label("amanet/v1/webhook") + label(bot)))
