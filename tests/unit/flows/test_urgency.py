"""The urgency rules say what the triage table says, and only ever raise."""

import itertools
from typing import Any

import pytest

from flows import yamlfile
from flows.conditions import LEVELS, Facts
from flows.errors import ScriptBroken
from flows.hearing import Hearing
from flows.script import Script
from flows.urgency import Finding, UrgencyRules

RULES = UrgencyRules.load()
SHAPES: list[dict[str, Any]] = yamlfile.read("urgency.yaml")["rules"]  # type: ignore[assignment]


def level(facts: Facts | None = None, /, **answers: str | tuple[str, ...]) -> str:
    return RULES.assess(answers, facts or Facts())[0].level


def reasons(facts: Facts | None = None, /, **answers: str | tuple[str, ...]) -> set[str]:
    return {finding.reason for finding in RULES.assess(answers, facts or Facts())}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"danger_now": "yes"}, "P0"),
        ({"danger_now": "no", "when_last": "now"}, "P0"),
        ({"danger_now": "no", "hurt": "badly"}, "P0"),
        ({"danger_now": "unsure"}, "P1"),
        ({"danger_now": "skipped"}, "P1"),
        ({"danger_now": "no", "what_happens": ("sexual",), "when_last": "last_3_days"}, "P1"),
        ({"danger_now": "no", "what_happens": ("sexual",), "when_last": "skipped"}, "P1"),
        ({"danger_now": "no", "what_happens": ("sexual",), "when_last": "earlier"}, "P2"),
        ({"danger_now": "no", "reach_tonight": "yes"}, "P1"),
        ({"danger_now": "no", "hurt": "a_little"}, "P1"),
        ({"danger_now": "no", "what_happens": ("neglect",), "age_band": "age_0_5"}, "P1"),
        ({"danger_now": "no", "what_happens": ("self_harm_risk",)}, "P1"),
        ({"danger_now": "no", "what_happens": ("early_marriage",)}, "P1"),
        ({"danger_now": "no", "what_happens": ("trafficking",)}, "P1"),
        ({"danger_now": "no", "what_happens": ("trafficking",), "when_last": "today"}, "P0"),
        ({"danger_now": "no", "what_happens": ("early_marriage",), "when_last": "today"}, "P0"),
        ({"danger_now": "no", "what_happens": ("early_marriage",), "when_last": "last_3_days"}, "P1"),
        ({"danger_now": "no", "what_happens": ("begging_street",), "reach_tonight": "unsure"}, "P1"),
        ({"danger_now": "no", "what_happens": ("begging_street",), "when_last": "today"}, "P1"),
        ({"danger_now": "no", "what_happens": ("begging_street",), "when_last": "earlier"}, "P2"),
        ({"danger_now": "no", "what_happens": ("physical",), "when_last": "still_going_on"}, "P2"),
        ({"danger_now": "no", "what_happens": ("physical",), "when_last": "skipped"}, "P2"),
        ({"danger_now": "no", "what_happens": ("physical",), "when_last": "earlier"}, "P3"),
        ({"danger_now": "no", "what_happens": ("begging_street",)}, "P2"),
        ({"danger_now": "no", "what_happens": ("exploitation_labour",)}, "P2"),
        ({"danger_now": "no", "what_happens": ("online",)}, "P2"),
        ({"danger_now": "no", "what_happens": ("neglect",)}, "P2"),
        ({"danger_now": "no", "what_happens": ("neglect", "begging_street")}, "P1"),
        ({"danger_now": "no", "what_happens": ("peer_school",)}, "P3"),
        ({"danger_now": "no", "what_happens": ("discrimination",)}, "P3"),
        ({"danger_now": "no"}, "P3"),
        ({}, "P3"),
    ],
)
def test_each_line_of_the_triage_table_holds(answers: dict[str, Any], expected: str) -> None:
    assert level(**answers) == expected


def test_a_very_young_child_alone_is_in_danger_now() -> None:
    """That a child is alone is known only where it was written and confirmed; neglect alone does not say it."""
    assert level(Facts(risks=("left_alone",)), danger_now="no", age_band="age_0_5") == "P0"
    assert level(Facts(risks=("left_alone",)), danger_now="no", age_band="age_10_13") == "P1"


