"""Reads of cut-offs, whose rows look as those of progress did when they were published."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal, Role, Territory
from app.campaigns.asked import campaign_id_asked
from app.core.problems import Code, Problem
from app.core.rows import Row, read, read_one
from app.cutoffs.schemas import CutoffFilters, CutoffOut
from app.progress.models import COUNTERS
from app.progress.queries import NAMES, Counts
from app.progress.reports import counts_row, work_row
from app.progress.schemas import PersonOut, RegionOut


class CutoffRow(Row):
    """A cut-off and the first figures of its region."""

    id: UUID
    campaign_id: int
    campaign: str
    campaign_name: str
    region_code: str
    as_of: date
    basis: str
    name: str
    note: str | None
    published_by: UUID
    published_at: datetime
    starts_on: date
    ends_on: date
    decided: dict[str, int] | None
    username: str
    person: str
    region_name: str
    level: str
    target: int | None
    entered: int
    percent: float | None

    def out(self) -> CutoffOut:
        """As it is answered."""
        fields = self.named()
        fields["region"] = RegionOut.model_validate(
            {"code": self.region_code, "name": self.region_name, "level": self.level}
        )
        fields["published_by"] = PersonOut(id=self.published_by, username=self.username, name=self.person)
        return CutoffOut.model_validate({name: fields[name] for name in CutoffOut.model_fields})


_CUTOFFS = """
SELECT cutoff.id, cutoff.campaign_id, campaign.code AS campaign, campaign.name AS campaign_name,
       cutoff.region_code, cutoff.as_of, cutoff.basis,
       cutoff.name, cutoff.note, cutoff.published_by, cutoff.published_at, cutoff.starts_on, cutoff.ends_on,
       cutoff.decided,
       account.username, account.name AS person, itself.name AS region_name, itself.level, itself.target,
       itself.entered, itself.percent
FROM cutoff
JOIN campaign ON campaign.id = cutoff.campaign_id
JOIN account ON account.id = cutoff.published_by
JOIN cutoff_region AS itself ON itself.cutoff_id = cutoff.id AND itself.region_code = cutoff.region_code
"""


class ByMoment(NamedTuple):
    """Behind what a page begins, the newest first."""

    published_at: datetime
    id: UUID

    def pack(self) -> bytes:
        """For a cursor."""
        return self.id.bytes + self.published_at.isoformat().encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        return cls(datetime.fromisoformat(packed[16:].decode()), UUID(bytes=packed[:16]))


async def cutoff_of(pg: asyncpg.Connection, cutoff_id: UUID) -> CutoffRow | None:
    """The cut-off of that id, for every possible reader."""
    return await read_one(pg, CutoffRow, f"{_CUTOFFS} WHERE cutoff.id = $1", cutoff_id)


async def cutoff_within(pg: asyncpg.Connection, cutoff_id: UUID, territory: Territory) -> CutoffRow:
    """The cut-off of that id, of a region in the territory.

    Raises:
        Problem: `not_found`.
    """
    found = await cutoff_of(pg, cutoff_id)
    if found is None or not territory.contains(found.region_code):
        raise Problem(Code.NOT_FOUND)
    return found


async def list_cutoffs(
    pg: asyncpg.Connection, territory: Territory, wanted: CutoffFilters, *, limit: int, after: ByMoment | None
) -> list[CutoffRow]:
    """The newest cut-offs of regions in the territory that come after one.

    Raises:
        Problem: `not_found` for a region that is none or lies outside; `unknown_campaign`.
    """
    first, behind = territory.narrowed_to(wanted.region).span
    campaign_id = await campaign_id_asked(pg, wanted.campaign)
    where = "cutoff.region_code >= $1 AND cutoff.region_code < $2 AND ($3::int IS NULL OR cutoff.campaign_id = $3)"
    values: list[object] = [first, behind, campaign_id, limit]
    if after is not None:
        where += " AND (cutoff.published_at, cutoff.id) < ($5, $6)"
        values += after
    order = "ORDER BY cutoff.published_at DESC, cutoff.id DESC LIMIT $4"
    return await read(pg, CutoffRow, f"{_CUTOFFS} WHERE {where} {order}", *values)


_PACE = (
    "days_left",
    "needed_per_day",
    "needed_per_enumerator_per_day",
    "average_per_day",
    "last_7_days_per_day",
    "projected_total",
    "projected_finish_on",
)
_REGIONS = f"""
SELECT region_code, name, level, target, percent, enumerators, enumerators_active, coordinators, rank, rank_of,
       {", ".join(_PACE)}, {NAMES}
FROM cutoff_region WHERE cutoff_id = $1 AND
"""


async def region_of(pg: asyncpg.Connection, cutoff_id: UUID, code: str) -> dict[str, Any] | None:
    """The row of one region of a cut-off, as progress had it; None where it has none."""
    found = await pg.fetchrow(f"{_REGIONS} region_code = $2", cutoff_id, code)
    return None if found is None else _region(found)


async def regions_below(pg: asyncpg.Connection, cutoff_id: UUID, parent: str) -> list[dict[str, Any]]:
    """The rows of the regions right below one, by code, as progress had them."""
    rows = await pg.fetch(f"{_REGIONS} parent_code = $2 ORDER BY region_code", cutoff_id, parent)
    return [_region(row) for row in rows]


def _region(row: Iterable[Any]) -> dict[str, Any]:
    code, name, level, target, percent, enumerators, active, coordinators, rank, rank_of, *more = row
    counts = Counts(*more[len(_PACE) :])
    return {
        "region": {"code": code, "name": name, "level": level},
        "target": target,
        "entered": counts.entered,
        "percent": percent,
        **counts_row(counts),
        "enumerators": enumerators,
        "enumerators_active": active,
        "coordinators": coordinators,
        "pace": dict(zip(_PACE, more, strict=False)),
        "rank": rank,
        "rank_of": rank_of,
    }


_SEEN = (
    "cutoff_id = $1 AND ($2::uuid IS NULL OR enumerator_id > $2) AND ($3::uuid[] IS NULL OR enumerator_id = ANY($3))"
)
_ENUMERATORS = f"""
SELECT enumerator_id, username, name, coordinator_id, coordinator_username, coordinator_name, quota, percent,
       active_days, last_received_at, {NAMES}
