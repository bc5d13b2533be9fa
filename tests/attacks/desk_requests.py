"""Requests that a generator makes up: from the desk's OpenAPI file with real values mixed in, from real requests with a part made false,
and from bytes that are no body at all.

Laws. All randomness is the given `Random`, whose seed a failure names. What is made up carries the marked word wherever a word may stand.
"""

import json
from dataclasses import replace
from random import Random
from typing import Any, Final
from urllib.parse import quote

import schemathesis

from handlers.officer.desk.guard import Route
from handlers.officer.desk.openapi import BASE
from handlers.officer.desk.routes import DESCRIBED, ROUTES
from sealing.encoding import b64u
from tests.attacks.desk_asking import MARK, OWN, Asked

SCHEMA: Final = schemathesis.openapi.from_dict(DESCRIBED)
OPERATIONS: Final = tuple(operation.ok() for operation in SCHEMA.get_all_operations())
ROUTE_OF: Final[dict[tuple[str, str], Route]] = {(route.method, route.path): route for route in ROUTES}
KIN: Final[dict[str, tuple[str, ...]]] = {
    "to_officer": ("officer_id",),
    "after": ("case_id",),
    "ids": ("case_id",),
    "team_id": ("team_ids",),
    "team_ids": ("team_id",),
    "key_id": ("team_key_id", "waiting_key_id", "recipient"),
    "team_key_id": ("key_id", "waiting_key_id"),
    "member_key_id": ("key_id",),
    "recipient": ("key_id",),
    "expected_seq": ("entries", "seq"),
    "entries": ("expected_seq", "seq"),
    "before": ("seq", "next"),
    "until": ("now", "at"),
    "area": ("code",),
    "areas": ("code",),
}
"""Under which other names the desk tells what may stand in a request under this one."""
ODD: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    2**31,
    2**53 + 1,
    2**63,
    10**30,
    1.5,
    1e308,
    "",
    MARK,
    MARK + "\x00",
    MARK + "\u202e",
    f"<script>{MARK}</script>",
    "\U0001f600" * 20,
    "A" * 22,
    "A" * 21 + "B",
    "A" * 43,
    "A" * 1558,
    [],
    [MARK],
    [[[[]]]],
    {},
    {MARK: MARK},
)
"""What stands in the place of a value: of another kind, beyond a bound, unreadable, or of the right form and nobody's."""
ODD_PLACES: Final = (
    MARK,
    "A" * 22,
    "A" * 21 + "B",
    "%00",
    "%ff",
    "%ed%a0%80",
    "%2e%2e",
    "%2F",
    "%3Cscript%3E",
    "%25",
    "x" * 3000,
    "null",
    "%D9%A3",
)
"""What stands in the place of an id in an address, as it goes over the wire."""
ODD_ASKED: Final = (
    "",
    "0",
    "-1",
    "1",
    "200",
    "201",
    "9" * 30,
    "\u0663",
    "1e3",
    " 1",
    "null",
    MARK,
    "A" * 22,
    "," * 50,
    "\x00",
    "\ufffd",
)
"""What stands in the place of a parameter of a query."""


def made_up(case: Any, told: dict[str, list[Any]], rng: Random) -> Asked:
    """What the generator made of an operation, with values that the desk told mixed into it."""
    route = case.path.removeprefix(BASE)
    places = {name: _place(name, str(value), told, rng) for name, value in (case.path_parameters or {}).items()}
    query = tuple((name, _parameter(name, value, told, rng)) for name, value in (case.query or {}).items())
    body = mixed(case.body, told, rng) if isinstance(case.body, dict | list) else None
    return Asked(
        method=case.method,
        path=route.format(**places),
        route=route,
        raw=b"" if case.method == "GET" else json.dumps(body, default=str).encode(),
        query=query + (((rng.choice(("quiet", "whole", MARK)), "1"),) if rng.random() < 0.1 else ()),
    )


def guessed(route: Route, told: dict[str, list[Any]], rng: Random) -> Asked:
    """What somebody sends who knows a route's names and what the desk told, and nothing of what belongs together."""

    def guess(name: str) -> Any:
        known = real(name, told)
        return rng.choice(known if known and rng.random() < 0.7 else ODD)

    fields = () if route.body is None else [field.alias or name for name, field in route.body.model_fields.items()]
    places = [part[1:-1] for part in route.path.split("/") if part.startswith("{")]
    return Asked(
        method=route.method,
        path=route.path.format(**{name: _place(name, "", told, rng) for name in places}),
        route=route.path,
        raw=b"" if route.method == "GET" else json.dumps({name: guess(name) for name in fields}).encode(),
        query=tuple((name, _parameter(name, "", told, rng)) for name, _ in route.query if rng.random() < 0.7),
    )


def mixed(value: Any, told: dict[str, list[Any]], rng: Random, name: str = "") -> Any:
    """The same with one value in three replaced by a real one of that name, and one in twenty by an odd one."""
    match value:
        case dict():
            return {key: mixed(one, told, rng, key) for key, one in value.items()}
        case list():
            return [mixed(one, told, rng, name) for one in value]
    chance = rng.random()
    known = real(name, told)
    return rng.choice(known) if known and chance < 0.35 else rng.choice(ODD) if chance > 0.95 else value


