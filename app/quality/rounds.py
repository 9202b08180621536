"""A round of the worker: judge the regency that has waited longest, in three short transactions.

One takes it, one reads it, one stores what was found; in between nothing is locked. A process may be killed at any
moment: nothing is stored by halves, and another process takes over (`due.py`).
"""

import asyncio
import time

import asyncpg

from app.core.clock import Clock
from app.core.database import Database
from app.core.sealing import KeyRing
from app.quality.due import Taken, end, give_up, take, thresholds_of
from app.quality.judging import Circumstances, judge
from app.quality.reading import Judgeable, give_way, read_boxes, read_regency, with_decisions
from app.quality.storing import Rows, rows_of, store


class Judging:
    """Judges regencies, one after another."""

    def __init__(self, database: Database, ring: KeyRing, clock: Clock) -> None:
        self._database = database
        self._ring = ring
        self._clock = clock

    async def round(self) -> bool:
        """Judge one regency; whether another one may wait. Idempotent by nature."""
        began, now = time.perf_counter(), self._clock.now()
        taken = await self._database.run(lambda pg: take(pg, now))
        if taken is None:
            return False
        try:
            judgeable, by = await self._read(taken)
            rows = await asyncio.to_thread(_judged, taken, judgeable, by)

            async def finish(pg: asyncpg.Connection) -> None:
                took_s, records = time.perf_counter() - began, len(judgeable.interviews)
                if await end(pg, taken, now=now, took_s=took_s, records=records):
                    await store(pg, taken.campaign_id, taken.regency_code, rows)

            await self._database.run(finish)
        except Exception:
            await self._database.run(lambda pg: give_up(pg, taken))
            raise
        return True

    async def _read(self, taken: Taken) -> tuple[Judgeable, Circumstances]:
        place = taken.campaign_id, taken.regency_code
        async with self._database.snapshot() as pg:
            by = Circumstances(thresholds_of(taken.thresholds), await read_boxes(pg, taken.regency_code))
            by = await with_decisions(pg, by, *place)
            return await read_regency(pg, self._ring, *place), by


def _judged(taken: Taken, judgeable: Judgeable, by: Circumstances) -> Rows:
    return rows_of(taken.campaign_id, taken.regency_code, judgeable, judge(judgeable.interviews, by, give_way))
