"""Codes that are typed into a chat: recognised, stretched outside every transaction, and looked up inside the turn (SEALING.md section 7).

Laws. The digits live here for the length of one call and in nothing that is kept, logged or shown: what goes on is what they were stretched
to. A code that is known and one that is not take the same time. A chat that tries many is slowed down before anything is stretched.
"""

import asyncio
import hmac
from dataclasses import dataclass, field
from typing import Final

from handlers.channel import CommandArrived, Incoming, TextArrived, TextCorrected
from handlers.directory_in_force import DirectoryInForce
from sealing.errors import ReceiptMistyped
from sealing.identity import Identity
from sealing.receipts import ReceiptSecrets, looks_typed, stored_lookup, stored_withdraw_token, typed
from storage.receipts import StoredReceipt
from storage.transaction import Transaction

SIDE_BY_SIDE: Final = 2
"""Codes stretched at once: each takes 19 MiB and some tens of milliseconds of a core, and there may be only two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTyped:
    """What became of typed digits: `wrong` if the check digit refuses them, `later` if this chat has to wait, else what they give."""

    wrong: bool = False
    later: bool = False
    lookup: bytes = field(default=b"", repr=False)
    withdraw_hash: bytes = field(default=b"", repr=False)
    mailbox: bytes = field(default=b"", repr=False)

    def find(self, tx: Transaction) -> StoredReceipt | None:
        """Return the receipt of this code; the token that takes a report back must be its own as well."""
        found = tx.receipts.find(self.lookup) if self.lookup else None
        if found is None or not hmac.compare_digest(found.withdraw_hash, self.withdraw_hash):
            return None
        return found


class Codes:
    """Stretches codes with intake's pepper."""

    def __init__(self, *, directory: DirectoryInForce, pepper: bytes) -> None:
        self._directory = directory
        self._pepper = pepper
        self._room = asyncio.Semaphore(SIDE_BY_SIDE)

    async def stretched(self, incoming: Incoming) -> CodeTyped:
        """Give what the digits of this message lead to."""
        try:
            digits = typed(_text(incoming))
        except ReceiptMistyped:
            return CodeTyped(wrong=True)
        async with self._room:
            return await asyncio.to_thread(self._stretched, digits, self._directory.now.receipt_salt)

    def _stretched(self, digits: str, salt: bytes) -> CodeTyped:
        secrets = ReceiptSecrets.derive(digits, salt)
        return CodeTyped(
            lookup=stored_lookup(self._pepper, secrets.lookup),
            withdraw_hash=stored_withdraw_token(secrets.withdraw_token),
            mailbox=secrets.mailbox.seed,
        )


def is_code(incoming: Incoming) -> bool:
    """Whether somebody typed as many digits as a code has, and nothing else."""
    return looks_typed(_text(incoming))


def mailbox_of(seed: bytes) -> Identity:
    """The identity that opens what was sealed to a code."""
    return Identity.from_seed(seed)


def _text(incoming: Incoming) -> str:
    match incoming.arrival:
        case TextArrived(text=text) | TextCorrected(text=text):
            return text
        case CommandArrived(name="code", argument=argument):
            return argument
        case _:
            return ""
