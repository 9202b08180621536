"""What `kumkm migrate` would do to a database: the statements of each migration, what they lock, the rights that
change, and the data steps."""

import io
import re
from typing import NamedTuple

import asyncpg
from alembic import command
from alembic.script import Script, ScriptDirectory

from app.core.migrations import config
from app.core.roles import RightsChange, changes_of_rights
from app.core.rows import Row, read
from app.core.schema_version import head
from app.upgrading.fills import STEPS
from app.upgrading.locks import Lock, Wait, lock_of
from app.upgrading.steps import Step, unfinished

_NOISE = re.compile(
    r"(?:BEGIN|COMMIT|SET\s|UPDATE alembic_version|INSERT INTO alembic_version|CREATE TABLE alembic_version)"
)


_MAKES = re.compile(r"\ACREATE TABLE (?:IF NOT EXISTS )?(\w+)")


class _Size(Row):
    """How large a table is."""

    name: str
    rows: int
    bytes: int


class Statement(NamedTuple):
    """A statement of a migration; of the table that it locks, about how many rows and bytes there are."""

    sql: str
    lock: Lock
    rows: int | None
    bytes: int | None


class Migration(NamedTuple):
    """A migration that is still to be done."""

    revision: str
    title: str
    statements: list[Statement]


class Plan(NamedTuple):
    """What is to be done: migrations in their order, rights of the server's login, then data steps."""

    current: str | None
    head: str
    migrations: list[Migration]
    rights: list[RightsChange]
    steps: list[Step]


async def plan(pg: asyncpg.Connection) -> Plan:
    """What is to be done to this database. Changes nothing."""
    there = await pg.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
    current = await pg.fetchval("SELECT version_num FROM alembic_version") if there else None
    sizes = {
        size.name: size
        for size in await read(
            pg,
            _Size,
            "SELECT relname AS name, greatest(reltuples, 0)::bigint AS rows, pg_total_relation_size(oid) AS bytes"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
        )
    }
    migrations = []
    made: set[str] = set()
    for script in reversed(list(ScriptDirectory.from_config(config()).iterate_revisions("head", current or "base"))):
        statements = []
        for sql in statements_of(script):
            lock = lock_of(sql)
            if lock.table in made:
                lock = Lock(lock.table, lock.mode, Wait.NOBODY)  # nobody knows the table yet
            made.update(_MAKES.findall(sql))
            size = sizes.get(lock.table or "")
            statements.append(Statement(sql, lock, size.rows if size else None, size.bytes if size else None))
        migrations.append(Migration(script.revision, script.doc.splitlines()[0], statements))
    has_steps = await pg.fetchval("SELECT to_regclass('data_step') IS NOT NULL")
    steps = await unfinished(pg, STEPS) if has_steps else list(STEPS)
    return Plan(current, head() or "", migrations, await changes_of_rights(pg), steps)


def statements_of(script: Script) -> list[str]:
    """The SQL of a migration, statement by statement, as Alembic writes it."""
    made = config()
    made.output_buffer = io.StringIO()
    command.upgrade(made, f"{script.down_revision or 'base'}:{script.revision}", sql=True)
    lines = [line for line in made.output_buffer.getvalue().splitlines() if not line.startswith("--")]
    statements = [each.strip() for each in "\n".join(lines).split(";\n\n") if each.strip()]
    return [each for each in statements if not _NOISE.match(each)]
