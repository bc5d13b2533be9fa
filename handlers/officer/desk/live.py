"""What officers' open desks are told as it happens: server-sent events from one look a second, however many listen.

Laws. Nobody writes anything for this: one reader compares what it sees with what it saw (`watching.py`), only while somebody listens, and
rests twenty times as long as a look took. A beat is sent only after a look that succeeded, so a desk that hears none knows that it is
stale. Whoever's session is idle hears beats and alarms and no line of the queue, and may come back for them after the line broke: a desk
that nobody touched in the night must still ring, and shows nothing. Whoever's session is over hears so and is let go; whoever reads too
slowly is let go and comes back. The number of listeners is bounded, for one officer and for all.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import structlog
from aiohttp import web

from handlers.directory_in_force import DirectoryInForce
from handlers.officer.desk.answers import Refused
from handlers.officer.desk.case_access import keys_of, signed_teams
from handlers.officer.desk.parts import Call, Who
from handlers.officer.desk.sessions import ABSOLUTE, is_idle, joined_key
from handlers.officer.desk.watching import Difference, Look, look
from sealing.encoding import b64u
from storage.database import Database
from storage.errors import StorageError
from storage.transaction import Transaction

log = structlog.get_logger()

EVERY: Final = 1.0
"""Seconds between two looks: a new report is on the desk within two."""
REST: Final = 20
"""A look may take a twentieth of the time: where tens of thousands of cases are open, looks come further apart."""
BEAT: Final = 10
"""Seconds between two beats."""
LISTENERS: Final = 300
"""Open desks of one process: a country's officers, each with a telephone and a desk. Each costs a connection and some kilobytes."""
LISTENERS_OF_ONE: Final = 6
"""Open desks of one officer: browsers open six connections to one host."""
WAITING: Final = 300
"""Events that wait for a slow line before it is let go."""

MISSED: Final[dict[str, Any]] = {"cases": [], "gone": [], "missed": True}
"""Read the queue again: more changed than is told line by line, or the officer's teams did."""

Event = tuple[str, dict[str, Any]]


@dataclass(slots=True, kw_only=True, eq=False)
class Listener:
    """One open desk; `is_gone` tells whether its connection is. `None` in its queue ends it."""

    who: Who
    is_gone: Callable[[], bool] = field(default=lambda: False)
    key_ids: frozenset[bytes] = frozenset()
    events: "asyncio.Queue[Event | None]" = field(default_factory=lambda: asyncio.Queue(WAITING))
    is_new: bool = True
    is_idle: bool = False
    is_over: bool = False

    def tell(self, name: str, value: dict[str, Any]) -> None:
        """Put an event into the line, or let go whoever has too long a line."""
        if self.events.full():
            self.end()
        elif not self.is_over:
            self.events.put_nowait((name, value))

    def end(self) -> None:
        """Send nothing more."""
        if not self.is_over:
            self.is_over = True
            while self.events.full():
                self.events.get_nowait()
            self.events.put_nowait(None)


