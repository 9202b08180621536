"""Data steps of `kumkm migrate`: after the schema is new, they fill in what newer code expects.

A migration changes tables; it has no keys, and one transaction for all rows would block all servers. So each step here
goes over the rows in chunks that are committed one by one, notes how far it came, and is done once in the life of a
database. It can be interrupted and run again at any time, beside working servers.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Self

import asyncpg

from app.audit.chain import ChainKey
from app.core.rows import Row, read_the
from app.core.sealing import Digester, KeyRing
from app.core.settings import Settings, SettingsError
from app.upgrading.models import DataStep


class Keys(NamedTuple):
    """What sealed answers are read with, and what proves the trail."""

    ring: KeyRing
    digester: Digester
    chain: ChainKey

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """The keys of a deployment."""
        ring = KeyRing(settings.sealing_ring(), settings.sealing_starts())
        return cls(
            ring, Digester(settings.digest_key_bytes(), settings.number_ring()), ChainKey(settings.trail_key_bytes())
        )


class Chunk(NamedTuple):
    """What one transaction of a step did: rows filled, rows for which there was nothing to fill them from, and the key
    to continue after; None where nothing is left.
    """

    filled: int
    left_out: int
    after: str | None


Work = Callable[[asyncpg.Connection, Keys | None, str | None], Awaitable[Chunk]]


class Step(NamedTuple):
    """One step. Its name is kept in the database: a step that has to be done again by newer code gets another name."""

    name: str
    subject: str
    """What it fills, for the operator."""

    work: Work
    needs_keys: str | None = None
    """The table whose rows cannot be filled without keys."""


class _State(Row, table=DataStep):
    """How far a step has come: the key to continue after, and what it did."""

    after: str | None
    filled: int
    left_out: int
    finished_at: datetime | None


_STATE = ", ".join(_State.columns)


class Filled(NamedTuple):
    """What a step came to."""

    step: Step
    filled: int
    left_out: int


async def fill(
    pg: asyncpg.Connection, steps: Sequence[Step], keys: Keys | None, advance: Callable[[Step, int], None]
) -> list[Filled]:
    """Do every step that is not finished yet, in order, chunk by chunk; gives the result of each.

    To be run as the owner of the tables. Idempotent by the step's name; two of these at once take turns.

    Raises:
        SettingsError: a step needs keys for what is there, and `keys` is None. What was filled so far stays.
        UnsealError: something is sealed under a key that is not in the ring.
    """
    done = []
    for step in await unfinished(pg, steps):
        await pg.execute("INSERT INTO data_step (name) VALUES ($1) ON CONFLICT DO NOTHING", step.name)
        while not await _chunk(pg, step, keys, advance):
            pass
        state = await read_the(pg, _State, f"SELECT {_STATE} FROM data_step WHERE name = $1", step.name)
        done.append(Filled(step, state.filled, state.left_out))
    return done


async def unfinished(pg: asyncpg.Connection, steps: Sequence[Step]) -> list[Step]:
    """The steps that are still to be done."""
    finished = {row[0] for row in await pg.fetch("SELECT name FROM data_step WHERE finished_at IS NOT NULL")}
    return [step for step in steps if step.name not in finished]


async def _chunk(pg: asyncpg.Connection, step: Step, keys: Keys | None, advance: Callable[[Step, int], None]) -> bool:
    """Do one chunk in a transaction of its own; whether the step is finished."""
    async with pg.transaction():
        await pg.execute("SET LOCAL statement_timeout = 0")
        state = await read_the(pg, _State, f"SELECT {_STATE} FROM data_step WHERE name = $1 FOR UPDATE", step.name)
        if state.finished_at is not None:
            return True
        if step.needs_keys and keys is None and await pg.fetchval(f"SELECT EXISTS (SELECT FROM {step.needs_keys})"):
            raise SettingsError(
                f"The tables are at the newest migration, but {step.subject} cannot be filled in without the keys of"
                " the server. Run this again with KUMKM_TOKEN_KEYS, KUMKM_SEALING_KEYS and KUMKM_DIGEST_KEY."
            )
        chunk = await step.work(pg, keys, state.after)
        await pg.execute(
            "UPDATE data_step SET filled = filled + $2, left_out = left_out + $3, after = $4,"
            " finished_at = CASE WHEN $4::text IS NULL THEN now() END WHERE name = $1",
            step.name,
            chunk.filled,
            chunk.left_out,
            chunk.after,
        )
    advance(step, chunk.filled)
    return chunk.after is None
