"""Entries of listings as desks read them, page by page."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import Field

from app.core.paging import ByRegion
from app.core.rows import Row, read
from app.listing.models import EntryState
from app.listing.schemas import EntryOut
from app.workforce.reach import Reach
from app.workforce.supervised import WorkFilters, work_asked


class EntryFilters(WorkFilters):
    """What the list of entries is narrowed by. By a person: the entries that the person's records decide."""

    state: EntryState | None = Field(default=None, description="What became of the entries; by default any state.")


class _Listed(Row):
    """The columns of `EntryOut`, but the campaign."""

    listing_id: UUID
    region_code: str
    region_name: str
    name: str
    kbli: str | None
    kbli_version: str | None
    latitude: float | None
    longitude: float | None
    source: str
    business_id: UUID | None
    nik_masked: str | None
    state: str
    record_id: UUID | None
    enumerator: str | None
    listed_on: date


# $1 campaign, $2 and $3 the span, $4 the only enumerators, $5 the state, $6 and $7 behind which, $8 limit.
_LISTED = """
WITH page AS MATERIALIZED (
    SELECT id, region_code, name, kbli, kbli_version, latitude, longitude, source, business_id, nik_masked, state,
           record_id, enumerator_id, listed_on
    FROM listing_entry
    WHERE campaign_id = $1 AND region_code >= $2 AND region_code < $3
      AND ($4::uuid[] IS NULL OR enumerator_id = ANY($4)) AND ($5::text IS NULL OR state = $5)
      AND ($6::text IS NULL OR (region_code, id) > ($6 COLLATE "C", $7::uuid))
    ORDER BY region_code, id LIMIT $8
)
SELECT page.id AS listing_id, page.region_code, coalesce(region.name, page.region_code) AS region_name, page.name,
       page.kbli, page.kbli_version, page.latitude, page.longitude, page.source, page.business_id, page.nik_masked,
       page.state, page.record_id, account.username AS enumerator, page.listed_on
FROM page LEFT JOIN account ON account.id = page.enumerator_id LEFT JOIN region ON region.code = page.region_code
ORDER BY page.region_code, page.id
"""


async def list_entries(
    pg: asyncpg.Connection, reach: Reach, filters: EntryFilters, today: date, *, limit: int, after: ByRegion | None
) -> list[EntryOut]:
    """The first `limit` entries of the territory behind one, by village and id. Listings are of a place and no
    person's, so all who work there see them all.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    work = await work_asked(pg, reach._replace(only=None), filters, today)
    place: tuple[Any, ...] = after or (None, None)
    rows = await read(pg, _Listed, _LISTED, *work.parameters, filters.state, *place, limit)
    return [EntryOut.model_validate({**row.named(), "campaign": work.campaign.code}) for row in rows]
