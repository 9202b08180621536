"""Which of several machines that take writes is the primary: the one that was promoted last.

A promotion begins a timeline of the database's log, so the numbers of one database's timelines say which machine was
promoted after the other. Two with the same number were promoted beside each other, and nobody can say which is right.
"""

from collections.abc import Collection
from typing import NamedTuple

import asyncpg

from app.core.outages import TwoPrimariesError

_STANDING = """
SELECT system_identifier AS system, pg_postmaster_start_time()::text AS started,
       substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) AS timeline
FROM pg_control_system()
"""
# Not `pg_control_checkpoint()`: after a promotion it says the old timeline until the first checkpoint has ended.


class Standing(NamedTuple):
    """A machine that takes writes: the database's own number, the timeline, and when the machine was started. All three
    are the same where one machine is asked by two ways."""

    system: int
    timeline: int
    started: str

    def is_before(self, other: "Standing") -> bool:
        """Whether the other was promoted later, of the same database."""
        return self.system == other.system and self.timeline < other.timeline


async def standing_of(pg: asyncpg.Connection) -> Standing:
    """Of a machine that takes writes. Any login may ask.

    Raises:
        asyncpg.ObjectNotInPrerequisiteStateError: it is a standby by now.
    """
    row = await pg.fetchrow(_STANDING)
    assert row is not None  # noqa: S101  (a function that gives one row)
    return Standing(row["system"], int(row["timeline"], 16), row["started"])


def newest_of(writing: Collection[Standing], known: Standing | None = None) -> Standing:
    """The primary among machines that take writes, at least one. `known`: the one that was worked with before.

    Raises:
        TwoPrimariesError: two were promoted beside each other, or are of different databases; or all were promoted
            before the known one.
    """
    newest = max(writing, key=lambda each: each.timeline)
    if any(each != newest and not each.is_before(newest) for each in writing):
        raise TwoPrimariesError
    if known is not None and newest.is_before(known):
        raise TwoPrimariesError
    return newest
