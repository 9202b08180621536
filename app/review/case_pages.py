"""Pages of the queue of duplicates: in which order cases come, and how the queue is narrowed.

By region: those with a wrong number first, then by region and age. Most probable first: kind after kind (`STAGES`),
likely ones by what their model says, so each page is one look into an index, however many cases wait.
"""

import math
import struct
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

import asyncpg

from app.core.rows import Row, read
from app.review.case_schemas import CaseKind, CaseState

STAGES: tuple[CaseKind, ...] = ("wrong_number", "conflict", "duplicate", "likely", "same_owner")
"""The kinds, the most probable first: a stranger's number keeps a record out of the register; numbers that are the same
say more than any model; two of one owner count already, and are mostly two."""


class StoredCase(Row):
    """A case as it is stored, and whose record it is about."""

    id: UUID
    kind: CaseKind
    state: CaseState
    campaign: str
    region_code: str
    region_name: str
    opened_at: datetime
    matched_on: list[str]
    score: float | None
    explanation: str | None
    differs: list[str]
    record_id: UUID
    revision: int
    business_ids: list[UUID]
    enumerator_id: UUID
    business_id: UUID | None


class CasePosition(NamedTuple):
    """Behind which case a page begins. `first`: it is one of those that come before all others."""

    first: bool
    region_code: str
    id: UUID

    @classmethod
    def of(cls, case: StoredCase) -> Self:
        """Where a case stands."""
        return cls(case.kind == "wrong_number", case.region_code, case.id)

    def pack(self) -> bytes:
        """For a cursor."""
        return self.id.bytes + bytes([self.first]) + self.region_code.encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made, also before there were any that come first."""
        begins = 17 if packed[16] <= 1 else 16
        return cls(packed[16] == 1, packed[begins:].decode(), UUID(bytes=packed[:16]))


class ProbablePosition(NamedTuple):
    """The same, where the most probable come first. `score` is of likely ones alone."""

    stage: int
    score: float
    id: UUID

    @classmethod
    def of(cls, case: StoredCase) -> Self:
        """Where a case stands."""
        return cls(STAGES.index(case.kind), case.score or 0.0, case.id)

    def pack(self) -> bytes:
        """For a cursor."""
        return struct.pack(">Bd", self.stage, self.score) + self.id.bytes

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        stage, score = struct.unpack(">Bd", packed[:9])
        return cls(stage, score, UUID(bytes=packed[9:]))


class Narrowed(NamedTuple):
    """What the queue is narrowed by. `ids`: only these cases. `assigned_to`: only what this account has; `unassigned`:
    only what nobody has at `now`. Of what is None, all."""

    state: CaseState
    first_code: str
    end_code: str
    only: Sequence[UUID] | None
    campaign_id: int | None
    kind: CaseKind | None
    ids: Sequence[UUID] | None
    assigned_to: UUID | None
    unassigned: bool
    now: datetime


# Whose record it is, the revision in question says as well, which is of the same regency.
DISPUTED = "duplicate_case JOIN submission USING (record_id, revision, regency_code)"
_CASE = f"""
WITH page AS MATERIALIZED (
    SELECT duplicate_case.*, submission.enumerator_id FROM {DISPUTED} WHERE {{where}}
)
SELECT page.id, page.kind, page.state, campaign.code AS campaign, page.region_code,
       coalesce(region.name, page.region_code) AS region_name, opened_at, matched_on, score, explanation::text,
       differs, page.record_id, page.revision, page.business_ids, page.enumerator_id, record.business_id
FROM page JOIN campaign ON campaign.id = page.campaign_id JOIN record USING (record_id)
LEFT JOIN region ON region.code = page.region_code ORDER BY {{order}}
"""
_NARROWED = """duplicate_case.state = $1 AND duplicate_case.region_code >= $2
      AND duplicate_case.region_code < $3 AND ($4::uuid[] IS NULL OR submission.enumerator_id = ANY($4))
      AND ($5::smallint IS NULL OR duplicate_case.campaign_id = $5) AND ($6::text IS NULL OR kind = $6)
      AND ($7::uuid[] IS NULL OR duplicate_case.id = ANY($7))
      AND ($8::uuid IS NULL OR duplicate_case.id IN (
          SELECT case_id FROM case_assignment WHERE assigned_to = $8 AND lapses_at > $10))
      AND (NOT $9::boolean OR duplicate_case.id NOT IN (
          SELECT case_id FROM case_assignment WHERE lapses_at > $10))"""


def _of_regions(which: str) -> str:
    return _CASE.format(
        where=f"""{which} AND {_NARROWED}
      AND ($11::text IS NULL OR (duplicate_case.region_code, duplicate_case.id) > ($11 COLLATE "C", $12::uuid))
    ORDER BY duplicate_case.region_code, duplicate_case.id LIMIT $13""",
        order="page.region_code, page.id",
    )


_WRONG_NUMBERS = _of_regions("kind = 'wrong_number'")
_OTHERS = _of_regions("kind <> 'wrong_number'")
_LIKELY = _CASE.format(
    where=f"""kind = 'likely' AND {_NARROWED}
      AND score <= $11::float8 AND (score < $11 OR duplicate_case.id > $12::uuid)
    ORDER BY score DESC, duplicate_case.id LIMIT $13""",
    order="page.score DESC, page.id",
)
_OF_KIND = {
    kind: _CASE.format(
        where=f"""kind = '{kind}' AND {_NARROWED} AND $11::float8 IS NOT NULL AND duplicate_case.id > $12::uuid
    ORDER BY duplicate_case.id LIMIT $13""",
        order="page.id",
    )
    for kind in STAGES
    if kind != "likely"
} | {"likely": _LIKELY}
ONE = _CASE.format(where="duplicate_case.id = $1", order="page.id")


async def by_region(
    pg: asyncpg.Connection, narrowed: Narrowed, *, limit: int, after: CasePosition | None
) -> list[StoredCase]:
    """The first cases behind one, by region and age; those with a wrong number before all others."""
    await _plan_for_values(pg)
    rows: list[StoredCase] = []
    for first, page in ((True, _WRONG_NUMBERS), (False, _OTHERS)):
        if len(rows) < limit and (after is None or after.first >= first):
            behind = (None, None) if after is None or after.first != first else (after.region_code, after.id)
            rows += await read(pg, StoredCase, page, *narrowed, *behind, limit - len(rows))
    return rows


async def by_probability(
    pg: asyncpg.Connection, narrowed: Narrowed, *, limit: int, after: ProbablePosition | None
) -> list[StoredCase]:
    """The first cases behind one, the most probable first; of one kind without a figure the oldest first."""
    await _plan_for_values(pg)
    start = ProbablePosition(0, math.inf, UUID(int=0)) if after is None else after
    rows: list[StoredCase] = []
    for stage, kind in enumerate(STAGES):
        if len(rows) == limit or stage < start.stage or narrowed.kind not in (None, kind):
            continue
        behind = (start.score, start.id) if stage == start.stage else (math.inf, UUID(int=0))
        rows += await read(pg, StoredCase, _OF_KIND[kind], *narrowed, *behind, limit - len(rows))
    return rows


async def _plan_for_values(pg: asyncpg.Connection) -> None:
    """A plan for any values would not know that it may use the index of open cases, nor how small the region is."""
    await pg.execute("SET LOCAL plan_cache_mode = force_custom_plan")
