"""A round of the worker: make the edition that is due, in a process of its own.

Three short transactions: one begins it, one reads the register as of one moment, one stores the whole. A process may be
killed at any moment: nothing is stored by halves, and another one begins again.
"""

import asyncio
import os
import secrets
import sys
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.campaigns.queries import CampaignRow
from app.campaigns.statistics import StatisticsDocument
from app.core.child_processes import end_child
from app.core.clock import Clock
from app.core.database import Database
from app.statistics.making import Made, Task
from app.statistics.queries import due_campaign
from app.statistics.reading import read_rows
from app.statistics.store import begin, cells_of, end, give_up, last_edition, still_there

_BEAT_S = 30.0


class MakingFailed(Exception):
    """The process that makes an edition ended before its work."""


class MakingEditions:
    """Makes editions, one after another."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def round(self) -> bool:
        """Make the edition that is due; whether another one may be. Idempotent by nature."""
        now = self._clock.now()
        async with self._database.snapshot() as pg:
            due = await due_campaign(pg, now)
        return due is not None and await self.make(*due, now) is not None

    async def make(self, campaign: CampaignRow, document: StatisticsDocument, now: datetime) -> UUID | None:
        """Make an edition of a campaign as of now; None where another process makes one."""
        edition_id = await self._database.run(lambda pg: begin(pg, campaign.id, document.threshold, now))
        if edition_id is None:
            return None
        try:
            async with self._database.snapshot() as pg:
                task = await _task(pg, campaign.id, document.threshold)
            made = await self._made(task, edition_id)
            return edition_id if await self._database.run(lambda pg: end(pg, edition_id, made)) else None
        except BaseException:
            await asyncio.shield(self._database.run(lambda pg: give_up(pg, edition_id)))
            raise

    async def _made(self, task: Task, edition_id: UUID) -> Made:
        """What a process of its own makes of it; says all the while that this one lives."""
        work = asyncio.create_task(make_apart(task))
        try:
            while not (await asyncio.wait((work,), timeout=_BEAT_S))[0]:
                if not await self._database.run(lambda pg: still_there(pg, edition_id)):
                    raise MakingFailed
            return work.result()
        finally:
            work.cancel()
            await asyncio.wait((work,))  # its process ends with it


async def _task(pg: asyncpg.Connection, campaign_id: int, threshold: int) -> Task:
    before = await last_edition(pg, campaign_id)
    previous = [] if before is None else await cells_of(pg, before.id)
    return Task(threshold, secrets.randbits(32), await read_rows(pg, campaign_id), previous)


async def make_apart(task: Task) -> Made:
    """What a child process makes of a task: it may compute for minutes, and is not the server.

    Raises:
        MakingFailed: it ended before.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-I",
        "-m",
        "app.statistics.making",
        # Nothing of the server's environment: keys and passwords are there. One thread is enough.
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        said, _ = await child.communicate(await asyncio.to_thread(orjson.dumps, tuple(task)))
    finally:
        await end_child(child)
    if child.returncode:
        raise MakingFailed
    answer: list[Any] = await asyncio.to_thread(orjson.loads, said)
    return Made(*answer)
