"""Where Telegram posts officers' updates: `POST /hooks/telegram/officer`.

Laws. The secret is compared in constant time, on bytes, before anything of the body is read; wrong or missing is 401. 200 means
committed; what must come again is answered 500 (PLATFORMS 3.5: Telegram repeats it). A body that is no update is answered 200
once the secret was right: repeating it would not mend it. Nothing of a body is ever logged.
"""

import hmac
from typing import Final

import structlog
from aiohttp import web
from telegram import Bot, Update

from handlers.officer.telegram.polling import Take

PATH: Final = "/hooks/telegram/officer"
_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"

_log = structlog.get_logger(__name__)


class Webhook:
    """The route; add `handle` to an application at `PATH`."""

    def __init__(self, bot: Bot, take: Take, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook needs a secret")
        self._bot = bot
        self._take = take
        self._secret = secret.encode()

    async def handle(self, request: web.Request) -> web.Response:
        """Take one posted update."""
        said = request.headers.get(_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(said, self._secret):
            return web.Response(status=401)
        try:
            update = Update.de_json(await request.json(), self._bot)
        except (ValueError, TypeError, KeyError, AttributeError) as fault:
            _log.warning("officer_update_unreadable", error=type(fault).__name__)
            return web.Response()
        return web.Response(status=200 if await self._take(update) else 500)
