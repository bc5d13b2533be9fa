"""Opening a case's file: who wrote what, who may read along, and what an entry promises about its attachment."""

from dataclasses import replace
from typing import Any

import pytest

from sealing import json_text
from sealing.encoding import b64u
from sealing.entry import CaseHead, entry_info, sign_received
from sealing.padding import pad
from sealing.signed_directory import sign_directory
from tests.unit.sealing.reading import INTAKE, OFFICER, read, reasons
from tests.vectors import known
from tests.vectors.universe import AT, LATER, VOICE, CaseInTheMaking, message, opened


@pytest.fixture
def case() -> CaseInTheMaking:
    made = CaseInTheMaking()
    made.wrap_to("team-north", "recovery")
    made.append(INTAKE, opened("team-north"))
    return made


def test_a_wrap_that_nobody_announced_is_shown_as_broken(case: CaseInTheMaking) -> None:
    case.wrap_to("team-south")

    report = read(case.file())

    assert [(found["where"], found["reason"]) for found in report["broken"]] == [("wraps[2]", "wrap-open")]
    case.append(INTAKE, {"kind": "access", "at": AT, "key_id": b64u(known.identity("team-south").key_id)})
    assert read(case.file())["ok"]


def test_an_announcement_that_is_broken_announces_nothing(case: CaseInTheMaking) -> None:
    case.wrap_to("team-south")
    case.append(known.signer("stranger"), {"kind": "access", "at": AT, "key_id": b64u(case.wraps[2].key_id)})

    assert reasons(read(case.file())) == ["entry-author", "wrap-open"]


def test_an_entry_whose_author_had_left_is_named(case: CaseInTheMaking) -> None:
    case.append(known.signer("former"), {"kind": "note", "at": "2026-11-20T00:00:00Z", "text": "last"})
    assert read(case.file())["ok"]

    case.append(known.signer("former"), {"kind": "note", "at": LATER, "text": "too late"})

    assert read(case.file())["entries"][2]["broken"] == ["entry-retired"]


ID = bytes([8] * 16)


@pytest.mark.parametrize(
    ("author", "words"),
    [
        ("intake", {"kind": "note", "at": AT, "text": "x"}),
        ("intake", message("to", "x", ID)),
        ("intake", {"kind": "message", "at": AT, "from": "officer", "message_id": b64u(ID), "text": "x"}),
        ("officer", {"kind": "answer", "at": AT, "step": "who", "value": "x"}),
        ("officer", {"kind": "answers", "at": AT, "items": []}),
        ("officer", {"kind": "narrative", "at": AT, "text": "x"}),
        ("officer", message("from", "x", ID)),
        ("officer-2", {"kind": "note", "at": AT, "text": "of no team"}),
        ("officer-2", {"kind": "status", "at": AT, "status": "closed"}),
    ],
    ids=str,
)
def test_what_its_author_may_not_write_is_named(case: CaseInTheMaking, author: str, words: dict[str, Any]) -> None:
    case.append(known.signer(author), words)

    report = read(case.file())

    assert report["entries"][1]["broken"] == ["entry-entitled"]
    assert report["entries"][1]["plaintext"] == words


def shut_out(team_id: str) -> dict[str, Any]:
    return {"kind": "status", "at": AT, "status": "shut-out", "team_id": team_id}


def test_what_a_team_wrote_stays_right_when_it_hands_the_case_on_and_shuts_itself_out(case: CaseInTheMaking) -> None:
    case.append(OFFICER, {"kind": "note", "at": AT, "text": "x"})
    case.append(OFFICER, {"kind": "access", "at": AT, "key_id": b64u(known.identity("team-south").key_id)})
    case.append(OFFICER, shut_out("north"))
    case.wraps = []
    case.wrap_to("team-south", "recovery")

    assert read(case.file(), "team-south")["ok"]
    case.append(OFFICER, {"kind": "note", "at": AT, "text": "once more"})
    assert read(case.file(), "team-south")["entries"][-1]["broken"] == ["entry-entitled"]


