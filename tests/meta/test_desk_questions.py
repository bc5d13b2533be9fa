"""The desk words a report's questions and answers as the scripts do: `questions.json` is what the scripts say, for each of the three
who may have answered (a child about itself, a child about another, an adult)."""

import json
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "web" / "src" / "desk" / "parts" / "case" / "questions.json"
WHO = ("me", "child", "adult")
REGISTER = {"me": "child", "child": "child", "adult": "adult"}


def test_the_desk_words_questions_and_answers_as_the_scripts_do():
    assert json.loads(TABLE.read_text()) == expected()


def expected() -> dict[str, Any]:
    """The table, out of the script and the list of risks."""
    script = _read("flows/scripts/report.yaml")
    risks = _read("flows/phrases/risks.yaml")["risks"]
    nodes = [node for node in script["nodes"].values() if "step" in node]
    steps: dict[str, Any] = {}
    for step in dict.fromkeys(node["step"] for node in nodes):
        asked, answers = {}, {}
        for who in WHO:
            [node] = [one for one in nodes if one["step"] == step and _is_asked(one, nodes, who)]
            asked[who] = _text([one for one in node["say"] if _holds(one, who)][-1], who)
            for choice in node.get("choices", ()):
                answers.setdefault(choice["code"], {})[who] = _text(choice["label"], who)
        steps[step] = {"asked": _short(asked), "answers": {code: _short(texts) for code, texts in answers.items()}}
    return {"steps": steps, "risks": {risk["code"]: risk["meaning"] for risk in risks}}


def _is_asked(node: dict[str, Any], nodes: list[dict[str, Any]], who: str) -> bool:
    """Where two nodes ask for one step, the first is for a child that tells of itself: as the way out of `who` says."""
    same = [one for one in nodes if one["step"] == node["step"]]
    return len(same) == 1 or (node is same[0]) == (who == "me")


def _holds(said: Any, who: str) -> bool:
    match said:
        case {"if": {"answer": "who", "is": named}}:
            return who == named
        case {"if": {"not": {"answer": "who", "is": named}}}:
            return who != named
        case _:
            return True


def _text(said: Any, who: str) -> str:
    return said if isinstance(said, str) else said.get("text") or said[REGISTER[who]]


def _short(texts: dict[str, str]) -> Any:
    return texts["me"] if len(set(texts.values())) == 1 else texts


def _read(name: str) -> Any:
    """Read without YAML's own ideas: `yes` is a code here, not a truth."""
    return yaml.load((ROOT / name).read_text(), Loader=yaml.BaseLoader)
