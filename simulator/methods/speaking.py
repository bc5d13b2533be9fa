"""Methods that put something new before a person: messages, media, typing, answers to pressed buttons."""

from typing import Any

from simulator import markup
from simulator.chats import TYPING_LASTS, Chat, Message
from simulator.errors import ApiError, bad_request
from simulator.files import StoredFile
from simulator.methods.turn import Turn
from simulator.spec import Upload
from simulator.texts import CAPTION_LIMIT, TEXT_LIMIT, TOAST_LIMIT, worded
from simulator.updates import CALLBACK_LIFE

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
URL_REFUSED = "failed to get HTTP URL content"


def send_message(turn: Turn) -> dict[str, Any]:
    """Send a text."""
    text, entities = worded(turn.params, "text", "entities", TEXT_LIMIT)
    if not text:
        raise bad_request("message text is empty")
    content: dict[str, Any] = {"text": text}
    if entities:
        content["entities"] = entities
    return _send(turn, content)


def send_media(kind: str) -> Any:
    """The method that sends a file of one kind."""

    def send(turn: Turn) -> dict[str, Any]:
        turn.bot.chat(turn.params["chat_id"], speaking=True)
        file = _file(turn, kind)
        caption, entities = worded(turn.params, "caption", "caption_entities", CAPTION_LIMIT)
        content: dict[str, Any] = {kind: media_object(kind, file, turn.params.get("duration", 0))}
        if caption:
            content["caption"] = caption
        if entities:
            content["caption_entities"] = entities
        return _send(turn, content, file)

    return send


def send_chat_action(turn: Turn) -> bool:
    """Show for a few seconds that the bot is busy."""
    chat = turn.bot.chat(turn.params["chat_id"], speaking=True)
    if turn.params["action"] not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat.typing = (turn.params["action"], turn.now + TYPING_LASTS)
    chat.changed()
    return True


def answer_callback_query(turn: Turn) -> bool:
    """Acknowledge a pressed button, with a line at the top of the screen if there is a text."""
    question = turn.bot.questions.get(turn.params["callback_query_id"])
    if question is None or turn.now - question.asked_at >= CALLBACK_LIFE:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text: str = turn.params.get("text", "")
    if len(text) > TOAST_LIMIT:
        raise bad_request("MESSAGE_TOO_LONG")
    if text:
        question.chat.toast(text, alert=bool(turn.params.get("show_alert")))
    return True


def media_object(kind: str, file: StoredFile, duration: int = 0) -> Any:
    """The object that a message carries for a file of this kind."""
    stub = file.stub()
    match kind:
        case "photo":
            return [{**stub, "width": 1280, "height": 960}]
        case "voice":
            return {**stub, "duration": duration, "mime_type": file.media_type}
        case "audio":
            return {**stub, "duration": duration, "mime_type": file.media_type, "file_name": file.name}
        case "video" | "animation":
            return {**stub, "width": 640, "height": 480, "duration": duration, "mime_type": file.media_type}
        case "video_note":
            return {**stub, "length": 240, "duration": duration}
        case _:
            return {**stub, "file_name": file.name, "mime_type": file.media_type}


def _file(turn: Turn, kind: str) -> StoredFile:
    given = turn.params[kind]
    if isinstance(given, str) and given.startswith("attach://"):
        given = turn.params.get("attached", {}).get(given[9:])
    if isinstance(given, Upload):
        if not given.content:
            raise bad_request("file must be non-empty")
        return turn.bot.files.keep(kind, given.content, media_type=given.media_type, name=given.name)
    if isinstance(given, str) and (kept := turn.bot.files.find(given)) is not None:
        return kept
    if isinstance(given, str) and given.startswith(("http://", "https://")):
        raise bad_request(URL_REFUSED)
    raise bad_request("wrong file identifier/HTTP URL specified")


def _send(turn: Turn, content: dict[str, Any], file: StoredFile | None = None) -> dict[str, Any]:
    bot, params = turn.bot, turn.params
    chat = bot.chat(params["chat_id"], speaking=True)
    given = params.get("reply_markup")
    inline = markup.inline(given) if given and "inline_keyboard" in given else None
    message: dict[str, Any] = {
        "message_id": 0,
        "from": bot.json,
        "chat": chat.json,
        "date": int(turn.now),
        **_reply(chat, params.get("reply_parameters")),
        **content,
    }
    if params.get("protect_content"):
        message["has_protected_content"] = True
    if inline:
        message["reply_markup"] = inline
    message["message_id"] = bot.message_id()
    if given and "inline_keyboard" not in given:
        chat.keyboard = None if given.get("remove_keyboard") else given
    silent = bool(params.get("disable_notification"))
    chat.add(Message(message, mine=False, file_id=file.file_id if file else None), silent=silent)
    return message


def _reply(chat: Chat, reply: dict[str, Any] | None) -> dict[str, Any]:
    if not reply:
        return {}
    answered = chat.messages.get(reply["message_id"])
    if answered is None:
        if reply.get("allow_sending_without_reply"):
            return {}
        raise ApiError(400, "Bad Request: message to be replied not found")
    return {"reply_to_message": {key: value for key, value in answered.json.items() if key != "reply_to_message"}}
