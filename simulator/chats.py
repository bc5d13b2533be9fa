"""A private chat between one person and one bot: its messages, and what the phone shows of it.

Laws: a bot deletes only what is younger than 48 hours; what the person cleared on the phone stays known to the bot and can be
edited without anybody seeing it; message ids rise within a bot, across its chats.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Any

from simulator.bell import Bell
from simulator.errors import bad_request
from simulator.faults import Meter

DELETE_WITHIN = 48 * 3600
KEPT_MESSAGES = 2000
KEPT_TOASTS = 50
TYPING_LASTS = 5
"""Seconds that a chat action is shown."""


class Message:
    """One message: `json` is what the bot gets; `hidden` means cleared from the person's own phone only."""

    __slots__ = ("file_id", "hidden", "json", "mine")

    def __init__(self, json: dict[str, Any], *, mine: bool, file_id: str | None = None) -> None:
        self.json = json
        self.mine = mine
        self.file_id = file_id
        self.hidden = False

    @property
    def id(self) -> int:
        """Its number within the bot's chats."""
        return int(self.json["message_id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Toast:
    """What a pressed button answered at the top of the screen, or in a window (`alert`)."""

    number: int
    text: str
    alert: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A line on the lock screen; `silent` ones come without sound."""

    message_id: int
    title: str
    preview: str
    silent: bool


class Chat:
    """The state of one private chat."""

    def __init__(self, *, person: dict[str, Any], instance: str, bot_name: str) -> None:
        self.id: int = person["id"]
        self.instance = instance
        self.bot_name = bot_name
        self.json: dict[str, Any] = {
            "id": person["id"],
            **{key: person[key] for key in ("first_name", "last_name", "username") if key in person},
            "type": "private",
        }
        self.messages: OrderedDict[int, Message] = OrderedDict()
        self.started = False
        self.blocked = False
        self.gone = False
        self.locked = False
        self.stage: Bell | None = None
        self.keyboard: dict[str, Any] | None = None
        self.pinned: set[int] = set()
        self.toasts: deque[Toast] = deque(maxlen=KEPT_TOASTS)
        self.notices: dict[int, Notice] = {}
        self.typing = ("", 0.0)
        self.revision = 0
        self.bell = Bell()
        self.meter = Meter()

    def changed(self) -> None:
        """Tell whoever waits at the phone, and the page if the phone is on it."""
        self.revision += 1
        self.bell.ring()
        if self.stage is not None:
            self.stage.ring()

    def add(self, message: Message, *, silent: bool = False) -> None:
        """Show a new message, on the lock screen too if it is the bot's."""
        self.messages[message.id] = message
        while len(self.messages) > KEPT_MESSAGES:
            self.messages.popitem(last=False)
        if not message.mine:
            self.typing = ("", 0.0)
            if self.locked:
                self.notices[message.id] = self._notice(message, silent=silent)
        self.changed()

    def edited(self, message: Message) -> None:
        """Show a changed message; a lock screen that still lists it shows the new words, without a sound."""
        if (notice := self.notices.get(message.id)) is not None:
            self.notices[message.id] = self._notice(message, silent=notice.silent)
        self.changed()

    def remove(self, message_ids: list[int]) -> None:
        """Take messages away on both sides, the lock screen included."""
        for message_id in message_ids:
            self.messages.pop(message_id, None)
            self.notices.pop(message_id, None)
            self.pinned.discard(message_id)
        self.changed()

    def delete_for_bot(self, message_ids: list[int], now: float) -> int:
        """Delete what the bot asks for; tell how many were there. One that is too old refuses the whole call."""
        known = [message_id for message_id in message_ids if message_id in self.messages]
        for message_id in known:
            if now - self.messages[message_id].json["date"] >= DELETE_WITHIN:
                raise bad_request("message can't be deleted for everyone")
        if known:
            self.remove(known)
        return len(known)

    def toast(self, text: str, *, alert: bool) -> None:
        """Show the answer to a pressed button."""
        number = self.toasts[-1].number + 1 if self.toasts else 1
        self.toasts.append(Toast(number=number, text=text, alert=alert))
        self.changed()

    def lock(self) -> None:
        """Put the phone away: from now on new messages show on the lock screen."""
        self.locked = True
        self.changed()

    def unlock(self) -> None:
        """Open the chat, which clears its lines from the lock screen."""
        self.locked = False
        self.notices.clear()
        self.changed()

    def visible(self) -> list[Message]:
        """What stands on the person's screen, oldest first."""
        return [message for message in self.messages.values() if not message.hidden]

    def _notice(self, message: Message, *, silent: bool) -> Notice:
        return Notice(message_id=message.id, title=self.bot_name, preview=preview(message.json), silent=silent)


LABELS = {
    "voice": "Voice message",
    "photo": "Photo",
    "video": "Video",
    "video_note": "Video message",
    "audio": "Audio",
    "animation": "GIF",
    "document": "File",
    "sticker": "Sticker",
    "location": "Location",
    "contact": "Contact",
    "poll": "Poll",
}


def kind_of(json: dict[str, Any]) -> str:
    """What a message is: text, or the medium it carries."""
    return "text" if "text" in json else next((kind for kind in LABELS if kind in json), "other")


def preview(json: dict[str, Any]) -> str:
    """The one line that a list or a lock screen shows of a message."""
    text = json.get("text") or json.get("caption") or LABELS.get(kind_of(json), "Message")
    return " ".join(text.split())[:160]
