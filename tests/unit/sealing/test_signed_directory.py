"""The directory: every reason to refuse one, and what can be asked of one that stands."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sealing import json_text
from sealing.encoding import b64u, label
from sealing.errors import DirectoryRefused
from sealing.identity import key_id, signer_id
from sealing.signed_directory import sign_directory, verify_directory
from tests.vectors import known

Change = Callable[[dict[str, Any]], Any]


def _refusal(document: bytes, **arguments: Any) -> str:
    signature = known.signer("root").sign(label("amanet/v1/directory") + document)
    with pytest.raises(DirectoryRefused) as refused:
        verify_directory(document, signature, known.root_public_key(), **arguments)
    assert str(refused.value).startswith(refused.value.reason)
    return refused.value.reason


def _changed(change: Change) -> bytes:
    value = json_text.read(known.signed_directory().document)
    change(value)
    return json_text.canonical(value)


def _with_key(at: dict[str, Any], public_key: bytes) -> None:
    at.update(public_key=b64u(public_key), key_id=b64u(key_id(public_key)))


def _with_signer_key(at: dict[str, Any], public_key: bytes) -> None:
    at.update(public_key=b64u(public_key), signer_id=b64u(signer_id(public_key)))


NORTH = known.identity("team-north").recipient.public_key

FORM: dict[str, Change] = {
    "another version": lambda d: d.update(version=2),
    "a version that is not a number": lambda d: d.update(version=True),
    "no serial": lambda d: d.pop("serial"),
    "a serial that is text": lambda d: d.update(serial="7"),
    "a serial below zero": lambda d: d.update(serial=-1),
    "no time of issue": lambda d: d.pop("issued_at"),
    "a time that is not": lambda d: d.update(expires_at="soon"),
    "no teams": lambda d: d.pop("teams"),
    "teams that are text": lambda d: d.update(teams=["north"]),
    "a team id of other letters": lambda d: d["teams"][0].update(team_id="North"),
    "a team id that is too long": lambda d: d["teams"][0].update(team_id="n" * 33),
    "a team twice": lambda d: d["teams"][1].update(team_id="north"),
    "a team without a name": lambda d: d["teams"][0].pop("name"),
    "areas that are numbers": lambda d: d["teams"][0].update(areas=[1]),
    "a former key id that is not one": lambda d: d["teams"][0].update(former_key_ids=["x"]),
    "a public key of another length": lambda d: d["teams"][0].update(public_key="AAAA"),
    "no relay": lambda d: d.pop("relay"),
    "a receipt salt of another length": lambda d: d.update(receipt_salt="AAAA"),
    "an officer twice": lambda d: d["members"].append(
        {
            **d["members"][0],
            "key_id": b64u(known.identity("officer-2").key_id),
            "public_key": b64u(known.identity("officer-2").recipient.public_key),
        }
    ),
    "a signer without a role": lambda d: d["signers"][0].update(role="admin"),
    "a retirement that is not a time": lambda d: d["signers"][0].update(retired_at=1),
}

KEYS: dict[str, Change] = {
    "a key id of another key": lambda d: d["teams"][0].update(key_id=d["teams"][1]["key_id"]),
    "a key twice": lambda d: _with_key(d["recovery"], NORTH),
    "a former key that is somebody's": lambda d: d["teams"][1].update(former_key_ids=[d["teams"][0]["key_id"]]),
    "a member with a team's key": lambda d: _with_key(d["members"][0], NORTH),
    "a coefficient out of range": lambda d: _with_key(d["teams"][0], b"\xff\xff" + NORTH[2:]),
    "an X25519 key of small order": lambda d: _with_key(d["relay"], NORTH[:1184] + bytes(32)),
    "a signer id of another key": lambda d: d["signers"][0].update(signer_id=d["signers"][1]["signer_id"]),
    "a signer of small order": lambda d: _with_signer_key(d["signers"][0], bytes(32)),
    "a signer twice": lambda d: d["signers"].append(d["signers"][0]),
}


@pytest.mark.parametrize("change", FORM.values(), ids=FORM.keys())
def test_a_directory_of_another_form_is_refused(change: Change) -> None:
    assert _refusal(_changed(change)) == "directory-form"


@pytest.mark.parametrize("change", KEYS.values(), ids=KEYS.keys())
def test_a_directory_with_a_wrong_key_is_refused(change: Change) -> None:
    assert _refusal(_changed(change)) == "directory-key"


def test_a_directory_without_recovery_is_refused() -> None:
    assert _refusal(_changed(lambda d: d.pop("recovery"))) == "directory-no-recovery"
    assert _refusal(_changed(lambda d: d.update(recovery=None))) == "directory-no-recovery"
    assert _refusal(_changed(lambda d: d.update(recovery=[]))) == "directory-form"


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"a":1,"a":1}', b'{"a":0.5}', b"\xff"])
def test_bytes_that_are_no_directory_are_refused(document: bytes) -> None:
    assert _refusal(document) == "directory-form"


def test_other_bytes_of_the_same_directory_are_refused() -> None:
    document = known.signed_directory().document

    assert _refusal(document + b"\n") == "directory-form"
    assert _refusal(document.replace(b"\\\\", b"\\u005c", 1)) == "directory-form"


def test_unknown_names_are_no_reason_to_refuse() -> None:
    document = _changed(lambda d: d.update(later="more"))
    signature = known.signer("root").sign(label("amanet/v1/directory") + document)

    assert verify_directory(document, signature, known.root_public_key()) == known.directory()


def test_a_directory_that_the_root_did_not_sign_is_refused() -> None:
    signed = known.signed_directory()
    other = known.signer("other-root")

    for document, signature, root in (
        (signed.document, signed.signature, other.verifier.public_key),
        (signed.document, other.sign(label("amanet/v1/directory") + signed.document), known.root_public_key()),
        (signed.document, known.signer("root").sign(signed.document), known.root_public_key()),
        (signed.document + b" ", signed.signature, known.root_public_key()),
        (signed.document, signed.signature[:-1], known.root_public_key()),
        (signed.document, signed.signature, bytes(32)),
        (signed.document, signed.signature, b""),
    ):
        with pytest.raises(DirectoryRefused) as refused:
            verify_directory(document, signature, root)
        assert refused.value.reason == "directory-signature"


def test_an_older_directory_and_another_one_of_the_same_age_are_refused() -> None:
    signed, root = known.signed_directory(), known.root_public_key()
    directory = known.directory()

    assert directory == verify_directory(
        signed.document,
        signed.signature,
        root,
        highest_serial=7,
        highest_document_hash=directory.document_hash,
    )
    assert directory == verify_directory(signed.document, signed.signature, root, highest_serial=7)
    assert _refusal(signed.document, highest_serial=8) == "directory-older"
    assert _refusal(signed.document, highest_serial=7, highest_document_hash=bytes(32)) == "directory-older"


def test_a_directory_that_would_be_refused_is_not_signed() -> None:
    directory = known.directory()

    with pytest.raises(DirectoryRefused):
        sign_directory(replace(directory, relay=directory.recovery), known.signer("root"))


def test_after_it_expires_nobody_seals_and_readers_still_read() -> None:
    directory = known.directory()

    assert directory.expires_at == "2027-11-01T00:00:00Z"
    assert directory.may_seal(1_825_027_200)
    assert not directory.may_seal(1_825_027_201)


def test_people_and_teams_are_found_in_a_directory() -> None:
    directory = known.directory()
    north, south = directory.teams
    officer, former = known.signer("officer"), known.signer("former")

    assert (directory.team("north"), directory.team("west")) == (north, None)
    assert (directory.team_of_area("xk-prizren"), directory.team_of_area("xk-peja")) == (south, None)
    assert directory.member(directory.members[0].officer_id) == directory.members[0]
    assert directory.member(bytes(16)) is None
    assert directory.signer(bytes(16)) is None
    assert directory.case_recipient(north.key.key_id) == north.key
    assert directory.case_recipient(directory.recovery.key_id) == directory.recovery
    assert directory.case_recipient(directory.relay.key_id) is None
    found, left = directory.signer(officer.signer_id), directory.signer(former.signer_id)
    assert found is not None
    assert left is not None
    assert not found.is_retired("2099-01-01T00:00:00Z")
    assert [left.is_retired(f"2026-11-20T00:00:0{second}Z") for second in (0, 1)] == [False, True]


def test_a_team_owns_what_was_wrapped_to_a_key_it_had_before() -> None:
    directory = known.directory()
    north, south = directory.teams
    moved = replace(north, key=known.identity("stranger").recipient, former_key_ids=(north.key.key_id,))
    later = replace(directory, teams=(moved, south))
    officer = later.signers[1]

    assert later.owns_a_wrap(officer, frozenset({north.key.key_id}))
    assert later.owns_a_wrap(officer, frozenset({moved.key.key_id}))
    assert not later.owns_a_wrap(officer, frozenset({south.key.key_id}))
    signed = sign_directory(later, known.signer("root"))
    assert later == verify_directory(signed.document, signed.signature, known.root_public_key())
