"""When a reporter may be written to: the hours that were chosen, as a clock on the wall shows them, daylight saving included."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Final

WINDOWS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType({"morning": (7, 12), "afternoon": (12, 17), "evening": (17, 22)})
"""From which hour until before which, as the question about the time says; what is not here may come at any time."""


def next_allowed(hours: str, now: int, zone: tzinfo) -> int:
    """Tell from when on something may be sent that waits now: now, or the beginning of the next window."""
    window = WINDOWS.get(hours)
    if window is None:
        return now
    first, last = window
    local = datetime.fromtimestamp(now, zone)
    if first <= local.hour < last:
        return now
    day = local.date() + timedelta(days=1 if local.hour >= last else 0)
    return int(datetime(day.year, day.month, day.day, first, tzinfo=zone).astimezone(UTC).timestamp())
