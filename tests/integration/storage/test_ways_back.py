"""Ways back to a reporter: return address, receipt, replies, notices."""

import pytest

from storage.database import Database
from storage.errors import AlreadyThere
from storage.receipts import StoredReceipt
from storage.replies import StoredReply


def a_reply(case_id: bytes, message_id: bytes = b"m" * 16) -> StoredReply:
    return StoredReply(
        message_id=message_id, case_id=case_id, recipient=b"x" * 16, author=b"a" * 16, sealed=b"sealed", signature=b"s" * 64
    )


async def test_a_return_address_is_kept_until_it_is_forgotten(database: Database, world) -> None:
    case_id = await database.transact(world.case)
    await database.transact(lambda tx: tx.return_addresses.put(case_id, b"first"))
    await database.transact(lambda tx: tx.return_addresses.put(case_id, b"second"))
    assert await database.read(lambda tx: tx.return_addresses.get(case_id)) == b"second"
    assert await database.transact(lambda tx: tx.return_addresses.delete(case_id))
    assert await database.read(lambda tx: tx.return_addresses.get(case_id)) is None


async def test_a_receipt_is_found_by_its_lookup_only(database: Database, world) -> None:
    case_id = await database.transact(world.case)
    kept = StoredReceipt(
        stored_lookup=b"l" * 16, case_id=case_id, mailbox_key=b"m" * 1216, withdraw_hash=b"h" * 32, record=b"sealed"
    )
    await database.transact(lambda tx: tx.receipts.add(kept))
    with pytest.raises(AlreadyThere):
        await database.transact(lambda tx: tx.receipts.add(kept))
    assert kept == await database.read(lambda tx: tx.receipts.find(b"l" * 16))
    assert (kept,) == await database.read(lambda tx: tx.receipts.of_case(case_id))
    assert await database.read(lambda tx: tx.receipts.find(b"?" * 16)) is None
    assert await database.transact(lambda tx: tx.receipts.delete(b"l" * 16))


async def test_a_reply_to_a_mailbox_lies_there(database: Database, world, now: int) -> None:
    case_id = await database.transact(world.case)
    await database.transact(lambda tx: tx.replies.put_in_mailbox(a_reply(case_id), now))
    assert (a_reply(case_id),) == await database.read(lambda tx: tx.replies.in_mailbox(case_id, b"x" * 16))
    assert await database.read(lambda tx: tx.replies.in_mailbox(case_id, b"?" * 16)) == ()
    assert await database.transact(lambda tx: tx.replies.claim(now, 10, 30)) == ()


async def test_a_reply_to_a_chat_is_carried_once_and_its_id_stays_known(database: Database, world, now: int) -> None:
    case_id = await database.transact(world.case)
    await database.transact(lambda tx: tx.replies.put_in_relay(a_reply(case_id), now))
    assert (a_reply(case_id),) == await database.transact(lambda tx: tx.replies.claim(now, 10, 30))
    assert await database.transact(lambda tx: tx.replies.claim(now + 29, 10, 30)) == ()
    assert await database.transact(lambda tx: tx.replies.later(b"m" * 16, now + 60))
    assert await database.transact(lambda tx: tx.replies.claim(now + 59, 10, 30)) == ()
    assert len(await database.transact(lambda tx: tx.replies.claim(now + 60, 10, 30))) == 1
    assert await database.transact(lambda tx: tx.replies.delivered(b"m" * 16, now + 60))
    assert await database.transact(lambda tx: tx.replies.claim(now + 9999, 10, 30)) == ()
    with pytest.raises(AlreadyThere):
        await database.transact(lambda tx: tx.replies.put_in_relay(a_reply(case_id), now))


async def test_a_reply_that_can_never_be_carried_fails_for_good(database: Database, world, now: int) -> None:
    case_id = await database.transact(world.case)
    await database.transact(lambda tx: tx.replies.put_in_relay(a_reply(case_id), now))
    await database.transact(lambda tx: tx.replies.claim(now, 10, 30))
    assert await database.transact(lambda tx: tx.replies.failed(b"m" * 16, now))
    assert await database.transact(lambda tx: tx.replies.claim(now + 9999, 10, 30)) == ()


async def test_a_notice_reaches_intake_and_is_gone(database: Database, world, now: int) -> None:
    case_id = await database.transact(world.case)
    await database.transact(lambda tx: tx.notices.add(case_id, "taken", now))
    (claimed,) = await database.transact(lambda tx: tx.notices.claim(now, 10, 30))
    assert (case_id, "taken") == (claimed.case_id, claimed.kind)
    assert await database.transact(lambda tx: tx.notices.claim(now + 29, 10, 30)) == ()
    assert await database.transact(lambda tx: tx.notices.later(claimed.notice_id, now + 40))
    assert await database.transact(lambda tx: tx.notices.claim(now + 39, 10, 30)) == ()
    assert (claimed,) == await database.transact(lambda tx: tx.notices.claim(now + 40, 10, 30))
    assert await database.transact(lambda tx: tx.notices.done(claimed.notice_id))
    assert await database.transact(lambda tx: tx.notices.claim(now + 9999, 10, 30)) == ()
