"""Cases that are put into the queue of duplicates directly, as `kumkm link` would."""

from uuid import UUID

import asyncpg
import uuid_utils.compat as uuids

LIKELY = """
INSERT INTO duplicate_case (id, regency_code, campaign_id, region_code, record_id, revision, kind, business_ids,
                            matched_on, state, opened_at, score)
SELECT $1, regency_code, campaign_id, region_code, record_id, revision, 'likely', $3, '{}', 'open', now(), $4
FROM submission WHERE record_id = $2
"""


async def likely(pg: asyncpg.Connection, one: str, other: str, score: float) -> str:
    """A likely case about the businesses of two records, the second of which came later; its id."""
    ids = {str(row[0]): row[1] for row in await pg.fetch("SELECT record_id, business_id FROM record")}
    case_id = uuids.uuid7()
    await pg.execute(LIKELY, case_id, UUID(other), [ids[one], ids[other]], score)
    return str(case_id)
