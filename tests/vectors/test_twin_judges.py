"""What Python refuses the browser's code refuses, for the same reason; what one reads the other reads alike."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from sealing import json_text, receipts
from sealing.case import wrap_team_seed
from sealing.encoding import b64u, unb64u
from sealing.errors import DirectoryRefused, DoesNotOpen, ReceiptMistyped, SealingError
from sealing.open import Remembered, open_case
from sealing.signed_directory import verify_directory
from tests.unit.sealing.reading import WHOLE, WHOLE_BYTES, Change, changed, flipped
from tests.unit.sealing.test_open import FILE_BREAKS
from tests.vectors import known, twin
from tests.vectors.universe import AT, LATER, VOICE, CaseInTheMaking, message, opened

ROOT_KEY = known.root_public_key()
DOCUMENT = b64u(known.signed_directory().document)
NOW = 1_795_000_000
ID = bytes([8] * 16)


def _both(
    browser: twin.Twin, file: object, reader: str = "team-north", remembered: Remembered | None = None, **arguments: Any
) -> Any:
    """Open with both and give the one report."""
    seed = known.identity(reader).seed
    report = open_case(file, identity_seed=seed, root_public_key=ROOT_KEY, remembered=remembered, **arguments)
    asked: dict[str, Any] = {"raw": b64u(file)} if isinstance(file, bytes) else {"file": file}
    if remembered is not None:
        asked["remembered"] = {"entries": remembered.entries, "last_hash": b64u(remembered.last_hash)}
    assert report == browser.ask("open", identity=b64u(seed), root_public_key=b64u(ROOT_KEY), **asked, **arguments)
    return report


@pytest.mark.parametrize("reader", ["team-north", "team-south", "recovery", "officer", "stranger"])
def test_both_read_the_whole_case_alike(browser: twin.Twin, reader: str) -> None:
    directory = known.directory()
    wrap = wrap_team_seed(known.identity("officer").recipient, known.identity("team-north"), directory).to_json()

    assert _both(browser, WHOLE.file(), reader)["ok"] == (reader not in {"officer", "stranger"})
    assert _both(browser, WHOLE_BYTES, reader, team_wrap=wrap)["ok"] == (reader == "officer")


@pytest.mark.parametrize("change", [change for _, change in FILE_BREAKS.values()], ids=FILE_BREAKS.keys())
def test_both_name_what_was_changed_alike(browser: twin.Twin, change: Change) -> None:
    assert not _both(browser, changed(change))["ok"]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give every member and item of a file, the directory's document and the attachments apart."""
    for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


@pytest.mark.parametrize("number", range(120))
def test_both_judge_a_file_that_was_changed_at_random_alike(browser: twin.Twin, number: int) -> None:
    rng = random.Random(number)

    def change(file: dict[str, Any]) -> None:
        for _ in range(rng.randint(1, 3)):
            holder, key = rng.choice(list(_places(file)))
            other_holder, other = rng.choice(list(_places(file)))
            match rng.randrange(6):
                case 0 if isinstance(holder, dict):
                    del holder[key]
                case 1:
                    holder[key] = other_holder[other]
                case 2 if isinstance(holder, list):
                    holder.insert(rng.randrange(len(holder) + 1), holder[key])
                case 3 if isinstance(holder, list):
                    rng.shuffle(holder)
                case 4 if isinstance(holder[key], str) and holder[key]:
                    holder[key] = flipped(holder[key]) if len(holder[key]) > 30 else holder[key][:-1]
                case _:
                    holder[key] = rng.choice([None, 0, -1, 1.5, 2**32, True, "", "AA", "A", "==", [], {}, "ж"])

    _both(browser, json_text.read(json_text.write(changed(change))))


@pytest.mark.parametrize("number", range(60))
def test_both_judge_bytes_that_were_changed_at_random_alike(browser: twin.Twin, number: int) -> None:
    rng = random.Random(1000 + number)
    raw = bytearray(WHOLE_BYTES)
    raw[rng.randrange(len(raw))] = rng.randrange(256)

    _both(browser, bytes(raw))


def _case() -> CaseInTheMaking:
    case = CaseInTheMaking()
    case.wrap_to("team-north", "recovery")
    case.append(known.signer("intake"), opened("team-north"))
    return case


