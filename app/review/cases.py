"""The queue of duplicates: each case with both records side by side, what matched, and how alike they are.

Vulnerable answers are masked here for everybody; whether they are the same is told all the same. Of a business that
lies beyond somebody's reach no more is told than its regency.
"""

from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel, Field

from app.campaigns.queries import campaign_by_code
from app.core.problems import Code, FieldError, Problem
from app.core.sealing import KeyRing
from app.questionnaires.assessment import whole
from app.questionnaires.masking import masked
from app.regions.region_code import regency_of
from app.register.listing import ByRegion
from app.review.comparing import Told, compare, likelihood, likeness
from app.submissions.records import unsealed
from app.workforce.reach import Reach

CaseKind = Literal["duplicate", "conflict", "likely"]
CaseState = Literal["open", "resolved", "superseded"]
Decided = Literal["same", "separate", "wrong_identity"]


class Side(BaseModel):
    """One of those that are compared."""

    business_id: UUID | None = Field(description="Null where the record is no business's yet.")
    record_id: UUID | None
    revision: int | None
    enumerator: str | None = Field(description="User name of who recorded it.")
    region_code: str = Field(description="Of a business beyond the caller's reach, only its regency.")
    captured_at: datetime | None
    latitude: float | None
    longitude: float | None
    answers: dict[str, Any] | None = Field(description="Vulnerable ones masked; null beyond the caller's reach.")


class ComparedAnswer(BaseModel):
    """One answer of the record and of the first business."""

    pointer: str = Field(description="RFC 6901 pointer into `answers`.")
    record: Any
    business: Any
    same: bool | None = Field(description="Null where one of them did not say; told of masked answers, too.")


class ResolutionOut(BaseModel):
    """What was decided."""

    decision: Decided
    reason: str
    decided_by: str | None
    decided_at: datetime


class CaseOut(BaseModel):
    """A case for review."""

    id: UUID
    kind: CaseKind = Field(
        description="`duplicate`: taken for a known business; `conflict`: its numbers contradict the register;"
        " `likely`: two businesses that look like one, though no number says so."
    )
    state: CaseState = Field(description="`superseded`: another revision came and was judged anew.")
    campaign: str
    region_code: str
    opened_at: datetime
    matched_on: list[str] = Field(description="Which kinds of numbers matched.")
    likelihood: int | None = Field(description="A hint how likely they are one business, in percent.")
    alike: dict[str, float] = Field(
        description="How alike they are in name, owner, phone, village, place, KBLI: 0 to 1."
    )
    explanation: dict[str, Any] | None = Field(description="Of a likely one: what weighed how much in its model.")
    record: Side = Field(description="The record in question; of a likely case, the later business.")
    businesses: list[Side] = Field(description="The businesses that it was taken for or contradicts.")
    comparison: list[ComparedAnswer]
    resolution: ResolutionOut | None


class CaseFilters(NamedTuple):
    """What the queue may be narrowed by."""

    region: str | None = None
    campaign: str | None = None
    kind: CaseKind | None = None
    state: CaseState = "open"


_CASE = """
SELECT duplicate_case.id, duplicate_case.kind, duplicate_case.state, campaign.code AS campaign,
       duplicate_case.region_code, opened_at, matched_on, score, explanation::text, duplicate_case.record_id,
       duplicate_case.revision, duplicate_case.business_ids, record.enumerator_id, record.business_id
FROM duplicate_case JOIN campaign ON campaign.id = campaign_id JOIN record USING (record_id)
"""
_SIDES = """
SELECT submission.record_id, submission.revision, submission.enumerator_id, username AS enumerator,
       submission.region_code, submission.captured_at, submission.latitude, submission.longitude, answers::text, sealed
FROM unnest($1::uuid[], $2::int[]) AS asked (record_id, revision)
JOIN submission USING (record_id, revision) JOIN account ON account.id = submission.enumerator_id
"""
# A merged business is told by its survivor's name: a merger of mergers has few steps.
_PARTIES = """
WITH RECURSIVE step AS (
    SELECT id AS asked, id, merged_into, record_id, revision FROM business WHERE id = ANY($1)
    UNION ALL
    SELECT step.asked, next.id, next.merged_into, next.record_id, next.revision
    FROM step JOIN business AS next ON next.id = step.merged_into
)
SELECT asked, id, record_id, revision FROM step WHERE merged_into IS NULL
"""
_OWN = ("id", "kind", "state", "campaign", "region_code", "opened_at", "matched_on")
_RESOLUTIONS = """
SELECT case_id, decision, reason, username AS decided_by, decided_at
FROM resolution LEFT JOIN account ON account.id = decided_by WHERE case_id = ANY($1) AND undone_at IS NULL
"""


