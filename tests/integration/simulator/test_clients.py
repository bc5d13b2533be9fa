"""The two libraries as clients: whatever they send must be understood, and whatever they get must be parsed."""

import asyncio
import io

import pytest
from aiogram import Dispatcher, F
from aiogram import types as at
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramRetryAfter
from aiogram.methods import GetUpdates
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from simulator import Fault


async def test_aiogram_sends_edits_deletes_and_reads_every_update(aiogram, phone, sim):
    me = await aiogram.get_me()
    assert me.is_bot
    markup = at.InlineKeyboardMarkup(inline_keyboard=[[at.InlineKeyboardButton(text="Po", callback_data="po")]])
    sent = await aiogram.send_message(phone.person.id, "Përshëndetje", reply_markup=markup, protect_content=True)
    await phone.press("Po")
    await phone.send_voice(b"OggS" * 100, duration=2)
    await phone.send_location(42.66, 21.16)
    await phone.block()
    updates = await aiogram.get_updates(timeout=1)
    query = updates[0].callback_query
    assert (query.data, query.message.message_id) == ("po", sent.message_id)
    assert await aiogram.answer_callback_query(query.id, text="U ruajt")
    content = await aiogram.download(updates[1].message.voice)
    assert content.read() == b"OggS" * 100
    assert updates[3].my_chat_member.new_chat_member.status == "kicked"
    await phone.unblock()
    await aiogram.edit_message_text("Tjetër", chat_id=phone.person.id, message_id=sent.message_id)
    assert phone.card().text == "Tjetër"
    assert await aiogram.delete_messages(phone.person.id, [sent.message_id, 999])
    assert await aiogram.set_my_commands([at.BotCommand(command="hide", description="Fshih")], language_code="sq")
    voice = await aiogram.send_voice(phone.person.id, at.BufferedInputFile(b"OggS", "reply.ogg"), caption="Dëgjo")
    assert (await aiogram.get_file(voice.voice.file_id)).file_size == 4
    assert not any(call.unknown for call in sim.calls)


async def test_aiogram_meets_the_errors_it_knows(aiogram, phone, sim):
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await aiogram.edit_message_text("x", chat_id=phone.person.id, message_id=99)
    sim.faults.add(Fault(method="sendMessage", retry_after=3))
    with pytest.raises(TelegramRetryAfter) as late:
        await aiogram.send_message(phone.person.id, "x")
    assert late.value.retry_after == 3
    await phone.block()
    with pytest.raises(TelegramForbiddenError):
        await aiogram.send_message(phone.person.id, "x")


async def test_aiogram_answers_a_webhook_with_a_call(aiogram, phone, sim):
    dispatcher = Dispatcher()

    @dispatcher.message(F.text)
    async def echo(message: at.Message):
        return message.answer(f"heard: {message.text}")

    app = web.Application()
    SimpleRequestHandler(dispatcher, aiogram, handle_in_background=False, secret_token="abc").register(app, "/hook")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await aiogram.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="abc")
    await phone.say("hello")
    await phone.heard("heard: hello")
    assert sim.calls[-1].via == "webhook"
    await aiogram.delete_webhook()
    await runner.cleanup()


async def test_aiogram_confirms_by_offset(aiogram, phone):
    await phone.say("one")
    [first] = await aiogram(GetUpdates(timeout=1))
    await aiogram(GetUpdates(offset=first.update_id + 1))
    await phone.settled()


