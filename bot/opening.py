"""`case open`: the only command, and the only module, that reaches what opens cases. It runs where the seed is, not where the server is.

Laws. The root's key comes from the flag or the setting, never from the file. What opens is printed even when something is broken; then
the first break is on standard error and the exit code is 1.
"""

import json
import sys
from pathlib import Path
from typing import Any

from bot.failures import Failed
from bot.settings import Settings
from sealing.encoding import unb64u
from sealing.errors import SealingError
from sealing.identity import read_seed_file
from sealing.open import open_case

LARGEST_FILE = 512 * 1024 * 1024
"""Bytes; a case with ten attachments of 20 MB, in base64url, stays below."""


def open_exported(
    settings: Settings, file: Path, *, identity_file: Path, team_file: Path | None, root: str | None, as_json: bool
) -> int:
    """Open an exported case and print it; return the exit code."""
    root_key = _root_key(settings, root)
    report = open_case(
        _read(file, "the case's file"),
        identity_seed=_seed(identity_file),
        root_public_key=root_key,
        team_wrap=_json(team_file) if team_file else None,
    )
    sys.stdout.write(json.dumps(report, ensure_ascii=False, indent=1) + "\n" if as_json else _told(report))
    if report["broken"]:
        first = report["broken"][0]
        sys.stderr.write(f"{first['reason']} at {first['where']}: {first['detail']}\n")
        return 1
    return 0


def _root_key(settings: Settings, root: str | None) -> bytes:
    if root is None:
        key = settings.secret("root_public_key")
        if not key:
            raise Failed("the root's public key is needed: --root=KEY or AMANET_ROOT_PUBLIC_KEY (it stands in root.pub)", 2)
        return key
    try:
        return unb64u(root.strip(), 32)
    except SealingError:
        raise Failed("--root: expected the 32 bytes of root.pub, in base64url", 2) from None


def _read(path: Path, what: str) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Failed(f"{what} is too large")
        return path.read_bytes()
    except OSError as error:
        raise Failed(f"{what} cannot be read: {error.strerror}") from None


def _seed(path: Path) -> bytes:
    try:
        return read_seed_file(_read(path, "the seed's file").decode("ascii", "replace"))
    except SealingError:
        raise Failed("this is not a seed file: expected one line, `amanet-identity-1 …`") from None


def _json(path: Path) -> Any:
    try:
        return json.loads(_read(path, "the team's wrap"))
    except ValueError:
        raise Failed("the team's wrap is not JSON") from None


def _told(report: dict[str, Any]) -> str:
    """The report for a person to read: what was said, in order, with what is broken beside it."""
    lines = [f"case {report['case_id']}, opened with {report['opened_with']}", ""]
    for entry in report["entries"]:
        plaintext = entry["plaintext"]
        unread = "(does not open)" if entry["broken"] else "(erased)"
        what = unread if plaintext is None else _entry(plaintext)
        lines.append(f"{entry['seq']:>3}  {(plaintext or {}).get('at', '-'):20}  {entry['role'] or '?':8}  {what}")
        lines += [f"     BROKEN: {reason}" for reason in entry["broken"]]
    lines += [f"attachment {blob['blob_id']}: {blob['size']} bytes" for blob in report["blobs"]]
    lines += [f"BROKEN  {one['where']}: {one['reason']} ({one['detail']})" for one in report["broken"]]
    return "\n".join(lines) + "\n"


def _entry(plaintext: dict[str, Any]) -> str:
    match plaintext["kind"]:
        case "answers":
            items = plaintext.get("items", [])
            return "answers    " + "; ".join(f"{one.get('step')} = {_value(one.get('value'))}" for one in items)
        case "answer":
            return f"answer     {plaintext.get('step')} = {_value(plaintext.get('value'))}"
        case "narrative" | "note" | "message":
            return f"{plaintext['kind']:10} {plaintext.get('text', '')}"
        case "opened":
            told = (plaintext.get(name) or "not known" for name in ("urgency", "area", "language", "channel"))
            return "opened     " + ", ".join(str(one) for one in told)
        case kind:
            rest = {name: value for name, value in plaintext.items() if name not in ("kind", "at", "key", "sha256")}
            return f"{kind:10} " + ", ".join(f"{name}: {_value(value)}" for name, value in rest.items())


def _value(value: object) -> str:
    return " + ".join(str(one) for one in value) if isinstance(value, list) else str(value)
