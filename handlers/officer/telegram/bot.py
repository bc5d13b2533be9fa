"""The officers' bot, assembled: one application of the library, our own updates, our own sender.

Laws. The library's updater, persistence and job queue are off (they lose updates on a kill). Either `poll` runs, or `webhook.handle`
is added to the web server at `webhook.PATH`; `send` runs in both. Nothing of the library is ever logged (`quiet`).
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import structlog
from telegram import Update
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from handlers.channel import Card
from handlers.errors import ChannelError
from handlers.officer import texts
from handlers.officer.alarms import Rng
from handlers.officer.rendering import Wording
from handlers.officer.telegram.attempts import Attempts, Strangers
from handlers.officer.telegram.calls import AT_ONCE, Calls, OfficerRequest, UpdatesRequest
from handlers.officer.telegram.commands import Commands
from handlers.officer.telegram.parts import Parts
from handlers.officer.telegram.polling import ALLOWED, Polling
from handlers.officer.telegram.presses import Presses
from handlers.officer.telegram.profile import introduce
from handlers.officer.telegram.quiet import hush_libraries
from handlers.officer.telegram.replies import Replies
from handlers.officer.telegram.sender import Sender
from handlers.officer.telegram.updates import Updates
from handlers.officer.telegram.webhook import PATH, Webhook
from sealing.at_rest import chat_row_id
from storage.database import Database
from storage.transaction import Transaction

CHANNEL: Final = "telegram"
_FIRST_WAIT: Final = 1.0
_LONGEST_WAIT: Final = 30.0
_PRIVATE: Final = filters.ChatType.PRIVATE
_SPARE: Final = 4
"""Connections beside the sender's: answers to presses and commands."""

_HTTP: Final = {"trust_env": False}
"""Only settings say where calls go, never a proxy that the environment happens to name."""

_log = structlog.get_logger(__name__)

Ptb = Application[Any, Any, Any, Any, Any, Any]


class OfficerBot:
    """Everything between officers' telephones and the database."""

    def __init__(
        self,
        *,
        token: str,
        api: str,
        desk_key: bytes,
        database: Database,
        wording: Wording,
        clock: Callable[[], int],
        rng: Rng,
    ) -> None:
        hush_libraries()
        self._application = _application(token, api)
        self._bell = asyncio.Event()
        bot_id = token.partition(":")[0]
        calls = self._calls = Calls(self._application.bot)
        self._database = database
        self._replies = Replies(calls)
        parts = Parts(
            database=database,
            calls=calls,
            replies=self._replies,
            wording=wording,
            clock=clock,
            rng=rng,
            lookup=lambda chat_id: chat_row_id(desk_key, CHANNEL, bot_id, str(chat_id)),
            ring=self._bell.set,
        )
        _add_handlers(self._application, Commands(parts, Attempts(), Strangers()), Presses(parts))
        self._updates = Updates(self._application, database, clock)
        self._sender = Sender(parts, self._bell)
        self._wording = wording
        self._is_ready = False

    def ring(self) -> None:
        """Wake the sender: something for officers was just committed in this process."""
        self._bell.set()

    async def start(self) -> None:
        """Make the bot ready; waits, longer each time, for a messenger that does not answer."""
        wait = _FIRST_WAIT
        while True:
            try:
                await self._application.initialize()
            except TelegramError as fault:
                _log.warning("officer_bot_waits", error=type(fault).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            else:
                self._is_ready = True
                self._replies.begin("introduction", introduce(self._application.bot, self._wording))
                return

    async def stop(self) -> None:
        """Let go of the messenger."""
        await self._replies.finish()
        await self._application.shutdown()

    async def send(self) -> None:
        """Send what waits for officers, until cancelled."""
        await self._sender.run()

    async def try_alarm(self, officer_id: bytes) -> bool:
        """Ring an officer's telephone because they asked; False if none is linked, or the messenger did not take it."""

        def look(tx: Transaction) -> tuple[bytes | None, str]:
            officer = tx.officers.get(officer_id)
            return (None, "en") if officer is None else (tx.officers.contact(officer_id), officer.language)

        contact, language = await self._database.read(look)
        if contact is None:
            return False
        try:
            await self._calls.send(int(contact), Card(text=self._wording.text(texts.TEST_ALARM, language)))
        except ChannelError as fault:
            _log.info("officer_alarm_untested", error=type(fault).__name__)
            return False
        return True

    async def poll(self) -> None:
        """Fetch and take updates, until cancelled; a webhook that was set before is taken away."""
        await _until_done(self._application.bot.delete_webhook)
        await Polling(self._application.bot, self._updates.take).run()

    def webhook(self, secret: str) -> Webhook:
        """Make the route that takes posted updates."""
        return Webhook(self._application.bot, self._take_posted, secret)

    async def _take_posted(self, update: Update) -> bool:
        """Take a posted update; one that comes before the bot is ready must come again."""
        return self._is_ready and await self._updates.take(update)

    async def set_webhook(self, public_url: str, secret: str) -> None:
        """Have Telegram post updates to `public_url` and our path."""
        await _until_done(
            lambda: self._application.bot.set_webhook(
                public_url.rstrip("/") + PATH, secret_token=secret, allowed_updates=ALLOWED, max_connections=AT_ONCE
            )
        )


async def _until_done(call: Callable[[], Any]) -> None:
    """Make a call until it succeeds."""
    wait = _FIRST_WAIT
    while True:
        try:
            await call()
        except TelegramError as fault:
            _log.warning("officer_bot_waits", error=type(fault).__name__)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        else:
            return


def _application(token: str, api: str) -> Ptb:
    """Build the library's application against a Bot API server, without its updater."""
    base = api.rstrip("/")
    return (
        Application.builder()
        .token(token)
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .request(OfficerRequest(connection_pool_size=AT_ONCE + _SPARE, httpx_kwargs=_HTTP))
        .get_updates_request(UpdatesRequest(connection_pool_size=1, httpx_kwargs=_HTTP))
        .updater(None)
        .job_queue(None)
        .build()
    )


def _add_handlers(application: Ptb, commands: Commands, presses: Presses) -> None:
    application.add_handler(CallbackQueryHandler(presses.press))
    application.add_handler(CommandHandler("start", commands.start, filters=_PRIVATE))
    application.add_handler(CommandHandler("duty", commands.duty, filters=_PRIVATE))
    application.add_handler(MessageHandler(_PRIVATE, commands.help))
