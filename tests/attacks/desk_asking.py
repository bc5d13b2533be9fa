"""A request to the desk, and what its answer must be whatever was asked: no failure of its own, a refusal in one word, nothing repeated."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, get_args

from handlers.officer.desk.answers import Code
from handlers.officer.desk.openapi import BASE
from handlers.officer.desk.routes import DESCRIBED

MARK: Final = "pandi-i-kuq"
"""A word that no refusal repeats and no log holds."""
CODES: Final = frozenset(get_args(Code))
OWN: Final = {"Content-Type": "application/json", "X-Amanet-Desk": "1"}
STREAMS: Final = ("text/event-stream", "application/octet-stream")
"""What is answered beside JSON: events, and the ciphertext of files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request. `raw` is sent as it stands; `route` is the line of the table that it means."""

    method: str
    path: str
    route: str
    raw: bytes = b""
    query: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = tuple(OWN.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    value: Any
    kind: str


def posted(route: str, body: Any, **places: str) -> Asked:
    """A body, sent to a route of the table."""
    return Asked(method="POST", path=route.format(**places), route=route, raw=json.dumps(body).encode())


def got(route: str, query: dict[str, str] | None = None, **places: str) -> Asked:
    """A question to a route of the table."""
    return Asked(method="GET", path=route.format(**places), route=route, query=tuple((query or {}).items()))


def table(reached: Counter[tuple[str, str, int]]) -> str:
    """How many requests of each route got which answer."""
    answers: dict[tuple[str, str], list[str]] = {}
    for (method, route, status), count in sorted(reached.items()):
        answers.setdefault((route, method), []).append(f"{status}: {count}")
    return "\n".join(f"{method:5}{route:38}{'  '.join(told)}" for (route, method), told in sorted(answers.items()))


def judged(asked: Asked, status: int, kind: str, raw: bytes) -> Answer:
    """Read an answer, which is one of those that the OpenAPI file promises."""
    told = (asked.method, asked.route, asked.path, status, asked.raw[:300], asked.query)
    assert status < 500, told
    operation = DESCRIBED["paths"].get(BASE + asked.route, {}).get(asked.method.lower())
    assert operation is None or str(status) in operation["responses"], told
    if kind in STREAMS:
        assert status == 200, told
        return Answer(status=status, value=None, kind=kind)
    assert kind == "application/json", told
    value = json.loads(raw)
    if status >= 400:
        assert value["error"] in CODES, told
        assert MARK.encode() not in raw, told
    return Answer(status=status, value=value, kind=kind)


def leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Name every word and number of an answer."""
    match value:
        case dict():
            for key, one in value.items():
                yield from leaves(one, key)
        case list():
            for one in value:
                yield from leaves(one, name)
        case str() | int():
            yield name, value
