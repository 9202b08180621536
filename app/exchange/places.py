"""Places for exports that an account has in all server processes together: so many files are open for it at a time.

A place is a row with the process that holds it. It is free again when the file is closed, when the lease of that
process is over (it was killed, or hangs), and at the latest after `LONGEST`, whatever happens.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import asyncpg
import structlog

from app.background.forgetting import forget
from app.background.locks import Lock
from app.core.database import Database
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.telemetry import tell_fault
from app.processes.lives import LEASE, Lives

LONGEST = timedelta(hours=2)
"""How long a place is held at the most: longer than any reader may take."""

PATIENCE_S = 2.0
"""Seconds to wait for the database to say whether there is a place."""

RETRY_S = 15
"""Seconds after which somebody who found no place may ask again; so long may the lease of a killed process last."""

_IS_HELD = (
    "{row}.ends_at > now() AND EXISTS (SELECT FROM server_process"
    " WHERE id = {row}.process_id AND seen_at > now() - $6::interval)"
)
_TAKE = f"""
WITH free AS (
    SELECT place FROM generate_series(1, $2::int) AS numbers (place)
    WHERE NOT EXISTS (
        SELECT FROM export_place AS held
        WHERE held.account_id = $1 AND held.place = numbers.place AND {_IS_HELD.format(row="held")}
    )
    ORDER BY place LIMIT 1
), taken AS (
    INSERT INTO export_place AS before (account_id, place, file_id, process_id, ends_at)
    SELECT $1, place, $3, $4, now() + $5::interval FROM free
    ON CONFLICT (account_id, place) DO UPDATE
    SET file_id = excluded.file_id, process_id = excluded.process_id, ends_at = excluded.ends_at
    WHERE NOT ({_IS_HELD.format(row="before")})
    RETURNING place
)
SELECT EXISTS (SELECT FROM free) AS was_free, EXISTS (SELECT FROM taken) AS is_taken
"""
_GIVE_BACK = "DELETE FROM export_place WHERE account_id = $1 AND file_id = $2"
_OVER = (
    "DELETE FROM export_place WHERE (account_id, place) IN"
    " (SELECT account_id, place FROM export_place WHERE ends_at < now() ORDER BY ends_at LIMIT $1)"
)
_log = structlog.get_logger("kumkm.export")


class SharedPlaces:
    """The places of all processes, as one of them asks for them."""

    def __init__(self, database: Database, lives: Lives) -> None:
        self._database, self._lives = database, lives
        self._to_give_back: dict[UUID, UUID] = {}  # the account, by the file
        self._giving_back: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def place(self, account_id: UUID, most: int) -> AsyncIterator[None]:
        """Hold one of the account's places while the block lasts. Where the database does not say soon whether there is
        one, the block goes on without: the process itself bounds them as well.

        Raises:
            Problem: `too_many_requests` where there is none.
        """
        file_id = new_id()
        # The database may take a place after nobody waits for it any more, so the statement is not broken off.
        taking = asyncio.create_task(self._take(account_id, file_id, most))
        try:
            await asyncio.wait((taking,), timeout=PATIENCE_S)
            if not taking.done():
                _log.warning("places_in_memory", fault="TimeoutError")
            elif not taking.result():
                raise Problem(Code.TOO_MANY_REQUESTS, retry_after=RETRY_S)
            yield
        finally:
            giving_back = asyncio.create_task(self._give_back_of(account_id, file_id, taking))
            self._giving_back.add(giving_back)
            giving_back.add_done_callback(self._giving_back.discard)
            await asyncio.wait((giving_back,), timeout=PATIENCE_S)  # it goes on also where the request is broken off

    async def _take(self, account_id: UUID, file_id: UUID, most: int) -> bool:
        asked = (account_id, most, file_id, self._lives.id, LONGEST, LEASE)
        try:
            for _ in range(most + 1):  # each time that another one took the place, there is one less
                async with self._database.statement() as pg:
                    [(was_free, is_taken)] = await pg.fetch(_TAKE, *asked)
                if is_taken or not was_free:
                    return bool(is_taken)
        except Problem as exc:
            tell_fault(_log, "places_in_memory", exc)
            return True
        return False

    async def _give_back_of(self, account_id: UUID, file_id: UUID, taking: asyncio.Task[bool]) -> None:
        await asyncio.wait((taking,))
        self._to_give_back[file_id] = account_id
        await self.give_back()

    async def give_back(self) -> None:
        """Give back the places of files that are closed; those that the database did not take back before, too.
        Idempotent by nature.
        """
        try:
            for file_id, account_id in [*self._to_give_back.items()]:
                async with self._database.statement() as pg:
                    await pg.execute(_GIVE_BACK, account_id, file_id)
                self._to_give_back.pop(file_id, None)
        except Problem as exc:
            tell_fault(_log, "places_in_memory", exc)


async def forget_places(pg: asyncpg.Connection) -> bool:
    """Remove places of processes that ended long ago; whether more may be left. Idempotent by nature."""
    return await forget(pg, Lock.FORGETTING_PLACES, _OVER)
