"""Rows of which something is sealed: walked over in chunks, sealed with another key, removed with their campaign. For
the owner of the tables, since the server's login to the database may change nothing that was stored once.
"""

from collections.abc import AsyncIterator, Sequence
from typing import Generic, TypeVar
from uuid import UUID

import asyncpg

from app.core.rows import Row, column_type, read
from app.core.sealing import KeyRing

CHUNK = 2_000
"""Rows that are read or changed at once."""

_SAMPLE, _LOOKED_AT = 20, 200
"""How many sealed rows of each end are a sample, and among how many they are looked for: what was sealed of old rows
may be removed."""

_BEFORE_ALL = {"UUID": UUID(int=0), "SMALLINT": 0, "INTEGER": 0}


class SealedRow(Row):
    """What is sealed of one row: subclass it with the columns of the table's key, but for `regency_code`."""

    regency_code: str
    sealed: bytes

    @property
    def bound_to(self) -> bytes:
        """What it is bound to, so that it opens nowhere else."""
        raise NotImplementedError


S_co = TypeVar("S_co", bound=SealedRow, covariant=True)


class SealedRows(Generic[S_co]):
    """All rows of a table of which something is sealed."""

    def __init__(self, row: type[S_co]) -> None:
        assert row.table is not None  # noqa: S101  (a row of no table is nowhere)
        self.row, table = row, row.table.name
        keys = [column for column in row.columns if column not in SealedRow.columns]
        self._first = [_BEFORE_ALL[column_type(row, column)[0]] for column in keys]
        key, count = ", ".join(keys), len(keys)
        after = f"({key}) > ({', '.join(f'${at}' for at in range(1, count + 1))})"
        same = " AND ".join(f"{table}.{column} = {{0}}.{column}" for column in (*keys, "regency_code"))
        self._walk = (
            f"SELECT {', '.join(row.columns)} FROM {table} WHERE {after} AND sealed IS NOT NULL"
            f" AND (${count + 1}::int IS NULL OR get_byte(sealed, 0) <> ${count + 1}) ORDER BY {key} LIMIT ${count + 2}"
        )
        given = ", ".join(f"${at}::{column_type(row, column)[0]}[]" for at, column in enumerate(row.columns, 1))
        fresh = len(row.columns) + 1
        self._replace = (
            f"UPDATE {table} SET sealed = input.fresh"
            f" FROM unnest({given}, ${fresh}::bytea[]) AS input ({', '.join(row.columns)}, fresh)"
            f" WHERE {same.format('input')} AND {table}.sealed = input.sealed"
        )
        self._remove = (
            f"WITH next AS MATERIALIZED (SELECT {key}, regency_code FROM {table}"
            f" WHERE {after} AND campaign_id = ${count + 1} AND sealed IS NOT NULL ORDER BY {key} LIMIT ${count + 2}),"
            f" done AS (UPDATE {table} SET sealed = NULL FROM next WHERE {same.format('next')})"
            f" SELECT {key}, (SELECT count(*) FROM next)::int AS removed FROM next"
            f" ORDER BY {', '.join(f'{column} DESC' for column in keys)} LIMIT 1"
        )
        self._count = f"SELECT get_byte(sealed, 0), count(*) FROM {table} WHERE sealed IS NOT NULL GROUP BY 1"
        ends = (
            f"(SELECT * FROM (SELECT {', '.join(row.columns)} FROM {table}"
            f" ORDER BY {', '.join(f'{column} {way}' for column in keys)} LIMIT {_LOOKED_AT}) AS looked_at"
            f" WHERE sealed IS NOT NULL LIMIT {_SAMPLE})"
            for way in ("ASC", "DESC")
        )
        self._sample = " UNION ALL ".join(ends)
        self._key_of = [row.columns.index(column) for column in keys]

    async def walk(self, pg: asyncpg.Connection, *, but_key: int | None = None) -> AsyncIterator[Sequence[S_co]]:
        """All of them, in chunks, in the order of their keys; with `but_key`, those under another key only."""
        after = self._first
        while rows := await read(pg, self.row, self._walk, *after, but_key, CHUNK):
            yield rows
            after = [rows[-1][at] for at in self._key_of]

    async def sample(self, pg: asyncpg.Connection) -> Sequence[S_co]:
        """The oldest and the newest ones, in the time that a few rows take."""
        return await read(pg, self.row, self._sample)

    async def reseal(self, pg: asyncpg.Connection, ring: KeyRing) -> AsyncIterator[int]:
        """Seal all of them with the key in use, a chunk for each step; how many each had. A row that changed meanwhile
        is left as it is. Idempotent by nature.

        Raises:
            UnsealError: something is sealed under a key that is not in the ring.
        """
        async for rows in self.walk(pg, but_key=ring.number):
            fresh = [ring.seal(ring.unseal(row.sealed, row.bound_to), row.bound_to) for row in rows]
            await pg.execute(self._replace, *map(list, zip(*rows, strict=True)), fresh)
            yield len(rows)

    async def count_by_key(self, pg: asyncpg.Connection) -> dict[int, int]:
        """How many are sealed under each key."""
        return {row[0]: row[1] for row in await pg.fetch(self._count)}

    async def remove(self, pg: asyncpg.Connection, campaign_id: int) -> AsyncIterator[int]:
        """Remove what is sealed of a campaign, a chunk for each step; how many each had. Idempotent by nature."""
        after = self._first
        while last := await pg.fetchrow(self._remove, *after, campaign_id, CHUNK):
            *after, removed = last
            yield removed
