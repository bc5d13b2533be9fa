"""A deployment's database, opened for one command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from os import urandom

from bot.failures import Failed
from bot.settings import Settings
from storage.database import Database
from storage.encrypted import AtRestKeys


@asynccontextmanager
async def opened(settings: Settings, *, desk: bool = False) -> AsyncIterator[Database]:
    """Open the database without any key, or with the desk's where a command needs officers' names."""
    if not settings.database_url.get_secret_value() and not (settings.data_dir / "amanet.db").exists():
        raise Failed(f"there is no database in {settings.data_dir}: is AMANET_DATA_DIR or --env-file right? `init` makes one")
    keys = AtRestKeys(desk=settings.secret("desk_key") or None) if desk else AtRestKeys()
    if desk and not settings.secret("desk_key"):
        raise Failed("AMANET_DESK_KEY: expected 32 bytes, as `init` writes them; this command needs it")
    database = await Database.open(settings.database, keys=keys, rng=urandom)
    try:
        yield database
    finally:
        await database.close()
