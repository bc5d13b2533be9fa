"""The audit log's chain: what was written cannot be changed or taken from the middle without showing.

`hash_n = SHA-256(label("amanet/v1/audit") || hash_{n-1} || canonical JSON of the record)`, `hash_0` being 32 zero bytes. Like a case's
chain it does not protect the end: whoever can write the database can drop the newest records.
"""

from collections.abc import Iterable
from typing import Any

from sealing.encoding import label
from sealing.json_text import canonical
from sealing.suite import sha256

BEFORE_THE_FIRST = bytes(32)
"""What stands for the hash before the first record."""

_LABEL = label("amanet/v1/audit")


def audit_hash(before: bytes, record: dict[str, Any]) -> bytes:
    """Give the hash of a record (ids as text, times and numbers as integers) that follows `before`."""
    return sha256(_LABEL + before + canonical(record))


def first_break(before: bytes, records: Iterable[tuple[dict[str, Any], bytes]]) -> int | None:
    """Give the place (from 0) of the first record whose hash does not follow from the one before it, or None if the chain is whole."""
    for place, (record, told) in enumerate(records):
        if audit_hash(before, record) != told:
            return place
        before = told
    return None