@pytest.mark.parametrize("author", ["intake", "officer", "officer-2", "former", "stranger"])
@pytest.mark.parametrize(
    "words",
    [
        {"kind": "note", "at": AT, "text": "x"},
        {"kind": "note", "at": LATER, "text": "x"},
        message("to", "x", ID),
        message("from", "x", ID),
        {"kind": "message", "at": AT, "from": "officer", "message_id": b64u(ID), "text": "x"},
        {"kind": "answers", "at": AT, "items": []},
        {"kind": "status", "at": AT, "status": "closed", "__proto__": {"kind": "note"}, "more": 0.5},
        {"kind": "access", "at": AT, "key_id": b64u(known.identity("team-south").key_id)},
        {"kind": "toString", "at": AT},
    ],
    ids=str,
)
def test_both_know_alike_who_may_write_what(browser: twin.Twin, author: str, words: dict[str, Any]) -> None:
    case = _case()
    case.append(known.signer(author), words)
    case.wrap_to("team-south")

    assert _both(browser, case.file())["entries"][1]["plaintext"] == words


def test_both_miss_alike_what_was_seen_before(browser: twin.Twin) -> None:
    file = WHOLE.file()
    for seen in (Remembered(entries=len(file["entries"]), last_hash=WHOLE.head.hash), Remembered(entries=99, last_hash=ID * 2)):
        assert _both(browser, file, remembered=seen)["ok"] == (seen.entries != 99)


@pytest.mark.parametrize(
    "changes", [{"size": 4999}, {"size": 4096}, {"sha256": b64u(bytes(32))}, {"key": b64u(bytes(32))}], ids=str
)
def test_both_judge_an_attachment_that_is_not_as_described_alike(browser: twin.Twin, changes: dict[str, Any]) -> None:
    case = _case()
    case.attach(known.signer("intake"), VOICE, **changes)

    assert not _both(browser, case.file())["ok"]


DIRECTORIES: dict[str, Change] = {
    "nothing": lambda _: None,
    "another version": lambda d: d.update(version=2),
    "a serial that is text": lambda d: d.update(serial="7"),
    "a serial below zero": lambda d: d.update(serial=-1),
    "no recovery": lambda d: d.pop("recovery"),
    "no relay": lambda d: d.pop("relay"),
    "the relay's key is recovery's": lambda d: d.update(relay=d["recovery"]),
    "a key_id of another key": lambda d: d["relay"].update(key_id=d["recovery"]["key_id"]),
    "a former key in force": lambda d: d["teams"][0]["former_key_ids"].append(d["teams"][1]["key_id"]),
    "a team twice": lambda d: d["teams"][1].update(team_id=d["teams"][0]["team_id"]),
    "a team id in capitals": lambda d: d["teams"][0].update(team_id="North"),
    "a member twice": lambda d: d["members"].append(d["members"][0]),
    "a signer of small order": lambda d: d["signers"][0].update(public_key=b64u(bytes([1]) + bytes(31))),
    "a signer twice": lambda d: d["signers"].append(d["signers"][0]),
    "a signer without a role": lambda d: d["signers"][0].update(role="root"),
    "a time that is none": lambda d: d.update(expires_at="2026-02-30T00:00:00Z"),
    "a retirement that is no time": lambda d: d["signers"][0].update(retired_at=""),
    "an unusable ML-KEM key": lambda d: d["relay"].update(public_key=b64u(b"\xff" * 1216)),
    "an unusable X25519 key": lambda d: d["relay"].update(public_key=b64u(unb64u(d["relay"]["public_key"])[:1184] + bytes(32))),
    "a short salt": lambda d: d.update(receipt_salt="AAAA"),
    "areas that are no list": lambda d: d["teams"][0].update(areas="all"),
    "a name that is not there": lambda d: d.update(more={"names": ["x"]}),
}


@pytest.mark.parametrize("change", DIRECTORIES.values(), ids=DIRECTORIES.keys())
def test_both_accept_and_refuse_the_same_directories(browser: twin.Twin, change: Change) -> None:
    value = json_text.read(known.signed_directory().document)
    change(value)
    for document in (json_text.canonical(value), json_text.write(value), json_text.canonical(value) + b"\n"):
        signature = known.signer("root").sign(b"amanet/v1/directory\0" + document)
        asked = {"document": b64u(document), "signature": b64u(signature), "root_public_key": b64u(ROOT_KEY)}
        try:
            serial = verify_directory(document, signature, ROOT_KEY).serial
        except DirectoryRefused as refused:
            with pytest.raises(twin.Refused, match=f"^DirectoryRefused {refused.reason}$"):
                browser.ask("verify_directory", **asked)
        else:
            assert browser.ask("verify_directory", **asked) == {"serial": serial}


