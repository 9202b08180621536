"""The queue of records for review: which wait, in which order, and what a reviewer sees of each at a glance.

Of one team all that waits is read and put in order. Of a place the regencies come one after another, and within each
the oldest of every village are put in order: so a page costs the same however much waits in the country. Records with
warnings have an index of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, NamedTuple, Self
from uuid import UUID

import asyncpg
from pydantic import BaseModel, ConfigDict, Field

from app.accounts.permissions import Territory
from app.campaigns.asked import campaign_id_asked
from app.core.distribution import ON_ONE_NODE, is_spread
from app.core.rows import Row, read
from app.core.text import Handle, Line
from app.core.timestamps import MomentInUTC
from app.regions.region_code import LONGEST, Level, level_of, regency_of
from app.register.filters import Kind, ReviewState, SizeClass
from app.submissions.tablet_times import MINUTES
from app.workforce.reach import Reach
from app.workforce.supervised import only_of

Order = Literal["oldest", "warnings"]
REGENCIES = 20
"""The most regencies that one page looks through: after that it ends early, with a cursor."""


class QueueFilters(BaseModel):
    """What the queue is narrowed by; all but the state and the order are None where they are not asked."""

    model_config = ConfigDict(frozen=True)

    state: ReviewState = Field(default="unreviewed", description="By default what waits.")
    order: Order = Field(
        default="oldest",
        description="The oldest first (of a place, regency after regency), or before them what has warnings.",
    )
    region: Line | None = Field(
        default=None, description="Kemendagri code; by default the caller's whole territory.", max_length=LONGEST
    )
    campaign: Line | None = Field(default=None, description="Code of a campaign in which it is entered.", max_length=60)
    coordinator: Handle | None = Field(default=None, description="User name of the team's coordinator.", max_length=200)
    enumerator: Handle | None = Field(
        default=None, description="User name of the enumerator who recorded it.", max_length=200
    )
    kind: Kind | None = Field(default=None, description="Which form: enterprise or cooperative.")
    warnings: bool | None = Field(default=None, description="Only what has warnings, or has none.")
    updated_since: MomentInUTC | None = Field(default=None, description="Came or changed at that time or later.")


class QueuePosition(NamedTuple):
    """Behind which record a page begins. `plain` comes after what has warnings, where those come first."""

    regency_code: str
    plain: bool
    id: UUID

    def pack(self) -> bytes:
        """For a cursor."""
        return self.id.bytes + bytes([self.plain]) + self.regency_code.encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        return cls(packed[17:].decode(), bool(packed[16]), UUID(bytes=packed[:16]))


class RecordWaiting(BaseModel):
    """A record as its reviewer sees it at a glance: the one whose answers are in force for a business."""

    record_id: UUID
    revision: int = Field(
        description="To be sent with the decision, so that a decision is always about the revision that was seen."
    )
    business_id: UUID
    name: str = Field(description="Legal name.")
    kind: Kind
    kbli: str
    size_class: SizeClass | None
    region_code: str = Field(description="Kemendagri code of the village.")
    region_name: str = Field(description="Name of the village.")
    campaign: str
    questionnaire: str
    enumerator: str = Field(description="User name.")
    enumerator_name: str
    review_state: ReviewState
    reason: str | None = Field(description="Why it was returned, while it is.")
    decided_at: datetime | None = Field(description="When the decision in force was made; null while it waits.")
    captured_at: datetime
    received_at: datetime
    minutes: float | None = Field(description="From the first question to the last; null where the tablet says none.")
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    warnings: list[str] = Field(description="Codes of doubts, each with a pointer behind it.")


class _Shown(Row):
    """The columns of `RecordWaiting`, and the business's regency."""

    regency_code: str
    record_id: UUID
    revision: int
    business_id: UUID
    name: str
    kind: str
    kbli: str
    size_class: str | None
    region_code: str
    region_name: str
    campaign: str
    questionnaire: str
    enumerator: str
    enumerator_name: str
    review_state: str
    reason: str | None
    decided_at: datetime | None
    captured_at: datetime
    received_at: datetime
    minutes: float | None
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The filters as the database knows them: ids for names. `only`: the work of these enumerators alone."""

    state: str
    order: Order
    territory: Territory
    only: tuple[UUID, ...] | None
    campaign_id: int | None
    kind: str | None
    warnings: bool | None
    since: datetime | None

    def parameters(self, territory: Territory | None = None) -> tuple[object, ...]:
        """$1 to $6 of `_WAITS`, for a part of the territory."""
        return (self.state, *(territory or self.territory).span, self.campaign_id, self.kind, self.since)

    def within(self, regency: str) -> Territory:
        """What of the territory lies in a regency."""
        return self.territory if self.territory.region_code.startswith(regency) else Territory(regency)


# A record waits by the state of the business whose answers it gives.
_WAITS = (
    "business.review_state = $1 AND business.merged_into IS NULL"
    " AND business.region_code >= $2 AND business.region_code < $3"
    " AND ($4::smallint IS NULL OR $4 = ANY(business.campaign_ids)) AND ($5::text IS NULL OR business.kind = $5)"
    " AND ($6::timestamptz IS NULL OR business.updated_at >= $6)"
)
# What a revision was stored under says nothing: a decision may have given its record to another business.
_IN_FORCE = (
    "submission.record_id = business.record_id AND submission.revision = business.revision"
    " AND submission.regency_code = business.regency_code"
)
# $7 the team, $8 whether only what has warnings (true), has none (false) or both (null), $9 behind which, $10 and $11
# whether it had none, and whether those with warnings come first, $12 the limit.
_OF_TEAM = f"""
SELECT '' AS regency_code, plain, id FROM (
    SELECT business.id, $11 AND submission.warnings = '{{}}' AS plain
    FROM business
    JOIN submission ON {_IN_FORCE}
    WHERE {_WAITS} AND business.enumerator_id = ANY($7::uuid[])
      AND ($8::boolean IS NULL OR (submission.warnings <> '{{}}') = $8)
) AS waiting WHERE ($9::uuid IS NULL OR (plain, id) > ($10::boolean, $9)) ORDER BY plain, id LIMIT $12
"""
# $7 the regency, $8 behind which, $9 the limit. What has warnings is read first: it is little, and the planner, which
# takes the conditions for independent, would read whole tables.
_DOUBTFUL = f"""
WITH warned AS MATERIALIZED (
    SELECT record_id, revision FROM submission WHERE regency_code = $7 AND warnings <> '{{}}'
), doubtful AS MATERIALIZED (
    SELECT record.business_id, record.record_id, warned.revision
    FROM warned JOIN record ON record.record_id = warned.record_id AND record.counted_revision = warned.revision
)
SELECT business.id FROM doubtful
JOIN business
  ON business.id = doubtful.business_id AND business.record_id = doubtful.record_id
 AND business.revision = doubtful.revision