FROM cutoff_enumerator WHERE {_SEEN} ORDER BY enumerator_id LIMIT $4
"""


async def seen_in(pg: asyncpg.Connection, cutoff_id: UUID, principal: Principal) -> list[UUID] | None:
    """The only enumerators of a cut-off whose rows the principal may see; None if all. Coordinators see those whom they
    led then.
    """
    if principal.role is Role.ENUMERATOR:
        return [principal.account_id]
    if principal.role is not Role.COORDINATOR:
        return None
    led = "SELECT enumerator_id FROM cutoff_enumerator WHERE cutoff_id = $1 AND coordinator_id = $2"
    return [row[0] for row in await pg.fetch(led, cutoff_id, principal.account_id)]


async def enumerators_of(
    pg: asyncpg.Connection, cutoff_id: UUID, seen: list[UUID] | None, *, limit: int, after: UUID | None
) -> tuple[list[dict[str, Any]], UUID | None]:
    """A page of rows of enumerators as progress had them, by id, and the last of them if another page follows."""
    rows = await pg.fetch(_ENUMERATORS, cutoff_id, after, seen, limit + 1)
    last = rows[limit - 1][0] if len(rows) > limit else None
    return [_enumerator(row) for row in rows[:limit]], last


def _enumerator(row: asyncpg.Record) -> dict[str, Any]:
    counts = Counts(*row[10:])
    return {
        "enumerator": _person(*row[:3]),
        "coordinator": None if row[3] is None else _person(*row[3:6]),
        "quota": row[6],
        "entered": counts.entered,
        "percent": row[7],
        **work_row(counts),
        "active_days": row[8],
        "last_received_at": row[9],
    }


def _person(id_: UUID, username: str, name: str) -> dict[str, str]:
    return {"id": str(id_), "username": username, "name": name}


class MonthRow(Row):
    """What one enumerator brought in one month of a cut-off."""

    enumerator_id: UUID
    username: str
    name: str
    month: date
    active_days: int
    counts: Counts


_MONTHS = f"""
SELECT enumerator_id, one.username, one.name, month, month.active_days, {", ".join(f"month.{c}" for c in COUNTERS)}
FROM cutoff_month AS month
JOIN cutoff_enumerator AS one USING (cutoff_id, enumerator_id)
WHERE cutoff_id = $1 AND ($2::uuid IS NULL OR (enumerator_id, month) > ($2, $3::date))
  AND ($4::uuid[] IS NULL OR enumerator_id = ANY($4))
ORDER BY enumerator_id, month LIMIT $5
"""


class ByMonth(NamedTuple):
    """Behind what a page of months begins."""

    enumerator_id: UUID
    month: date

    def pack(self) -> bytes:
        """For a cursor."""
        return self.enumerator_id.bytes + self.month.isoformat().encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        return cls(UUID(bytes=packed[:16]), date.fromisoformat(packed[16:].decode()))


async def months_of(
    pg: asyncpg.Connection, cutoff_id: UUID, seen: list[UUID] | None, *, limit: int, after: ByMonth | None = None
) -> list[MonthRow]:
    """The months of the enumerators of a cut-off (of those `seen`, if given), by enumerator and month; a page of them.

    Over all of them, each counter adds up to that of the cut-off's region, but for entries of the listing.
    """
    enumerator_id, month = after or (None, None)
    rows = await pg.fetch(_MONTHS, cutoff_id, enumerator_id, month, seen, limit)
    return [MonthRow.of((*row[:5], Counts(*row[5:]))) for row in rows]


def month_row(row: MonthRow) -> dict[str, Any]:
    """A month as it is answered."""
    return {
        "enumerator": _person(row.enumerator_id, row.username, row.name),
        "month": row.month,
        "entered": row.counts.entered,
        **work_row(row.counts),
        "active_days": row.active_days,
    }


async def days_of(pg: asyncpg.Connection, cutoff_id: UUID) -> dict[date, Counts]:
    """What was counted in the cut-off's region on each day, days with nothing left out."""
    rows = await pg.fetch(f"SELECT day, {NAMES} FROM cutoff_day WHERE cutoff_id = $1 ORDER BY day", cutoff_id)
    return {row[0]: Counts(*row[1:]) for row in rows}


async def assigned_in(pg: asyncpg.Connection, cutoff_id: UUID) -> set[UUID]:
    """The enumerators of a cut-off who were assigned in its region then; all, where it does not say."""
    rows = await pg.fetch(
        "SELECT enumerator_id FROM cutoff_enumerator WHERE cutoff_id = $1 AND is_assigned IS NOT FALSE", cutoff_id
    )
    return {row[0] for row in rows}
