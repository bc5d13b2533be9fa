"""Raw updates through the edge: what is heard, what is not, and that nothing whatever breaks it."""

import copy
import dataclasses
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.channel import (
    Address,
    ButtonPressed,
    CommandArrived,
    Incoming,
    LocationArrived,
    MediaArrived,
    ReporterLeft,
    ReporterReturned,
    TextArrived,
    TextCorrected,
)
from handlers.reporter.telegram.updates import read_update, update_number

BOT = "123456"
SENDER = {"id": 777, "is_bot": False, "first_name": "Arta", "last_name": "Krasniqi", "username": "arta_k", "language_code": "sq"}
CHAT = {"id": 777, "type": "private", "first_name": "Arta", "last_name": "Krasniqi", "username": "arta_k"}
NAMES = ("Arta", "Krasniqi", "arta_k", "+38344", "Dritan")


def said(**content: Any) -> dict[str, Any]:
    return {"update_id": 9, "message": {"message_id": 5, "date": 1_790_000_000, "chat": CHAT, "from": SENDER, **content}}


def edited(**content: Any) -> dict[str, Any]:
    return {"update_id": 9, "edited_message": {**said(**content)["message"], "edit_date": 1_790_000_050}}


def pressed(**query: Any) -> dict[str, Any]:
    asked = {"message_id": 4, "date": 1_789_999_999, "chat": CHAT, "text": "the card"}
    return {"update_id": 9, "callback_query": {"id": "31337", "from": SENDER, "chat_instance": "1", "message": asked, **query}}


def member(status: Any, chat: Any = CHAT) -> dict[str, Any]:
    change = {"chat": chat, "from": SENDER, "date": 1_790_000_000, "old_chat_member": {"status": "member"}}
    return {"update_id": 9, "my_chat_member": {**change, "new_chat_member": {"status": status, "user": SENDER}}}


def file(**fields: Any) -> dict[str, Any]:
    return {"file_id": "AwACAgQAAx-_1", "file_unique_id": "AgAD", "file_size": 4096, **fields}


def media(kind: str, media_type: str, **fields: Any) -> MediaArrived:
    known = {"reference": "AwACAgQAAx-_1", "size": 4096, "media_type": media_type}
    return MediaArrived(kind=kind, **{**known, **fields})  # type: ignore[arg-type]


OTHER = MediaArrived(kind="other")
FORWARD = {"forward_origin": {"type": "user", "sender_user": {"first_name": "Dritan", "id": 5}, "date": 1}}
CONTACT = {"phone_number": "+38344", "first_name": "Dritan", "user_id": 5}
POLL = {"id": "1", "question": "Who?", "options": [{"text": "me", "voter_count": 0}]}
PHOTOS = [file(file_id="small", width=90, height=90), file(file_id="large", width=1280, height=960), file(file_id="m", width=320)]
PLACE = {"latitude": 42.6629, "longitude": 21.1655}

