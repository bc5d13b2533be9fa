"""What `identity make`, `directory member` and `team wrap` refuse: one line, and exit code 1 for what fails, 2 for wrong usage."""

import json
import os

import pytest

from sealing.encoding import b64u, unb64u
from sealing.identity import Identity, SigningIdentity
from sealing.open.steps import open_team_wrap
from tests.unit.bot.office import OFFICER, OTHER, Document, Office, make_deployment, open_office  # noqa: F401 - two fixtures


def test_a_member_is_added_with_keys_from_files_or_from_the_line_itself(office: Office) -> None:
    office.write()
    office.does(*office.member())
    office.does("identity", "make", office.folder / "ben")
    identity, signing = ((office.folder / "ben" / f"{half}.pub").read_text().strip() for half in ("identity", "signing"))
    keys = (f"--identity={identity}", f"--signing={signing}")
    out = office.folder / "two.json"
    words = ("directory", "member", office.document, "--officer-id", OTHER, *keys, "--team", "national", "--out", out)
    office.does(*words)
    assert len(json.loads(office.document.read_text())["members"]) == 1
    both = json.loads(out.read_text())
    assert [unb64u(member["officer_id"]).hex() for member in both["members"]] == [OFFICER, OTHER]
    assert [signer["role"] for signer in both["signers"]] == ["intake", "officer", "officer"]


def test_a_member_who_is_there_or_whose_keys_are_is_not_added(office: Office) -> None:
    office.write()
    office.does(*office.member())
    before = office.document.read_text()
    assert "is a member already" in office.refuses(*office.member("ben"))
    assert "a key stands twice" in office.refuses(*office.member("ann", OTHER))
    assert "a team that is not there: prizren" in office.refuses(*office.member("ben", OTHER), "--team", "prizren")
    assert office.document.read_text() == before
    assert not list(office.folder.glob("*.new"))


def test_a_member_is_named_by_hexadecimal_digits_and_usable_keys(office: Office) -> None:
    office.write()
    for wrong in ("ABEiM0RVZneImaq7zN3u_w", OFFICER[:-1], OFFICER + "0", "officer"):
        assert "hexadecimal" in office.refuses(*office.member(officer_id=wrong), code=2)
    words = ("directory", "member", office.document, "--officer-id", OFFICER, "--team", "national")
    good = ("--identity", office.folder / "ann" / "identity.pub")
    assert "--signing: expected" in office.refuses(*words, *good, "--signing", "AAAA", code=2)
    assert "cannot be used" in office.refuses(*words, *good, "--signing", b64u(bytes(32)))
    signing = ("--signing", office.folder / "ann" / "signing.pub")
    assert "--identity: expected" in office.refuses(*words, "--identity", office.folder / "none", *signing, code=2)
    assert "cannot be used" in office.refuses(*words, "--identity", b64u(bytes(1216)), *signing)
    assert "--team" in office.refuses(*words[:-2], *good, *signing, code=2)
    assert "--team" in office.refuses(*words[:-1], *good, *signing, code=2)


def test_a_wrap_opens_with_the_members_identity(office: Office) -> None:
    office.write()
    office.does(*office.member())
    office.sign("--next")
    office.does(*office.wrap())
    member = Identity.from_seed(unb64u((office.folder / "ann" / "identity.seed").read_text().split()[1]))
    seed = unb64u((office.away / "national.seed").read_text().split()[1])
    assert open_team_wrap(member, json.loads((office.folder / "wrap.json").read_text())).seed == seed
    assert "nothing is overwritten" in office.refuses(*office.wrap())


def test_a_team_is_wrapped_to_its_members_only_and_by_a_directory_of_the_root(office: Office) -> None:
    office.write()
    office.does(*office.member())
    office.sign("--next")
    assert "no member in this directory" in office.refuses(*office.wrap(**{"officer-id": OTHER}))
    assert "there is no team prizren" in office.refuses(*office.wrap(team="prizren"))
    assert "this seed is not the one" in office.refuses(*office.wrap(**{"team-seed": office.away / "recovery.seed"}))
    assert "the root did not sign" in office.refuses(
        *office.wrap(root=b64u(SigningIdentity.generate(os.urandom).verifier.public_key))
    )
    assert "the root's public key is needed" in office.refuses(*office.wrap(root=None), code=2)
    assert "--root: expected" in office.refuses(*office.wrap(root="AAAA"), code=2)
    assert "hexadecimal" in office.refuses(*office.wrap(**{"officer-id": "ann"}), code=2)
    office.refuses(*office.wrap(out=None), code=2)
    assert not (office.folder / "wrap.json").exists()


def test_a_wrap_takes_the_roots_key_from_the_environment(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.write()
    office.does(*office.member())
    office.sign("--next")
    monkeypatch.setenv("AMANET_ROOT_PUBLIC_KEY", (office.away / "root.pub").read_text().strip())
    office.does(*office.wrap(root=None))


def test_an_officer_of_another_team_and_an_expired_directory_get_no_wrap(office: Office) -> None:
    key = Identity.generate(os.urandom).recipient
    prizren = {"team_id": "prizren", "name": "Prizren", "areas": ["prizren"], "former_key_ids": []}

    def with_prizren(document: Document) -> None:
        document["teams"].append({**prizren, "key_id": b64u(key.key_id), "public_key": b64u(key.public_key)})

    office.write(with_prizren)
    office.does(*office.member()[:-1], "prizren")
    office.sign("--next")
    assert "is not of team national" in office.refuses(*office.wrap())
    document = json.loads(office.document.read_text())
    document.update(issued_at="2020-01-01T00:00:00Z", expires_at="2021-01-01T00:00:00Z")
    office.document.write_text(json.dumps(document))
    office.sign()
    assert "has expired" in office.refuses(*office.wrap())


def test_an_officer_whose_seed_was_stolen_goes_on_with_new_keys_and_the_old_signer_is_retired(office: Office) -> None:
    office.write()
    office.does(*office.member())
    office.does("directory", "install", office.sign("--next"), *office.here)

    def retire(document: Document) -> None:
        document["members"].clear()
        document["signers"][-1]["retired_at"] = "2026-01-31T12:00:00Z"

    office.write(retire)
    office.does(*office.member("new"))
    office.does("directory", "install", office.sign("--next"), *office.here)
    shown = office.show()
    assert [unb64u(member["officer_id"]).hex() for member in shown["members"]] == [OFFICER]
    assert [signer["retired_at"] for signer in shown["signers"]] == [None, "2026-01-31T12:00:00Z", None]
