"""Alembic in the program: location of the migrations, upgrade to head, and the check of the current revision."""

import re
from functools import cache
from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

import migrations
from app.core.outages import Outage

_OLDEST_SERVER = re.compile(r"oldest server: (\d{4})")  # as `migrations/compatibility.py` writes it


def config(database_url: str | None = None) -> Config:
    """Alembic's configuration, whether the project is a checkout or an installed wheel."""
    made = Config()
    made.set_main_option("script_location", str(Path(migrations.__file__).parent))
    if database_url is not None:
        made.attributes["database_url"] = database_url
    return made


def migrate(database_url: str) -> None:
    """Bring the database to head and give the server's role its rights. To be run as the owner of the tables.

    Safe to run again, and by several processes at once.
    """
    upgrading = config(database_url)
    upgrading.attributes["grant"] = True
    command.upgrade(upgrading, "head")


@cache
def head() -> str | None:
    """The newest migration that this code knows."""
    return ScriptDirectory.from_config(config()).get_current_head()


@cache
def _known() -> frozenset[str]:
    return frozenset(each.revision for each in ScriptDirectory.from_config(config()).walk_revisions())


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
