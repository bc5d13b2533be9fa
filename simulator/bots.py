"""A bot's account: who it is, what it said about itself, its queue, its chats, its files."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from simulator.bell import Bell
from simulator.chats import Chat
from simulator.errors import ApiError, bad_request
from simulator.faults import Meter
from simulator.files import Files
from simulator.ids import FIRST_UPDATE, Ids
from simulator.updates import CALLBACK_LIFE, UpdateQueue

DEFAULT_CONNECTIONS = 40


@dataclass(slots=True)
class Webhook:
    """Where updates are posted; an empty address means that the bot asks for them itself."""

    url: str = ""
    secret: str = field(default="", repr=False)
    max_connections: int = DEFAULT_CONNECTIONS
    certificate: bool = False
    last_error: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A button press that waits for its answer."""

    chat: Chat
    asked_at: float


class Bot:
    """One bot. `label` is what the page writes above its phone."""

    def __init__(self, *, token: str, username: str, name: str, label: str, ids: Ids) -> None:
        self.token = token
        self.id = int(token.partition(":")[0])
        self.username = username
        self.name = name
        self.label = label
        self.queue = UpdateQueue(FIRST_UPDATE)
        self.webhook = Webhook()
        self.chats: dict[int, Chat] = {}
        self.files = Files(ids)
        self.questions: OrderedDict[str, Question] = OrderedDict()
        self.meter = Meter()
        self.arrived = Bell()
        self.confirmed = Bell()
        self.poll_turn = 0
        self.logged_out = False
        self.closing = False
        self.commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.words: dict[tuple[str, str], str] = {}
        self.menu: dict[Any, dict[str, Any]] = {}
        self._messages = 0
        self.json = {"id": self.id, "is_bot": True, "first_name": name, "username": username}

    def message_id(self) -> int:
        """The next message number of this bot's chats."""
        self._messages += 1
        return self._messages

    def chat(self, chat_id: Any, *, speaking: bool = False) -> Chat:
        """The chat a call is about, or the refusal; `speaking` asks for more: nobody may have blocked the bot."""
        found = self.chats.get(chat_id)
        if found is None or not found.started:
            raise bad_request("chat not found")
        if found.gone:
            raise ApiError(403, "Forbidden: user is deactivated")
        if speaking and found.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return found

    def about(self, what: str, language: str) -> str:
        """The name, description or short description in a language, else the general one."""
        general = self.name if what == "name" else ""
        return self.words.get((what, language)) or self.words.get((what, "")) or general

    def commands_for(self, chat_id: int, language: str) -> list[dict[str, Any]]:
        """The commands a person sees, narrowest scope and own language first, as Telegram chooses."""
        for scope in (f"chat:{chat_id}", "all_private_chats", "default"):
            for code in (language[:2], ""):
                if (scope, code) in self.commands:
                    return self.commands[scope, code]
        return []

    def asks(self, number: str, chat: Chat, now: float) -> None:
        """Remember a button press until it can no longer be answered."""
        while self.questions and now - next(iter(self.questions.values())).asked_at >= CALLBACK_LIFE:
            self.questions.popitem(last=False)
        self.questions[number] = Question(chat, now)
