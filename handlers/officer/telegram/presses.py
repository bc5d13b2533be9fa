"""Presses of Acknowledge and Take.

Laws. The data of a press proves nothing. A press counts only from the linked chat of an active officer, on an alert that was sent to
that officer, about a case of one of the officer's teams (or, to acknowledge, of a team that the officer was woken for); everything
else is refused in one plain line that tells nothing. Of two presses one wins, in the database; the other is answered with how things
stand. Speaking comes after the commit, and what cannot be said then is said by the sender.
"""

from dataclasses import dataclass, field

from telegram import CallbackQuery, Update
from telegram.ext import ContextTypes

from handlers.channel import Card
from handlers.officer import moves, texts
from handlers.officer.telegram import buttons
from handlers.officer.telegram.messages import message, moved
from handlers.officer.telegram.parts import Parts
from locales.languages import guess
from storage.alerts import Alert
from storage.officers import Officer
from storage.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What the phone shows for a moment, and what the pressed message turns into (None: it stays)."""

    text: str = field(repr=False)
    card: Card | None = field(default=None, repr=False)
    changed: bool = False


class Presses:
    """Takes presses."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def press(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Take one press: commit, then answer."""
        query = update.callback_query
        if query is None:
            return
        answer = await self._parts.database.transact(lambda tx: self._pressed(tx, query))
        if answer.changed:
            self._parts.ring()
        self._parts.replies.begin("press", self._answer(query, answer))

    async def _answer(self, query: CallbackQuery, answer: _Answer) -> None:
        await self._parts.calls.answer(query.id, answer.text)
        if answer.card is not None and query.message is not None:
            await self._parts.calls.edit(query.message.chat.id, query.message.message_id, answer.card)

    def _pressed(self, tx: Transaction, query: CallbackQuery) -> _Answer:
        officer = self._parts.officer_of(tx, query.from_user.id)
        if officer is None:
            return self._refused(texts.BUTTON_REFUSED, guess(query.from_user.language_code))
        press = buttons.read(query.data or "")
        alert = None if press is None else _alert_of(tx, press, officer)
        if press is None or alert is None:
            return self._refused(texts.BUTTON_REFUSED, officer.language)
        may = moves.may_answer if press.act == "acknowledge" else moves.may_move
        if not may(tx, officer.officer_id, press.case_id):
            return self._refused(texts.NOT_YOUR_TEAM, officer.language)
        return self._moved(tx, officer, press, alert)

    def _moved(self, tx: Transaction, officer: Officer, press: buttons.Press, alert: Alert) -> _Answer:
        now = self._parts.clock()
        move = moves.acknowledge if press.act == "acknowledge" else moves.take
        outcome = move(tx, press.case_id, officer.officer_id, now=now, rng=self._parts.rng)
        who = moved(tx, outcome.standing, officer)
        return _Answer(
            text=self._parts.wording.standing(who, officer.language),
            card=message(tx, self._parts.wording, alert, officer, now).card,
            changed=outcome.moved,
        )

    def _refused(self, msgid: str, language: str) -> _Answer:
        return _Answer(text=self._parts.wording.text(msgid, language))


def _alert_of(tx: Transaction, press: buttons.Press, officer: Officer) -> Alert | None:
    """Find the alert that was pressed, if it is this officer's own."""
    return next(
        (
            alert
            for alert in tx.alerts.for_case(press.case_id)
            if alert.alert_id == press.alert_id and alert.officer_id == officer.officer_id
        ),
        None,
    )
