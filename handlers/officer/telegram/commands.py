"""What an officer may say to the bot: /start CODE, /duty, /help; everything else is answered with help.

Laws. Only private chats. Whoever is not linked learns nothing: one neutral line, once a minute, and a code that does not work is only
that. What an officer types is never stored and never logged; a code that did its work is deleted from the chat. Answers go out beside
the taking of updates (`replies`): whether they can be said decides nothing.
"""

from dataclasses import dataclass, field
from typing import Final

from telegram import Message, Update
from telegram.ext import ContextTypes

from handlers.channel import Card
from handlers.officer import alarms, link_codes, moves, texts
from handlers.officer.rendering import Waiting
from handlers.officer.telegram.attempts import Attempts, Strangers
from handlers.officer.telegram.parts import Parts
from locales.languages import guess
from storage.officers import Officer
from storage.transaction import Transaction

_LISTED: Final = 10
"""Cases listed by /duty: what fits one screen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Linked:
    """What became of a code."""

    text: str
    language: str | None = None
    told: int = 0
    left: int | None = field(default=None, repr=False)
    """The chat that was linked until now."""


class Commands:
    """Answers messages."""

    def __init__(self, parts: Parts, attempts: Attempts, strangers: Strangers) -> None:
        self._parts = parts
        self._attempts = attempts
        self._strangers = strangers

    async def start(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Link this chat with the code after the command."""
        message = update.effective_message
        if message is None:
            return
        code = (message.text or "").partition(" ")[2].strip()
        if not code:
            await self.help(update, _context)
            return
        chat_id, now = message.chat.id, self._parts.clock()
        if not self._attempts.allowed(chat_id, now):
            self._tell_stranger(message, texts.TOO_MANY_CODES)
            return
        linked = await self._parts.database.transact(lambda tx: self._link(tx, chat_id, code, now))
        if linked.language is None:
            self._attempts.failed(chat_id, now)
            if self._strangers.may_hear_of_code(now):
                self._parts.replies.to_stranger(chat_id, self._card(linked.text, _guess(message)))
            return
        self._attempts.forget(chat_id)
        if linked.told:
            self._parts.ring()
        self._parts.replies.to_officer(chat_id, self._card(linked.text, linked.language))
        self._parts.replies.begin("delete", self._parts.calls.delete(chat_id, message.message_id))
        if linked.left is not None:
            self._parts.replies.to_officer(linked.left, self._card(texts.NOT_LINKED, linked.language))

    async def duty(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say whether the officer is on duty and what is waiting."""
        message = update.effective_message
        if message is None:
            return
        text = await self._parts.database.read(lambda tx: self._duty(tx, message))
        if text is None:
            self._tell_stranger(message, texts.STRANGER)
        else:
            self._parts.replies.to_officer(message.chat.id, Card(text=text))

    async def help(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say what the bot is for, to officers only."""
        message = update.effective_message
        if message is None:
            return
        officer = await self._parts.database.read(lambda tx: self._parts.officer_of(tx, message.chat.id))
        if officer is None:
            self._tell_stranger(message, texts.STRANGER)
            return
        lines = (self._parts.wording.text(line, officer.language) for line in texts.HELP)
        self._parts.replies.to_officer(message.chat.id, Card(text="\n".join(lines)))

    def _link(self, tx: Transaction, chat_id: int, code: str, now: int) -> _Linked:
        """Redeem a code; an update that comes again finds the chat linked already."""
        known = self._parts.officer_of(tx, chat_id)
        officer_id = link_codes.redeem(tx, code, now)
        officer = None if officer_id is None else tx.officers.get(officer_id)
        if officer is None or not officer.active:
            return (
                _Linked(text=texts.CODE_REFUSED) if known is None else _Linked(text=texts.ALREADY_LINKED, language=known.language)
            )
        before = tx.officers.contact(officer.officer_id)
        tx.officers.set_contact(officer.officer_id, str(chat_id).encode(), self._parts.lookup(chat_id))
        told = alarms.tell_officer(tx, officer.officer_id, now=now, rng=self._parts.rng)
        left = None if before is None or int(before) == chat_id else int(before)
        return _Linked(text=texts.LINKED, language=officer.language, told=told, left=left)

    def _duty(self, tx: Transaction, message: Message) -> str | None:
        officer = self._parts.officer_of(tx, message.chat.id)
        wording = self._parts.wording
        if officer is None:
            return None
        now, language = self._parts.clock(), officer.language
        lines = [wording.text(text, language) for text in _watch(tx, officer)]
        waiting = _waiting_for(tx, officer, now)
        lines += ["", wording.text(texts.WAITING_CASES, language, count=str(len(waiting)))]
        if not waiting:
            lines[-1] = wording.text(texts.NOTHING_WAITS, language)
        lines += [wording.line(case, language, now) for case in waiting[:_LISTED]]
        if len(waiting) > _LISTED:
            lines.append(wording.text(texts.MORE_CASES, language, count=str(len(waiting) - _LISTED)))
        if held := tx.cases.held_by(officer.officer_id):
            lines += ["", wording.text(texts.YOUR_CASES, language, count=str(len(held)))]
            lines += [case.designation for case in held[:_LISTED]]
        return "\n".join(lines)

    def _tell_stranger(self, message: Message, msgid: str) -> None:
        if self._strangers.may_hear(message.chat.id, self._parts.clock()):
            self._parts.replies.to_stranger(message.chat.id, self._card(msgid, _guess(message)))

    def _card(self, msgid: str, language: str) -> Card:
        return Card(text=self._parts.wording.text(msgid, language))


def _watch(tx: Transaction, officer: Officer) -> tuple[str, ...]:
    """Say whether an officer is on duty, or called when those on duty do not answer."""
    on_duty = any(one.officer_id == officer.officer_id for one in tx.duties.on_duty(officer.team_ids))
    supervising = any(one.officer_id == officer.officer_id for one in tx.duties.supervisors(officer.team_ids))
    return (texts.ON_DUTY if on_duty else texts.NOT_ON_DUTY, *((texts.SUPERVISING,) if supervising else ()))


def _waiting_for(tx: Transaction, officer: Officer, now: int) -> list[Waiting]:
    """The cases of an officer's teams that nobody has taken, the most urgent first, then the longest waiting."""
    found: dict[bytes, Waiting] = {}
    for alarm in alarms.open_alarms(tx):
        case = tx.cases.get(alarm.case_id)
        if case is None or case.state not in ("new", "referred") or not set(officer.team_ids) & set(alarm.team_ids):
            continue
        since = moves.standing(tx, case.case_id, now).since
        found[case.case_id] = Waiting(urgency=case.urgency, area=case.area, since=since, designation=case.designation)
    return sorted(found.values(), key=lambda case: (case.urgency, case.since))


def _guess(message: Message) -> str:
    return guess(message.from_user.language_code if message.from_user else None)
