"""Keeps the libraries beneath the officers' bot from writing chat ids, tokens and words into logs.

python-telegram-bot logs every call with its parameters at DEBUG and whole updates that it cannot read at CRITICAL; httpx logs
the address of every call, which holds the token, at INFO. Nothing they say is worth that: this package logs its own events.
"""

import logging
from typing import Final

_SILENT: Final = logging.CRITICAL + 1


def hush_libraries() -> None:
    """Silence python-telegram-bot at every level, and its HTTP client below WARNING."""
    logging.getLogger("telegram").setLevel(_SILENT)
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
