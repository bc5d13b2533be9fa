"""What an officer's browser appends: everything that can be told about it without opening it is told before it is stored."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sealing.case import must_be_wrap_for, wrap_case_seed
from sealing.entry import CaseHead, SealedEntry, must_be_officers
from sealing.errors import EntryRefused, NotAccepted
from sealing.replies import must_have_body_length, seal_reply
from tests.vectors import known
from tests.vectors.universe import AT, CaseInTheMaking, message, opened

NORTH = frozenset({known.identity("team-north").key_id})
NOW = 1_795_000_000
AFTER_RETIREMENT = 1_795_132_801
OFFICER = known.signer("officer")


def made(author: str = "officer") -> tuple[CaseHead, list[SealedEntry], CaseHead]:
    """A case as the server holds it, and two notes for it: the head before, the notes, the head after."""
    case = CaseInTheMaking()
    case.append(known.signer("intake"), opened("team-north"))
    before = case.head
    for text in ("one", "two"):
        case.append(known.signer(author), {"kind": "note", "at": AT, "text": text})
    return before, case.entries[1:], case.head


def accepted(head: CaseHead, entries: list[SealedEntry], **other: Any) -> CaseHead:
    given = {"author": OFFICER.signer_id, "wrapped_to": NORTH, "now": NOW, **other}
    return must_be_officers(head, entries, known.directory(), **given)


def test_what_an_officer_sealed_is_accepted_and_leads_to_the_head_after_it() -> None:
    before, notes, after = made()
    assert accepted(before, notes) == after
    assert accepted(before, []) == before


@pytest.mark.parametrize(
    ("author", "reason"), [("stranger", "entry-author"), ("intake", "entry-author"), ("officer-2", "entry-entitled")]
)
def test_only_an_officer_who_may_read_the_case_appends_to_it(author: str, reason: str) -> None:
    before, notes, _ = made(author)
    with pytest.raises(EntryRefused) as refused:
        accepted(before, notes, author=known.signer(author).signer_id)
    assert (refused.value.reason, refused.value.seq) == (reason, 1)


def test_an_officer_who_left_appends_nothing_and_no_wrap_means_no_entry() -> None:
    former = known.signer("former").signer_id
    before, notes, after = made("former")
    assert accepted(before, notes, author=former) == after
    for reason, other in {
        "entry-retired": {"author": former, "now": AFTER_RETIREMENT},
        "entry-entitled": {"wrapped_to": frozenset({b"k" * 16})},
    }.items():
        with pytest.raises(EntryRefused) as refused:
            accepted(before, notes, **other)
        assert refused.value.reason == reason


BREAKS: dict[str, tuple[str, Callable[[list[SealedEntry]], list[SealedEntry]]]] = {
    "another author": ("entry-author", lambda e: [replace(e[0], author=known.signer("former").signer_id)]),
    "no body": ("entry-padding", lambda e: [e[0].erased()]),
    "a size that no padding gives": ("entry-padding", lambda e: [replace(e[0], body=(e[0].body or b"") + b"\0")]),
    "an id of another length": ("entry-padding", lambda e: [replace(e[0], entry_id=b"short")]),
    "out of order": ("entry-seq", lambda e: e[1:]),
    "one id twice": ("entry-twice", lambda e: [e[0], replace(e[1], entry_id=e[0].entry_id)]),
    "another body": ("entry-hash", lambda e: [replace(e[0], body=e[1].body)]),
    "another signature": ("entry-signature", lambda e: [replace(e[0], signature=e[1].signature)]),
    "a signature of no length": ("entry-signature", lambda e: [replace(e[0], signature=b"")]),
}


@pytest.mark.parametrize(("reason", "change"), BREAKS.values(), ids=BREAKS.keys())
def test_what_would_show_as_broken_is_refused_by_its_reason(
    reason: str, change: Callable[[list[SealedEntry]], list[SealedEntry]]
) -> None:
    before, notes, _ = made()
    with pytest.raises(EntryRefused) as refused:
        accepted(before, change(notes))
    assert refused.value.reason == reason


def test_a_team_is_let_in_by_a_wrap_to_the_key_it_has_now() -> None:
    south, other = known.identity("team-south").recipient, known.identity("team-north").recipient
    wrap = wrap_case_seed(south, known.CASE_A, bytes(32))
    must_be_wrap_for(wrap, south)
    for refused, recipient in ((wrap, other), (replace(wrap, sealed=wrap.sealed + b"\0"), south)):
        with pytest.raises(NotAccepted):
            must_be_wrap_for(refused, recipient)


def test_a_reply_has_a_size_that_some_message_is_sealed_to() -> None:
    reply = seal_reply(known.identity("relay").recipient, known.CASE_A, message("to", "Jam këtu.", bytes(16)), OFFICER)
    must_have_body_length(reply)
    with pytest.raises(NotAccepted):
        must_have_body_length(replace(reply, sealed=reply.sealed[:-1]))
