"""A chat goes to bytes and back, and shows nothing of itself in a log."""

from hypothesis import given
from hypothesis import strategies as st

from flows.session import Said, Session, Timer
from handlers.channel import Address
from handlers.chat import CaseHandle, Chat

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
chats = st.builds(
    Chat,
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
)


@given(chats)
def test_a_chat_goes_to_bytes_and_back(chat: Chat) -> None:
    assert Chat.from_bytes(chat.to_bytes()) == chat


@given(chats)
def test_the_next_moment_is_the_first_of_the_timers_and_the_forgetting_of_the_secret(chat: Chat) -> None:
    moments = [timer.due_at for timer in chat.flow.timers] if chat.flow else []
    if chat.case and chat.case.seed_until:
        moments.append(chat.case.seed_until)
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
