"""Judging and opening the entries of a file, one after the other (section 4).

Laws. The expected hash is computed from what lies there; where it does not fit, the walk goes on from the hash that the author
did sign, so that one change breaks one entry and not all that follow. Every entry is opened if it can be, however broken.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sealing import plaintext as plaintexts
from sealing.case import chain_start
from sealing.directory import Directory, Signer
from sealing.encoding import b64u, unb64u
from sealing.entry import next_hash, signed_part
from sealing.errors import DoesNotOpen
from sealing.files import Break, ReadEntry
from sealing.identity import Identity
from sealing.open.steps import open_body
from sealing.padding import content
from sealing.plaintext import Plaintext, is_from_reporter
from sealing.suite import sha256

FROM_INTAKE = frozenset({"opened", "answers", "answer", "narrative"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContext:
    """What an entry is judged against; what could not be had is None."""

    case_id: bytes | None
    public_key: bytes | None
    case: Identity | None
    directory: Directory | None
    wrapped_to: frozenset[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedEntry:
    """An entry, what it says, and everything that is wrong with it."""

    read: ReadEntry
    signer: Signer | None
    plaintext: Plaintext | None = field(repr=False)
    breaks: tuple[Break, ...]

    def to_json(self) -> dict[str, Any]:
        """Write it for the report; `erased` and `left` stand there only where they are so."""
        read, signer = self.read, self.signer
        report: dict[str, Any] = {
            "seq": read.seq,
            "entry_id": None if read.entry_id is None else b64u(read.entry_id),
            "author": None if read.author is None else b64u(read.author),
            "role": None if signer is None else signer.role,
            "plaintext": self.plaintext,
            "broken": list(dict.fromkeys(found.reason for found in self.breaks)),
        }
        if read.is_erased:
            report["erased"] = True
        if signer is not None and signer.retired_at is not None:
            report["left"] = signer.retired_at
        return report


class Walk:
    """Goes over a case's entries in the order of the file."""

    def __init__(self, context: CaseContext) -> None:
        self._context = context
        self._previous: bytes | None = None
        if context.case_id is not None and context.public_key is not None:
            self._previous = chain_start(context.case_id, context.public_key)
        self._expected_seq = 0
        self._entry_ids: set[bytes] = set()
        self._named: set[bytes] = set()
        self._ids_within: set[tuple[str, str]] = set()

    def judge(self, read: ReadEntry) -> JudgedEntry:
        """Judge the next entry and open it."""
        breaks = [*read.breaks, *self._order(read)]
        signer = self._signer(read)
        if signer is None:
            breaks.append(_break(read, "entry-author", "its author is not in the directory"))
        breaks += self._chain(read, signer)
        plaintext, faults = self._open(read)
        breaks += faults
        if plaintext is not None:
            breaks += self._words(read, plaintext, signer)
            if not breaks:
                self._follow(plaintext)
        return JudgedEntry(read=read, signer=signer, plaintext=plaintext, breaks=tuple(breaks))

    def _signer(self, read: ReadEntry) -> Signer | None:
        if read.author is None or self._context.directory is None:
            return None
        return self._context.directory.signer(read.author)

    def _order(self, read: ReadEntry) -> Iterator[Break]:
        if read.seq is not None and read.seq != self._expected_seq:
            yield _break(read, "entry-seq", f"number {self._expected_seq} was expected here")
        self._expected_seq = max(self._expected_seq, -1 if read.seq is None else read.seq) + 1
        if read.entry_id is None:
            return
        if read.entry_id in self._entry_ids:
            yield _break(read, "entry-twice", "its id stands twice")
        self._entry_ids.add(read.entry_id)

    def _chain(self, read: ReadEntry, signer: Signer | None) -> Iterator[Break]:
        expected = self._expected_hash(read)
        is_signed = signer is not None and _is_signed(signer, expected, read.signature)
        if read.hash is not None and read.hash != expected:
            yield _break(read, "entry-hash", "it does not follow from the entry before it")
        if signer is not None and not is_signed:
            yield _break(read, "entry-signature", "its author did not sign it in this place")
        self._previous = expected if is_signed else read.hash

    def _expected_hash(self, read: ReadEntry) -> bytes | None:
        body_sha256 = read.body_sha256 if read.body is None else sha256(read.body)
        if (
            self._previous is None
            or self._context.case_id is None
            or read.entry_id is None
            or read.seq is None
            or read.author is None
            or body_sha256 is None
        ):
            return None
        return next_hash(
            self._previous,
            case_id=self._context.case_id,
            entry_id=read.entry_id,
            seq=read.seq,
            author=read.author,
            body_sha256=body_sha256,
        )

    def _open(self, read: ReadEntry) -> tuple[Plaintext | None, list[Break]]:
        if read.is_erased:
            return None, []
        padded = self._padded(read)
        if padded is None:
            return None, [_break(read, "entry-open", "it does not open")]
        try:
            raw = content(padded)
        except DoesNotOpen:
            return None, [_break(read, "entry-padding", "its padding is not zeros")]
        try:
            plaintext = plaintexts.read(raw)
        except DoesNotOpen:
            return None, [_break(read, "entry-json", "it is not a JSON object without doubled names")]
        if not plaintexts.padding_is_right(padded, raw, plaintext):
            return None, [_break(read, "entry-padding", "it is padded to another size")]
        return plaintext, []

    def _padded(self, read: ReadEntry) -> bytes | None:
        case, case_id = self._context.case, self._context.case_id
        if case is None or case_id is None or read.body is None:
            return None
        if read.entry_id is None or read.seq is None or read.author is None:
            return None
        try:
            return open_body(case, read.body, case_id=case_id, entry_id=read.entry_id, seq=read.seq, author=read.author)
        except DoesNotOpen:
            return None

    def _words(self, read: ReadEntry, plaintext: Plaintext, signer: Signer | None) -> Iterator[Break]:
        fault = plaintexts.fault(plaintext)
        if fault is not None:
            yield _break(read, "entry-json", fault)
            return
        if (plaintext["kind"] == "opened") != (read.seq == 0):
            yield _break(read, "entry-seq", "`opened` is entry 0, and no other entry is")
        if self._is_repeated(plaintext):
            yield _break(read, "entry-twice", "it repeats the id of a message or an attachment")
        if signer is None or self._context.directory is None:
            return
        if signer.is_retired(plaintext["at"]):
            yield _break(read, "entry-retired", "its author had left by then")
        if not _is_entitled(plaintext, signer, self._context.directory, self._context.wrapped_to | self._named):
            yield _break(read, "entry-entitled", "its author may not write this into this case")

    def _follow(self, plaintext: Plaintext) -> None:
        """Keep which keys could read by then: a team that was shut out has no wrap any more, and what it wrote before stays right."""
        match plaintext:
            case {"kind": "opened", "team_key_ids": key_ids}:
                self._named |= {unb64u(key_id) for key_id in key_ids}
            case {"kind": "access", "key_id": key_id}:
                self._named.add(unb64u(key_id))
            case {"kind": "status", "status": "shut-out", "team_id": team_id}:
                team = self._context.directory and self._context.directory.team(team_id)
                self._named -= team.key_ids if team else frozenset()

    def _is_repeated(self, plaintext: Plaintext) -> bool:
        name = {"message": "message_id", "attachment": "blob_id"}.get(plaintext["kind"])
        if name is None or name not in plaintext:
            return False
        this = (name, str(plaintext[name]))
        is_repeated = this in self._ids_within
        self._ids_within.add(this)
        return is_repeated


def _is_signed(signer: Signer, expected: bytes | None, signature: bytes | None) -> bool:
    if expected is None or signature is None:
        return False
    return signer.verifier.verify(signed_part(expected), signature)


def _is_entitled(plaintext: Plaintext, signer: Signer, directory: Directory, readers: frozenset[bytes]) -> bool:
    kind = plaintext["kind"]
    if signer.role == "officer" and not directory.owns_a_wrap(signer, readers):
        return False
    if kind == "note" or (kind == "message" and not is_from_reporter(plaintext)):
        return signer.role == "officer"
    if kind in FROM_INTAKE or kind == "message":
        return signer.role == "intake"
    return True


def _break(read: ReadEntry, reason: str, detail: str) -> Break:
    return Break(where=read.where, reason=reason, detail=detail)
