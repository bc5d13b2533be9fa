"""Keys as files and as words of a command line: seeds, public keys, ids, and the JSON that travels between machines.

Laws. Nothing that exists is overwritten, and what is written has mode 0600. A refusal names the file's purpose, never its content.
"""

import re
from pathlib import Path
from typing import Any, Final

from bot.failures import Failed
from bot.secret_files import write_secret
from sealing import json_text
from sealing.encoding import ID_BYTES, b64u, unb64u
from sealing.errors import KeyUnusable, SealingError
from sealing.identity import Recipient, Verifier, read_seed_file
from sealing.signed_directory import SignedDirectory

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of the largest file read here; a directory of a thousand officers has a fourth of that."""
LONGEST_NAME: Final = 255
"""Characters of a file's name; a public key of an identity is longer, so it is never looked for on the disk."""
_OFFICER_ID: Final = re.compile(r"[0-9a-fA-F]{32}", re.ASCII)


def read_file(path: Path, what: str) -> bytes:
    """Read a file; `what` names it in a refusal."""
    try:
        if path.stat().st_size > LARGEST:
            raise Failed(f"{what} is too large")
        return path.read_bytes()
    except OSError as error:
        raise Failed(f"{what} cannot be read: {error.strerror}") from None


def read_json(raw: bytes, what: str) -> Any:
    """Read JSON as sealing reads it: no name twice."""
    try:
        return json_text.read(raw)
    except SealingError:
        raise Failed(f"{what} is not JSON, or a name stands twice in it") from None


def read_seed(path: Path, what: str) -> bytes:
    """Read the 32 bytes of a seed file."""
    try:
        return read_seed_file(read_file(path, what).decode("ascii", "replace"))
    except SealingError:
        raise Failed(f"{what} is not a seed file: expected one line, `amanet-identity-1 …`") from None


def read_signed(raw: bytes) -> SignedDirectory:
    """Read a signed directory as `directory sign` writes it; whether the root signed it is for others to say."""
    value = read_json(raw, "the signed directory")
    try:
        return SignedDirectory(document=unb64u(value["document"]), signature=unb64u(value["signature"], 64))
    except (SealingError, KeyError, TypeError):
        raise Failed("this is not a signed directory: expected what `directory sign` writes") from None


def public_key(given: str, option: str, size: int) -> bytes:
    """Give the public key that was named on the command line, by a file or by itself in base64url."""
    path = Path(given)
    text = given
    if len(path.name) <= LONGEST_NAME and path.is_file():
        text = read_file(path, f"the file of {option}").decode("ascii", "replace")
    try:
        return unb64u(text.strip(), size)
    except SealingError:
        raise Failed(f"{option}: expected a file, or {size} bytes in base64url", 2) from None


def recipient(given: str, option: str, size: int) -> Recipient:
    """Give the public key of an identity that was named on the command line."""
    try:
        return Recipient.from_bytes(public_key(given, option, size))
    except KeyUnusable:
        raise Failed(f"{option}: this public key cannot be used") from None


def verifier(given: str, option: str) -> Verifier:
    """Give the public key of a signing identity that was named on the command line."""
    try:
        return Verifier.from_bytes(public_key(given, option, 32))
    except KeyUnusable:
        raise Failed(f"{option}: this public key cannot be used") from None


def officer_id(text: str) -> bytes:
    """Read an officer's id as `officer list` shows it."""
    if not _OFFICER_ID.fullmatch(text):
        raise Failed(f"--officer-id: expected {2 * ID_BYTES} hexadecimal digits, as `officer list` shows them", 2)
    return bytes.fromhex(text)


def write_new(path: Path, text: str) -> None:
    """Write a file that does not exist yet, mode 0600."""
    try:
        write_secret(path, text)
    except FileExistsError:
        raise Failed(f"{path} is there already, and nothing is overwritten") from None


def signed_text(signed: SignedDirectory) -> str:
    """Write a signed directory as it travels."""
    return json_text.write({"document": b64u(signed.document), "signature": b64u(signed.signature)}).decode("ascii") + "\n"
