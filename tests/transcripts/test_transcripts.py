"""Whole dialogues over the real report: said, heard, what happened. One file, one dialogue.

A transcript is read top to bottom. A turn says what comes in (`say`, `edit`, `press`, `command`, `media`, `location`, `wait`,
`officer`, `answers` (so many messages of the team lie there now), `code` (what became of a typed one), or `under` for changed
circumstances); under it stand the events in their order and, where a card was shown, the whole
card. Everything is compared whole. The session and the events go through JSON at every turn (`flows.testing.Dialogue`).

`pytest tests/transcripts --update-transcripts` writes the files anew from what happens now; read the difference before keeping it.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.assets import Assets, Policy
from flows.events import CardShown, Event
from flows.hearing import Hearing
from flows.resumes import (
    AnswerCame,
    ChoicePressed,
    Circumstances,
    CodeGiven,
    LocationSent,
    MediaSent,
    OfficerMoved,
    TextEdited,
    Trigger,
)
from flows.review import shown_answers
from flows.script import Script
from flows.session import Session
from flows.testing import Dialogue
from flows.urgency import UrgencyRules
from flows.view import Ref, Value, View
from locales.municipalities import Municipalities

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.yaml"))
UNITS = {"s": 1, "min": 60, "h": 3600}
Renderer = Callable[[View, Dialogue], dict[str, Any]]


@pytest.fixture(scope="session")
def assets() -> Assets:
    """What a deployment in Kosovo runs on."""
    return Assets(
        script=Script.load("report"),
        urgency=UrgencyRules.load(),
        hearing=Hearing.load(),
        places=Municipalities.load("xk"),
        policy=Policy(),
    )


def plain(view: View, dialogue: Dialogue) -> dict[str, Any]:
    """A card in the script's own English: the renderer of these tests."""
    card: dict[str, Any] = {"card": view.node if view.mood == "normal" else f"{view.node} ({view.mood})"}
    card["heard"] = [_filled(paragraph.text, dict(paragraph.values), dialogue) for paragraph in view.paragraphs]
    card["choices"] = [_choice(choice.code, choice.label, choice.ticked, dialogue) for choice in view.choices]
    card["nav"] = " ".join(view.nav)
    return card


def _choice(code: str, label: str | Ref, ticked: bool | None, dialogue: Dialogue) -> str:
    mark = {None: "", True: "✓ ", False: ""}[ticked]
    return f"{code}: {mark}{_value(label, dialogue)}"


def _filled(text: str, values: dict[str, Value], dialogue: Dialogue) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: _value(values[found[1]], dialogue) if found[1] in values else found[0], text)


def _value(value: Value, dialogue: Dialogue) -> str:
    if not isinstance(value, Ref):
        return str(value)
    match value.kind:
        case "text":
            return value.key
        case "words":
            return " / ".join(dialogue.session.shown_words)
        case "answers":
            return "; ".join(_answers(dialogue))
        case _:
            return f"<{value.kind} {value.key}>".replace(" >", ">")


def _answers(dialogue: Dialogue) -> Iterator[str]:
    for answer in shown_answers(dialogue.assets, dialogue.session):
        yield f"{answer.step}: {', '.join(_value(value, dialogue) for value in answer.values) or '-'}"


def _event(event: Event) -> str:
    written = event.to_json()
    values = [f"{name}={_flat(value)}" for name, value in written.items() if name not in {"event", "at"}]
    return " ".join([written["event"], *values])


def _flat(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _seconds(text: str) -> int:
    number, unit = text.split()
    return int(number) * UNITS[unit]


class Player:
    """Plays the turns of one transcript and writes down what happens."""

    def __init__(self, transcript: dict[str, Any], assets: Assets, render: Renderer) -> None:
        policy = Policy(**transcript.get("policy", {}))
        own = Assets(script=assets.script, urgency=assets.urgency, hearing=assets.hearing, places=assets.places, policy=policy)
        trigger = Trigger(channel=transcript.get("channel", "telegram"), language=transcript.get("language", "sq"))
        self.render = render
        self.dialogue = Dialogue(own, trigger, Circumstances(**transcript.get("under", {"on_duty": True})))
        self.first_sprint = self.dialogue.session.sprint

    def play(self, turn: dict[str, Any]) -> dict[str, Any]:
        """One turn as it is written down: what came in, as it was, and what happened."""
        said = {name: value for name, value in turn.items() if name in _TURNS}
        events: tuple[Event, ...] = ()
        for name, value in said.items():
            events += _TURNS[name](self, value)
        if "press" in said or "wait" not in said:
            self.dialogue.now += 1
        shown = [event for event in events if isinstance(event, CardShown)]
        written = {**said, "events": [_event(event) for event in events if not isinstance(event, CardShown)]}
        if shown:
            written.update(self.render(shown[-1].view, self.dialogue))
        return written

    def under(self, circumstances: dict[str, Any]) -> tuple[Event, ...]:
        self.dialogue.under(**circumstances)
        return ()

    def press(self, codes: str | list[str]) -> tuple[Event, ...]:
        listed = [codes] if isinstance(codes, str) else codes
        return tuple(event for code in listed for event in self.dialogue.press(code))

    def press_old(self, code: str) -> tuple[Event, ...]:
        return self.dialogue.take(ChoicePressed(code, self.first_sprint))

    def officer(self, state: str) -> tuple[Event, ...]:
        self.dialogue.under(officer=state)
        return self.dialogue.take(OfficerMoved(state))

    def answers(self, count: int) -> tuple[Event, ...]:
        self.dialogue.under(answers=count)
        return self.dialogue.take(AnswerCame())

    def code(self, given: dict[str, str]) -> tuple[Event, ...]:
        return self.dialogue.take(CodeGiven(**given))

    def command(self, words: str) -> tuple[Event, ...]:
        name, _, argument = words.partition(" ")
        return self.dialogue.command(name, argument)


_TURNS: dict[str, Callable[[Player, Any], tuple[Event, ...]]] = {
    "under": Player.under,
    "say": lambda player, text: player.dialogue.say(text),
    "edit": lambda player, text: player.dialogue.take(TextEdited(text)),
    "press": Player.press,
    "press_old": Player.press_old,
    "command": Player.command,
    "media": lambda player, media: player.dialogue.take(MediaSent(**media)),
    "location": lambda player, point: player.dialogue.take(LocationSent(latitude=point[0], longitude=point[1])),
    "wait": lambda player, text: player.dialogue.wait(_seconds(text)),
    "officer": Player.officer,
    "answers": Player.answers,
    "code": Player.code,
}


def _ends(session: Session) -> dict[str, Any]:
    return {
        "status": session.status,
        "case": session.case,
        "urgency": session.urgency,
        "area": session.area,
        "excluded": session.excluded,
        "contact": session.contact,
        "language": session.language,
        "register": session.register,
        "words": len(session.words),
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dialogue_goes_as_written(path: Path, assets: Assets, request: pytest.FixtureRequest) -> None:
    transcript = yaml.safe_load(path.read_text(encoding="utf-8"))
    player = Player(transcript, assets, plain)
    head = {name: value for name, value in transcript.items() if name not in {"turns", "ends"}}
    turns = [player.play(turn) for turn in transcript["turns"]]
    happened = {**head, "turns": turns, "ends": _ends(player.dialogue.session)}
    if request.config.getoption("--update-transcripts"):
        text = yaml.safe_dump(happened, allow_unicode=True, sort_keys=False, width=140)
        path.write_text(text.replace("\n- ", "\n\n- "), encoding="utf-8")
        return
    assert transcript == happened


def test_there_are_transcripts() -> None:
    assert len(FILES) >= 30
