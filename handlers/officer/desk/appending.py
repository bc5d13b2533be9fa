"""Entries from an officer's browser, put at the end of a case's chain.

Laws. Nothing is opened here, nor can it be. Everything that can be told from outside is: the author is the session's officer, in the
directory in force, not retired, of a team that may read; numbers, sizes, hashes and signatures hold (`sealing.entry.must_be_officers`).
The head of the case is locked before it is compared, so of two officers who append at one time one is told where the chain ends now.
"""

from collections.abc import Sequence

from handlers.directory_in_force import DirectoryInForce
from handlers.officer.desk.answers import Refused
from handlers.officer.desk.case_access import signer_of
from handlers.officer.desk.case_bodies import SealedEntryBody
from handlers.officer.desk.scope import read_bytes, read_id
from sealing.entry import CaseHead, SealedEntry, must_be_officers
from sealing.errors import EntryRefused
from sealing.identity import SIGNATURE_BYTES, Recipient
from sealing.suite import sha256
from storage.case_values import StoredHead
from storage.errors import AlreadyThere
from storage.transaction import Transaction


def must_be_next(head: StoredHead, expected_seq: int) -> None:
    """Refuse entries that were sealed after another head than the one there is."""
    if head.seq != expected_seq:
        raise Refused(409, "conflict", entries=head.seq)


def append(
    tx: Transaction,
    directory: DirectoryInForce,
    case_id: bytes,
    head: StoredHead,
    written: Sequence[SealedEntryBody],
    *,
    officer_id: bytes,
    wrapped_to: frozenset[bytes],
    now: int,
) -> int:
    """Append what an officer's browser sealed after this head; return how many entries there are then."""
    if not written:
        return head.seq
    author = signer_of(directory, officer_id)
    entries = [_entry(one, head.seq + place, author) for place, one in enumerate(written)]
    at = CaseHead(case_id=case_id, key=Recipient.from_bytes(head.public_key), suite=head.suite, seq=head.seq, hash=head.hash)
    try:
        after = must_be_officers(at, entries, directory.now, author=author, wrapped_to=wrapped_to, now=now)
        tx.cases.append(case_id, head.seq, entries)
    except EntryRefused as refused:
        raise Refused(422, "refused", reason=refused.reason) from None
    except AlreadyThere:
        raise Refused(422, "refused", reason="entry-twice") from None
    tx.snoozes.follow(case_id, before=head.seq - 1, seq=after.seq - 1)
    return after.seq


def _entry(written: SealedEntryBody, seq: int, author: bytes) -> SealedEntry:
    body = read_bytes(written.body)
    return SealedEntry(
        entry_id=read_id(written.entry_id),
        seq=seq,
        author=author,
        body=body,
        body_sha256=sha256(body),
        hash=read_bytes(written.hash, 32),
        signature=read_bytes(written.signature, SIGNATURE_BYTES),
    )
