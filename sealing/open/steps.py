"""The single steps of opening, each of which succeeds or refuses.

Laws. Every step undoes exactly one construction of the room; none of them judges who wrote something.
"""

from typing import Any

from sealing import plaintext as plaintexts
from sealing.blob import CHUNK_BYTES, PREFIX_BYTES, blob_aad, chunk_nonce, padded_size
from sealing.case import TeamWrap, team_wrap_info, wrap_info
from sealing.encoding import ID_BYTES, SECRET_BYTES, unb64u
from sealing.entry import entry_info
from sealing.errors import DoesNotOpen
from sealing.identity import Identity
from sealing.plaintext import Plaintext
from sealing.suite import TAG_BYTES, gcm_open, sha256


def open_team_wrap(member: Identity, value: Any) -> Identity:
    """Give the team's identity to one of its members, out of an `amanet-team-wrap/1`."""
    wrap = TeamWrap.from_json(value)
    if wrap.member_key_id != member.key_id:
        raise DoesNotOpen
    team = _identity(member.open(team_wrap_info(wrap.team_key_id, member.key_id), wrap.sealed))
    if team.key_id != wrap.team_key_id:
        raise DoesNotOpen
    return team


def unwrap(reader: Identity, case_id: bytes, sealed: bytes) -> Identity:
    """Give the identity of a case. The caller compares its public key with the case's."""
    return _identity(reader.open(wrap_info(case_id, reader.key_id), sealed))


def _identity(seed: bytes) -> Identity:
    if len(seed) != SECRET_BYTES:
        raise DoesNotOpen
    return Identity.from_seed(seed)


def open_body(case: Identity, body: bytes, *, case_id: bytes, entry_id: bytes, seq: int, author: bytes) -> bytes:
    """Give the padded plaintext of an entry."""
    return case.open(entry_info(case_id, entry_id, seq, author), body)


def open_entry(case: Identity, body: bytes, *, case_id: bytes, entry_id: bytes, seq: int, author: bytes) -> Plaintext:
    """Give what an entry says."""
    return plaintexts.decode(open_body(case, body, case_id=case_id, entry_id=entry_id, seq=seq, author=author))


def open_stream(key: bytes, stored: bytes, *, case_id: bytes, blob_id: bytes) -> bytes:
    """Give the padded bytes of an attachment."""
    prefix, chunks = stored[:PREFIX_BYTES], stored[PREFIX_BYTES:]
    if len(stored) < PREFIX_BYTES + TAG_BYTES:
        raise DoesNotOpen
    aad = blob_aad(case_id, blob_id)
    step = CHUNK_BYTES + TAG_BYTES
    opened = [
        gcm_open(key, chunk_nonce(prefix, number, start + step >= len(chunks)), chunks[start : start + step], aad)
        for number, start in enumerate(range(0, len(chunks), step))
    ]
    if not opened[-1] and len(opened) > 1:
        raise DoesNotOpen
    return b"".join(opened)


def cut(padded: bytes, size: int) -> bytes:
    """Cut an attachment to its size; refuse any other padding than that of this size."""
    if len(padded) != padded_size(size) or padded.count(0, size) != len(padded) - size:
        raise DoesNotOpen
    return padded[:size]


def open_blob(attachment: Plaintext, stored: bytes, case_id: bytes) -> bytes:
    """Give the file that an `attachment` entry describes."""
    blob_id = unb64u(attachment.get("blob_id"), ID_BYTES)
    padded = open_stream(unb64u(attachment.get("key"), SECRET_BYTES), stored, case_id=case_id, blob_id=blob_id)
    content = cut(padded, attachment["size"])
    if sha256(content) != unb64u(attachment.get("sha256"), 32):
        raise DoesNotOpen
    return content
