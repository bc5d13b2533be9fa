"""The command line: exit codes, one line for whatever went wrong, and what the commands say."""

import json
import os
import re

import pytest

from handlers.officer import moves
from sealing.case import NewCase
from sealing.directory import Directory
from sealing.encoding import time_text
from sealing.entry import CaseHead, seal_entry
from sealing.identity import SigningIdentity
from sealing.signed_directory import verify_directory
from storage.case_values import CaseFacts
from storage.officers import NewOfficer
from storage.transaction import Transaction
from tests.unit.bot.conftest import NOW, Deployment

WORDS = "He hits me."
MISUSED = [
    ("nonsense",),
    ("run", "everything"),
    ("case",),
    ("case", "export"),
    ("case", "export", "a", "b"),
    ("case", "open", "case.json"),
    ("case", "list", "--yaml"),
    ("officer", "add"),
    ("officer", "add", "A", "--language", "xx"),
    ("duty", "set"),
    ("init",),
    ("demo", "--port", "many"),
]


@pytest.mark.parametrize("arguments", MISUSED, ids=" ".join)
def test_wrong_usage_is_one_line_and_exit_code_2(deployment: Deployment, arguments: tuple[str, ...]) -> None:
    ended = deployment.run(*arguments, env_file=False)
    assert ended.code == 2 or (ended.code == 0 and "Usage" in ended.out)
    if ended.code == 2:
        assert len(ended.err.splitlines()) == 1
        assert ended.out == ""


def test_a_settings_file_that_is_not_there_is_one_line(deployment: Deployment) -> None:
    ended = deployment.run("case", "list", "--env-file", deployment.folder / "nothing.env", env_file=False)
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1


def test_a_deployment_without_a_database_says_where_it_looked(deployment: Deployment) -> None:
    (deployment.folder / "data" / "amanet.db").unlink()
    ended = deployment.run("case", "list")
    assert ended.code == 1
    assert ended.err.startswith("there is no database in ")
    assert len(ended.err.splitlines()) == 1


def test_init_never_overwrites(deployment: Deployment) -> None:
    before = (deployment.folder / "amanet.env").read_bytes()
    ended = deployment.run("init", deployment.folder, env_file=False)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert (deployment.folder / "amanet.env").read_bytes() == before


def test_an_officer_is_added_linked_put_on_duty_and_removed(deployment: Deployment) -> None:
    added = deployment.run("officer", "add", "Arta")
    assert added.code == 0
    officer_id = _id(added.out)
    assert re.search(r"^code  \S+$", added.out, re.MULTILINE)
    assert "Arta" in deployment.run("officer", "list").out
    assert deployment.run("duty", "set", "national", officer_id).out == "1 on the list.\n"
    on_duty = deployment.run("duty", "list").out
    assert officer_id in on_duty
    assert "NOT REACHABLE" in on_duty
    assert deployment.run("officer", "link", officer_id).code == 0
    assert deployment.run("officer", "remove", officer_id).code == 0
    assert officer_id not in deployment.run("duty", "list").out
    assert f"{officer_id}  removed" in deployment.run("officer", "list").out
    assert deployment.run("officer", "link", officer_id).code == 1


def test_supervisors_are_a_list_of_their_own(deployment: Deployment) -> None:
    officer_id = _id(deployment.run("officer", "add", "Besa", "--supervisor").out)
    assert deployment.run("duty", "set", "national", officer_id, "--supervisors").code == 0
    lines = [line for line in deployment.run("duty", "list").out.splitlines() if officer_id in line]
    assert [line.split()[1] for line in lines] == ["supervisor"]


def test_an_empty_list_says_that_reporters_are_told(deployment: Deployment) -> None:
    assert deployment.run("duty", "set", "national").out == "Nobody is on this list now: reporters are told so.\n"


@pytest.mark.parametrize("officer_id", ["nobody", "", "00" * 16, "é" * 8])
def test_an_officer_who_is_not_there_is_one_line(deployment: Deployment, officer_id: str) -> None:
    for command in (("officer", "link", officer_id), ("officer", "remove", officer_id), ("duty", "set", "national", officer_id)):
        ended = deployment.run(*command)
        assert (ended.code, ended.err) == (1, "there is no such officer; `officer list` shows their ids\n")


