"""Methods that change, pin or take away what stands in a chat."""

from typing import Any

from simulator import markup
from simulator.chats import Chat, Message
from simulator.errors import bad_request
from simulator.methods.turn import Turn
from simulator.texts import CAPTION_LIMIT, TEXT_LIMIT, worded

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
IDS_AT_ONCE = 100


def edit_message_text(turn: Turn) -> dict[str, Any]:
    """Give a text message other words; without a keyboard in the call it loses the one it has."""
    text, entities = worded(turn.params, "text", "entities", TEXT_LIMIT)
    if not text:
        raise bad_request("message text is empty")
    chat, message = _editable(turn)
    if "text" not in message.json:
        raise bad_request("there is no text in the message to edit")
    return _change(turn, chat, message, {"text": text, "entities": entities or None})


def edit_message_caption(turn: Turn) -> dict[str, Any]:
    """Give a message with a file another caption."""
    caption, entities = worded(turn.params, "caption", "caption_entities", CAPTION_LIMIT)
    chat, message = _editable(turn)
    if "text" in message.json:
        raise bad_request("there is no caption in the message to edit")
    return _change(turn, chat, message, {"caption": caption or None, "caption_entities": entities or None})


def edit_message_reply_markup(turn: Turn) -> dict[str, Any]:
    """Give a message another keyboard, or none."""
    chat, message = _editable(turn)
    return _change(turn, chat, message, {})


def delete_message(turn: Turn) -> bool:
    """Delete one message on both sides, the person's own too."""
    chat = turn.bot.chat(turn.params["chat_id"])
    if not chat.delete_for_bot([turn.params["message_id"]], turn.now):
        raise bad_request("message to delete not found")
    return True


def delete_messages(turn: Turn) -> bool:
    """Delete up to 100 messages on both sides; those that are gone are passed over."""
    chat = turn.bot.chat(turn.params["chat_id"])
    wanted = [int(message_id) for message_id in turn.params["message_ids"]]
    if not wanted:
        raise bad_request("message identifiers are not specified")
    if len(wanted) > IDS_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    chat.delete_for_bot(wanted, turn.now)
    return True


def pin_chat_message(turn: Turn) -> bool:
    """Pin a message at the top of the chat."""
    chat = turn.bot.chat(turn.params["chat_id"])
    if turn.params["message_id"] not in chat.messages:
        raise bad_request("message to pin not found")
    chat.pinned.add(turn.params["message_id"])
    chat.changed()
    return True


def unpin_chat_message(turn: Turn) -> bool:
    """Unpin one message, or the latest pinned one."""
    chat = turn.bot.chat(turn.params["chat_id"])
    pinned = turn.params.get("message_id") or max(chat.pinned, default=None)
    if pinned not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.discard(pinned)
    chat.changed()
    return True


def unpin_all_chat_messages(turn: Turn) -> bool:
    """Unpin everything."""
    chat = turn.bot.chat(turn.params["chat_id"])
    chat.pinned.clear()
    chat.changed()
    return True


def _editable(turn: Turn) -> tuple[Chat, Message]:
    params = turn.params
    if "chat_id" not in params:
        raise bad_request("MESSAGE_ID_INVALID" if "inline_message_id" in params else "chat_id is empty")
    if "message_id" not in params:
        raise bad_request("message identifier is not specified")
    chat = turn.bot.chat(params["chat_id"])
    message = chat.messages.get(params["message_id"])
    if message is None:
        raise bad_request("message to edit not found")
    if message.mine:
        raise bad_request("message can't be edited")
    return chat, message


def _change(turn: Turn, chat: Chat, message: Message, content: dict[str, Any]) -> dict[str, Any]:
    content["reply_markup"] = markup.inline_only(turn.params.get("reply_markup"))
    if all(message.json.get(key) == value for key, value in content.items()):
        raise bad_request(NOT_MODIFIED)
    changed = {**message.json, **content, "edit_date": int(turn.now)}
    message.json = {key: value for key, value in changed.items() if value is not None}
    chat.edited(message)
    return message.json
