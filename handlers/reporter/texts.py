"""How the reporters' bot introduces itself before a chat is opened: neutral, so that a list of chats gives nothing away (C7)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "start": "Begin",
        "hide": "Close this chat",
        "help": "Numbers",
        "code": "I have a code",
        "language": "Language",
        "stop": "Stop",
    }
)
DESCRIPTION: Final = "Here you can write in your language. A program answers, people read."
SHORT_DESCRIPTION: Final = "Write here."
