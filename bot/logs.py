"""Where logs go, and what can never get into one.

Laws. A line of ours is an event name and fields of `ALLOWED`; any other field is dropped and its name alone is shown. What a
library logs is never passed on in words: its message may hold a bot token (httpx logs every address it calls), a chat id
(aiogram's exceptions) or somebody's words (both libraries at DEBUG). Of a library's record only the logger, the level, the
place in the code and the kind of the error are shown. The same holds for exceptions nobody caught.
"""

import asyncio
import json
import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Any, Final, TextIO

import structlog

ALLOWED: Final = frozenset(
    {
        "alarm",  # an alarm's id
        "attempts",
        "bot",  # `reporter` or `officer`
        "channel",
        "count",
        "country",
        "designation",  # a harmless spoken name
        "error",  # the kind of an exception, never its text
        "event",
        "failures",
        "fault",  # the kind of an exception, or a code of ours
        "job",
        "kind",
        "level",
        "listen",
        "method",  # of a messenger's interface
        "mode",
        "reason",  # a code of ours
        "seconds",
        "serial",
        "state",
        "status",  # of HTTP
        "timestamp",
        "update_id",
        "urgency",
        "version",
        "where",
    }
)
FOREIGN: Final = (
    "aiogram",
    "telegram",
    "httpx",
    "httpcore",
    "aiohttp",
    "apscheduler",
    "sqlalchemy",
    "aiosqlite",
    "asyncpg",
    "alembic",
)

PEERS_FAULTS: Final = ("aiohttp.http_exceptions", "aiohttp.web_protocol")
"""Modules whose exceptions say that the other side broke off, or spoke no HTTP."""


def allow_only(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Keep the fields of ALLOWED; name the others without their values."""
    if dropped := [name for name in event if name not in ALLOWED]:
        for name in dropped:
            del event[name]
        event["reason"] = "fields dropped: " + ", ".join(sorted(dropped))
    if isinstance(error := event.get("error"), BaseException):
        event["error"] = kind_of(error)
    return event


def kind_of(error: BaseException) -> str:
    """Name an exception and the place where it was raised; its text may hold anything."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place


class _Foreign(logging.Formatter):
    """Shows a library's record without its message."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "event": "library",
            "level": record.levelname.lower(),
            "where": f"{record.name}:{record.filename}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = kind_of(record.exc_info[1])
        return json.dumps(line)


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Pass over what only says that somebody sent the web side something that is no request: anybody could fill the log with it."""
    error = record.exc_info[1] if record.exc_info else None
    return record.name != "aiohttp.server" or type(error).__module__ not in PEERS_FAULTS


def configure(level: str, stream: TextIO | None = None) -> None:
    """Set up every log of this process; called once, by the composition roots."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%dT%H:%M:%SZ", utc=True),
            allow_only,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(_Foreign())
    handler.addFilter(_is_worth_a_line)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in FOREIGN:
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.excepthook = _quiet_exit
    sys.unraisablehook = _quiet_unraisable
    logging.captureWarnings(True)  # a warning's text goes the way of every library's message
    threading.excepthook = _quiet_thread


def watch(loop: asyncio.AbstractEventLoop) -> None:
    """Report exceptions that no task handled by their kind, never by their text."""
    loop.set_exception_handler(_quiet_loop)


def _quiet_exit(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger().error("stopped_by_error", error=kind_of(error))


def _quiet_unraisable(caught: "sys.UnraisableHookArgs") -> None:
    if caught.exc_value is not None:
        structlog.get_logger().error("finalizer_failed", error=kind_of(caught.exc_value))


def _quiet_thread(caught: threading.ExceptHookArgs) -> None:
    if caught.exc_value is not None:
        structlog.get_logger().error("thread_failed", error=kind_of(caught.exc_value))


def _quiet_loop(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    error = context.get("exception")
    structlog.get_logger().error("task_failed", error=kind_of(error) if error else "unknown")
