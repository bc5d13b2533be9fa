"""JSON as this room reads and writes it.

Laws. What comes from outside is read strictly: UTF-8, no name twice, no number that JSON does not have, no nesting that could
exhaust the reader; anything else does not open. The canonical form (RFC 8785) is for what is signed.
"""

import json
import math
from typing import Any, NoReturn

from sealing.errors import DoesNotOpen, Misuse

MAX_DEPTH = 100
"""Deeper than anything written here, and far from what would exhaust the stack of whoever prints it again."""

MAX_INTEGER = 2**53 - 1
"""Every reader, JavaScript included, reads integers up to here alike (RFC 8785, section 3.2.2.3)."""

_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_ESCAPED = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False)


def write(value: object) -> bytes:
    """Write compact JSON. Half a surrogate pair, which messengers do cut, is escaped: the words around it must not be lost."""
    if _deeper_than(value, MAX_DEPTH):
        raise Misuse("nested too deeply")
    try:
        return _COMPACT.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        return _ESCAPED.encode(value).encode("ascii")
    except (TypeError, ValueError):
        raise Misuse("this is not JSON") from None


def read(raw: bytes) -> Any:
    """Read JSON strictly, or refuse."""
    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=_no_name_twice, parse_constant=_refuse, parse_float=_finite)
    except (ValueError, RecursionError):
        raise DoesNotOpen from None
    if _deeper_than(value, MAX_DEPTH):
        raise DoesNotOpen
    return value


def canonical(value: object) -> bytes:
    """Write the canonical form (RFC 8785), for values whose only numbers are integers below 2^53."""
    try:
        return _canonical(value, MAX_DEPTH).encode("utf-8")
    except UnicodeEncodeError:
        raise Misuse("half a surrogate pair has no canonical form") from None


def _canonical(value: object, depth: int) -> str:
    if depth == 0:
        raise Misuse("nested too deeply")
    if value is None or isinstance(value, bool | str):
        return _COMPACT.encode(value)
    if isinstance(value, int) and abs(value) <= MAX_INTEGER:
        return str(value)
    if isinstance(value, list | tuple):
        return "[" + ",".join(_canonical(item, depth - 1) for item in value) + "]"
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        names = sorted(value, key=_utf16)
        return "{" + ",".join(f"{_COMPACT.encode(name)}:{_canonical(value[name], depth - 1)}" for name in names) + "}"
    raise Misuse("this has no canonical form here")


def _utf16(name: str) -> bytes:
    """Order names by their UTF-16 code units (RFC 8785, section 3.2.3)."""
    return name.encode("utf-16-be", "surrogatepass")


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise DoesNotOpen
    return value


def _refuse(_constant: str) -> NoReturn:
    raise DoesNotOpen


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise DoesNotOpen
    return number


def _deeper_than(value: object, depth: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return depth == 0 or any(_deeper_than(item, depth - 1) for item in inner)