async def test_ptb_polls_and_answers_a_whole_conversation(base, bot, sim, ptb):
    async def start(update: Update, context):
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Take", callback_data="take")]])
        await update.effective_message.reply_text(f"code {context.args}", reply_markup=keyboard)

    async def take(update: Update, context):
        await update.callback_query.answer("Taken")
        await update.callback_query.edit_message_text("It is yours")

    async def voice(update: Update, context):
        file = await update.effective_message.voice.get_file()
        content = await file.download_as_bytearray()
        await update.effective_message.reply_voice(io.BytesIO(bytes(content)), caption=f"{len(content)} bytes")

    app = Application.builder().bot(ptb).build()
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(take))
    app.add_handler(MessageHandler(filters.VOICE, voice))
    await app.initialize()
    await app.start()
    await app.updater.start_polling(poll_interval=0, timeout=1)
    phone = sim.person(first_name="Officer").open(bot)
    await phone.start("LINK-42")
    await phone.heard("code ['LINK-42']")
    await phone.press("Take")
    assert (await phone.heard("It is yours")).labels == ()
    assert await phone.toasted("Taken")
    await phone.send_voice(b"OggS" * 8)
    await phone.heard("32 bytes")
    await app.updater.stop()
    await app.stop()
    assert not any(call.unknown for call in sim.calls)
    # Application.shutdown would close the client that the fixture closes
    await app.update_persistence()


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")  # RetryAfter.retry_after will be a timedelta
async def test_ptb_meets_the_errors_it_knows(ptb, phone, sim, base):
    with pytest.raises(BadRequest, match="Chat not found"):
        await ptb.send_message(1, "x")
    sim.faults.add(Fault(method="sendMessage", retry_after=3))
    with pytest.raises(RetryAfter):
        await ptb.send_message(phone.person.id, "x")
    sim.faults.add(Fault(method="sendMessage", code=502))
    with pytest.raises(NetworkError):
        await ptb.send_message(phone.person.id, "x")
    sim.faults.add(Fault(method="sendMessage", how="drop_after"))
    with pytest.raises(NetworkError):
        await ptb.send_message(phone.person.id, "lost answer")
    assert phone.card().text == "lost answer"
    await ptb.set_webhook("http://127.0.0.1:9/hook")
    with pytest.raises(Conflict):
        await ptb.get_updates()
    await phone.block()
    with pytest.raises(Forbidden):
        await ptb.send_message(phone.person.id, "x")


async def test_ptb_is_told_about_a_wrong_token(base):
    from telegram import Bot

    with pytest.raises(InvalidToken):
        async with Bot("1:wrong", base_url=f"{base}/bot"):
            pass


async def test_a_file_is_fetched_with_the_token_of_its_bot_only(raw, phone, sim, bot, base):
    other = sim.add_bot("1000002:other", "other_bot", "Other")
    await phone.send_voice(b"secret words")
    [update] = (await raw("getUpdates"))["result"]
    file_id = update["message"]["voice"]["file_id"]
    path = (await raw("getFile", file_id=file_id))["result"]["file_path"]
    async with raw.http.get(f"{base}/file/bot{raw.token}/{path}") as answer:
        assert await answer.read() == b"secret words"
    async with raw.http.get(f"{base}/file/bot{other.token}/{path}") as answer:
        assert answer.status == 404
    assert (await raw("getFile", token=other.token, file_id=file_id))["error_code"] == 400


async def test_more_than_20_megabytes_cannot_be_fetched(raw, phone):
    await phone.send_document(b"", name="film.mp4", size=(20 << 20) + 1)
    [update] = (await raw("getUpdates"))["result"]
    document = update["message"]["document"]
    assert document["file_size"] > 20 << 20
    assert (await raw("getFile", file_id=document["file_id"]))["description"] == "Bad Request: file is too big"


async def test_twenty_megabytes_go_up_and_come_down(aiogram, phone):
    content = bytes(range(256)) * (80 << 10)
    sent = await aiogram.send_document(phone.person.id, at.BufferedInputFile(content, "big.bin"))
    assert (await aiogram.download(sent.document)).read() == content


async def test_both_libraries_work_side_by_side(aiogram, ptb, phone):
    await asyncio.gather(
        *(aiogram.send_message(phone.person.id, f"a{n}") for n in range(20)),
        *(ptb.send_message(phone.person.id, f"p{n}") for n in range(20)),
    )
    assert len({shown.message_id for shown in phone.screen()}) == 41
