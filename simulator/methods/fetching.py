"""Methods by which a bot learns: who it is, what happened, where its files are, and how updates reach it."""

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

from simulator.bots import DEFAULT_CONNECTIONS, Webhook
from simulator.errors import ApiError, bad_request
from simulator.methods.turn import Described, Turn
from simulator.spec import Upload

LONGEST_POLL = 50
"""Seconds; the official server waits no longer, whatever is asked."""
BATCH = 100
SECRET = re.compile(r"[A-Za-z0-9_-]*")
SECRET_LIMIT = 256
WEBHOOK_ACTIVE = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
OTHER_POLL = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


def get_me(turn: Turn) -> dict[str, Any]:
    """Tell the bot who it is."""
    return {
        **turn.bot.json,
        "can_join_groups": False,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def get_updates(turn: Turn) -> list[dict[str, Any]]:
    """Hand out what happened, waiting real seconds for it if asked; a second asker ends the first one's wait."""
    bot, params = turn.bot, turn.params
    if bot.webhook.url:
        raise ApiError(409, WEBHOOK_ACTIVE)
    if "allowed_updates" in params:
        bot.queue.allowed = frozenset(params["allowed_updates"])
    bot.poll_turn += 1
    mine = bot.poll_turn
    bot.arrived.ring()
    if offset := params.get("offset", 0):
        bot.queue.confirm(offset)
        bot.confirmed.ring()
    limit = min(max(params.get("limit", BATCH), 1), BATCH)
    loop = asyncio.get_running_loop()
    until = loop.time() + min(max(params.get("timeout", 0), 0), LONGEST_POLL)
    while not (taken := bot.queue.take(limit, turn.clock.now())):
        left = until - loop.time()
        if left <= 0 or not await bot.arrived.wait(left):
            break
        if bot.closing:
            break
        if bot.webhook.url:
            raise ApiError(409, "Conflict: terminated by setWebhook request")
        if bot.poll_turn != mine:
            raise ApiError(409, OTHER_POLL)
    return [pending.update for pending in taken]


async def set_webhook(turn: Turn) -> Described:
    """Post updates to an address from now on; an empty address takes the webhook away."""
    bot, params = turn.bot, turn.params
    url: str = params.get("url", "")
    if not url:
        return await delete_webhook(turn)
    secret: str = params.get("secret_token", "")
    if len(secret) > SECRET_LIMIT:
        raise bad_request("secret token is too long")
    if not SECRET.fullmatch(secret):
        raise bad_request("secret token contains illegal characters")
    _check_address(url)
    if "allowed_updates" in params:
        bot.queue.allowed = frozenset(params["allowed_updates"])
    if params.get("drop_pending_updates"):
        bot.queue.clear()
    known = bot.webhook.url == url
    await turn.hooks.stop(bot)
    bot.webhook = Webhook(
        url=url,
        secret=secret,
        max_connections=min(max(params.get("max_connections", DEFAULT_CONNECTIONS), 1), 100),
        certificate=isinstance(params.get("certificate"), Upload),
    )
    turn.hooks.start(bot)
    bot.arrived.ring()
    return Described(True, "Webhook is already set" if known else "Webhook was set")


async def delete_webhook(turn: Turn) -> Described:
    """Let the bot ask for its updates again."""
    bot = turn.bot
    known = bool(bot.webhook.url)
    if turn.params.get("drop_pending_updates"):
        bot.queue.clear()
    bot.webhook = Webhook()
    await turn.hooks.stop(bot)
    return Described(True, "Webhook was deleted" if known else "Webhook is already deleted")


def get_webhook_info(turn: Turn) -> dict[str, Any]:
    """Tell how updates reach the bot and what went wrong last."""
    bot, webhook = turn.bot, turn.bot.webhook
    bot.queue.expire(turn.now)
    info: dict[str, Any] = {
        "url": webhook.url,
        "has_custom_certificate": webhook.certificate,
        "pending_update_count": len(bot.queue),
    }
    if webhook.url:
        info["max_connections"] = webhook.max_connections
    if webhook.last_error:
        info["last_error_date"], info["last_error_message"] = webhook.last_error
    if bot.queue.allowed:
        info["allowed_updates"] = sorted(bot.queue.allowed)
    return info


def get_file(turn: Turn) -> dict[str, Any]:
    """Tell where a file can be fetched."""
    return turn.bot.files.describe(turn.params["file_id"])


def log_out(turn: Turn) -> bool:
    """Leave this server; every later call is refused."""
    turn.bot.logged_out = True
    return True


def close(_turn: Turn) -> bool:
    """Close the bot's instance; nothing is kept open here."""
    return True


def _check_address(url: str) -> None:
    """Plain HTTP is accepted, as a Bot API server on one's own machine accepts it."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        port, parts = -1, urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == -1:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
