"""Sizes: what is hidden, and what a reader refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import padding
from sealing.errors import DoesNotOpen


@given(st.binary(max_size=20_000), st.integers(0, 20_000))
def test_what_is_padded_is_read_back(content: bytes, at_least: int) -> None:
    padded = padding.pad(content, at_least)

    assert padding.unpad(padded, at_least) == content
    assert padding.is_padded_length(len(padded))


@given(st.integers(8193, 2**40))
def test_padme_is_stable_and_costs_little(length: int) -> None:
    padded = padding.padme(length)

    assert length <= padded <= length * 1.12
    assert padding.padme(padded) == padded


@given(st.integers(1, 2000))
def test_sizes_that_no_padding_gives_are_told_apart(blocks: int) -> None:
    assert not padding.is_padded_length(blocks * 512 + 1)
    assert not padding.is_padded_length(0)


@given(st.binary(max_size=1500))
def test_bytes_that_were_never_padded_are_refused_or_are_their_own_padding(raw: bytes) -> None:
    try:
        content = padding.unpad(raw)
    except DoesNotOpen:
        return
    assert padding.pad(content) == raw


def test_an_answer_of_any_size_below_the_least_looks_like_any_other() -> None:
    assert {len(padding.pad(bytes(size), 4092)) for size in (0, 1, 500, 4092)} == {4096}
    with pytest.raises(DoesNotOpen):
        padding.unpad(padding.pad(b"x"), 4092)
