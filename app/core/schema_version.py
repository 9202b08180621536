"""Which migration the tables are of, and whether this code works with them."""

import re
from functools import cache
from importlib import resources

import asyncpg

import migrations
from app.core.outages import Outage

_OLDEST_SERVER = re.compile(r"oldest server: (\d{4})")  # as `migrations/compatibility.py` writes it
_VERSION = re.compile(r"(\d{4})_\w+\.py")


@cache
def head() -> str | None:
    """The newest migration that this code knows."""
    return max(_known(), default=None)


@cache
def _known() -> frozenset[str]:
    """All of them, by the names of their files: so a server that starts loads neither Alembic nor each of them."""
    folder = resources.files(migrations) / "versions"
    return frozenset(found[1] for each in folder.iterdir() if (found := _VERSION.fullmatch(each.name)))


async def schema_of(pg: asyncpg.Connection) -> Outage | None:
    """What is wrong with the tables; None where this code works with them: its own, or newer ones that say so."""
    if await pg.fetchval("SELECT to_regclass('alembic_version')") is None:
        return Outage.NOT_MIGRATED
    version = await pg.fetchval("SELECT version_num FROM alembic_version")
    if version == head():
        return None
    if version is None or version in _known():
        return Outage.OLDER_SCHEMA
    comment = await pg.fetchval("SELECT obj_description('alembic_version'::regclass, 'pg_class')")
    oldest = _OLDEST_SERVER.fullmatch(comment or "")
    return None if oldest is not None and (head() or "") >= oldest[1] else Outage.NEWER_SCHEMA


async def is_newer(pg: asyncpg.Connection) -> bool:
    """Whether the tables are of a migration that this code does not know, also where its servers work with them."""
    if await pg.fetchval("SELECT to_regclass('alembic_version')") is None:
        return False
    version = await pg.fetchval("SELECT version_num FROM alembic_version")
    return version is not None and version not in _known()


async def reads_only(pg: asyncpg.Connection) -> Outage | None:
    """Whether the server at the other end takes no writes."""
    query = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool"
    return Outage.READ_ONLY if await pg.fetchval(query) else None
