"""Scripts: the shape that is read, the sense that is checked, the picture that is drawn."""

import pytest

from flows import yamlfile
from flows.assets import Policy
from flows.conditions import ConditionUnknown, Facts, at_least, read_condition
from flows.draw import mermaid
from flows.errors import ScriptBroken
from flows.reading import read_script
from flows.script import Script
from flows.validator import Forbidden, check, check_words

EVERYWHERE = yamlfile.read("scripts", "everywhere.yaml")

NODES = """
  a:
    say: [Hello]
    choices: [{code: on, label: On}]
    to: z
  z:
    kind: end
    say: [Bye]
"""


def script(nodes: str = NODES, head: str = "start: a\nsending: a\nwithdrawing: a") -> Script:
    return read_script(yamlfile.parse("s", f"script: s\nversion: 1\n{head}\nnodes:{nodes}"), EVERYWHERE)


def problems(nodes: str) -> list[str]:
    return [f"{problem.where} {problem.what}" for problem in check(script(nodes))]


def broken(written: str, /, **parts: object) -> list[str]:
    document = {**yamlfile.parse("s", f"script: s\nversion: 1\nstart: a\nsending: a\nwithdrawing: a\nnodes:{written}"), **parts}
    with pytest.raises(ScriptBroken) as caught:
        read_script(document, EVERYWHERE)
    return list(caught.value.problems)


# YAML


def test_yes_and_no_are_words_and_true_is_a_truth():
    assert yamlfile.parse("x", "a: yes\nb: no\nc: true\nd: off") == {"a": "yes", "b": "no", "c": True, "d": "off"}


@pytest.mark.parametrize("text", ["a: 1\na: 2", "a: [", "- 1", ""])
def test_what_is_no_mapping_or_says_a_thing_twice_is_refused(text):
    with pytest.raises(ScriptBroken):
        yamlfile.parse("x", text)


# Shape


def test_a_script_that_is_right_is_read():
    assert list(script().nodes) == ["a", "z"]
    assert script().msgids()[:3] == ("Hello", "On", "Bye")


@pytest.mark.parametrize(
    ("nodes", "problem"),
    [
        ("\n  a: {kind: dance, say: [Hi]}", "a is of no known kind: 'dance'"),
        ("\n  a: {say: [Hi], colour: red}", "a has the unknown key 'colour'"),
        ("\n  a: {say: Hi}", "a.say is not a list"),
        ("\n  a: {say: [{child: Hi}]}", "a.say has not a text for both registers"),
        ("\n  a: {say: [{text: Hi, child: Ho, adult: Hu}]}", "a.say has a text for both registers and one for a single register"),
        ("\n  a: {say: ['Hi {name}']}", "a.say has the unknown placeholder {name}"),
        ("\n  a: {say: [{text: Hi, mood: red}]}", "a.say has no known mood: 'red'"),
        ("\n  a: {say: [Hi], choices: [{label: X}]}", "a.choices has a choice without a code: None"),
        ("\n  a: {say: [Hi], choices: [{code: x, label: X}, {code: x, label: Y}]}", "a has the choice 'x' twice"),
        ("\n  a: {say: [Hi], choices: [{code: x, label: X, do: [dance]}]}", "a.choices.x has an unknown effect: 'dance'"),
        (
            "\n  a: {say: [Hi], choices: [{code: x, label: X, do: [{contact: fax}]}]}",
            "a.choices.x gives the effect 'contact' the unknown value 'fax'",
        ),
        ("\n  a: {say: [Hi], do: [danger]}", "a.do gives the effect 'danger' the unknown value ''"),
        ("\n  a: {say: [Hi], to: [{if: {case: open}, to: a}]}", "a.to has no last way without a condition"),
        ("\n  a: {say: [{if: {moon: full}, text: Hi}]}", "a.say unknown condition 'moon': 'full'"),
    ],
)
def test_what_has_not_the_shape_of_a_script_is_named(nodes, problem):
    assert problem in broken(nodes)


def test_the_label_of_done_is_a_text_like_any_other():
    assert "I am ready" in script(NODES.replace("say: [Hello]", "say: [Hello]\n    done: I am ready")).msgids()


