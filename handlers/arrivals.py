"""From what arrived on a channel to what the engine understands: triggers and resumes.

Laws. Whatever a channel hands over becomes something the engine has an answer to; made-up button data becomes a choice that fits
nowhere. A caption is words first, then the file it came with.
"""

from typing import Final

from flows.commandwords import is_payload
from flows.resumes import ChoicePressed, CommandGiven, LocationSent, MediaSent, Resume, TextEdited, TextSaid, Trigger
from handlers.channel import (
    ButtonPressed,
    CommandArrived,
    Incoming,
    LocationArrived,
    MediaArrived,
    QuickCall,
    TextArrived,
    TextCorrected,
)
from locales.languages import guess

SAFETY: Final = frozenset({"hide", "help", "forget"})
LONGEST_SOURCE: Final = 64
"""A deep link carries at most this many characters (PLATFORMS.md 3.3)."""
_SOURCE: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")


def press_data(sprint: int, choice: str) -> str:
    """Write a button's data: the sprint its card was made in and the choice, well within 64 bytes."""
    return f"{sprint}:{choice}"


def read_press(data: str) -> ChoicePressed:
    """Read a button's data as anybody may have made it up; what is no data of ours is a choice of no sprint."""
    sprint, colon, choice = data.partition(":")
    if not colon or not sprint.isascii() or not sprint.isdigit() or len(sprint) > 12:
        return ChoicePressed(choice="", sprint=-1)
    return ChoicePressed(choice=choice, sprint=int(sprint))


def read_trigger(incoming: Incoming) -> Trigger:
    """Tell what starts this conversation: the channel, a first guess of the language, the campaign of the link."""
    source = None
    if is_start(incoming) and isinstance(incoming.arrival, CommandArrived):
        given = incoming.arrival.argument
        source = given if 0 < len(given) <= LONGEST_SOURCE and set(given) <= _SOURCE else None
    return Trigger(channel=incoming.address.channel, language=guess(incoming.language_hint), source=source)


def is_start(incoming: Incoming) -> bool:
    """Whether the person pressed Start, or followed a link, and said nothing yet; words after `/start` are words."""
    arrival = incoming.arrival
    return (
        isinstance(arrival, CommandArrived) and arrival.name == "start" and (not arrival.argument or is_payload(arrival.argument))
    )


def is_safety(incoming: Incoming) -> bool:
    """Whether this only hides the chat or asks for the numbers: what works even when nothing can be taken."""
    match incoming.arrival:
        case CommandArrived(name=name, argument=argument):
            return name in SAFETY and not argument
        case ButtonPressed(data=data):
            return read_press(data).choice in SAFETY
        case _:
            return False


def read_resumes(incoming: Incoming, *, kept: bool = False, refused: str | None = None) -> tuple[Resume, ...]:
    """Translate one update; `kept` and `refused` tell what became of the file it brought."""
    match incoming.arrival:
        case TextArrived(text=text):
            return (TextSaid(text),)
        case TextCorrected(text=text):
            return (TextEdited(text),)
        case CommandArrived(name=name, argument=argument):
            return (CommandGiven(name, argument),)
        case ButtonPressed(data=data):
            return (read_press(data),)
        case LocationArrived(latitude=latitude, longitude=longitude):
            return (LocationSent(latitude=latitude, longitude=longitude),)
        case MediaArrived(kind=kind, size=size, caption=caption):
            words = (TextSaid(caption),) if caption else ()
            return (*words, MediaSent(kind=kind, size=size, kept=kept, refused=refused))
        case _:
            return ()


def read_quick(incoming: Incoming) -> QuickCall | None:
    """The call that this update wants answered at once: a pressed button stops spinning."""
    if isinstance(incoming.arrival, ButtonPressed) and incoming.arrival.callback_id:
        return QuickCall(kind="acknowledge", callback_id=incoming.arrival.callback_id)
    return None
