"""The connection to the Bot API: aiogram's client with a lean HTTP session of our own.

A `PlainCall` carries its body as the JSON object to be sent and gets back the result as the server wrote it: no model of the
answer is built, since the only thing ever read from one is a message id. All other methods of aiogram's `Bot` work as usual.

Laws. The token is part of every address: no exception that leaves `make_request` carries an address, nor the text of one that
did. An answer that cannot be read is the server's trouble, never a traceback.
"""

import json
from collections.abc import AsyncGenerator
from typing import Any, ClassVar

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.client.telegram import PRODUCTION, TelegramAPIServer
from aiogram.exceptions import TelegramNetworkError, TelegramRetryAfter, TelegramServerError
from aiogram.methods import Response, TelegramMethod
from aiohttp import (
    ClientError,
    ClientResponseError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    ServerDisconnectedError,
    TCPConnector,
)
from pydantic import Field
from yarl import URL

CALL_SECONDS = 15  # Telegram answers within one; a turn must not hang on a stuck connection
CONNECTIONS = 100  # aiogram's own figure; a turn needs one or two for some 50 ms
NAME_SECONDS = 3600  # how long a looked-up address is kept: as aiogram does, against look-ups that fail now and then
FLOOD_SECONDS = 1  # how long to wait when the server says "too many" without saying how long

_OK = 200
_TOO_MANY = 429
_HEADERS = {"Content-Type": "application/json"}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class PlainCall(TelegramMethod[Any]):
    """A call whose body is ready and whose result is left as it comes. `repeatable`: made twice, it does what once does."""

    __returning__ = Any
    repeatable: ClassVar[bool] = True

    body: dict[str, Any] = Field(repr=False)


def connect(token: str, api: str | None = None) -> Bot:
    """Make the client of one bot; `api` is the base address of the Bot API server, Telegram's own if None."""
    server = PRODUCTION if api is None else TelegramAPIServer.from_base(api)
    return Bot(token, session=LeanSession(server))


class LeanSession(BaseSession):
    """Makes calls as JSON over one pool of connections."""

    def __init__(self, api: TelegramAPIServer = PRODUCTION) -> None:
        super().__init__(api=api, timeout=CALL_SECONDS)
        self._http: ClientSession | None = None
        self._addresses: dict[tuple[str, str], URL] = {}

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109  # aiogram's signature
    ) -> Any:
        """Make one call; raise only aiogram's own errors."""
        status, content = await self._send(bot, method, self.timeout if timeout is None else timeout)
        if status == _OK and isinstance(method, PlainCall):
            answer = self._read(method, content)
            if answer.get("ok") is True:
                return answer.get("result")
        return self.check_response(bot, method, status, content).result

    async def stream_content(
        self,
        url: str,
        headers: dict[str, Any] | None = None,
        timeout: int = 30,  # noqa: ASYNC109  # aiogram's signature
        chunk_size: int = 65536,
        raise_for_status: bool = True,
    ) -> AsyncGenerator[bytes, None]:
        """Fetch an address in pieces; redirections are refused. Raises aiohttp's errors, whose text holds the address."""
        limit = ClientTimeout(total=timeout, sock_read=self.timeout)
        async with self._open().get(URL(url, encoded=True), headers=headers, timeout=limit, allow_redirects=False) as answer:
            if raise_for_status and answer.status != _OK:
                raise ClientResponseError(answer.request_info, (), status=answer.status)
            async for piece in answer.content.iter_chunked(chunk_size):
                yield piece

    def check_response(self, bot: Bot, method: TelegramMethod[Any], status_code: int, content: str | bytes) -> Response[Any]:
        """Read an answer: the bare result of a plain call, aiogram's model of any other; raise aiogram's error for a refusal."""
        answer = self._read(method, content)
        if answer.get("ok") is True and status_code == _OK:
            if isinstance(method, PlainCall):
                return Response[Any].model_construct(ok=True, result=answer.get("result"))
        elif not isinstance(answer.get("description"), str):
            raise TelegramServerError(method=method, message="unreadable answer")
        elif status_code == _TOO_MANY:
            raise TelegramRetryAfter(method=method, message="", retry_after=_seconds(answer.get("parameters")))
        text = content if isinstance(content, str) else content.decode()
        return super().check_response(bot, method, status_code, text)

    async def _send(self, bot: Bot, method: TelegramMethod[Any], seconds: float) -> tuple[int, bytes]:
        """Post a call. A repeatable one is made again, once, if the server had just closed the idle connection."""
        body = method.body if isinstance(method, PlainCall) else self._body(bot, method)
        content = _encode(body).encode("utf-8", "replace")
        address = self._address(bot.token, method.__api_method__)
        limit = ClientTimeout(total=seconds)
        fault = ""
        for last in (not getattr(method, "repeatable", False), True):
            try:
                return await self._post(address, content, limit)
            except (ClientError, TimeoutError, OSError) as error:
                fault = type(error).__name__
                if last or not isinstance(error, ServerDisconnectedError):
                    break
        raise TelegramNetworkError(method=method, message=fault)

    async def _post(self, address: URL, content: bytes, limit: ClientTimeout) -> tuple[int, bytes]:
        posting = self._open().post(address, data=content, headers=_HEADERS, timeout=limit, allow_redirects=False)
        async with posting as answer:
            return answer.status, await answer.read()

    def _read(self, method: TelegramMethod[Any], content: str | bytes) -> dict[str, Any]:
        try:
            answer = self.json_loads(content)
        except (ValueError, RecursionError):
            answer = None
        if isinstance(answer, dict):
            return answer
        raise TelegramServerError(method=method, message="unreadable answer")

    def _body(self, bot: Bot, method: TelegramMethod[Any]) -> dict[str, Any]:
        """Write out one of aiogram's own methods; none that is used here carries a file."""
        prepared = {
            name: self.prepare_value(value, bot=bot, files={}, _dumps_json=False)
            for name, value in method.model_dump(warnings=False).items()
        }
        return {name: value for name, value in prepared.items() if value is not None}

    def _address(self, token: str, name: str) -> URL:
        key = (token, name)
        if key not in self._addresses:
            self._addresses[key] = URL(self.api.api_url(token=token, method=name))
        return self._addresses[key]

    def _open(self) -> ClientSession:
        if self._http is None or self._http.closed:
            connector = TCPConnector(limit=CONNECTIONS, ttl_dns_cache=NAME_SECONDS)
            self._http = ClientSession(connector=connector, cookie_jar=DummyCookieJar())
        return self._http


def _seconds(parameters: object) -> int:
    told = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return told if type(told) is int and told > 0 else FLOOD_SECONDS
