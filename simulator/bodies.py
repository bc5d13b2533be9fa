"""Reading parameters out of a request or of a webhook's answer: query, urlencoded, JSON, multipart."""

import json
from typing import Any
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from simulator.errors import ApiError, bad_request
from simulator.files import UPLOAD_LIMIT
from simulator.spec import Upload

BODY_LIMIT = UPLOAD_LIMIT + (1 << 20)
"""The largest upload and its parameters."""
FIELD_LIMIT = 1 << 20
PARTS_LIMIT = 200


async def read_request(request: web.Request) -> dict[str, Any]:
    """Every parameter of a call; a name in the body wins over the same in the query."""
    params: dict[str, Any] = dict(request.query) if request.query_string else {}
    if not request.body_exists:
        return params
    kind = request.content_type
    if kind == "multipart/form-data":
        params.update(await _read_parts(await request.multipart()))
    elif kind == "application/json":
        params.update(_read_json(await request.read()))
    elif kind == "application/x-www-form-urlencoded":
        params.update(_read_form(await request.read()))
    return params


async def read_reply(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    """The call that a webhook's answer asks for; nothing if it asks for none or is not readable."""
    try:
        if answer.content_type == "multipart/form-data":
            return await _read_parts(aiohttp.MultipartReader.from_response(answer))
        if (answer.content_length or 0) > BODY_LIMIT:
            return {}
        body = await answer.read()
        if b"method" not in body:
            return {}
        if answer.content_type == "application/x-www-form-urlencoded":
            return _read_form(body)
        return _read_json(body)
    except (ApiError, ValueError, aiohttp.ClientError):
        return {}


def _read_json(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        raise bad_request("can't parse JSON object") from None
    if not isinstance(read, dict):
        raise bad_request("object expected as the body")
    return read


def _read_form(body: bytes) -> dict[str, Any]:
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=PARTS_LIMIT))
    except ValueError:
        raise bad_request("can't parse the form") from None


async def _read_parts(reader: Any) -> dict[str, Any]:
    params: dict[str, Any] = {}
    taken = 0
    while (part := await reader.next()) is not None:
        if not isinstance(part, aiohttp.BodyPartReader) or part.name is None or len(params) >= PARTS_LIMIT:
            raise bad_request("can't parse the form")
        content = bytearray()
        limit = BODY_LIMIT if part.filename else FIELD_LIMIT
        while chunk := await part.read_chunk(65536):
            content += chunk
            taken += len(chunk)
            if len(content) > limit or taken > BODY_LIMIT:
                raise ApiError(413, "Request Entity Too Large")
        if part.filename:
            media_type = part.headers.get("Content-Type", "application/octet-stream")
            params[part.name] = Upload(part.filename, bytes(content), media_type)
        else:
            params[part.name] = _text(bytes(content))
    return params


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
