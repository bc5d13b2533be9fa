"""What the desk answers: JSON, or one of a closed list of refusals. Never a traceback, never what was sent."""

import json
from typing import Any, Final, Literal

from aiohttp import web

Code = Literal[
    "malformed",
    "signed_out",
    "not_accepted",
    "role",
    "origin",
    "team",
    "supervisor",
    "not_there",
    "conflict",
    "expired",
    "taken",
    "state",
    "too_large",
    "refused",
    "slow_down",
    "broken",
    "unavailable",
]

RETRY_AFTER: Final = "Retry-After"
"""The header that says how long to wait."""


class Refused(Exception):
    """The request is not done; `code` says why in one word, `more` holds numbers and codes that go with it."""

    def __init__(self, status: int, code: Code, *, retry_after: int | None = None, **more: str | int) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.more = more

    def response(self) -> web.Response:
        """What the browser is told."""
        headers = {} if self.retry_after is None else {RETRY_AFTER: str(self.retry_after)}
        return _json({"error": self.code, **self.more}, self.status, headers)


def ok(value: Any = None) -> web.Response:
    """Answer with a value as JSON; without one, with an empty object."""
    return _json({} if value is None else value, 200, {})


def _json(value: Any, status: int, headers: dict[str, str]) -> web.Response:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return web.Response(text=text, status=status, headers=headers, content_type="application/json")
