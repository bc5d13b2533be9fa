"""The methods that are simulated, in two tables: those that answer at once, and those that wait for something."""

from collections.abc import Mapping

from simulator.methods import editing, fetching, profile, speaking
from simulator.methods.turn import Described, Handler, SlowHandler, Turn

AT_ONCE: Mapping[str, Handler] = {
    "getMe": fetching.get_me,
    "getFile": fetching.get_file,
    "getWebhookInfo": fetching.get_webhook_info,
    "logOut": fetching.log_out,
    "close": fetching.close,
    "sendMessage": speaking.send_message,
    "sendVoice": speaking.send_media("voice"),
    "sendPhoto": speaking.send_media("photo"),
    "sendDocument": speaking.send_media("document"),
    "sendAudio": speaking.send_media("audio"),
    "sendVideo": speaking.send_media("video"),
    "sendChatAction": speaking.send_chat_action,
    "answerCallbackQuery": speaking.answer_callback_query,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "pinChatMessage": editing.pin_chat_message,
    "unpinChatMessage": editing.unpin_chat_message,
    "unpinAllChatMessages": editing.unpin_all_chat_messages,
    "setMyCommands": profile.set_my_commands,
    "getMyCommands": profile.get_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "setMyName": profile.set_words("name"),
    "getMyName": profile.get_words("name"),
    "setMyDescription": profile.set_words("description"),
    "getMyDescription": profile.get_words("description"),
    "setMyShortDescription": profile.set_words("short_description"),
    "getMyShortDescription": profile.get_words("short_description"),
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChatMenuButton": profile.get_chat_menu_button,
}
WAITING: Mapping[str, SlowHandler] = {
    "getUpdates": fetching.get_updates,
    "setWebhook": fetching.set_webhook,
    "deleteWebhook": fetching.delete_webhook,
}

__all__ = ["AT_ONCE", "WAITING", "Described", "Handler", "SlowHandler", "Turn"]
