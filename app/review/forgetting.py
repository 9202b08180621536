"""What supervisors said in their own words about records that are erased. For the owner of the tables, since the
server's login may change no decision."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg


async def forget_reasons(pg: asyncpg.Connection, record_ids: Sequence[UUID], business_ids: Sequence[UUID]) -> None:
    """Remove the reasons of reviews and corrections of these records, and of what was decided on their duplicates, also
    where another record was taken for one of these businesses. The decisions stand. Idempotent by nature.
    """
    of_records = await pg.fetch("SELECT business_id FROM record WHERE record_id = ANY($1)", record_ids)
    businesses = [*business_ids, *(row[0] for row in of_records if row[0] is not None)]
    await pg.execute("UPDATE review SET reason = '' WHERE record_id = ANY($1) AND reason IS NOT NULL", record_ids)
    await pg.execute("UPDATE correction SET reason = '' WHERE record_id = ANY($1)", record_ids)
    await pg.execute(
        "UPDATE resolution SET reason = '', undone_because = NULL"
        " WHERE record_id = ANY($1) OR business_ids && $2::uuid[]",
        record_ids,
        businesses,
    )
