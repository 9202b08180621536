"""A round of the worker: make the edition that is due, in a process of its own.

Three short transactions: one begins it, one reads the register as of one moment, one stores the whole. A process may be
killed at any moment: nothing is stored by halves, and another one begins again.
"""

import asyncio
import os
import secrets
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.campaigns.queries import CampaignRow
from app.campaigns.statistics import StatisticsDocument
from app.core.child_processes import end_child
from app.core.clock import Clock
from app.core.database import Database
from app.statistics.edition import Made, Task
from app.statistics.queries import document_of, due_campaign
from app.statistics.reading import read_rows
from app.statistics.store import begin, begin_asked, cells_before, end, give_up, still_there

_BEAT_S = 30.0
_TELL_S = 2.0  # how far it is, where that changed


class MakingFailed(Exception):
    """The process that makes an edition ended before its work."""


class MakingEditions:
    """Makes editions, one after another."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def round(self) -> bool:
        """Make what was asked for, or else what is due; whether another one may be. Idempotent by nature."""
        now = self._clock.now()
        asked = await self._database.run(lambda pg: begin_asked(pg, now))
        if asked is not None:
            return await self._make(*asked) is not None
        async with self._database.snapshot() as pg:
            due = await due_campaign(pg, now)
        return due is not None and await self.make(*due, now) is not None

    async def make(self, campaign: CampaignRow, document: StatisticsDocument, now: datetime) -> UUID | None:
        """Make an edition of a campaign as of now; None where another process makes one."""
        edition_id = await self._database.run(lambda pg: begin(pg, campaign.id, document.threshold, now))
        return None if edition_id is None else await self._make(edition_id, campaign.id)

    async def _make(self, edition_id: UUID, campaign_id: int) -> UUID | None:
        """Make one that is begun; None where another process took it over meanwhile."""
        try:
            async with self._database.snapshot() as pg:
                task = await _task(pg, campaign_id)
            made = await self._made(task, edition_id)
            ended = await self._database.run(lambda pg: end(pg, edition_id, task.threshold, made))
        except BaseException as exc:
            # A server that is stopped leaves it to the next one; what fails would fail again.
            failed = isinstance(exc, Exception)
            await asyncio.shield(self._database.run(lambda pg: give_up(pg, edition_id, failed=failed)))
            raise
        return edition_id if ended else None

    async def _made(self, task: Task, edition_id: UUID) -> Made:
        """What a process of its own makes of it; says all the while that this one lives, and how far it is."""
        percent, written, silent_s = 0, 0, 0.0

        def tell(said: int) -> None:
            nonlocal percent
            percent = said

        work = asyncio.create_task(make_apart(task, tell))
        try:
            while not (await asyncio.wait((work,), timeout=_TELL_S))[0]:
                silent_s += _TELL_S
                if percent == written and silent_s < _BEAT_S:
                    continue
                written, silent_s = percent, 0.0
                if not await self._database.run(partial(still_there, edition_id=edition_id, percent=written)):
                    raise MakingFailed
            return work.result()
        finally:
            work.cancel()
            await asyncio.wait((work,))  # its process ends with it


async def _task(pg: asyncpg.Connection, campaign_id: int) -> Task:
    threshold = (await document_of(pg, campaign_id)).threshold
    rows, previous = await read_rows(pg, campaign_id), await cells_before(pg, campaign_id)
    return Task(threshold, secrets.randbits(32), rows, previous)


async def make_apart(task: Task, tell: Callable[[int], None] = lambda _: None) -> Made:
    """What a child process makes of a task: it may compute for minutes, and is not the server. `tell` is called with
    how many percent are done.

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
        said = await _answer(child, await asyncio.to_thread(orjson.dumps, tuple(task)), tell)
    finally:
        await end_child(child)
    if child.returncode:
        raise MakingFailed
    answer: list[Any] = await asyncio.to_thread(orjson.loads, said)
    return Made(*answer)


async def _answer(child: Process, question: bytes, tell: Callable[[int], None]) -> bytes:
    """The child's answer; before it are lines with percents."""
    if child.stdin is None or child.stdout is None:
        raise MakingFailed
    with suppress(BrokenPipeError, ConnectionResetError):  # it ended, as its status says
        child.stdin.write(question)
        await child.stdin.drain()
    child.stdin.close()
    while (line := await child.stdout.readline()).rstrip():
        tell(int(line))
    answer = await child.stdout.read()
    await child.wait()
    return answer
