"""Reading the statistics: which edition is due, which there are, and a table of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.campaigns.queries import CampaignRow, current_campaign
from app.campaigns.statistics import StatisticsDocument, statistics_of
from app.core.rows import read, read_one
from app.regions.region_code import NATION, level_of, local_date, span_of
from app.statistics.catalogue import Dataset, DatasetPosition, Listed, datasets_of
from app.statistics.store import EDITION, Edition
from app.statistics.tabulating import Table, labels_of, not_shown, rows_of

_DUE = "SELECT campaign.statistics::text FROM campaign WHERE id = $1"
_NEWEST = "SELECT max(as_of) FROM statistics_edition WHERE campaign_id = $1 AND state = 'made'"
_ENOUGH = (
    "SELECT count(*) FROM (SELECT id FROM business WHERE merged_into IS NULL AND $1::smallint = ANY(campaign_ids)"
    " LIMIT $2::int) AS enough"
)
_EDITIONS = f"SELECT {EDITION} FROM statistics_edition WHERE state = 'made' AND campaign_id = $1"
_TABLE = """
SELECT made.region_code, region.name, region.level, made.cells::text
FROM statistics_table AS made JOIN region ON region.code = made.region_code
WHERE made.edition_id = $1 AND made.attributes = $2 AND made.level = $3
  AND made.region_code >= $4 AND made.region_code < $5
ORDER BY made.region_code
"""
# $1 a campaign, or null for all; $2 and $3 behind which edition, itself included; $4 how many.
_LISTED = """
SELECT id, as_of, threshold, campaign, campaign_name, starts_on, statistics, before, given
FROM (
    SELECT made.id, made.as_of, made.threshold, campaign.code AS campaign, campaign.name AS campaign_name,
           campaign.starts_on, campaign.statistics::text AS statistics, made.given::text AS given,
           lag(made.id) OVER (PARTITION BY made.campaign_id ORDER BY made.as_of, made.id) AS before
    FROM statistics_edition AS made JOIN campaign ON campaign.id = made.campaign_id
    WHERE made.state = 'made' AND made.businesses >= made.threshold AND ($1::int IS NULL OR made.campaign_id = $1)
) AS listed
WHERE $2::timestamptz IS NULL OR (as_of, id) <= ($2, $3::uuid)
ORDER BY as_of DESC, id DESC
LIMIT $4
"""
_TITLES = """
SELECT version || ':' || code AS code, title FROM kbli WHERE length(code) = 2
"""


class RegionTable(NamedTuple):
    """A region's table: codes and number of each cell, null where it is suppressed."""

    code: str
    name: str
    level: str
    cells: list[list[Any]]


_TOTALS = """
SELECT edition_id, cells::text FROM statistics_table
WHERE edition_id = ANY($1) AND attributes = '' AND level = $2 AND region_code = $3
"""


async def due_campaign(pg: asyncpg.Connection, now: datetime) -> tuple[CampaignRow, StatisticsDocument] | None:
    """The campaign whose next edition is due: the current one, while it takes batches."""
    today = local_date(now, NATION)
    campaign = await current_campaign(pg, today)
    if campaign is None or not campaign.starts_on <= today <= campaign.accepts_until:
        return None
    document = await document_of(pg, campaign.id)
    newest: datetime | None = await pg.fetchval(_NEWEST, campaign.id)
    if newest is not None and (now - newest).days < document.every_days:
        return None
    return (campaign, document) if await has_enough(pg, campaign.id, document.threshold) else None


async def document_of(pg: asyncpg.Connection, campaign_id: int) -> StatisticsDocument:
    """What the statistics of a campaign suppress, and how often they are made."""
    return statistics_of(await pg.fetchval(_DUE, campaign_id))


async def has_enough(pg: asyncpg.Connection, campaign_id: int, threshold: int) -> bool:
    """Whether a campaign has businesses to publish figures of."""
    return bool(await pg.fetchval(_ENOUGH, campaign_id, threshold) >= threshold)


async def editions_of(pg: asyncpg.Connection, campaign_id: int) -> list[Edition]:
    """All editions of a campaign that are made, the newest first."""
    return await read(pg, Edition, f"{_EDITIONS} ORDER BY as_of DESC, id DESC", campaign_id)


async def businesses_of(
    pg: asyncpg.Connection, edition_ids: Sequence[UUID], region_code: str
) -> dict[UUID, int | None]:
    """How many businesses a region has in editions that are made: None where that is suppressed, 0 where none is."""
    level = level_of(region_code).value
    rows = await pg.fetch(_TOTALS, edition_ids, level, region_code)
    found = {row[0]: orjson.loads(row[1])[0][-1] for row in rows}
    return {each: found.get(each, 0) for each in edition_ids}


async def edition_by_id(pg: asyncpg.Connection, campaign_id: int, edition_id: UUID) -> Edition | None:
    """An edition of a campaign that is made."""
    return await read_one(pg, Edition, f"{_EDITIONS} AND id = $2", campaign_id, edition_id)


async def list_datasets(
    pg: asyncpg.Connection, campaign_id: int | None, region_code: str, *, limit: int, after: DatasetPosition | None
) -> list[Dataset]:
    """The datasets of the catalogue about a region, behind a position: of the newest edition first."""
    at = (None, None) if after is None else (after.as_of, after.id)
    found: list[Dataset] = []
    for row in await pg.fetch(_LISTED, campaign_id, *at, limit + 1):  # each has at least one
        id_, as_of, threshold, campaign, name, starts_on, said, before, given = row
        every_days = statistics_of(said).every_days
        edition = Listed(id_, as_of, threshold, campaign, name, starts_on, every_days, before)
        found += datasets_of(edition, orjson.loads(given), region_code)
    if after is not None:
        # The edition of the position may be gone: then the page begins with the next one.
        own = [each.position for each in found if each.edition.id == after.id]
        found = found[own.index(after) + 1 if after in own else len(own) :]
    return found[:limit]


async def read_tables(
    pg: asyncpg.Connection, edition_id: UUID, attributes: Sequence[str], level: str, region_code: str
) -> list[RegionTable]:
    """The tables by a set of attributes, of each region of a level within a region."""
    first, second = span_of(region_code)
    if level == "nation":
        first, second = NATION, NATION + "~"
    rows = await pg.fetch(_TABLE, edition_id, ",".join(attributes), level, first, second)
    return [RegionTable(row[0], row[1], row[2], orjson.loads(row[3])) for row in rows]


async def titles(pg: asyncpg.Connection) -> Mapping[str, str]:
    """The titles of the divisions of KBLI, by edition and code."""
    return {row["code"]: row["title"] for row in await pg.fetch(_TITLES)}


async def read_table(
    pg: asyncpg.Connection, edition_id: UUID, table: Table, region_code: str, language: str
) -> list[dict[str, Any]]:
    """The rows of a table that an edition has, about a region.

    Raises:
        Problem: `invalid_fields` with `too_many`.
    """
    level, attributes = table.level, table.attributes
    labels = labels_of(table.shown, await titles(pg) if "division" in table.shown else {}, language)
    rows = rows_of(table, await read_tables(pg, edition_id, attributes, level, region_code), labels)
    if attributes:  # a region with too few businesses has only the one cell that says so
        hidden = [
            each for each in await read_tables(pg, edition_id, (), level, region_code) if each.cells[0][-1] is None
        ]
        rows += [not_shown(table, each.code, each.name, each.level) for each in hidden]
        rows.sort(key=lambda row: str(row.get("region_code")))
    return rows
