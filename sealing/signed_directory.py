"""The directory as the root signed it: canonical JSON and a signature (section 3).

Laws. It is verified over the bytes as received, and only then read. Whatever is wrong with it is a refusal that names one of
section 9's reasons, and the directory in force stays in force. A directory that would be refused is never signed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sealing import json_text
from sealing.directory import Directory, Member, Role, Signer, Team
from sealing.encoding import ID_BYTES, b64u, is_time, label, unb64u
from sealing.errors import DirectoryRefused, DoesNotOpen, KeyUnusable, Misuse
from sealing.identity import PUBLIC_KEY_BYTES, SIGNATURE_BYTES, Recipient, SigningIdentity, Verifier
from sealing.suite import sha256

VERSION = 1

_TEAM_ID = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)
_ROLES: tuple[Role, ...] = ("intake", "officer")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedDirectory:
    """The bytes that travel."""

    document: bytes
    signature: bytes


def sign_directory(directory: Directory, root: SigningIdentity) -> SignedDirectory:
    """Sign a directory with the root's key, after reading it as everybody will."""
    document = write_document(directory)
    signature = root.sign(label("amanet/v1/directory") + document)
    verify_directory(document, signature, root.verifier.public_key)
    return SignedDirectory(document=document, signature=signature)


def verify_directory(
    document: bytes,
    signature: bytes,
    root_public_key: bytes,
    *,
    highest_serial: int = 0,
    highest_document_hash: bytes | None = None,
) -> Directory:
    """Give the directory, or refuse it; `highest_…` are of the newest directory ever seen here."""
    try:
        root = Verifier.from_bytes(root_public_key)
    except KeyUnusable:
        raise DirectoryRefused("directory-signature", "the root's public key is unusable") from None
    if len(signature) != SIGNATURE_BYTES or not root.verify(label("amanet/v1/directory") + document, signature):
        raise DirectoryRefused("directory-signature", "the root did not sign this document")
    directory = read_document(document)
    if directory.serial < highest_serial:
        raise DirectoryRefused("directory-older", "a newer directory has been seen")
    if directory.serial == highest_serial and highest_document_hash not in (None, directory.document_hash):
        raise DirectoryRefused("directory-older", "another directory with this serial has been seen")
    return directory


def write_document(directory: Directory) -> bytes:
    """Give the canonical bytes that the root signs."""
    return json_text.canonical(_written(directory))


def read_document(document: bytes) -> Directory:
    """Read a document as everybody will once it is signed, or refuse it; whether the root signed it is not asked here."""
    try:
        value = json_text.read(document)
        is_canonical = json_text.canonical(value) == document
    except (DoesNotOpen, Misuse):
        is_canonical, value = False, None
    if not is_canonical or not isinstance(value, dict):
        raise _form("the bytes are not canonical JSON of an object")
    if type(value.get("version")) is not int or value["version"] != VERSION:
        raise _form("another version")
    if value.get("recovery") is None:
        raise DirectoryRefused("directory-no-recovery", "the recovery key is missing")
    serial = value.get("serial")
    if type(serial) is not int or serial < 0:
        raise _form("serial is not a number")
    directory = Directory(
        serial=serial,
        issued_at=_time(value, "issued_at"),
        expires_at=_time(value, "expires_at"),
        teams=tuple(_team(item) for item in _objects(value, "teams")),
        recovery=_recipient(_object(value, "recovery")),
        relay=_recipient(_object(value, "relay")),
        receipt_salt=_bytes(value, "receipt_salt", 32),
        members=tuple(_member(item) for item in _objects(value, "members")),
        signers=tuple(_signer(item) for item in _objects(value, "signers")),
        document_hash=sha256(document),
    )
    _must_differ(directory)
    return directory


def _must_differ(directory: Directory) -> None:
    keys = [directory.recovery.key_id, directory.relay.key_id]
    keys += [key_id for team in directory.teams for key_id in (team.key.key_id, *team.former_key_ids)]
    keys += [member.key.key_id for member in directory.members]
    if _has_twins(keys) or _has_twins(signer.signer_id for signer in directory.signers):
        raise DirectoryRefused("directory-key", "a key stands twice")
    if _has_twins(team.team_id for team in directory.teams):
        raise _form("a team stands twice")
    if _has_twins(member.officer_id for member in directory.members):
        raise _form("an officer stands twice")


def _has_twins(values: Iterable[object]) -> bool:
    listed = list(values)
    return len(set(listed)) != len(listed)


