"""Known answers of keys: identities, signers, the directory, and its canonical form."""

import hashlib
from typing import Any

import pytest

from sealing import json_text
from sealing.encoding import b64u, unb64u
from sealing.identity import Identity, Recipient, SigningIdentity, fingerprint
from sealing.signed_directory import sign_directory
from tests.vectors import known


@pytest.mark.parametrize("answer", known.load("identity"), ids=lambda answer: answer["name"])
def test_a_seed_gives_the_known_identity(answer: dict[str, str]) -> None:
    recipient = Identity.from_seed(unb64u(answer["seed"])).recipient

    assert answer["public_key"] == b64u(recipient.public_key)
    assert answer["key_id"] == b64u(recipient.key_id)
    assert answer["fingerprint"] == fingerprint(recipient.key_id)
    assert recipient == Recipient.from_bytes(unb64u(answer["public_key"]))


@pytest.mark.parametrize("answer", known.load("signer"), ids=lambda answer: answer["name"])
def test_a_seed_gives_the_known_signer(answer: dict[str, str]) -> None:
    signer = SigningIdentity.from_seed(unb64u(answer["seed"]))

    assert answer["public_key"] == b64u(signer.verifier.public_key)
    assert answer["signer_id"] == b64u(signer.signer_id)
    assert answer["fingerprint"] == fingerprint(signer.signer_id)


def test_the_known_directory_verifies_and_says_who_there_is() -> None:
    directory = known.directory()

    assert directory.serial == 7
    assert [team.team_id for team in directory.teams] == ["north", "south"]
    assert directory.recovery == known.identity("recovery").recipient
    assert directory.relay == known.identity("relay").recipient
    assert [signer.retired_at for signer in directory.signers] == [None, None, None, "2026-11-20T00:00:00Z"]
    assert unb64u(known.load("directory")["canonical_sha256"]) == directory.document_hash


def test_the_known_directory_is_written_and_signed_to_the_same_bytes() -> None:
    assert known.signed_directory() == sign_directory(known.directory(), known.signer("root"))


@pytest.mark.parametrize("answer", known.load("directory")["canonical_cases"])
def test_a_value_has_the_known_canonical_form(answer: dict[str, Any]) -> None:
    assert unb64u(answer["canonical_utf8"]) == json_text.canonical(answer["value"])
    assert answer["value"] == json_text.read(unb64u(answer["canonical_utf8"]))


def test_the_known_document_is_its_own_canonical_form() -> None:
    document = known.signed_directory().document

    assert document == json_text.canonical(json_text.read(document))
    assert hashlib.sha256(document).digest() == unb64u(known.load("directory")["canonical_sha256"])
