"""Known answers of cases: padding, wraps, entries and their chain, attachments, files, and what readers read."""

import hashlib
import json
from typing import Any

import pytest

from sealing import padding, plaintext
from sealing.blob import BlobSealer, stored_size
from sealing.case import TeamWrap, chain_start
from sealing.encoding import b64u, unb64u
from sealing.entry import CaseHead, SealedEntry, entry_info, next_hash, sign_received, verify_chain
from sealing.errors import DoesNotOpen
from sealing.open import open_case
from sealing.open.steps import open_blob, open_body, open_entry, open_team_wrap, unwrap
from tests.vectors import known

CASE = known.identity("case-a")


@pytest.mark.parametrize("answer", known.load("padding"), ids=lambda answer: str(answer["plaintext_length"]))
def test_a_plaintext_is_padded_to_the_known_bytes(answer: dict[str, Any]) -> None:
    content = known.pattern(answer["plaintext_length"])

    padded = padding.pad(content)

    assert answer["padded_length"] == len(padded) == padding.padded_length(len(content))
    assert answer["padded_sha256"] == b64u(hashlib.sha256(padded).digest())
    assert content == padding.unpad(padded)
    assert padding.is_padded_length(len(padded))


@pytest.mark.parametrize("answer", known.load("padding-refused"), ids=lambda answer: answer["why"])
def test_other_padding_is_refused(answer: dict[str, str]) -> None:
    with pytest.raises(DoesNotOpen):
        padding.unpad(unb64u(answer["padded"]))


@pytest.mark.parametrize("answer", known.load("wraps"), ids=lambda answer: f"{answer['case']} {answer['recipient']}")
def test_a_known_wrap_gives_the_case_seed(answer: dict[str, str]) -> None:
    case = unwrap(known.identity(answer["recipient"]), unb64u(answer["case_id"]), unb64u(answer["sealed"]))

    assert answer["case_seed"] == b64u(case.seed)
    assert known.identity(answer["case"]).recipient == case.recipient


def test_the_known_team_wrap_gives_the_team_to_its_member_only() -> None:
    answer = known.load("team-wrap")

    assert known.identity("team-north") == open_team_wrap(known.identity("officer"), answer)
    assert answer == TeamWrap.from_json(answer).to_json()
    with pytest.raises(DoesNotOpen):
        open_team_wrap(known.identity("officer-2"), answer)


def _entry(answer: dict[str, Any]) -> SealedEntry:
    body = unb64u(answer["body"])
    return SealedEntry(
        entry_id=unb64u(answer["entry_id"]),
        seq=answer["seq"],
        author=unb64u(answer["author"]),
        body=body,
        body_sha256=hashlib.sha256(body).digest(),
        hash=unb64u(answer["hash"]),
        signature=unb64u(answer["signature"]),
    )


@pytest.mark.parametrize("answer", known.load("entries")["entries"], ids=lambda answer: str(answer["seq"]))
def test_a_known_entry_opens_and_is_padded_to_the_known_bytes(answer: dict[str, Any]) -> None:
    entry = _entry(answer)
    assert entry.body is not None
    place = {"case_id": known.CASE_A, "entry_id": entry.entry_id, "author": entry.author}

    padded = open_body(CASE, entry.body, seq=entry.seq, **place)
    said = open_entry(CASE, entry.body, seq=entry.seq, **place)

    assert answer["padded_length"] == len(padded)
    assert answer["padded_sha256"] == b64u(hashlib.sha256(padded).digest())
    assert json.loads(unb64u(answer["plaintext"])) == said
    assert padded == plaintext.encode(said)


def test_the_known_entries_are_one_chain_and_are_signed_again_to_the_same_bytes() -> None:
    answers = known.load("entries")
    signers = {signer.signer_id: signer for signer in (known.signer("intake"), known.signer("officer"))}
    head = start = CaseHead.of(known.CASE_A, CASE.recipient)
    assert answers["chain_start"] == b64u(start.hash) == b64u(chain_start(known.CASE_A, CASE.recipient.public_key))

    for answer in answers["entries"]:
        entry = _entry(answer)
        assert entry.body is not None
        assert answer["previous_hash"] == b64u(head.hash)
        assert entry.hash == next_hash(
            head.hash,
            case_id=known.CASE_A,
            entry_id=entry.entry_id,
            seq=entry.seq,
            author=entry.author,
            body_sha256=entry.body_sha256,
        )
        signed, head = sign_received(head, entry.body, signers[entry.author], entry.entry_id)
        assert entry == signed

    assert head == verify_chain(start, [_entry(answer) for answer in answers["entries"]], known.directory())


@pytest.mark.parametrize("answer", known.load("entries-refused"), ids=lambda answer: answer["why"])
def test_an_entry_that_says_nothing_that_may_be_believed_is_refused(answer: dict[str, Any]) -> None:
    entry = _entry(answer)
    assert entry.body is not None
    info = entry_info(known.CASE_A, entry.entry_id, 0, entry.author)
    assert CASE.open(info, entry.body)

    with pytest.raises(DoesNotOpen):
        open_entry(CASE, entry.body, case_id=known.CASE_A, entry_id=entry.entry_id, seq=0, author=entry.author)


@pytest.mark.parametrize("answer", known.load("entries-refused"), ids=lambda answer: answer["why"])
def test_a_reader_names_what_such_an_entry_lacks(answer: dict[str, Any]) -> None:
    file = known.load("case-file")
    entry = {name: answer[name] for name in ("entry_id", "seq", "author", "body", "hash", "signature")}
    file["entries"], file["blobs"] = [entry], []

    report = _read(file, "team-north", None)

    assert [answer["reason"]] == report["entries"][0]["broken"]
    assert answer["reason"] == report["broken"][0]["reason"]


@pytest.mark.parametrize("answer", known.load("blobs")["blobs"], ids=lambda answer: str(answer["attachment"]["size"]))
def test_an_attachment_is_sealed_to_the_known_bytes_and_opens(answer: dict[str, Any]) -> None:
    attachment = answer["attachment"]
    drawn = iter((unb64u(attachment["key"]), unb64u(answer["prefix"])))
    sealer = BlobSealer(known.CASE_A, unb64u(attachment["blob_id"]), lambda _size: next(drawn))
    content = known.pattern(attachment["size"])

    stored = sealer.update(content) + b"".join(sealer.finish())

    assert attachment == sealer.attachment(attachment["at"], attachment["media_type"])
    assert answer["stored_length"] == len(stored) == stored_size(len(content))
    assert answer["stored_sha256"] == b64u(hashlib.sha256(stored).digest())
    assert answer.get("stored", b64u(stored)) == b64u(stored)
    assert content == open_blob(attachment, stored, known.CASE_A)


def _read(file: dict[str, Any], reader: str, team_wrap: Any) -> dict[str, Any]:
    return open_case(
        file,
        identity_seed=known.identity(reader).seed,
        root_public_key=known.root_public_key(),
        team_wrap=team_wrap,
    )


@pytest.mark.parametrize("answer", known.load("opened")["readers"], ids=lambda answer: answer["identity"])
def test_every_reader_reads_the_known_file_as_known(answer: dict[str, Any]) -> None:
    assert answer["report"] == _read(known.load("case-file"), answer["identity"], answer["team_wrap"])
