"""What `directory show`, `sign` and `install` refuse, each with one line: 1 for what fails, 2 for wrong usage. Nothing is left half done.

The story in which the commands succeed one after the other, as processes, is `tests/stories/test_first_officer.py`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from handlers.directory_in_force import DirectoryInForce
from sealing.encoding import b64u, unb64u
from sealing.identity import Identity, SigningIdentity, seed_file
from storage.database import Database
from storage.encrypted import AtRestKeys
from tests.unit.bot.office import Document, Office, make_deployment, open_office  # noqa: F401 - two fixtures


def test_what_is_shown_can_be_signed_and_installed_as_it_is(office: Office) -> None:
    before = json.loads(office.write().read_text())
    assert office.does("directory", "install", office.sign("--next"), *office.here).startswith("Directory 2 is in force.")
    after = office.show()
    assert after["serial"] == 2
    assert {**after, **{name: before[name] for name in ("serial", "issued_at", "expires_at")}} == before
    assert office.does("directory", "install", office.signed, *office.here) == "Directory 2 is in force already.\n"


async def test_a_running_process_takes_over_what_was_installed(office: Office) -> None:
    directory = DirectoryInForce(unb64u((office.away / "root.pub").read_text().strip()))
    database = await Database.open(f"sqlite:///{office.folder / 'data' / 'amanet.db'}", keys=AtRestKeys(), rng=os.urandom)
    try:
        await database.read(directory.follow)
        assert directory.now.serial == 1
        _in_another_process(office)
        await database.read(directory.follow)
        assert directory.now.serial == 2
    finally:
        await database.close()


def _in_another_process(office: Office) -> None:
    def bot(*arguments: object) -> str:
        words = (sys.executable, "-m", "bot", *map(str, arguments))
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout

    office.document.write_text(bot("directory", "show", *office.here))
    office.signed.write_text(bot("directory", "sign", office.document, "--next", "--root", office.away / "root.seed"))
    bot("directory", "install", office.signed, *office.here)


def test_a_directory_of_another_root_is_not_installed(office: Office) -> None:
    (office.folder / "false.seed").write_text(seed_file(os.urandom(32)))
    office.write()
    false = office.does("directory", "sign", office.document, "--next", "--root", office.folder / "false.seed")
    office.signed.write_text(false)
    assert "the root did not sign" in office.refuses("directory", "install", office.signed, *office.here)
    assert office.show()["serial"] == 1


def test_a_directory_goes_neither_back_nor_sideways(office: Office) -> None:
    office.write(lambda document: document["teams"][0].update(name="Another name"))
    assert "another directory with this serial" in office.refuses("directory", "install", office.sign(), *office.here)
    office.does("directory", "install", office.sign("--next"), *office.here)
    office.write(lambda document: document.update(serial=1))
    assert "a newer directory" in office.refuses("directory", "install", office.sign(), *office.here)


@pytest.mark.parametrize("rubbish", ["", "{}", "[]", '{"document": 1, "signature": 2}', '{"document": "AA", "signature": "AA"}'])
def test_what_is_no_signed_directory_is_not_installed(office: Office, rubbish: str) -> None:
    office.signed.write_text(rubbish)
    assert "signed directory" in office.refuses("directory", "install", office.signed, *office.here)


def test_a_successor_keeps_what_the_one_before_it_promised(office: Office) -> None:
    key, signer = Identity.generate(os.urandom).recipient, SigningIdentity.generate(os.urandom)
    new_key = {"key_id": b64u(key.key_id), "public_key": b64u(key.public_key)}
    new_signer = {"signer_id": b64u(signer.signer_id), "public_key": b64u(signer.verifier.public_key)}
    assert "receipt_salt has changed" in office.refuses_to_install(lambda d: d.update(receipt_salt=b64u(bytes(32))))
    assert "signers are never removed" in office.refuses_to_install(lambda d: d["signers"][0].update(new_signer))
    assert "former_key_ids" in office.refuses_to_install(lambda d: d["teams"][0].update(new_key))
    assert "AMANET_RELAY_KEY" in office.refuses_to_install(lambda d: d["relay"].update(new_key))


def test_an_expired_directory_and_one_that_makes_the_deployment_a_stranger_are_not_installed(office: Office) -> None:
    past = {"issued_at": "2020-01-01T00:00:00Z", "expires_at": "2021-01-01T00:00:00Z", "serial": 2}
    office.write(lambda document: document.update(past))
    assert "has expired" in office.refuses("directory", "install", office.sign(), *office.here)

    signer = SigningIdentity.generate(os.urandom).verifier
    added = {"signer_id": b64u(signer.signer_id), "public_key": b64u(signer.public_key)}

    def replace_intake(document: Document) -> None:
        old = document["signers"][0]
        document["signers"] = [{**old, "retired_at": "2020-01-01T00:00:00Z"}, {**old, **added}]

    assert "AMANET_INTAKE_SIGNING_KEY" in office.refuses_to_install(replace_intake)


def test_a_team_gets_a_new_key_and_keeps_the_old_ones_id(office: Office) -> None:
    key = Identity.generate(os.urandom).recipient

    def renew(document: Document) -> None:
        team = document["teams"][0]
        team.update(former_key_ids=[team["key_id"]], key_id=b64u(key.key_id), public_key=b64u(key.public_key))

    office.write(renew)
    office.does("directory", "install", office.sign("--next"), *office.here)
    assert office.show()["teams"][0]["key_id"] == b64u(key.key_id)


def test_show_and_install_need_the_roots_public_key(office: Office) -> None:
    settings = office.folder / "amanet.env"
    office.write()
    office.sign("--next")
    settings.write_text("".join(line for line in settings.read_text().splitlines(True) if "ROOT" not in line))
    assert "AMANET_ROOT_PUBLIC_KEY" in office.refuses("directory", "show", *office.here)
    assert "AMANET_ROOT_PUBLIC_KEY" in office.refuses("directory", "install", office.signed, *office.here)


# Signing ------------------------------------------------------------------------------------------------------------------

FAULTS: tuple[tuple[str, str, Callable[[Document], object]], ...] = (
    ("a name that is none", "no directory has: teams.0.colour", lambda d: d["teams"][0].update(colour="red")),
    ("a number that is not whole", "a number that is not whole", lambda d: d.update(serial=1.5)),
    ("another version", "another version", lambda d: d.update(version=2)),
    ("no recovery", "the recovery key is missing", lambda d: d.pop("recovery")),
    ("a wrong time", "expires_at is not a time", lambda d: d.update(expires_at="next year")),
    ("times the wrong way round", "expires_at is not after issued_at", lambda d: d.update(expires_at=d["issued_at"])),
    ("a foreign key id", "not the hash of its key", lambda d: d["relay"].update(key_id=d["recovery"]["key_id"])),
    ("a key twice", "a key stands twice", lambda d: d.update(relay=d["recovery"])),
    ("no national team", "there is no team national", lambda d: d["teams"][0].update(team_id="country")),
    ("no intake", "exactly one signer of role intake", lambda d: d["signers"].clear()),
    ("an area twice", "area prizren stands under teams twice", lambda d: d["teams"][0].update(areas=["prizren", "prizren"])),
    ("a signer of no team", "of a team that is not there: prizren", lambda d: d["signers"][0].update(team_ids=["prizren"])),
)


@pytest.mark.parametrize(("words", "change"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_what_nobody_would_take_or_want_is_not_signed(office: Office, words: str, change: Callable[[Document], object]) -> None:
    assert words in office.refuses_to_sign(change)


MEMBERS: tuple[tuple[str, Callable[[Document], object]], ...] = (
    ("does not stand under signers", lambda d: d["signers"].pop()),
    ("of a team that is not there: prizren", lambda d: d["members"][0].update(team_ids=["prizren"])),
    ("but its signer is not", lambda d: d["signers"][-1].update(team_ids=[])),
)


def test_a_member_who_could_not_do_their_work_is_not_signed(office: Office) -> None:
    office.write()
    office.does(*office.member())
    good = office.document.read_text()
    for words, change in MEMBERS:
        document = json.loads(good)
        change(document)
        office.document.write_text(json.dumps(document))
        assert words in office.refuses("directory", "sign", office.document, "--root", office.away / "root.seed")


def test_signing_needs_an_unsigned_document_and_a_seed(office: Office) -> None:
    office.write()
    root = ("--root", office.away / "root.seed")
    assert "is not a seed file" in office.refuses("directory", "sign", office.document, "--root", office.away / "root.pub")
    assert "the root's seed cannot be read" in office.refuses(
        "directory", "sign", office.document, "--root", office.folder / "none"
    )
    assert "the document cannot be read" in office.refuses("directory", "sign", office.folder / "none", *root)
    assert "this directory is signed" in office.refuses("directory", "sign", office.sign(), *root)
    office.document.write_text('{"serial": 1, "serial": 2}')
    assert "a name stands twice" in office.refuses("directory", "sign", office.document, *root)
    office.refuses("directory", "sign", office.document, code=2)
    office.refuses("directory", "sign", code=2)


def test_a_clock_that_is_behind_the_document_signs_no_next_one(office: Office) -> None:
    office.write(lambda document: document.update(issued_at="2100-01-01T00:00:00Z", expires_at="2101-01-01T00:00:00Z"))
    line = office.refuses("directory", "sign", office.document, "--next", "--root", office.away / "root.seed")
    assert "this machine's clock" in line


def test_nothing_that_exists_is_overwritten(office: Office) -> None:
    office.write()
    seed = (office.away / "root.seed").read_text()
    root = ("--root", office.away / "root.seed")
    assert "nothing is overwritten" in office.refuses(
        "directory", "sign", office.document, *root, "--out", office.away / "root.seed"
    )
    office.does("identity", "make", office.folder / "ann")
    assert "nothing is overwritten" in office.refuses("identity", "make", office.folder / "ann")
    assert (office.away / "root.seed").read_text() == seed
