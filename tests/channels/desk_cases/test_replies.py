"""A message to the reporter: only what an officer who may read signed goes on its way, by a way back that the case has."""

import os
from typing import Any

from sealing.encoding import b64u, unb64u
from sealing.identity import Identity
from sealing.replies import SealedReply, must_be_genuine, open_reply
from storage.receipts import StoredReceipt
from tests.channels.desk_cases.office import NOTE, Browser, Office, Report


def message(text: str = "Jam këtu.") -> tuple[str, dict[str, Any]]:
    message_id = b64u(os.urandom(16))
    return message_id, {
        "kind": "message",
        "at": "2026-11-18T12:00:00Z",
        "to": "reporter",
        "message_id": message_id,
        "text": text,
    }


async def ways_back(office: Office, report: Report, *, chat: bool = True, receipt: bool = True) -> Identity:
    mailbox = Identity.generate(os.urandom)

    def work(tx: Any) -> None:
        if chat:
            tx.return_addresses.put(report.case_id, b"somewhere")
        if receipt:
            tx.receipts.add(
                StoredReceipt(
                    stored_lookup=os.urandom(16),
                    case_id=report.case_id,
                    mailbox_key=mailbox.recipient.public_key,
                    withdraw_hash=bytes(32),
                )
            )

    await office.database.transact(work)
    return mailbox


async def send(browser: Browser, report: Report, ways: list[Any], message_id: str, entry: dict[str, Any]) -> tuple[int, Any]:
    return await browser.move(report, "reply", entry, message_id=message_id, replies=ways)


