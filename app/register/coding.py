"""The activity of a business that a person coded: how it is written, and how it holds for every later write of the
business (`as_coded`). Who decides, and when: `review/coding.py`."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import asyncpg

from app.core.rows import Row, copy_rows, read
from app.register.models import CHANGE_NUMBER, Coding
from app.register.register import BusinessRow, mark_change


class NewCoding(Row, table=Coding):
    """A decision as it is stored."""

    id: UUID
    regency_code: str
    record_id: UUID
    revision: int
    said_version: str
    said_code: str
    kbli_version: str
    kbli: str
    reason: str
    decided_by: UUID
    decided_at: datetime


async def add_coding(pg: asyncpg.Connection, row: NewCoding) -> None:
    """Keep a decision on an activity, under the lock of its business. Idempotent by record and code."""
    await copy_rows(pg, [row])


async def undo_coding(
    pg: asyncpg.Connection, record_id: UUID, said: tuple[str, str], by: UUID, now: datetime, reason: str
) -> None:
    """The decisions on what a record says, an edition and a code, hold no more. Idempotent by nature."""
    await pg.execute(
        "UPDATE coding SET undone_by = $4, undone_at = $5, undone_because = $6"
        " WHERE record_id = $1 AND said_version = $2 AND said_code = $3 AND undone_at IS NULL",
        *(record_id, *said, by, now, reason),
    )


class CodedRow(Row):
    """A decision in force on the activity of a record."""

    id: UUID
    record_id: UUID
    said_version: str
    said_code: str
    kbli_version: str
    kbli: str


_CODED = f"""
SELECT {", ".join(CodedRow.columns)} FROM coding WHERE record_id = ANY($1) AND undone_at IS NULL ORDER BY decided_at
"""


async def as_coded(pg: asyncpg.Connection, rows: list[BusinessRow]) -> list[BusinessRow]:
    """The rows, those with an unknown activity as a person decided on what their record says."""
    waiting = [row.record_id for row in rows if row.kbli_unknown]
    if not waiting:
        return rows
    decided = {
        (each.record_id, each.said_version, each.said_code): each for each in await read(pg, CodedRow, _CODED, waiting)
    }
    return [
        row
        if (found := decided.get((row.record_id, row.kbli_version, row.kbli))) is None or not row.kbli_unknown
        else row.but(kbli=found.kbli, kbli_version=found.kbli_version, kbli_unknown=False, coding_id=found.id)
        for row in rows
    ]


async def change_activity(
    pg: asyncpg.Connection,
    business_id: UUID,
    regency_code: str,
    activity: tuple[str, str],
    *,
    unknown: bool,
    coding_id: UUID | None,
) -> None:
    """A business has another activity, an edition and a code, under its lock. Idempotent by nature."""
    await mark_change(pg)
    await pg.execute(
        "UPDATE business SET kbli_version = $3, kbli = $4, kbli_unknown = $5, coding_id = $6, updated_at = now(),"
        f" change_number = {CHANGE_NUMBER} WHERE id = $1 AND regency_code = $2",
        *(business_id, regency_code, *activity, unknown, coding_id),
    )


_NOW_KNOWN = f"""
UPDATE business SET kbli_unknown = false, updated_at = now(), change_number = {CHANGE_NUMBER}
FROM kbli WHERE business.kbli_unknown AND kbli.version = business.kbli_version AND kbli.code = business.kbli
"""


async def now_known(pg: asyncpg.Connection) -> None:
    """Businesses whose code a newer list has wait for nobody. Idempotent by nature; to be run as the owner."""
    if await pg.execute(_NOW_KNOWN) != "UPDATE 0":
        await mark_change(pg)


async def forget_codings(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> None:
    """Remove what was said when activities of these records were coded. Idempotent by nature."""
    await pg.execute("UPDATE coding SET reason = '', undone_because = NULL WHERE record_id = ANY($1)", list(record_ids))
