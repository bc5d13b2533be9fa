"""What the desk's handlers work with, and what one request hands them."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from flows.escalation import Policies
from handlers.directory_in_force import DirectoryInForce
from handlers.directory_succession import OwnKeys
from handlers.officer.desk.answers import Refused
from handlers.officer.desk.guesses import Guesses
from locales.catalogue import Catalogue
from locales.helplines import Helplines
from locales.municipalities import Municipalities
from storage.blob_store import BlobStore
from storage.database import Database
from storage.desk_sessions import DeskSession

if TYPE_CHECKING:
    from handlers.officer.desk.live import Events
    from handlers.officer.desk.pages import Assets

Role = Literal["officer", "supervisor", "administrator"]


class Body(BaseModel):
    """A request's body: strict, and nothing in it that nobody asked for. What was wrong is never repeated."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Tasks:
    """Work that goes on after its request was answered, until it is done or the desk closes."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin a work."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self) -> None:
        """Wait for what is under way."""
        while self._running:
            await asyncio.gather(*self._running, return_exceptions=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """Everything that stays the same between requests. `origin` is how browsers reach the desk: scheme and host, no slash."""

    database: Database
    directory: DirectoryInForce
    policies: Policies
    blobs: BlobStore
    catalogue: Catalogue
    places: Municipalities
    helplines: Helplines
    own: OwnKeys
    root_public_key: bytes
    origin: str
    second_factor: bool
    name_lookup: Callable[[str], bytes] = field(repr=False)
    unknown_salt: Callable[[str], bytes] = field(repr=False)
    clock: Callable[[], int]
    rng: Callable[[int], bytes]
    ring: Callable[[], None]
    events: "Events"
    test_telegram: Callable[[bytes], Awaitable[bool]]
    assets: "Assets | None"
    guesses: Guesses = field(repr=False)
    tasks: Tasks = field(default_factory=Tasks)
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    @property
    def rp_id(self) -> str:
        """The name to which passkeys are bound: our host."""
        return urlsplit(self.origin).hostname or "localhost"

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the desk over TLS."""
        return self.origin.startswith("https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Who asks: an active officer with a full session."""

    officer_id: bytes
    role: Role
    team_ids: tuple[str, ...]
    language: str
    session_id: bytes
    began_at: int

    @property
    def supervises(self) -> bool:
        """Whether they may do what a supervisor may."""
        return self.role == "supervisor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that was let in; `body` is what the route's model made of it."""

    request: web.Request
    parts: DeskParts
    now: int
    address: str = field(repr=False)
    visitor: Who | None = None
    session: DeskSession | None = None
    body: Any = field(default=None, repr=False)

    @property
    def who(self) -> Who:
        """Who asks; on a route for anyone there may be nobody."""
        if self.visitor is None:
            raise Refused(401, "signed_out")
        return self.visitor
