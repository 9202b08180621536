"""What an edition is made from: the businesses of a campaign by village and answers, as of one moment."""

from typing import Any

import asyncpg

# In the order of `variables.COLUMNS`. $1 the campaign. A business that says nothing of a question is there, too.
_ROWS = """
SELECT left(b.region_code, 13) AS village,
       CASE b.kind WHEN 'koperasi' THEN 'koperasi|cooperative'
                   ELSE 'umkm|' || coalesce(s.answers ->> 'legal_form', 'unanswered') END AS form,
       CASE WHEN b.kbli_unknown OR kbli.category IS NULL THEN 'unknown'
            ELSE b.kbli_version || ':' || kbli.category || '|' || b.kbli_version || ':' || left(b.kbli, 2)
       END AS activity,
       coalesce(b.size_class, 'unanswered') AS size_class,
       coalesce(s.answers -> 'owner' ->> 'sex', s.answers -> 'chair' ->> 'sex', 'unanswered') AS sex,
       CASE WHEN b.nib_digest IS NULL THEN 'no' ELSE 'yes' END AS nib,
       CASE WHEN s.answers -> 'practice' ->> 'internet' = 'true'
                 OR s.answers -> 'practice' ->> 'digital_payment' = 'true' THEN 'yes'
            WHEN coalesce(s.answers -> 'practice' ->> 'internet', s.answers -> 'practice' ->> 'digital_payment') IS NULL
            THEN 'unanswered' ELSE 'no' END AS digital,
       CASE WHEN workers.number IS NULL THEN 'unanswered' WHEN workers.number = 0 THEN '0'
            WHEN workers.number < 5 THEN '1-4' WHEN workers.number < 20 THEN '5-19'
            WHEN workers.number < 100 THEN '20-99' ELSE '100+' END AS workers,
       b.life,
       count(*)::int AS businesses
FROM business AS b
JOIN submission AS s
  ON s.record_id = b.record_id AND s.revision = b.revision AND s.regency_code = b.regency_code
LEFT JOIN kbli ON kbli.version = b.kbli_version AND kbli.code = left(b.kbli, 2)
CROSS JOIN LATERAL (
    SELECT sum(value::numeric) AS number FROM jsonb_each_text(
        CASE jsonb_typeof(s.answers -> 'workers') WHEN 'object' THEN s.answers -> 'workers' ELSE '{}' END
    ) WHERE key IN ('paid_male', 'paid_female', 'unpaid_male', 'unpaid_female')
) AS workers
WHERE b.merged_into IS NULL AND $1::smallint = ANY(b.campaign_ids)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
"""


async def read_rows(pg: asyncpg.Connection, campaign_id: int) -> list[list[Any]]:
    """The rows of a `making.Task`."""
    async with pg.transaction():
        return [list(row) async for row in pg.cursor(_ROWS, campaign_id, prefetch=5_000)]
