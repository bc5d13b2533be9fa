"""How single words that mean a command are compared. Hearing risks folds more; this only forgives case, accents and marks."""

import re
import unicodedata
from typing import Final

_PAYLOAD: Final = re.compile(r"[A-Za-z0-9_-]{0,64}")
"""What a deep link can carry after `start`."""


def is_payload(argument: str) -> bool:
    """Tell whether the argument of `start` can have come from a link; all else was typed, and is words."""
    return _PAYLOAD.fullmatch(argument.strip()) is not None


def folded(text: str) -> str:
    """The text as it is compared: no case, no accents, no marks around it."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(mark for mark in plain if not unicodedata.combining(mark)).strip(" \t\r\n.,!?…/\"'")
