"""What a messenger is to the rest of the program: things that arrive, and things that are shown.

Laws. Names, usernames, phone numbers and photos stop at the edge: no type here can carry them. A chat id travels only inside
`Address`, whose representation is hidden, so that no log line or traceback can show it. `handlers/conversation.py` knows
channels only through `Channel`; a channel knows nothing of flows.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Literal, Protocol

MediaKind = Literal[
    "voice", "video_note", "photo", "video", "document", "audio", "animation", "sticker", "contact", "poll", "other"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a reporter can be answered. `chat_id` is as the messenger writes it, in text."""

    channel: str
    bot_id: str
    chat_id: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextArrived:
    """Words typed or forwarded (a forwarded message's author is never read)."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCorrected:
    """An edited message: the new words."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandArrived:
    """`/name argument`, the bot's own name cut off."""

    name: str
    argument: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonPressed:
    """A button's data, as made up by whoever sent it; `callback_id` is what the messenger wants acknowledged."""

    data: str = field(repr=False)
    callback_id: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaArrived:
    """A file that the messenger holds. `reference` fetches it once through `Channel.stream`; `size` in bytes where told."""

    kind: MediaKind
    reference: str = field(default="", repr=False)
    size: int | None = None
    media_type: str = "application/octet-stream"
    caption: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationArrived:
    """A point on the map, in degrees; used once to name a municipality and never stored."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterLeft:
    """The bot was blocked or the chat removed: nothing can be shown any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReporterReturned:
    """The bot was unblocked."""


Arrival = (
    TextArrived
    | TextCorrected
    | CommandArrived
    | ButtonPressed
    | MediaArrived
    | LocationArrived
    | ReporterLeft
    | ReporterReturned
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One update of one chat. `update_id` is unique per bot; `message_id` is the message the reporter sent, if any."""

    address: Address
    update_id: int
    arrival: Arrival
    message_id: int | None = None
    sent_at: int = 0
    language_hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A choice under a card: what it says, and the data that comes back when it is pressed."""

    label: str
    data: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What one message shows: plain text and rows of buttons."""

    text: str = field(repr=False)
    rows: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLimits:
    """What fits: `text` in characters, `data` in bytes; `deletes` tells whether messages can be taken back."""

    text: int
    data: int
    deletes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickCall:
    """A call whose result nobody needs: a webhook may answer with it, polling makes it as any other."""

    kind: Literal["acknowledge", "delete"]
    callback_id: str = field(default="", repr=False)
    message_id: int = 0


class Channel(Protocol):
    """A messenger, seen from the conversation. Every method raises only errors of `handlers.errors`."""

    limits: ChannelLimits

    async def send(self, address: Address, card: Card) -> int:
        """Show a card as a new message, protected and without sound; return its message id."""

    async def edit(self, address: Address, message_id: int, card: Card) -> bool:
        """Turn an existing message into this card; False if the message is gone or too old to change."""

    async def delete(self, address: Address, message_ids: tuple[int, ...]) -> None:
        """Take messages back on both sides; ids that are gone or too old are passed over."""

    async def quick(self, address: Address, call: QuickCall) -> None:
        """Make a call whose result nobody needs."""

    def stream(self, media: MediaArrived) -> AsyncIterator[bytes]:
        """Fetch a file in pieces of at most 64 KiB, never on disk."""
