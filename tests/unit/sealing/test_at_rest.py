"""Columns at rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing.at_rest import AtRest, chat_row_id, webhook_secret
from sealing.errors import DoesNotOpen, Misuse

KEY, ROW, NONCE = bytes([5] * 32), bytes([6] * 16), bytes(12)


@given(st.binary(max_size=3000))
def test_a_value_opens_in_its_own_row_and_column_only(value: bytes) -> None:
    at_rest = AtRest(KEY)

    stored = at_rest.seal("session.state", ROW, value, NONCE)

    assert at_rest.open("session.state", ROW, stored) == value
    for reader, column, row_id in (
        (AtRest(bytes(32)), "session.state", ROW),
        (at_rest, "session.body", ROW),
        (at_rest, "session.state", bytes(16)),
    ):
        with pytest.raises(DoesNotOpen):
            reader.open(column, row_id, stored)


@pytest.mark.parametrize("stored", [b"", bytes(27), bytes(28), bytes(100)])
def test_what_was_never_sealed_does_not_open(stored: bytes) -> None:
    with pytest.raises(DoesNotOpen):
        AtRest(KEY).open("session.state", ROW, stored)


def test_a_column_a_row_or_a_nonce_of_another_form_is_the_callers_mistake() -> None:
    for column, row_id, nonce in (
        ("state", ROW, NONCE),
        ("session.state\0", ROW, NONCE),
        ("session.state", bytes(15), NONCE),
        ("session.state", ROW, bytes(11)),
    ):
        with pytest.raises(Misuse):
            AtRest(KEY).seal(column, row_id, b"", nonce)
    with pytest.raises(Misuse):
        AtRest(bytes(31))


def test_a_key_never_shows() -> None:
    assert "\\x05" not in repr(AtRest(KEY))


def test_chats_that_could_be_confused_have_different_rows() -> None:
    rows = {
        chat_row_id(KEY, "telegram", "1", "23"),
        chat_row_id(KEY, "telegram", "12", "3"),
        chat_row_id(KEY, "viber", "1", "23"),
        chat_row_id(bytes(32), "telegram", "1", "23"),
    }

    assert len(rows) == 4
    with pytest.raises(Misuse):
        chat_row_id(KEY, "telegram", "1", "2\x003")


def test_a_webhook_secret_is_the_same_in_every_process_and_another_for_every_bot() -> None:
    assert webhook_secret(KEY, "reporter") == webhook_secret(KEY, "reporter")
    assert len({webhook_secret(KEY, "reporter"), webhook_secret(KEY, "officer"), webhook_secret(bytes(32), "reporter")}) == 3
