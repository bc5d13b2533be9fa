"""The secret code: shown once, found again by whoever types it, and kept by nobody."""

import re
from typing import Any

from handlers.turns import read_chat
from sealing.encoding import b64u
from sealing.identity import Recipient
from sealing.receipts import ReceiptSecrets, stored_lookup, typed
from sealing.signed_directory import verify_directory
from storage.transaction import Transaction
from tests.stories.keys import root_public_key
from tests.stories.people import IN_DANGER, TO_THE_ANSWER, Child
from tests.stories.story_town import StoryTown

DIGITS = re.compile(r"\d{4} \d{4} \d{4} \d{4} \d{4}")
WITH_A_CODE = (*TO_THE_ANSWER, "receipt", "send", "yes")


async def test_the_digits_on_the_card_lead_to_the_case(any_town: StoryTown) -> None:
    town = any_town
    child = town.child()
    await child.start()
    await child.press(*WITH_A_CODE)
    digits = typed(_code(child))
    pepper = town.settings.secret("receipt_pepper")

    def find(tx: Transaction) -> Any:
        directory = tx.directory.current()
        assert directory is not None
        salt = verify_directory(directory.document, directory.signature, root_public_key(town.folder)).receipt_salt
        secrets = ReceiptSecrets.derive(digits, salt)
        return tx.receipts.find(stored_lookup(pepper, secrets.lookup)), secrets

    receipt, secrets = await town.look(find)
    assert receipt.case_id == (await town.look(lambda tx: tx.cases.list_plain(limit=1)))[0].case_id
    assert receipt.mailbox_key == secrets.mailbox.recipient.public_key
    named = [one["mailbox"] for one in await town.entries(town.keys.area) if one.get("status") == "receipt-given"]
    assert named == [b64u(secrets.mailbox.key_id)]


async def test_the_case_names_the_mailbox_of_its_code(town: StoryTown, child: Child) -> None:
    """What an officer's browser seals to is what intake signed, not what the database offers."""
    await child.press(*TO_THE_ANSWER, "none", "send", "yes")
    await child.press("receipt")
    (case,) = await town.look(lambda tx: tx.cases.list_plain(limit=2))
    (receipt,) = await town.look(lambda tx: tx.receipts.of_case(case.case_id))
    last = (await town.opened(town.keys.area))["entries"][-1]
    assert (last["role"], last["broken"], last["plaintext"]["status"]) == ("intake", [], "receipt-given")
    assert last["plaintext"]["mailbox"] == b64u(Recipient.from_bytes(receipt.mailbox_key).key_id)


async def test_the_digits_are_forgotten_once_their_card_is_put_away(town: StoryTown, child: Child) -> None:
    await child.press(*WITH_A_CODE)
    code = _code(child)
    assert code in await _remembered(town)
    await child.press("hide")
    assert code not in await _remembered(town)
    await child.press("open")
    assert not DIGITS.search(child.card.text)


async def test_a_card_never_promises_a_code_that_is_forgotten(town: StoryTown, child: Child) -> None:
    await child.press(*WITH_A_CODE)
    await town.pass_time(15 * 60)
    await child.hears("Nothing new right now.")
    await child.press("continue")
    assert "This is the code" not in child.card.text


async def test_a_code_that_nobody_saw_yet_outlives_a_pause(town: StoryTown, child: Child) -> None:
    """The code is drawn when it is wished for; its card comes some questions later, after a phone was put down."""
    to_the_answer = (*TO_THE_ANSWER[2:],)
    await child.press(*IN_DANGER, "continue", *to_the_answer, "receipt")
    await town.pass_time(15 * 60)
    await child.hears("Nothing new right now.")
    await child.press("continue", "send", "yes")
    assert DIGITS.search(child.card.text)


async def test_a_code_can_be_had_after_sending(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_ANSWER, "none", "send", "yes")
    assert not DIGITS.search(child.card.text)
    await child.press("receipt")
    assert DIGITS.search(child.card.text)


def _code(child: Child) -> str:
    found = DIGITS.search(child.card.text)
    assert found is not None, child.card.text
    return found[0]


async def _remembered(town: StoryTown) -> str:
    """Everything that is kept of the one chat, in clear."""

    def read(tx: Transaction) -> str:
        (row_id,) = tx.sessions.expired(2**60, 2)
        stored = tx.sessions.get(row_id)
        assert stored is not None
        assert read_chat(stored).case is not None
        return stored.state.decode()

    return await town.look(read)
