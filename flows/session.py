"""One reporter's conversation as a frozen value that goes to JSON and back.

Laws: a session never changes, a turn makes the next one; what is empty is not written, so that a young session is a few dozen
bytes; it holds the reporter's words, so it is stored sealed and its representation shows none of them. No point on a map is here.
"""

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from flows.conditions import AnswerValue
from flows.errors import SessionUnreadable

__all__ = ["VERSION", "Answer", "Interruption", "Said", "Session", "Timer", "revised"]

VERSION: Final = 1
"""The shape written by this program. A higher one is refused, never guessed at."""


class Answer(NamedTuple):
    """What was answered at a step, and when; `skipped` where it was left out."""

    step: str
    value: AnswerValue
    at: int


class Said(NamedTuple):
    """Something in the reporter's own words, and when."""

    text: str
    at: int


class Timer(NamedTuple):
    """A moment at which the conversation wants to be woken."""

    name: str
    due_at: int


class Interruption(NamedTuple):
    """A card that stands before the question, and what it is about: a risk's code, a municipality."""

    kind: str
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Where a conversation stands.

    `trail` is the way back; `returning` the node to come back to after a visit; `interruptions` are the cards that stand before
    the node, the last one on top; `notes` what the next card says first; `wrote` whether something was written at this node;
    `offered` the municipalities that a typed name may mean; `risks_*` are codes of risk phrases; `danger_at` is when danger
    was last said, `calm_at` when it was last said that it is not so now; what was said until `veiled_at` is never shown again.
    `came_back`: the case is that of a code that was typed here; `code_wrong`: it was said that what was typed is no code.
    """

    script: str
    script_version: int
    node: str
    channel: str
    language: str
    version: int = VERSION
    sprint: int = 0
    status: str = "active"
    source: str | None = None
    second_language: str | None = None
    register: str = "child"
    answers: tuple[Answer, ...] = field(default=(), repr=False)
    words: tuple[Said, ...] = field(default=(), repr=False)
    attachments: int = 0
    trail: tuple[str, ...] = ()
    returning: str | None = None
    ticked: tuple[str, ...] = ()
    page: int = 0
    region: str | None = None
    offered: tuple[str, ...] = ()
    interruptions: tuple[Interruption, ...] = ()
    notes: tuple[str, ...] = ()
    wrote: bool = False
    open_words: bool = False
    veiled_at: int = 0
    shown_since: int = 0
    risks_heard: tuple[str, ...] = ()
    risks_denied: tuple[str, ...] = ()
    risks_confirmed: tuple[str, ...] = ()
    danger_at: int = 0
    calm_at: int = 0
    urgency: str | None = None
    area: str | None = None
    excluded: str = "unknown"
    case: str = "none"
    contact: str = "none"
    hours: str = ""
    came_back: bool = False
    code_wrong: bool = False
    safe_word: str | None = field(default=None, repr=False)
    keep_messages: bool = False
    timers: tuple[Timer, ...] = ()

    @property
    def interruption(self) -> Interruption | None:
        """The card that stands before the question, if there is one."""
        return self.interruptions[-1] if self.interruptions else None

    @property
    def case_is_open(self) -> bool:
        """Tell whether a team has this case."""
        return self.case in {"open", "sent"}

    @property
    def unsettled_risks(self) -> tuple[str, ...]:
        """The risks that were heard and neither denied nor confirmed."""
        return tuple(risk for risk in self.risks_heard if risk not in (*self.risks_denied, *self.risks_confirmed))

    @property
    def shown_words(self) -> tuple[str, ...]:
        """What may still be shown of the reporter's words: nothing from before the chat was hidden."""
        return tuple(said.text for said in self.words if said.at > self.veiled_at)

    def timer(self, name: str) -> int | None:
        """When this timer is due, if it runs."""
        return next((timer.due_at for timer in self.timers if timer.name == name), None)

    def answer(self, step: str) -> AnswerValue | None:
        """What was answered at this step, if it was asked."""
        return next((answer.value for answer in self.answers if answer.step == step), None)

    def to_json(self) -> dict[str, Any]:
        """Write what is not as in a fresh session, as values that JSON knows."""
        written = {"version": VERSION}
        for name, default in _FIELDS:
            value = getattr(self, name)
            if value != default:
                written[name] = value
        return written

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> "Session":
        """Read a session that was written by `to_json`, before or after a way through JSON."""
        if written.get("version") != VERSION:
            raise SessionUnreadable(written.get("version"))
        read = dict(written)
        for name, one in _RECORDS:
            if name in read:
                read[name] = tuple(one(*_frozen(record)) for record in read[name])
        for name in _TUPLES:
            if name in read:
                read[name] = tuple(read[name])
        return cls(**read)


def _frozen(record: list[Any]) -> tuple[Any, ...]:
    return tuple(tuple(value) if isinstance(value, list) else value for value in record)


_RECORDS: Final = (("answers", Answer), ("words", Said), ("timers", Timer), ("interruptions", Interruption))
_TUPLES: Final = ("trail", "ticked", "offered", "notes", "risks_heard", "risks_denied", "risks_confirmed")
_FIELDS: Final = tuple((one.name, one.default) for one in fields(Session) if one.name != "version")

if TYPE_CHECKING:
    from dataclasses import replace as revised
else:
    _SLOTS = {one.name: getattr(Session, one.name) for one in fields(Session)}

    def revised(session: Session, /, **changes: Any) -> Session:
        """The session with these changes: `dataclasses.replace`, as type checkers see it, at a quarter of its price."""
        made = object.__new__(Session)
        for slot in _SLOTS.values():
            slot.__set__(made, slot.__get__(session))
        for name, value in changes.items():
            _SLOTS[name].__set__(made, value)
        return made