def real(name: str, told: dict[str, list[Any]]) -> list[Any]:
    """What the desk told under this name, or under a kindred one."""
    return [one for kin in (name, *KIN.get(name, ())) for one in told.get(kin, ())]


def spoiled(asked: Asked, told: dict[str, list[Any]], rng: Random) -> Asked:
    """A real request of which one part is false: a value, a name, the case, or the bytes themselves."""
    body = json.loads(asked.raw) if asked.raw else None
    what = rng.choice(("value",) * 8 + ("missing", "more", "place", "bytes"))
    if what == "place" and "{" in asked.route:
        names = [part[1:-1] for part in asked.route.split("/") if part.startswith("{")]
        return replace(asked, path=asked.route.format(**{name: _place(name, "A" * 22, told, rng) for name in names}))
    if body is None or not isinstance(body, dict):
        return asked
    match what:
        case "bytes":
            return replace(asked, raw=rng.choice((doubled(asked.raw), *no_objects(asked.raw))))
        case "more":
            body[MARK] = rng.choice(ODD)
        case "missing" if body:
            del body[rng.choice(sorted(body))]
        case _:
            _spoil(body, told, rng)
    return replace(asked, raw=json.dumps(body).encode())


def _spoil(body: Any, told: dict[str, list[Any]], rng: Random, name: str = "") -> None:
    """Put a false value somewhere into a body."""
    places = list(body) if isinstance(body, dict) else list(range(len(body)))
    if not places:
        return
    at = rng.choice(places)
    name = at if isinstance(at, str) else name
    if isinstance(body[at], dict | list) and body[at] and rng.random() < 0.5:
        _spoil(body[at], told, rng, name)
        return
    known, chance = [one for one in real(name, told) if one != body[at]], rng.random()
    body[at] = rng.choice(known) if known and chance < 0.4 else like(body[at], rng) if chance < 0.75 else rng.choice(ODD)


def like(value: Any, rng: Random) -> Any:
    """A value of the same form that nobody gave: an id of nobody, a name of nothing, a number beside the right one."""
    match value:
        case bool():
            return not value
        case int():
            return value + rng.choice((-1, 1, 2, 1000, -value))
        case str() if len(value) > 20:
            return b64u(rng.randbytes(len(value) * 3 // 4))
        case str():
            return "".join(
                rng.choice("abcdefghij") if one.isalpha() else rng.choice("012") if one.isdigit() else one for one in value
            )
        case list():
            return value * 2
    return rng.choice(ODD)


def no_objects(raw: bytes = b"{}") -> list[bytes]:
    """Bodies that are no object of ours, whatever the route: made of a good one where that matters."""
    return [
        b"",
        b"null",
        b"true",
        b"17",
        b"-0.0",
        b'"' + MARK.encode() + b'"',
        b"[]",
        b"[" + raw + b"]",
        b"NaN",
        b"Infinity",
        b'{"a":NaN}',
        b'{"a":-Infinity}',
        b'{"a":1e999}',
        b'{"a":' + b"9" * 5000 + b"}",
        b"[" * 8000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        raw[: max(1, len(raw) // 2)],
        raw[:-1],
        raw + raw,
        raw + b"\x00",
        b"\xef\xbb\xbf" + raw,
        raw.decode().encode("utf-16"),
        b"\xff\xfe" + raw,
        b'{"' + MARK.encode() + b'\xff":1}',
        b'{"a":"\\ud800"}',
        b'{"\\udfff":"' + MARK.encode() + b'"}',
        b'{"a":"\x01"}',
        b"{'a':1}",
        b'{"a":1,}',
        b"a=1&b=" + MARK.encode(),
        b"<a/>",
    ]


def doubled(raw: bytes) -> bytes:
    """The same object with every name twice, the first time with a word in the place of its value."""
    body = json.loads(raw)
    names = "".join(f"{json.dumps(name)}:{json.dumps(MARK)}," for name in body)
    return b"{" + names.encode() + raw.lstrip()[1:] if body else b'{"a":1,"a":1}'


def foreign() -> tuple[tuple[tuple[str, str], ...], ...]:
    """Headers with which no page of ours asks to change something."""
    return tuple(
        tuple((OWN | changed).items())
        for changed in (
            {"Content-Type": "text/plain"},
            {"Content-Type": "application/x-www-form-urlencoded"},
            {"Content-Type": "multipart/form-data; boundary=x"},
            {"Content-Type": "application/json-seq"},
            {"Content-Type": MARK},
            {"X-Amanet-Desk": MARK},
            {"Origin": f"http://{MARK}"},
            {"Sec-Fetch-Site": "cross-site"},
        )
    )


def _place(name: str, value: str, told: dict[str, list[Any]], rng: Random) -> str:
    known, chance = [str(one) for one in real(name, told)], rng.random()
    if known and chance < 0.75:
        return quote(rng.choice(known), safe="")
    return rng.choice(ODD_PLACES) if chance < 0.92 else quote(value, safe="") or b64u(rng.randbytes(16))


def _parameter(name: str, value: Any, told: dict[str, list[Any]], rng: Random) -> str:
    known, chance = [str(one) for one in real(name, told)], rng.random()
    if known and chance < 0.5:
        return ",".join(rng.choices(known, k=rng.choice((1, 1, 3, 101)) if name == "ids" else 1))
    return rng.choice(ODD_ASKED) if chance < 0.75 else str(value)
