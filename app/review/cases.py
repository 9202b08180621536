"""The queue of duplicates: each case with both records side by side, what matched, and how alike they are.

Vulnerable answers are masked here for everybody. Whether they are the same is told only to who may see them and says
why: who may compare may guess. Of a side beyond somebody's reach no more is told than its regency.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel, Field

from app.accounts.permissions import Access
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.queries import campaign_by_code
from app.core.problems import Code, FieldError, Problem
from app.core.sealing import KeyRing
from app.questionnaires.assessment import shown, whole
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

    business_id: UUID | None = Field(
        description="Null where the record is no business's yet, and beyond the caller's reach."
    )
    record_id: UUID | None
    revision: int | None
    enumerator: str | None = Field(description="User name of who recorded it.")
    region_code: str = Field(description="Beyond the caller's reach, only the regency.")
    captured_at: datetime | None
    latitude: float | None
    longitude: float | None
    answers: dict[str, Any] | None = Field(description="Vulnerable ones masked; null beyond the caller's reach.")


class ComparedAnswer(BaseModel):
    """One answer of the record and of the first business."""

    pointer: str = Field(description="RFC 6901 pointer into `answers`.")
    record: Any
    business: Any
    same: bool | None = Field(
        description="Null where one of them did not say. Of vulnerable answers only with `pii:read` and a reason."
    )


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
        description="How alike they are in name, owner, village, place and KBLI, and with `pii:read` and a reason in"
        " phone: 0 to 1."
    )
    explanation: dict[str, Any] | None = Field(
        description="Of a likely one: what weighed how much in its model. Of numbers and phones as in `alike`."
    )
    record: Side = Field(description="The record in question; of a likely case, the later business.")
    businesses: list[Side] = Field(description="The businesses that it was taken for or contradicts.")
    comparison: list[ComparedAnswer]
    resolution: ResolutionOut | None


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at the queue: how far they reach, and what they may see."""

    ring: KeyRing
    reach: Reach
    access: Access
    trace_id: str


@dataclass(slots=True)
class _Opened:
    """A side as it is shown, and what of it may be compared; None beyond reach."""

    side: Side
    told: Told | None


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
_OF_SEALED = frozenset(("nik", "nib", "phone"))  # in the model's explanation
_RESOLUTIONS = """
SELECT case_id, decision, reason, username AS decided_by, decided_at
FROM resolution LEFT JOIN account ON account.id = decided_by WHERE case_id = ANY($1) AND undone_at IS NULL
"""


async def list_cases(
    pg: asyncpg.Connection, looking: Looking, filters: CaseFilters, *, limit: int, after: ByRegion | None
) -> list[CaseOut]:
    """The first `limit` cases within reach, behind one, by region and age. Where vulnerable answers are compared, the
    trail says so.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    reach = looking.reach
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
    return await _told(pg, looking, rows)


async def read_case(pg: asyncpg.Connection, looking: Looking, case_id: UUID) -> CaseOut:
    """One case.

    Raises:
        Problem: `not_found`, also for what is out of reach.
    """
    row = await pg.fetchrow(f"{_CASE} WHERE duplicate_case.id = $1", case_id)
    if row is None or not looking.reach.covers(row["enumerator_id"], row["region_code"]):
        raise Problem(Code.NOT_FOUND)
    (case,) = await _told(pg, looking, [row])
    return case


async def survivors_of(pg: asyncpg.Connection, business_ids: list[UUID]) -> dict[UUID, UUID]:
    """For each business the one that it is today: itself, or what it was merged into."""
    return {row["asked"]: row["id"] for row in await pg.fetch(_PARTIES, business_ids)}


async def _told(pg: asyncpg.Connection, looking: Looking, rows: list[asyncpg.Record]) -> list[CaseOut]:
    if looking.access.unmasked and rows:
        why = {"reason": looking.access.reason}
        await trail.record_many(
            pg, Action.PII_COMPARED, actor_id=looking.access.principal.account_id, trace_id=looking.trace_id,
            subjects=[("duplicate_case", str(row["id"]), why) for row in rows],
        )  # fmt: skip
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
    return [_case(row, looking, parties, sides, resolutions.get(row["id"])) for row in rows]


def _case(
    row: asyncpg.Record,
    looking: Looking,
    parties: dict[UUID, asyncpg.Record],
    sides: dict[tuple[UUID, int], asyncpg.Record],
    resolution: asyncpg.Record | None,
) -> CaseOut:
    record = _opened(sides[row["record_id"], row["revision"]], looking, row["business_id"])
    others = []
    for party in {parties[id_]["id"]: parties[id_] for id_ in row["business_ids"]}.values():
        if party["record_id"] == row["record_id"] and row["kind"] == "likely":
            continue  # the record's own business
        others.append(_opened(sides[party["record_id"], party["revision"]], looking, party["id"]))
    alike, compared = _compared(record, others[0]) if others else ({}, [])
    told: dict[str, Any] = {name: row[name] for name in _OWN}
    seen = all(each.told is not None for each in (record, *others))
    if seen and row["explanation"] is not None:
        weights = orjson.loads(row["explanation"])
        hidden = frozenset[str]() if looking.access.unmasked else _OF_SEALED
        told["explanation"] = {name: weight for name, weight in weights.items() if name not in hidden}
    score = row["score"] if looking.access.unmasked and seen else None
    return CaseOut.model_validate(
        {
            "explanation": None,
            **told,
            "likelihood": likelihood(alike) if alike else None if score is None else round(100 * score),
            "alike": alike,
            "record": record.side,
            "businesses": [other.side for other in others],
            "comparison": compared,
            "resolution": resolution and dict(resolution),
        }
    )


def _opened(row: asyncpg.Record, looking: Looking, business_id: UUID | None) -> _Opened:
    if not looking.reach.covers(row["enumerator_id"], row["region_code"]):
        hidden = dict.fromkeys(Side.model_fields) | {"region_code": regency_of(row["region_code"])}
        return _Opened(Side.model_validate(hidden), None)
    sealed = unsealed(looking.ring, row["record_id"], row["revision"], row["sealed"])
    answers = orjson.loads(row["answers"])
    fields = {name: row[name] for name in Side.model_fields if name in row and name != "answers"}
    side = Side.model_validate(fields | {"business_id": business_id, "answers": shown(answers, sealed)})
    compared = whole(answers, sealed or {}) if looking.access.unmasked else answers
    return _Opened(side, Told(compared, row["region_code"], row["latitude"], row["longitude"]))


def _compared(one: _Opened, other: _Opened) -> tuple[dict[str, float], list[ComparedAnswer]]:
    """How alike both are in what may be compared, and every answer of them as it is shown."""
    if one.told is None or other.told is None:
        return {}, []
    same = {each.pointer: each.same for each in compare(one.told, other.told)}
    sides = (Told(each.side.answers or {}, each.side.region_code, None, None) for each in (one, other))
    answers = [
        ComparedAnswer(pointer=each.pointer, record=each.one, business=each.other, same=same.get(each.pointer))
        for each in compare(*sides)
    ]
    return likeness(one.told, other.told), answers
