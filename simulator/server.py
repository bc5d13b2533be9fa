"""The HTTP side: the Bot API for bots, the page with phones for people, both over one address.

Laws: no access log; bodies are bounded; the page may be mounted under a prefix, for all its addresses are relative.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler

from simulator import api, control
from simulator.api import WORLD
from simulator.bodies import BODY_LIMIT
from simulator.world import Simulator

ENDS_WITHIN = 2.0
"""Seconds that open requests, long polls above all, are given when the server stops."""
NOWHERE_ELSE: Final[Mapping[str, str]] = MappingProxyType({})


def create_app(sim: Simulator, *, elsewhere: Mapping[str, str] = NOWHERE_ELSE) -> web.Application:
    """The application; `sim` is closed with it. `elsewhere`: paths that lead to other addresses."""
    app = web.Application(client_max_size=BODY_LIMIT)
    app[WORLD] = sim
    app.router.add_route("*", "/bot{token:[^/]+}/{method:[^/]+}", api.call)
    app.router.add_get("/file/bot{token:[^/]+}/{path:.+}", api.download)
    control.add_routes(app)
    for path, to in elsewhere.items():
        app.router.add_get(path, _leading_to(to))
    app.router.add_route("*", "/{rest:.*}", api.missing)
    app.on_shutdown.append(_shutdown)
    app.on_cleanup.append(_cleanup)
    return app


async def serve(
    sim: Simulator, host: str = "127.0.0.1", port: int = 8081, *, elsewhere: Mapping[str, str] = NOWHERE_ELSE
) -> web.AppRunner:
    """Serve until `cleanup` of the runner that is returned; port 0 takes a free one (see `address`)."""
    runner = web.AppRunner(create_app(sim, elsewhere=elsewhere), access_log=None, shutdown_timeout=ENDS_WITHIN)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner


def address(runner: web.AppRunner) -> str:
    """Where a server listens, as a base for bots: `http://host:port`."""
    host, port = runner.addresses[0][:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _leading_to(address: str) -> Handler:
    async def lead(_request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": address})

    return lead


async def _shutdown(app: web.Application) -> None:
    sim = app[WORLD]
    sim.closing = True
    sim.stage.ring()
    for bot in sim.bots.values():
        bot.closing = True
        bot.arrived.ring()
    await sim.close()


async def _cleanup(app: web.Application) -> None:
    await app[WORLD].close()
