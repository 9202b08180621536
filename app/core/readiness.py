"""Whether the database can be worked with: one look for all who ask meanwhile, and an answer in time."""

import asyncio

from app.core.database import Database
from app.core.fair_queue import FLOW
from app.core.outages import Outage
from app.core.problems import Code, Problem
from app.core.schema_version import reads_only, schema_of

PATIENCE_S = 7.5
"""Seconds after which a look that has no answer says that the database cannot be reached, so that who asks knows after
eight, also if hundreds do. Probes often wait for ten."""

_LEAVING_S = 1.0
_OWN = b"readiness"


class Readiness:
    """Looks at the database of a server."""

    def __init__(self, database: Database, patience_s: float = PATIENCE_S) -> None:
        self._database = database
        self._patience_s = patience_s
        self._looking: asyncio.Task[Outage | None] | None = None
        self._until = 0.0  # by the loop's clock
        self._looks = set[asyncio.Task[Outage | None]]()

    async def fault(self) -> Outage | None:
        """Why the database cannot be worked with; None: it can. Known after `patience_s` at the latest. Who asks while
        a look is going on has its answer.

        Raises:
            Problem: `overloaded`, where no connection is free and the database is not known to be away.
        """
        now = asyncio.get_running_loop().time()
        if self._looking is None or self._looking.done() or now >= self._until:
            self._looking, self._until = asyncio.create_task(self._look()), now + self._patience_s
            self._looks.add(self._looking)
            self._looking.add_done_callback(self._forget)
        looking = self._looking
        # A look is not cancelled: what it waits for may never answer, not even to a rollback (`silence.py` ends it).
        done, _ = await asyncio.wait({looking}, timeout=self._until - now)
        return looking.result() if done else self._database.away or Outage.UNREACHABLE

    async def close(self) -> None:
        """End the looks that are going on."""
        for each in self._looks:
            each.cancel()
        if self._looks:
            await asyncio.wait(self._looks, timeout=_LEAVING_S)

    def _forget(self, look: "asyncio.Task[Outage | None]") -> None:
        self._looks.discard(look)
        if not look.cancelled():
            look.exception()  # perhaps nobody waits for it any more

    async def _look(self) -> Outage | None:
        database = self._database
        FLOW.set(_OWN)  # it is no part of a crowd, even where one asks for it
        try:
            async with database.snapshot() as pg:
                reason = await schema_of(pg) or await reads_only(pg) or database.full
        except Problem as exc:
            if database.away is None or exc.code not in (Code.DATABASE_AWAY, Code.OVERLOADED):
                raise
            return database.away  # every connection may be waiting for it: that is no crowd
        begins = reason is Outage.READ_ONLY and database.away is not reason
        database.note(reason)
        if begins:  # connections that are there may still write, or lead elsewhere: all are to be alike
            await database.start_over()
        return reason
