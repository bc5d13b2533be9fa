"""Attachments: STREAM over AES-256-GCM, with Padmé zeros after the plaintext (section 5).

Stored: 7 random bytes, then chunks of 65,536 bytes and their tags, only the last shorter; nonce = the 7 bytes || u32(chunk
number) || 1 for the last and else 0 (Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance", 2015).
Laws. A file is never whole in memory here: what comes in goes out sealed, one chunk late, because the last must be known as last.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

from sealing.encoding import SECRET_BYTES, Rng, b64u, label, must_be_id, u32
from sealing.errors import Misuse
from sealing.padding import padme
from sealing.suite import TAG_BYTES, gcm_seal

CHUNK_BYTES = 65536
PREFIX_BYTES = 7

AT_LEAST = 4096
"""Short voice messages and small pictures look alike."""


def padded_size(size: int) -> int:
    """Give how many bytes are sealed for a file of `size` bytes."""
    return padme(max(size, AT_LEAST))


def stored_size(size: int) -> int:
    """Give how many bytes are stored for a file of `size` bytes."""
    padded = padded_size(size)
    return PREFIX_BYTES + padded + -(-padded // CHUNK_BYTES) * TAG_BYTES


def blob_aad(case_id: bytes, blob_id: bytes) -> bytes:
    """Give what every chunk is bound to."""
    return label("amanet/v1/blob") + must_be_id(case_id) + must_be_id(blob_id)


def chunk_nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    """Give the nonce of a chunk: a chunk moved, or a stream cut short, does not open."""
    return prefix + u32(number) + (b"\1" if is_last else b"\0")


class BlobSealer:
    """Seals one file while it arrives: `update` and `finish` give what is to be stored, in order."""

    def __init__(self, case_id: bytes, blob_id: bytes, rng: Rng) -> None:
        self.blob_id = blob_id
        self.size = 0
        self._aad = blob_aad(case_id, blob_id)
        self._key = rng(SECRET_BYTES)
        self._prefix = rng(PREFIX_BYTES)
        self._held = bytearray()
        self._chunks = 0
        self._hash = hashlib.sha256()
        self._is_finished = False

    def update(self, some: bytes) -> bytes:
        """Take the next bytes of the file and give the chunks that are complete."""
        if self._is_finished:
            raise Misuse("the file has ended")
        self.size += len(some)
        self._hash.update(some)
        return b"".join(self._take(some))

    def finish(self) -> Iterator[bytes]:
        """End the file: add the zeros and give the remaining chunks, one at a time."""
        if self._is_finished:
            raise Misuse("the file has ended")
        self._is_finished = True
        return self._rest()

    def _rest(self) -> Iterator[bytes]:
        zeros = padded_size(self.size) - self.size
        while zeros:
            some = min(zeros, CHUNK_BYTES)
            zeros -= some
            yield from self._take(bytes(some))
        yield from self._start()
        yield self._sealed(bytes(self._held), is_last=True)

    def attachment(self, at: str, media_type: str) -> dict[str, Any]:
        """Give the entry that lets readers open the file; only after `finish`."""
        if not self._is_finished:
            raise Misuse("the file has not ended")
        return {
            "kind": "attachment",
            "at": at,
            "blob_id": b64u(self.blob_id),
            "key": b64u(self._key),
            "size": self.size,
            "media_type": media_type,
            "sha256": b64u(self._hash.digest()),
        }

    def _take(self, some: bytes) -> Iterator[bytes]:
        self._held += some
        while len(self._held) > CHUNK_BYTES:
            yield from self._start()
            chunk = bytes(self._held[:CHUNK_BYTES])
            del self._held[:CHUNK_BYTES]
            yield self._sealed(chunk, is_last=False)

    def _start(self) -> Iterator[bytes]:
        if self._chunks == 0:
            yield self._prefix

    def _sealed(self, chunk: bytes, *, is_last: bool) -> bytes:
        nonce = chunk_nonce(self._prefix, self._chunks, is_last)
        self._chunks += 1
        return gcm_seal(self._key, nonce, chunk, self._aad)
