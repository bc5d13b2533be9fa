"""Days, hours and durations in digits, alike in every language: Romani has no locale data, and digits need none.

Callers hand in local dates and times; nothing here knows a clock or a time zone.
"""

from datetime import date, time
from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def hour(moment: time) -> str:
    """`8:00`, `22:30`: on 24 hours, as everybody here reads a clock."""
    return f"{moment.hour}:{moment.minute:02}"


def span(opens: time, closes: time) -> str:
    """`18:00-22:00` with a proper dash; a whole day is `24/7`, as it stands on posters."""
    return "24/7" if opens == closes else f"{hour(opens)}–{hour(closes)}"


def day(moment: date, language: str) -> str:
    """`5. 11. 2025.` in Serbian, `2025-11-05` in English, where 5/11 would be two days, and `5.11.2025` elsewhere."""
    if language == "en":
        return moment.isoformat()[:10]
    if language in {"sr-Latn", "sr-Cyrl"}:
        return f"{moment.day}. {moment.month}. {moment.year}."
    return f"{moment.day}.{moment.month}.{moment.year}"


def duration(seconds: int) -> str:
    """`0 min`, `45 min`, `2 h 5 min`, `50 h`: international symbols, never longer than two parts, rounded down."""
    minutes = max(0, seconds) // _MINUTE
    hours, rest = divmod(minutes, _HOUR // _MINUTE)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest and seconds < _DAY else f"{hours} h"
