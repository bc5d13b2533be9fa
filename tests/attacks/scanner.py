"""Looks for what must not be there, in every byte and in every form in which a program may have written it.

A mark is a text, some bytes or a whole number that stands for somebody. Forms: the bytes themselves (UTF-8, UTF-16 in both orders, and one
and four bytes a letter as Python's own memory has them), with JSON's and a URL's escapes, in hex of both cases, in base64 and base64url at
each of the three places where a group can begin; numbers in decimal and as 8, 6 (SQLite's) and 4 bytes in both orders. Compressed or
encrypted text is not looked into.
"""

import base64
import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

Mark = str | bytes | int | float

SHORTEST = 6
"""Bytes: shorter forms occur by chance in megabytes of ciphertext (2^48 against 2^25 places)."""
TELLING = 3
"""Different bytes, none of them zero, that a number's 4 bytes must have to mean anything."""
BY_CHANCE = 3
"""A number that fits 4 bytes occurs by chance once in some hundred runs; a column of them would show them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A mark that was found: what it was, in which form, in which file and where."""

    mark: str
    form: str
    file: str
    at: int


def forms(mark: Mark) -> Mapping[str, bytes]:
    """Every form of a mark that is long enough to mean anything."""
    match mark:
        case float():
            written = {"decimal": repr(mark).encode(), "double le": struct.pack("<d", mark), "double be": struct.pack(">d", mark)}
        case int():
            written = _of_number(mark)
        case str():
            written = _of_text(mark)
        case _:
            written = _of_bytes(mark)
    return {form: content for form, content in written.items() if len(content) >= SHORTEST}


def _of_text(text: str) -> dict[str, bytes]:
    plain = text.encode()
    escaped = json.dumps(text)[1:-1].encode()
    one_byte = {"latin-1": text.encode("latin-1")} if not text.isascii() and max(text) < "\u0100" else {}
    return {
        **_of_bytes(plain),
        **one_byte,
        "utf-32 le": text.encode("utf-32-le"),
        "utf-16 le": text.encode("utf-16-le"),
        "utf-16 be": text.encode("utf-16-be"),
        "utf-16 le in hex": text.encode("utf-16-le").hex().encode(),
        "json": escaped,
        "url": quote(text).encode(),
        "repr": ascii(text)[1:-1].encode(),
    }


def _of_bytes(content: bytes) -> dict[str, bytes]:
    written = {"plain": content, "hex": content.hex().encode(), "HEX": content.hex().upper().encode()}
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + content)
        first, end = -(-shift * 8 // 6), (shift + len(content)) * 8 // 6
        written[f"base64 at {shift}"] = whole[first:end]
        written[f"base64url at {shift}"] = whole[first:end].replace(b"+", b"-").replace(b"/", b"_")
    return written


def _of_number(number: int) -> dict[str, bytes]:
    written = {f"decimal {form}": content for form, content in _of_text(str(number)).items()}
    for size in (8, 6):
        if number < 1 << (8 * size - 1):
            written[f"{size} bytes be"] = number.to_bytes(size, "big")
            written[f"{size} bytes le"] = number.to_bytes(size, "little")
    return written


def short_forms(number: int) -> Mapping[str, bytes]:
    """The 4 bytes of a number; any number, since a careless program cuts what does not fit. None where they say nothing:
    bytes like 3e 00 00 00 stand in every file."""
    low = (number & 0xFFFFFFFF).to_bytes(4, "big")
    return {} if len(set(low) - {0}) < TELLING else {"4 bytes be": low, "4 bytes le": low[::-1]}


def scan(marks: Iterable[Mark], files: Iterable[Path]) -> list[Finding]:
    """Find marks in files."""
    wanted = [(repr(mark), form, content) for mark in marks for form, content in forms(mark).items()]
    found = []
    for file in files:
        content = _everything(file)
        for mark, form, sought in wanted:
            if (at := content.find(sought)) >= 0:
                found.append(Finding(mark=mark, form=form, file=file.name, at=at))
    return found


def scan_short(numbers: Iterable[int], files: Iterable[Path]) -> list[Finding]:
    """Find numbers as 4 bytes; nothing, unless so many of them are there in one form that chance cannot have written them."""
    found: dict[str, list[Finding]] = {}
    for file in files:
        content = _everything(file)
        for number in numbers:
            for form, sought in short_forms(number).items():
                if (at := content.find(sought)) >= 0:
                    found.setdefault(form, []).append(Finding(mark=repr(number), form=form, file=file.name, at=at))
    return [one for many in found.values() if len(many) >= BY_CHANCE for one in many]


def _everything(file: Path) -> bytes:
    """The bytes of a file and its name; nothing of one that went while we looked, as journals do."""
    try:
        return file.read_bytes() + b"\n" + str(file).encode()
    except FileNotFoundError:
        return b""


def files_below(*places: Path) -> list[Path]:
    """Every file of folders, and files named themselves."""
    return sorted(file for place in places for file in (place.rglob("*") if place.is_dir() else [place]) if file.is_file())
