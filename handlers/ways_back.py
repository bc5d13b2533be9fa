"""The way back to a reporter as it is kept: the chat, and what was chosen about being answered in it.

Laws. It is stored only sealed (`return_address.address`), goes when the case is closed or the reporter forgets the chat, and is all that
is known of how to speak to somebody whose conversation is over.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from flows.session import Session
from handlers.channel import Address

SEPARATOR: Final = "\n"
UNTOLD: Final = ("", "", "child")
"""What stands for the rest where only the chat was kept, as before answers were carried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """`contact` is empty while nothing was chosen; `hours` are those at which a message may come."""

    address: Address = field(repr=False)
    contact: str = ""
    hours: str = ""
    register: str = "child"

    @classmethod
    def of(cls, address: Address, flow: Session | None) -> "WayBack":
        """The way back to a chat, as its conversation stands."""
        way = cls(address=address)
        if flow is None:
            return way
        asked = flow.contact != "none" or flow.answer("contact") is not None
        return replace(way, contact=flow.contact if asked else "", hours=flow.hours, register=flow.register)

    def to_bytes(self) -> bytes:
        """Write it as the bytes that are sealed."""
        to = self.address
        return SEPARATOR.join((to.channel, to.bot_id, to.chat_id, self.contact, self.hours, self.register)).encode()

    @classmethod
    def from_bytes(cls, kept: bytes) -> "WayBack":
        """Read what `to_bytes` wrote."""
        channel, bot_id, chat_id, contact, hours, register = (*kept.decode().split(SEPARATOR), *UNTOLD)[:6]
        address = Address(channel=channel, bot_id=bot_id, chat_id=chat_id)
        return cls(address=address, contact=contact, hours=hours, register=register)
