"""The whole simulated messenger: bots, people, time, trouble, and the record of calls.

Laws: it imports nothing of the program it serves; it belongs to one event loop; everything it keeps is bounded; everything
that is said in it is invented.
"""

from collections.abc import Mapping
from typing import Any

from simulator.bell import Bell
from simulator.bots import Bot
from simulator.calls import KEPT_CALLS, Call, Calls, Via
from simulator.chats import Chat
from simulator.clock import Clock, WallClock
from simulator.errors import ActionImpossible, ApiError
from simulator.faults import Faults, Limits
from simulator.ids import Ids
from simulator.methods import AT_ONCE, WAITING, Described, Turn
from simulator.people import Person, Phone
from simulator.spec import Method, Spec, Upload
from simulator.webhooks import Hooks

METERED = ("send", "edit")
NOTES_LIMIT = 200
NOTE_LENGTH = 20_000
PEOPLE_LIMIT = 200_000


class Simulator:
    """A messenger on this machine. Bots reach it over HTTP (`simulator.server`), people through `person`."""

    def __init__(self, *, clock: Clock | None = None, ids: Ids | None = None, keep_calls: int = KEPT_CALLS) -> None:
        self.clock: Clock = clock or WallClock()
        self.ids = ids or Ids()
        self.spec = Spec.load()
        self.faults = Faults()
        self.limits = Limits()
        self.calls = Calls(keep_calls)
        self.called = Bell()
        self.closing = False
        self.stage = Bell()
        self.bots: dict[str, Bot] = {}
        self.people: dict[int, Person] = {}
        self.phones: dict[str, Phone] = {}
        self.notes: list[dict[str, str]] = []
        self.hooks = Hooks(clock=self.clock, ids=self.ids, execute=self._execute_from_webhook)

    def add_bot(self, token: str, username: str, name: str, *, label: str = "") -> Bot:
        """Register a bot; the number before the colon of its token is its id."""
        number, _, secret = token.partition(":")
        if not number.isdecimal() or not secret or token in self.bots:
            raise ActionImpossible("a token is a number, a colon and a secret, and is registered once")
        bot = Bot(token=token, username=username, name=name, label=label or name, ids=self.ids)
        self.bots[token] = bot
        self.stage.ring()
        return bot

    def person(
        self,
        *,
        first_name: str = "Ada",
        last_name: str = "",
        username: str = "",
        language_code: str = "",
        id: int | None = None,  # noqa: A002 - the word that Telegram uses
    ) -> Person:
        """Somebody with a phone."""
        if len(self.people) >= PEOPLE_LIMIT:
            raise ActionImpossible("too many people")
        account: dict[str, Any] = {"id": id or self.ids.person(), "is_bot": False, "first_name": first_name}
        given = {"last_name": last_name, "username": username, "language_code": language_code}
        account.update({key: value for key, value in given.items() if value})
        person = Person(self, account)
        self.people[person.id] = person
        return person

    def show(self, phone: Phone) -> str:
        """Put a phone on the page; the name it has there is returned."""
        for name, shown in self.phones.items():
            if shown is phone:
                return name
        name = self.ids.phone()
        self.phones[name] = phone
        phone.chat.stage = self.stage
        self.stage.ring()
        return name

    def note(self, title: str, command: str = "", output: str = "", *, link: str = "") -> None:
        """Write a note beside the phones; one with the same title is replaced. `link` is an address that the page lets one follow."""
        note = {"title": title, "command": command, "output": output[:NOTE_LENGTH], "link": link}
        for index, known in enumerate(self.notes):
            if known["title"] == title:
                self.notes[index] = note
                break
        else:
            self.notes.append(note)
            del self.notes[:-NOTES_LIMIT]
        self.stage.ring()

    def happen(self, bot: Bot, kind: str, content: dict[str, Any], *, lane: int) -> int | None:
        """Tell a bot what happened; the update's number, or None if the bot does not want this kind."""
        pending = bot.queue.add(kind, content, lane=lane, now=self.clock.now())
        if pending is None:
            return None
        bot.arrived.ring()
        self.hooks.offer(bot, pending)
        return pending.number

    def inject(self, bot: Bot, update: dict[str, Any], *, lane: int = 0) -> int:
        """Send any JSON object as an update, however wrong; `lane` is the chat it is queued with."""
        pending = bot.queue.inject(update, lane=lane, now=self.clock.now())
        bot.arrived.ring()
        self.hooks.offer(bot, pending)
        return pending.number

    async def settled(self, bot: Bot, timeout: float = 5.0) -> None:  # noqa: ASYNC109 - the tests' own patience
        """Wait until the bot has confirmed every update that was made so far."""
        latest = bot.queue.latest
        await bot.confirmed.until(lambda: bot.queue.oldest > latest, timeout)

    async def heard_call(self, method: str, *, after: int = 0, timeout: float = 5.0) -> Call:  # noqa: ASYNC109
        """Wait for a call of this method beyond the first `after` of its kind, and return it."""
        await self.called.until(lambda: len(self.calls.of(method)) > after, timeout)
        return self.calls.of(method)[after]

    async def call(self, bot: Bot, method: Method, raw: Mapping[str, Any], *, via: Via = "http") -> Described:
        """Carry out a call and record it; a refusal is recorded and raised."""
        now = self.clock.now()
        values: dict[str, Any] = {}
        unknown: tuple[str, ...] = ()
        result, refused = None, None
        try:
            values, unknown = self.spec.read(method, raw)
            self._meter(bot, method.name, values, now)
            done = await self._run(bot, method.name, values, now)
            result = done.result
        except ApiError as error:
            refused = (error.code, error.description)
            raise
        finally:
            if method.name != "getUpdates":
                self.calls.add(
                    Call(
                        bot=bot.username,
                        method=method.name,
                        at=now,
                        params=_recorded(values),
                        via=via,
                        unknown=unknown,
                        result=result,
                        error=refused,
                    )
                )
                self.called.ring()
        return done

    async def close(self) -> None:
        """End what runs by itself."""
        await self.hooks.close()

    async def _run(self, bot: Bot, name: str, values: dict[str, Any], now: float) -> Described:
        turn = Turn(bot, values, now, self.clock, self.ids, self.hooks)
        if (handler := AT_ONCE.get(name)) is not None:
            result = handler(turn)
        else:
            result = await WAITING[name](turn)
        return result if isinstance(result, Described) else Described(result, "")

    def _meter(self, bot: Bot, name: str, values: dict[str, Any], now: float) -> None:
        limits = self.limits
        if (limits.per_chat is None and limits.per_bot is None) or not name.startswith(METERED):
            return
        chat: Chat | None = bot.chats.get(values.get("chat_id", 0))
        if limits.per_chat is not None and chat is not None:
            chat.meter.spend(now, limits.per_chat, limits.burst)
        if limits.per_bot is not None:
            bot.meter.spend(now, limits.per_bot, max(1, int(limits.per_bot)))

    async def _execute_from_webhook(self, bot: Bot, name: str, raw: Mapping[str, Any]) -> object:
        """Carry out what a webhook's answer asks for; nobody is told how it ended, as with Telegram."""
        try:
            return await self.call(bot, self.spec.method(name), raw, via="webhook")
        except ApiError:
            return None


def _recorded(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a call without the bytes of its files."""
    if not any(name == "attached" or isinstance(value, Upload) for name, value in values.items()):
        return values
    return {name: value for name, value in values.items() if name != "attached" and not isinstance(value, Upload)}
