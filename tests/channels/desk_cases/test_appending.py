"""What an officer's browser appends is checked as far as anybody can who cannot open it, and a lost race is told."""

import asyncio
import os
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest

from sealing.encoding import b64u, time_text, unb64u
from sealing.entry import seal_entry
from sealing.identity import SigningIdentity
from tests.channels.desk_cases.office import NOTE, OWN, Office, wire


async def test_a_note_stands_in_the_chain_for_everybody_who_may_read(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report(text="E di ku jam?")
    status, moved = await arta.move(report, "note", NOTE)
    assert (status, moved["entries"]) == (200, 3)
    opened = arta.opens((await arta.fetch(report))["file"])
    assert (opened["ok"], opened["broken"]) == (True, [])
    assert [one["plaintext"]["kind"] for one in opened["entries"]] == ["opened", "narrative", "note"]
    assert opened["entries"][1]["plaintext"]["text"] == "E di ku jam?"


async def test_of_two_who_append_at_one_time_one_is_told_where_the_chain_ends_now(office: Office) -> None:
    arta, besa, report = await office.officer("Arta", "prizren"), await office.officer("Besa", "prizren"), await office.report()
    answers = await asyncio.gather(arta.move(report, "note", NOTE, NOTE), besa.move(report, "note", NOTE, NOTE))
    assert sorted(status for status, _ in answers) == [200, 409]
    assert (409, {"error": "conflict", "entries": 4}) in answers
    assert arta.opens((await arta.fetch(report))["file"])["ok"]


async def test_a_move_whose_entries_come_too_late_moves_nothing(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    head = await arta.head(report)
    await office.adds(report)
    body = {"entries": arta.seal(head, [NOTE]), "expected_seq": head.seq, "urgency": "P0"}
    assert await arta.post(f"{report.path}/moves/urgency", body) == (409, {"error": "conflict", "entries": 3})
    body = {"entries": arta.seal(await arta.head(report), [NOTE]), "expected_seq": 99}
    assert await arta.post(f"{report.path}/moves/close", body) == (409, {"error": "conflict", "entries": 3})
    row = await arta.row(report)
    assert (row["urgency"], row["state"], row["entries"]) == ("P1", "new", 3)


async def test_taking_does_not_wait_for_the_chain(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    assert (await arta.post(f"{report.path}/moves/take", {"entries": [], "expected_seq": 77}))[0] == 200


def flip(text: str) -> str:
    raw = unb64u(text)
    return b64u(bytes([raw[0] ^ 1]) + raw[1:])


CHANGES: dict[str, tuple[str, Any]] = {
    "body": ("entry-hash", lambda one: {**one, "body": flip(one["body"])}),
    "hash": ("entry-hash", lambda one: {**one, "hash": flip(one["hash"])}),
    "id": ("entry-hash", lambda one: {**one, "entry_id": flip(one["entry_id"])}),
    "signature": ("entry-signature", lambda one: {**one, "signature": flip(one["signature"])}),
    "size": ("entry-padding", lambda one: {**one, "body": b64u(unb64u(one["body"]) + b"\0")}),
    "empty body": ("entry-padding", lambda one: {**one, "body": "AA"}),
}


@pytest.mark.parametrize(("reason", "change"), CHANGES.values(), ids=CHANGES.keys())
async def test_an_entry_that_would_show_as_broken_is_refused_and_undoes_its_move(
    office: Office, reason: str, change: Any
) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    head = await arta.head(report)
    body = {"entries": [change(one) for one in arta.seal(head, [NOTE])], "expected_seq": head.seq}
    for move in ("note", "close"):
        assert await arta.post(f"{report.path}/moves/{move}", body) == (422, {"error": "refused", "reason": reason})
    assert (await arta.row(report))["entries"] == 2
    assert set(await office.actions(report.case_id)) == {"case_opened"}


async def test_an_entry_signed_by_somebody_else_is_refused(office: Office) -> None:
    arta, besa, report = await office.officer("Arta", "prizren"), await office.officer("Besa", "prizren"), await office.report()
    head = await arta.head(report)
    for author, reason in (
        (besa.signing, "entry-hash"),
        (office.intake, "entry-hash"),
        (SigningIdentity.generate(os.urandom), "entry-hash"),
    ):
        body = {"entries": arta.seal(head, [NOTE], author), "expected_seq": head.seq}
        assert await arta.post(f"{report.path}/moves/note", body) == (422, {"error": "refused", "reason": reason})


async def test_an_officer_who_is_retired_in_the_directory_appends_nothing(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    member, signer = office.officers[-1]
    office.officers[-1] = (member, replace(signer, retired_at=time_text(office.now - 1)))
    await office.sign_directory()
    assert await arta.move(report, "note", NOTE) == (422, {"error": "refused", "reason": "entry-retired"})


async def test_an_entry_of_another_case_or_place_or_with_a_known_id_is_refused(office: Office) -> None:
    arta, one, other = await office.officer("Arta", "prizren"), await office.report(), await office.report()
    head = await arta.head(one)
    sealed = arta.seal(head, [NOTE])
    body = {"entries": sealed, "expected_seq": head.seq}
    assert await arta.post(f"{other.path}/moves/note", body) == (422, {"error": "refused", "reason": "entry-hash"})
    assert (await arta.post(f"{one.path}/moves/note", body))[0] == 200
    assert await arta.post(f"{one.path}/moves/note", body) == (409, {"error": "conflict", "entries": 3})
    doubled = {"entries": [*arta.seal(await arta.head(one), [NOTE]) * 2], "expected_seq": 3}
    assert (await arta.post(f"{one.path}/moves/note", doubled))[1]["reason"] == "entry-twice"


async def test_an_id_that_was_seen_in_another_case_is_refused(office: Office) -> None:
    arta, one, other = await office.officer("Arta", "prizren"), await office.report(), await office.report()
    await arta.move(one, "note", NOTE)
    known = unb64u((await arta.fetch(one))["file"]["entries"][2]["entry_id"])
    entry, _ = seal_entry(await arta.head(other), {"at": "2026-11-18T12:00:00Z", **NOTE}, arta.signing, known)
    body = {"entries": [wire(entry)], "expected_seq": 2}
    assert await arta.post(f"{other.path}/moves/note", body) == (422, {"error": "refused", "reason": "entry-twice"})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"entries": [], "expected_seq": 2},
        {"entries": [{"entry_id": "A" * 22}], "expected_seq": 2},
        {"entries": [{"entry_id": "A" * 22, "body": "<b>", "hash": "A" * 43, "signature": "A" * 86}], "expected_seq": 2},
        {"entries": [{"entry_id": "A" * 21 + "B", "body": "AA", "hash": "A" * 43, "signature": "A" * 86}], "expected_seq": 2},
        {"entries": [{"entry_id": "A" * 22, "body": "AA", "hash": "A" * 43, "signature": "A" * 86}] * 21, "expected_seq": 2},
        {"entries": "secret words", "expected_seq": 2},
        {"entries": [{"entry_id": "A" * 22, "body": "AA", "hash": "A" * 43, "signature": "A" * 86}], "expected_seq": -1},
        {"entries": [{"entry_id": "A" * 22, "body": "AA", "hash": "A" * 43, "signature": "A" * 86}], "expected_seq": "2"},
        ["secret words"],
    ],
)
async def test_a_body_that_is_none_is_refused_without_a_word_of_it(office: Office, body: object) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    assert await arta.post(f"{report.path}/moves/note", body) == (400, {"error": "malformed"})


async def test_a_name_that_no_move_has_and_ids_that_are_none_name_nothing(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    assert await arta.post(f"{report.path}/moves/explode", {}) == (404, {"error": "not_there"})
    for path in ("/desk/api/cases/%3Cscript%3E", "/desk/api/cases/" + "A" * 21 + "B", f"{report.path}/blobs/none"):
        assert await arta.get(path) == (404, {"error": "not_there"})


async def test_a_body_beyond_the_limit_is_not_read(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    words = BytesIO(b'{"entries": "' + b"x" * (1024 * 1024) + b'"}')
    headers = {**OWN, "Content-Type": "application/json"}
    async with arta.session.post(office.server.make_url(f"{report.path}/moves/note"), data=words, headers=headers) as answer:
        assert (answer.status, await answer.json()) == (413, {"error": "too_large"})
