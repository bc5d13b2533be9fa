"""Reads what a message holds besides words: a file, a place, or something that cannot be taken in.

Laws. File names, contacts, poll answers, and whoever a thing was forwarded from are never read. What the sender claims about a
file (its size, its type) is believed only within bounds. Nothing here raises, whatever the message looks like.
"""

import re
from collections.abc import Mapping
from typing import Any

from handlers.channel import LocationArrived, MediaArrived, MediaKind

CAPTION_LIMIT = 16_384  # Telegram lets 1024 characters through (4096 with a subscription): a real caption is never cut
REFERENCE_LIMIT = 512  # a file_id has about 80 characters; the Bot API names no limit
SIZE_LIMIT = 1 << 53  # the largest number that Telegram's JSON carries exactly
UNKNOWN_TYPE = "application/octet-stream"

# An animation also fills in `document`, a live photo also `photo`: the order decides. The types are what Telegram makes of a
# file of that kind when it does not say.
_FILES: tuple[tuple[str, MediaKind, str], ...] = (
    ("voice", "voice", "audio/ogg"),
    ("video_note", "video_note", "video/mp4"),
    ("video", "video", "video/mp4"),
    ("animation", "animation", "video/mp4"),
    ("document", "document", UNKNOWN_TYPE),
    ("audio", "audio", "audio/mpeg"),
    ("sticker", "sticker", "image/webp"),
)
_UNREAD: tuple[tuple[str, MediaKind], ...] = (("contact", "contact"), ("poll", "poll"))

# Messages that Telegram writes about the chat itself: nobody said anything.
SERVICE = frozenset(
    {
        "boost_added",
        "chat_background_set",
        "checklist_tasks_added",
        "checklist_tasks_done",
        "connected_website",
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_edited",
        "forum_topic_reopened",
        "message_auto_delete_timer_changed",
        "new_chat_members",
        "left_chat_member",
        "pinned_message",
        "poll_option_added",
        "poll_option_deleted",
        "proximity_alert_triggered",
        "refunded_payment",
        "write_access_allowed",
    }
)

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,62}")
_REFERENCE = re.compile(r"[A-Za-z0-9_.:-]+")


def clean(value: object, limit: int) -> str:
    """Return the words of a value, at most `limit` of them, with halves of characters replaced; "" if it holds none."""
    if not isinstance(value, str):
        return ""
    words = value[:limit]
    if words.isascii():
        return words
    try:
        words.encode()
    except UnicodeEncodeError:
        return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return words


def whole(value: object, most: int = SIZE_LIMIT) -> int | None:
    """Return a value that is a whole number from 0 to `most`, else None (`true` is not a number)."""
    if type(value) is int and 0 <= value <= most:
        return value
    return None


def read_media(message: Mapping[str, Any]) -> MediaArrived | LocationArrived | None:
    """Read what a message without words holds; None if nobody said anything."""
    for key, kind, usual_type in _FILES:
        if key in message:
            return _file(message, kind, message[key], usual_type)
    if "photo" in message:
        return _file(message, "photo", _largest(message["photo"]), "image/jpeg")
    if "location" in message or "venue" in message:
        return _place(message) or MediaArrived(kind="other")
    for key, kind in _UNREAD:
        if key in message:
            return MediaArrived(kind=kind)
    if SERVICE & message.keys():
        return None
    return MediaArrived(kind="other", caption=clean(message.get("caption"), CAPTION_LIMIT))


def _file(message: Mapping[str, Any], kind: MediaKind, found: object, usual_type: str) -> MediaArrived:
    caption = clean(message.get("caption"), CAPTION_LIMIT)
    if not isinstance(found, dict):
        return MediaArrived(kind=kind, media_type=usual_type, caption=caption)
    return MediaArrived(
        kind=kind,
        reference=_reference(found.get("file_id")),
        size=whole(found.get("file_size")),
        media_type=_media_type(found, usual_type),
        caption=caption,
    )


def _reference(value: object) -> str:
    if isinstance(value, str) and len(value) <= REFERENCE_LIMIT and _REFERENCE.fullmatch(value):
        return value
    return ""


def _media_type(found: Mapping[str, Any], usual: str) -> str:
    if found.get("is_video") is True:
        return "video/webm"
    if found.get("is_animated") is True:
        return "application/x-tgsticker"
    told = found.get("mime_type")
    if isinstance(told, str) and _MEDIA_TYPE.fullmatch(told := told.lower()):
        return told
    return usual


def _largest(sizes: object) -> object:
    """Choose the photo's best copy: Telegram sends up to four, not always in order."""
    if not isinstance(sizes, list):
        return None
    photos = [size for size in sizes if isinstance(size, dict)]
    return max(photos, key=_area, default=None)


def _area(photo: Mapping[str, Any]) -> int:
    return (whole(photo.get("width")) or 0) * (whole(photo.get("height")) or 0)


def _place(message: Mapping[str, Any]) -> LocationArrived | None:
    point = message.get("location")
    venue = message.get("venue")
    if not isinstance(point, dict) and isinstance(venue, dict):
        point = venue.get("location")
    if not isinstance(point, dict):
        return None
    latitude = _degrees(point.get("latitude"), 90)
    longitude = _degrees(point.get("longitude"), 180)
    if latitude is None or longitude is None:
        return None
    return LocationArrived(latitude=latitude, longitude=longitude)


def _degrees(value: object, most: int) -> float | None:
    if type(value) in (int, float) and -most <= value <= most:  # type: ignore[operator]  # the line has just asked; NaN fails it
        return float(value)  # type: ignore[arg-type]  # as above
    return None