def test_two_lesser_factors_are_an_urgent_one() -> None:
    assert "several_factors" in reasons(danger_now="no", what_happens=("neglect", "online"))
    assert "several_factors" not in reasons(danger_now="no", what_happens=("neglect",))


def test_an_age_that_is_not_known_is_treated_as_a_childs() -> None:
    abused = {"danger_now": "no", "what_happens": ("physical", "neglect"), "when_last": "today"}
    assert level(**abused) == level(**abused, age_band="skipped") == level(**abused, age_band="age_10_13") == "P1"


def test_a_case_opened_before_danger_was_asked_is_urgent() -> None:
    assert level(Facts(case="open")) == "P1"
    assert level(Facts(case="sent"), danger_now="no") == "P3"


@pytest.mark.parametrize("risk", [risk.code for risk in Hearing.load().risks])
def test_every_risk_that_can_be_confirmed_raises_to_its_own_level(risk: str) -> None:
    assert level(Facts(risks=(risk,)), danger_now="no") == Hearing.load().risk(risk).level


@pytest.mark.parametrize("step", ["danger_now", "when_last", "hurt", "reach_tonight", "age_band"])
def test_skipping_a_question_is_never_less_urgent_than_the_mildest_answer(step: str) -> None:
    (node,) = (node for node in Script.load("report").nodes.values() if node.step == step)
    base = {"danger_now": "no", "what_happens": ("sexual", "physical"), "when_last": "earlier"}
    mildest = max(LEVELS.index(level(**{**base, step: option.code})) for option in node.options)
    assert LEVELS.index(level(**{**base, step: "skipped"})) <= mildest


def test_one_more_fact_never_lowers_the_level() -> None:
    """Ticking more forms, or confirming a risk, adds findings and takes none away."""
    forms = ("physical", "sexual", "neglect", "online", "peer_school", "self_harm_risk")
    for few, more in itertools.combinations([ticked for size in range(4) for ticked in itertools.combinations(forms, size)], 2):
        if set(few) < set(more):
            assert reasons(danger_now="no", what_happens=few) - {"standard"} <= reasons(danger_now="no", what_happens=more)


def test_findings_come_most_urgent_first() -> None:
    found = RULES.assess({"danger_now": "yes", "what_happens": ("sexual", "neglect"), "when_last": "now"}, Facts())
    assert [finding.level for finding in found] == sorted(finding.level for finding in found)
    assert found[0] == Finding(level="P0", reason="danger_now")


def test_every_rule_names_its_source() -> None:
    assert all(rule.source.startswith(("P", "rule")) for rule in RULES.rules)


def test_every_answer_that_a_rule_looks_at_can_be_given() -> None:
    script = Script.load("report")
    for shape in SHAPES:
        for step, code in _answers(shape["if"]):
            nodes = [node for node in script.nodes.values() if node.step == step]
            assert any(node.option(code) for node in nodes), f"{shape['code']}: {step} is never {code}"


def _answers(shape: Any) -> list[tuple[str, str]]:
    if isinstance(shape, list):
        return [pair for part in shape for pair in _answers(part)]
    if not isinstance(shape, dict):
        return []
    if "answer" in shape:
        codes = shape.get("in") or ([shape["is"]] if "is" in shape else [])
        return [(shape["answer"], code) for code in codes]
    return [pair for part in shape.values() for pair in _answers(part)]


def test_a_level_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no level"):
        Finding(level="P9", reason="x")


@pytest.mark.parametrize(
    "change",
    [
        {"rules": [{"code": "x", "level": "P1", "if": {"answer": "a"}}]},
        {"rules": [{"code": "x", "level": "P9", "source": "s", "if": {"answer": "a"}}]},
        {"rules": [{"code": "x", "level": "P1", "source": "s", "if": {"weather": "bad"}}]},
        {"rules": [{"code": "x", "level": "P1", "source": "s", "if": {"answer": "a"}}] * 2},
        {"together": {}},
    ],
)
def test_a_broken_file_of_rules_stops_the_start(monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]) -> None:
    whole = yamlfile.read("urgency.yaml")
    monkeypatch.setattr("flows.yamlfile.read", lambda *_: {**whole, **change})
    with pytest.raises(ScriptBroken):
        UrgencyRules.load()
