"""What Python seals the browser's code opens, and the other way round."""

from dataclasses import replace

import pytest

from sealing import receipts, replies
from sealing.case import TeamWrap
from sealing.encoding import b64u, unb64u
from sealing.identity import Recipient
from sealing.joining import proves_joining
from sealing.open import open_case
from sealing.open.steps import open_team_wrap
from sealing.receipts import ReceiptSecrets
from sealing.signed_directory import SignedDirectory, sign_directory
from sealing.slots import OfficerSeeds, PassphraseSlot, PrfSlot
from tests.unit.sealing.reading import flip
from tests.vectors import known, twin
from tests.vectors.universe import AT, VOICE, message, seeded

DOCUMENT = b64u(known.signed_directory().document)
NOW = 1_795_000_000
ID = bytes([8] * 16)


def test_a_directory_signed_in_the_browser_verifies_here(browser: twin.Twin) -> None:
    signed = browser.ask("sign_directory", document=DOCUMENT, serial=8, root=b64u(known.signer("root").seed))

    here = sign_directory(replace(known.directory(), serial=8), known.signer("root"))
    assert here == SignedDirectory(document=unb64u(signed["document"]), signature=unb64u(signed["signature"]))


def test_a_case_sealed_in_the_browser_opens_here(browser: twin.Twin) -> None:
    from_intake = [
        {"kind": "answers", "at": AT, "items": [{"step": "who", "value": 'Ђорђе "ë" 👦'}]},
        {"kind": "narrative", "at": AT, "text": "Më rreh çdo natë. " * 600},
        {"kind": "narrative", "at": AT, "text": "half a pair \ud83d"},
        message("from", "A je aty?", bytes([1] * 16)),
    ]
    from_officer = [message("to", "Ovde sam.", ID), {"kind": "note", "at": AT, "text": "x" * 8000, "unknown": [1, 2.5, None]}]
    asked = {
        "rng": "a case", "document": DOCUMENT, "signature": b64u(known.signed_directory().signature), "at": AT, "content": b64u(VOICE * 30),
        "intake": b64u(known.signer("intake").seed), "officer": b64u(known.signer("officer").seed),
        "from_intake": from_intake, "from_officer": from_officer,
    }  # fmt: skip
    file = browser.ask("seal_case", **asked)["file"]

    identity_seed, root = known.identity("team-north").seed, known.root_public_key()
    report = open_case(file, identity_seed=identity_seed, root_public_key=root)
    assert report["ok"]
    assert report == browser.ask("open", file=file, identity=b64u(identity_seed), root_public_key=b64u(root))
    said = [entry["plaintext"] for entry in report["entries"]]
    assert said[1:5] + said[6:] == from_intake + from_officer
    assert browser.ask("open_blobs", file=file, attachment=said[5]) == {"contents": [b64u(VOICE * 30)]}
    assert report["blobs"] == [{"blob_id": said[5]["blob_id"], "size": len(VOICE) * 30, "sha256": said[5]["sha256"]}]
    assert file == browser.ask("seal_case", **asked)["file"], "nothing but the randomness that was given"


def test_a_team_wrap_made_in_the_browser_opens_here(browser: twin.Twin) -> None:
    team, officer = known.identity("team-north"), known.identity("officer")
    asked = {"team": b64u(team.seed), "document": DOCUMENT, "rng": "a team"}

    wrap = browser.ask("seal_team_wrap", member=b64u(officer.recipient.public_key), **asked)

    assert open_team_wrap(officer, wrap) == team
    assert TeamWrap.from_json(wrap).to_json() == wrap
    with pytest.raises(twin.Refused, match="Misuse"):
        browser.ask("seal_team_wrap", member=b64u(known.identity("stranger").recipient.public_key), **asked)


