"""What Telegram shows of the officers' bot to anybody who opens it: three commands in neutral words.

Laws. The words say nothing of cases. Telegram knows languages by two letters; "" is what everybody else sees. Best effort: a bot that
Telegram does not let introduce itself works all the same.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from telegram import Bot, BotCommand

from handlers.officer import texts
from handlers.officer.rendering import Wording

LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({"": "en", "en": "en", "sq": "sq", "sr": "sr-Cyrl"})
COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {"start": texts.COMMAND_START, "duty": texts.COMMAND_DUTY, "help": texts.COMMAND_HELP}
)


async def introduce(bot: Bot, wording: Wording) -> None:
    """Set the commands in every language that Telegram can tell apart."""
    for short, language in LANGUAGES.items():
        commands = [BotCommand(name, wording.text(text, language)) for name, text in COMMANDS.items()]
        await bot.set_my_commands(commands, language_code=short or None)