def test_every_problem_is_told_at_once():
    assert broken(NODES, version="one", start="q", reading="r", nodes=None, extra=1) == [
        "nodes is not a mapping of nodes",
        "version is not a number",
        "start names no node: 'q'",
        "sending names no node: 'a'",
        "withdrawing names no node: 'a'",
        "reading names no node: 'r'",
        "s has the unknown key 'extra'",
    ]


def test_a_word_means_one_command():
    document = yamlfile.parse("s", f"script: s\nversion: 1\nstart: a\nsending: a\nwithdrawing: a\nnodes:{NODES}")
    with pytest.raises(ScriptBroken, match="has the word 'Stóp' of another meaning"):
        read_script(document, {**EVERYWHERE, "commands": {"stop": ["stop"], "hide": ["Stóp"]}})


# Conditions

FACTS = Facts(
    answers={"who": "me", "forms": ("hit", "neglect"), "age": "skipped"},
    duty=True,
    policies={"abandoned": "deliver"},
    case="open",
    urgency="P1",
    risks=("weapon",),
)


@pytest.mark.parametrize(
    ("shape", "holds"),
    [
        ({"answer": "who"}, True),
        ({"answer": "age"}, False),
        ({"answer": "never"}, False),
        ({"answer": "who", "is": "me"}, True),
        ({"answer": "who", "in": ["you", "me"]}, True),
        ({"answer": "forms", "is": "hit"}, True),
        ({"answer": "forms", "in": ["sexual", "online"]}, False),
        ({"answer": "age", "is": "skipped"}, True),
        ({"skipped": "age"}, True),
        ({"skipped": "who"}, False),
        ({"register": "child"}, True),
        ({"channel": ["viber", "page"]}, False),
        ({"duty": True}, True),
        ({"duty": False}, False),
        ({"policy": "abandoned", "is": "deliver"}, True),
        ({"policy": "country", "is": "xk"}, False),
        ({"case": ["open", "sent"]}, True),
        ({"urgency": "P2"}, True),
        ({"urgency": "P0"}, False),
        ({"risk": "weapon"}, True),
        ({"risk": ["suicide"]}, False),
        ({"waiting": "none"}, True),
        ({"all": [{"duty": True}, {"case": "open"}]}, True),
        ({"any": [{"duty": False}, {"case": "none"}]}, False),
        ({"not": {"case": "none"}}, True),
    ],
)
def test_a_condition_holds_or_not(shape, holds):
    assert read_condition(shape).holds(FACTS) is holds


@pytest.mark.parametrize(
    "shape",
    [
        None,
        {},
        {"answer": 3},
        {"answer": "who", "was": "me"},
        {"answer": "who", "is": "me", "in": ["you"]},
        {"answer": "who", "in": []},
        {"policy": "abandoned"},
        {"duty": "yes"},
        {"urgency": "P9"},
        {"case": "shut"},
        {"all": []},
        {"any": "x"},
        {"not": "x"},
        {"moon": "full"},
        {3: "x"},
    ],
)
def test_what_is_no_condition_is_refused(shape):
    with pytest.raises(ConditionUnknown):
        read_condition(shape)


def test_no_urgency_is_less_than_any():
    assert not at_least(None, "P3")
    assert at_least("P0", "P3")


def test_a_condition_knows_the_steps_it_looks_at():
    assert read_condition({"all": [{"answer": "a"}, {"not": {"skipped": "b"}}, {"duty": True}]}).steps() == {"a", "b"}


def test_a_policy_is_one_that_exists():
    with pytest.raises(ValueError, match="'some' is none of none, voice, all"):
        Policy(attachments="some")


# Sense


def test_the_report_makes_sense():
    assert check(Script.load("report")) == ()


