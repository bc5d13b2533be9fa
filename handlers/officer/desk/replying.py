"""A message to the reporter: sealed in the officer's browser to the chat's relay and to the mailbox of a receipt.

Laws (SEALING.md section 7). Nothing goes on its way unless an officer who may read the case signed these very bytes, the recipient is a way
back that this case has, and `message_id` was never used. The entry with the same message is written in the same transaction: what was sent
stands in the case, and what stands in the case was sent. While the directory has expired nobody seals to its relay, nor sends anything
(section 3). Whoever writes to the reporter of a case that rings has seen it: the alarm stops as if they had acknowledged it.
"""

from handlers.officer import moves as officer_moves
from handlers.officer.desk.answers import Refused
from handlers.officer.desk.case_access import signer_of
from handlers.officer.desk.case_bodies import ReplyBody, SealedReplyBody
from handlers.officer.desk.cases import mailboxes
from handlers.officer.desk.moving import Moving
from handlers.officer.desk.scope import read_bytes, read_id
from sealing.errors import NotAccepted
from sealing.replies import SealedReply, must_be_genuine, must_have_body_length
from storage.audit import About
from storage.errors import AlreadyThere
from storage.replies import StoredReply


def reply(moving: Moving, body: ReplyBody) -> About | None:
    """Send a message by every way back that the browser sealed it for."""
    moving.parts.directory.to_seal(moving.now)
    tx, message_id = moving.tx, read_id(body.message_id)
    if tx.replies.is_known(message_id):
        raise Refused(422, "refused", reason="message-id")
    author = signer_of(moving.parts.directory, moving.me)
    relay = moving.parts.directory.now.relay.key_id if tx.return_addresses.is_kept(moving.case_id) else None
    boxes = {box.key_id for box in mailboxes([one.mailbox_key for one in tx.receipts.of_case(moving.case_id)])}
    for one in body.replies:
        sealed = _genuine(moving, message_id, author, one)
        if sealed.recipient_key_id == relay:
            put = tx.replies.put_in_relay
        elif sealed.recipient_key_id in boxes:
            put = tx.replies.put_in_mailbox
        else:
            raise Refused(422, "refused", reason="recipient")
        try:
            put(_stored(sealed), moving.now)
        except AlreadyThere:
            raise Refused(422, "refused", reason="recipient") from None
    _stop_the_alarm(moving)
    return {"ways": len(body.replies)}


def _stop_the_alarm(moving: Moving) -> None:
    stands = officer_moves.standing(moving.tx, moving.case_id, moving.now)
    if stands.rings and stands.stand != "taken":
        officer_moves.acknowledge(moving.tx, moving.case_id, moving.me, now=moving.now, rng=moving.parts.rng)


def _genuine(moving: Moving, message_id: bytes, author: bytes, one: SealedReplyBody) -> SealedReply:
    sealed = SealedReply(
        case_id=moving.case_id,
        message_id=message_id,
        recipient_key_id=read_id(one.recipient),
        author=author,
        sealed=read_bytes(one.sealed),
        signature=read_bytes(one.signature),
    )
    try:
        must_have_body_length(sealed)
        must_be_genuine(sealed, moving.parts.directory.now, moving.wrapped_to, moving.now)
    except NotAccepted:
        raise Refused(422, "refused", reason="reply") from None
    return sealed


def _stored(sealed: SealedReply) -> StoredReply:
    return StoredReply(
        message_id=sealed.message_id,
        case_id=sealed.case_id,
        recipient=sealed.recipient_key_id,
        author=sealed.author,
        sealed=sealed.sealed,
        signature=sealed.signature,
    )
