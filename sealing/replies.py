"""Replies: an officer's message on its way to a receipt's mailbox or to a chat (section 7).

Laws. Nothing is sent to a chat or shown on the page unless `must_be_genuine` lets it pass and its `message_id` is new. Intake
opens nothing but replies sealed to its relay key.
"""

from dataclasses import dataclass

from sealing import plaintext as plaintexts
from sealing.directory import Directory
from sealing.encoding import ID_BYTES, b64u, label, must_be_id, time_text, unb64u
from sealing.entry import is_body_length
from sealing.errors import DoesNotOpen, Misuse, NotAccepted
from sealing.identity import Identity, Recipient, SigningIdentity
from sealing.plaintext import Plaintext
from sealing.suite import sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedReply:
    """A reply as it lies in the database."""

    case_id: bytes
    message_id: bytes
    recipient_key_id: bytes
    author: bytes
    sealed: bytes
    signature: bytes


def seal_reply(recipient: Recipient, case_id: bytes, message: Plaintext, author: SigningIdentity) -> SealedReply:
    """Seal and sign the JSON of a `message` entry that goes to the reporter."""
    if message.get("kind") != "message" or plaintexts.is_from_reporter(message):
        raise Misuse("a reply is a message to the reporter")
    padded = plaintexts.encode(message)
    message_id = unb64u(message["message_id"], ID_BYTES)
    sealed = recipient.seal(_info(must_be_id(case_id), message_id, recipient.key_id), padded)
    return SealedReply(
        case_id=case_id,
        message_id=message_id,
        recipient_key_id=recipient.key_id,
        author=author.signer_id,
        sealed=sealed,
        signature=author.sign(_signed_part(case_id, message_id, recipient.key_id, author.signer_id, sealed)),
    )


def must_be_genuine(reply: SealedReply, directory: Directory, wrapped_to: frozenset[bytes], now: int) -> None:
    """Check that an officer of a team that may read the case, not retired, signed this very reply; else refuse it."""
    signer = directory.signer(reply.author)
    if signer is None or signer.role != "officer":
        raise NotAccepted("a reply is not an officer's")
    if signer.is_retired(time_text(now)):
        raise NotAccepted("the author of a reply has left")
    if not directory.owns_a_wrap(signer, wrapped_to):
        raise NotAccepted("the author of a reply may not read the case")
    signed = _signed_part(reply.case_id, reply.message_id, reply.recipient_key_id, reply.author, reply.sealed)
    if not signer.verifier.verify(signed, reply.signature):
        raise NotAccepted("a reply is not signed by its author")


def must_have_body_length(reply: SealedReply) -> None:
    """Check that a reply has a size that some message is sealed to: all that can be told of its inside without opening it."""
    if not is_body_length(len(reply.sealed)):
        raise NotAccepted("a reply has a size that no padding gives")


def open_reply(recipient: Identity, reply: SealedReply) -> Plaintext:
    """Give the message, or refuse. Only after `must_be_genuine`."""
    info = _info(reply.case_id, reply.message_id, recipient.key_id)
    message = plaintexts.decode(recipient.open(info, reply.sealed))
    if message["kind"] != "message" or plaintexts.is_from_reporter(message):
        raise DoesNotOpen
    if message.get("message_id", b64u(reply.message_id)) != b64u(reply.message_id):
        raise DoesNotOpen
    return message


def _info(case_id: bytes, message_id: bytes, recipient_key_id: bytes) -> bytes:
    return label("amanet/v1/reply") + case_id + message_id + recipient_key_id


def _signed_part(case_id: bytes, message_id: bytes, recipient_key_id: bytes, author: bytes, sealed: bytes) -> bytes:
    return label("amanet/v1/reply-signature") + case_id + message_id + recipient_key_id + author + sha256(sealed)
