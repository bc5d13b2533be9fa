"""Receipts that are drawn before anybody needs them: stretching one takes tens of milliseconds, which no transaction waits for.

Laws. A receipt's digits are drawn at random and belong to nobody until a turn takes them; each is taken once. A turn that finds none
stops before it has written anything that counts (`ReceiptWanted`); whoever ran it draws one in a thread and runs it again, so that a turn
is one transaction all the same.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from handlers.directory_in_force import DirectoryInForce
from handlers.errors import ReceiptWanted
from sealing.receipts import ReceiptSecrets, make_receipt, stored_lookup, stored_withdraw_token


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnReceipt:
    """The digits for the person, and what the database keeps of them."""

    digits: str = field(repr=False)
    stored_lookup: bytes
    mailbox_key: bytes
    withdraw_hash: bytes
    salt: bytes


class Receipts:
    """Draws receipts, and gives each to one turn."""

    def __init__(self, *, directory: DirectoryInForce, pepper: bytes, rng: Callable[[int], bytes]) -> None:
        self._directory = directory
        self._pepper = pepper
        self._rng = rng
        self._drawn: deque[DrawnReceipt] = deque()

    async def draw(self) -> None:
        """Have one more receipt ready."""
        salt = self._directory.now.receipt_salt
        self._drawn.append(await asyncio.to_thread(self._stretched, salt))

    def take(self) -> DrawnReceipt:
        """Give a receipt that nobody has; raise ReceiptWanted if none is ready."""
        while self._drawn:
            receipt = self._drawn.popleft()
            if receipt.salt == self._directory.now.receipt_salt:
                return receipt
        raise ReceiptWanted

    def _stretched(self, salt: bytes) -> DrawnReceipt:
        digits = make_receipt(self._rng)
        secrets = ReceiptSecrets.derive(digits, salt)
        return DrawnReceipt(
            digits=digits,
            stored_lookup=stored_lookup(self._pepper, secrets.lookup),
            mailbox_key=secrets.mailbox.recipient.public_key,
            withdraw_hash=stored_withdraw_token(secrets.withdraw_token),
            salt=salt,
        )
