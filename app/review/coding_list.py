"""The coding queue: which businesses wait for a code, or were coded, and what tells a person what they do."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

import asyncpg
import orjson

from app.accounts.queries import names_of
from app.campaigns.asked import campaign_id_asked
from app.core.paging import ByRegion
from app.core.rows import Row, read
from app.identifiers.kbli_codes import EDITIONS
from app.kbli.queries import named_activities
from app.regions.queries import region_names
from app.review.coding_schemas import ActivityOut, CodingFilters, CodingOut, CodingState, ToCode
from app.workforce.reach import Reach
from app.workforce.supervised import only_of

_WHICH: Mapping[CodingState, str] = {"waiting": "kbli_unknown", "coded": "coding_id IS NOT NULL"}
"""Each has a partial index by region and id."""

# $1 and $2 the span, $3 the only enumerators, $4 campaign, $5 and $6 behind which, $7 the limit.
_PAGE = """
SELECT business.id, business.record_id, business.revision, business.name, kind, business.region_code,
       business.enumerator_id, submission.captured_at, coalesce(coding.said_code, business.kbli) AS said_code,
       coalesce(coding.said_version, business.kbli_version) AS said_version,
       answers->>'main_activity' AS main_activity,
       answers->>'main_product' AS main_product, (answers->'products')::text AS products,
       coding.kbli, coding.kbli_version, coding.reason, coding.decided_by, coding.decided_at
FROM business
JOIN submission
  ON submission.record_id = business.record_id AND submission.revision = business.revision
 AND submission.regency_code = business.regency_code
LEFT JOIN coding ON coding.id = business.coding_id AND coding.regency_code = business.regency_code
WHERE {which} AND merged_into IS NULL AND business.region_code >= $1 AND business.region_code < $2
  AND ($3::uuid[] IS NULL OR business.enumerator_id = ANY($3)) AND ($4::smallint IS NULL OR $4 = ANY(campaign_ids))
  AND ($5::uuid IS NULL OR (business.region_code, business.id) > ($6, $5))
ORDER BY business.region_code, business.id LIMIT $7
"""


class _Shown(Row):
    """A row of the queue; `products` is JSON text."""

    id: UUID
    record_id: UUID
    revision: int
    name: str
    kind: str
    region_code: str
    enumerator_id: UUID
    captured_at: datetime
    said_code: str
    said_version: str
    main_activity: str | None
    main_product: str | None
    products: str | None
    kbli: str | None
    kbli_version: str | None
    reason: str | None
    decided_by: UUID | None
    decided_at: datetime | None


async def list_to_code(
    pg: asyncpg.Connection, reach: Reach, filters: CodingFilters, today: date, *, limit: int, after: ByRegion | None
) -> list[ToCode]:
    """The first `limit` businesses within reach behind one, by region and id.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    territory = reach.territory.narrowed_to(filters.region)
    campaign_id = await campaign_id_asked(pg, filters.campaign)
    only = await only_of(pg, reach, today, enumerator=filters.enumerator, coordinator=filters.coordinator)
    behind = (None, None) if after is None else (after.id, after.region_code)
    statement = _PAGE.format(which=_WHICH[filters.state])
    names = None if only is None else list(only)
    rows = await read(pg, _Shown, statement, *territory.span, names, campaign_id, *behind, limit)
    return await _shown(pg, rows)


async def read_to_code(pg: asyncpg.Connection, business_id: UUID) -> ToCode:
    """One business, whether it waits or was coded; within a transaction that just wrote it."""
    statement = f"SELECT * FROM ({_ONE}) AS one"
    (shown,) = await _shown(pg, await read(pg, _Shown, statement, business_id))
    return shown


_ONE = _PAGE[: _PAGE.index("WHERE")] + "WHERE business.id = $1"


async def _shown(pg: asyncpg.Connection, rows: Iterable[_Shown]) -> list[ToCode]:
    found = list(rows)
    people = await names_of(
        pg, [row.enumerator_id for row in found] + [row.decided_by for row in found if row.decided_by is not None]
    )
    places = await region_names(pg, {row.region_code for row in found})
    asked = {(edition, row.said_code) for row in found for edition in EDITIONS}
    titles = await named_activities(pg, asked) if asked else {}
    return [
        ToCode(
            business_id=row.id,
            record_id=row.record_id,
            revision=row.revision,
            name=row.name,
            kind=row.kind,
            region_code=row.region_code,
            region_name=places.get(row.region_code, row.region_code),
            enumerator=people[row.enumerator_id].username,
            enumerator_name=people[row.enumerator_id].name,
            captured_at=row.captured_at,
            said_kbli=row.said_code,
            said_kbli_version=row.said_version,
            same_number=[
                ActivityOut(**titles[edition, row.said_code]._asdict())
                for edition in EDITIONS
                if (edition, row.said_code) in titles
            ],
            main_activity=row.main_activity,
            main_product=row.main_product,
            products=_products(row.products),
            coding=None
            if row.decided_by is None
            else CodingOut(
                kbli=row.kbli or "",
                kbli_version=row.kbli_version or "",
                reason=row.reason or "",
                decided_by=people[row.decided_by].username,
                decided_at=row.decided_at or row.captured_at,
            ),
        )
        for row in found
    ]


def _products(text: str | None) -> list[str]:
    listed = orjson.loads(text or "null")
    names = [each.get("name") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return [name for name in names if isinstance(name, str) and name]


_COUNT = """
SELECT count(*)::int FROM (
    SELECT 1 FROM business WHERE kbli_unknown AND merged_into IS NULL AND region_code >= $1 AND region_code < $2
      AND ($3::uuid[] IS NULL OR enumerator_id = ANY($3)) LIMIT $4
) AS waiting
"""


async def count_to_code(pg: asyncpg.Connection, reach: Reach, most: int) -> int:
    """How many businesses within reach wait for a code, at most so many."""
    only = None if reach.only is None else list(reach.only)
    found: int = await pg.fetchval(_COUNT, *reach.territory.span, only, most)
    return found
