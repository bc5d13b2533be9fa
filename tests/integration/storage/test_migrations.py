"""Migrations: every step goes up, down and up again, and ends where `tables.py` says."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

import storage.migrations
from storage.database import Database
from storage.errors import DatabaseUnavailable, NotMigrated
from storage.migrations import migrate
from storage.tables import metadata

REVISIONS = [
    revision.revision
    for revision in reversed(list(ScriptDirectory(str(Path(storage.migrations.__file__).parent)).walk_revisions()))
]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("postgres_url"))


async def inspected(url: str, look):
    drivername = "sqlite+aiosqlite" if url.startswith("sqlite") else "postgresql+asyncpg"
    engine = create_async_engine(sa.make_url(url).set(drivername=drivername))
    async with engine.connect() as connection:
        found = await connection.run_sync(look)
    await engine.dispose()
    return found


def table_names(connection: sa.Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def differences(connection: sa.Connection) -> list[object]:
    options = {"compare_type": True, "compare_server_default": True}
    return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def checks(connection: sa.Connection) -> dict[str, set[str]]:
    found = sa.inspect(connection)
    return {name: {str(check["name"]) for check in found.get_check_constraints(name)} for name in metadata.tables}


async def test_the_stairway_goes_up_down_and_up_again(empty_url: str) -> None:
    assert sorted(REVISIONS) == REVISIONS
    for below, revision in zip(["base", *REVISIONS], REVISIONS, strict=False):
        await migrate(empty_url, revision)
        await migrate(empty_url, below)
        await migrate(empty_url, revision)
    await migrate(empty_url, "base")
    assert set() == await inspected(empty_url, table_names)
    await migrate(empty_url)
    assert set(metadata.tables) == await inspected(empty_url, table_names)


async def test_migrated_tables_are_those_described(empty_url: str) -> None:
    await migrate(empty_url)
    assert await inspected(empty_url, differences) == []
    described = {
        name: {str(one.name) for one in table.constraints if isinstance(one, sa.CheckConstraint)}
        for name, table in metadata.tables.items()
    }
    assert described == await inspected(empty_url, checks)


async def test_migrating_again_changes_nothing_and_two_at_once_wait_for_each_other(empty_url: str) -> None:
    await asyncio.gather(*(migrate(empty_url) for _ in range(3)))
    await migrate(empty_url)
    assert set(metadata.tables) == await inspected(empty_url, table_names)


async def test_a_database_that_was_never_migrated_is_refused(empty_url: str, keys, rng) -> None:
    with pytest.raises(NotMigrated):
        await Database.open(empty_url, keys=keys, rng=rng)


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, keys, rng) -> None:
    path = tmp_path / "amanet.db"
    path.write_bytes(b"not a database" * 1000)
    with pytest.raises(DatabaseUnavailable):
        await Database.open(f"sqlite:///{path}", keys=keys, rng=rng)
    with pytest.raises(DatabaseUnavailable):
        await Database.open(f"sqlite:///{tmp_path}/no/such/folder.db", keys=keys, rng=rng)


async def test_the_file_belongs_to_its_owner_alone(tmp_path: Path) -> None:
    await migrate(f"sqlite:///{tmp_path / 'amanet.db'}")
    assert [path.stat().st_mode & 0o777 for path in tmp_path.glob("amanet.db")] == [0o600]


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://", "sqlite:///"])
async def test_another_kind_of_database_is_refused(url: str, keys, rng) -> None:
    with pytest.raises(ValueError, match="must be"):
        await Database.open(url, keys=keys, rng=rng)
    with pytest.raises(ValueError, match="must be"):
        await migrate(url)


async def test_replies_keep_their_rows_and_tell_where_they_are_in_the_words_of_each_version(empty_url: str) -> None:
    """A reply that was sent is one that was delivered; of a message's two ways one is left going down."""
    await migrate(empty_url, "0001")
    await executed(
        empty_url,
        "INSERT INTO report_case (case_id, designation, urgency, state, language, channel, opened_hour, suite, public_key, head_seq,"
        f" head_hash, read_seq, erased) VALUES ({blob('c')}, 'calm river', 'P1', 'new', 'sq', 'telegram', 0, 1, {blob('k')}, 0,"
        f" {blob('h')}, -1, false)",
        *(
            "INSERT INTO reply (message_id, case_id, recipient, author, sealed, signature, state, due_at, created_at) VALUES"
            f" ({blob(name)}, {blob('c')}, {blob('r')}, {blob('a')}, NULL, {blob('s')}, '{state}', {due}, 7)"
            for name, state, due in (("m", "sent", "NULL"), ("n", "pending", 9), ("o", "mailbox", "NULL"))
        ),
    )
    await migrate(empty_url)
    told = "SELECT state, due_at, created_at, changed_at FROM reply ORDER BY message_id"
    assert await rows(empty_url, told) == [("delivered", None, 7, 7), ("pending", 9, 7, 7), ("mailbox", None, 7, 7)]
    await executed(
        empty_url,
        "INSERT INTO reply (reply_id, message_id, case_id, recipient, author, signature, state, created_at, changed_at) VALUES"
        f" ({blob('z')}, {blob('m')}, {blob('c')}, {blob('q')}, {blob('a')}, {blob('s')}, 'expired', 7, 8)",
    )
    await migrate(empty_url, "0001")
    kept = "SELECT state, due_at, created_at FROM reply ORDER BY message_id"
    assert await rows(empty_url, kept) == [("sent", None, 7), ("pending", 9, 7), ("mailbox", None, 7)]


def blob(letter: str) -> str:
    """Sixteen bytes, as both databases write them."""
    return f"CAST('{letter * 16}' AS {{bytes}})"


async def executed(url: str, *statements: str) -> None:
    kind = "BLOB" if url.startswith("sqlite") else "BYTEA"
    drivername = "sqlite+aiosqlite" if url.startswith("sqlite") else "postgresql+asyncpg"
    engine = create_async_engine(sa.make_url(url).set(drivername=drivername))
    async with engine.begin() as connection:
        for statement in statements:
            await connection.execute(sa.text(statement.replace("{bytes}", kind)))
    await engine.dispose()


async def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    return await inspected(url, lambda connection: [tuple(row) for row in connection.execute(sa.text(statement))])
