"""From what the engine shows to what a messenger can show: a view becomes words and buttons in the person's language.

Laws. A card fits its channel's limits whatever is in it. The reporter's own words are on a card only where the view asks for them by
name (`Ref("words")`, after «Show my words»). Values are put into a text once and never read as templates again. Numbers to call
come from `locales.helplines` and nowhere else.
"""

import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from flows import texts
from flows.assets import Assets
from flows.review import ShownAnswer, shown_answers
from flows.session import Session
from flows.view import Choice, Paragraph, Ref, Value, View
from handlers.arrivals import press_data
from handlers.channel import Button, Card, ChannelLimits
from handlers.chat import Chat
from locales.catalogue import Catalogue
from locales.helplines import Helplines
from locales.languages import LANGUAGES
from locales.municipalities import Municipalities

NAV_ROWS: Final = (("skip", "back", "stop"), ("help", "hide"))
"""Two rows that stand at the same place under every card, so that a finger finds Hide without reading."""
TICK: Final = "✓ "
CUT: Final = "… "
SHORT_LABEL: Final = 12
"""Labels up to this many characters stand two in a row, so that five short answers fit a small screen."""
_FORMAT: Final = string.Formatter()


class Cards:
    """Renders views; knows every language, every place and every number."""

    def __init__(
        self, *, catalogue: Catalogue, places: Municipalities, helplines: Helplines, assets: Assets, today: Callable[[], date]
    ) -> None:
        self._catalogue = catalogue
        self._places = places
        self._helplines = helplines
        self._today = today
        self._numbers_of: tuple[date, Mapping[str, str]] | None = None
        self._assets = assets
        script = assets.script
        self._nav = {code: script.labels[code] for row in NAV_ROWS for code in row}
        self._neutral = script.cards["neutral"].say[0].words
        self._not_taken = (script.notes["failed"][0].words.child, *texts.FLOOD_CARD[1:])

    def render(
        self, view: View, chat: Chat, limits: ChannelLimits, *, flooded: bool = False, reply: tuple[str, ...] = ()
    ) -> Card:
        """Word a view for this chat; the text never exceeds the channel's limit. `flooded` tells why answers come late. `reply` are the
        parts of the message that is read."""
        assert chat.flow is not None
        wording = _Wording(self, chat.flow, chat.case.receipt if chat.case else "", reply)
        notes = tuple(Paragraph(text) for text in texts.FLOOD_CARD) if flooded and view.mood != "neutral" else ()
        text = fitted((wording.paragraph(one) for one in (*notes, *view.paragraphs)), limits.text)
        return Card(text=text, rows=(*_choice_rows(view, wording, chat.flow.sprint), *_nav_rows(view, wording, chat.flow.sprint)))

    def forgotten(self, language: str | None) -> Card:
        """The last card of a chat that is forgotten: neutral, without a button."""
        return Card(text=self._catalogue.text(self._neutral.child, language or "en"))

    def not_taken(self, view: View | None, chat: Chat, language: str, limits: ChannelLimits) -> Card:
        """The card that says that the newest message did not arrive, and the numbers to call, above the question as it stands."""
        if view is None or chat.flow is None:
            spoken, second = (chat.flow.language, chat.flow.second_language) if chat.flow else (language, None)
            return Card(text="\n".join(self.words(msgid, spoken, second) for msgid in self._not_taken))
        told = tuple(Paragraph(msgid) for msgid in self._not_taken)
        return self.render(replace(view, paragraphs=(*told, *view.paragraphs)), chat, limits)

    def words(self, msgid: str, language: str, second: str | None = None) -> str:
        """Give a text as it is, with the numbers to call filled in."""
        return _filled(self._catalogue.text(msgid, language, second), self.numbers)

    def place(self, kind: str, code: str, language: str) -> str:
        """Name a municipality or region in the person's language."""
        return self._places.name(code, language) if kind == "area" else self._places.region_name(code, language)

    def shown_answers(self, flow: Session) -> tuple[ShownAnswer, ...]:
        """The answers that may be on a card: nothing from before the chat was hidden."""
        return shown_answers(self._assets, flow)

    def nav_label(self, code: str, register: str) -> str:
        """The label of a button that every card has, as a message id."""
        return self._nav[code].for_register(register)

    @property
    def numbers(self) -> Mapping[str, str]:
        """The numbers to call, by placeholder, as they are sure today."""
        today = self._today()
        if self._numbers_of is None or self._numbers_of[0] != today:
            sure = self._helplines.numbers(today)
            values = {"emergency": sure.emergency, "police": sure.police, "ambulance": sure.ambulance}
            self._numbers_of = (today, values)
        return self._numbers_of[1]

    def text(self, msgid: str, language: str, second: str | None) -> str:
        """Look a text up."""
        return self._catalogue.text(msgid, language, second)


