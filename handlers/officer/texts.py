"""What officers read in their messenger: every text by its name, as a gettext message id in plain English.

Laws. An alert says urgency, area, waiting time and designation, and nothing else about a case. Whoever is not a linked officer
learns nothing: neither what the bot is for nor why something was refused. Placeholders in braces are filled by the renderer.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# A test that the officer asked for.
TEST_ALARM: Final = "This is a test of your alarm. Nothing has happened. A real alarm sounds like this one."

# An alert, four lines.
URGENCY: Final = "Urgency: {urgency}"
AREA: Final = "Area: {area}"
WAITING: Final = "Waiting: {time}"
CASE: Final = "Case: {designation}"

LEVELS: Final[Mapping[str, str]] = MappingProxyType(
    {"P0": "P0, immediate", "P1": "P1, urgent", "P2": "P2, soon", "P3": "P3, standard"}
)
AREA_UNKNOWN: Final = "not known yet"
UNDER_A_MINUTE: Final = "less than a minute"
MINUTES: Final = "{minutes} min"
HOURS: Final = "{hours} h {minutes} min"
DAYS: Final = "{days} d {hours} h"

# Its buttons, and what the message says once somebody moved.
ACKNOWLEDGE: Final = "Acknowledge"
TAKE: Final = "Take"
ACKNOWLEDGED_BY: Final = "Acknowledged by {name}"
TAKEN_BY: Final = "Taken by {name}"
TAKEN_BY_YOU: Final = "You have taken this case."
ACKNOWLEDGED_BY_YOU: Final = "You have acknowledged this case."
WAITING_AGAIN: Final = "This case is waiting again."
CASE_CLOSED: Final = "This case is closed."
CASE_WITHDRAWN: Final = "This report was taken back by the reporter."
CASE_REFERRED: Final = "This case was referred."
NOT_YOUR_TEAM: Final = "This case is not with your team."
ANOTHER_OFFICER: Final = "another officer"
BUTTON_REFUSED: Final = "This button does not work."

# The commands, as Telegram lists them to anybody.
COMMAND_START: Final = "Begin"
COMMAND_DUTY: Final = "Duty"
COMMAND_HELP: Final = "Help"

# Linking a telephone.
LINKED: Final = "This chat is now linked. Cases that wait for your team are announced here."
NOT_LINKED: Final = "This chat is no longer linked."
ALREADY_LINKED: Final = "This chat is linked already."
CODE_REFUSED: Final = "This code does not work. Please ask for a new one."
TOO_MANY_CODES: Final = "Too many attempts. Please try again in an hour."
STRANGER: Final = "This bot does not answer messages."

# /duty
ON_DUTY: Final = "You are on duty now."
NOT_ON_DUTY: Final = "You are not on duty now."
SUPERVISING: Final = "You are called when nobody on duty answers."
NOTHING_WAITS: Final = "No case is waiting for your team."
WAITING_CASES: Final = "Cases waiting for your team: {count}"
WAITING_CASE: Final = "{urgency}; {area}; {time}; {designation}"
MORE_CASES: Final = "{count} more stand on the desk."
YOUR_CASES: Final = "Cases that you have taken: {count}"

# /help
HELP: Final = (
    "Cases that wait for your team are announced here.",
    "Acknowledge means: you have seen it.",
    "Take means: you work on this case now.",
    "The report itself is never shown here. Open it at the desk.",
    "Please write nothing about a case here. The messenger keeps what is written.",
    "/duty shows whether you are on duty, and what is waiting.",
)

EVERY: Final[tuple[str, ...]] = (
    *(text for name, text in sorted(globals().items()) if name.isupper() and isinstance(text, str)),
    *LEVELS.values(),
    *HELP,
)
