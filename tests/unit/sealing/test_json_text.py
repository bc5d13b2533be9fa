"""JSON read strictly and written canonically."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import json_text
from sealing.errors import DoesNotOpen, Misuse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-json_text.MAX_INTEGER, json_text.MAX_INTEGER) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert json_text.read(json_text.write(value)) == value
    assert json_text.read(json_text.canonical(value)) == value


@given(VALUES)
def test_the_canonical_form_is_the_only_one_of_its_value(value: Any) -> None:
    assert json_text.canonical(json_text.read(json_text.canonical(value))) == json_text.canonical(value)


def test_half_a_surrogate_pair_is_kept() -> None:
    assert json_text.read(json_text.write({"text": "ж \ud83d"})) == {"text": "ж \ud83d"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b'{"a":1,"a":1}',
        b'{"a":{"b":1,"b":2}}',
        b"NaN",
        b"[-Infinity]",
        b"1e999",
        b"1" * 5000,
        b"[" * 101 + b"]" * 101,
        b"[" * 200_000,
        b'{"a":' * 101 + b"1" + b"}" * 101,
    ],
    ids=lambda raw: repr(raw[:12]),
)
def test_what_only_looks_like_json_is_refused(raw: bytes) -> None:
    with pytest.raises(DoesNotOpen):
        json_text.read(raw)


def test_numbers_with_a_point_are_read() -> None:
    assert json_text.read(b"[2.5,-0.0]") == [2.5, 0]


def _nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("value", [float("nan"), object(), _nested(101), b"bytes"], ids=["nan", "object", "deep", "bytes"])
def test_what_is_not_json_is_not_written(value: object) -> None:
    with pytest.raises(Misuse):
        json_text.write({"value": value})


@pytest.mark.parametrize(
    "value", [0.5, 2**53, -(2**53), {1: 2}, "\ud83d", {"\ud83d": 1}, b"x", _nested(101)], ids=lambda value: repr(value)[:9]
)
def test_what_has_no_canonical_form_is_not_signed(value: object) -> None:
    with pytest.raises(Misuse):
        json_text.canonical(value)
