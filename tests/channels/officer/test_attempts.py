"""A chat that tries wrong codes is stopped for an hour; others are not."""

from handlers.officer.telegram.attempts import MOST, WINDOW, Attempts


def test_a_chat_may_be_wrong_a_few_times_an_hour() -> None:
    attempts = Attempts()
    for n in range(MOST):
        assert attempts.allowed(1, n)
        attempts.failed(1, n)
    assert not attempts.allowed(1, MOST)
    assert attempts.allowed(2, MOST)
    assert not attempts.allowed(1, WINDOW - 1)
    assert attempts.allowed(1, WINDOW)


def test_a_linked_chat_starts_afresh() -> None:
    attempts = Attempts()
    for _ in range(MOST):
        attempts.failed(1, 0)
    attempts.forget(1)
    assert attempts.allowed(1, 0)


def test_a_crowd_of_chats_is_not_remembered_for_ever() -> None:
    attempts = Attempts()
    for chat_id in range(5000):
        attempts.failed(chat_id, 0)
    assert len(attempts._tried) <= 1000
