"""Rows as released code wrote them: a file for each schema, made by that release's own code and tests.

The rows of all tables of the small census, of reference data those of its places only, and the keys of that run.
"""

import json
import lzma
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
from pydantic import SecretStr
from shapes import Json

from app.core.settings import Settings

FOLDER = Path(__file__).parent / "released"
REVISIONS = sorted(path.name.split(".")[0] for path in FOLDER.glob("*.json.xz"))
_PLACES = (
    "ID",
    "16",
    "16.01",
    "16.01.13",
    "16.01.14",
    "16.01.13.1003",
    "16.01.14.1003",
    "16.71",
    "16.71.01",
    "16.71.01.1001",
)
_ONLY = {
    "region": "code",
    "presence": "region_code",
    "headcount": "region_code",
}
_KEYS = ("token_keys", "sealing_keys", "digest_key")


async def write_down(pg: asyncpg.Connection, settings: Settings) -> None:
    """Keep what stands in the database, as this release wrote it."""
    revision = await pg.fetchval("SELECT version_num FROM alembic_version")
    told = {"revision": revision, "keys": {name: _plain(getattr(settings, name)) for name in _KEYS}, "tables": {}}
    for table, *columns in await pg.fetch(
        "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position) FROM information_schema.columns"
        " JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'"
        " AND table_name <> 'alembic_version' GROUP BY table_name"
    ):
        rows, (names,) = bytearray(), columns

        async def sink(data: bytes, rows: bytearray = rows) -> None:
            rows.extend(data)

        where = f" WHERE {_ONLY[table]} = ANY (ARRAY{list(_PLACES)})" if table in _ONLY else ""
        where = " WHERE code IN ('47112', '64141')" if table == "kbli" else where
        await pg.copy_from_query(f"SELECT {', '.join(names)} FROM {table}{where}", output=sink)
        if rows:
            told["tables"][table] = {"columns": names, "rows": rows.decode()}
    (FOLDER / f"{revision}.json.xz").write_bytes(lzma.compress(json.dumps(told).encode()))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: each.get_secret_value() for name, each in value.items()}
    return value.get_secret_value()


def read(revision: str) -> tuple[Json, Json]:
    """The tables of that release, and its keys."""
    told = json.loads(lzma.decompress((FOLDER / f"{revision}.json.xz").read_bytes()))
    return told["tables"], {name: _secret(value) for name, value in told["keys"].items()}


def _secret(value: Any) -> Any:
    return {name: SecretStr(each) for name, each in value.items()} if isinstance(value, dict) else SecretStr(value)


async def enter(pg: asyncpg.Connection, tables: Json) -> None:
    """Write the rows into a database of their schema."""
    await pg.execute("SET session_replication_role = replica")  # in no order, and as they are
    for name, table in tables.items():

        async def rows(text: str = table["rows"]) -> AsyncIterator[bytes]:
            yield text.encode()

        await pg.execute(f"DELETE FROM {name}")  # what the migration itself wrote
        await pg.copy_to_table(name, source=rows(), columns=table["columns"])
    await pg.execute("SET session_replication_role = origin")
