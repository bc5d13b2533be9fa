"""What is not anonymous, and what becomes of words, is said before it concerns anybody (DOMAIN.md section 4, C2, C3, C18)."""

import pytest

from flows.conditions import Facts
from tests.unit.flows.report import SCRIPT, said, shown

UNSENT = {
    "discard": {"child": "If you stop before sending, your words are deleted.", "adult": "Words that are not sent are deleted."},
    "deliver": {
        "child": "Words you do not send go to the team after a day.",
        "adult": "Words that are not sent go to the team after a day.",
    },
}
UNSENT["deliver_if_danger"] = UNSENT["discard"]
AT_ONCE = "The team gets these words at once."


def before(name: str) -> set[str]:
    """Every node where somebody may be who was never at this one."""
    facts, reached, ahead = Facts(), {SCRIPT.start}, [SCRIPT.start]
    while ahead:
        node = SCRIPT.nodes[ahead.pop()]
        onward = next((way.to for way in node.to if way.when is None or way.when.holds(facts)), None)
        skipped = next((way.to for way in node.skip if way.when is None or way.when.holds(facts)), None)
        ways = {onward, skipped, *(way for option in node.options for way in (option.to, option.visit))} - {None, name}
        ahead += sorted(ways - reached)
        reached |= ways
    return reached


@pytest.mark.parametrize("register", ["child", "adult"])
@pytest.mark.parametrize("duty", [True, False])
def test_the_limits_are_told_before_anything_is_asked(register: str, duty: bool) -> None:
    """C2: who reads and when, that help may be fetched without asking, and what a yes does, above the first question."""
    assert SCRIPT.nodes["welcome"].to[-1].to == "danger_now"
    *limits, question = said("danger_now", Facts(duty=duty, register=register))
    assert "A person from a child protection team reads what you write." in limits
    assert any("on duty" in text for text in limits)
    assert "If a life is in danger, we may try to get help." in limits
    assert "After a yes here, the team is told at once." in limits
    assert "?" in question


@pytest.mark.parametrize("register", ["child", "adult"])
@pytest.mark.parametrize("case", ["none", "open", "sent", "withdrawn", "discarded"])
@pytest.mark.parametrize("abandoned", sorted(UNSENT))
def test_what_becomes_of_unsent_words_is_told_where_words_are_asked_for(abandoned: str, case: str, register: str) -> None:
    """C18: also to somebody who took a report back, or deleted one, and begins again."""
    told = AT_ONCE if case in {"open", "sent"} else UNSENT[abandoned][register]
    possible = {AT_ONCE, *(text for texts_of in UNSENT.values() for text in texts_of.values())}
    text = said("tell", Facts(policies={"abandoned": abandoned}, case=case, register=register))
    assert possible.intersection(text) == {told}


def test_words_are_asked_for_nowhere_before_it_is_told_what_becomes_of_them() -> None:
    """C18."""
    earlier = before("tell")
    assert {"danger_card", "phone_tips", "what_happens", "what_happens_me"} <= earlier
    assert {name for name in earlier if SCRIPT.nodes[name].kind in {"write", "review"}} == set()


@pytest.mark.parametrize("register", ["child", "adult"])
@pytest.mark.parametrize(
    ("channel", "sentence"),
    [
        ("telegram", "Telegram knows your account."),
        ("viber", "Viber knows your account."),
        ("page", "The browser may remember this page."),
    ],
)
def test_nobody_is_told_that_the_channel_hides_them(channel: str, sentence: str, register: str) -> None:
    """C3: on the first card that asks, which stays short."""
    *limits, question = said("danger_now", Facts(channel=channel, register=register))
    assert sentence == limits[0]
    assert "?" in question
    assert len(limits) <= 5
    assert before("danger_now") == {"welcome"}


@pytest.mark.parametrize("channel", ["telegram", "viber"])
def test_the_web_page_is_named_only_where_there_is_one(channel: str) -> None:
    """C3: as what keeps less on a phone."""
    sentence = "Our web page keeps less on your phone."
    assert sentence in said("phone_shared", Facts(channel=channel, policies={"page": "open"}))
    assert sentence not in said("phone_shared", Facts(channel=channel, policies={"page": "closed"}))


@pytest.mark.parametrize("name", ["words", "corrected", "voice_kept"])
def test_a_message_is_said_to_be_removed_only_where_it_is(name: str) -> None:
    """C3: on Telegram, unless the reporter keeps messages."""
    sentence = "The message is being removed from this chat."
    assert sentence in shown(SCRIPT.notes[name], Facts(channel="telegram", messages="deleted"))
    for facts in (Facts(messages="kept"), Facts(channel="viber"), Facts(channel="page")):
        assert sentence not in shown(SCRIPT.notes[name], facts)
