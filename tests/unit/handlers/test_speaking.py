"""One voice for each chat: the newest card wins, hiding never waits, trouble is tried again or left to the clock."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from handlers.channel import Card, QuickCall
from handlers.errors import Refused, ReporterUnreachable, TryLater
from handlers.speaking import LONGEST_WAIT, STRAYS, Said, Speaker, Utterance
from tests.unit.handlers.fakes import CHAT, RecordingChannel

ROW = b"r" * 16


class Stage:
    """A speaker with a recording messenger, and a sleep that ends when the test says so."""

    def __init__(self) -> None:
        self.channel = RecordingChannel()
        self.settled: list[Said] = []
        self.sleeps: list[tuple[float, asyncio.Event]] = []
        self.speaker = Speaker({"telegram": self.channel}, self._settle, self._sleep)

    async def _settle(self, said: Said) -> None:
        self.settled.append(said)

    async def _sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self.sleeps.append((seconds, woken))
        await woken.wait()

    async def wake(self) -> None:
        """End every pause."""
        for _, woken in self.sleeps:
            woken.set()
        await settle()


@pytest.fixture
async def stage() -> Stage:
    return Stage()


def says(text: str, version: int = 1, *, card_id: int | None = 50, row_id: bytes = ROW, **about: object) -> Utterance:
    return Utterance(row_id=row_id, address=CHAT, version=version, card=Card(text=text), card_id=card_id, **about)  # type: ignore[arg-type]


async def settle(rounds: int = 10) -> None:
    """Let every task go as far as it can."""
    for _ in range(rounds):
        await asyncio.sleep(0)


async def test_a_card_is_edited_and_what_was_typed_is_taken_back(stage: Stage) -> None:
    stage.speaker.say(says("one", take_back=(7,)))
    await stage.speaker.silence()
    assert stage.channel.said == [("edit", (50, "one")), ("delete", (7,))]
    assert [(said.card_id, said.sent_new, said.taken_back) for said in stage.settled] == [(50, False, (7,))]


async def test_a_card_that_is_gone_is_sent_anew(stage: Stage) -> None:
    stage.channel.gone.add(50)
    stage.speaker.say(says("one"))
    await stage.speaker.silence()
    assert [method for method, _ in stage.channel.said] == ["edit", "send"]
    assert (stage.settled[0].card_id, stage.settled[0].sent_new) == (100, True)


async def test_newer_cards_replace_what_waits_and_messages_to_take_back_add_up(stage: Stage) -> None:
    stage.channel.held.clear()
    stage.speaker.say(says("one", 1, take_back=(1,)))
    await settle()
    stage.speaker.say(says("two", 2, take_back=(2,)))
    stage.speaker.say(says("three", 3, take_back=(3, 2)))
    stage.channel.held.set()
    await settle()
    await stage.wake()
    await stage.speaker.silence()
    assert stage.channel.said == [
        ("edit", (50, "one")),
        ("delete", (1,)),
        ("edit", (50, "three")),
        ("delete", (2, 3)),
    ]
    assert [said.version for said in stage.settled] == [1, 3]


async def test_a_chat_that_is_written_to_quickly_is_answered_once_a_second(stage: Stage) -> None:
    stage.channel.held.clear()
    stage.speaker.say(says("one", 1))
    await settle()
    stage.speaker.say(says("two", 2))
    stage.channel.held.set()
    await settle()
    assert [seconds for seconds, _ in stage.sleeps] == [1.0]
    assert stage.channel.said == [("edit", (50, "one"))]
    await stage.wake()
    await stage.speaker.silence()
    assert stage.channel.said[-1] == ("edit", (50, "two"))


async def test_hiding_cuts_the_pause_short(stage: Stage) -> None:
    stage.channel.held.clear()
    stage.speaker.say(says("one", 1))
    await settle()
    stage.speaker.say(says("two", 2))
    stage.channel.held.set()
    await settle()
    stage.speaker.say(says("neutral", 3, take_back=(1, 2), urgent=True))
    await stage.speaker.silence()
    assert stage.channel.said[-2:] == [("edit", (50, "neutral")), ("delete", (1, 2))]
    assert stage.settled[-1].hid


async def test_hiding_does_not_wait_for_a_flood_wait(stage: Stage) -> None:
    stage.channel.trouble.append(TryLater(30))
    stage.speaker.say(says("one", 1))
    await settle()
    assert [seconds for seconds, _ in stage.sleeps] == [30]
    stage.speaker.say(says("neutral", 2, urgent=True))
    await stage.speaker.silence()
    assert stage.channel.said[-1] == ("edit", (50, "neutral"))


async def test_hiding_while_no_card_may_be_changed_deletes_all_the_same(stage: Stage) -> None:
    stage.channel.trouble.append(TryLater(30))
    stage.speaker.say(says("neutral", urgent=True, take_back=(1, 2)))
    await settle()
    assert stage.channel.said == [("edit", (50, "neutral")), ("delete", (50, 1, 2))]
    await stage.wake()
    await stage.speaker.silence()
    assert stage.settled[-1].hid


async def test_what_the_messenger_puts_off_is_said_again(stage: Stage) -> None:
    stage.channel.trouble += [TryLater(2), TryLater(3)]
    stage.speaker.say(says("one", take_back=(1,)))
    await settle()
    await stage.wake()
    await stage.wake()
    await stage.speaker.silence()
    assert [about for method, about in stage.channel.said if method == "edit"] == [(50, "one")] * 3
    assert len(stage.settled) == 1


async def test_a_long_wait_is_left_to_the_clock_and_respected(stage: Stage) -> None:
    stage.channel.trouble.append(TryLater(LONGEST_WAIT + 1))
    stage.speaker.say(says("one"))
    await settle()
    assert stage.speaker.is_speaking(ROW)
    assert not stage.speaker.is_speaking(b"s" * 16)
    assert stage.settled == []
    stage.speaker.say(says("two", 2))
    await stage.speaker.silence()
    assert stage.channel.said[-1] == ("edit", (50, "two"))


async def test_a_card_that_was_sent_is_not_sent_again_when_a_deletion_fails(stage: Stage) -> None:
    stage.channel.trouble += [None, TryLater(1)]
    stage.speaker.say(says("one", card_id=None, take_back=(7,)))
    await settle()
    await stage.wake()
    await stage.speaker.silence()
    assert [method for method, _ in stage.channel.said] == ["send", "delete", "edit", "delete"]
    assert (stage.settled[0].card_id, stage.settled[0].sent_new) == (100, True)


async def test_a_newer_card_is_edited_into_the_message_that_was_just_sent(stage: Stage) -> None:
    stage.channel.held.clear()
    stage.speaker.say(says("one", 1, card_id=None))
    await settle()
    stage.speaker.say(says("two", 2, card_id=None))
    stage.channel.held.set()
    await settle()
    await stage.wake()
    await stage.speaker.silence()
    assert stage.channel.said == [("send", "one"), ("edit", (100, "two"))]


async def test_a_chat_out_of_reach_is_settled_as_such(stage: Stage) -> None:
    stage.channel.trouble.append(ReporterUnreachable())
    stage.speaker.say(says("one"))
    await stage.speaker.silence()
    assert [said.unreachable for said in stage.settled] == [True]


async def test_a_refused_card_is_not_settled_and_stops_no_other_chat(stage: Stage) -> None:
    stage.channel.trouble.append(Refused())
    stage.speaker.say(says("one"))
    await stage.speaker.silence()
    assert stage.settled == []
    assert stage.speaker.is_speaking(ROW)
    stage.speaker.say(says("two", row_id=b"s" * 16))
    await stage.speaker.silence()
    assert len(stage.settled) == 1


@pytest.mark.parametrize("error", [Refused(), TryLater(9)])
async def test_a_failed_acknowledgement_stops_nothing(stage: Stage, error: Exception) -> None:
    stage.channel.trouble.append(error)  # type: ignore[arg-type]
    stage.speaker.say(says("one", quick=(QuickCall(kind="acknowledge", callback_id="q"),)))
    await stage.speaker.silence()
    assert stage.channel.said == [("quick", "acknowledge"), ("edit", (50, "one"))]


async def test_chats_do_not_wait_for_each_other(stage: Stage) -> None:
    stage.channel.trouble.append(TryLater(30))
    stage.speaker.say(says("one"))
    await settle()
    stage.speaker.say(says("other", row_id=b"s" * 16))
    await settle()
    assert [said.row_id for said in stage.settled] == [b"s" * 16]


async def test_an_ending_process_does_not_wait_for_a_messenger_that_is_away(stage: Stage) -> None:
    stage.channel.trouble.append(TryLater(30))
    stage.speaker.say(says("one"))
    await settle()
    await stage.speaker.silence(0.01)
    assert not stage.speaker.is_speaking(ROW)
    assert stage.settled == []


async def test_a_failure_to_settle_ends_the_voice_and_not_the_process() -> None:
    async def fail(_said: Said) -> None:
        raise OSError

    settle_in_vain: Callable[[Said], Awaitable[None]] = fail
    speaker = Speaker({"telegram": RecordingChannel()}, settle_in_vain)
    speaker.say(says("one"))
    await speaker.silence()
    assert not speaker.is_speaking(ROW)


async def test_an_utterance_without_a_card_or_a_call_says_nothing() -> None:
    silent = Utterance(row_id=ROW, address=CHAT, version=1, card=None, card_id=50)
    assert not silent.says_something
    assert says("one").says_something
    assert silent.after(says("one", take_back=(1,))).card == Card(text="one")


async def test_what_nobody_asked_for_changes_a_card_and_sends_none(stage: Stage) -> None:
    stage.speaker.say(says("idle", may_send=False))
    await stage.speaker.silence()
    assert stage.channel.said == [("edit", (50, "idle"))]
    stage.channel.said.clear()
    stage.channel.gone.add(50)
    stage.speaker.say(says("idle", may_send=False))
    await stage.speaker.silence()
    assert stage.channel.said == [("edit", (50, "idle"))]
    assert not stage.settled[-1].sent_new


async def test_what_was_asked_for_is_sent_though_something_else_came_after_it(stage: Stage) -> None:
    stage.channel.held.clear()
    stage.channel.gone.add(50)
    stage.speaker.say(says("one", 1, may_send=False))
    await settle()
    stage.speaker.say(says("two", 2))
    stage.speaker.say(says("three", 3, may_send=False))
    stage.channel.held.set()
    await settle()
    await stage.wake()
    await stage.speaker.silence()
    assert stage.channel.said[-1] == ("send", "three")


async def test_a_card_whose_id_was_lost_is_looked_for_among_the_next_ids(stage: Stage) -> None:
    stage.speaker.say(says("one", card_id=None, doubtful=True, spoke_after=97))
    await stage.speaker.silence()
    assert stage.channel.said == [("send", "one")]
    assert stage.settled[0].strays == (98, 99)


async def test_a_card_that_may_have_come_through_is_looked_for_too(stage: Stage) -> None:
    stage.channel.trouble.append(TryLater(2))
    stage.speaker.say(says("one", card_id=None, spoke_after=97))
    await settle()
    await stage.wake()
    await stage.speaker.silence()
    assert [said.strays for said in stage.settled] == [(98, 99)]


async def test_hiding_takes_a_lost_card_along_at_once(stage: Stage) -> None:
    stage.speaker.say(says("neutral", card_id=None, doubtful=True, spoke_after=97, take_back=(97,), urgent=True))
    await stage.speaker.silence()
    assert stage.channel.said == [("send", "neutral"), ("delete", (97, 98, 99))]


async def test_a_card_that_is_sent_for_the_first_time_leaves_no_doubt(stage: Stage) -> None:
    stage.speaker.say(says("one", card_id=None, spoke_after=97))
    await stage.speaker.silence()
    assert stage.settled[0].strays == ()


def test_no_more_ids_are_looked_at_than_two_calls_take() -> None:
    assert says("one", spoke_after=10).strays(100_000) == tuple(range(11, 11 + STRAYS))
    assert says("one", spoke_after=0).strays(100_000) == ()


async def test_a_card_that_comes_anew_takes_the_place_of_the_one_before(stage: Stage) -> None:
    stage.speaker.say(says("notice", 1, card_id=None, take_back=(50,), anew=True, carries=(b"m",)))
    await stage.speaker.silence()
    assert stage.channel.said == [("send", "notice"), ("delete", (50,))]
    assert (stage.settled[0].card_id, stage.settled[0].carried) == (100, (b"m",))


async def test_a_card_that_comes_anew_over_one_that_is_just_being_sent_leaves_one(stage: Stage) -> None:
    stage.channel.held.clear()
    stage.speaker.say(says("first", 1, card_id=None))
    await settle()
    stage.speaker.say(says("notice", 2, card_id=None, anew=True))
    stage.channel.held.set()
    await settle()
    await stage.wake()
    await stage.speaker.silence()
    assert stage.channel.said == [("send", "first"), ("send", "notice"), ("delete", (100,))]
    assert stage.settled[-1].card_id == 101


async def test_a_card_that_came_anew_is_not_sent_twice_when_the_deletion_after_it_is_put_off(stage: Stage) -> None:
    stage.channel.trouble += [None, TryLater(2)]
    stage.speaker.say(says("notice", 1, card_id=None, take_back=(50,), anew=True, carries=(b"m",)))
    await settle()
    await stage.wake()
    await stage.speaker.silence()
    assert [method for method, _ in stage.channel.said] == ["send", "delete", "edit", "delete"]
    assert stage.settled[0].carried == (b"m",)


async def test_a_newer_card_still_carries_what_the_one_before_told_of(stage: Stage) -> None:
    stage.channel.held.clear()
    stage.speaker.say(says("one", 1))
    await settle()
    stage.speaker.say(says("notice", 2, anew=True, carries=(b"a",)))
    stage.speaker.say(says("answer", 3, carries=(b"a", b"b")))
    stage.channel.held.set()
    await settle()
    await stage.wake()
    await stage.speaker.silence()
    assert stage.channel.said[-2:] == [("send", "answer"), ("delete", (50,))]
    assert stage.settled[-1].carried == (b"a", b"b")


async def test_a_chat_out_of_reach_is_told_to_whoever_waits_for_what_it_carried(stage: Stage) -> None:
    stage.channel.trouble.append(ReporterUnreachable())
    stage.speaker.say(says("notice", card_id=None, anew=True, carries=(b"m",)))
    await stage.speaker.silence()
    assert (stage.settled[0].unreachable, stage.settled[0].carried) == (True, (b"m",))
