"""Opening a case's file: whatever was changed is named, and whatever opens is given all the same."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealing import json_text
from sealing.case import wrap_case_seed, wrap_team_seed
from sealing.encoding import b64u, label
from sealing.open import Remembered
from sealing.signed_directory import SignedDirectory
from tests.unit.sealing.reading import WHOLE, WHOLE_BYTES, Change, changed, flip, read, reasons, said
from tests.vectors import known
from tests.vectors.universe import VOICE, whole_case

EVERYTHING = [
    "opened", "answers", None, "narrative", "attachment", "message", "message", "note", "urgency", "access", "note"
]  # fmt: skip


@pytest.mark.parametrize("reader", ["team-north", "team-south", "recovery"])
def test_everybody_the_case_is_wrapped_to_reads_all_of_it(reader: str) -> None:
    report = read(WHOLE_BYTES, reader)

    assert report["ok"]
    assert said(report) == EVERYTHING
    assert report["opened_with"] == b64u(known.identity(reader).key_id)
    assert [blob["size"] for blob in report["blobs"]] == [len(VOICE)]


def test_an_erased_entry_shows_as_erased_and_an_author_who_left_as_such() -> None:
    entries = read(WHOLE_BYTES)["entries"]

    assert [entry["seq"] for entry in entries if entry.get("erased")] == [2]
    assert entries[2]["broken"] == []
    assert [entry["seq"] for entry in entries if "left" in entry] == [10]


def test_an_officer_reads_with_the_teams_wrap() -> None:
    officer, team = known.identity("officer"), known.identity("team-north")
    wrap = wrap_team_seed(officer.recipient, team, known.directory()).to_json()

    report = read(WHOLE_BYTES, "officer", team_wrap=wrap)

    assert report["ok"]
    assert report["opened_with"] == b64u(team.key_id)


FILE_BREAKS: dict[str, tuple[str, Change]] = {
    "another format": ("file-format", lambda f: f.update(format="amanet-case/2")),
    "a part missing": ("file-format", lambda f: f.pop("blobs")),
    "an entry malformed": ("file-format", lambda f: f["entries"][0].update(hash="x")),
    "an entry without an id": ("file-format", lambda f: f["entries"][0].pop("entry_id")),
    "an entry without a number": ("file-format", lambda f: f["entries"][0].pop("seq")),
    "a number too large": ("file-format", lambda f: f["entries"][10].update(seq=2**32)),
    "no case id": ("file-format", lambda f: f.pop("case_id")),
    "no case key": ("file-format", lambda f: f.pop("case_public_key")),
    "no directory": ("file-format", lambda f: f.pop("directory")),
    "a suite that is text": ("file-format", lambda f: f.update(suite="1")),
    "another suite": ("file-suite", lambda f: f.update(suite=2)),
    "a directory changed": ("directory-signature", lambda f: flip(f["directory"], "document")),
    "a directory's signature changed": ("directory-signature", lambda f: flip(f["directory"], "signature")),
    "no wrap": ("no-wrap", lambda f: f.update(wraps=[])),
    "a wrap for somebody else": ("no-wrap", lambda f: flip(f["wraps"][0], "key_id")),
    "a wrap changed": ("wrap-open", lambda f: flip(f["wraps"][0], "sealed")),
    "another wrap cut short": ("wrap-open", lambda f: f["wraps"][2].update(sealed="AAAA")),
    "a wrap moved from another case": ("wrap-open", lambda f: f.update(case_id=b64u(known.CASE_B))),
    "another case's key": ("case-key", lambda f: flip(f, "case_public_key")),
    "an entry dropped": ("entry-seq", lambda f: f["entries"].pop(5)),
    "two entries swapped": ("entry-seq", lambda f: f["entries"].insert(5, f["entries"].pop(6))),
    "an entry repeated": ("entry-seq", lambda f: f["entries"].insert(5, f["entries"][5])),
    "an entry repeated at the end": ("entry-twice", lambda f: f["entries"].append({**f["entries"][5], "seq": 11})),
    "an id changed": ("entry-hash", lambda f: flip(f["entries"][7], "entry_id")),
    "a hash changed": ("entry-hash", lambda f: flip(f["entries"][7], "hash")),
    "a body changed": ("entry-hash", lambda f: flip(f["entries"][7], "body")),
    "an erased body's hash changed": ("entry-hash", lambda f: flip(f["entries"][2], "body_sha256")),
    "an author changed": ("entry-author", lambda f: flip(f["entries"][7], "author")),
    "a signature changed": ("entry-signature", lambda f: flip(f["entries"][7], "signature")),
    "an attachment dropped": ("blob-missing", lambda f: f["blobs"].clear()),
    "an attachment changed": ("blob-open", lambda f: flip(f["blobs"][0], "bytes")),
    "an attachment cut short": ("blob-open", lambda f: f["blobs"][0].update(bytes="AAAA")),
    "an attachment twice": ("blob-stray", lambda f: f["blobs"].append(f["blobs"][0])),
    "an attachment of nothing": ("blob-stray", lambda f: f["blobs"].append({"blob_id": f["case_id"], "bytes": ""})),
}


@pytest.mark.parametrize(("reason", "change"), FILE_BREAKS.values(), ids=FILE_BREAKS.keys())
def test_a_changed_file_names_what_was_changed_first(reason: str, change: Change) -> None:
    report = read(changed(change))

    assert report["broken"][0]["reason"] == reason
    assert json.dumps(report) == json.dumps(read(json_text.write(changed(change))))


@pytest.mark.parametrize("raw", [b"", b"\xff", b"[]", b"{}", b'{"a":1,"a":1}', b"[" * 100_000, b"null"])
def test_what_is_no_file_at_all_is_a_report_too(raw: bytes) -> None:
    report = read(raw)

    assert report["broken"][0]["reason"] == "file-format"
    assert (report["case_id"], report["entries"], report["directory"]["serial"]) == (None, [], None)


def _may_change_unseen(raw: bytes, place: int) -> bool:
    """What is sealed to somebody else can only be checked by them."""
    for wrap in json.loads(raw)["wraps"][1:]:
        start = raw.index(wrap["sealed"].encode())
        if start <= place < start + len(wrap["sealed"]):
            return True
    return False


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(WHOLE_BYTES) - 1), st.integers(0, 255))
def test_a_byte_changed_anywhere_is_named(place: int, byte: int) -> None:
    raw = WHOLE_BYTES[:place] + bytes([byte]) + WHOLE_BYTES[place + 1 :]

    report = read(raw)

    if report["ok"]:
        assert raw == WHOLE_BYTES or _may_change_unseen(WHOLE_BYTES, place)


def test_what_opens_is_given_although_something_else_is_broken() -> None:
    for change in (
        lambda f: flip(f["entries"][7], "body"),
        lambda f: flip(f["directory"], "document"),
        lambda f: f.update(suite=2),
        lambda f: f.pop("case_public_key"),
        lambda f: f["entries"][3].pop("signature"),
    ):
        report = read(changed(change))
        assert not report["ok"]
        assert sum(kind is not None for kind in said(report)) >= len(EVERYTHING) - 2
        assert report["blobs"]


def _with_entry_7_flipped(name: str) -> dict[str, Any]:
    return changed(lambda file: flip(file["entries"][7], name))


def test_one_changed_entry_breaks_no_other() -> None:
    for name in ("body", "signature", "hash"):
        report = read(_with_entry_7_flipped(name))
        assert [entry["seq"] for entry in report["entries"] if entry["broken"]] == [7]


def _signed(change: Change) -> SignedDirectory:
    value = json_text.read(known.signed_directory().document)
    change(value)
    document = json_text.canonical(value)
    signature = known.signer("root").sign(label("amanet/v1/directory") + document)
    return SignedDirectory(document=document, signature=signature)


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("directory-form", lambda d: d.pop("relay")),
        ("directory-no-recovery", lambda d: d.pop("recovery")),
        ("directory-key", lambda d: d["relay"].update(key_id=d["recovery"]["key_id"])),
    ],
    ids=["form", "recovery", "key"],
)
def test_a_directory_that_the_root_should_not_have_signed_is_named(reason: str, change: Change) -> None:
    case = whole_case()
    case.directory = _signed(change)

    assert reasons(read(case.file()))[0] == reason


def test_a_directory_older_than_one_seen_before_is_named() -> None:
    assert reasons(read(WHOLE_BYTES, lowest_serial=8))[0] == "directory-older"
    assert read(WHOLE_BYTES, lowest_serial=7)["ok"]


def test_another_root_did_not_sign_this_directory() -> None:
    report = read(WHOLE_BYTES, root_public_key=known.signer("other-root").verifier.public_key)

    assert reasons(report) == ["directory-signature", "entry-author"]
    assert said(report) == EVERYTHING


@pytest.mark.parametrize("wrap", [{}, "text", known.load("wraps")[0]], ids=["empty", "text", "another"])
def test_a_team_wrap_that_does_not_open_is_named(wrap: object) -> None:
    assert reasons(read(WHOLE_BYTES, "officer", team_wrap=wrap))[:2] == ["team-wrap", "no-wrap"]
    assert reasons(read(WHOLE_BYTES, "team-north", team_wrap=wrap)) == ["team-wrap"]


def test_somebody_without_a_wrap_reads_nothing() -> None:
    report = read(WHOLE_BYTES, "stranger")

    assert reasons(report) == ["no-wrap", "entry-open"]
    assert set(said(report)) == {None}


def test_the_second_wrap_for_one_key_opens_when_the_first_does_not() -> None:
    report = read(changed(lambda f: f["wraps"].insert(0, {**f["wraps"][0], "sealed": f["wraps"][1]["sealed"]})))

    assert reasons(report) == ["wrap-open"]
    assert said(report) == EVERYTHING


def test_a_wrap_that_gives_another_case_is_named() -> None:
    case = whole_case()
    recipient = known.identity("team-north").recipient
    case.wraps[0] = wrap_case_seed(recipient, case.case_id, known.identity("case-evil").seed)

    report = read(case.file())

    assert reasons(report) == ["case-key", "entry-open"]


def test_entries_that_were_seen_before_must_still_be_there() -> None:
    count, last = len(WHOLE.entries), WHOLE.entries[-1].hash

    assert read(WHOLE_BYTES, remembered=Remembered(entries=count, last_hash=last))["ok"]
    assert read(WHOLE_BYTES, remembered=Remembered(entries=1, last_hash=WHOLE.entries[0].hash))["ok"]
    assert read(WHOLE_BYTES, remembered=Remembered(entries=0, last_hash=b""))["ok"]
    cut = changed(lambda f: f["entries"].pop())
    for file, remembered in (
        (cut, Remembered(entries=count, last_hash=last)),
        (WHOLE_BYTES, Remembered(entries=count, last_hash=bytes(32))),
    ):
        assert reasons(read(file, remembered=remembered)) == ["case-rollback"]
