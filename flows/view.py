"""What a card shows, before it is worded: message ids, references and codes. A renderer turns it into a language's words.

Laws: a view holds nothing that a reporter wrote. `Ref("words")` only tells the renderer that the words are to be shown, which happens
after an explicit choice and nowhere else.
"""

from dataclasses import dataclass
from typing import Any

NAV = ("skip", "back", "stop", "help", "hide")
"""What works on every card, in the order in which it is shown."""


@dataclass(frozen=True, slots=True)
class Ref:
    """Something that the renderer words: a place, a language, a text, the answers so far. `key` says which one."""

    kind: str
    key: str = ""


Value = str | int | Ref


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A message id with the values of its placeholders."""

    text: str
    values: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: its code comes back as `ChoicePressed`. `ticked` is None where nothing is ticked."""

    code: str
    label: str | Ref
    ticked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A whole card. `node` names the node, or the interruption as `!risk`."""

    node: str
    mood: str
    paragraphs: tuple[Paragraph, ...]
    choices: tuple[Choice, ...]
    nav: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Write the view as values that JSON knows."""
        return {
            "node": self.node,
            "mood": self.mood,
            "paragraphs": [[one.text, [[name, _written(value)] for name, value in one.values]] for one in self.paragraphs],
            "choices": [[one.code, _written(one.label), one.ticked] for one in self.choices],
            "nav": list(self.nav),
        }

    @classmethod
    def from_json(cls, written: dict[str, Any]) -> "View":
        """Read what `to_json` wrote."""
        return cls(
            node=written["node"],
            mood=written["mood"],
            paragraphs=tuple(
                Paragraph(text, tuple((name, _read(value)) for name, value in values)) for text, values in written["paragraphs"]
            ),
            choices=tuple(Choice(code, _read(label), ticked) for code, label, ticked in written["choices"]),
            nav=tuple(written["nav"]),
        )


def _written(value: Value) -> Any:
    return {"ref": value.kind, "key": value.key} if isinstance(value, Ref) else value


def _read(value: Any) -> Any:
    return Ref(value["ref"], value["key"]) if isinstance(value, dict) else value
