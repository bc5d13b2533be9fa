"""The routes of the queue and of cases."""

from typing import Final

from handlers.officer.desk import cases, contacts, live, queue
from handlers.officer.desk.bodies import Nothing
from handlers.officer.desk.case_bodies import ReadBody
from handlers.officer.desk.guard import EVERYBODY, OFFICERS, Route
from handlers.officer.desk.moves import MOVES

ROUTES: Final[tuple[Route, ...]] = (
    Route(method="GET", path="/queue", handler=queue.queue, who=OFFICERS, query=queue.QUERY),
    Route(method="GET", path="/areas", handler=queue.areas, who=EVERYBODY),
    Route(method="GET", path="/officers", handler=queue.officers, who=EVERYBODY),
    Route(method="GET", path="/events", handler=live.events, who=OFFICERS, hears_idle=True),
    Route(method="GET", path="/cases", handler=cases.many_cases, who=OFFICERS, query=cases.QUERY),
    Route(method="GET", path="/cases/{case_id}", handler=cases.one_case, who=OFFICERS),
    Route(method="GET", path="/cases/{case_id}/blobs/{blob_id}", handler=cases.blob, who=OFFICERS),
    Route(method="GET", path="/cases/{case_id}/ways", handler=cases.ways, who=OFFICERS),
    Route(method="GET", path="/cases/{case_id}/contacts", handler=contacts.contacts, who=OFFICERS),
    Route(method="POST", path="/cases/{case_id}/read", handler=cases.mark_read, who=OFFICERS, body=ReadBody),
    *(move.route() for move in MOVES),
    Route(method="POST", path="/alarm/test", handler=contacts.try_alarm, who=OFFICERS, body=Nothing),
)
