"""How Alembic meets the database: the models of `app.tables`, PostgreSQL through asyncpg, short lock waits."""

import asyncio
import os

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from app.core.database import async_url
from app.tables import metadata
from migrations.rights import grant

_MIGRATION_LOCK = 0x6B756D6B6D_02  # any number that nothing else locks


def database_url() -> str:
    """The database to migrate: from the caller, else from the environment."""
    url = context.config.attributes.get("database_url") or os.environ.get("DATABASE_URL")
    if not url:
        raise SystemExit("DATABASE_URL is not set: say which database to migrate.")
    return async_url(url)


def run(connection: Connection) -> None:
    """Run what was asked for, in one transaction."""
    context.configure(connection=connection, target_metadata=metadata, compare_type=True, compare_server_default=True)
    with context.begin_transaction():
        # A migration that has to wait for a lock holds up everybody behind it: rather fail and try again.
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        context.run_migrations()
        if context.config.attributes.get("grant"):
            grant(connection)


async def run_online() -> None:
    """Connect and run."""
    engine = create_async_engine(database_url(), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
        await connection.commit()
    await engine.dispose()


if context.is_offline_mode():
    context.configure(url="postgresql://", target_metadata=metadata, literal_binds=True, dialect_name="postgresql")
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(run_online())
