"""The entrance of the desk over a real database and over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.encrypted import AtRestKeys
from storage.migrations import migrate
from tests.channels.desk.entrance import DESK_KEY, Entrance, Randomness, open_entrance


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'amanet.db'}"
    await migrate(url)
    opened = await Database.open(url, keys=AtRestKeys(desk=DESK_KEY), rng=Randomness())
    yield opened
    await opened.close()


@pytest.fixture
async def entrance(database: Database, tmp_path: Path) -> AsyncIterator[Entrance]:
    """A desk at which people sign in with two factors."""
    opened = await open_entrance(database, tmp_path)
    yield opened
    await opened.close()


@pytest.fixture
async def demo_entrance(database: Database, tmp_path: Path) -> AsyncIterator[Entrance]:
    """A desk without a second factor, as the demo's."""
    opened = await open_entrance(database, tmp_path, second_factor=False)
    yield opened
    await opened.close()
