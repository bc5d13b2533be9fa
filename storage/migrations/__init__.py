"""How the tables came to be: Alembic's versions, run by `migrate` at `init` and before `run`.

Laws. A version is never changed once released; it names its columns itself and imports nothing of the program, so that it
still does the same when `tables.py` has moved on. All versions of one run are one transaction, on both databases.
"""

import asyncio
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import is_sqlite
from storage.sqlite import sqlite_engine

LOCK = 0x616D616E6574  # "amanet": any number that no other program takes in the same database


async def migrate(url: str, revision: str = "head") -> None:
    """Bring the database to a revision, upwards or downwards; two processes that start together wait for each other."""
    parsed = sa.make_url(url)
    if is_sqlite(parsed):
        await asyncio.to_thread(_migrate_file, parsed, revision)
        return
    engine = create_async_engine(parsed.set(drivername="postgresql+asyncpg"), hide_parameters=True)
    try:
        async with engine.begin() as connection:
            await connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(_move, revision)
    finally:
        await engine.dispose()


def _migrate_file(url: sa.URL, revision: str) -> None:
    assert url.database is not None
    Path(url.database).touch(mode=0o600)  # the log and the index beside it take the file's mode
    engine = sqlite_engine(url)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _move(connection, revision)
            connection.commit()
    finally:
        engine.dispose()


def _move(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    (command.downgrade if _is_below(connection, revision) else command.upgrade)(config, revision)


def _is_below(connection: sa.Connection, revision: str) -> bool:
    """Tell whether a revision lies behind where the database is; versions are numbered, so their names compare."""
    if revision == "head" or not sa.inspect(connection).has_table("alembic_version"):
        return False
    current = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    return current is not None and (revision == "base" or revision < current)
