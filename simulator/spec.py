"""The shape of calls, read from a shortened copy of the Bot API's machine-readable description.

A parameter may arrive as text (forms) or as JSON; both become the same Python value here, and what cannot is refused.
Laws: parameters nobody described are kept apart (Telegram ignores them) and reported in the record of the call.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from simulator.errors import ApiError, bad_request

INTEGER = re.compile(r"-?\d{1,19}")
MISSING = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "file_id": "file_id not specified",
    "action": "wrong parameter action in request",
    "voice": "there is no voice in the request",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "audio": "there is no audio in the request",
    "video": "there is no video in the request",
}
"""How Telegram words the absence of a parameter, where it has words of its own."""
NOT_REQUIRED = {("setWebhook", "url")}
"""The description requires it, the server does not: an empty address takes the webhook away."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Method:
    """A method that is simulated: its readers by parameter, and what must be there."""

    name: str
    readers: Mapping[str, Callable[[Any], Any]]
    required: tuple[str, ...]


class Spec:
    """Methods and types; method names are found in any case."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._types: Mapping[str, Any] = document["types"]
        self._methods = {name.lower(): self._method(name, shape) for name, shape in document["methods"].items()}
        self._others = {name.lower() for name in document["other_methods"]}

    @classmethod
    def load(cls) -> "Spec":
        """Read the description that lies beside this module."""
        return cls(json.loads((Path(__file__).parent / "data" / "bot_api.json").read_text("utf-8")))

    def method(self, name: str) -> Method:
        """The method of that name, or the refusal that Telegram gives for an unknown one."""
        found = self._methods.get(name.lower())
        if found is None:
            why = " (it exists, but is not simulated)" if name.lower() in self._others else ""
            raise ApiError(404, f"Not Found: method not found{why}")
        return found

    def read(self, method: Method, raw: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The call's parameters as values, and the names of those that nobody described."""
        values: dict[str, Any] = {}
        unknown: list[str] = []
        readers = method.readers
        for name, given in raw.items():
            reader = readers.get(name)
            if reader is None:
                if isinstance(given, Upload):
                    values.setdefault("attached", {})[name] = given
                else:
                    unknown.append(name)
            elif given is not None and given != "":
                values[name] = reader(given)
        for name in method.required:
            if name not in values:
                raise bad_request(MISSING.get(name, f'parameter "{name}" is required'))
        return values, tuple(unknown)

    def check(self, value: Any, kind: str, where: str) -> None:
        """Refuse a JSON value that is not of this type of the specification."""
        if kind.startswith("Array of "):
            if not isinstance(value, list):
                raise bad_request(f"can't parse {where}: expected an Array")
            for part in value:
                self.check(part, kind[9:], where)
        elif kind in _SIMPLE:
            if not _SIMPLE[kind](value):
                raise bad_request(f"can't parse {where}: expected {kind}")
        else:
            self._check_object(value, kind, where)

    def _check_object(self, value: Any, kind: str, where: str) -> None:
        if not isinstance(value, dict):
            raise bad_request(f"can't parse {where}: expected an Object")
        shape = self._types[kind]
        if "one_of" in shape:
            self._check_any(value, shape["one_of"], where)
            return
        for name, described in shape["fields"].items():
            if name in value and value[name] is not None:
                self._check_any(value[name], described["types"], f'{where}: field "{name}"')
            elif described.get("required"):
                raise bad_request(f"can't parse {where}: Can't find field \"{name}\"")

    def _check_any(self, value: Any, kinds: list[str], where: str) -> None:
        refused: ApiError | None = None
        for kind in kinds:
            try:
                self.check(value, kind, where)
            except ApiError as error:
                refused = refused or error
            else:
                return
        raise refused or bad_request(f"can't parse {where}")

    def _method(self, name: str, shape: Mapping[str, Any]) -> Method:
        fields: Mapping[str, Any] = shape["fields"]
        return Method(
            name=name,
            readers={field: self._reader(field, described["types"]) for field, described in fields.items()},
            required=tuple(
                field for field, described in fields.items() if described.get("required") and (name, field) not in NOT_REQUIRED
            ),
        )

    def _reader(self, name: str, kinds: list[str]) -> Callable[[Any], Any]:
        known = tuple(kinds)
        if known in _READERS:
            return _READERS[known](name)
        if "InputFile" in kinds:
            return _file(name)

        def read(given: Any) -> Any:
            value = _parsed(given, name)
            self._check_any(value, kinds, name.replace("_", " "))
            return value

        return read


_SIMPLE: Mapping[str, Callable[[Any], bool]] = {
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "Float": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "Integer": lambda value: (isinstance(value, int) and not isinstance(value, bool)) or _is_digits(value),
}


def _is_digits(value: Any) -> bool:
    return isinstance(value, str) and INTEGER.fullmatch(value) is not None


def _parsed(given: Any, name: str) -> Any:
    if not isinstance(given, str):
        return given
    try:
        return json.loads(given)
    except ValueError:
        what = "reply keyboard markup" if name == "reply_markup" else name.replace("_", " ")
        raise bad_request(f"can't parse {what} JSON object") from None


def _integer(name: str) -> Callable[[Any], Any]:
    def read(given: Any) -> int:
        if isinstance(given, int) and not isinstance(given, bool):
            return given
        if _is_digits(given):
            return int(given)
        raise bad_request(f'parameter "{name}" must be an Integer')

    return read


def _boolean(_name: str) -> Callable[[Any], Any]:
    return lambda given: given is True or str(given).lower() in {"true", "yes", "1"}


def _float(name: str) -> Callable[[Any], Any]:
    def read(given: Any) -> float:
        try:
            return float(given)
        except (TypeError, ValueError):
            raise bad_request(f'parameter "{name}" must be a Float') from None

    return read


def _string(name: str) -> Callable[[Any], Any]:
    def read(given: Any) -> str:
        if isinstance(given, str):
            return given
        if isinstance(given, (int, float)):
            return str(given)
        raise bad_request(f'parameter "{name}" must be a String')

    return read


def _chat(name: str) -> Callable[[Any], Any]:
    text = _string(name)

    def read(given: Any) -> int | str:
        word = text(given)
        return int(word) if INTEGER.fullmatch(word) else word

    return read


def _file(name: str) -> Callable[[Any], Any]:
    def read(given: Any) -> Any:
        if isinstance(given, (str, Upload)):
            return given
        raise bad_request(f'parameter "{name}" must be a file')

    return read


_READERS: Mapping[tuple[str, ...], Callable[[str], Callable[[Any], Any]]] = {
    ("Integer",): _integer,
    ("Boolean",): _boolean,
    ("Float",): _float,
    ("String",): _string,
    ("Integer", "String"): _chat,
}
