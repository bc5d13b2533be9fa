"""What a bot may put into a chat, change and take away."""

import pytest

HOUR = 3600


def keyboard(*labels):
    return {"inline_keyboard": [[{"text": label, "callback_data": label}] for label in labels]}


@pytest.fixture
def send(raw, phone):
    async def send(text="Hello", **more):
        return await raw("sendMessage", chat_id=phone.person.id, text=text, **more)

    return send


async def test_a_message_comes_back_as_the_chat_shows_it(send, phone, clock):
    sent = (await send("Hello", reply_markup=keyboard("Yes"), protect_content=True))["result"]
    assert sent["date"] == int(clock.now())
    assert sent["chat"] == {"id": phone.person.id, "first_name": "Ada", "username": "ada", "type": "private"}
    assert sent["from"]["is_bot"]
    assert sent["has_protected_content"]
    assert (phone.card().message_id, phone.card().text, phone.card().labels) == (sent["message_id"], "Hello", ("Yes",))


@pytest.mark.parametrize(("length", "ok"), [(4096, True), (4097, False)])
async def test_a_text_has_4096_characters_at_most(send, length, ok):
    assert (await send("ш" * length))["ok"] is ok


@pytest.mark.parametrize(("data", "ok"), [("x" * 64, True), ("x" * 65, False), ("ш" * 32, True), ("ш" * 33, False), ("", False)])
async def test_button_data_is_measured_in_bytes(send, data, ok):
    answer = await send(reply_markup={"inline_keyboard": [[{"text": "A", "callback_data": data}]]})
    assert answer["ok"] is ok
    assert ok or answer["description"] == "Bad Request: BUTTON_DATA_INVALID"


@pytest.mark.parametrize(
    "button",
    [
        {"text": "A"},
        {"text": "", "callback_data": "a"},
        {"callback_data": "a"},
        {"text": "A", "url": "not a link"},
        {"text": "A", "callback_data": "a", "url": "https://example.org"},
        {"text": "A", "copy_text": {"text": ""}},
        {"text": 1, "callback_data": "a"},
        "A",
    ],
)
async def test_a_button_that_telegram_would_not_show_is_refused(send, button):
    assert (await send(reply_markup={"inline_keyboard": [[button]]}))["error_code"] == 400


async def test_html_becomes_entities_measured_in_utf16(send):
    sent = (await send('😀 <b>bold</b> <a href="https://example.org/?a=1&amp;b=2">link</a> &lt;3', parse_mode="HTML"))["result"]
    assert sent["text"] == "😀 bold link <3"
    assert sent["entities"] == [
        {"type": "bold", "offset": 3, "length": 4},
        {"type": "text_link", "offset": 8, "length": 4, "url": "https://example.org/?a=1&b=2"},
    ]


@pytest.mark.parametrize("text", ["<b>open", "a < b", "<table>x</table>", "x</b>"])
async def test_broken_html_is_refused(send, text):
    assert (await send(text, parse_mode="HTML"))["description"].startswith("Bad Request: can't parse entities")


async def test_markdown_is_refused_rather_than_guessed(send):
    assert (await send("*x*", parse_mode="MarkdownV2"))["description"] == "Bad Request: Markdown is not simulated"


async def test_an_edit_changes_the_card_and_takes_the_keyboard_along(send, raw, phone):
    message_id = (await send("One", reply_markup=keyboard("A")))["result"]["message_id"]
    edited = await raw("editMessageText", chat_id=phone.person.id, message_id=message_id, text="Two")
    assert edited["result"]["edit_date"]
    assert (phone.card().text, phone.card().labels, phone.card().edited) == ("Two", (), True)


async def test_an_edit_that_changes_nothing_is_refused(send, raw, phone):
    message_id = (await send("One", reply_markup=keyboard("A")))["result"]["message_id"]
    same = {"chat_id": phone.person.id, "message_id": message_id, "reply_markup": keyboard("A")}
    for refused in (await raw("editMessageText", text="One ", **same), await raw("editMessageReplyMarkup", **same)):
        assert refused["description"].startswith("Bad Request: message is not modified: ")


async def test_an_edit_of_what_is_gone_or_not_the_bots_is_refused(raw, phone):
    gone = await raw("editMessageText", chat_id=phone.person.id, message_id=999, text="x")
    mine = await raw("editMessageText", chat_id=phone.person.id, message_id=phone.screen()[0].message_id, text="x")
    assert gone["description"] == "Bad Request: message to edit not found"
    assert mine["description"] == "Bad Request: message can't be edited"


async def test_an_edit_takes_inline_keyboards_only(send, raw, phone):
    message_id = (await send("One"))["result"]["message_id"]
    markup = {"keyboard": [[{"text": "A"}]]}
    refused = await raw("editMessageText", chat_id=phone.person.id, message_id=message_id, text="x", reply_markup=markup)
    assert refused["error_code"] == 400


async def test_a_bot_deletes_its_own_and_the_persons_messages(send, raw, phone):
    ids = [phone.screen()[0].message_id, (await send())["result"]["message_id"]]
    assert (await raw("deleteMessages", chat_id=phone.person.id, message_ids=ids))["result"] is True
    assert phone.screen() == ()


