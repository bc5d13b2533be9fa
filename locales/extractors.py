"""Finds every text that has to be translated. Babel calls the extractors through `locales/babel.cfg`; so can any gettext tool.

Flow scripts, risk phrases: `say`, `text`, `child`, `adult`, `label(s)`, `notes`, `done`, `meaning(s)`. Modules called `texts`:
every string in a constant, keys left out. The desk's pages: what `t` is called with, and the questions of a report. Other modules:
calls of `_`, `gettext` and `N_`.
Helplines: their names. Not translated: the languages' own names, and texts that are nothing but placeholders.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

import yaml
from babel.messages.extract import extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.util import pathmatch

from locales import placeholders
from locales.languages import LANGUAGES

Extracted = tuple[int, str | None, str, list[str]]

MAPPING: Final = Path(__file__).parent / "babel.cfg"
KEYWORDS: Final = {"_": None, "gettext": None, "N_": None}
_SAID: Final = re.compile(r"""(?<![\w.$])t\(\s*(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)""", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t"}
_TEXT_KEYS: Final = frozenset({"text", "child", "adult", "label", "done", "meaning"})
_GROUPS: Final = frozenset({"labels", "meanings", "notes"})
"""Mappings from a name to a text or to several."""
_SELF_NAMES: Final = frozenset(language.self_name for language in LANGUAGES)


def extract_messages(root: Path) -> dict[str, tuple[str, ...]]:
    """Every message id below a directory, in a steady order, with the files where it stands."""
    found: dict[str, list[str]] = {}
    for method, path in _sources(root):
        name = path.relative_to(root).as_posix()
        for _line, message, _comments, _context in extract_from_file(method, str(path), keywords=KEYWORDS):
            if isinstance(message, str) and _is_worded(message):
                places = found.setdefault(message, [])
                if name not in places:
                    places.append(name)
    return {message: tuple(places) for message, places in found.items()}


def _is_worded(message: str) -> bool:
    return message not in _SELF_NAMES and any(letter.isalpha() for letter in placeholders.without(message))


def _sources(root: Path) -> Iterator[tuple[str, Path]]:
    """The files that `babel.cfg` names, each with its extractor, in the order of the mapping."""
    with MAPPING.open(encoding="utf-8") as file:
        mapping, _options = parse_mapping_cfg(file, str(MAPPING))  # type: ignore[no-untyped-call] # Babel's, without hints
    seen: set[Path] = set()
    for pattern, method in mapping:
        top = root / pattern.split("/", 1)[0]
        for path in sorted(top.rglob("*")):
            if path.is_file() and path not in seen and pathmatch(pattern, path.relative_to(root).as_posix()):
                seen.add(path)
                yield method, path


def flow_yaml(file: IO[bytes], _keywords: object, _tags: object, **_options: object) -> Iterator[Extracted]:
    """Yield the texts of a flow script or of a list of risk phrases."""
    node = yaml.compose(file.read().decode("utf-8"), Loader=yaml.SafeLoader)
    if node is not None:
        yield from ((line, None, text, []) for line, text in _yaml_texts(node, is_text=False))


def _yaml_texts(node: Any, *, is_text: bool) -> Iterator[tuple[int, str]]:
    match node:
        case yaml.ScalarNode(tag="tag:yaml.org,2002:str") if is_text:
            yield node.start_mark.line + 1, node.value
        case yaml.SequenceNode():
            for item in node.value:
                yield from _yaml_texts(item, is_text=is_text)
        case yaml.MappingNode():
            for key, value in node.value:
                yield from _yaml_member(key.value, value)


def _yaml_member(key: str, value: Any) -> Iterator[tuple[int, str]]:
    if key in _GROUPS and isinstance(value, yaml.MappingNode):
        for _code, words in value.value:
            yield from _yaml_texts(words, is_text=True)
    else:
        yield from _yaml_texts(value, is_text=key in _TEXT_KEYS or key == "say")


def constants(file: IO[bytes], _keywords: object, _tags: object, **_options: object) -> Iterator[Extracted]:
    """Yield the strings in the upper-case constants of a module of texts; the keys of a mapping are names, not texts."""
    for statement in ast.parse(file.read()).body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        value = getattr(statement, "value", None)
        if value is not None and any(isinstance(one, ast.Name) and one.id.lstrip("_").isupper() for one in targets):
            yield from ((line, None, text, []) for line, text in _strings(value))


def _strings(value: ast.expr) -> Iterator[tuple[int, str]]:
    parts: Iterable[ast.expr]
    match value:
        case ast.Constant(value=str(text)):
            yield value.lineno, text
            return
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts) | ast.Call(args=parts):
            pass
        case _:
            parts = ()
    for part in parts:
        yield from _strings(part)


def pages(file: IO[bytes], _keywords: object, _tags: object, **_options: object) -> Iterator[Extracted]:
    """Yield the texts of the desk's pages: the literal that each call of `t` begins with."""
    text = file.read().decode("utf-8")
    for call in _SAID.finditer(text):
        yield text.count("\n", 0, call.start()) + 1, None, _unquoted(call["text"]), []


def _unquoted(literal: str) -> str:
    """Read a string literal of TypeScript; a template literal with a value in it is no text and fails loudly."""
    if literal[0] == "`" and "${" in literal:
        raise ValueError("a text of the pages holds a value: write {name} and give the value beside it")
    return _ESCAPED.sub(lambda one: _ESCAPES.get(one[1], one[1]), literal[1:-1])


def questions(file: IO[bytes], _keywords: object, _tags: object, **_options: object) -> Iterator[Extracted]:
    """Yield the questions and answers of a report as the desk words them: every string of the file; its keys are names."""
    yield from ((1, None, text, []) for text in _leaves(json.loads(file.read())))


def _leaves(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in value.values():
                yield from _leaves(one)
        case list():
            for one in value:
                yield from _leaves(one)


def helplines(file: IO[bytes], _keywords: object, _tags: object, **_options: object) -> Iterator[Extracted]:
    """Yield the names of the helplines."""
    document: Mapping[str, Any] = json.loads(file.read())
    yield from ((1, None, str(line["name"]), []) for line in document["lines"])
