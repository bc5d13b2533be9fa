"""The ready phrases for children and for adults, in every language that has them."""

from typing import Any

from handlers.officer.desk.texts import PHRASES
from locales.catalogue import Catalogue
from locales.languages import LANGUAGES


def worded(catalogue: Catalogue) -> list[dict[str, Any]]:
    """Give every phrase with its words in each register and language."""
    return [
        {"code": code, "texts": {register: _in_each_language(catalogue, msgid) for register, msgid in by_register.items()}}
        for code, by_register in PHRASES.items()
    ]


def _in_each_language(catalogue: Catalogue, msgid: str) -> dict[str, str]:
    return {one.code: catalogue.text(msgid, one.code) for one in LANGUAGES if catalogue.has(msgid, one.code)}
