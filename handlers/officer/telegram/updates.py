"""Takes officers' updates one by one: hand to the application, count failures, set aside what fails again and again.

Laws. `take` returns True only when the update's effect is committed, so that polling confirms and a webhook answers 200 after
it. Every effect is idempotent (a code that this chat redeemed, a case that this officer took), so a repeated update is answered
again and changes nothing. After `ATTEMPTS` failures an update is set aside, without its body, and no longer blocks the chat.
"""

from collections.abc import Callable
from typing import Any, Final

import structlog
from telegram import Update
from telegram.ext import Application, ContextTypes

from storage.database import Database

ATTEMPTS: Final = 5
BOT: Final = "officer"

_log = structlog.get_logger(__name__)


class Updates:
    """The way of an update through the application."""

    def __init__(
        self, application: Application[Any, Any, Any, Any, Any, Any], database: Database, clock: Callable[[], int]
    ) -> None:
        self._application = application
        self._database = database
        self._clock = clock
        self._failed: dict[int, str] = {}
        application.add_error_handler(self._note_failure)

    async def take(self, update: Update) -> bool:
        """Process an update; False if it must come again."""
        await self._application.process_update(update)
        fault = self._failed.pop(update.update_id, None)
        if fault is None:
            return True
        _log.warning("officer_update_failed", update_id=update.update_id, error=fault)
        return await self._set_aside(update.update_id)

    async def _set_aside(self, update_id: int) -> bool:
        """Count a failure; True once there were enough of them. A database that is down counts nothing."""
        now = self._clock()
        try:
            attempts = await self._database.transact(lambda tx: tx.set_aside.count_failure(BOT, update_id, None, now))
            if attempts < ATTEMPTS:
                return False
            await self._database.transact(lambda tx: tx.set_aside.give_up(BOT, update_id))
        except Exception as fault:
            _log.warning("officer_update_not_counted", update_id=update_id, error=type(fault).__name__)
            return False
        _log.error("officer_update_set_aside", update_id=update_id)
        return True

    async def _note_failure(self, update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Remember that a handler failed: the kind of the error only, since its text may hold anything."""
        if isinstance(update, Update):
            self._failed[update.update_id] = type(context.error).__name__
