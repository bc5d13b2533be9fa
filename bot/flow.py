"""The `flow` commands: check, draw and hear."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import BinaryIO, Final

from flows.draw import mermaid
from flows.errors import FlowError
from flows.hearing import Hearing
from flows.limits import TEXT
from flows.script import Script
from flows.validator import Forbidden, Problem, check, check_texts, check_words
from handlers.officer.desk.texts import PHRASES
from locales.catalogue import Catalogue
from locales.languages import LANGUAGES

SCRIPTS: Final = ("report",)
REGISTERS: Final = ("child", "adult")
CODES: Final = tuple(language.code for language in LANGUAGES)
LINE_BYTES: Final = 4 * TEXT
"""Bytes read of one line; more is not one message of anybody."""
UNFINISHED: Final = frozenset({"rom"})
"""Languages whose gaps are known and shown in the second language: what is missing there is a note, not a fault."""


def check_flows() -> int:
    """Check every script, the officers' ready phrases and every language; print what is wrong and return the exit code."""
    catalogue = Catalogue.load()
    forbidden = Forbidden.load()
    problems = [f"{fault.catalogue}: {fault.msgid!r}: {fault.why}" for fault in catalogue.faults()]
    for name in SCRIPTS:
        try:
            script = Script.load(name)
        except FlowError as broken:
            problems.append(f"{name}: {broken}")
            continue
        found = (*check(script), *check_words(script, catalogue.text, CODES, forbidden))
        problems += [f"{name}: {problem.where}: {problem.what}" for problem in found]
    problems += [f"ready phrases: {problem.where}: {problem.what}" for problem in check_phrases(PHRASES, catalogue, forbidden)]
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


def check_phrases(phrases: Mapping[str, Mapping[str, str]], catalogue: Catalogue, forbidden: Forbidden) -> tuple[Problem, ...]:
    """What is wrong with the officers' ready phrases: a register that is missing, or what no text may say."""
    missing = [
        Problem(where=code, what=f"has no words for: {register}")
        for code, by_register in phrases.items()
        for register in REGISTERS
        if not by_register.get(register)
    ]
    msgids = dict.fromkeys(msgid for by_register in phrases.values() for msgid in by_register.values())
    return (*missing, *check_texts(msgids, catalogue.text, CODES, forbidden))


def draw_flow() -> str:
    """The report script as a Mermaid diagram."""
    return mermaid(Script.load(SCRIPTS[0]))


def hear_lines(lines: BinaryIO) -> Iterator[str]:
    """For each line what would be asked back about, as a JSON line; odd bytes are read as well as they can be."""
    hearing = Hearing.load()
    while line := lines.readline():
        text = line[:LINE_BYTES].decode("utf-8", errors="replace").rstrip("\r\n")
        yield json.dumps({"text": text, "risks": list(hearing.hear(text))}, ensure_ascii=False)
