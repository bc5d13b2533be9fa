"""The bare bot: aiogram as its manual has it, making the same calls as Amanet and storing nothing.

A message is answered by editing the card and deleting the message (in the webhook's answer); a press by editing the card and acknowledging
(in the webhook's answer). The first message of a chat sends the card. It keeps the card's id in memory, because without it nothing can
be edited.
"""

import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import AnswerCallbackQuery, DeleteMessage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

TEXT = """This is a card.
It has about as many words as a card of the report.
A person from a team reads what you write.
If a life is in danger, we may try to get help.

When did it last happen?"""
LABELS = (("It is happening right now",), ("Today",), ("Earlier",), ("Skip", "Back", "Stop"), ("Help now", "Hide"))


def main() -> None:
    """Serve until ended. Arguments: the Bot API's address, the port, the token, the secret."""
    api, port, token, secret = sys.argv[1:]
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()
    cards: dict[int, int] = {}
    turns: dict[int, int] = {}

    def keyboard(chat_id: int) -> InlineKeyboardMarkup:
        turns[chat_id] = turn = turns.get(chat_id, 0) + 1
        return InlineKeyboardMarkup(
            inline_keyboard=[
                [InlineKeyboardButton(text=label, callback_data=f"{turn}:c{row}{at}") for at, label in enumerate(labels)]
                for row, labels in enumerate(LABELS)
            ]
        )

    @dispatcher.message()
    async def said(message: Message) -> DeleteMessage:
        chat_id = message.chat.id
        if chat_id in cards:
            await bot.edit_message_text(TEXT, chat_id=chat_id, message_id=cards[chat_id], reply_markup=keyboard(chat_id))
        else:
            card = await bot.send_message(chat_id, TEXT, reply_markup=keyboard(chat_id), disable_notification=True)
            cards[chat_id] = card.message_id
        return DeleteMessage(chat_id=chat_id, message_id=message.message_id)

    @dispatcher.callback_query()
    async def pressed(query: CallbackQuery) -> AnswerCallbackQuery:
        chat_id = query.from_user.id
        await bot.edit_message_text(TEXT, chat_id=chat_id, message_id=cards[chat_id], reply_markup=keyboard(chat_id))
        return AnswerCallbackQuery(callback_query_id=query.id)

    app = web.Application()
    handler = SimpleRequestHandler(dispatcher, bot, handle_in_background=False, secret_token=secret)
    handler.register(app, "/hooks/telegram/reporter")
    web.run_app(app, host="127.0.0.1", port=int(port), access_log=None, print=None)


if __name__ == "__main__":
    main()
