"""Updates that no messenger would send: each part of a good one replaced by each sort of rubbish, and kinds that nobody knows."""

from collections.abc import Iterator
from typing import Any

STEM = "qyvxwjzk"
"""In every word and name: nothing of it may be in the logs."""
ABOVE_ALL = 10**12
"""Update ids made here are far above those of the messenger beside them."""
NUMBERS: Iterator[int] = iter(range(ABOVE_ALL, 2 * ABOVE_ALL))
FILE = {"file_id": "AwAC", "file_unique_id": "x", "file_size": 10, "duration": 1, "mime_type": "audio/ogg"}
RUBBISH: tuple[Any, ...] = (None, True, -1, 2**63, 1e308, "", "\ud800", "x" * 20_000, [None], {"id": {}})
UNKNOWN = (
    "channel_post edited_channel_post inline_query business_message guest_message poll_answer pre_checkout_query message_reaction "
    "chat_join_request hologram"
).split()


def message(chat_id: int, **content: Any) -> dict[str, Any]:
    """A message of a chat, with a number of its own."""
    number = next(NUMBERS)
    sender = {"id": chat_id, "is_bot": False, "first_name": STEM, "language_code": "en"}
    chat = {"id": chat_id, "type": "private", "first_name": STEM, "username": STEM}
    return {
        "update_id": number,
        "message": {"message_id": number % 10**6, "date": 1_700_000_000, "chat": chat, "from": sender, **content},
    }


def strange_updates() -> Iterator[dict[str, Any]]:
    """Every spoiled update, every unknown kind, and words from chats that are not private."""
    yield from spoiled_updates()
    for kind in UNKNOWN:
        yield {"update_id": next(NUMBERS), kind: message(18, text=STEM)["message"]}
    for kind in ("group", "supergroup", "channel", "secret", "", None, 5):
        update = message(19, text=STEM)
        update["message"]["chat"]["type"] = kind
        yield update


def spoiled_updates() -> Iterator[dict[str, Any]]:
    """A good update of each kind, each of its parts replaced in turn."""
    for sample in _samples():
        kind = next(key for key in sample if key != "update_id")
        for rubbish in RUBBISH:
            for part in (rubbish, *_spoiled(sample[kind], rubbish)):
                yield {"update_id": next(NUMBERS), kind: part}


def _samples() -> list[dict[str, Any]]:
    """One update of every kind that is read, each of another chat."""
    said = message(11, text=STEM, entities=[{"type": "bold", "offset": 0, "length": 5}], reply_to_message={"message_id": 1})
    pressed = message(12)["message"]
    return [
        said,
        message(13, voice=FILE, caption=STEM),
        message(14, photo=[{**FILE, "width": 1, "height": 1}], media_group_id="1"),
        message(15, location={"latitude": 42.6, "longitude": 21.1}),
        message(16, text=STEM, forward_origin={"type": "user", "sender_user": {"id": 1}}, forward_date=1),
        {"update_id": next(NUMBERS), "edited_message": message(17, text=STEM, edit_date=2)["message"]},
        {
            "update_id": next(NUMBERS),
            "callback_query": {"id": "1", "from": pressed["from"], "message": pressed, "data": "1:yes"},
        },
        {
            "update_id": next(NUMBERS),
            "my_chat_member": {"chat": pressed["chat"], "from": pressed["from"], "new_chat_member": {"status": "kicked"}},
        },
    ]


def _spoiled(whole: Any, rubbish: Any) -> Iterator[Any]:
    """The same value with each of its parts replaced, one at a time."""
    parts = whole.items() if isinstance(whole, dict) else enumerate(whole) if isinstance(whole, list) else ()
    for key, part in parts:
        for changed in (rubbish, *_spoiled(part, rubbish)):
            if isinstance(whole, dict):
                yield {**whole, key: changed}
            else:
                yield [*whole[:key], changed, *whole[key + 1 :]]
