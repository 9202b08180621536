"""How Alembic meets the database: the models of `app.tables`, PostgreSQL through asyncpg, short lock waits."""

import asyncio
import os
import re

from alembic import context
from sqlalchemy import Connection, pool, text

from app.bi.making import make_views, remove_views
from app.core.connecting import engine_of
from app.tables import metadata
from migrations.compatibility import tell_older_servers
from migrations.rights import grant

# A migration that waits for a lock blocks all who come after it: it fails instead, and can be tried again.
_LOCK_TIMEOUT = "SET lock_timeout = '5s'"
# A cluster changes a table that refers to another one over one connection to each node. Elsewhere nothing hangs on it.
_ONE_BY_ONE = "SET citus.multi_shard_modify_mode = 'sequential'"
_MIGRATION_LOCK = 0x6B756D6B6D_02  # any number that nothing else locks


def database_url() -> str:
    """The database to migrate: from the caller, else from the environment."""
    url = context.config.attributes.get("database_url") or os.environ.get("DATABASE_URL")
    if not url:
        raise SystemExit("DATABASE_URL is not set: say which database to migrate.")
    return str(url)


def _is_a_table(name: str | None, kind: str, _: object) -> bool:
    """Not a cluster's part of one (business_102008)."""
    return kind != "table" or re.search(r"_[0-9]{6,}$", name or "") is None


def _changes_tables() -> bool:
    """Whether migrations will be run, up or down."""
    try:
        wanted = context.get_revision_argument()
    except KeyError:  # as of `alembic check`, which only looks
        return False
    return set(context.get_context().get_current_heads()) != {wanted}


def run(connection: Connection) -> None:
    """Run what was asked for: each migration in a transaction of its own, one process at a time.

    What holds for all of them is set for the session. So a migration may end its transaction before it makes an index
    concurrently (`op.get_context().autocommit_block()`).
    """
    connection.execute(text(_LOCK_TIMEOUT))
    connection.execute(text(_ONE_BY_ONE))
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=True,
        include_name=_is_a_table,
        transaction_per_migration=True,
    )
    upgrading = context.config.attributes.get("grant")
    if upgrading:  # before anything is taken away from them
        tell_older_servers(connection)
    if _changes_tables():
        remove_views(connection)
        connection.commit()
    with context.begin_transaction():
        context.run_migrations()
    if upgrading:
        tell_older_servers(connection)  # of a new database
        grant(connection)
        make_views(connection)
    connection.commit()


async def run_online() -> None:
    """Connect and run."""
    engine = engine_of(database_url(), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(
        url="postgresql://",
        target_metadata=metadata,
        literal_binds=True,
        dialect_name="postgresql",
        transaction_per_migration=True,
    )
    context.execute(_LOCK_TIMEOUT)
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(run_online())
