"""Entries: appended, chained, signed, and walked before anybody appends more."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from sealing.encoding import ID_BYTES
from sealing.entry import CaseHead, SealedEntry, entry_info, seal_entry, sign_received, verify_chain
from sealing.errors import ChainBroken, DoesNotOpen, Misuse, NotAccepted
from sealing.open.steps import open_entry
from sealing.plaintext import encode
from tests.vectors import known
from tests.vectors.universe import AT, CaseInTheMaking, opened, seeded

NOTE = {"kind": "note", "at": AT, "text": "x"}


@pytest.fixture
def case() -> CaseInTheMaking:
    made = CaseInTheMaking()
    made.append(known.signer("intake"), opened("team-north"))
    made.append(known.signer("intake"), {"kind": "narrative", "at": AT, "text": "Ndihmë"})
    made.append(known.signer("officer"), NOTE)
    return made


def _start(case: CaseInTheMaking) -> CaseHead:
    return CaseHead.of(case.case_id, case.identity.recipient)


def test_the_walk_over_a_chain_leads_to_the_head_of_whoever_made_it(case: CaseInTheMaking) -> None:
    assert verify_chain(_start(case), case.entries, known.directory()) == case.head
    assert verify_chain(case.head, [], known.directory()) == case.head


def test_a_walk_may_start_at_a_head_that_was_verified_before(case: CaseInTheMaking) -> None:
    middle = verify_chain(_start(case), case.entries[:2], known.directory())

    assert verify_chain(middle, case.entries[2:], known.directory()) == case.head


def test_an_erased_entry_keeps_its_place_in_the_chain(case: CaseInTheMaking) -> None:
    case.entries[1] = case.entries[1].erased()

    assert case.entries[1].body is None
    assert verify_chain(_start(case), case.entries, known.directory()) == case.head


def _flip(raw: bytes) -> bytes:
    return bytes([raw[0] ^ 1]) + raw[1:]


BREAKS: dict[str, tuple[str, Callable[[list[SealedEntry]], list[SealedEntry]]]] = {
    "dropped": ("entry-seq", lambda e: [e[0], e[2]]),
    "first dropped": ("entry-seq", lambda e: e[1:]),
    "swapped": ("entry-seq", lambda e: [e[0], e[2], e[1]]),
    "repeated": ("entry-seq", lambda e: [*e, e[2]]),
    "renumbered": ("entry-hash", lambda e: [e[0], replace(e[2], seq=1)]),
    "same id": ("entry-twice", lambda e: [e[0], replace(e[1], entry_id=e[0].entry_id)]),
    "body": ("entry-hash", lambda e: [replace(e[0], body=_flip(e[0].body or b""))]),
    "hash": ("entry-hash", lambda e: [replace(e[0], hash=_flip(e[0].hash))]),
    "id": ("entry-hash", lambda e: [replace(e[0], entry_id=_flip(e[0].entry_id))]),
    "author": ("entry-hash", lambda e: [replace(e[0], author=known.signer("officer").signer_id)]),
    "erased to something else": ("entry-hash", lambda e: [replace(e[0].erased(), body_sha256=bytes(32))]),
    "signature": ("entry-signature", lambda e: [replace(e[0], signature=_flip(e[0].signature))]),
}


@pytest.mark.parametrize(("reason", "change"), BREAKS.values(), ids=BREAKS.keys())
def test_a_changed_chain_is_named(
    case: CaseInTheMaking, reason: str, change: Callable[[list[SealedEntry]], list[SealedEntry]]
) -> None:
    with pytest.raises(ChainBroken) as broken:
        verify_chain(_start(case), change(case.entries), known.directory())

    assert broken.value.reason == reason


def test_an_author_who_is_not_in_the_directory_breaks_the_chain() -> None:
    case = CaseInTheMaking()
    case.append(known.signer("stranger"), opened("team-north"))

    with pytest.raises(ChainBroken) as broken:
        verify_chain(_start(case), case.entries, known.directory())
    assert (broken.value.reason, broken.value.seq) == ("entry-author", 0)


def test_a_chain_does_not_hold_for_another_key(case: CaseInTheMaking) -> None:
    """Whoever could exchange a case's key in the database would otherwise be sealed to."""
    with pytest.raises(ChainBroken):
        verify_chain(CaseHead.of(case.case_id, known.identity("case-evil").recipient), case.entries, known.directory())


def test_an_entry_opens_only_in_its_own_place(case: CaseInTheMaking) -> None:
    note = case.entries[2]
    assert note.body is not None
    place = {"case_id": case.case_id, "entry_id": note.entry_id, "author": note.author}

    assert open_entry(case.identity, note.body, seq=2, **place) == NOTE
    with pytest.raises(DoesNotOpen):
        open_entry(case.identity, note.body, seq=1, **place)
    for name in place:
        with pytest.raises(DoesNotOpen):
            open_entry(case.identity, note.body, seq=2, **{**place, name: bytes(16)})
    with pytest.raises(DoesNotOpen):
        open_entry(known.identity("case-b"), note.body, seq=2, **place)


def test_only_entry_0_opens_a_case(case: CaseInTheMaking) -> None:
    intake = known.signer("intake")

    with pytest.raises(Misuse):
        seal_entry(_start(case), NOTE, intake, bytes(16))
    with pytest.raises(Misuse):
        seal_entry(case.head, opened("team-north"), intake, bytes(16))


def test_nothing_is_sealed_to_another_suite_or_under_an_id_of_another_length(case: CaseInTheMaking) -> None:
    with pytest.raises(Misuse):
        seal_entry(replace(case.head, suite=2), NOTE, known.signer("intake"), bytes(16))
    with pytest.raises(Misuse):
        seal_entry(case.head, NOTE, known.signer("intake"), bytes(15))


def test_what_a_browser_sealed_is_chained_and_signed_as_received() -> None:
    case, intake = known.identity("case-a"), known.signer("intake")
    head = CaseHead.of(known.CASE_A, case.recipient)
    entry_id = seeded("browser")(ID_BYTES)
    info = entry_info(known.CASE_A, entry_id, 0, intake.signer_id)
    said = {**opened("team-north"), "via": "page"}

    entry, after = sign_received(head, case.recipient.seal(info, encode(said)), intake, entry_id)

    assert verify_chain(head, [entry], known.directory()) == after
    assert entry.body is not None
    assert said == open_entry(case, entry.body, case_id=known.CASE_A, entry_id=entry_id, seq=0, author=intake.signer_id)


@pytest.mark.parametrize("size", [0, 1136, 1137, 1136 + 513, 1136 + 8192 + 256, 1136 + 2**21])
def test_a_body_of_a_size_that_no_padding_gives_is_not_received(size: int) -> None:
    head = CaseHead.of(known.CASE_A, known.identity("case-a").recipient)

    with pytest.raises(NotAccepted):
        sign_received(head, bytes(size), known.signer("intake"), bytes(16))