WHERE {_WAITS}
"""
_OF_REGENCY = {
    "doubtful": f"{_DOUBTFUL} AND ($8::uuid IS NULL OR business.id > $8) ORDER BY business.id LIMIT $9",
    **{
        name: f"""
SELECT waiting.id FROM region CROSS JOIN LATERAL (
    SELECT business.id FROM business
    WHERE business.regency_code = $7 AND business.region_code = region.code AND {_WAITS}
      AND ($8::uuid IS NULL OR business.id > $8) {without}
    ORDER BY business.id LIMIT $9
) AS waiting
WHERE region.level IN ('village', 'neighbourhood') AND region.code >= $2 AND region.code < $3
  AND left(region.code, 5) = $7
ORDER BY waiting.id LIMIT $9
"""
        for name, without in (("all", ""), ("plain", f"AND business.id NOT IN ({_DOUBTFUL})"))
    },
}
# $1 the state, $2 and $3 the span, $4 from which on.
_REGENCIES = f"""
{ON_ONE_NODE}
SELECT code FROM region
WHERE level = 'regency' AND code >= $2 AND code < $3 AND code >= $4
  AND EXISTS (SELECT FROM business WHERE review_state = $1 AND region_code >= code AND region_code < code || '/')
ORDER BY code LIMIT {REGENCIES}
"""
# Every node looks through what waits on it.
_REGENCIES_OF_ALL_NODES = f"""
SELECT DISTINCT regency_code FROM business
WHERE review_state = $1 AND region_code >= $2 AND region_code < $3 AND regency_code >= $4
ORDER BY regency_code LIMIT {REGENCIES}
"""
_SHOWN = f"""
SELECT business.regency_code, business.record_id, business.revision, business.id AS business_id, business.name,
       business.kind, business.kbli, business.size_class, business.region_code,
       coalesce(region.name, business.region_code) AS region_name, campaign.code AS campaign, submission.questionnaire,
       account.username AS enumerator, account.name AS enumerator_name, business.review_state, review.reason,
       review.decided_at, submission.captured_at, submission.received_at,
       round({MINUTES}, 1)::float8 AS minutes,
       submission.latitude, submission.longitude, submission.accuracy_m, submission.warnings
FROM business JOIN submission ON {_IN_FORCE}
JOIN account ON account.id = business.enumerator_id JOIN campaign ON campaign.id = submission.campaign_id
LEFT JOIN region ON region.code = business.region_code
LEFT JOIN review
  ON review.record_id = business.record_id AND review.regency_code = business.regency_code AND review.ended_on IS NULL