def test_a_team_that_is_not_in_the_directory_gets_no_officer(deployment: Deployment) -> None:
    ended = deployment.run("officer", "add", "Arta", "--team", "nowhere")
    assert (ended.code, ended.out) == (1, "")
    assert len(ended.err.splitlines()) == 1


def test_an_officer_of_another_team_is_not_put_on_its_list(deployment: Deployment) -> None:
    officer_id = os.urandom(16)
    stranger = NewOfficer(officer_id=officer_id, team_ids=("prizren",), language="en", role="officer", name="Arta")
    deployment.change(lambda tx: tx.officers.add(stranger))
    ended = deployment.run("duty", "set", "national", officer_id.hex())
    assert (ended.code, ended.err) == (1, "an officer of this list is not of team national\n")


def test_commands_about_officers_need_the_desk_s_key(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMANET_DESK_KEY", "")
    ended = deployment.run("officer", "list")
    assert ended.code == 1
    assert ended.err.startswith("AMANET_DESK_KEY: expected 32 bytes")


def test_no_case_is_said_in_words_and_as_json(deployment: Deployment) -> None:
    assert deployment.run("case", "list").out == "There are no cases.\n"
    assert json.loads(deployment.run("case", "list", "--json").out) == []


@pytest.mark.parametrize("command", ["export", "close"])
def test_a_case_that_is_not_there_is_one_line(deployment: Deployment, command: str) -> None:
    ended = deployment.run("case", command, "calm-river-1")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err == "there is no case with this designation; `case list` shows them\n"


def test_a_case_is_listed_by_its_plain_columns_only(deployment: Deployment) -> None:
    _report(deployment)
    (row,) = json.loads(deployment.run("case", "list", "--json").out)
    assert set(row) == {"designation", "area", "urgency", "state", "language", "channel", "opened_hour", "entries"}
    assert row["opened_hour"].endswith(":00:00Z")
    table = deployment.run("case", "list").out.splitlines()
    assert table[0].split() == list(row)
    assert table[1].split()[0] == "calm-river-1"


def test_a_case_is_exported_and_opened_by_recovery_and_by_a_member(deployment: Deployment) -> None:
    _report(deployment)
    file = _exported(deployment)
    by_recovery = deployment.run("case", "open", file, "--identity", deployment.folder / "offline" / "recovery.seed")
    assert (by_recovery.code, by_recovery.err) == (0, "")
    assert WORDS in by_recovery.out
    demo = deployment.folder / "demo"
    by_member = deployment.run(
        "case", "open", file, "--identity", demo / "officer.seed", "--team", demo / "team-wrap.json", "--json"
    )
    assert by_member.code == 0
    report = json.loads(by_member.out)
    assert report["ok"]
    assert [entry["plaintext"]["kind"] for entry in report["entries"]] == ["opened", "narrative"]


def test_an_export_holds_nothing_that_can_be_read(deployment: Deployment) -> None:
    _report(deployment)
    text = _exported(deployment).read_text()
    assert WORDS not in text
    assert all(
        secret not in text for secret in (deployment.folder / "amanet.env").read_text().split("=")[1::2] if len(secret) > 40
    )


def test_the_wrong_seed_opens_nothing(deployment: Deployment) -> None:
    _report(deployment)
    ended = deployment.run("case", "open", _exported(deployment), "--identity", deployment.folder / "demo" / "officer.seed")
    assert ended.code == 1
    assert WORDS not in ended.out
    assert len(ended.err.splitlines()) == 1


def test_a_changed_byte_is_told_and_the_rest_is_still_printed(deployment: Deployment) -> None:
    _report(deployment)
    file = _exported(deployment)
    exported = json.loads(file.read_text())
    body = exported["entries"][1]["body"]
    exported["entries"][1]["body"] = ("A" if body[0] != "A" else "B") + body[1:]
    file.write_text(json.dumps(exported))
    ended = deployment.run("case", "open", file, "--identity", deployment.folder / "offline" / "recovery.seed")
    assert ended.code == 1
    assert ended.err.startswith("entry-hash at ")
    assert len(ended.err.splitlines()) == 1
    assert "opened" in ended.out


@pytest.mark.parametrize(
    ("breaking", "said"),
    [
        ("no file", "cannot be read"),
        ("no seed", "cannot be read"),
        ("not a seed", "this is not a seed file"),
        ("team wrap", "the team's wrap is not JSON"),
    ],
)
def test_what_cannot_be_read_is_one_line(deployment: Deployment, breaking: str, said: str) -> None:
    _report(deployment)
    file, seed = _exported(deployment), deployment.folder / "offline" / "recovery.seed"
    arguments: list[object] = ["case", "open", file, "--identity", seed]
    match breaking:
        case "no file":
            file.unlink()
        case "no seed":
            arguments[-1] = deployment.folder / "nothing.seed"
        case "not a seed":
            arguments[-1] = deployment.folder / "offline" / "root.pub"
        case _:
            arguments += ["--team", deployment.folder / "offline" / "root.pub"]
    ended = deployment.run(*arguments)
    assert ended.code == 1
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1


def test_without_the_root_s_key_nothing_is_opened(deployment: Deployment, monkeypatch: pytest.MonkeyPatch) -> None:
    _report(deployment)
    file, seed = _exported(deployment), deployment.folder / "offline" / "recovery.seed"
    monkeypatch.setenv("AMANET_ROOT_PUBLIC_KEY", "")
    assert deployment.run("case", "open", file, "--identity", seed).code == 2
    assert deployment.run("case", "open", file, "--identity", seed, "--root=short").code == 2
    root = (deployment.folder / "offline" / "root.pub").read_text().strip()
    assert deployment.run("case", "open", file, "--identity", seed, f"--root={root}").code == 0


def test_a_case_is_closed_once(deployment: Deployment) -> None:
    _report(deployment)
    assert deployment.run("case", "close", "calm-river-1").out == "Closed.\n"
    assert deployment.run("case", "close", "calm-river-1").out == "It was closed before.\n"
    assert json.loads(deployment.run("case", "list", "--json").out)[0]["state"] == "closed"


@pytest.mark.parametrize("part", ["intake", "desk"])
def test_a_part_does_not_start_without_its_secrets(deployment: Deployment, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "INTAKE_SIGNING_KEY" if part == "intake" else "DESK_KEY"
    monkeypatch.setenv(f"AMANET_{name}", "")
    ended = deployment.run("run", part)
    assert ended.code == 1
    assert ended.err == f"AMANET_{name}: expected 32 bytes, as `init` writes them; `run {part}` needs it\n"


def _id(told: str) -> str:
    found = re.search(r"^id +(\S+)$", told, re.MULTILINE)
    assert found is not None
    return found[1]


def _exported(deployment: Deployment):  # type: ignore[no-untyped-def]
    file = deployment.folder / "case.json"
    file.write_text(deployment.run("case", "export", "calm-river-1").out)
    return file


def _report(deployment: Deployment) -> None:
    """Put a case with one narrative into the database, as intake does."""
    signer = SigningIdentity.from_seed(deployment.settings.secret("intake_signing_key"))

    def work(tx: Transaction) -> None:
        directory = _directory(deployment, tx)
        national = directory.team("national")
        assert national is not None
        case = NewCase.make(os.urandom)
        head, entries = CaseHead.of(case.case_id, case.identity.recipient), []
        opened = {
            "kind": "opened",
            "at": time_text(NOW),
            "area": "prizren",
            "language": "en",
            "channel": "telegram",
            "urgency": "P1",
            "team_key_ids": [],
        }
        from sealing.encoding import b64u

        opened["team_key_ids"] = [b64u(national.key.key_id)]
        for plaintext in (opened, {"kind": "narrative", "at": time_text(NOW), "text": WORDS}):
            entry, head = seal_entry(head, plaintext, signer, os.urandom(16))
            entries.append(entry)
        facts = CaseFacts(
            case_id=case.case_id,
            designation="calm-river-1",
            area="prizren",
            urgency="P1",
            language="en",
            channel="telegram",
            opened_at=NOW,
            suite=1,
            public_key=case.identity.recipient.public_key,
        )
        tx.cases.open(facts, case.wrap_to((national.key, directory.recovery)), entries)
        assert moves.standing(tx, case.case_id, NOW).stand == "waiting"

    deployment.change(work)


def _directory(deployment: Deployment, tx: Transaction) -> Directory:
    stored = tx.directory.current()
    assert stored is not None
    return verify_directory(stored.document, stored.signature, deployment.settings.secret("root_public_key"))
