"""Advisory locks for work that only one process at a time may do; a process that does not get one skips the work."""

from enum import IntEnum, unique

import asyncpg


@unique
class Lock(IntEnum):
    """What is locked. The numbers never change: servers of two releases may work side by side."""

    FOLDING = 0x6B756D6B6D_01
    CHAINING = 0x6B756D6B_6175
    FORGETTING = 0x6B756D6B_6667
    FORGETTING_SESSIONS = 0x6B756D6B_6673
    FORGETTING_REFRESHES = 0x6B756D6B_6672
    FORGETTING_BATCHES = 0x6B756D6B_6662
    FORGETTING_CHANGES = 0x6B756D6B_6663
    FORGETTING_MARKS = 0x6B756D6B_666D
    FORGETTING_PHOTOS = 0x6B756D6B_6670
    FORGETTING_PROCESSES = 0x6B756D6B_6676
    FORGETTING_RATES = 0x6B756D6B_6674
    FORGETTING_PLACES = 0x6B756D6B_666C
    FORGETTING_DELIVERIES = 0x6B756D6B_6677
    JUDGING = 0x6B756D6B_7175
    DRAWING = 0x6B756D6B_7269
    STATISTICS = 0x6B756D6B_7374
    CONFIRMING = 0x6B756D6B_766E
    ASKING = 0x6B756D6B_7661
    FORGETTING_REQUESTS = 0x6B756D6B_6671


async def try_lock(pg: asyncpg.Connection, lock: Lock) -> bool:
    """Whether this transaction may do the work: it has the lock until it ends. If not, another process does it."""
    alone: bool = await pg.fetchval("SELECT pg_try_advisory_xact_lock($1)", lock)
    return alone