class Events:
    """The listeners of one process, and the one who looks for them."""

    def __init__(self, database: Database, directory: DirectoryInForce, clock: Callable[[], int]) -> None:
        self._database = database
        self._directory = directory
        self._clock = clock
        self._listeners: set[Listener] = set()
        self._looking: asyncio.Task[None] | None = None
        self._seen = Look()
        self._beaten_at = 0
        self._is_stopped = False

    def join(self, who: Who, is_gone: Callable[[], bool] = lambda: False) -> Listener:
        """Begin to listen; refused where too many do."""
        self._drop_gone()
        of_one = sum(one.who.officer_id == who.officer_id for one in self._listeners)
        if self._is_stopped or len(self._listeners) >= LISTENERS or of_one >= LISTENERS_OF_ONE:
            raise Refused(429, "slow_down", retry_after=BEAT)
        listener = Listener(who=who, is_gone=is_gone)
        self._listeners.add(listener)
        if self._looking is None or self._looking.done():
            self._seen = Look()
            self._looking = asyncio.create_task(self._keep_looking())
        return listener

    def leave(self, listener: Listener) -> None:
        """Stop listening."""
        self._listeners.discard(listener)

    def ring(self, officer_id: bytes) -> None:
        """Ring an officer's open desks to try them."""
        for one in self._listeners:
            if one.who.officer_id == officer_id:
                one.tell("alarm", {"case_id": None, "urgency": None, "test": True})

    async def stop(self) -> None:
        """Let everybody go; nobody may join any more."""
        self._is_stopped = True
        for one in self._listeners:
            one.end()
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking

    def _drop_gone(self) -> None:
        """Let go of desks that were closed: they would be noticed only when something is sent to them."""
        for one in [one for one in self._listeners if one.is_gone()]:
            one.end()
            self.leave(one)

    async def _keep_looking(self) -> None:
        while self._listeners:
            began = time.perf_counter()
            try:
                await self._look()
            except StorageError as error:
                log.warning("desk_looks_in_vain", error=error)
            except Exception as error:
                log.error("desk_look_failed", error=error)
            await asyncio.sleep(max(EVERY, REST * (time.perf_counter() - began)))

    async def _look(self) -> None:
        self._drop_gone()
        now, listeners = self._clock(), tuple(self._listeners)
        people = await self._database.read(lambda tx: _still_there(tx, self._directory, listeners, now))
        for one in listeners:
            there_is = people.get(one.who.session_id)
            if there_is is None:
                one.tell("signed_out", {})
                one.end()
                self.leave(one)
                continue
            who, is_idle = there_is
            key_ids = frozenset(keys_of(self._directory, who.officer_id, who.team_ids))
            if not is_idle and not one.is_new and (one.is_idle or key_ids != one.key_ids):
                one.tell("queue", MISSED)
            one.who, one.key_ids, one.is_idle = who, key_ids, is_idle
        there = [one for one in listeners if not one.is_over]
        covered = frozenset(key for one in there for key in one.key_ids)
        any_new = any(one.is_new for one in there)
        found = await self._database.read(lambda tx: look(tx, self._directory, self._seen, covered, now, all_rings=any_new))
        self._seen = found.look
        is_time = not 0 <= now - self._beaten_at < BEAT
        self._beaten_at = now if is_time else self._beaten_at
        for one in there:
            _tell(one, found, now, beat=is_time or one.is_new)
            one.is_new = False


def _still_there(
    tx: Transaction, directory: DirectoryInForce, listeners: Iterable[Listener], now: int
) -> dict[bytes, tuple[Who, bool]]:
    """Those of these sessions that are not over, with the officer as they are now, and whether the session is idle."""
    by_officer: dict[bytes, Who] = {one.who.officer_id: one.who for one in listeners}
    found: dict[bytes, tuple[Who, bool]] = {}
    for officer_id, who in by_officer.items():
        officer = tx.officers.get(officer_id)
        if officer is None or not officer.active or officer.role != who.role:
            continue
        team_ids = signed_teams(directory, officer_id, joined_key(tx, officer_id), officer.team_ids)
        for session in tx.desk_sessions.of(officer_id, now=now, idle_since=now - ABSOLUTE):
            person = replace(who, team_ids=team_ids, session_id=session.session_id, began_at=session.began_at)
            found[session.session_id] = (person, is_idle(session, now))
    return found


def _tell(listener: Listener, found: Difference, now: int, *, beat: bool) -> None:
    """Tell one listener what of a difference is theirs."""
    if beat:
        listener.tell("beat", {"now": now})
    if listener.is_idle:
        for case_id, key_ids in found.over:
            if key_ids & listener.key_ids:
                listener.tell("alarm", {"case_id": b64u(case_id), "urgency": None, "over": True})
    else:
        _tell_lines(listener, found)
    for one in found.soundings:
        if (one.new or listener.is_new) and listener.who.officer_id in one.officers and one.key_ids & listener.key_ids:
            already = {"already": True} if listener.is_new else {}
            listener.tell("alarm", {"case_id": b64u(one.case_id), "urgency": one.urgency, **already})


def _tell_lines(listener: Listener, found: Difference) -> None:
    """Tell one listener which lines of their queue are others now."""
    shown = [one.row for one in found.changed if one.row is not None and one.key_ids & listener.key_ids]
    gone = [b64u(one.case_id) for one in found.changed if one.before & listener.key_ids and not one.key_ids & listener.key_ids]
    if found.too_many and not listener.is_new:
        listener.tell("queue", MISSED)
    elif shown or gone:
        listener.tell("queue", {"cases": shown, "gone": gone})


async def events(call: Call) -> web.StreamResponse:
    """Tell an open desk what happens, until it is closed, signed out, or the process ends."""
    listener = call.parts.events.join(call.who, lambda: call.request.transport is None or call.request.transport.is_closing())
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
    try:
        await response.prepare(call.request)
        while (event := await listener.events.get()) is not None:
            name, value = event
            text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            await response.write(f"event: {name}\ndata: {text}\n\n".encode())
        await response.write_eof()
    except ConnectionError:
        pass  # the desk was closed
    finally:
        listener.end()
        call.parts.events.leave(listener)
    return response