def test_whoever_was_never_let_in_cannot_excuse_themselves(case: CaseInTheMaking) -> None:
    case.wraps = []
    case.wrap_to("team-south", "recovery")
    case.append(INTAKE, {"kind": "access", "at": AT, "key_id": b64u(known.identity("team-south").key_id)})
    for team_id in ("north", "nowhere"):
        case.append(INTAKE, shut_out(team_id))
    for words in ({"kind": "access", "at": AT, "key_id": b64u(known.identity("team-north").key_id)}, shut_out("north")):
        case.append(OFFICER, words)

    report = read(case.file(), "team-south")

    assert [entry["broken"] for entry in report["entries"][2:]] == [[], [], ["entry-entitled"], ["entry-entitled"]]


def test_an_officer_may_not_open_a_case() -> None:
    case = CaseInTheMaking()
    case.wrap_to("team-north", "recovery")
    case.append(OFFICER, opened("team-north"))

    assert read(case.file())["entries"][0]["broken"] == ["entry-entitled"]


def test_a_team_under_a_new_key_still_writes_into_its_old_cases(case: CaseInTheMaking) -> None:
    directory = known.directory()
    north, south = directory.teams
    moved = replace(north, key=known.identity("stranger").recipient, former_key_ids=(north.key.key_id,))
    case.directory = sign_directory(replace(directory, serial=8, teams=(moved, south)), known.signer("root"))
    case.append(OFFICER, {"kind": "note", "at": AT, "text": "x"})

    assert read(case.file())["ok"]


def test_ids_within_entries_may_stand_once(case: CaseInTheMaking) -> None:
    case.append(INTAKE, message("from", "x", ID))
    case.append(OFFICER, message("to", "y", ID))
    case.attach(INTAKE, VOICE)
    case.attach(INTAKE, VOICE, blob_id=b64u(case.blobs[0][0]))

    report = read(case.file())

    assert [entry["broken"] for entry in report["entries"]] == [[], [], ["entry-twice"], [], ["entry-twice"]]


def _sealed_anyway(case: CaseInTheMaking, seq: int, words: dict[str, Any]) -> None:
    """Append what `seal_entry` refuses to write, as somebody with other software would."""
    entry_id = case.rng(16)
    info = entry_info(case.case_id, entry_id, seq, INTAKE.signer_id)
    body = case.identity.recipient.seal(info, pad(json_text.write(words)))
    entry, case.head = sign_received(case.head, body, INTAKE, entry_id)
    case.entries.append(entry)


def test_a_case_begins_with_its_opening_and_is_opened_once(case: CaseInTheMaking) -> None:
    _sealed_anyway(case, 1, opened("team-north"))
    assert read(case.file())["entries"][1]["broken"] == ["entry-seq"]

    case.entries.clear()
    case.head = CaseHead.of(case.case_id, case.identity.recipient)
    _sealed_anyway(case, 0, {"kind": "narrative", "at": AT, "text": "x"})
    assert read(case.file())["entries"][0]["broken"] == ["entry-seq"]


def test_an_attachment_that_is_not_described_is_printed_and_not_looked_for(case: CaseInTheMaking) -> None:
    words = {"kind": "attachment", "at": AT, "blob_id": b64u(ID)}
    _sealed_anyway(case, 1, words)

    report = read(case.file())

    assert report["entries"][1]["plaintext"] == words
    assert reasons(report) == ["entry-json"]


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("blob-size", {"size": len(VOICE) - 1}),
        ("blob-size", {"size": 100_000}),
        ("blob-sha256", {"sha256": b64u(bytes(32))}),
        ("blob-open", {"key": b64u(bytes(32))}),
    ],
    ids=str,
)
def test_an_attachment_that_is_not_as_described_is_named(case: CaseInTheMaking, reason: str, changes: dict[str, Any]) -> None:
    case.attach(INTAKE, VOICE, **changes)

    assert reasons(read(case.file())) == [reason]
