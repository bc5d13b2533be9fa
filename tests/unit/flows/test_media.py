"""Files and stickers: what is taken, and how the rest is refused."""

import pytest

from flows import limits
from flows.events import AnswerGiven, MediaKept, MediaRefused
from flows.media import refusal
from flows.resumes import MediaSent
from flows.testing import START, facts


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("photo", "Thank you. Pictures and videos are not taken here, and none was stored."),
        ("video_note", "Thank you. Pictures and videos are not taken here, and none was stored."),
        ("document", "Thank you. Files are not taken here, and none was stored."),
        ("contact", "Thank you. Contacts and phone numbers are not taken here, and none was stored."),
        ("sticker", "Thank you. That was not stored. Written words always arrive."),
    ],
)
def test_what_is_not_taken_is_refused_kindly(talk, kind, note):
    dialogue = talk("en", "no")
    assert facts(dialogue.take(MediaSent(kind=kind))) == [MediaRefused(kind, "not_accepted")]
    assert dialogue.texts[0] == note
    assert dialogue.view.node == "who"


def test_a_voice_message_is_kept(talk):
    dialogue = talk("en", "no", "me", "done")
    assert refusal(dialogue.assets.policy, dialogue.session, "voice") is None
    assert facts(dialogue.take(MediaSent(kind="voice", size=100, kept=True))) == [MediaKept("voice")]
    assert dialogue.texts[:3] == [
        "Thank you. The voice message is kept.",
        "The message is being removed from this chat.",
        "A voice can be recognised by people who know it.",
    ]
    assert facts(dialogue.press("done")) == [AnswerGiven("tell", "written", START)]


@pytest.mark.parametrize(
    ("why", "note"),
    [
        ("too_large", "Thank you. This was too large and was not stored."),
        ("failed", "That did not arrive. It can be sent again, or written."),
    ],
)
def test_a_file_that_did_not_arrive_is_told(talk, why, note):
    dialogue = talk("en")
    assert facts(dialogue.take(MediaSent(kind="voice", refused=why))) == [MediaRefused("voice", why)]
    assert dialogue.texts[0] == note


def test_a_file_that_the_host_says_nothing_about_did_not_arrive(talk):
    assert facts(talk("en").take(MediaSent(kind="voice"))) == [MediaRefused("voice", "failed")]


def test_there_is_room_for_a_few_files_only(talk):
    dialogue = talk("en", attachments="all")
    for _ in range(limits.ATTACHMENTS):
        assert facts(dialogue.take(MediaSent(kind="photo", kept=True))) == [MediaKept("photo")]
    assert dialogue.texts[0] == "Thank you. The file is kept."
    assert facts(dialogue.take(MediaSent(kind="photo"))) == [MediaRefused("photo", "too_many")]


def test_a_deployer_may_take_no_files_at_all(talk):
    dialogue = talk("en", attachments="none")
    assert facts(dialogue.take(MediaSent(kind="voice", kept=True))) == [MediaRefused("voice", "not_accepted")]
