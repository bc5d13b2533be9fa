"""Files, stickers and points on the map (DOMAIN.md C10). Whether a file is wanted is decided before the host fetches it."""

from typing import Final

from flows import limits
from flows.assets import Policy
from flows.events import MediaKept, MediaRefused
from flows.resumes import LocationSent, MediaSent
from flows.session import Session, revised
from flows.turn import Turn

_VOICES: Final = frozenset({"voice", "audio"})
_FILES: Final = frozenset({"voice", "audio", "photo", "video", "video_note", "document", "animation"})
_NOTES: Final = {
    "photo": "picture",
    "video": "picture",
    "video_note": "picture",
    "animation": "picture",
    "document": "file",
    "voice": "voice",
    "audio": "voice",
    "contact": "contact",
}
_WHY_NOTES: Final = {"too_large": "too_large", "too_many": "too_many", "failed": "failed", "unreadable": "failed"}


def refusal(policy: Policy, session: Session | None, kind: str) -> str | None:
    """Why a file of this kind is not kept, or None if the host may fetch and seal it."""
    accepted = {"none": frozenset[str](), "voice": _VOICES, "all": _FILES}[policy.attachments]
    if kind not in accepted:
        return "not_accepted"
    return "too_many" if session is not None and session.attachments >= limits.ATTACHMENTS else None


def send(turn: Turn, media: MediaSent) -> None:
    """Count a file that the host has sealed, or say kindly why it has not been kept."""
    why = refusal(turn.assets.policy, turn.session, media.kind) or media.refused or (None if media.kept else "failed")
    if why is None:
        turn.session = revised(turn.session, attachments=turn.session.attachments + 1, wrote=True)
        turn.note("voice_kept" if media.kind in _VOICES else "file_kept")
        turn.emit(MediaKept(media.kind))
    else:
        turn.note(_WHY_NOTES.get(why) or _NOTES.get(media.kind, "other"))
        turn.emit(MediaRefused(media.kind, why))


def locate(turn: Turn, point: LocationSent) -> None:
    """Propose the municipality of a point and forget the point."""
    area = turn.assets.places.nearest(point.latitude, point.longitude)
    if area is None:
        turn.note("location")
        turn.emit(MediaRefused("location", "not_accepted"))
    else:
        turn.interrupt("place", area)
