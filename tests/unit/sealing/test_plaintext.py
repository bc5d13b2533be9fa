"""What entries say: what may be written, what is read."""

from typing import Any

import pytest

from sealing import padding, plaintext
from sealing.encoding import b64u
from sealing.errors import DoesNotOpen, Misuse
from tests.vectors.universe import AT, opened

ID = b64u(bytes(16))
KEY = b64u(bytes(32))
ATTACHMENT = {"kind": "attachment", "at": AT, "blob_id": ID, "key": KEY, "size": 1, "media_type": "a/b", "sha256": KEY}
MESSAGE = {"kind": "message", "at": AT, "to": "reporter", "message_id": ID, "text": "x"}


@pytest.mark.parametrize(
    "said",
    [
        opened("team-north"),
        {"kind": "answers", "at": AT, "items": []},
        {"kind": "something new", "at": AT, "unknown": {"kept": [1, 2.5, None, "ж"]}},
        {"kind": "access", "at": AT, "key_id": ID},
        ATTACHMENT,
        MESSAGE,
        {**MESSAGE, "from": "officer"},
    ],
    ids=lambda said: said["kind"],
)
def test_what_is_written_is_read_back(said: dict[str, Any]) -> None:
    assert plaintext.decode(plaintext.encode(said)) == said


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "note"},
        {"at": AT},
        {"kind": 1, "at": AT},
        {"kind": "note", "at": "yesterday"},
        {"kind": "opened", "at": AT},
        {"kind": "opened", "at": AT, "team_key_ids": ["x"]},
        {"kind": "access", "at": AT, "key_id": KEY},
        {**ATTACHMENT, "size": -1},
        {**ATTACHMENT, "size": True},
        {**ATTACHMENT, "size": 1.0},
        {**ATTACHMENT, "size": 2**53},
        {**ATTACHMENT, "key": ID},
        {**ATTACHMENT, "sha256": None},
        {**ATTACHMENT, "blob_id": KEY},
        {**ATTACHMENT, "media_type": 1},
        {**MESSAGE, "to": "somebody"},
        {**MESSAGE, "from": "reporter"},
        {**MESSAGE, "message_id": KEY},
    ],
    ids=str,
)
def test_what_other_checks_rest_on_must_be_there(said: dict[str, Any]) -> None:
    with pytest.raises(Misuse):
        plaintext.encode(said)
    assert plaintext.fault(said) is not None


def test_a_message_is_written_with_an_id_and_read_without() -> None:
    without = {name: value for name, value in MESSAGE.items() if name != "message_id"}

    assert plaintext.fault(without) is None
    with pytest.raises(Misuse):
        plaintext.encode(without)


def test_a_plaintext_has_at_most_one_mebibyte() -> None:
    frame = len(b'{"kind":"note","at":"%s","text":""}' % AT.encode())
    longest = {"kind": "note", "at": AT, "text": "x" * (plaintext.MAX_BYTES - frame)}

    assert plaintext.decode(plaintext.encode(longest)) == longest
    longest["text"] += "x"
    with pytest.raises(Misuse):
        plaintext.encode(longest)
    with pytest.raises(DoesNotOpen):
        plaintext.decode(padding.pad(b" " * (plaintext.MAX_BYTES + 1)))