async def list_cases(
    pg: asyncpg.Connection, ring: KeyRing, reach: Reach, filters: CaseFilters, *, limit: int, after: ByRegion | None
) -> list[CaseOut]:
    """The first `limit` cases within reach, behind one, by region and age.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    territory = reach.territory if filters.region is None else reach.territory.narrowed_to(filters.region)
    campaign_id = None
    if filters.campaign is not None:
        campaign = await campaign_by_code(pg, filters.campaign)
        if campaign is None:
            at = FieldError("/query/campaign", "unknown_campaign", Code.UNKNOWN_CAMPAIGN.value.detail)
            raise Problem(Code.UNKNOWN_CAMPAIGN, errors=(at,))
        campaign_id = campaign.id
    rows = await pg.fetch(
        f"{_CASE} WHERE duplicate_case.state = $1 AND duplicate_case.region_code >= $2"
        " AND duplicate_case.region_code < $3 AND ($4::uuid[] IS NULL OR record.enumerator_id = ANY($4))"
        " AND ($5::smallint IS NULL OR duplicate_case.campaign_id = $5) AND ($6::text IS NULL OR kind = $6)"
        ' AND ($7::text IS NULL OR (duplicate_case.region_code, duplicate_case.id) > ($7 COLLATE "C", $8::uuid))'
        " ORDER BY duplicate_case.region_code, duplicate_case.id LIMIT $9",
        filters.state,
        *territory.span,
        reach.only,
        campaign_id,
        filters.kind,
        *(after or (None, None)),
        limit,
    )
    return await _told(pg, ring, reach, rows)


async def read_case(pg: asyncpg.Connection, ring: KeyRing, reach: Reach, case_id: UUID) -> CaseOut:
    """One case.

    Raises:
        Problem: `not_found`, also for what is out of reach.
    """
    row = await pg.fetchrow(f"{_CASE} WHERE duplicate_case.id = $1", case_id)
    if row is None or not reach.covers(row["enumerator_id"], row["region_code"]):
        raise Problem(Code.NOT_FOUND)
    (case,) = await _told(pg, ring, reach, [row])
    return case


async def survivors_of(pg: asyncpg.Connection, business_ids: list[UUID]) -> dict[UUID, UUID]:
    """For each business the one that it is today: itself, or what it was merged into."""
    return {row["asked"]: row["id"] for row in await pg.fetch(_PARTIES, business_ids)}


async def _told(pg: asyncpg.Connection, ring: KeyRing, reach: Reach, rows: list[asyncpg.Record]) -> list[CaseOut]:
    parties = {
        row["asked"]: row for row in await pg.fetch(_PARTIES, [id_ for row in rows for id_ in row["business_ids"]])
    }
    wanted = [(row["record_id"], row["revision"]) for row in rows]
    wanted += [(row["record_id"], row["revision"]) for row in parties.values()]
    sides = {
        (row["record_id"], row["revision"]): row
        for row in await pg.fetch(_SIDES, [each[0] for each in wanted], [each[1] for each in wanted])
    }
    resolutions = {row["case_id"]: row for row in await pg.fetch(_RESOLUTIONS, [row["id"] for row in rows])}
    return [_case(row, ring, reach, parties, sides, resolutions.get(row["id"])) for row in rows]


def _case(
    row: asyncpg.Record,
    ring: KeyRing,
    reach: Reach,
    parties: dict[UUID, asyncpg.Record],
    sides: dict[tuple[UUID, int], asyncpg.Record],
    resolution: asyncpg.Record | None,
) -> CaseOut:
    record = sides[row["record_id"], row["revision"]]
    told, side = _side(record, ring, row["business_id"], visible=True)
    others = []
    for party in {parties[id_]["id"]: parties[id_] for id_ in row["business_ids"]}.values():
        if party["record_id"] == row["record_id"] and row["kind"] == "likely":
            continue  # the record's own business
        found = sides[party["record_id"], party["revision"]]
        visible = reach.territory.contains(found["region_code"])
        others.append(_side(found, ring, party["id"], visible=visible))
    alike, compared = {}, []
    if others and others[0][1].answers is not None:
        alike = likeness(told, others[0][0])
        compared = [
            ComparedAnswer(
                pointer=each.pointer,
                record=_found(side.answers, each.pointer),
                business=_found(others[0][1].answers, each.pointer),
                same=each.same,
            )
            for each in compare(told, others[0][0])
        ]
    return CaseOut.model_validate(
        {
            **{
                name: row[name]
                for name in ("id", "kind", "state", "campaign", "region_code", "opened_at", "matched_on")
            },
            "explanation": None if row["explanation"] is None else orjson.loads(row["explanation"]),
            "likelihood": likelihood(alike) if alike else None if row["score"] is None else round(100 * row["score"]),
            "alike": alike,
            "record": side,
            "businesses": [other for _, other in others],
            "comparison": compared,
            "resolution": resolution and dict(resolution),
        }
    )


def _side(row: asyncpg.Record, ring: KeyRing, business_id: UUID | None, *, visible: bool) -> tuple[Told, Side]:
    if not visible:
        hidden = dict.fromkeys(Side.model_fields) | {
            "business_id": business_id,
            "region_code": regency_of(row["region_code"]),
        }
        return Told({}, row["region_code"], None, None), Side.model_validate(hidden)
    sealed = unsealed(ring, row["record_id"], row["revision"], row["sealed"]) or {}
    answers = orjson.loads(row["answers"])
    told = Told(whole(answers, sealed), row["region_code"], row["latitude"], row["longitude"])
    fields = {name: row[name] for name in Side.model_fields if name in row and name != "answers"}
    return told, Side.model_validate(fields | {"business_id": business_id, "answers": whole(answers, masked(sealed))})


def _found(answers: Any, where: str) -> Any:
    """What a pointer of `compare` points to."""
    for part in where.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        answers = answers.get(name) if isinstance(answers, dict) else None
    return answers
