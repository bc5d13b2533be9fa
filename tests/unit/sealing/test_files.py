"""The file of a case: written whole, read as far as it goes."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealing import json_text
from sealing.errors import Misuse
from sealing.files import read_case, write_case
from tests.vectors import known
from tests.vectors.universe import CaseInTheMaking, whole_case

CASE = whole_case()
FILE = CASE.file()


def test_what_is_written_is_read_back() -> None:
    read = read_case(json_text.write(FILE))

    assert read == read_case(FILE)
    assert read.breaks == ()
    assert (read.case_id, read.public_key) == (CASE.case_id, CASE.identity.recipient.public_key)
    assert [wrap for _, wrap in read.wraps] == CASE.wraps
    assert [(blob_id, stored) for _, blob_id, stored in read.blobs] == CASE.blobs
    assert read.directory == CASE.directory
    for entry, written in zip(read.entries, CASE.entries, strict=True):
        assert (entry.entry_id, entry.seq, entry.author) == (written.entry_id, written.seq, written.author)
        assert (entry.body, entry.hash, entry.signature) == (written.body, written.hash, written.signature)
        assert (entry.is_erased, entry.breaks) == (written.body is None, ())


def test_a_file_holds_no_seed_and_no_word() -> None:
    text = json.dumps(FILE)

    for secret in (CASE.identity.seed, known.identity("team-north").seed, b"Called the school."):
        assert json_text.write({"": secret.hex()})[5:-2].decode() not in text
    assert "Called the school" not in text
    assert set(FILE) == {
        "format", "suite", "case_id", "case_public_key", "wraps", "entries", "blobs", "directory"
    }  # fmt: skip


def test_a_case_without_an_id_or_a_key_is_not_written() -> None:
    for case in (CaseInTheMaking(case_id=bytes(16)), CaseInTheMaking()):
        with pytest.raises(Misuse):
            write_case(
                case_id=case.case_id[:15],
                public_key=case.identity.recipient.public_key,
                wraps=[],
                entries=[],
                blobs=[],
                directory=case.directory,
            )
    with pytest.raises(Misuse):
        write_case(case_id=CASE.case_id, public_key=b"", wraps=[], entries=[], blobs=[], directory=CASE.directory)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*FILE, "seq", "body"]), inner),
        max_leaves=12,
    )
)
def test_reading_never_gives_up(value: Any) -> None:
    assert read_case(value).breaks


def test_every_malformed_part_is_named_and_the_rest_is_read() -> None:
    file = json_text.read(json_text.write(FILE))
    file["wraps"][0]["key_id"] = "x"
    file["wraps"][1]["sealed"] = None
    file["entries"][0]["signature"] = "AAAA"
    file["entries"][1] = "text"
    file["blobs"] += [{"blob_id": "x", "bytes": ""}, {"blob_id": file["case_id"], "bytes": 1}]
    file["directory"]["signature"] = "!"

    read = read_case(file)

    assert [found.where for found in read.breaks] == [
        "wraps[0].key_id",
        "wraps[1].sealed",
        "entries[1]",
        "blobs[1].blob_id",
        "blobs[2].bytes",
        "directory.signature",
    ]
    assert [found.where for found in read.entries[0].breaks] == ["entries[0].signature"]
    assert len(read.entries) == len(CASE.entries)
    assert (len(read.wraps), len(read.blobs)) == (1, 1)
    assert replace(read.entries[2]) == read_case(FILE).entries[2]
