"""How updates reach a bot that asks for them."""

import asyncio

from simulator.spec import Spec

DAY = 86_400


async def test_updates_wait_in_order_until_a_higher_offset_confirms_them(raw, phone):
    await phone.say("one")
    await phone.say("two")
    first, second = (await raw("getUpdates"))["result"]
    assert (first["message"]["text"], second["message"]["text"]) == ("one", "two")
    assert second["update_id"] == first["update_id"] + 1
    assert (await raw("getUpdates", offset=first["update_id"]))["result"] == [first, second]
    assert (await raw("getUpdates", offset=second["update_id"]))["result"] == [second]
    assert (await raw("getUpdates", offset=second["update_id"] + 1))["result"] == []
    assert (await raw("getUpdates"))["result"] == []


async def test_a_negative_offset_keeps_only_the_newest(raw, phone):
    for word in ("one", "two", "three"):
        await phone.say(word)
    assert [update["message"]["text"] for update in (await raw("getUpdates", offset=-1))["result"]] == ["three"]
    assert len((await raw("getUpdates"))["result"]) == 1


async def test_a_long_poll_ends_as_soon_as_something_happens(raw, phone):
    poll = asyncio.create_task(raw("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    assert not poll.done()
    await phone.say("now")
    assert (await asyncio.wait_for(poll, 2))["result"][0]["message"]["text"] == "now"


async def test_a_second_asker_ends_the_first_ones_wait(raw, phone):
    first = asyncio.create_task(raw("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(raw("getUpdates", timeout=30))
    assert (await asyncio.wait_for(first, 2))["error_code"] == 409
    await phone.say("now")
    assert (await asyncio.wait_for(second, 2))["ok"]


async def test_while_a_webhook_is_set_asking_is_a_conflict(raw, phone):
    await raw("setWebhook", url="http://127.0.0.1:9/nowhere")
    assert (await raw("getUpdates"))["error_code"] == 409
    assert (await raw("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await raw("getUpdates"))["ok"]


async def test_messages_are_dropped_after_a_day_and_button_presses_after_150_seconds(raw, phone, clock):
    markup = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    await raw("sendMessage", chat_id=phone.person.id, text="x", reply_markup=markup)
    await phone.say("words")
    query = await phone.press("A")
    clock.advance(149)
    assert len((await raw("getUpdates"))["result"]) == 2
    clock.advance(1)
    assert [list(update)[1] for update in (await raw("getUpdates"))["result"]] == ["message"]
    late = await raw("answerCallbackQuery", callback_query_id=query)
    assert late["description"] == "Bad Request: query is too old and response timeout expired or query ID is invalid"
    clock.advance(DAY)
    assert (await raw("getUpdates"))["result"] == []


async def test_only_what_was_asked_for_is_queued(raw, phone):
    await raw("getUpdates", allowed_updates=["callback_query"])
    await phone.say("unwanted")
    assert (await raw("getUpdates"))["result"] == []
    await raw("getUpdates", allowed_updates=[])
    await phone.say("wanted")
    assert len((await raw("getUpdates"))["result"]) == 1


async def test_a_pressed_button_asks_and_is_answered(raw, phone):
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "1:yes"}]]}
    sent = (await raw("sendMessage", chat_id=phone.person.id, text="Sure?", reply_markup=markup))["result"]
    query_id = await phone.press("Yes")
    [update] = (await raw("getUpdates"))["result"]
    query = update["callback_query"]
    assert (query["id"], query["data"], query["message"], query["from"]) == (query_id, "1:yes", sent, phone.person.json)
    assert query["chat_instance"]
    assert (await raw("answerCallbackQuery", callback_query_id=query_id, text="Noted"))["result"] is True
    assert phone.toasts == ("Noted",)
    assert (await raw("answerCallbackQuery", callback_query_id=query_id, text="x" * 201))["error_code"] == 400


async def test_a_button_of_a_deleted_message_comes_with_an_inaccessible_one(raw, phone):
    await phone.press_gone(4711, "old:button")
    [update] = (await raw("getUpdates"))["result"]
    assert update["callback_query"]["message"] == {"chat": phone.chat.json, "message_id": 4711, "date": 0}


async def test_everything_a_phone_sends_has_the_shape_of_the_specification(raw, phone, bot):
    await phone.start("CAMPAIGN-1")
    await phone.say("see https://example.org and /help now")
    await phone.edit("other words")
    await phone.send_voice(b"OggS", duration=4)
    await phone.send_photo(b"JPEG", caption="look")
    await phone.send_document(b"PDF", name="a.pdf", media_type="application/pdf")
    for kind in ("video", "video_note", "audio", "animation"):
        await phone.send_media(kind, b"bytes")
    await phone.album([b"1", b"2"], caption="two")
    await phone.sticker()
    await phone.send_location(42.66, 21.16)
    await phone.send_contact("+38344000000", "Somebody")
    await phone.forward("not mine", author_id=77)
    await phone.forward("not mine")
    await phone.poll("Which?", ["a", "b"])
    await phone.press_gone(1, "x")
    await phone.block()
    await phone.unblock()
    updates = (await raw("getUpdates"))["result"]
    spec = Spec.load()
    for update in updates:
        spec.check(update, "Update", "update")
        assert len(update) == 2
    assert updates[0]["message"]["text"] == "/start CAMPAIGN-1"
    assert updates[0]["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert [entity["type"] for entity in updates[1]["message"]["entities"]] == ["url", "bot_command"]
    assert updates[2]["edited_message"]["message_id"] == updates[1]["message"]["message_id"]
    albums = [update["message"]["media_group_id"] for update in updates if "media_group_id" in update.get("message", {})]
    assert len(albums) == 2
    assert len(set(albums)) == 1


async def test_a_long_text_arrives_in_pieces(raw, phone):
    await phone.say("x" * 5000)
    assert [len(update["message"]["text"]) for update in (await raw("getUpdates"))["result"]] == [4096, 904]


async def test_any_json_can_be_injected(raw, sim, bot):
    sim.inject(bot, {"message": {"chat": None}})
    sim.inject(bot, {"update_id": "seven", "nonsense": [1]})
    first, second = (await raw("getUpdates"))["result"]
    assert (first["message"], second) == ({"chat": None}, {"update_id": "seven", "nonsense": [1]})
