"""Opening files in tests: the reader, what holds of each of its reports, and ways to change a file."""

import json
from collections.abc import Callable
from typing import Any

from sealing import json_text
from sealing.encoding import b64u, unb64u
from sealing.open import open_case
from tests.vectors import known
from tests.vectors.universe import whole_case

REASONS = {
    "file-format", "file-suite", "directory-signature", "directory-form", "directory-no-recovery", "directory-key",
    "directory-older", "no-wrap", "wrap-open", "case-key", "team-wrap", "entry-seq", "entry-twice", "entry-hash",
    "entry-author", "entry-signature", "entry-open", "entry-padding", "entry-json", "entry-retired", "entry-entitled",
    "blob-missing", "blob-open", "blob-size", "blob-sha256", "blob-stray", "case-rollback",
}  # fmt: skip

WHOLE = whole_case()
WHOLE_BYTES = json_text.write(WHOLE.file())
INTAKE, OFFICER = known.signer("intake"), known.signer("officer")

Change = Callable[[dict[str, Any]], Any]


def read(file: object, reader: str = "team-north", **arguments: Any) -> dict[str, Any]:
    """Open a file and check what holds of every report."""
    arguments = {"root_public_key": known.root_public_key(), **arguments}
    report = open_case(file, identity_seed=known.identity(reader).seed, **arguments)
    assert report["ok"] == (report["broken"] == [])
    assert {found["reason"] for found in report["broken"]} <= REASONS
    assert json.loads(json.dumps(report)) == report
    return report


def reasons(report: dict[str, Any]) -> list[str]:
    """Give the reasons in their order, each once."""
    return list(dict.fromkeys(found["reason"] for found in report["broken"]))


def changed(change: Change) -> dict[str, Any]:
    """Give the whole case's file with something changed."""
    file: dict[str, Any] = json_text.read(WHOLE_BYTES)
    change(file)
    return file


def flipped(text: str) -> str:
    """Change one bit of the first byte."""
    raw = unb64u(text)
    return b64u(bytes([raw[0] ^ 1]) + raw[1:])


def flip(at: dict[str, Any], name: str) -> None:
    at[name] = flipped(at[name])


def said(report: dict[str, Any]) -> list[str | None]:
    return [entry["plaintext"] and entry["plaintext"]["kind"] for entry in report["entries"]]