async def test_a_message_goes_to_the_chat_and_to_the_mailbox_and_stands_in_the_case(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    mailbox = await ways_back(office, report)
    case = await arta.fetch(report)
    assert case["reply_to"]["relay"]
    assert [one["key_id"] for one in case["reply_to"]["mailboxes"]] == [b64u(mailbox.key_id)]
    message_id, entry = message()
    ways = [arta.reply(report, one.recipient, entry) for one in (office.relay, mailbox)]
    assert (await send(arta, report, ways, message_id, entry))[0] == 200
    case = await arta.fetch(report)
    assert {(one["message_id"], one["recipient"], one["state"]) for one in case["replies"]} == {
        (message_id, b64u(office.relay.key_id), "waiting"),
        (message_id, b64u(mailbox.key_id), "waiting"),
    }
    assert arta.opens(case["file"])["entries"][2]["plaintext"]["text"] == "Jam këtu."
    (waiting,) = await office.database.transact(lambda tx: tx.replies.claim(office.now, 10, 60))
    reply = SealedReply(
        case_id=waiting.case_id,
        message_id=waiting.message_id,
        recipient_key_id=waiting.recipient,
        author=waiting.author,
        sealed=waiting.sealed,
        signature=waiting.signature,
    )
    must_be_genuine(reply, office.parts.directory.now, frozenset({office.teams["prizren"].key_id}), office.now)
    assert open_reply(office.relay, reply)["text"] == "Jam këtu."
    assert {one["state"] for one in (await arta.fetch(report))["replies"]} == {"sending", "waiting"}
    await office.database.transact(lambda tx: tx.replies.delivered(waiting.message_id, office.now))
    assert {one["state"] for one in (await arta.fetch(report))["replies"]} == {"delivered", "waiting"}


async def test_what_became_of_a_message_is_told_without_opening_the_case(office: Office) -> None:
    arta, cyril, report = await office.officer("Arta", "prizren"), await office.officer("Cyril", "peje"), await office.report()
    await ways_back(office, report)
    message_id, entry = message()
    assert (await send(arta, report, [arta.reply(report, office.relay.recipient, entry)], message_id, entry))[0] == 200
    whole, done = await arta.fetch(report), await office.actions()
    assert (await arta.get(f"{report.path}/ways"))[1] == {"replies": whole["replies"], "reply_to": whole["reply_to"]}
    await office.database.transact(lambda tx: tx.return_addresses.delete(report.case_id))
    (waiting,) = await office.database.transact(lambda tx: tx.replies.claim(office.now, 10, 60))
    await office.database.transact(lambda tx: tx.replies.expired(waiting.message_id, office.now))
    status, ways = await arta.get(f"{report.path}/ways")
    assert (status, ways["reply_to"]["relay"], [one["state"] for one in ways["replies"]]) == (200, False, ["expired"])
    assert await office.actions() == done
    assert await cyril.get(f"{report.path}/ways") == (404, {"error": "not_there"})


async def test_whoever_writes_to_the_reporter_has_seen_the_case(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    await ways_back(office, report)
    assert (await arta.row(report))["ringing"]
    message_id, entry = message()
    assert (await send(arta, report, [arta.reply(report, office.relay.recipient, entry)], message_id, entry))[0] == 200
    row = await arta.row(report)
    assert (row["ringing"], row["acknowledged_by"], row["taken_by"]) == (False, b64u(arta.officer_id), None)
    assert await office.notices() == ["acknowledged"]
    message_id, entry = message("Je mirë?")
    assert (await send(arta, report, [arta.reply(report, office.relay.recipient, entry)], message_id, entry))[0] == 200
    assert await office.notices() == []


async def test_a_reply_that_is_not_what_it_must_be_is_refused_with_its_entry(office: Office) -> None:
    arta, besa, report = await office.officer("Arta", "prizren"), await office.officer("Besa", "prizren"), await office.report()
    mailbox = await ways_back(office, report)
    stranger = Identity.generate(os.urandom)
    message_id, entry = message()
    other_id, other = message()
    good = arta.reply(report, office.relay.recipient, entry)
    for reason, ways in {
        "reply": [{**good, "signature": good["signature"][:-2] + "AA"}],
        " reply": [arta.reply(report, office.relay.recipient, entry, besa.signing)],
        "  reply": [arta.reply(report, office.relay.recipient, other)],
        "   reply": [{**good, "sealed": b64u(unb64u(good["sealed"])[:-1])}],
        "    reply": [{**good, "recipient": b64u(mailbox.key_id)}],
        "recipient": [arta.reply(report, stranger.recipient, entry)],
        " recipient": [good, good],
    }.items():
        refused = await send(arta, report, ways, message_id, entry)
        assert refused == (422, {"error": "refused", "reason": reason.strip()}), reason
    assert (await arta.fetch(report))["replies"] == []
    assert (await arta.row(report))["entries"] == 2
    assert (await send(arta, report, [good], message_id, entry))[0] == 200
    again = await send(arta, report, [good], message_id, entry)
    assert again == (422, {"error": "refused", "reason": "message-id"})
    assert other_id != message_id


async def test_nothing_is_sent_where_there_is_no_way_back(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    await ways_back(office, report, chat=False, receipt=False)
    assert (await arta.fetch(report))["reply_to"] == {"relay": False, "mailboxes": []}
    message_id, entry = message()
    way = arta.reply(report, office.relay.recipient, entry)
    assert await send(arta, report, [way], message_id, entry) == (422, {"error": "refused", "reason": "recipient"})


async def test_a_mailbox_that_nobody_may_seal_to_is_not_offered(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    bad = StoredReceipt(stored_lookup=os.urandom(16), case_id=report.case_id, mailbox_key=b"\xff" * 1216, withdraw_hash=bytes(32))
    await office.database.transact(lambda tx: tx.receipts.add(bad))
    assert (await arta.fetch(report))["reply_to"]["mailboxes"] == []


async def test_a_note_cannot_be_sent_and_a_reply_needs_its_entry(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    await ways_back(office, report)
    message_id, entry = message()
    way = arta.reply(report, office.relay.recipient, entry)
    body = {"entries": [], "expected_seq": 2, "message_id": message_id, "replies": [way]}
    assert await arta.post(f"{report.path}/moves/reply", body) == (400, {"error": "malformed"})
    status, _ = await arta.move(report, "note", NOTE, replies=[way])
    assert status == 400


async def test_nothing_is_sent_while_the_directory_has_expired(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    mailbox = await ways_back(office, report)
    office.later(367 * 86400)
    message_id, entry = message()
    ways = [arta.reply(report, one.recipient, entry) for one in (office.relay, mailbox)]
    assert await send(arta, report, ways, message_id, entry) == (409, {"error": "expired"})
    assert await office.database.transact(lambda tx: tx.replies.claim(office.now, 10, 60)) == ()
    await office.sign_directory()
    assert (await send(arta, report, ways, message_id, entry))[0] == 200
