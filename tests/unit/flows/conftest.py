"""A small script of every kind of node, and a dialogue over it."""

from collections.abc import Callable

import pytest

from flows import yamlfile
from flows.assets import Assets, Policy
from flows.conditions import read_condition
from flows.reading import read_script
from flows.resumes import Trigger
from flows.script import Script
from flows.testing import Dialogue, FewPlaces, FewRules, Found, NamedRisk, WordHearing

SMALL = """
script: small
version: 3
start: door
sending: consent
withdrawing: taken
nodes:
  door:
    say: ["Hello.", {if: {duty: true}, text: "Somebody is here."}]
    choices:
      - {code: sq, label: Shqip, do: [{language: sq}]}
      - {code: en, label: English, do: [{language: en}]}
    to: danger_now
  danger_now:
    step: danger_now
    say: [{child: "Are you in danger?", adult: "Is the child in danger?"}]
    choices:
      - {code: yes, label: "Yes", do: [{danger: danger_now}], to: calm}
      - {code: no, label: "No"}
    to: who
  calm:
    kind: inform
    mood: danger
    say: ["Call {emergency}."]
    to: who
  who:
    step: who
    say: ["Who?"]
    choices:
      - {code: me, label: Me, do: [{register: child}]}
      - {code: adult, label: Adult, do: [{register: adult}]}
      - {code: ghost, label: Ghost, if: {answer: never}, to: who}
    to: forms
  forms:
    kind: tick
    step: forms
    say: ["What?"]
    choices:
      - {code: a, label: A}
      - {code: b, label: B, do: [{danger: b}]}
      - {code: c, label: C}
      - {code: d, label: D}
      - {code: e, label: E}
      - {code: f, label: F}
      - {code: none, label: None of it, alone: true}
    to: tell
  tell:
    kind: write
    step: tell
    say: ["Write.", {if: {answer: forms, is: a}, text: "A was said.", mood: danger}]
    done: "I am ready"
    to: place
  place:
    kind: place
    step: place
    say: ["Where?"]
    do: [{area: from_place}]
    to: [{if: {area: known}, to: readers}, {to: contact}]
  readers:
    step: readers
    say: ["Somebody from {area}?"]
    choices:
      - {code: yes, label: "Yes", do: [{readers: excluded}]}
      - {code: no, label: "No", do: [{readers: settled}]}
    skip_do: [{readers: settled}]
    to: contact
  contact:
    step: contact
    say: ["Answer? {hours}"]
    choices:
      - {code: none, label: "No", do: [{contact: none}]}
      - {code: receipt, label: Code, do: [{contact: receipt}]}
      - {code: here, label: Here, do: [{contact: here}], to: hours}
    to: review
  hours:
    step: hours
    say: ["When?"]
    choices: [{code: evening, label: Evening, do: [{hours: evening}]}]
    to: review
  review:
    kind: review
    say: ["{answers}", "{count} messages in {language}, {region}"]
    choices:
      - {code: send, label: Send, to: consent}
      - {code: words, label: Show my words, do: [open_words]}
      - {code: change, label: Change, visit: forms}
      - {code: move, label: Place, visit: place}
      - {code: contact, label: Contact, visit: contact}
      - {code: delete, label: Delete, do: [discard], to: gone}
      - {code: keep, label: Keep, do: [keep_messages]}
      - {code: word, label: Word, do: [ask_safe_word]}
      - {code: gone, label: Gone, do: [forget]}
      - {code: code, label: Code, do: [receipt]}
      - {code: another, label: Another, do: [anew], to: danger_now}
  consent:
    say: ["Send?"]
    choices:
      - {code: yes, label: "Yes", do: [send], to: after}
      - {code: no, label: "No", to: review}
    to: review
  after:
    kind: write
    say: ["Sent. {receipt}", {if: {officer: taken}, text: "Taken."}]
    to: sent
  sent:
    say: ["Done."]
    choices:
      - {code: more, label: More, to: after}
      - {code: again, label: Again, do: [send]}
      - {code: withdraw, label: Withdraw, do: [withdraw], to: gone}
      - {code: vanish, label: Vanish, do: [withdraw]}
    to: gone
  taken:
    say: ["Take back?"]
    choices:
      - {code: yes, label: "Yes", do: [withdraw], to: gone}
    to: sent
  gone:
    kind: end
    say: ["Gone."]
"""

PLACES = FewPlaces(
    tree={
        "east": ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta"),
        "north": ("mitrovica_north", "mitrovica_south"),
        "r3": ("c3",),
        "r4": ("c4",),
        "r5": ("c5",),
        "r6": ("c6",),
    },
    points={(42, 21): "beta"},
)
HEARING = WordHearing(
    risks=(
        NamedRisk(code="knife", level="P0", meaning="there is a knife"),
        NamedRisk(code="die", level="P1", meaning="somebody wants to die"),
        NamedRisk(code="blood", level="P0", meaning="somebody is bleeding"),
    )
)
RULES = FewRules(
    rules=(
        (read_condition({"answer": "danger_now", "is": "skipped"}), Found(level="P1", reason="danger_unknown")),
        (read_condition({"answer": "forms", "is": "a"}), Found(level="P2", reason="form_a")),
    )
)

Talk = Callable[..., Dialogue]


@pytest.fixture(scope="session")
def small() -> Script:
    """The small script."""
    return read_script(yamlfile.parse("small", SMALL), yamlfile.read("scripts", "everywhere.yaml"))


@pytest.fixture
def talk(small: Script) -> Talk:
    """Begins a dialogue over the small script; `talk("en", "no")` presses its way in, keywords make the policy."""

    def begin(
        *choices: str, channel: str = "telegram", source: str | None = None, script: Script = small, **policy: str
    ) -> Dialogue:
        assets = Assets(script=script, urgency=RULES, hearing=HEARING, places=PLACES, policy=Policy(**policy))  # type: ignore[arg-type]
        dialogue = Dialogue(assets, Trigger(channel=channel, language="en", source=source))
        for choice in choices:
            dialogue.press(choice)
        return dialogue

    return begin