HEARD = [
    ("text", said(text="Më rreh"), TextArrived(text="Më rreh")),
    ("cyrillic", said(text="Бије ме"), TextArrived(text="Бије ме")),
    ("emoji", said(text="😭"), TextArrived(text="😭")),
    ("split emoji put together", said(text="\ud83d\ude2d"), TextArrived(text="😭")),
    ("half an emoji", said(text="a\ud83d b"), TextArrived(text="a\ufffd b")),
    ("longest text", said(text="ë" * 4096), TextArrived(text="ë" * 4096)),
    ("text that no client sends is cut", said(text="a" * 20_000), TextArrived(text="a" * 16_384)),
    (
        "text with a link",
        said(text="https://x.al", entities=[{"type": "url", "offset": 0, "length": 12}]),
        TextArrived(text="https://x.al"),
    ),
    ("reply", said(text="po", reply_to_message=said(text="secret of others")["message"]), TextArrived(text="po")),
    ("forwarded text", said(text="do të vij", **FORWARD), TextArrived(text="do të vij")),
    ("forwarded command is words", said(text="/hide", **FORWARD), TextArrived(text="/hide")),
    ("old forward", said(text="/hide", forward_date=1, forward_sender_name="Dritan"), TextArrived(text="/hide")),
    ("text beside a photo", said(text="a", photo=PHOTOS), TextArrived(text="a")),
    ("start", said(text="/start"), CommandArrived(name="start")),
    ("start with a campaign", said(text="/start pr-12_b"), CommandArrived(name="start", argument="pr-12_b")),
    ("hide addressed to the bot", said(text="/hide@quiet_bot"), CommandArrived(name="hide")),
    ("addressed with argument", said(text="/hide@quiet_bot now"), CommandArrived(name="hide", argument="now")),
    ("argument over lines", said(text="/forget\nall of\nit "), CommandArrived(name="forget", argument="all of\nit")),
    ("capitals", said(text="/HIDE"), CommandArrived(name="hide")),
    ("slash alone", said(text="/"), TextArrived(text="/")),
    ("slash and a letter of ours", said(text="/fshihë"), TextArrived(text="/fshihë")),
    ("slash in a path", said(text="/a/b"), TextArrived(text="/a/b")),
    ("command later in the text", said(text="hej /hide"), TextArrived(text="hej /hide")),
    ("voice", said(voice=file(duration=3, mime_type="audio/ogg")), media("voice", "audio/ogg")),
    ("voice without a type", said(voice=file()), media("voice", "audio/ogg")),
    ("voice with caption", said(voice=file(), caption="ai"), media("voice", "audio/ogg", caption="ai")),
    ("round video", said(video_note=file(length=240)), media("video_note", "video/mp4")),
    ("photo", said(photo=PHOTOS), media("photo", "image/jpeg", reference="large")),
    ("photo with caption", said(photo=PHOTOS, caption="këtu"), media("photo", "image/jpeg", reference="large", caption="këtu")),
    ("item of an album", said(photo=PHOTOS, media_group_id="1"), media("photo", "image/jpeg", reference="large")),
    ("live photo", said(photo=PHOTOS, live_photo=file()), media("photo", "image/jpeg", reference="large")),
    ("photo of nothing", said(photo=[]), MediaArrived(kind="photo", media_type="image/jpeg")),
    ("video", said(video=file(mime_type="video/quicktime", file_name="Arta.mov")), media("video", "video/quicktime")),
    ("document", said(document=file(mime_type="application/pdf", file_name="Arta.pdf")), media("document", "application/pdf")),
    ("document of unknown type", said(document=file()), media("document", "application/octet-stream")),
    ("audio", said(audio=file(performer="Arta", title="Krasniqi")), media("audio", "audio/mpeg")),
    ("animation, also a document", said(animation=file(), document=file()), media("animation", "video/mp4")),
    ("sticker", said(sticker=file(set_name="Arta", emoji="😀")), media("sticker", "image/webp")),
    ("moving sticker", said(sticker=file(is_animated=True)), media("sticker", "application/x-tgsticker")),
    ("video sticker", said(sticker=file(is_video=True)), media("sticker", "video/webm")),
    ("forwarded voice", said(voice=file(), **FORWARD), media("voice", "audio/ogg")),
    ("huge file", said(video=file(file_size=2 << 30)), media("video", "video/mp4", size=2 << 30)),
    ("negative size", said(voice=file(file_size=-1)), media("voice", "audio/ogg", size=None)),
    ("size as text", said(voice=file(file_size="9")), media("voice", "audio/ogg", size=None)),
    ("size beyond all", said(voice=file(file_size=1 << 80)), media("voice", "audio/ogg", size=None)),
    ("reference with a way out", said(voice=file(file_id="../x?y")), media("voice", "audio/ogg", reference="")),
    ("reference without end", said(voice=file(file_id="a" * 600)), media("voice", "audio/ogg", reference="")),
    ("type with a line break", said(voice=file(mime_type="a/b\r\nx: y")), media("voice", "audio/ogg")),
    ("voice that is no object", said(voice="x"), MediaArrived(kind="voice", media_type="audio/ogg")),
    ("location", said(location=PLACE), LocationArrived(**PLACE)),
    ("whole degrees", said(location={"latitude": 42, "longitude": 21}), LocationArrived(latitude=42.0, longitude=21.0)),
    ("venue", said(location=PLACE, venue={"title": "Arta", "location": PLACE}), LocationArrived(**PLACE)),
    ("venue alone", said(venue={"title": "Arta", "location": PLACE}), LocationArrived(**PLACE)),
    ("location off the map", said(location={"latitude": 91, "longitude": 0}), OTHER),
    ("location that is no number", said(location={"latitude": float("nan"), "longitude": 0}), OTHER),
    ("location of true", said(location={"latitude": True, "longitude": 0}), OTHER),
    ("contact", said(contact=CONTACT), MediaArrived(kind="contact")),
    ("poll", said(poll=POLL), MediaArrived(kind="poll")),
    ("dice", said(dice={"emoji": "🎲", "value": 3}), OTHER),
    ("story", said(story={"id": 1, "chat": CHAT}), OTHER),
    ("paid media", said(paid_media={"star_count": 1}, caption="shih"), MediaArrived(kind="other", caption="shih")),
    ("kind of next year", said(hologram={"file_id": "x"}), OTHER),
    ("empty text", said(text=""), OTHER),
    ("text that is a number", said(text=5), OTHER),
    ("edited text", edited(text="jo babai, xhaxhai"), TextCorrected(text="jo babai, xhaxhai")),
    ("edited into a command", edited(text="/hide"), CommandArrived(name="hide")),
    ("edited caption", edited(photo=PHOTOS, caption="b"), media("photo", "image/jpeg", reference="large", caption="b")),
    ("exchanged file", edited(voice=file()), media("voice", "audio/ogg")),
    ("button", pressed(data="c:yes:12"), ButtonPressed(data="c:yes:12", callback_id="31337")),
    (
        "button under a message that is gone",
        pressed(data="x", message={"chat": CHAT, "message_id": 4, "date": 0}),
        ButtonPressed(data="x", callback_id="31337"),
    ),
    ("64 bytes of data", pressed(data="ж" * 32), ButtonPressed(data="ж" * 32, callback_id="31337")),
    ("65 bytes of data", pressed(data="ж" * 32 + "a"), ButtonPressed(data="", callback_id="31337")),
    ("button without data", pressed(game_short_name="g"), ButtonPressed(data="", callback_id="31337")),
    ("data with half a letter", pressed(data="\ud83d"), ButtonPressed(data="\ufffd", callback_id="31337")),
    ("button with a number as id", pressed(id=31337, data="x"), ButtonPressed(data="x", callback_id="")),
    ("blocked", member("kicked"), ReporterLeft()),
    ("left", member("left"), ReporterLeft()),
    ("unblocked", member("member"), ReporterReturned()),
]