def test_slots_made_on_either_side_open_on_the_other(browser: twin.Twin) -> None:
    seeds, prf_output = OfficerSeeds(identity=bytes(range(32)), signing=bytes(range(32, 64))), bytes([7] * 32)
    words = [f"fjalë{number}" for number in range(2048)]
    theirs = browser.ask(
        "seal_slots", rng="slots", officer_id=b64u(ID), seeds=b64u(seeds.joined), words=words, prf_output=b64u(prf_output)
    )

    slot = PassphraseSlot.from_json(theirs["passphrase_slot"])
    stretched = slot.stretch(theirs["passphrase"])
    assert seeds == slot.open(ID, stretched) == PrfSlot.from_json(theirs["prf_slot"]).open(ID, prf_output)
    assert theirs["proof"] == b64u(stretched.login_proof)

    rng = seeded("slots here")
    mine = PassphraseSlot.seal(ID, seeds, "жарко йод", rng, "recovery")
    by_prf = PrfSlot.seal(ID, seeds, prf_output=prf_output, credential_id=b"credential", prf_salt=rng(32), rng=rng)
    asked = {
        "passphrase_slot": mine.to_json(),
        "prf_slot": by_prf.to_json(),
        "passphrase": "жарко йод",
        "prf_output": b64u(prf_output),
    }
    found = browser.ask("open_slots", officer_id=b64u(ID), **asked)
    assert found["opened"] == [b64u(seeds.identity) + b64u(seeds.signing)] * 2
    assert found["proof"] == b64u(mine.stretch("жарко йод").login_proof)


def test_a_reply_sealed_on_either_side_opens_on_the_other(browser: twin.Twin) -> None:
    mailbox, officer = known.identity("relay"), known.signer("officer")
    said, wrapped_to = message("to", "Të dëgjoj. 👂", ID), frozenset({known.identity("team-north").key_id})
    theirs = browser.ask(
        "seal_reply",
        recipient=b64u(mailbox.recipient.public_key), case_id=b64u(known.CASE_A), message=said, author=b64u(officer.seed), rng="a reply",
    )  # fmt: skip
    names = {
        "case_id": "caseId", "message_id": "messageId", "recipient_key_id": "recipientKeyId",
        "author": "author", "sealed": "sealed", "signature": "signature",
    }  # fmt: skip

    reply = replies.SealedReply(**{name: unb64u(theirs[there]) for name, there in names.items()})
    replies.must_be_genuine(reply, known.directory(), wrapped_to, NOW)
    assert said == replies.open_reply(mailbox, reply)

    mine = replies.seal_reply(mailbox.recipient, known.CASE_A, said, officer)
    asked = {
        "document": DOCUMENT,
        "wrapped_to": [b64u(key_id) for key_id in wrapped_to],
        "now": NOW,
        "identity": b64u(mailbox.seed),
    }
    written = {there: b64u(getattr(mine, name)) for name, there in names.items()}
    assert browser.ask("open_reply", reply=written, **asked) == {"message": said}
    flip(written, "signature")
    with pytest.raises(twin.Refused, match="NotAccepted"):
        browser.ask("open_reply", reply=written, **asked)


def test_a_receipts_record_made_on_either_side_opens_on_the_other(browser: twin.Twin) -> None:
    salt, key = known.directory().receipt_salt, known.identity("case-a").recipient.public_key
    recorded = {"case_id": b64u(known.CASE_A), "case_public_key": b64u(key)}
    theirs = browser.ask("seal_record", rng="a receipt", receipt_salt=b64u(salt), **recorded)

    secrets = ReceiptSecrets.derive(receipts.typed(theirs["digits"]), salt)
    assert secrets.open_record(unb64u(theirs["record"])) == (known.CASE_A, key)
    assert theirs["lookup"] == b64u(secrets.lookup)
    record = b64u(secrets.seal_record(known.CASE_A, key, bytes(12)))
    assert browser.ask("open_record", digits=theirs["digits"], receipt_salt=b64u(salt), record=record) == recorded


def test_a_newcomer_proves_in_the_browser_that_the_keys_are_theirs(browser: twin.Twin) -> None:
    signing, identity = known.signer("stranger"), known.identity("stranger").recipient
    asked = {"officer_id": b64u(ID), "identity": b64u(identity.public_key), "signing": b64u(signing.seed)}

    proof = unb64u(browser.ask("sign_joining", **asked)["proof"])

    assert proves_joining(proof, ID, Recipient.from_bytes(identity.public_key), signing.verifier)
