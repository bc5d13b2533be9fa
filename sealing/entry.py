"""Entries: an append-only, signed chain of sealed bodies (section 4).

body = HPKE to the case's public key; hash_n covers hash_{n-1}, the ids, the author and SHA-256(body); the signature covers
hash_n.
Laws. A head is what the next entry is chained to: nobody appends to a case without one. A head comes from opening the case, from
sealing an entry, or from `verify_chain`. Appending in storage is compare-and-set on `(case_id, seq)`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Self

from sealing import plaintext as plaintexts
from sealing.case import chain_start
from sealing.directory import Directory
from sealing.encoding import ID_BYTES, label, must_be_id, time_text, u32
from sealing.errors import ChainBroken, EntryRefused, Misuse, NotAccepted
from sealing.identity import Recipient, SigningIdentity
from sealing.padding import is_padded_length, padded_length
from sealing.plaintext import Plaintext
from sealing.suite import OVERHEAD, SUITE, sha256

MAX_BODY_BYTES = OVERHEAD + padded_length(plaintexts.MAX_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHead:
    """Where a case's chain ends: the next entry gets `seq` and is chained to `hash`."""

    case_id: bytes
    key: Recipient
    suite: int
    seq: int
    hash: bytes

    @classmethod
    def of(cls, case_id: bytes, key: Recipient, suite: int = SUITE) -> Self:
        """Give the head of a case without entries."""
        return cls(case_id=case_id, key=key, suite=suite, seq=0, hash=chain_start(case_id, key.public_key, suite))


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedEntry:
    """An entry as stored. After erasing, `body` is None and `body_sha256` stands in its place."""

    entry_id: bytes
    seq: int
    author: bytes
    body: bytes | None
    body_sha256: bytes
    hash: bytes
    signature: bytes

    def erased(self) -> Self:
        """Give the entry without its body; the chain still holds."""
        return replace(self, body=None)


def seal_entry(head: CaseHead, plaintext: Plaintext, author: SigningIdentity, entry_id: bytes) -> tuple[SealedEntry, CaseHead]:
    """Seal and sign the next entry, and give the head after it."""
    if head.suite != SUITE:
        raise Misuse("another suite")
    if (plaintext.get("kind") == "opened") != (head.seq == 0):
        raise Misuse("entry 0, and no other, is `opened`")
    info = entry_info(head.case_id, must_be_id(entry_id), head.seq, author.signer_id)
    return _signed(head, head.key.seal(info, plaintexts.encode(plaintext)), author, entry_id)


def sign_received(head: CaseHead, body: bytes, author: SigningIdentity, entry_id: bytes) -> tuple[SealedEntry, CaseHead]:
    """Chain and sign a body that a reporter's browser sealed: "received, in this order", not "read"."""
    if not is_body_length(len(body)):
        raise NotAccepted("an entry has a size that no padding gives")
    return _signed(head, body, author, must_be_id(entry_id))


def is_body_length(size: int) -> bool:
    """Tell whether some plaintext is sealed to that many bytes."""
    return OVERHEAD < size <= MAX_BODY_BYTES and is_padded_length(size - OVERHEAD)


def _signed(head: CaseHead, body: bytes, author: SigningIdentity, entry_id: bytes) -> tuple[SealedEntry, CaseHead]:
    body_sha256 = sha256(body)
    new_hash = next_hash(
        head.hash,
        case_id=head.case_id,
        entry_id=entry_id,
        seq=head.seq,
        author=author.signer_id,
        body_sha256=body_sha256,
    )
    entry = SealedEntry(
        entry_id=entry_id,
        seq=head.seq,
        author=author.signer_id,
        body=body,
        body_sha256=body_sha256,
        hash=new_hash,
        signature=author.sign(signed_part(new_hash)),
    )
    return entry, replace(head, seq=head.seq + 1, hash=new_hash)


def verify_chain(head: CaseHead, entries: Iterable[SealedEntry], directory: Directory) -> CaseHead:
    """Walk from `head` over the entries after it and give the head they lead to, or say where the chain breaks.

    Whoever appends to a case that they did not just open does this first, from `CaseHead.of` with the key they are about to seal
    to, or from a head they verified before.
    """
    seen: set[bytes] = set()
    for entry in entries:
        if entry.seq != head.seq:
            raise ChainBroken("entry-seq", entry.seq)
        if entry.entry_id in seen:
            raise ChainBroken("entry-twice", entry.seq)
        seen.add(entry.entry_id)
        head = replace(head, seq=head.seq + 1, hash=_verified_hash(head, entry, directory))
    return head


def must_be_officers(
    head: CaseHead, entries: Sequence[SealedEntry], directory: Directory, *, author: bytes, wrapped_to: frozenset[bytes], now: int
) -> CaseHead:
    """Check entries that an officer's browser sealed to follow `head`, and give the head after them, or refuse them.

    All that can be told without opening: `author` wrote each of them, is an officer, has not left and may read the case; sizes are
    possible; numbers, hashes and signatures hold. The caller knows whose `signer_id` the author's is.
    """
    signer = directory.signer(author)
    if signer is None or signer.role != "officer":
        raise EntryRefused("entry-author", head.seq)
    if signer.is_retired(time_text(now)):
        raise EntryRefused("entry-retired", head.seq)
    if not directory.owns_a_wrap(signer, wrapped_to):
        raise EntryRefused("entry-entitled", head.seq)
    for entry in entries:
        if entry.author != author:
            raise EntryRefused("entry-author", entry.seq)
        if len(entry.entry_id) != ID_BYTES or entry.body is None or not is_body_length(len(entry.body)):
            raise EntryRefused("entry-padding", entry.seq)
    try:
        return verify_chain(head, entries, directory)
    except ChainBroken as broken:
        raise EntryRefused(broken.reason, broken.seq) from None


def _verified_hash(head: CaseHead, entry: SealedEntry, directory: Directory) -> bytes:
    body_sha256 = entry.body_sha256 if entry.body is None else sha256(entry.body)
    expected = next_hash(
        head.hash,
        case_id=head.case_id,
        entry_id=entry.entry_id,
        seq=entry.seq,
        author=entry.author,
        body_sha256=body_sha256,
    )
    if entry.hash != expected:
        raise ChainBroken("entry-hash", entry.seq)
    signer = directory.signer(entry.author)
    if signer is None:
        raise ChainBroken("entry-author", entry.seq)
    if not signer.verifier.verify(signed_part(expected), entry.signature):
        raise ChainBroken("entry-signature", entry.seq)
    return expected


def entry_info(case_id: bytes, entry_id: bytes, seq: int, author: bytes) -> bytes:
    """Give what a body is bound to."""
    return label("amanet/v1/entry") + case_id + entry_id + u32(seq) + author


def next_hash(previous: bytes, *, case_id: bytes, entry_id: bytes, seq: int, author: bytes, body_sha256: bytes) -> bytes:
    """Give `hash_n` from `hash_{n-1}` and what entry n is."""
    return sha256(label("amanet/v1/chain") + previous + case_id + entry_id + u32(seq) + author + body_sha256)


def signed_part(entry_hash: bytes) -> bytes:
    """Give what the author signs."""
    return label("amanet/v1/entry-signature") + entry_hash
