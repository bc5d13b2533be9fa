"""The file of a case, `amanet-case/1`: what the server holds, nothing it could not hand to a thief (section 9).

Laws. Writing gives a plain dict for JSON. Reading never gives up: every part that is malformed is named as a break and left out,
the rest is there, because words that can be read must not be hidden by bytes that cannot.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sealing import json_text
from sealing.case import Wrap
from sealing.encoding import ID_BYTES, b64u, unb64u
from sealing.entry import SealedEntry
from sealing.errors import DoesNotOpen, Misuse
from sealing.identity import PUBLIC_KEY_BYTES, SIGNATURE_BYTES
from sealing.signed_directory import SignedDirectory
from sealing.suite import SUITE

FORMAT = "amanet-case/1"
MAX_SEQ = 2**32 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Something that is not as it must be: where, one of section 9's reasons, and a plain sentence."""

    where: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEntry:
    """An entry of a file; what was malformed is None and stands in `breaks`."""

    where: str
    entry_id: bytes | None
    seq: int | None
    author: bytes | None
    body: bytes | None
    body_sha256: bytes | None
    hash: bytes | None
    signature: bytes | None
    is_erased: bool
    breaks: tuple[Break, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCase:
    """A file as far as it could be read."""

    case_id: bytes | None
    public_key: bytes | None
    wraps: tuple[tuple[str, Wrap], ...]
    entries: tuple[ReadEntry, ...]
    blobs: tuple[tuple[str, bytes, bytes], ...] = field(repr=False)
    directory: SignedDirectory | None
    breaks: tuple[Break, ...]


def write_case(
    *,
    case_id: bytes,
    public_key: bytes,
    wraps: Iterable[Wrap],
    entries: Iterable[SealedEntry],
    blobs: Iterable[tuple[bytes, bytes]],
    directory: SignedDirectory,
    suite: int = SUITE,
) -> dict[str, Any]:
    """Give the file of a case; `blobs` are ids and stored bytes."""
    if len(case_id) != ID_BYTES or len(public_key) != PUBLIC_KEY_BYTES:
        raise Misuse("a case has an id and a public key")
    return {
        "format": FORMAT,
        "suite": suite,
        "case_id": b64u(case_id),
        "case_public_key": b64u(public_key),
        "wraps": [{"key_id": b64u(wrap.key_id), "sealed": b64u(wrap.sealed)} for wrap in wraps],
        "entries": [_written_entry(entry) for entry in entries],
        "blobs": [{"blob_id": b64u(blob_id), "bytes": b64u(stored)} for blob_id, stored in blobs],
        "directory": {"document": b64u(directory.document), "signature": b64u(directory.signature)},
    }


def _written_entry(entry: SealedEntry) -> dict[str, Any]:
    body: dict[str, Any] = {"body": None, "body_sha256": b64u(entry.body_sha256)}
    if entry.body is not None:
        body = {"body": b64u(entry.body)}
    return {
        "entry_id": b64u(entry.entry_id),
        "seq": entry.seq,
        "author": b64u(entry.author),
        **body,
        "hash": b64u(entry.hash),
        "signature": b64u(entry.signature),
    }


def read_case(file: object) -> ReadCase:
    """Read a file: its bytes, or the JSON value they parse to."""
    breaks: list[Break] = []
    value = _object(file, breaks)
    if value.get("format") != FORMAT:
        breaks.append(Break(where="format", reason="file-format", detail="this is not a file of a case"))
    if type(value.get("suite")) is not int:
        breaks.append(_malformed("suite"))
    elif value["suite"] != SUITE:
        breaks.append(Break(where="suite", reason="file-suite", detail="the file says another suite"))
    return ReadCase(
        case_id=_bytes(value, "case_id", "case_id", breaks, ID_BYTES),
        public_key=_bytes(value, "case_public_key", "case_public_key", breaks, PUBLIC_KEY_BYTES),
        wraps=_wraps(value, breaks),
        entries=tuple(_entry(where, item) for where, item in _items(value, "entries", breaks)),
        blobs=_blobs(value, breaks),
        directory=_directory(value, breaks),
        breaks=tuple(breaks),
    )


def _object(file: object, breaks: list[Break]) -> dict[str, Any]:
    if isinstance(file, bytes):
        try:
            file = json_text.read(file)
        except DoesNotOpen:
            file = None
    if isinstance(file, dict):
        return file
    breaks.append(Break(where="file", reason="file-format", detail="this is not a JSON object"))
    return {}


def _wraps(value: dict[str, Any], breaks: list[Break]) -> tuple[tuple[str, Wrap], ...]:
    wraps = []
    for where, item in _items(value, "wraps", breaks):
        key_id = _bytes(item, "key_id", f"{where}.key_id", breaks, ID_BYTES)
        sealed = _bytes(item, "sealed", f"{where}.sealed", breaks)
        if key_id is not None and sealed is not None:
            wraps.append((where, Wrap(key_id=key_id, sealed=sealed)))
    return tuple(wraps)


def _blobs(value: dict[str, Any], breaks: list[Break]) -> tuple[tuple[str, bytes, bytes], ...]:
    blobs = []
    for where, item in _items(value, "blobs", breaks):
        blob_id = _bytes(item, "blob_id", f"{where}.blob_id", breaks, ID_BYTES)
        stored = _bytes(item, "bytes", f"{where}.bytes", breaks)
        if blob_id is not None and stored is not None:
            blobs.append((where, blob_id, stored))
    return tuple(blobs)


def _directory(value: dict[str, Any], breaks: list[Break]) -> SignedDirectory | None:
    item = value.get("directory")
    if not isinstance(item, dict):
        breaks.append(_malformed("directory"))
        return None
    document = _bytes(item, "document", "directory.document", breaks)
    signature = _bytes(item, "signature", "directory.signature", breaks)
    if document is None or signature is None:
        return None
    return SignedDirectory(document=document, signature=signature)


def _entry(where: str, item: dict[str, Any]) -> ReadEntry:
    breaks: list[Break] = []
    is_erased = "body" in item and item["body"] is None
    seq = item.get("seq")
    if type(seq) is not int or not 0 <= seq <= MAX_SEQ:
        breaks.append(_malformed(f"{where}.seq"))
        seq = None
    return ReadEntry(
        where=where,
        entry_id=_bytes(item, "entry_id", f"{where}.entry_id", breaks, ID_BYTES),
        seq=seq,
        author=_bytes(item, "author", f"{where}.author", breaks, ID_BYTES),
        body=None if is_erased else _bytes(item, "body", f"{where}.body", breaks),
        body_sha256=_bytes(item, "body_sha256", f"{where}.body_sha256", breaks, 32) if is_erased else None,
        hash=_bytes(item, "hash", f"{where}.hash", breaks, 32),
        signature=_bytes(item, "signature", f"{where}.signature", breaks, SIGNATURE_BYTES),
        is_erased=is_erased,
        breaks=tuple(breaks),
    )


def _items(value: dict[str, Any], name: str, breaks: list[Break]) -> list[tuple[str, dict[str, Any]]]:
    items = value.get(name)
    if not isinstance(items, list):
        breaks.append(_malformed(name))
        return []
    found = []
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            breaks.append(_malformed(f"{name}[{index}]"))
        found.append((f"{name}[{index}]", item if isinstance(item, dict) else {}))
    return found


def _bytes(value: dict[str, Any], name: str, where: str, breaks: list[Break], size: int | None = None) -> bytes | None:
    try:
        return unb64u(value.get(name), size)
    except DoesNotOpen:
        breaks.append(_malformed(where))
        return None


def _malformed(where: str) -> Break:
    return Break(where=where, reason="file-format", detail="missing or malformed")
