"""Writes the known answers of entries, blobs, files and logins anew: `python -m tests.vectors.write`.

Bodies and wraps hold HPKE's own randomness, so they differ each time; readers elsewhere must then be given the new ones.
"""

import hashlib
import json
from typing import Any

from sealing import padding, slots
from sealing.blob import BlobSealer
from sealing.case import chain_start, wrap_team_seed
from sealing.encoding import ID_BYTES, SECRET_BYTES, b64u, unb64u
from sealing.entry import CaseHead, entry_info, sign_received
from sealing.open import open_case
from sealing.receipts import ReceiptSecrets, stored_withdraw_token
from tests.vectors import known, universe

BLOB_SIZES = (0, 1, 4096, 4097, 65535, 65536, 65537, 131072, 200000)


def entries() -> dict[str, Any]:
    """Give a chain of entries, each with everything that makes it."""
    case = universe.CaseInTheMaking()
    intake, officer = known.signer("intake"), known.signer("officer")
    said = [
        (intake, universe.opened("team-north")),
        (intake, {"kind": "answers", "at": universe.AT, "items": []}),
        (intake, {"kind": "narrative", "at": universe.AT, "text": "x" * 443}),
        (intake, {"kind": "narrative", "at": universe.AT, "text": "x" * 444}),
        (intake, {"kind": "narrative", "at": universe.AT, "text": "ж" * 9000}),
        (officer, {"kind": "note", "at": universe.AT, "text": "half a pair \ud83d", "more": {"é": [True, None, 0.5]}}),
    ]
    answers = []
    for author, plaintext in said:
        previous = case.head.hash
        entry = case.append(author, plaintext)
        assert entry.body is not None
        info = entry_info(case.case_id, entry.entry_id, entry.seq, entry.author)
        padded = case.identity.open(info, entry.body)
        answers.append(
            {
                "entry_id": b64u(entry.entry_id),
                "seq": entry.seq,
                "author": b64u(entry.author),
                "plaintext": b64u(padding.content(padded)),
                "padded_length": len(padded),
                "padded_sha256": b64u(hashlib.sha256(padded).digest()),
                "body": b64u(entry.body),
                "previous_hash": b64u(previous),
                "hash": b64u(entry.hash),
                "signature": b64u(entry.signature),
            }
        )
    return {
        "case_id": b64u(case.case_id),
        "case": "case-a",
        "chain_start": b64u(chain_start(case.case_id, case.identity.recipient.public_key)),
        "entries": answers,
    }


def refused_entries() -> list[dict[str, Any]]:
    """Give bodies that open, are rightly signed, and still say nothing that may be believed."""
    wrong = [
        ("padding is not zeros", "entry-padding", padding.pad(b'{"kind":"x","at":"2026-11-14T03:07:00Z"}')[:-1] + b"\1"),
        ("a block too many", "entry-padding", padding.pad(b'{"kind":"x","at":"2026-11-14T03:07:00Z"}') + bytes(512)),
        (
            "answers padded to their own size",
            "entry-padding",
            padding.pad(b'{"kind":"answers","at":"2026-11-14T03:07:00Z","items":[]}'),
        ),
        (
            "another kind padded like answers",
            "entry-padding",
            padding.pad(b'{"kind":"x","at":"2026-11-14T03:07:00Z"}', 4092),
        ),
        ("a name twice", "entry-json", padding.pad(b'{"kind":"x","kind":"y","at":"2026-11-14T03:07:00Z"}')),
        ("a name twice, inside", "entry-json", padding.pad(b'{"kind":"x","at":"2026-11-14T03:07:00Z","a":{"b":1,"b":1}}')),
        ("not UTF-8", "entry-json", padding.pad(b'{"kind":"\xff","at":"2026-11-14T03:07:00Z"}')),
        ("a byte order mark", "entry-json", padding.pad(b'\xef\xbb\xbf{"kind":"x","at":"2026-11-14T03:07:00Z"}')),
        ("not an object", "entry-json", padding.pad(b"[]")),
        ("nothing", "entry-json", padding.pad(b"")),
        ("not JSON", "entry-json", padding.pad(b'{"kind":"x","at":"2026-11-14T03:07:00Z","n":NaN}')),
        ("without kind", "entry-json", padding.pad(b'{"at":"2026-11-14T03:07:00Z"}')),
        ("a time that is not", "entry-json", padding.pad(b'{"kind":"x","at":"2026-11-31T03:07:00Z"}')),
        ("a time spelled otherwise", "entry-json", padding.pad(b'{"kind":"x","at":"2026-11-14T03:07:00+00:00"}')),
    ]
    case = known.identity("case-a")
    intake = known.signer("intake")
    rng = universe.seeded("refused")
    answers = []
    for why, reason, padded in wrong:
        head = CaseHead.of(known.CASE_A, case.recipient)
        entry_id = rng(ID_BYTES)
        body = case.recipient.seal(entry_info(known.CASE_A, entry_id, 0, intake.signer_id), padded)
        entry, _ = sign_received(head, body, intake, entry_id)
        answers.append(
            {
                "why": why,
                "reason": reason,
                "entry_id": b64u(entry.entry_id),
                "seq": 0,
                "author": b64u(entry.author),
                "body": b64u(body),
                "hash": b64u(entry.hash),
                "signature": b64u(entry.signature),
            }
        )
    return answers


