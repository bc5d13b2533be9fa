"""Reads and writes gettext files, with the headers of our own that Babel would drop.

`X-Reviewed-By` names who reviewed a whole catalogue (empty: it is a draft); the flag `fuzzy` marks a single text that waits for
review. Files are written without dates and line numbers, so that they change only when a text does.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, denormalize, read_po, write_po

from locales.errors import CatalogueBroken

REVIEWED_BY: Final = "X-Reviewed-By"
_HEADER: Final = re.compile(r'^msgid ""\s*\nmsgstr ((?:"(?:[^"\\]|\\.)*"\s*\n?)+)', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PoFile:
    """A catalogue as it lies in its file."""

    headers: Mapping[str, str]
    messages: Catalog

    @property
    def reviewed_by(self) -> str:
        """Who reviewed the whole catalogue, or nothing."""
        return self.headers.get(REVIEWED_BY, "").strip()


def read(path: Path) -> PoFile:
    """Read a file; a text without a header is a broken file."""
    try:
        text = path.read_text(encoding="utf-8")
        messages = read_po(io.StringIO(text), abort_invalid=True)
    except (OSError, UnicodeError, PoFileError) as error:
        raise CatalogueBroken(path.name) from error
    return PoFile(headers=_headers(text, path.name), messages=messages)


def write(path: Path, file: PoFile) -> None:
    """Write a file: our headers, then the messages in the order of their places in the source."""
    body = io.BytesIO()
    write_po(body, file.messages, width=0, omit_header=True, sort_by_file=False, include_lineno=False)
    lines = [f'"{name}: {value}\\n"' for name, value in file.headers.items()]
    head = "\n".join(('msgid ""', 'msgstr ""', *lines))
    rest = body.getvalue().decode("utf-8").strip()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}\n\n{rest}\n" if rest else f"{head}\n", encoding="utf-8")


def _headers(text: str, name: str) -> dict[str, str]:
    found = _HEADER.search(text)
    if found is None:
        raise CatalogueBroken(f"{name} has no header")
    return {key: str(value) for key, value in HeaderParser().parsestr(denormalize(found.group(1).strip())).items()}
