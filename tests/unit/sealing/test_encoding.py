"""How bytes, numbers and times are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing.encoding import b64u, is_time, label, must_be_id, time_text, u32, unb64u
from sealing.errors import DoesNotOpen, Misuse


def test_a_label_ends_with_a_zero_byte_and_a_number_has_four_bytes() -> None:
    assert label("amanet/v1/wrap") == b"amanet/v1/wrap\0"
    assert u32(258) == b"\0\0\1\2"


@given(st.binary(max_size=70))
def test_bytes_written_as_text_are_read_back(raw: bytes) -> None:
    assert unb64u(b64u(raw), len(raw)) == raw


@pytest.mark.parametrize("text", ["A", "AB=", "AA==", "A+8A", "A/8A", "AAA A", "AAA\n", "ЖЖЖЖ", "AB", None, 7, b"AAAA"])
def test_another_spelling_of_bytes_is_refused(text: object) -> None:
    """`AB` has unused bits that are not zero: the same byte has the one spelling `AA`."""
    with pytest.raises(DoesNotOpen):
        unb64u(text)


def test_bytes_of_another_size_are_refused() -> None:
    with pytest.raises(DoesNotOpen):
        unb64u("AAAA", 16)


def test_times_are_written_in_utc_to_the_second() -> None:
    assert time_text(1_795_000_000) == "2026-11-18T11:06:40Z"
    assert is_time(time_text(0))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-18T11:06:40",
        "2026-11-18 11:06:40Z",
        "2026-11-18T11:06:40+00:00",
        "2026-11-18T11:06:40.0Z",
        "2026-11-18T24:00:00Z",
        "2026-02-30T00:00:00Z",
        "٢٠٢٦-11-18T11:06:40Z",
        "2026-11-18T11:06:40Z\n",
        None,
        1_795_000_000,
    ],
)
def test_another_spelling_of_a_time_is_no_time(text: object) -> None:
    assert not is_time(text)


def test_an_id_of_another_length_is_the_callers_mistake() -> None:
    assert must_be_id(bytes(16)) == bytes(16)
    with pytest.raises(Misuse):
        must_be_id(bytes(15))