def blobs() -> dict[str, Any]:
    """Give attachments of sizes where something changes; small ones whole, large ones by their hash."""
    rng = universe.seeded("blobs")
    answers = []
    for size in BLOB_SIZES:
        blob_id = rng(ID_BYTES)
        sealer = BlobSealer(known.CASE_A, blob_id, rng)
        stored = sealer.update(known.pattern(size)) + b"".join(sealer.finish())
        answer = {
            "attachment": sealer.attachment(universe.AT, "audio/ogg"),
            "prefix": b64u(stored[:7]),
            "stored_length": len(stored),
            "stored_sha256": b64u(hashlib.sha256(stored).digest()),
        }
        if size <= 4097:
            answer["stored"] = b64u(stored)
        answers.append(answer)
    return {"case_id": b64u(known.CASE_A), "pattern": known.load("at-rest")["pattern"], "blobs": answers}


def opened(file: dict[str, Any]) -> dict[str, Any]:
    """Give what each reader reads in the known file."""
    directory = known.directory()
    wrap = wrap_team_seed(known.identity("officer").recipient, known.identity("team-north"), directory).to_json()
    reports = [
        {
            "identity": name,
            "team_wrap": with_team,
            "report": open_case(
                file,
                identity_seed=known.identity(name).seed,
                root_public_key=known.root_public_key(),
                team_wrap=with_team,
            ),
        }
        for name, with_team in (
            ("team-north", None),
            ("team-south", None),
            ("recovery", None),
            ("officer", wrap),
            ("officer", None),
            ("stranger", None),
        )
    ]
    return {"root_public_key": b64u(known.root_public_key()), "readers": reports}


def logins() -> dict[str, Any]:
    """Give login proofs of the known slots and the salts of unknown names."""
    desk_key = universe.seeded("desk key")(SECRET_BYTES)
    return {
        "proofs": [
            {
                "key": slot["key"],
                "login_proof": b64u(slots.Stretched(key=unb64u(slot["key"])).login_proof),
                "stored": b64u(slots.stored_proof(slots.Stretched(key=unb64u(slot["key"])).login_proof)),
            }
            for slot in known.load("slots")["passphrase"]
        ],
        "desk_key": b64u(desk_key),
        "unknown": [{"name": name, "salt": b64u(slots.unknown_login_salt(desk_key, name))} for name in ("", "arta", "Ђорђе")],
    }


def records() -> dict[str, Any]:
    """Give what the page stores for a receipt, and the withdraw token."""
    receipt = known.load("receipts")["receipts"][1]
    secrets = ReceiptSecrets(prk=unb64u(receipt["prk"]))
    case = known.identity("case-a")
    nonce = universe.seeded("record")(12)
    return {
        "digits": receipt["digits"],
        "case_id": b64u(known.CASE_A),
        "case": "case-a",
        "withdraw_token": b64u(secrets.withdraw_token),
        "stored_withdraw_token": b64u(stored_withdraw_token(secrets.withdraw_token)),
        "nonce": b64u(nonce),
        "record": b64u(secrets.seal_record(known.CASE_A, case.recipient.public_key, nonce)),
    }


def main() -> None:
    """Write every file."""
    file = universe.whole_case().file()
    answers = {
        "entries": entries(),
        "entries-refused": refused_entries(),
        "blobs": blobs(),
        "case-file": file,
        "opened": opened(file),
        "login": logins(),
        "receipt-record": records(),
    }
    for name, answer in answers.items():
        text = json.dumps(answer, indent=1, ensure_ascii=True) + "\n"
        (known.HERE / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