@pytest.mark.parametrize(
    ("nodes", "problem"),
    [
        (NODES.replace("to: z", "to: q"), "a leads to the unknown node 'q'"),
        (NODES + "  lost: {kind: end, say: [Lost]}\n", "lost cannot be reached"),
        (NODES.replace("kind: end", "kind: inform\n    to: a"), "z has no way to an end"),
        (NODES.replace("say: [Hello]", "say: []"), "a says nothing"),
        (NODES.replace("choices: [{code: on, label: On}]", "choices: []"), "a offers no choice"),
        (NODES.replace("    to: z", "    skip: z"), "a.on leads nowhere and does nothing"),
        (NODES.replace("label: On}]\n    to: z", "label: On, to: z}]"), "a cannot be skipped"),
        (NODES.replace("code: on", "code: help"), "a.help has a code that means something everywhere"),
        (NODES.replace("say: [Hello]", "say: [Hello]\n    kind: tick").replace("code: on", "code: done"), "a.done has a code"),
        (NODES.replace("say: [Hello]", "say: [Hello]\n    kind: tick"), "a asks and records nothing: it has no step"),
        (NODES.replace("label: On", "label: On, do: [{area: from_place}]"), "a.on names the area"),
        (NODES.replace("say: [Hello]", "say: [Hello]\n    skip_do: [{area: from_place}]"), "a names the area"),
        (NODES.replace("[Hello]", "[{if: {answer: never}, text: Hello}]"), "a looks at the answer of the unknown step 'never'"),
        (NODES.replace("label: On", "label: On, if: {answer: never}"), "a looks at the answer of the unknown step 'never'"),
        ("\n  a: {kind: write, say: [Hi], skip: z}\n  z: {kind: end, say: [Bye]}", "a leads nowhere when it is done"),
        (
            "\n  a: {kind: place, step: a, say: [Hi], to: b}\n  b: {kind: place, step: b, say: [Hi], to: z}\n  z: {kind: end, say: [Bye]}",
            "b asks for the place a second time",
        ),
    ],
)
def test_what_makes_no_sense_is_named(nodes, problem):
    assert any(found.startswith(problem) for found in problems(nodes)), problems(nodes)


def test_the_cards_that_the_engine_shows_must_be_there():
    document = yamlfile.parse("s", f"script: s\nversion: 1\nstart: a\nsending: a\nwithdrawing: a\nnodes:{NODES}")
    cards = {name: card for name, card in EVERYWHERE["cards"].items() if name != "help"}  # type: ignore[union-attr]
    cards["risk"] = {"say": ["Is it so?"], "choices": [{"code": "yes", "label": "Yes"}]}
    found = {
        f"{problem.where} {problem.what}" for problem in check(read_script(document, {"cards": cards, "notes": {}, "labels": {}}))
    }
    assert "cards.help is missing" in found
    assert "cards.risk must have the choices no, yes" in found
    assert "notes.words is missing" in found
    assert "labels.done is missing" in found


def test_forbidden_words_are_found_in_every_language():
    forbidden = Forbidden.read({"questions": {"en": ["why"], "sq": [{"phrase": "pse", "because": "guilt"}]}, "version": 1})
    texts = {("Hello", "sq"): "Pse, fëmijë?"}
    found = check_words(
        script(NODES.replace("[Bye]", "['Tell us why.']")),
        lambda msgid, language: texts.get((msgid, language), msgid),
        ("en", "sq"),
        forbidden,
    )
    assert [(problem.where, problem.what) for problem in found] == [
        ("en: 'Tell us why.'", "questions: 'why'"),
        ("sq: 'Hello'", "questions: 'pse'"),
    ]


# Picture


def test_a_script_is_drawn(small):
    drawn = mermaid(small)
    assert drawn.startswith("flowchart TD\n")
    for line in (
        '    door{{"door"}}',
        '    danger_now -->|"yes (danger)"| calm',
        '    review -->|"change, and back"| forms',
        '    place -->|"if area"| readers',
        "    place --> contact",
        "    class calm danger",
    ):
        assert line in drawn.splitlines()


def test_a_skip_of_its_own_is_drawn_dotted():
    drawn = mermaid(script(NODES.replace("to: z", "to: z\n    skip: [{if: {answer: x}, to: z}, {to: a}]")))
    assert '    a -.->|"skip if x"| z' in drawn.splitlines()
    assert '    a -.->|"skip"| a' in drawn.splitlines()
    assert "classDef" not in drawn
