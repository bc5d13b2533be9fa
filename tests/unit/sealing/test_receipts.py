"""Receipts: made, typed, and what they open."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import receipts
from sealing.errors import DoesNotOpen, ReceiptMistyped
from sealing.receipts import ReceiptSecrets
from sealing.suite import gcm_seal
from tests.vectors import known
from tests.vectors.universe import seeded

DIGITS = "12345678901234567895"
SECRETS = ReceiptSecrets(prk=bytes([3] * 32))


@given(st.binary(min_size=20, max_size=20))
def test_every_receipt_made_is_understood_when_typed(raw: bytes) -> None:
    rest = seeded("receipt")
    drawn = iter([raw])

    digits = receipts.make_receipt(lambda size: next(drawn, None) or rest(size))

    assert receipts.typed(receipts.shown(digits)) == digits
    assert len(digits) == 20


def test_bytes_that_would_favour_some_digits_are_drawn_again() -> None:
    drawn = iter([b"\xff\xfa\xfe" + bytes(17), b"\xf9" + bytes(19)])

    assert receipts.make_receipt(lambda _size: next(drawn))[:19] == "0" * 17 + "90"


@given(st.integers(0, 19), st.integers(1, 9), st.text("0123456789", min_size=19, max_size=19))
def test_one_wrong_digit_is_always_noticed(place: int, change: int, digits: str) -> None:
    good = digits + receipts.check_digit(digits)
    wrong = good[:place] + str((int(good[place]) + change) % 10) + good[place + 1 :]

    with pytest.raises(ReceiptMistyped):
        receipts.typed(wrong)


@pytest.mark.parametrize(
    "text",
    [
        "1234 5678 9012 3456 7895",
        "1234-5678–9012—3456−7895",
        "1234.5678·9012.3456.7895",
        "\t1234\u00a05678\u2009901234567895\n",
        "１２３４５６７８９０１２３４５６７８９５",
        "①②③④⑤⑥⑦⑧⑨01234567895",
    ],
)
def test_spaces_dashes_points_and_wide_digits_are_no_mistake(text: str) -> None:
    assert receipts.typed(text) == DIGITS


@pytest.mark.parametrize("text", ["", DIGITS[:-1], DIGITS + "0", "1234567890123456789x", "١٢٣٤٥٦٧٨٩٠١٢٣٤٥٦٧٨٩٥", "x" * 20])
def test_anything_else_is_mistyped(text: str) -> None:
    with pytest.raises(ReceiptMistyped) as refused:
        receipts.typed(text)
    assert text not in str(refused.value) or not text


def test_a_record_opens_for_its_receipt_only() -> None:
    public_key = known.identity("case-a").recipient.public_key

    sealed = SECRETS.seal_record(known.CASE_A, public_key, bytes(12))

    assert SECRETS.open_record(sealed) == (known.CASE_A, public_key)
    for secrets, changed in ((ReceiptSecrets(prk=bytes(32)), sealed), (SECRETS, sealed[:-1]), (SECRETS, b"")):
        with pytest.raises(DoesNotOpen):
            secrets.open_record(changed)


def test_a_record_of_another_form_does_not_open() -> None:
    with pytest.raises(DoesNotOpen):
        SECRETS.open_record(bytes(12) + gcm_seal(SECRETS._record_key, bytes(12), b"short", SECRETS._record_aad))


def test_a_receipts_secrets_never_show_and_are_all_different() -> None:
    values = {SECRETS.lookup, SECRETS.mailbox.seed, SECRETS.withdraw_token, SECRETS.prk, SECRETS._record_key}

    assert repr(SECRETS) == "ReceiptSecrets()"
    assert len(values) == 5
