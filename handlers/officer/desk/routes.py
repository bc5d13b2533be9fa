"""The table of what the desk answers, and to whom. The guard, the OpenAPI file and the tests read the same table.

`who`: `anyone`; `half`: the proof was right, the second factor is outstanding; `enrolling`: half, and no second factor was ever set up;
`officer`, `supervisor`, `administrator`: signed in. An administrator opens nothing and is of no team.
"""

from typing import Final

from aiohttp import web

from handlers.officer.desk import app_routes, cases_routes, people_routes
from handlers.officer.desk.answers import ok
from handlers.officer.desk.guard import ANYONE, Route
from handlers.officer.desk.openapi import described
from handlers.officer.desk.parts import Call


async def openapi(_call: Call) -> web.StreamResponse:
    """Give the OpenAPI file of this table."""
    return ok(DESCRIBED)


ROUTES: Final[tuple[Route, ...]] = (
    Route(method="GET", path="/openapi.json", handler=openapi, who=ANYONE),
    *app_routes.ROUTES,
    *cases_routes.ROUTES,
    *people_routes.ROUTES,
)
DESCRIBED: Final = described(ROUTES)
"""Made once: anyone may ask for it, and to make it costs a hundredth of a second."""
