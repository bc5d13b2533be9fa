"""How the bot introduces itself in Telegram, and which way its updates come: set once at every start.

Laws. What is shown before the chat is opened is neutral: the caller passes the words. Telegram knows languages by two letters
only, so Serbian has one text and Romani none of its own; "" is what everybody else sees. Updates that are waiting are never
dropped. Words that Telegram does not take at the moment do not keep the bot from starting: the earlier ones stay.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.methods import DeleteWebhook, SetMyCommands, SetMyDescription, SetMyShortDescription, SetWebhook, TelegramMethod
from aiogram.types import BotCommand

from handlers.errors import ChannelError
from handlers.reporter.telegram.refusals import meaning
from handlers.reporter.telegram.updates import ALLOWED_UPDATES

# core.telegram.org/bots/api: BotCommand, setMyDescription, setMyShortDescription, setWebhook
COMMANDS_LIMIT = 100
COMMAND_TEXT_LIMIT = 256
DESCRIPTION_LIMIT = 512
SHORT_DESCRIPTION_LIMIT = 120
CONNECTIONS = 40  # webhooks at once: Telegram's own default

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """What Telegram shows of the bot in one language: commands with their explanations, and who it says it is."""

    commands: tuple[tuple[str, str], ...]
    description: str
    short_description: str

    def __post_init__(self) -> None:
        if len(self.commands) > COMMANDS_LIMIT or len(self.description) > DESCRIPTION_LIMIT:
            raise ValueError("the introduction is too long")
        if len(self.short_description) > SHORT_DESCRIPTION_LIMIT:
            raise ValueError("the short description is too long")
        for name, text in self.commands:
            if not _COMMAND.fullmatch(name) or not 0 < len(text) <= COMMAND_TEXT_LIMIT:
                raise ValueError(f"Telegram does not take the command {name!r}")


async def introduce(bot: Bot, introductions: Mapping[str, Introduction]) -> None:
    """Set what the bot says of itself, by two-letter language; "" is the default."""
    for language in introductions:
        if not _LANGUAGE.fullmatch(language):
            raise ValueError(f"Telegram knows no language {language!r}")
    for language, introduction in introductions.items():
        for method in _sayings(introduction, language or None):
            failure = await _try(bot, method)
            if failure is not None:
                log.warning("telegram.introduction.kept", fault=type(failure).__name__, method=method.__api_method__)


async def receive_by_polling(bot: Bot) -> None:
    """Let updates wait to be fetched; raise an error of `handlers.errors` if that could not be settled."""
    await _must(bot, DeleteWebhook(drop_pending_updates=False))


async def receive_by_webhook(bot: Bot, url: str, secret: str) -> None:
    """Have updates brought to an address; raise an error of `handlers.errors` if that could not be settled."""
    if not _SECRET.fullmatch(secret):
        raise ValueError("Telegram takes secrets of 1 to 256 characters A-Z a-z 0-9 _ -")
    await _must(
        bot,
        SetWebhook(
            url=url,
            secret_token=secret,
            allowed_updates=list(ALLOWED_UPDATES),
            max_connections=CONNECTIONS,
            drop_pending_updates=False,
        ),
    )


def _sayings(introduction: Introduction, language: str | None) -> tuple[TelegramMethod[bool], ...]:
    commands = [BotCommand(command=name, description=text) for name, text in introduction.commands]
    return (
        SetMyCommands(commands=commands, language_code=language),
        SetMyDescription(description=introduction.description, language_code=language),
        SetMyShortDescription(short_description=introduction.short_description, language_code=language),
    )


async def _must(bot: Bot, method: TelegramMethod[bool]) -> None:
    failure = await _try(bot, method)
    if failure is not None:
        raise failure


async def _try(bot: Bot, method: TelegramMethod[bool]) -> ChannelError | None:
    """Make a call; return what went wrong."""
    try:
        await bot(method)
    except AiogramError as error:
        return meaning(error)
    return None
