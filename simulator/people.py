"""People and their phones, for tests: say, press, send, block, look, wait.

Laws: an action returns as soon as the bot's update is queued; waiting is for a change of the screen, never for a while; a phone
can do only what a phone can do (nobody presses a button that is not there, or writes to a bot they blocked).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from simulator.bots import Bot
from simulator.chats import Chat, Message, Notice
from simulator.errors import ActionImpossible, ButtonMissing, NotHeard
from simulator.media import Sending
from simulator.screen import Button, Shown, screen
from simulator.texts import TEXT_LIMIT, find_entities

if TYPE_CHECKING:
    from simulator.world import Simulator

MEMBER = {"status": "member"}


class Person:
    """Somebody; `json` is the account as bots see it."""

    def __init__(self, sim: "Simulator", json: dict[str, Any]) -> None:
        self.sim = sim
        self.json = json
        self.id: int = json["id"]
        self._phones: dict[int, Phone] = {}

    def open(self, bot: Bot) -> "Phone":
        """The chat with a bot, empty until it is started."""
        phone = self._phones.get(bot.id)
        if phone is None:
            phone = self._phones[bot.id] = Phone(self, bot)
        return phone

    def deactivate(self) -> None:
        """Close the account: bots may speak to it no more."""
        for phone in self._phones.values():
            phone.chat.gone = True


class Phone(Sending):
    """A person's view of one chat, and what the person does in it."""

    def __init__(self, person: Person, bot: Bot) -> None:
        self.person = person
        self.bot = bot
        self.sim = person.sim
        self.chat = Chat(person=person.json, instance=self.sim.ids.long(), bot_name=bot.name)
        bot.chats[person.id] = self.chat

    sim: "Simulator"
    person: Person

    # What the person does ---------------------------------------------------------------------------------------------

    async def start(self, payload: str = "") -> int:
        """Press Start, or follow a link that carries a payload; unblocks the bot if need be."""
        if self.chat.blocked:
            await self.unblock()
        self.chat.started = True
        return await self.say(f"/start {payload}".strip())

    async def say(self, text: str, *, reply_to: int | None = None) -> int:
        """Write; a text that is too long goes as several messages. The last message's id is returned."""
        whole = text.strip()
        if not whole:
            raise ActionImpossible("an empty message cannot be sent")
        message_id = 0
        for at in range(0, len(whole), TEXT_LIMIT):
            piece = whole[at : at + TEXT_LIMIT]
            content: dict[str, Any] = {"text": piece}
            if entities := find_entities(piece):
                content["entities"] = entities
            message_id = self._sent(content, reply_to=reply_to)
        return message_id

    async def press(self, what: str, *, message_id: int | None = None) -> str:
        """Press the button with this label or data, on the newest message that has it; the query's id is returned.

        A button of a reply keyboard says its label instead, and an empty id is returned.
        """
        for shown in reversed(self.screen()):
            if shown.mine or (message_id is not None and shown.message_id != message_id):
                continue
            for button in shown.buttons:
                if what in {button.label, button.data}:
                    return self._press(button, shown.message_id)
        if message_id is None and what in self.keyboard_labels():
            await self.say(what)
            return ""
        raise ButtonMissing(f"{what!r} is not on the screen:\n{self}")

    async def press_gone(self, message_id: int, data: str) -> str:
        """Press a button that was on the screen a moment ago, or that a tampered client made up."""
        return self._query(message_id, data)

    async def edit(self, text: str, *, message_id: int | None = None) -> int:
        """Correct what was written, the latest text unless another is named."""
        mine = [message for message in self.chat.visible() if message.mine and "text" in message.json]
        chosen = [message for message in mine if message_id in {None, message.id}]
        if not chosen:
            raise ActionImpossible("there is no such message of this person")
        message = chosen[-1]
        message.json = {**message.json, "text": text, "edit_date": int(self.sim.clock.now())}
        message.json.pop("entities", None)
        if entities := find_entities(text):
            message.json["entities"] = entities
        self.chat.changed()
        self.sim.happen(self.bot, "edited_message", message.json, lane=self.person.id)
        return message.id

    async def delete(self, message_id: int) -> None:
        """Delete a message on both sides; the bot is not told."""
        self.chat.remove([message_id])

    async def clear_history(self, *, both_sides: bool = False) -> None:
        """Clear the chat: on this phone only, as phones do by default, or on both sides."""
        if both_sides:
            self.chat.remove(list(self.chat.messages))
        for message in self.chat.messages.values():
            message.hidden = True
        self.chat.notices.clear()
        self.chat.changed()

    async def block(self) -> None:
        """Stop the bot."""
        self._member({"status": "kicked", "until_date": 0}, blocked=True)

    async def unblock(self) -> None:
        """Let the bot speak again."""
        self._member(MEMBER, blocked=False)

    async def lock(self) -> None:
        """Put the phone away: the lock screen is what shows."""
        self.chat.lock()

    async def unlock(self) -> None:
        """Open the chat again."""
        self.chat.unlock()

    # What the person sees ---------------------------------------------------------------------------------------------

    def screen(self) -> tuple[Shown, ...]:
        """The visible messages, oldest first."""
        return screen(self.chat)

    def card(self) -> Shown:
        """The bot's newest visible message."""
        for shown in reversed(self.screen()):
            if not shown.mine:
                return shown
        raise NotHeard("the bot shows nothing")

    def keyboard_labels(self) -> tuple[str, ...]:
        """What the reply keyboard offers."""
        rows = (self.chat.keyboard or {}).get("keyboard", ())
        return tuple(key if isinstance(key, str) else key["text"] for row in rows for key in row)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The lines on the lock screen."""
        return tuple(self.chat.notices.values())

    @property
    def toasts(self) -> tuple[str, ...]:
        """What pressed buttons answered, oldest first."""
        return tuple(toast.text for toast in self.chat.toasts)

    async def heard(
        self,
        what: str | Callable[[tuple[Shown, ...]], Any],
        timeout: float = 5.0,  # noqa: ASYNC109 - the tests' own patience
    ) -> Any:
        """Wait until the bot shows these words, and return that message; or until a predicate of the screen holds."""
        wanted: Callable[[tuple[Shown, ...]], Any] = _says(what) if isinstance(what, str) else what
        try:
            return await self.chat.bell.until(lambda: wanted(self.screen()), timeout)
        except TimeoutError:
            raise NotHeard(f"waited in vain; the screen shows:\n{self}") from None

    async def gone(self, what: str, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the tests' own patience
        """Wait until nothing visible holds these words."""
        await self.heard(lambda shown: not any(what in message.text for message in shown), timeout)

    async def toasted(self, what: str = "", timeout: float = 5.0) -> str:  # noqa: ASYNC109 - the tests' own patience
        """Wait until a pressed button is answered with these words."""
        await self.heard(lambda _shown: any(what in toast for toast in self.toasts), timeout)
        return next(toast for toast in reversed(self.toasts) if what in toast)

    async def settled(self, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the tests' own patience
        """Wait until the bot has confirmed all that was done so far."""
        await self.sim.settled(self.bot, timeout)

    def __str__(self) -> str:
        return "\n".join(str(shown) for shown in self.screen()) or "(nothing)"

    # How it becomes updates -------------------------------------------------------------------------------------------

    def _sent(self, content: dict[str, Any], *, reply_to: int | None = None, file_id: str | None = None) -> int:
        if self.chat.blocked:
            raise ActionImpossible("the bot is blocked")
        self.chat.started = True
        json: dict[str, Any] = {
            "message_id": self.bot.message_id(),
            "from": self.person.json,
            "chat": self.chat.json,
            "date": int(self.sim.clock.now()),
            **content,
        }
        if reply_to is not None and (answered := self.chat.messages.get(reply_to)) is not None:
            json["reply_to_message"] = answered.json
        self.chat.add(Message(json, mine=True, file_id=file_id))
        self.sim.happen(self.bot, "message", json, lane=self.person.id)
        return int(json["message_id"])

    def _press(self, button: Button, message_id: int) -> str:
        if button.data is None:
            raise ActionImpossible("this button opens a link or copies words; nothing reaches the bot")
        return self._query(message_id, button.data)

    def _query(self, message_id: int, data: str) -> str:
        now = self.sim.clock.now()
        message = self.chat.messages.get(message_id)
        query = self.sim.ids.long()
        self.bot.asks(query, self.chat, now)
        gone = {"chat": self.chat.json, "message_id": message_id, "date": 0}
        content = {
            "id": query,
            "from": self.person.json,
            "message": message.json if message else gone,
            "chat_instance": self.chat.instance,
            "data": data,
        }
        self.sim.happen(self.bot, "callback_query", content, lane=self.person.id)
        return query

    def _member(self, new: dict[str, Any], *, blocked: bool) -> None:
        if self.chat.blocked == blocked:
            return
        self.chat.blocked = blocked
        self.chat.changed()
        content = {
            "chat": self.chat.json,
            "from": self.person.json,
            "date": int(self.sim.clock.now()),
            "old_chat_member": {"user": self.bot.json, **(MEMBER if blocked else {"status": "kicked", "until_date": 0})},
            "new_chat_member": {"user": self.bot.json, **new},
        }
        self.sim.happen(self.bot, "my_chat_member", content, lane=self.person.id)


def _says(words: str) -> Callable[[tuple[Shown, ...]], Shown | None]:
    def look(shown: tuple[Shown, ...]) -> Shown | None:
        return next((message for message in reversed(shown) if not message.mine and words in message.text), None)

    return look
