"""A chat goes to bytes and back, and shows nothing of itself in a log."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.session import Said, Session, Timer
from handlers.channel import Address
from handlers.chat import CaseHandle, Chat, seedless
from handlers.tally import NOTHING, Tally
from handlers.ways_back import WayBack

moments = st.tuples(st.integers(0, 2**31), st.integers(0, 2**33))
cases = st.builds(
    CaseHandle,
    case_id=st.binary(min_size=16, max_size=16),
    opened=st.booleans(),
    public_key=st.binary(max_size=40),
    seq=st.integers(0, 10_000),
    hash=st.binary(max_size=32),
    team_ids=st.lists(st.sampled_from(["national", "prizren"]), max_size=2).map(tuple),
    seed=st.binary(max_size=32),
    seed_until=st.integers(0, 2**33),
    receipt=st.text("0123456789 ", max_size=24),
    receipt_shown=st.booleans(),
)
sessions = st.builds(
    lambda words, language: Session(
        script="report",
        script_version=1,
        node="welcome",
        channel="telegram",
        language=language,
        words=tuple(Said(text, 5) for text in words),
        timers=(Timer("idle", 900), Timer("end", 90)),
    ),
    st.lists(st.text(st.characters(exclude_categories=("Cs",)), max_size=30), max_size=3),
    st.sampled_from(["sq", "sr-Cyrl", "en"]),
)
mailboxes = st.sampled_from([(b"", 0), (b"m" * 32, 100), (b"m" * 32, 2**33)])
chats = st.builds(
    lambda mailbox, **about: Chat(mailbox=mailbox[0], mailbox_until=mailbox[1], **about),
    mailbox=mailboxes,
    address=st.builds(Address, channel=st.just("telegram"), bot_id=st.just("1"), chat_id=st.integers().map(str)),
    flow=st.none() | sessions,
    card=st.none() | st.integers(1, 2**31),
    card_at=st.integers(0, 2**33),
    trash=st.lists(moments, max_size=3).map(tuple),
    kept=st.lists(moments, max_size=3).map(tuple),
    case=st.none() | cases,
    pending=st.lists(st.fixed_dictionaries({"kind": st.just("attachment"), "size": st.integers(0, 9)}), max_size=2).map(tuple),
    officer=st.sampled_from(["none", "waiting", "taken"]),
    forgotten=st.booleans(),
    unreachable=st.booleans(),
    spoke_after=st.integers(0, 2**31),
    answers=st.lists(st.binary(min_size=16, max_size=16), max_size=2).map(tuple),
    telling=st.lists(st.binary(min_size=16, max_size=16), max_size=2).map(tuple),
    tally=st.sampled_from([NOTHING, Tally(cases=(1, 2), alarms=(1,), attachments=(3,))]),
)


@given(chats)
def test_a_chat_goes_to_bytes_and_back(chat: Chat) -> None:
    assert Chat.from_bytes(chat.to_bytes()) == chat


@given(chats)
def test_the_next_moment_is_the_first_of_the_timers_and_the_forgetting_of_the_secret(chat: Chat) -> None:
    moments = [timer.due_at for timer in chat.flow.timers] if chat.flow else []
    if chat.case and chat.case.seed_until:
        moments.append(chat.case.seed_until)
    if chat.mailbox:
        moments.append(chat.mailbox_until)
    assert chat.due_at == (min(moments) if moments else None)


def test_a_young_chat_is_small() -> None:
    assert len(Chat(address=Address(channel="telegram", bot_id="1", chat_id="7")).to_bytes()) < 64


def test_a_chat_shows_neither_address_nor_words_nor_secrets() -> None:
    chat = Chat(
        address=Address(channel="telegram", bot_id="1", chat_id="777000"),
        flow=Session(
            script="report", script_version=1, node="n", channel="telegram", language="en", words=(Said("He hits me.", 1),)
        ),
        case=CaseHandle(case_id=b"c" * 16, seed=b"secret seed", receipt="1234 5678"),
        pending=({"key": "a key"},),
    )
    for secret in ("777000", "He hits me.", "secret seed", "1234 5678", "a key"):
        assert secret not in repr(chat)


def test_there_is_nothing_to_take_back_where_there_was_no_card() -> None:
    chat = Chat(address=Address(channel="telegram", bot_id="1", chat_id="7"))
    assert chat.with_trash(None, 5) == chat
    assert chat.with_trash(9, 5).trash == ((9, 5),)


@given(chats, st.integers(0, 2**33))
def test_the_secret_goes_when_its_time_is_over_and_nothing_else_does(chat: Chat, now: int) -> None:
    chat = replace(chat, mailbox=b"", mailbox_until=0)
    changed = seedless(chat.to_bytes(), now)
    if chat.case is None or not chat.case.seed or chat.case.seed_until > now:
        assert changed is None
        return
    assert changed is not None
    left = Chat.from_bytes(changed)
    assert left.case is not None
    assert (left.case.seed, left.case.seed_until) == (b"", 0)
    assert left.with_case(chat.case) == chat


@given(chats)
def test_ids_that_may_be_a_lost_card_go_with_the_trash_and_never_what_shall_stay(chat: Chat) -> None:
    strays = chat.with_strays(range(50), 7)
    assert strays.kept == chat.kept
    kept = {one for one, _ in chat.kept}
    assert {one for one, _ in strays.trash} >= set(range(50)) - kept - {chat.card}
    assert not ({one for one, at in strays.trash if at == 7 and (one, at) not in chat.trash} & kept)


def test_a_message_that_stays_is_not_taken_back() -> None:
    chat = Chat(address=Address(channel="telegram", bot_id="1", chat_id="7")).with_strays((5, 6), 1).with_kept(6, 2)
    assert (chat.trash, chat.kept) == (((5, 1),), ((6, 2),))
    assert chat.newest_id == 6


def test_what_opens_the_answers_to_a_code_goes_in_time_whatever_else_is_wrong() -> None:
    chat = Chat(address=Address(channel="telegram", bot_id="1", chat_id="5"), mailbox=b"m" * 32, mailbox_until=100)
    assert chat.due_at == 100
    assert seedless(chat.to_bytes(), 99) is None
    left = seedless(chat.to_bytes(), 100)
    assert left is not None
    assert Chat.from_bytes(left).mailbox == b""
    assert "mmmm" not in repr(chat)


@pytest.mark.parametrize("contact", ["", "none", "here", "receipt"])
def test_a_way_back_goes_to_bytes_and_back(contact: str) -> None:
    way = WayBack(
        address=Address(channel="telegram", bot_id="1", chat_id="5"), contact=contact, hours="evening", register="adult"
    )
    assert WayBack.from_bytes(way.to_bytes()) == way
    assert "5" not in repr(way.address)
