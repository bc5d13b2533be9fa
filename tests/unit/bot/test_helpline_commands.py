"""`helpline`: an operator's own numbers of a municipality, and the test calls without which nobody sees them."""

import json

import pytest

from bot.helplines import day_of, load_helplines
from tests.unit.bot.conftest import NOW, Deployment

ADD = ("helpline", "add", "prizren-office")
REST = ("--area", "prizren", "--name", "Office for tests", "--number", "000 000 000", "--source", "a test")


def shown(deployment: Deployment, area: str = "prizren") -> list[str]:
    return [line.number for line in load_helplines(deployment.settings).of_area(area, day_of(NOW))]


def test_an_own_line_is_shown_for_its_municipality_once_it_was_called(deployment: Deployment) -> None:
    added = deployment.run(*ADD, *REST)
    assert (added.code, added.err) == (0, "")
    assert "not shown yet" in added.out
    assert shown(deployment) == []
    (line,) = [one for one in deployment.run("helpline", "list").out.splitlines() if "prizren-office" in one]
    assert "not shown" in line
    assert "(only prizren; source: a test)" in line
    assert deployment.run("helpline", "verified", "prizren-office", "--by", "A. Caller").code == 0
    assert (shown(deployment), shown(deployment, "peje")) == (["000 000 000"], [])
    assert "needs a test call" not in next(
        one for one in deployment.run("helpline", "list").out.splitlines() if "prizren-office" in one
    )


def test_a_line_that_is_removed_and_added_anew_has_not_been_called(deployment: Deployment) -> None:
    deployment.run(*ADD, *REST)
    deployment.run("helpline", "verified", "prizren-office", "--by", "A. Caller")
    again = deployment.run(*ADD, *REST)
    assert (again.code, len(again.err.splitlines())) == (1, 1)
    assert deployment.run("helpline", "remove", "prizren-office").code == 0
    assert shown(deployment) == []
    assert deployment.run(*ADD, *REST).code == 0
    assert shown(deployment) == []
    assert deployment.run("helpline", "remove", "xk-112").code == 1


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--area", "atlantis", "--area"),
        ("--area", "Prizren", "--area"),
        ("--number", "116 111", "--number"),
        ("--number", "+383 116111", "--number"),
        ("--number", "12", "--number"),
        ("--number", "112; rm", "--number"),
        ("--name", " ", "--name"),
        ("--name", "x" * 121, "--name"),
        ("--name", "a\u202eb", "--name"),
        ("--source", "", "--source"),
    ],
)
def test_what_is_no_line_is_refused_in_one_line(deployment: Deployment, option: str, value: str, said: str) -> None:
    rest = list(REST)
    rest[rest.index(option) + 1] = value
    ended = deployment.run(*ADD, *rest)
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (1, "", 1)
    assert said in ended.err
    assert shown(deployment) == []


@pytest.mark.parametrize("line_id", ["xk-112", "UPPER", "a b", "x" * 40])
def test_an_id_that_is_taken_or_is_none_is_refused(deployment: Deployment, line_id: str) -> None:
    ended = deployment.run("helpline", "add", line_id, *REST)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)


@pytest.mark.parametrize("text", ["[]", "{", '{"a": {"area": 7}}', '{"a": "b"}'])
def test_a_file_that_no_command_wrote_is_named(deployment: Deployment, text: str) -> None:
    path = deployment.settings.data_dir / "own-helplines.json"
    path.write_text(text)
    ended = deployment.run("helpline", "list")
    assert (ended.code, str(path) in ended.err) == (1, True)


def test_a_forbidden_number_in_the_file_stops_the_start_in_one_line(deployment: Deployment) -> None:
    line = {"area": "prizren", "name": "x", "number": "116111", "source": "x"}
    (deployment.settings.data_dir / "own-helplines.json").write_text(json.dumps({"x-line": line}))
    ended = deployment.run("helpline", "list")
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