class _Wording:
    """The words of one card: language, second language, register and what stands behind references."""

    def __init__(self, cards: Cards, flow: Session, receipt: str, reply: tuple[str, ...]) -> None:
        self._cards = cards
        self._flow = flow
        self._receipt = receipt
        self._reply = reply

    def paragraph(self, paragraph: Paragraph) -> str:
        if not self._receipt and any(isinstance(value, Ref) and value.kind == "receipt" for _, value in paragraph.values):
            return ""  # the digits are forgotten: a line that promises them says nothing
        values = {name: self._value(value) for name, value in paragraph.values}
        return _filled(self._text(paragraph.text), {**self._cards.numbers, **values})

    def label(self, choice: Choice) -> str:
        label = self._value(choice.label) if isinstance(choice.label, Ref) else self._text(choice.label)
        return (TICK if choice.ticked else "") + _filled(label, self._cards.numbers)

    def nav(self, code: str) -> str:
        return self._text(self._cards.nav_label(code, self._flow.register))

    def _text(self, msgid: str) -> str:
        return self._cards.text(msgid, self._flow.language, self._flow.second_language)

    def _value(self, value: Value) -> str:
        if not isinstance(value, Ref):
            return str(value)
        match value.kind:
            case "area" | "region":
                return self._cards.place(value.kind, value.key, self._flow.language) if value.key else ""
            case "language":
                return next((one.self_name for one in LANGUAGES if one.code == value.key), value.key)
            case "receipt":
                return self._receipt
            case "reply":
                return (
                    self._reply[min(int(value.key or 0), len(self._reply) - 1)] if self._reply else self._text(texts.UNREADABLE)
                )
            case "answers":
                return self._answers()
            case "words":
                return "\n\n".join(self._flow.shown_words)
            case "emergency" | "police" | "ambulance":
                return self._cards.numbers[value.kind]
            case _:
                return self._text(value.key)

    def _answers(self) -> str:
        lines = [
            f"{self._text(texts.STEP_TITLES[answer.step])}: {self._answer(answer)}"
            for answer in self._cards.shown_answers(self._flow)
            if answer.step in texts.STEP_TITLES
        ]
        if self._flow.shown_words or not self._flow.words:
            lines.append(self._counted(texts.WORDS_COUNT, len(self._flow.shown_words)))
        if self._flow.attachments:
            lines.append(self._counted(texts.ATTACHMENTS_COUNT, self._flow.attachments))
        return "\n".join(lines)

    def _answer(self, answer: ShownAnswer) -> str:
        values = [self._value(one) if isinstance(one, Ref) else self._text(one) for one in answer.values]
        return ", ".join(values) or self._text(texts.ANSWER_MISSING)

    def _counted(self, msgid: str, count: int) -> str:
        return _filled(self._text(msgid), {"count": str(count)}) if count else self._text(texts.WORDS_NONE)


def fitted(paragraphs: Iterable[str], limit: int) -> str:
    """Join paragraphs; what is too long loses the beginning of its longest paragraph, and the question at the end last of all."""
    parts = [one for one in paragraphs if one]
    while (over := _units(_joined(parts)) - limit) > 0:
        longest = max(range(max(1, len(parts) - 1)), key=lambda at: _units(parts[at]))
        room = _units(parts[longest]) - over - len(CUT)
        if room > 0:
            parts[longest] = CUT + _tail(parts[longest], room)
        elif len(parts) > 1:
            del parts[longest]
        else:
            parts = [_tail(parts[0], limit)]
    return _joined(parts)


def _tail(text: str, units: int) -> str:
    """The end of a text, at most that long; no letter is cut in two."""
    tail = text[-units:]
    while (over := _units(tail) - units) > 0:
        tail = tail[(over + 1) // 2 :]
    return tail


def _joined(parts: Sequence[str]) -> str:
    """Lines of one sentence stand close together; what has several lines, and the question at the end, stand apart."""
    text = ""
    for at, part in enumerate(parts):
        asks = at == len(parts) - 1 and part.endswith("?")
        apart = asks or "\n" in part or "\n" in parts[at - 1]
        text += ("" if at == 0 else "\n\n" if apart else "\n") + part
    return text


def _units(text: str) -> int:
    """Length as messengers count it: UTF-16 code units."""
    return len(text) + sum(1 for letter in text if ord(letter) > 0xFFFF)


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Put values into a text's placeholders; an unknown placeholder stays as it is written."""
    if "{" not in text:
        return text
    parts = []
    for literal, name, _, _ in _FORMAT.parse(text):
        parts.append(literal)
        if name is not None:
            parts.append(values.get(name, "{" + name + "}"))
    return "".join(parts)


def _choice_rows(view: View, wording: _Wording, sprint: int) -> list[tuple[Button, ...]]:
    rows: list[tuple[Button, ...]] = []
    for choice in view.choices:
        button = Button(label=wording.label(choice), data=press_data(sprint, choice.code))
        if rows and len(rows[-1]) == 1 and max(len(rows[-1][0].label), len(button.label)) <= SHORT_LABEL:
            rows[-1] = (*rows[-1], button)
        else:
            rows.append((button,))
    return rows


def _nav_rows(view: View, wording: _Wording, sprint: int) -> list[tuple[Button, ...]]:
    rows = (
        tuple(Button(label=wording.nav(code), data=press_data(sprint, code)) for code in row if code in view.nav)
        for row in NAV_ROWS
    )
    return [row for row in rows if row]
