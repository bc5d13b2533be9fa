"""What can get into a log, and what never can."""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from bot.logs import ALLOWED, FOREIGN, allow_only, configure, kind_of, watch

SECRETS = ("He hits me.", "777000111", "123456:AAbbCC-secret", "1234 5678 9012 3456 7890")


@pytest.fixture
def log() -> Iterator[StringIO]:
    """The log of a process at its most talkative; everything is put back afterwards."""
    stream, root = StringIO(), logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in FOREIGN}
    configure("DEBUG", stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:], root.level, sys.excepthook, threading.excepthook = before
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def lines(log: StringIO) -> list[dict[str, str]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_a_line_is_an_event_and_fields_that_are_allowed(log: StringIO) -> None:
    structlog.get_logger().info("telegram.update.failed", failures=3, fault="DatabaseBusy")
    (line,) = lines(log)
    assert (line["event"], line["failures"], line["fault"], line["level"]) == (
        "telegram.update.failed",
        3,
        "DatabaseBusy",
        "info",
    )


@pytest.mark.parametrize("field", ["text", "chat_id", "token", "address", "receipt", "name", "user", "url", "exception"])
def test_any_other_field_is_dropped_and_named(log: StringIO, field: str) -> None:
    structlog.get_logger().info("something", **{field: "He hits me."})
    (line,) = lines(log)
    assert "hits" not in log.getvalue()
    assert line["reason"] == f"fields dropped: {field}"


def test_an_exception_is_told_by_its_kind_and_place() -> None:
    try:
        raise ValueError("He hits me.")
    except ValueError as error:
        written = allow_only(None, "error", {"event": "job_failed", "error": error})
    assert str(written["error"]).startswith("ValueError at test_logs.py:")
    assert "hits" not in str(written)


@pytest.mark.parametrize("name", [*FOREIGN, "aiogram.event", "telegram.ext.Application", "httpx._client", "somebody.elses"])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_library_s_words_are_never_passed_on(log: StringIO, name: str, secret: str) -> None:
    for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
        logging.getLogger(name).log(level, "request %s", secret, extra={"body": secret})
    assert secret not in log.getvalue()
    assert {line["level"] for line in lines(log)} == {"warning", "error"}
    assert all(line["where"].startswith(name) for line in lines(log))


def test_a_library_s_traceback_is_never_passed_on(log: StringIO) -> None:
    try:
        raise RuntimeError(SECRETS[2])
    except RuntimeError:
        logging.getLogger("aiogram").exception("failed for %s", SECRETS[1], stack_info=True)
    (line,) = lines(log)
    assert line["error"].startswith("RuntimeError at test_logs.py:")
    assert not any(secret in log.getvalue() for secret in SECRETS)


def test_an_exception_nobody_caught_is_told_by_its_kind(log: StringIO) -> None:
    error = ValueError(SECRETS[0])
    sys.excepthook(ValueError, error, None)
    threading.excepthook(threading.ExceptHookArgs((ValueError, error, None, None)))
    assert [line["event"] for line in lines(log)] == ["stopped_by_error", "thread_failed"]
    assert SECRETS[0] not in log.getvalue()


def test_an_interrupt_is_no_error(log: StringIO) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert log.getvalue() == ""


async def test_a_task_nobody_waited_for_is_told_by_its_kind(log: StringIO) -> None:
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    watch(loop)
    loop.call_exception_handler({"message": SECRETS[0], "exception": ValueError(SECRETS[0])})
    loop.call_exception_handler({"message": SECRETS[0]})
    loop.set_exception_handler(before)
    assert [line["error"] for line in lines(log)] == ["ValueError", "unknown"]
    assert SECRETS[0] not in log.getvalue()


def test_the_level_is_kept(log: StringIO) -> None:
    configure("WARNING", log)
    structlog.get_logger().info("quiet")
    assert log.getvalue() == ""


def test_no_allowed_field_names_a_person() -> None:
    assert ALLOWED.isdisjoint({"text", "words", "chat", "chat_id", "user", "name", "token", "address", "ip", "receipt", "area"})


def test_a_kind_without_a_place_is_a_kind() -> None:
    assert kind_of(ValueError("He hits me.")) == "ValueError"
