"""Towns to tell stories in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.people import Child, Officer
from tests.stories.story_town import StoryTown, open_town


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[StoryTown]:
    """A town with two teams, the national one and Prizren's, on SQLite."""
    async with open_town(tmp_path / "town") as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def town_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database of each kind; nothing for SQLite, which lies in the town's folder."""
    if request.param == "sqlite":
        return ""
    return str(request.getfixturevalue("postgres_url")).replace("postgresql://", "postgresql+asyncpg://", 1)


@pytest.fixture
async def any_town(tmp_path: Path, town_url: str) -> AsyncIterator[StoryTown]:
    """The same town over each kind of database."""
    async with open_town(tmp_path / "town", database_url=town_url) as opened:
        yield opened


@pytest.fixture
async def child(town: StoryTown) -> Child:
    """A child who has pressed Start."""
    someone = town.child()
    await someone.start()
    return someone


@pytest.fixture
async def officer(town: StoryTown) -> Officer:
    """The national team's duty officer."""
    return await town.officer()