GROUP = {"id": -100, "type": "supergroup", "title": "Arta"}
UNHEARD = [
    ("group", said(text="a", chat=GROUP)),
    ("channel", said(text="a", chat={"id": -5, "type": "channel"})),
    ("group button", pressed(data="a", message={"chat": GROUP, "message_id": 1})),
    ("group membership", member("kicked", GROUP)),
    ("no chat", said(text="a", chat=None)),
    ("chat without id", said(text="a", chat={"type": "private"})),
    ("chat id as text", said(text="a", chat={"id": "777", "type": "private"})),
    ("negative private chat", said(text="a", chat={"id": -7, "type": "private"})),
    ("chat id true", said(text="a", chat={"id": True, "type": "private"})),
    ("chat id beyond 64 bits", said(text="a", chat={"id": 1 << 63, "type": "private"})),
    (
        "button of an inline message",
        {"update_id": 9, "callback_query": {"id": "1", "from": SENDER, "inline_message_id": "x", "data": "a"}},
    ),
    ("pinned", said(pinned_message=said(text="x")["message"])),
    ("timer set", said(message_auto_delete_timer_changed={"message_auto_delete_time": 86400})),
    ("moving location", edited(location=PLACE)),
    ("administrator", member("administrator")),
    ("status that is a list", member(["kicked"])),
    ("status missing", {"update_id": 9, "my_chat_member": {"chat": CHAT}}),
    ("other kind", {"update_id": 9, "poll_answer": {"poll_id": "1", "user": SENDER}}),
    ("business", {"update_id": 9, "business_message": said(text="a")["message"]}),
    ("nothing but a number", {"update_id": 9}),
    ("no number", {"message": said(text="a")["message"]}),
    ("number true", {**said(text="a"), "update_id": True}),
    ("number below zero", {**said(text="a"), "update_id": -1}),
    ("number as text", {**said(text="a"), "update_id": "9"}),
    ("message that is a list", {"update_id": 9, "message": [1]}),
    ("list", [1, 2]),
    ("text", "update"),
    ("none", None),
    ("number", 7),
]


@pytest.mark.parametrize(("raw", "arrival"), [case[1:] for case in HEARD], ids=[case[0] for case in HEARD])
def test_what_is_heard(raw: dict[str, Any], arrival: Any) -> None:
    heard = read_update(raw, BOT)
    assert heard is not None
    assert arrival == heard.arrival
    assert Address(channel="telegram", bot_id=BOT, chat_id="777") == heard.address


