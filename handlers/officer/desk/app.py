"""Adds the desk to the web side of a process: the page, its files, and every route of the table behind the guard.

Laws. What is below `/desk/api` is an application of its own inside the process's: what it does to every answer reaches no other address,
intake's webhooks least of all.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from handlers.officer.desk import pages
from handlers.officer.desk.answers import Refused
from handlers.officer.desk.guard import ANYONE, Route, guarded
from handlers.officer.desk.openapi import BASE
from handlers.officer.desk.parts import DeskParts
from handlers.officer.desk.routes import ROUTES

PAGES: Final[tuple[Route, ...]] = (
    Route(method="GET", path=pages.PAGE, handler=pages.page, who=ANYONE),
    Route(method="GET", path=pages.ASSETS + "/{file}", handler=pages.asset, who=ANYONE),
)


def add_desk(app: web.Application, parts: DeskParts) -> None:
    """Put the desk below `/desk`."""
    for route in PAGES:
        app.router.add_route(route.method, route.path, guarded(route, parts))
    app.router.add_get("/desk/", _to_the_page)
    app.add_subapp(BASE, _table(parts))
    app.on_shutdown.append(lambda _app: parts.events.stop())
    app.on_cleanup.append(lambda _app: parts.tasks.finish())


def _table(parts: DeskParts) -> web.Application:
    table = web.Application(middlewares=(_in_our_words,))
    for route in ROUTES:
        table.router.add_route(route.method, route.path, guarded(route, parts))
    return table


async def _to_the_page(_request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound(pages.PAGE)


@web.middleware
async def _in_our_words(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer what no route took as every refusal is answered: nothing of a path is repeated."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        if error.status == 413:
            return Refused(413, "too_large").response()
        return Refused(405 if error.status == 405 else 404, "not_there").response()
