"""The ready phrases in every language that has them."""

from typing import Any

from handlers.officer.desk.texts import PHRASES
from locales.catalogue import Catalogue
from locales.languages import LANGUAGES


def worded(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Give every phrase with its words in each language."""
    return [
        {
            "code": code,
            "texts": {one.code: catalogue.text(msgid, one.code) for one in LANGUAGES if catalogue.has(msgid, one.code)},
        }
        for code, msgid in PHRASES.items()
    ]