@pytest.mark.parametrize("raw", [case[1] for case in UNHEARD], ids=[case[0] for case in UNHEARD])
def test_what_is_not_heard(raw: Any) -> None:
    assert read_update(raw, BOT) is None


@pytest.mark.parametrize("raw", [case[1] for case in HEARD], ids=[case[0] for case in HEARD])
def test_no_name_of_anybody_gets_past_the_edge(raw: dict[str, Any]) -> None:
    heard = read_update(raw, BOT)
    assert heard is not None
    told = json.dumps(dataclasses.asdict(heard))
    assert [name for name in NAMES if name in told] == []


def test_a_message_keeps_its_numbers_its_date_and_the_language_of_the_interface() -> None:
    heard = read_update(said(text="po"), BOT)
    assert heard == Incoming(
        address=Address(channel="telegram", bot_id=BOT, chat_id="777"),
        update_id=9,
        arrival=TextArrived(text="po"),
        message_id=5,
        sent_at=1_790_000_000,
        language_hint="sq",
    )


def test_a_pressed_button_has_no_message_of_the_reporter_and_no_time() -> None:
    heard = read_update(pressed(data="x"), BOT)
    assert heard is not None
    assert (heard.message_id, heard.sent_at) == (None, 0)


def test_a_large_chat_id_is_written_as_telegram_writes_it() -> None:
    heard = read_update(said(text="a", chat={"id": 4_503_599_627_370_495, "type": "private"}), BOT)
    assert heard is not None
    assert heard.address.chat_id == "4503599627370495"


@pytest.mark.parametrize(
    ("hint", "kept"),
    [
        ("sq", "sq"),
        ("sr-Latn", "sr-Latn"),
        ("pt-br", "pt-br"),
        ("x" * 90, None),
        ("sq\n", None),
        (5, None),
        ("", None),
        ("Arta", None),
    ],
)
def test_a_language_hint_is_a_language_tag_or_nothing(hint: Any, kept: str | None) -> None:
    heard = read_update(said(text="a", **{"from": {"language_code": hint}}), BOT)
    assert heard is not None
    assert kept == heard.language_hint


@pytest.mark.parametrize("odd", [None, 0, -3, "5", 1.5, True, 1 << 70])
def test_an_odd_message_id_is_none(odd: Any) -> None:
    heard = read_update(said(text="a", message_id=odd, date=odd if odd != "5" else []), BOT)
    assert heard is not None
    assert heard.message_id is None


def test_neither_chat_nor_words_show_in_a_representation() -> None:
    for _, raw, _ in HEARD:
        shown = repr(read_update(raw, BOT))
        assert "777" not in shown
        assert "rreh" not in shown


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
KNOWN = [case[1] for case in HEARD] + [case[1] for case in UNHEARD if isinstance(case[1], dict)]


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List every place in a nested value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [(*way, key) for key, _ in inner]
    return found + [deeper for key, part in inner for deeper in places(part, (*way, key))]


@given(ANYTHING)
@settings(max_examples=300)
def test_no_value_whatever_breaks_the_edge(value: Any) -> None:
    assert read_update(value, BOT) is None or isinstance(value, dict)
    update_number(value)


@given(st.sampled_from(("message", "edited_message", "callback_query", "my_chat_member")), ANYTHING)
@settings(max_examples=300)
def test_no_part_of_an_update_breaks_the_edge(kind: str, value: Any) -> None:
    read_update({"update_id": 1, kind: value}, BOT)


@given(st.data())
@settings(max_examples=800, deadline=None)
def test_no_field_exchanged_for_anything_breaks_the_edge(data: st.DataObject) -> None:
    raw = copy.deepcopy(data.draw(st.sampled_from(KNOWN)))
    for way in data.draw(st.lists(st.sampled_from(places(raw)), min_size=1, max_size=3)):
        spot = raw
        for step in way[:-1]:
            try:
                spot = spot[step]
            except (KeyError, IndexError, TypeError):
                break
        if isinstance(spot, dict):
            spot[way[-1]] = data.draw(ANYTHING)
    heard = read_update(raw, BOT)
    if heard is not None:
        json.dumps(dataclasses.asdict(heard)).encode()
        assert heard.address.chat_id.isdigit()
        for words in (getattr(heard.arrival, name, "") for name in ("text", "caption", "data", "argument")):
            words.encode()
