"""A database that hangs while its connections stay: requests on them get their answer, which is that it is away.

Neither TCP nor PostgreSQL ends such a wait. The machine, or a proxy before it, still acknowledges what is sent, so that
the options of `connecting.py` see nothing; and PostgreSQL's own time limits are kept by what hangs.
"""

import asyncio
import socket

import asyncpg
import structlog

from app.core.connecting import connect
from app.core.database import Database
from app.core.outages import Outage, why_not_connected

SILENT_S = 5.0
"""Seconds that a connection is in use before it is asked whether the database answers at all, and for that answer."""

LOOK_S = 2.0
"""Seconds between two looks."""

_FAULTS = (asyncpg.PostgresError, asyncpg.InternalClientError, asyncpg.InterfaceError, OSError)
_NOTHING = (Outage.UNREACHABLE, Outage.READ_ONLY)  # of several machines, those that answer may be standbys
_log = structlog.get_logger()


class Silence:
    """Looks after the connections of one database."""

    def __init__(self, database: Database, address: str, silent_s: float = SILENT_S) -> None:
        self._database = database
        self._address = address
        self._silent_s = silent_s
        self._answered_at = -silent_s

    async def look(self) -> bool:
        """End the connections that are in use for long, if the database does not answer on a new one either. Their
        requests are answered `database_away`.

        A connection may be in use for long with good reason: an export, a lock. So nothing is ended while the database
        answers, and nothing is asked of it while every connection was given back in time.
        """
        now = asyncio.get_running_loop().time()
        waiting = self._database.pool.in_use_since(now - self._silent_s)
        if not waiting or now - self._answered_at < self._silent_s:
            return False
        if await self._answers():
            self._answered_at = now
            return False
        # Those that were given back meanwhile have got their answer.
        silent = [pg for pg in self._database.pool.in_use_since(now - self._silent_s) if pg in waiting]
        if silent:
            self._database.note(Outage.UNREACHABLE)
            _log.warning("database_silent", connections=len(silent))
        for pg in silent:
            pg.terminate()
        return False

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(self._silent_s):
                pg = await connect(self._address, timeout=self._silent_s)
        except socket.gaierror:  # says nothing of the connections that are there
            return True
        except _FAULTS as exc:
            return why_not_connected(exc) not in _NOTHING
        pg.terminate()
        return True