def _team(value: dict[str, Any]) -> Team:
    team_id = _text(value, "team_id")
    if not _TEAM_ID.fullmatch(team_id):
        raise _form("team_id is malformed")
    return Team(
        team_id=team_id,
        name=_text(value, "name"),
        areas=_texts(value, "areas"),
        key=_recipient(value),
        former_key_ids=tuple(_id(text) for text in _texts(value, "former_key_ids")),
    )


def _member(value: dict[str, Any]) -> Member:
    return Member(
        officer_id=_bytes(value, "officer_id", ID_BYTES),
        key=_recipient(value),
        signer_id=_bytes(value, "signer_id", ID_BYTES),
        team_ids=_texts(value, "team_ids"),
    )


def _signer(value: dict[str, Any]) -> Signer:
    claimed, public_key = _bytes(value, "signer_id", ID_BYTES), _bytes(value, "public_key", 32)
    try:
        verifier = Verifier.from_bytes(public_key)
    except KeyUnusable:
        raise DirectoryRefused("directory-key", "a signer's key is unusable") from None
    if verifier.signer_id != claimed:
        raise DirectoryRefused("directory-key", "a signer_id is not the hash of its key")
    role = next((role for role in _ROLES if role == value.get("role")), None)
    if role is None:
        raise _form("a signer has no role")
    retired_at = None if value.get("retired_at") is None else _time(value, "retired_at")
    return Signer(verifier=verifier, role=role, team_ids=_texts(value, "team_ids"), retired_at=retired_at)


def _recipient(value: dict[str, Any]) -> Recipient:
    claimed, public_key = _bytes(value, "key_id", ID_BYTES), _bytes(value, "public_key", PUBLIC_KEY_BYTES)
    try:
        recipient = Recipient.from_bytes(public_key)
    except KeyUnusable:
        raise DirectoryRefused("directory-key", "a key is unusable") from None
    if recipient.key_id != claimed:
        raise DirectoryRefused("directory-key", "a key_id is not the hash of its key")
    return recipient


def _form(detail: str) -> DirectoryRefused:
    return DirectoryRefused("directory-form", detail)


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise _form(f"{name} is not text")
    return text


def _texts(value: dict[str, Any], name: str) -> tuple[str, ...]:
    texts = value.get(name)
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise _form(f"{name} is not a list of texts")
    return tuple(texts)


def _time(value: dict[str, Any], name: str) -> str:
    text = _text(value, name)
    if not is_time(text):
        raise _form(f"{name} is not a time")
    return text


def _bytes(value: dict[str, Any], name: str, size: int) -> bytes:
    try:
        return unb64u(value.get(name), size)
    except DoesNotOpen:
        raise _form(f"{name} is not base64url of {size} bytes") from None


def _id(text: str) -> bytes:
    return _bytes({"former_key_ids": text}, "former_key_ids", ID_BYTES)


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    inner = value.get(name)
    if not isinstance(inner, dict):
        raise _form(f"{name} is missing")
    return inner


def _objects(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    inner = value.get(name)
    if not isinstance(inner, list) or not all(isinstance(item, dict) for item in inner):
        raise _form(f"{name} is not a list of objects")
    return inner


def _written(directory: Directory) -> dict[str, Any]:
    return {
        "version": VERSION,
        "serial": directory.serial,
        "issued_at": directory.issued_at,
        "expires_at": directory.expires_at,
        "teams": [
            {
                "team_id": team.team_id,
                "name": team.name,
                "areas": list(team.areas),
                "former_key_ids": [b64u(key_id) for key_id in team.former_key_ids],
                **_written_key(team.key),
            }
            for team in directory.teams
        ],
        "recovery": _written_key(directory.recovery),
        "relay": _written_key(directory.relay),
        "receipt_salt": b64u(directory.receipt_salt),
        "members": [
            {
                "officer_id": b64u(member.officer_id),
                "signer_id": b64u(member.signer_id),
                "team_ids": list(member.team_ids),
                **_written_key(member.key),
            }
            for member in directory.members
        ],
        "signers": [
            {
                "signer_id": b64u(signer.signer_id),
                "public_key": b64u(signer.verifier.public_key),
                "role": signer.role,
                "team_ids": list(signer.team_ids),
                "retired_at": signer.retired_at,
            }
            for signer in directory.signers
        ],
    }


def _written_key(key: Recipient) -> dict[str, str]:
    return {"key_id": b64u(key.key_id), "public_key": b64u(key.public_key)}
