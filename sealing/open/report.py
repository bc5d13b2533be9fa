"""The report on a case's file, `amanet-opened/1` (section 9).

Laws. The order of `broken` is the order in which a person should look: the file, the directory, the keys, the entries, the
attachments, and at last what is missing from the end.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sealing.case import WRAP_BYTES
from sealing.directory import Directory
from sealing.encoding import b64u, unb64u
from sealing.errors import DirectoryRefused, DoesNotOpen
from sealing.files import Break, ReadCase, read_case
from sealing.identity import Identity
from sealing.open.entries import CaseContext, JudgedEntry, Walk
from sealing.open.steps import cut, open_stream, open_team_wrap, unwrap
from sealing.plaintext import Plaintext, fault
from sealing.signed_directory import verify_directory
from sealing.suite import sha256

FORMAT = "amanet-opened/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """How many entries of this case were seen before, and the hash of the last of them."""

    entries: int
    last_hash: bytes


def open_case(
    file: object,
    *,
    identity_seed: bytes,
    root_public_key: bytes,
    team_wrap: object = None,
    lowest_serial: int = 0,
    remembered: Remembered | None = None,
) -> dict[str, Any]:
    """Open the file of a case (bytes, or the JSON value they parse to) and report what it says and what is broken.

    `team_wrap` is the JSON value of a team wrap. `lowest_serial` and `remembered` are what the reader knows from before.
    """
    breaks: list[Break] = []
    read = read_case(file)
    breaks += read.breaks
    directory = _directory(read, root_public_key, lowest_serial, breaks)
    reader, case = _keys(read, Identity.from_seed(identity_seed), team_wrap, breaks)
    public_key = case.recipient.public_key if read.public_key is None and case is not None else read.public_key
    walk = Walk(
        CaseContext(
            case_id=read.case_id,
            public_key=public_key,
            case=case,
            directory=directory,
            wrapped_to=frozenset(wrap.key_id for _, wrap in read.wraps),
        )
    )
    entries = [walk.judge(entry) for entry in read.entries]
    breaks += (found for entry in entries for found in entry.breaks)
    breaks += _other_wraps(read, reader, entries, directory)
    blobs = _blobs(read, entries, breaks)
    breaks += _rollback(entries, remembered)
    return {
        "format": FORMAT,
        "ok": not breaks,
        "case_id": None if read.case_id is None else b64u(read.case_id),
        "opened_with": b64u(reader.key_id),
        "directory": {
            "serial": None if directory is None else directory.serial,
            "issued_at": None if directory is None else directory.issued_at,
        },
        "entries": [entry.to_json() for entry in entries],
        "blobs": blobs,
        "broken": [{"where": found.where, "reason": found.reason, "detail": found.detail} for found in breaks],
    }


def _directory(read: ReadCase, root_public_key: bytes, lowest_serial: int, breaks: list[Break]) -> Directory | None:
    if read.directory is None:
        return None
    try:
        return verify_directory(read.directory.document, read.directory.signature, root_public_key, highest_serial=lowest_serial)
    except DirectoryRefused as refused:
        breaks.append(Break(where="directory", reason=refused.reason, detail=refused.detail))
        return None


def _keys(read: ReadCase, own: Identity, team_wrap: object, breaks: list[Break]) -> tuple[Identity, Identity | None]:
    """Find who reads, the team or the identity itself, and unwrap the case for them."""
    readers = [own]
    if team_wrap is not None:
        try:
            readers.insert(0, open_team_wrap(own, team_wrap))
        except DoesNotOpen:
            breaks.append(Break(where="team", reason="team-wrap", detail="the team wrap does not open with this identity"))
    found: list[Break] = []
    for reader in readers:
        for where, wrap in read.wraps:
            if wrap.key_id != reader.key_id or read.case_id is None:
                continue
            try:
                case = unwrap(reader, read.case_id, wrap.sealed)
            except DoesNotOpen:
                found.append(Break(where=where, reason="wrap-open", detail="the wrap does not open"))
                continue
            breaks += found
            if case.recipient.public_key != read.public_key:
                breaks.append(Break(where=where, reason="case-key", detail="the wrap holds the key of another case"))
            return reader, case
    breaks += found or [Break(where="wraps", reason="no-wrap", detail="there is no wrap for this identity")]
    return readers[0], None


def _other_wraps(read: ReadCase, reader: Identity, entries: list[JudgedEntry], directory: Directory | None) -> Iterator[Break]:
    """Name the wraps that cannot be one, and those that neither `opened` nor `access` announced: somebody reads along."""
    for where, wrap in read.wraps:
        if wrap.key_id != reader.key_id and len(wrap.sealed) != WRAP_BYTES:
            yield Break(where=where, reason="wrap-open", detail="a wrap has another size")
    if directory is None or all(entry.plaintext is None for entry in entries):
        return
    named = {directory.recovery.key_id}.union(*(_named_by(entry) for entry in entries))
    for where, wrap in read.wraps:
        if wrap.key_id not in named:
            yield Break(where=where, reason="wrap-open", detail="no entry says that this key may read")


def _named_by(entry: JudgedEntry) -> set[bytes]:
    plaintext = entry.plaintext
    if plaintext is None or entry.breaks:
        return set()
    match plaintext["kind"]:
        case "opened":
            return {unb64u(key_id) for key_id in plaintext["team_key_ids"]}
        case "access":
            return {unb64u(plaintext["key_id"])}
        case _:
            return set()


def _blobs(read: ReadCase, entries: list[JudgedEntry], breaks: list[Break]) -> list[dict[str, Any]]:
    stored: dict[bytes, tuple[str, bytes]] = {}
    for where, blob_id, content in reversed(read.blobs):
        stored[blob_id] = (where, content)
    used: set[str] = set()
    opened = []
    for entry_where, attachment in _attachments(entries):
        blob_id = unb64u(attachment["blob_id"])
        if blob_id not in stored:
            breaks.append(Break(where=entry_where, reason="blob-missing", detail="its attachment is not there"))
            continue
        where, content = stored[blob_id]
        used.add(where)
        try:
            opened.append(_opened_blob(where, attachment, content, read.case_id, breaks))
        except DoesNotOpen:
            breaks.append(Break(where=where, reason="blob-open", detail="it does not open"))
    if any(entry.plaintext is not None for entry in entries):
        breaks += _stray(read, used)
    return [found for found in opened if found is not None]


def _stray(read: ReadCase, used: set[str]) -> Iterator[Break]:
    for where, _, _ in read.blobs:
        if where not in used:
            yield Break(where=where, reason="blob-stray", detail="no entry describes it")


def _opened_blob(
    where: str, attachment: Plaintext, stored: bytes, case_id: bytes | None, breaks: list[Break]
) -> dict[str, Any] | None:
    assert case_id is not None  # an entry has been opened, which is bound to it
    padded = open_stream(unb64u(attachment["key"]), stored, case_id=case_id, blob_id=unb64u(attachment["blob_id"]))
    try:
        content = cut(padded, attachment["size"])
    except DoesNotOpen:
        breaks.append(Break(where=where, reason="blob-size", detail="it has another size, or its padding is not zeros"))
        return None
    digest = sha256(content)
    if digest != unb64u(attachment["sha256"]):
        breaks.append(Break(where=where, reason="blob-sha256", detail="its content is not what the entry describes"))
    return {"blob_id": attachment["blob_id"], "size": len(content), "sha256": b64u(digest)}


def _attachments(entries: list[JudgedEntry]) -> Iterator[tuple[str, Plaintext]]:
    """Find the attachments that are described well enough to be looked for."""
    for entry in entries:
        plaintext = entry.plaintext
        if plaintext is not None and plaintext.get("kind") == "attachment" and fault(plaintext) is None:
            yield entry.read.where, plaintext


def _rollback(entries: list[JudgedEntry], remembered: Remembered | None) -> Iterator[Break]:
    if remembered is None or remembered.entries == 0:
        return
    seen = entries[remembered.entries - 1].read.hash if remembered.entries <= len(entries) else None
    if seen != remembered.last_hash:
        yield Break(where="entries", reason="case-rollback", detail="entries that were seen before are missing or changed")