async def test_what_is_48_hours_old_stays(send, raw, phone, clock):
    old = (await send("old"))["result"]["message_id"]
    clock.advance(48 * HOUR - 1)
    young = (await send("young"))["result"]["message_id"]
    clock.advance(1)
    refused = await raw("deleteMessages", chat_id=phone.person.id, message_ids=[old, young])
    assert refused["description"] == "Bad Request: message can't be deleted for everyone"
    assert (await raw("deleteMessage", chat_id=phone.person.id, message_id=old))["error_code"] == 400
    assert (await raw("deleteMessage", chat_id=phone.person.id, message_id=young))["result"] is True


async def test_many_are_deleted_at_once_but_not_more_than_100_and_unknown_ones_are_passed_over(send, raw, phone):
    message_id = (await send())["result"]["message_id"]
    assert (await raw("deleteMessages", chat_id=phone.person.id, message_ids=[message_id, 7777]))["result"] is True
    assert (await raw("deleteMessages", chat_id=phone.person.id, message_ids=list(range(1, 102))))["error_code"] == 400
    assert (await raw("deleteMessages", chat_id=phone.person.id, message_ids=[]))["error_code"] == 400
    one = await raw("deleteMessage", chat_id=phone.person.id, message_id=message_id)
    assert one["description"] == "Bad Request: message to delete not found"


async def test_who_blocked_the_bot_is_spoken_to_no_more(send, phone, bot):
    await phone.block()
    assert await send() == {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}
    [update] = bot.queue.take(10, 0)
    assert update.update["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    await phone.unblock()
    assert (await send())["ok"]


async def test_who_never_wrote_cannot_be_written_to(raw, sim, bot):
    stranger = sim.person().open(bot)
    assert (await raw("sendMessage", chat_id=stranger.person.id, text="x"))["description"] == "Bad Request: chat not found"


async def test_a_closed_account_is_told_apart(send, phone):
    phone.person.deactivate()
    assert (await send())["description"] == "Forbidden: user is deactivated"


async def test_what_a_person_cleared_can_be_edited_unseen(send, raw, phone):
    message_id = (await send("One"))["result"]["message_id"]
    await phone.clear_history()
    assert (await raw("editMessageText", chat_id=phone.person.id, message_id=message_id, text="Two"))["ok"]
    assert phone.screen() == ()
    await phone.clear_history(both_sides=True)
    assert (await raw("editMessageText", chat_id=phone.person.id, message_id=message_id, text="Three"))["error_code"] == 400


async def test_the_lock_screen_shows_new_messages_follows_edits_and_forgets_what_is_deleted(send, raw, phone):
    await send("seen")
    await phone.lock()
    loud = (await send("Somebody reads\nyour words"))["result"]["message_id"]
    await send("hush", disable_notification=True)
    assert [(notice.title, notice.preview, notice.silent) for notice in phone.notices] == [
        ("Test", "Somebody reads your words", False),
        ("Test", "hush", True),
    ]
    await raw("editMessageText", chat_id=phone.person.id, message_id=loud, text="Weather")
    assert phone.notices[0].preview == "Weather"
    await raw("deleteMessage", chat_id=phone.person.id, message_id=loud)
    assert [notice.preview for notice in phone.notices] == ["hush"]
    await phone.unlock()
    assert phone.notices == ()


async def test_texts_about_the_bot_are_kept_per_two_letter_language(raw, bot, phone):
    assert (await raw("setMyDescription", description="General"))["ok"]
    assert (await raw("setMyDescription", description="Shqip", language_code="sq"))["ok"]
    assert (await raw("getMyDescription", language_code="sq"))["result"] == {"description": "Shqip"}
    assert (await raw("getMyDescription", language_code="sr"))["result"] == {"description": "General"}
    for code in ("sr-Latn", "rom", "SQ"):
        assert (await raw("setMyDescription", description="x", language_code=code))["error_code"] == 400
    assert (await raw("setMyShortDescription", short_description="x" * 121))["error_code"] == 400
    assert (await raw("setMyName", name="x" * 64))["ok"]


async def test_commands_are_checked_and_kept_per_scope(raw, bot, phone):
    hide = {"command": "hide", "description": "Hide"}
    assert (await raw("setMyCommands", commands=[hide]))["ok"]
    one = {"type": "chat", "chat_id": phone.person.id}
    assert (await raw("setMyCommands", commands=[{**hide, "description": "Fshih"}], scope=one, language_code="sq"))["ok"]
    assert (await raw("getMyCommands"))["result"] == [hide]
    assert bot.commands_for(phone.person.id, "sq")[0]["description"] == "Fshih"
    assert bot.commands_for(phone.person.id, "en") == [hide]
    for wrong in ({"command": "Hide", "description": "x"}, {"command": "hide", "description": ""}, {"command": "hide"}):
        assert (await raw("setMyCommands", commands=[wrong]))["error_code"] == 400
    assert (await raw("setMyCommands", commands=[hide] * 101))["error_code"] == 400
