"""Databases to test on: every suite that takes `database` runs over SQLite and over PostgreSQL from the wheel."""

import asyncio
import hashlib
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from sealing.case import Wrap
from sealing.entry import SealedEntry
from storage.case_values import CaseFacts
from storage.database import Database
from storage.encrypted import AtRestKeys
from storage.migrations import migrate
from storage.officers import NewOfficer
from storage.tables import metadata
from storage.transaction import Transaction

NOW = 1_800_000_000
KEYS = AtRestKeys(intake=b"i" * 32, desk=b"d" * 32)


class CountedRandomness:
    """Randomness that is the same in every run."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, size: int) -> bytes:
        self._count += 1
        return hashlib.shake_256(self._count.to_bytes(8, "big")).digest(size)


@pytest.fixture
def rng() -> Callable[[int], bytes]:
    return CountedRandomness()


@pytest.fixture
def now() -> int:
    return NOW


@pytest.fixture
def keys() -> AtRestKeys:
    return KEYS


@pytest.fixture(scope="session")
def migrated() -> dict[str, str]:
    """What this run has migrated already: a file to copy, a PostgreSQL database to empty."""
    return {}


@pytest.fixture
def sqlite_url(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, migrated: dict[str, str]) -> str:
    """A migrated SQLite database of this test alone."""
    if "sqlite" not in migrated:
        template = tmp_path_factory.mktemp("template") / "template.db"
        _run(migrate(f"sqlite:///{template}"))
        migrated["sqlite"] = str(template)
    path = tmp_path / "amanet.db"
    shutil.copy(migrated["sqlite"], path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, migrated: dict[str, str]) -> str:
    """A migrated, empty database of each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    url = request.getfixturevalue("postgres_server")
    if "postgres" not in migrated:
        _run(migrate(url))
        migrated["postgres"] = url
    _run(_empty(url))
    return str(url)


@pytest.fixture
async def database(database_url: str, keys: AtRestKeys, rng: Callable[[int], bytes]) -> AsyncIterator[Database]:
    """An open database of each kind."""
    opened = await Database.open(database_url, keys=keys, rng=rng)
    yield opened
    await opened.close()


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in a loop of its own, in a thread, so that no test's loop is touched."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, coroutine).result()


async def _empty(url: str) -> None:
    engine = create_async_engine(_async(url))
    async with engine.begin() as connection:
        # The audit log refuses to be emptied; as a replica's session does, this one passes its trigger by.
        await connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        await connection.execute(sa.text("TRUNCATE " + ", ".join(metadata.tables)))
    await engine.dispose()


def _async(url: str) -> sa.URL:
    return sa.make_url(url).set(drivername="postgresql+asyncpg")


class World:
    """Makes what tests need, inside a transaction."""

    def __init__(self, rng: Callable[[int], bytes]) -> None:
        self.rng = rng

    def entries(self, count: int, first: int = 0) -> tuple[SealedEntry, ...]:
        """Entries as storage sees them: bytes that it does not look into."""
        return tuple(
            SealedEntry(
                entry_id=self.rng(16),
                seq=seq,
                author=b"a" * 16,
                body=b"sealed" + self.rng(500),
                body_sha256=self.rng(32),
                hash=self.rng(32),
                signature=self.rng(64),
            )
            for seq in range(first, first + count)
        )

    def facts(self, **changes: object) -> CaseFacts:
        """The plain facts of a new case."""
        case_id = self.rng(16)
        facts: dict[str, object] = {
            "case_id": case_id,
            "designation": f"calm river {case_id.hex()[:8]}",
            "area": "prizren",
            "urgency": "P1",
            "language": "sq",
            "channel": "telegram",
            "opened_at": NOW,
            "suite": 1,
            "public_key": b"k" * 1216,
        }
        return CaseFacts(**{**facts, **changes})  # type: ignore[arg-type]

    def case(self, tx: Transaction, *, key_ids: tuple[bytes, ...] = (b"n" * 16,), **changes: object) -> bytes:
        """Open a case with one entry."""
        facts = self.facts(**changes)
        tx.cases.open(facts, [Wrap(key_id=key_id, sealed=b"w" * 1168) for key_id in key_ids], self.entries(1))
        return facts.case_id

    def officer(self, tx: Transaction, *, teams: tuple[str, ...] = ("national",), name: str = "Officer") -> bytes:
        """Add an officer."""
        officer_id = self.rng(16)
        tx.officers.add(NewOfficer(officer_id=officer_id, team_ids=teams, language="sq", role="officer", name=name))
        return officer_id


@pytest.fixture
def world(rng: Callable[[int], bytes]) -> World:
    return World(rng)
