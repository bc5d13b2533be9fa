"""What an entry says: a JSON object with `kind` and `at` (section 4), and its padded form.

Laws. Unknown names and kinds are kept. What other checks rest on (which teams were named, which blob is meant, which way a
message goes) must be there and well formed, both when written and when read.
"""

from typing import Any

from sealing import json_text
from sealing.encoding import ID_BYTES, SECRET_BYTES, is_time, unb64u
from sealing.errors import DoesNotOpen, Misuse
from sealing.padding import content, is_padded_for, pad

Plaintext = dict[str, Any]

MAX_BYTES = 2**20

ANSWERS_AT_LEAST = 4092
"""`answers` is padded as if it had this much, so that its size does not tell how far a child got."""


def encode(plaintext: Plaintext) -> bytes:
    """Write and pad; refuse to write what no reader would accept."""
    wrong = fault(plaintext)
    if wrong is not None:
        raise Misuse(wrong)
    if plaintext["kind"] == "message" and "message_id" not in plaintext:
        raise Misuse("the message has no id")
    raw = json_text.write(plaintext)
    if len(raw) > MAX_BYTES:
        raise Misuse("longer than 1 MiB")
    return pad(raw, _at_least(plaintext))


def decode(padded: bytes) -> Plaintext:
    """Read what `encode` wrote, or refuse."""
    raw = content(padded)
    plaintext = read(raw)
    if fault(plaintext) is not None or not padding_is_right(padded, raw, plaintext):
        raise DoesNotOpen
    return plaintext


def read(raw: bytes) -> Plaintext:
    """Read a JSON object of at most 1 MiB without asking what it says."""
    if len(raw) > MAX_BYTES:
        raise DoesNotOpen
    value = json_text.read(raw)
    if not isinstance(value, dict):
        raise DoesNotOpen
    return value


def padding_is_right(padded: bytes, raw: bytes, plaintext: Plaintext) -> bool:
    """Tell whether the padding is what this kind is padded to."""
    return is_padded_for(padded, len(raw), _at_least(plaintext))


def fault(plaintext: Plaintext) -> str | None:
    """Say in a plain sentence what is missing or malformed, or None."""
    if not isinstance(plaintext.get("kind"), str) or not is_time(plaintext.get("at")):
        return "kind or at is missing"
    match plaintext["kind"]:
        case "opened":
            return None if _ids(plaintext.get("team_key_ids")) else "the teams are not named"
        case "access":
            return None if _sized(plaintext.get("key_id"), ID_BYTES) else "the recipient is not named"
        case "attachment":
            return None if _names_a_blob(plaintext) else "the attachment is not described"
        case "message":
            return None if _is_addressed(plaintext) else "the message has no direction or a malformed id"
        case _:
            return None


def _at_least(plaintext: Plaintext) -> int:
    return ANSWERS_AT_LEAST if plaintext.get("kind") == "answers" else 0


def _sized(value: object, size: int) -> bool:
    try:
        unb64u(value, size)
    except DoesNotOpen:
        return False
    return True


def _ids(value: object) -> bool:
    return isinstance(value, list) and all(_sized(item, ID_BYTES) for item in value)


def _names_a_blob(plaintext: Plaintext) -> bool:
    size = plaintext.get("size")
    return (
        _sized(plaintext.get("blob_id"), ID_BYTES)
        and _sized(plaintext.get("key"), SECRET_BYTES)
        and _sized(plaintext.get("sha256"), 32)
        and isinstance(plaintext.get("media_type"), str)
        and isinstance(size, int)
        and not isinstance(size, bool)
        and 0 <= size <= json_text.MAX_INTEGER
    )


def _is_addressed(plaintext: Plaintext) -> bool:
    """A message comes from the reporter or goes to the reporter, never both; `from` an officer is to the reporter."""
    comes = is_from_reporter(plaintext)
    goes = plaintext.get("to") == "reporter" or (not comes and isinstance(plaintext.get("from"), str))
    has_good_id = "message_id" not in plaintext or _sized(plaintext["message_id"], ID_BYTES)
    return comes != goes and has_good_id


def is_from_reporter(message: Plaintext) -> bool:
    """Tell which way a message goes."""
    return message.get("from") == "reporter"
