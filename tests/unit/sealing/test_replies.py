"""Replies: only what an officer of a team that reads the case has signed goes anywhere."""

from dataclasses import replace
from typing import Any

import pytest

from sealing.encoding import b64u
from sealing.errors import DoesNotOpen, Misuse, NotAccepted
from sealing.plaintext import encode
from sealing.replies import SealedReply, _info, must_be_genuine, open_reply, seal_reply
from tests.vectors import known
from tests.vectors.universe import AT, message

MESSAGE_ID = bytes([9] * 16)
MESSAGE = message("to", "Jam këtu.", MESSAGE_ID)
RELAY = known.identity("relay")
NORTH = frozenset({known.identity("team-north").key_id})
NOW = 1_795_000_000
AFTER_RETIREMENT = 1_795_132_801


def _reply(author: str = "officer") -> SealedReply:
    return seal_reply(RELAY.recipient, known.CASE_A, MESSAGE, known.signer(author))


def test_an_officers_reply_is_genuine_and_opens_for_its_recipient() -> None:
    reply = _reply()

    must_be_genuine(reply, known.directory(), NORTH, NOW)

    assert reply.message_id == MESSAGE_ID
    assert open_reply(RELAY, reply) == MESSAGE
    with pytest.raises(DoesNotOpen):
        open_reply(known.identity("mailbox-sample"), reply)


def test_a_reply_is_refused_when_anything_about_it_was_changed() -> None:
    reply = _reply()
    other = bytes(16)

    for changed in (
        replace(reply, case_id=other),
        replace(reply, message_id=other),
        replace(reply, recipient_key_id=other),
        replace(reply, author=other),
        replace(reply, author=known.signer("former").signer_id),
        replace(reply, sealed=reply.sealed + b"\0"),
        replace(reply, signature=bytes(64)),
    ):
        with pytest.raises(NotAccepted):
            must_be_genuine(changed, known.directory(), NORTH, NOW)


@pytest.mark.parametrize("author", ["intake", "stranger", "officer-2"])
def test_a_reply_of_somebody_who_may_not_write_is_refused(author: str) -> None:
    """officer-2 belongs to no team."""
    with pytest.raises(NotAccepted):
        must_be_genuine(_reply(author), known.directory(), NORTH, NOW)


def test_a_reply_of_a_team_that_has_no_wrap_is_refused() -> None:
    with pytest.raises(NotAccepted):
        must_be_genuine(_reply(), known.directory(), frozenset({known.identity("team-south").key_id}), NOW)


def test_a_reply_of_an_officer_who_has_left_is_refused() -> None:
    reply = _reply("former")

    must_be_genuine(reply, known.directory(), NORTH, AFTER_RETIREMENT - 1)
    with pytest.raises(NotAccepted):
        must_be_genuine(reply, known.directory(), NORTH, AFTER_RETIREMENT)


@pytest.mark.parametrize("words", [message("from", "x", MESSAGE_ID), {"kind": "note", "at": AT, "text": "x"}], ids=str)
def test_only_a_message_to_the_reporter_is_a_reply(words: dict[str, Any]) -> None:
    with pytest.raises(Misuse):
        seal_reply(RELAY.recipient, known.CASE_A, words, known.signer("officer"))


@pytest.mark.parametrize(
    "words",
    [
        message("from", "x", MESSAGE_ID),
        message("to", "x", bytes(16)),
        {"kind": "note", "at": AT, "text": "x", "message_id": b64u(MESSAGE_ID)},
    ],
    ids=str,
)
def test_what_is_not_this_very_message_does_not_open_as_one(words: dict[str, Any]) -> None:
    sealed = RELAY.recipient.seal(_info(known.CASE_A, MESSAGE_ID, RELAY.key_id), encode(words))

    with pytest.raises(DoesNotOpen):
        open_reply(RELAY, replace(_reply(), sealed=sealed))
