"""Lists of the register by region and id, page after page at the same cost.

A list walks the index of `(region_code, id)`, or that of a filter that leaves little; the planner knows which by the
values, so plans are made for each request.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel, Field

from app.campaigns.queries import campaign_codes
from app.core.paging import ByRegion
from app.register.filters import Filters, Kind, Life, ReviewState, SizeClass, Verified, Where, narrowed
from app.register.verdicts import KINDS
from app.workforce.reach import Reach


class Numbers(BaseModel):
    """What identifies the business, as it is shown."""

    nik: str | None = Field(description="NIK of the owner, masked.")
    nib: str | None = Field(description="NIB, masked.")
    cooperative_number: str | None = Field(description="Cooperative number, masked.")
    passport: str | None = Field(default=None, description="Passport number of an owner without a NIK, masked.")
    kitas: str | None = Field(default=None, description="Residence permit of an owner without a NIK, masked.")


class Verification(BaseModel):
    """What an agency said of a number; it holds while the business has this number and this name."""

    state: Verified
    source: str | None = Field(default=None, description="Who said it; null while it is unverified.")
    on: date | None = Field(default=None, description="Of which day it is.")


class Verifications(BaseModel):
    """The states of its numbers; null where it has no such number."""

    nik: Verification | None
    nib: Verification | None
    cooperative_number: Verification | None


class BusinessListed(BaseModel):
    """A business as lists show it."""

    id: UUID
    kind: Kind
    name: str
    region_code: str = Field(description="Kemendagri code of the village.")
    region_name: str
    kbli: str
    kbli_version: str
    size_class: SizeClass | None
    numbers: Numbers
    verification: Verifications = Field(description="Whether who should know its numbers confirmed them.")
    review_state: ReviewState = Field(description="What was decided on the record whose answers are in force.")
    campaigns: list[str] = Field(description="The campaigns in which it is entered.")
    enumerator: str = Field(description="User name of the enumerator of the answers in force.")
    record_id: UUID = Field(description="The record whose answers are in force.")
    revision: int
    captured_at: datetime
    latitude: float | None
    longitude: float | None
    life: Life = Field(description="Whether it is still there, as the newest round found that visited it.")
    life_since: date | None = Field(description="The day on which it was found closed or moved.")
    life_record_id: UUID | None = Field(description="The record that found it so.")
    created_at: datetime
    updated_at: datetime


_UNVERIFIED = {"state": "unverified", "source": None, "on": None}

# Of a masked number that came before masked forms were kept, only that there is one.
SHOWN_NUMBERS = ", ".join(
    f"coalesce({kind}_masked, CASE WHEN {kind}_digest IS NOT NULL THEN '***' END) AS {kind}" for kind in KINDS
)
SHOWN = (
    "business.id, business.kind, business.name, business.region_code,"
    " coalesce(region.name, business.region_code) AS region_name, business.kbli, business.kbli_version,"
    f" business.size_class, {SHOWN_NUMBERS}, business.verification::text AS verification,"
    " business.review_state, business.campaign_ids,"
    " account.username AS enumerator, business.record_id, business.revision, submission.captured_at,"
    " submission.latitude, submission.longitude, business.life, business.life_since, business.life_record_id,"
    " business.created_at, business.updated_at"
)
WITH_RECORD = (
    " JOIN submission ON submission.record_id = business.record_id AND submission.revision = business.revision"
    " AND submission.regency_code = business.regency_code"
    " JOIN account ON account.id = business.enumerator_id"
    " LEFT JOIN region ON region.code = business.region_code"
)


async def list_businesses(
    pg: asyncpg.Connection, filters: Filters, reach: Reach, *, limit: int, after: ByRegion | None
) -> list[dict[str, Any]]:
    """The first `limit` businesses that the filters leave, behind one, by region and id, as `BusinessListed` has them.

    Raises:
        Problem: `not_found`, `unknown_campaign`; see `narrowed`.
    """
    where = await opened(pg, filters, reach)
    if where is None:
        return []
    if after is not None:
        where.add("(business.region_code, business.id) > ({}, {}::uuid)", *after)
    (count,) = where.also(limit)
    rows = await pg.fetch(
        f"SELECT {SHOWN} FROM (SELECT * FROM business WHERE {where} ORDER BY region_code, id LIMIT {count}) AS business"
        f"{WITH_RECORD} ORDER BY business.region_code, business.id",
        *where.parameters,
    )
    return await listed(pg, rows)


async def opened(pg: asyncpg.Connection, filters: Filters, reach: Reach) -> Where | None:
    """The rows to choose from, as `narrowed`, with the planner set to plan for their values."""
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    return await narrowed(pg, filters, reach)


async def listed(pg: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> list[dict[str, Any]]:
    """Rows of `SHOWN` as `BusinessListed` has them."""
    codes = await campaign_codes(pg)
    return [as_listed(row, codes) for row in rows]


def as_listed(row: Mapping[str, Any] | asyncpg.Record, campaign_codes: dict[int, str]) -> dict[str, Any]:
    """A row of `SHOWN` in the shape of `BusinessListed`."""
    fields = dict(row)
    fields["numbers"] = {kind: fields.pop(kind) for kind in Numbers.model_fields}
    said = orjson.loads(fields["verification"] or "{}")
    fields["verification"] = {
        kind: said.get(kind) or (None if fields["numbers"][kind] is None else dict(_UNVERIFIED))
        for kind in Verifications.model_fields
    }
    fields["campaigns"] = [campaign_codes[id_] for id_ in fields.pop("campaign_ids")]
    return fields
