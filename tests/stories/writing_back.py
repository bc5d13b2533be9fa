"""An officer who writes back, played with `sealing` as the desk's browser does it: an entry of the case, and the ways to the reporter."""

import os
from dataclasses import dataclass

from sealing.encoding import b64u, time_text
from sealing.entry import CaseHead, seal_entry, verify_chain
from sealing.identity import Recipient, SigningIdentity
from sealing.replies import seal_reply
from sealing.signed_directory import verify_directory
from storage.replies import StoredReply
from storage.transaction import Transaction
from tests.stories.keys import root_public_key
from tests.stories.story_town import StoryTown


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A message that was sent: its case, its id."""

    case_id: bytes
    message_id: bytes


async def write(town: StoryTown, text: str, *, by: SigningIdentity | None = None, way: str = "relay", case: int = -1) -> Sent:
    """Write to the reporter of the newest case, or of another: to the chat (`relay`), to the code (`mailbox`), or to `both`."""
    author, now, message_id = by or town.keys.area_officer, town.now(), os.urandom(16)
    message = {"kind": "message", "at": time_text(now), "to": "reporter", "message_id": b64u(message_id), "text": text}

    def send(tx: Transaction) -> Sent:
        row = tx.cases.list_plain(limit=9)[case]
        stored, directory = tx.cases.head(row.case_id), tx.directory.current()
        assert directory is not None
        known = verify_directory(directory.document, directory.signature, root_public_key(town.folder))
        start = CaseHead.of(row.case_id, Recipient.from_bytes(stored.public_key))
        head = verify_chain(start, tx.cases.entries(row.case_id), known)
        entry, _ = seal_entry(head, message, author, os.urandom(16))
        tx.cases.append(row.case_id, head.seq, [entry])
        if way in ("relay", "both"):
            tx.replies.put_in_relay(_sealed(known.relay, row.case_id, message, author), now)
        if way in ("mailbox", "both"):
            (receipt,) = tx.receipts.of_case(row.case_id)
            tx.replies.put_in_mailbox(_sealed(Recipient.from_bytes(receipt.mailbox_key), row.case_id, message, author), now)
        return Sent(case_id=row.case_id, message_id=message_id)

    return await town.change(send)


async def states(town: StoryTown, sent: Sent) -> list[str]:
    """Where a message is, as the desk shows it."""
    known = await town.look(lambda tx: tx.replies.states(sent.case_id))
    return [one.state for one in known if one.message_id == sent.message_id]


async def becomes(town: StoryTown, sent: Sent, *wanted: str) -> None:
    """Wait until a message is where it should be."""

    async def there() -> bool:
        return sorted(await states(town, sent)) == sorted(wanted)

    await town.until(there, 10.0)


async def bytes_left(town: StoryTown, sent: Sent) -> int:
    """How many ways of a message still have its bytes."""

    def count(tx: Transaction) -> int:
        directory = tx.directory.current()
        assert directory is not None
        known = verify_directory(directory.document, directory.signature, root_public_key(town.folder))
        boxes = [Recipient.from_bytes(one.mailbox_key).key_id for one in tx.receipts.of_case(sent.case_id)]
        return sum(tx.replies.find(sent.message_id, key_id) is not None for key_id in (known.relay.key_id, *boxes))

    return await town.look(count)


def _sealed(recipient: Recipient, case_id: bytes, message: dict[str, str], author: SigningIdentity) -> StoredReply:
    sealed = seal_reply(recipient, case_id, message, author)
    return StoredReply(
        message_id=sealed.message_id,
        case_id=case_id,
        recipient=sealed.recipient_key_id,
        author=sealed.author,
        sealed=sealed.sealed,
        signature=sealed.signature,
    )
