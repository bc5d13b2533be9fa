"""How single words that mean a command are compared. Hearing risks folds more; this only forgives case, accents and marks."""

import unicodedata


def folded(text: str) -> str:
    """The text as it is compared: no case, no accents, no marks around it."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(mark for mark in plain if not unicodedata.combining(mark)).strip(" \t\r\n.,!?…/\"'")
