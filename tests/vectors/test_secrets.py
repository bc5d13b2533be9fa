"""Known answers of what is derived from secrets: slots, logins, receipts, replies, columns at rest."""

import json
from typing import Any

import pytest

from sealing import receipts, replies
from sealing.at_rest import AtRest, chat_row_id
from sealing.encoding import b64u, unb64u
from sealing.errors import DoesNotOpen, ReceiptMistyped
from sealing.receipts import ReceiptSecrets
from sealing.slots import PassphraseSlot, PrfSlot, Stretched, stored_proof, stretch, unknown_login_salt
from sealing.suite import hkdf_expand, hkdf_extract
from tests.vectors import known

SLOTS = known.load("slots")
OFFICER_ID = unb64u(SLOTS["officer_id"])
RECEIPTS = known.load("receipts")
AT_REST = known.load("at-rest")


@pytest.mark.parametrize("answer", SLOTS["passphrase"], ids=lambda answer: answer["name"])
def test_a_passphrase_slot_opens_with_every_spelling_of_its_passphrase(answer: dict[str, Any]) -> None:
    slot = PassphraseSlot.from_json(answer["slot"])

    for spelling in (answer["passphrase"], *answer["opens_with"]):
        stretched = slot.stretch(spelling)
        assert answer["key"] == b64u(stretched.key)
        assert SLOTS["seeds"] == b64u(slot.open(OFFICER_ID, stretched).joined)
    for other in answer["does_not_open_with"]:
        with pytest.raises(DoesNotOpen):
            slot.open(OFFICER_ID, slot.stretch(other))


def test_a_slot_is_sealed_to_the_known_bytes() -> None:
    answer = SLOTS["passphrase"][2]
    slot = PassphraseSlot.from_json(answer["slot"])
    drawn = iter((slot.salt, slot.nonce))
    seeds = slot.open(OFFICER_ID, Stretched(key=unb64u(answer["key"])))

    sealed = PassphraseSlot.seal(OFFICER_ID, seeds, answer["passphrase"], lambda _size: next(drawn))

    assert answer["slot"] == sealed.to_json()


def test_the_known_prf_output_opens_its_slot() -> None:
    answer = SLOTS["prf"]
    key = hkdf_expand(hkdf_extract(unb64u(answer["prf_output"])), b"amanet/v1/slot-prf\0")
    slot = PrfSlot(credential_id=b"credential", prf_salt=bytes(32), nonce=unb64u(answer["nonce"]), ct=unb64u(answer["ct"]))

    assert answer["key"] == b64u(key)
    assert SLOTS["seeds"] == b64u(slot.open(OFFICER_ID, unb64u(answer["prf_output"])).joined)


def test_login_proofs_and_the_salts_of_unknown_names_are_as_known() -> None:
    answers = known.load("login")

    for answer in answers["proofs"]:
        proof = Stretched(key=unb64u(answer["key"])).login_proof
        assert (answer["login_proof"], answer["stored"]) == (b64u(proof), b64u(stored_proof(proof)))
    for answer in answers["unknown"]:
        assert answer["salt"] == b64u(unknown_login_salt(unb64u(answers["desk_key"]), answer["name"]))


@pytest.mark.parametrize("answer", RECEIPTS["receipts"], ids=lambda answer: answer["digits"])
def test_a_receipt_gives_the_known_secrets(answer: dict[str, str]) -> None:
    secrets = ReceiptSecrets.derive(answer["digits"], unb64u(RECEIPTS["public_salt"]))

    assert answer["prk"] == b64u(secrets.prk)
    assert answer["lookup"] == b64u(secrets.lookup)
    assert answer["stored_lookup"] == b64u(receipts.stored_lookup(unb64u(RECEIPTS["pepper"]), secrets.lookup))
    assert answer["mailbox_seed"] == b64u(secrets.mailbox.seed)
    assert answer["mailbox_key_id"] == b64u(secrets.mailbox.key_id)
    assert answer["mailbox_public_key"] == b64u(secrets.mailbox.recipient.public_key)
    assert answer["shown"] == receipts.shown(answer["digits"])
    assert answer["digits"] == receipts.typed(answer["shown"])


def test_check_digits_are_as_known() -> None:
    for answer in RECEIPTS["iso7064"]:
        assert answer["check"] == receipts.check_digit(answer["digits"])


def test_mistyped_receipts_are_refused() -> None:
    for answer in RECEIPTS["refused"]:
        with pytest.raises(ReceiptMistyped):
            receipts.typed(answer["digits"])


@pytest.mark.parametrize("answer", RECEIPTS["typed"])
def test_a_receipt_is_understood_as_people_type_it(answer: dict[str, str]) -> None:
    assert answer["digits"] == receipts.typed(answer["typed"])


def test_the_known_record_opens_and_is_sealed_to_the_same_bytes() -> None:
    answer = known.load("receipt-record")
    case_id, case_key = known.CASE_A, known.identity(answer["case"]).recipient.public_key
    secrets = ReceiptSecrets.derive(answer["digits"], unb64u(RECEIPTS["public_salt"]))

    assert (case_id, case_key) == secrets.open_record(unb64u(answer["record"]))
    assert answer["record"] == b64u(secrets.seal_record(case_id, case_key, unb64u(answer["nonce"])))
    assert answer["withdraw_token"] == b64u(secrets.withdraw_token)
    assert answer["stored_withdraw_token"] == b64u(receipts.stored_withdraw_token(secrets.withdraw_token))


def test_the_known_reply_is_genuine_and_opens_for_its_mailbox() -> None:
    answer = RECEIPTS["reply"]
    mailbox = ReceiptSecrets.derive(answer["digits"], unb64u(RECEIPTS["public_salt"])).mailbox
    reply = replies.SealedReply(
        case_id=unb64u(answer["case_id"]),
        message_id=unb64u(answer["message_id"]),
        recipient_key_id=mailbox.key_id,
        author=unb64u(answer["author"]),
        sealed=unb64u(answer["sealed"]),
        signature=unb64u(answer["signature"]),
    )
    wrapped_to = frozenset({known.identity("team-north").key_id})

    replies.must_be_genuine(reply, known.directory(), wrapped_to, now=1_795_000_000)

    assert json.loads(unb64u(answer["plaintext"])) == replies.open_reply(mailbox, reply)


@pytest.mark.parametrize("answer", AT_REST["rows"], ids=lambda answer: str(answer["plaintext_length"]))
def test_a_column_is_sealed_to_the_known_bytes_and_opens(answer: dict[str, Any]) -> None:
    at_rest = AtRest(unb64u(AT_REST["intake_key"]))
    content, row_id = known.pattern(answer["plaintext_length"]), unb64u(answer["row_id"])

    assert answer["sealed"] == b64u(at_rest.seal(answer["column"], row_id, content, unb64u(answer["nonce"])))
    assert content == at_rest.open(answer["column"], row_id, unb64u(answer["sealed"]))


@pytest.mark.parametrize("answer", AT_REST["chats"], ids=lambda answer: answer["chat_id"])
def test_a_chat_has_the_known_row(answer: dict[str, str]) -> None:
    row_id = chat_row_id(unb64u(AT_REST["intake_key"]), answer["channel"], answer["bot_id"], answer["chat_id"])

    assert answer["row_id"] == b64u(row_id)


def test_stretching_with_the_usual_costs_is_what_the_known_slots_say() -> None:
    answer = SLOTS["passphrase"][2]

    assert answer["key"] == b64u(stretch(answer["passphrase"], unb64u(answer["slot"]["salt"])).key)
