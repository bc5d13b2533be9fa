"""Texts as Telegram takes them: trimmed, measured in code points, with entities measured in UTF-16 units.

Only HTML is parsed; the two Markdown dialects are refused, so that nobody believes they were checked here.
"""

import html
import re
from typing import Any

from simulator.errors import bad_request

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
TOAST_LIMIT = 200

FOUND = (
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?")),
    ("url", re.compile(r"https?://[^\s<>\"]+")),
)
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z-]*)([^<>]*)>")
HREF = re.compile(r"""href\s*=\s*("([^"]*)"|'([^']*)'|(\S+))""")
NAMES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "span": "spoiler",
}


def units(text: str) -> int:
    """The length in UTF-16 code units, which entities are measured in."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def find_entities(text: str) -> list[dict[str, Any]]:
    """The commands and links that every client marks by itself."""
    if "/" not in text:
        return []
    found = [
        {"type": kind, "offset": units(text[: match.start()]), "length": units(match.group())}
        for kind, pattern in FOUND
        for match in pattern.finditer(text)
    ]
    return sorted(found, key=lambda entity: int(entity["offset"]))


def worded(params: dict[str, Any], key: str, entities_key: str, limit: int) -> tuple[str, list[dict[str, Any]]]:
    """A text or caption of a call with its entities, or the refusal."""
    mode: str = params.get("parse_mode", "")
    text: str = params.get(key, "")
    if mode.lower() in {"markdown", "markdownv2"}:
        raise bad_request("Markdown is not simulated")
    if mode.lower() not in {"", "html"}:
        raise bad_request("unsupported parse_mode")
    entities: list[dict[str, Any]] = list(params.get(entities_key) or [])
    if mode:
        text, entities = parse_html(text)
    trimmed = text.strip()
    if trimmed != text:
        lead = units(text[: len(text) - len(text.lstrip())])
        entities = [{**entity, "offset": max(0, entity["offset"] - lead)} for entity in entities]
    if len(trimmed) > limit:
        raise bad_request("message is too long" if limit == TEXT_LIMIT else "message caption is too long")
    known = {(entity["offset"], entity["length"]) for entity in entities}
    entities += [found for found in find_entities(trimmed) if (found["offset"], found["length"]) not in known]
    return trimmed, entities


def parse_html(text: str) -> tuple[str, list[dict[str, Any]]]:
    """Turn Telegram's HTML into plain text and entities."""
    plain: list[str] = []
    entities: list[dict[str, Any]] = []
    open_tags: list[tuple[str, int, str]] = []
    length = at = 0
    for match in TAG.finditer(text):
        piece = _unescape(text[at : match.start()])
        plain.append(piece)
        length += units(piece)
        at = match.end()
        closing, name, rest = match.group(1), match.group(2).lower(), match.group(3)
        if name not in NAMES:
            where = len(text[: match.start()].encode())
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {where}')
        if not closing:
            open_tags.append((name, length, rest))
            continue
        if not open_tags or open_tags[-1][0] != name:
            where = len(text[: match.start()].encode())
            raise bad_request(f"can't parse entities: Unexpected end tag at byte offset {where}")
        _, start, attributes = open_tags.pop()
        if length > start:
            entities.append(_entity(name, start, length - start, attributes))
    plain.append(_unescape(text[at:]))
    if open_tags:
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{open_tags[-1][0]}\"")
    return "".join(plain), sorted(entities, key=lambda entity: (int(entity["offset"]), -int(entity["length"])))


def _entity(name: str, offset: int, length: int, attributes: str) -> dict[str, Any]:
    entity: dict[str, Any] = {"type": NAMES[name], "offset": offset, "length": length}
    if name == "a":
        href = HREF.search(attributes)
        entity["url"] = html.unescape(next((part for part in href.groups()[1:] if part), "")) if href else ""
    return entity


def _unescape(piece: str) -> str:
    if "<" in piece:
        raise bad_request('can\'t parse entities: Unsupported start tag "" at byte offset 0')
    return html.unescape(piece)
