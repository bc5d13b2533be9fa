"""The `flow` commands: check, draw and hear."""

import json
import sys
from collections.abc import Iterator
from typing import BinaryIO, Final

from flows.draw import mermaid
from flows.errors import FlowError
from flows.hearing import Hearing
from flows.limits import TEXT
from flows.script import Script
from flows.validator import Forbidden, check, check_words
from locales.catalogue import Catalogue
from locales.languages import LANGUAGES

SCRIPTS: Final = ("report",)
LINE_BYTES: Final = 4 * TEXT
"""Bytes read of one line; more is not one message of anybody."""
UNFINISHED: Final = frozenset({"rom"})
"""Languages whose gaps are known and shown in the second language: what is missing there is a note, not a fault."""


def check_flows() -> int:
    """Check every script and every language; print what is wrong and return the exit code."""
    catalogue = Catalogue.load()
    problems = [f"{fault.catalogue}: {fault.msgid!r}: {fault.why}" for fault in catalogue.faults()]
    for name in SCRIPTS:
        try:
            script = Script.load(name)
        except FlowError as broken:
            problems.append(f"{name}: {broken}")
            continue
        codes = tuple(language.code for language in LANGUAGES)
        found = (*check(script), *check_words(script, catalogue.text, codes, Forbidden.load()))
        problems += [f"{name}: {problem.where}: {problem.what}" for problem in found]
    for language in LANGUAGES:
        if missing := len(catalogue.missing(language.code)):
            line = f"{language.self_name}: {missing} texts have no translation"
            if language.code in UNFINISHED:
                sys.stdout.write(f"note: {line}; they are shown in the reader's second language\n")
            else:
                problems.append(line)
    sys.stdout.write("".join(f"{problem}\n" for problem in problems))
    sys.stdout.write(f"{len(problems)} problems\n" if problems else "The flows are sound in every language.\n")
    return 1 if problems else 0


def draw_flow() -> str:
    """The report script as a Mermaid diagram."""
    return mermaid(Script.load(SCRIPTS[0]))


def hear_lines(lines: BinaryIO) -> Iterator[str]:
    """For each line what would be asked back about, as a JSON line; odd bytes are read as well as they can be."""
    hearing = Hearing.load()
    while line := lines.readline():
        text = line[:LINE_BYTES].decode("utf-8", errors="replace").rstrip("\r\n")
        yield json.dumps({"text": text, "risks": list(hearing.hear(text))}, ensure_ascii=False)