WHERE business.id = ANY($1::uuid[]) AND (business.search_name <> '' OR submission.sealed IS NOT NULL)
"""  # of what was erased nobody decides: it has neither


async def list_waiting(
    pg: asyncpg.Connection, reach: Reach, filters: QueueFilters, today: date, *, limit: int, after: QueuePosition | None
) -> tuple[list[RecordWaiting], QueuePosition | None]:
    """The first `limit` records within reach behind one, and where the next page begins (None after the last).

    `oldest`: by the age of the business in the register; of a place regency after regency. `warnings`: what has
    warnings first. A page may be shorter than `limit` though another one follows.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    narrowed = await _narrowed(pg, reach, filters, today)
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
    found, ended_at = await (_of_team if narrowed.only is not None else _of_place)(pg, narrowed, limit + 1, after)
    shown = found[:limit]
    rows = await _records(pg, [each.id for each in shown])
    if len(found) > limit:
        return rows, shown[-1]
    return rows, ended_at


async def _of_team(
    pg: asyncpg.Connection, narrowed: Narrowed, limit: int, after: QueuePosition | None
) -> tuple[list[QueuePosition], None]:
    rows = await pg.fetch(
        _OF_TEAM,
        *narrowed.parameters(),
        list(narrowed.only or ()),
        narrowed.warnings,
        None if after is None else after.id,
        after is not None and after.plain,
        narrowed.order == "warnings",
        limit,
    )
    return [QueuePosition(*row) for row in rows], None


async def _of_place(
    pg: asyncpg.Connection, narrowed: Narrowed, limit: int, after: QueuePosition | None
) -> tuple[list[QueuePosition], QueuePosition | None]:
    """From the regency of `after` on; what was looked through last, where there may be more behind it."""
    regencies = await _regencies(pg, narrowed, "" if after is None else after.regency_code)
    found: list[QueuePosition] = []
    for code in regencies:
        for part in _parts(narrowed):
            plain = part == "plain"
            behind = after if after is not None and after.regency_code == code else None
            if behind is not None and behind.plain and not plain:
                continue
            inside = behind.id if behind is not None and behind.plain == plain else None
            rows = await pg.fetch(
                _OF_REGENCY[part], *narrowed.parameters(narrowed.within(code)), code, inside, limit - len(found)
            )
            found += [QueuePosition(code, plain, row[0]) for row in rows]
            if len(found) == limit:
                return found, None
    if len(regencies) == REGENCIES:
        return found, QueuePosition(regencies[-1], plain=True, id=UUID(int=2**128 - 1))
    return found, None


def _parts(narrowed: Narrowed) -> Sequence[str]:
    """What is asked for in a regency, one after the other."""
    if narrowed.warnings is not None:
        return ("doubtful",) if narrowed.warnings else ("plain",)
    return ("doubtful", "plain") if narrowed.order == "warnings" else ("all",)


async def _regencies(pg: asyncpg.Connection, narrowed: Narrowed, first: str) -> list[str]:
    code = narrowed.territory.region_code
    if level_of(code) not in (Level.NATION, Level.PROVINCE):
        return [regency_of(code)]
    statement = _REGENCIES_OF_ALL_NODES if await is_spread(pg) else _REGENCIES
    return [row[0] for row in await pg.fetch(statement, narrowed.state, *narrowed.territory.span, first)]


async def _records(pg: asyncpg.Connection, business_ids: list[UUID]) -> list[RecordWaiting]:
    rows = {row.business_id: row for row in await read(pg, _Shown, _SHOWN, business_ids)}
    return [RecordWaiting.model_validate(rows[id_], from_attributes=True) for id_ in business_ids if id_ in rows]


async def _narrowed(pg: asyncpg.Connection, reach: Reach, filters: QueueFilters, today: date) -> Narrowed:
    territory = reach.territory.narrowed_to(filters.region)
    campaign_id = await campaign_id_asked(pg, filters.campaign)
    return Narrowed(
        state=filters.state,
        order=filters.order,
        territory=territory,
        only=await only_of(pg, reach, today, enumerator=filters.enumerator, coordinator=filters.coordinator),
        campaign_id=campaign_id,
        kind=filters.kind,
        warnings=filters.warnings,
        since=filters.updated_since,
    )


MOST = 10_000
"""A count stops there: whether 12,000 or 13,000 wait makes no difference, and counting them costs."""

_COUNT = f"""
SELECT count(*)::int FROM (
    SELECT 1 FROM business
    WHERE review_state = $1 AND merged_into IS NULL AND region_code >= $2 AND region_code < $3 {{whose}}
      AND search_name <> '' -- else it was erased, or has no letter and no digit; to look each up would cost
    LIMIT {MOST}
) AS waiting
"""
_COUNT_OF_ALL, _COUNT_OF_TEAM = _COUNT.format(whose=""), _COUNT.format(whose="AND enumerator_id = ANY($4::uuid[])")


async def count_waiting(pg: asyncpg.Connection, reach: Reach, state: ReviewState) -> int:
    """How many records within reach stand so, at most `MOST`."""
    found: int
    if reach.only is None:
        found = await pg.fetchval(_COUNT_OF_ALL, state, *reach.territory.span)
    else:
        found = await pg.fetchval(_COUNT_OF_TEAM, state, *reach.territory.span, list(reach.only))
    return found
