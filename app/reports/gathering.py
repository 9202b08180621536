"""Reads what a report shows, from progress or from a cut-off: the very rows of the API, at one moment."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.core.problems import Code, FieldError, Problem, Text
from app.cutoffs import queries as cutoffs
from app.cutoffs.queries import CutoffRow
from app.cutoffs.schemas import CutoffOut
from app.progress import reports
from app.progress.queries import Counts, days_of, region_named
from app.progress.reports import date_rows, look
from app.regions.region_code import local_date
from app.workforce.queries import assigned_of

MAX_ENUMERATORS = 2_000
"""The most enumerators that a report lists."""

MAX_DAYS = 1_000
_PAGE = 1_000
_OF_CUTOFF = Text(
    "Rilis sudah menentukan wilayah, pendataan, dan tanggalnya; jangan sebut yang lain.",
    "The cut-off says the region, the campaign and the day; name no others.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is about: a cut-off, or a region in a campaign as of a day."""

    region: str | None
    campaign: str | None
    as_of: date | None
    cutoff: UUID | None


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a region. Rows are those of the API; `days` are from the campaign's first day to `as_of`.

    `counted_until` is the last day that the figures tell of: the day before `as_of` where that one is not over and
    nothing came on it yet. `enumerators`: None where there are more than a report lists.
    """

    campaign: str
    campaign_name: str
    starts_on: date
    ends_on: date
    as_of: date
    counted_until: date
    basis: str
    read_at: datetime
    cutoff: CutoffOut | None
    parent_name: str | None
    item: dict[str, Any]
    parts: list[dict[str, Any]]
    enumerators: list[dict[str, Any]] | None
    assigned: set[str]
    days: list[dict[str, Any]]


async def gather(pg: asyncpg.Connection, principal: Principal, now: datetime, asked: Asked) -> Report:
    """Read it all within a snapshot.

    Raises:
        Problem: `not_found` for a region or cut-off that is none or lies outside the territory; `unknown_campaign`;
            `invalid_fields` for a day to come or before the campaign, or what a cut-off says otherwise
            (`not_of_cutoff`).
    """
    if asked.cutoff is not None:
        return await _of_cutoff(pg, principal, asked.cutoff, asked)
    view = await look(
        pg,
        principal,
        now,
        region_code=principal.territory.region_code if asked.region is None else asked.region,
        campaign_code=asked.campaign,
        as_of=asked.as_of,
        basis="received",
    )
    question, code, campaign = view.question, view.region.code, view.campaign
    reports.refuse_day(view, "/query/as_of")
    item = await reports.one_region(pg, view)
    parts = await reports.regions_below(pg, view)
    rows: list[dict[str, Any]] = []
    after: UUID | None = None
    while not rows or (after is not None and len(rows) <= MAX_ENUMERATORS):
        page, after = await reports.enumerators(pg, view, coordinator=None, limit=_PAGE, after=after)
        rows += page
        if after is None:
            break
    people = [UUID(row["enumerator"]["id"]) for row in rows]
    assigned = await assigned_of(pg, campaign.id, question.as_of, code, people)
    first = _first_day(campaign.starts_on, question.as_of)
    days = await days_of(pg, question, code, first)
    parent = None if view.region.parent_code is None else await region_named(pg, view.region.parent_code)
    return Report(
        campaign=campaign.code,
        campaign_name=campaign.name,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        as_of=question.as_of,
        counted_until=_counted_until(question.as_of, view.today, days),
        basis=question.basis,
        read_at=now,
        cutoff=None,
        parent_name=parent and parent.name,
        item=item,
        parts=parts,
        enumerators=rows if len(rows) <= MAX_ENUMERATORS else None,
        assigned={str(one) for one in assigned},
        days=date_rows(days, first, question.as_of),
    )


async def _of_cutoff(pg: asyncpg.Connection, principal: Principal, cutoff_id: UUID, asked: Asked) -> Report:
    row = await cutoffs.cutoff_within(pg, cutoff_id, principal.territory)
    _refuse_other(row, asked)
    seen = await cutoffs.seen_in(pg, row.id, principal)
    people, more = await cutoffs.enumerators_of(pg, row.id, seen, limit=MAX_ENUMERATORS, after=None)
    assigned = await cutoffs.assigned_in(pg, row.id)
    counted = await cutoffs.days_of(pg, row.id)
    first = _first_day(row.starts_on, row.as_of)
    before = [counts for day, counts in counted.items() if day < first]
    days: dict[date | None, Counts] = {None: reduce(Counts.plus, before, Counts())}
    days |= dict(counted.items())
    itself = await cutoffs.region_of(pg, row.id, row.region_code)
    region = await region_named(pg, row.region_code)
    parent = None if region is None or region.parent_code is None else await region_named(pg, region.parent_code)
    return Report(
        campaign=row.campaign,
        campaign_name=row.campaign_name,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        as_of=row.as_of,
        counted_until=_counted_until(row.as_of, local_date(row.published_at, row.region_code), days),
        basis=row.basis,
        read_at=row.published_at,
        cutoff=row.out(),
        parent_name=parent and parent.name,
        item=itself or {},
        parts=await cutoffs.regions_below(pg, row.id, row.region_code),
        enumerators=people if more is None else None,
        assigned={str(one) for one in assigned},
        days=date_rows(days, first, row.as_of),
    )


def _refuse_other(row: CutoffRow, asked: Asked) -> None:
    said = {
        "region": (asked.region, row.region_code),
        "campaign": (asked.campaign, row.campaign),
        "as_of": (asked.as_of, row.as_of),
    }
    errors = [
        FieldError(f"/query/{name}", "not_of_cutoff", _OF_CUTOFF)
        for name, (wanted, kept) in said.items()
        if wanted not in (None, kept)
    ]
    if errors:
        raise Problem(Code.INVALID_FIELDS, errors=tuple(errors))


def _first_day(starts_on: date, as_of: date) -> date:
    """The first day of the curve: the campaign's, but for a campaign of years."""
    return max(starts_on, as_of - timedelta(MAX_DAYS - 1)) if as_of >= starts_on else as_of


def _counted_until(as_of: date, today: date, days: dict[date | None, Counts]) -> date:
    """As in `Report`."""
    came = days.get(as_of)
    over = as_of < today or (came is not None and any(came))
    return as_of if over or as_of == date.min else as_of - timedelta(1)
