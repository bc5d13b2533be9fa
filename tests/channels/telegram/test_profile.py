"""The bot introduces itself in neutral words and settles which way its updates come."""

from typing import Any

import pytest
from aiogram import Bot
from structlog.testing import capture_logs

from handlers.errors import Refused, TryLater
from handlers.reporter.telegram.profile import Introduction, introduce, receive_by_polling, receive_by_webhook

ENGLISH = Introduction(commands=(("start", "Begin"), ("hide", "Clear")), description="Notes.", short_description="Notes")
ALBANIAN = Introduction(commands=(("start", "Fillo"),), description="Shënime.", short_description="Shënime")


async def test_every_language_gets_commands_and_both_descriptions(bot: Bot, bot_api: Any) -> None:
    await introduce(bot, {"": ENGLISH, "sq": ALBANIAN})
    assert bot_api.calls == [
        (
            "setMyCommands",
            {"commands": [{"command": "start", "description": "Begin"}, {"command": "hide", "description": "Clear"}]},
        ),
        ("setMyDescription", {"description": "Notes."}),
        ("setMyShortDescription", {"short_description": "Notes"}),
        ("setMyCommands", {"commands": [{"command": "start", "description": "Fillo"}], "language_code": "sq"}),
        ("setMyDescription", {"description": "Shënime.", "language_code": "sq"}),
        ("setMyShortDescription", {"short_description": "Shënime", "language_code": "sq"}),
    ]


@pytest.mark.parametrize("status", [400, 429, 500])
async def test_words_that_are_not_taken_do_not_keep_the_bot_from_starting(bot: Bot, bot_api: Any, status: int) -> None:
    bot_api.then_refuse("setMyDescription", status, "Too Many Requests: retry after 86000", retry_after=86000)
    with capture_logs() as logs:
        await introduce(bot, {"": ENGLISH})
    assert [line["method"] for line in logs] == ["setMyDescription"]
    assert len(bot_api.calls) == 3


@pytest.mark.parametrize("language", ["sr-Latn", "rom", "SQ", "s"])
async def test_a_language_that_telegram_does_not_know_is_a_mistake(bot: Bot, bot_api: Any, language: str) -> None:
    with pytest.raises(ValueError, match="language"):
        await introduce(bot, {"": ENGLISH, language: ENGLISH})
    assert bot_api.calls == []


@pytest.mark.parametrize(
    ("commands", "description", "short"),
    [
        ((("Start", "x"),), "", ""),
        ((("fshihë", "x"),), "", ""),
        ((("a" * 33, "x"),), "", ""),
        ((("start", ""),), "", ""),
        ((("start", "x" * 257),), "", ""),
        ((("start", "x"),) * 101, "", ""),
        ((), "x" * 513, ""),
        ((), "", "x" * 121),
    ],
)
def test_an_introduction_that_telegram_would_not_take_is_not_made(commands: Any, description: str, short: str) -> None:
    with pytest.raises(ValueError, match=r"command|long"):
        Introduction(commands=commands, description=description, short_description=short)


async def test_polling_takes_the_webhook_away_and_drops_nothing(bot: Bot, bot_api: Any) -> None:
    await receive_by_polling(bot)
    assert bot_api.calls == [("deleteWebhook", {"drop_pending_updates": False})]


async def test_a_webhook_is_set_with_its_secret_and_drops_nothing(bot: Bot, bot_api: Any) -> None:
    await receive_by_webhook(bot, "https://example.org/hooks/telegram/reporter", "abc_DEF-1")
    asked = {
        "url": "https://example.org/hooks/telegram/reporter",
        "secret_token": "abc_DEF-1",
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
        "max_connections": 40,
        "drop_pending_updates": False,
    }
    assert bot_api.calls == [("setWebhook", asked)]


@pytest.mark.parametrize("secret", ["", "a b", "ë", "x" * 257])
async def test_a_secret_that_telegram_does_not_take_is_a_mistake(bot: Bot, bot_api: Any, secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        await receive_by_webhook(bot, "https://example.org/", secret)
    assert bot_api.calls == []


async def test_a_way_that_could_not_be_settled_is_told(bot: Bot, bot_api: Any) -> None:
    bot_api.then_refuse("setWebhook", 400, "Bad Request: bad webhook: HTTPS url must be provided for webhook")
    bot_api.then_refuse("deleteWebhook", 502, "Bad Gateway")
    with pytest.raises(Refused) as refused:
        await receive_by_webhook(bot, "http://example.org/", "abc")
    with pytest.raises(TryLater) as later:
        await receive_by_polling(bot)
    assert (refused.value.__context__, later.value.__context__) == (None, None)
