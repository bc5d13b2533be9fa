"""The web side that every process has: is it alive, is it ready, what does it count.

Laws. No access log. Nothing about a person is a label. `/metrics` answers loopback only, unless it has a listener of its own.
"""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

BODY_LIMIT: Final = 1024 * 1024
"""Bytes of a request's body; a Telegram update is a few kilobytes."""
FORWARDED: Final = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
"""What a proxy on this machine adds: then the request came from elsewhere, however near it looks."""
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
"""DESIGN.md section 8, literally, on every answer: errors, files and counts too."""
HEADERS: Final = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""The policy says nothing of who may frame a page, and `default-src` does not cover it: without the last line another page could lay
itself over the desk. The two of Cross-Origin keep other sites from holding a handle to its window and from drawing in its files."""


def make_app(ready: Callable[[], Awaitable[tuple[str, ...]]], registry: CollectorRegistry, *, metrics: bool) -> web.Application:
    """Make the application; `ready` names what is not, and `metrics` whether it shows counts (to loopback only)."""

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_request: web.Request) -> web.Response:
        missing = await ready()
        return web.json_response({"ready": not missing, "missing": list(missing)}, status=503 if missing else 200)

    async def counts(request: web.Request) -> web.Response:
        if not is_loopback(request.remote) or any(name in request.headers for name in FORWARDED):
            raise web.HTTPNotFound
        return _counts(registry)

    app = web.Application(client_max_size=BODY_LIMIT)
    app.on_response_prepare.append(_add_headers)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    if metrics:
        app.router.add_get("/metrics", counts)
    return app


def make_metrics_app(registry: CollectorRegistry) -> web.Application:
    """Make the application of the listener for counts."""

    async def counts(_request: web.Request) -> web.Response:
        return _counts(registry)

    app = web.Application()
    app.on_response_prepare.append(_add_headers)
    app.router.add_get("/metrics", counts)
    return app


async def listen(app: web.Application, address: str) -> web.AppRunner:
    """Serve an application at HOST:PORT, without an access log."""
    host, _, port = address.rpartition(":")
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host.strip("[]"), int(port)).start()
    return runner


def is_loopback(remote: str | None) -> bool:
    """Whether a request came from this machine."""
    try:
        return remote is not None and ipaddress.ip_address(remote).is_loopback
    except ValueError:
        return False


def _counts(registry: CollectorRegistry) -> web.Response:
    return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")  # files whose names carry a hash say otherwise
