"""What stands on a phone: the values that tests compare and the page draws."""

from dataclasses import dataclass
from typing import Any

from simulator.chats import Chat, Message, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """An inline button."""

    label: str
    data: str | None = None
    url: str | None = None
    copies: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One visible message; `mine` means the person wrote it."""

    message_id: int
    mine: bool
    kind: str
    text: str
    date: int
    rows: tuple[tuple[Button, ...], ...] = ()
    edited: bool = False
    protected: bool = False

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All its buttons, row after row."""
        return tuple(button for row in self.rows for button in row)

    @property
    def labels(self) -> tuple[str, ...]:
        """What its buttons say."""
        return tuple(button.label for button in self.buttons)

    def __str__(self) -> str:
        who = ">" if self.mine else "<"
        body = self.text or f"[{self.kind}]"
        return f"{who} {body}" + "".join(f"\n  [{button.label}]" for button in self.buttons)


def shown(message: Message) -> Shown:
    """A message as the person sees it."""
    json = message.json
    rows = json.get("reply_markup", {}).get("inline_keyboard", ())
    return Shown(
        message_id=message.id,
        mine=message.mine,
        kind=kind_of(json),
        text=json.get("text", json.get("caption", "")),
        date=json["date"],
        rows=tuple(tuple(_button(button) for button in row) for row in rows),
        edited="edit_date" in json,
        protected=bool(json.get("has_protected_content")),
    )


def screen(chat: Chat) -> tuple[Shown, ...]:
    """Everything visible in a chat, oldest first."""
    return tuple(shown(message) for message in chat.visible())


def _button(json: dict[str, Any]) -> Button:
    copies = json.get("copy_text", {}).get("text")
    return Button(label=json["text"], data=json.get("callback_data"), url=json.get("url"), copies=copies)