# fmt: off
JSON = [
    b"", b"{}", b"null", b" [1, 2.5, -0, 1e3]\n", b'{"a":1,"b":{"a":1}}', b'{"a":1,"a":1}', b'{"a":1,"\\u0061":1}', b'{"a":{"b":1,"b":2}}',
    b'["a","a"]', b'{"a":"a","b":"a"}', b'{"a" :"b","b":1}', b'[{"a":1},{"a":2}]', b"[1,]", b"{'a':1}", b"NaN", b"[Infinity]", b"[1e999]",
    b"[01]", b"[.5]", b"[1.]", b"[+1]", b"\xef\xbb\xbf{}", b'"\xff"', b'"\xed\xa0\xbd"', b'"\\ud83d"', b'"\\ud83d\\ude00"', b'"\x01"',
    b'"\\x41"',
    b"[" * 100 + b"]" * 100, b"[" * 101 + b"]" * 101, b"[" * 99999, b'{"\\"":1,"\\"":2}', b'{"__proto__":1,"__proto__":2}',
    b'{"__proto__":1}',
    b'{"a\\\\":1,"a":2}', b"tru", b"[true,false,null]", b'{"":1}', b"\x00", b"[1] 2", b'"\xe2\x80\xa8"',
]
TEXTS = [
    "１２３４ 5678 9012 3456 7895", "1234—5678.9012·3456−7895", "1234\u200b56789012345678 95", "٠" * 20, "1" * 20,
    "\x1c12345678901234567895\x85",
]
VALUES = [
    {"ж": "é", "a": [1, None, True], "": {}}, "half \ud83d", "\u2028\x7f\x00\"\\/", {"\U0001f466": 1, "\uffff": 2}, 7,
]
# fmt: on


@pytest.mark.parametrize("raw", JSON, ids=lambda raw: repr(raw[:24]))
def test_both_read_the_same_json(browser: twin.Twin, raw: bytes) -> None:
    try:
        value = json_text.read(raw)
    except DoesNotOpen:
        with pytest.raises(twin.Refused, match="DoesNotOpen"):
            browser.ask("read_json", raw=b64u(raw))
    else:
        assert browser.ask("read_json", raw=b64u(raw)) == {"value": value}


@pytest.mark.parametrize("value", VALUES, ids=ascii)
def test_both_write_the_same_json(browser: twin.Twin, value: Any) -> None:
    try:
        canonical = json_text.canonical(value)
    except SealingError:
        with pytest.raises(twin.Refused, match="Misuse"):
            browser.ask("write_json", value=value)
    else:
        assert browser.ask("write_json", value=value) == {"written": b64u(json_text.write(value)), "canonical": b64u(canonical)}


@pytest.mark.parametrize("text", TEXTS)
def test_both_read_the_same_receipts(browser: twin.Twin, text: str) -> None:
    try:
        digits = receipts.typed(text)
    except ReceiptMistyped:
        with pytest.raises(twin.Refused, match="ReceiptMistyped"):
            browser.ask("typed", text=text)
    else:
        assert browser.ask("typed", text=text) == {"digits": digits}


@pytest.mark.parametrize("team_id", ["north", "south", "nowhere", 7])
def test_both_judge_alike_what_a_team_wrote_that_was_shut_out(browser: twin.Twin, team_id: Any) -> None:
    case, officer = CaseInTheMaking(), known.signer("officer")
    case.append(known.signer("intake"), opened("team-north"))
    for words in (
        {"kind": "access", "at": AT, "key_id": b64u(known.identity("team-south").key_id)},
        {"kind": "status", "at": AT, "status": "shut-out", "team_id": team_id},
        {"kind": "note", "at": AT, "text": "after"},
    ):
        case.append(officer, words)
    case.wrap_to("team-south", "recovery")

    assert _both(browser, case.file(), "team-south")["ok"] == (team_id != "north")
