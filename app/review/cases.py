"""The queue of duplicates: each case with both records side by side, what matched, and how alike they are.

Vulnerable answers are masked here for everybody. Whether two answers are the same is shown only to people who
may see them and give a reason, since comparing allows guessing. A side beyond the reader's reach shows only its
regency.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Access
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.asked import campaign_id_asked
from app.core.bulk import unhurried
from app.core.problems import Code, Problem
from app.core.rows import Row, read, read_one
from app.core.sealing import KeyRing
from app.questionnaires.assessment import shown, whole
from app.regions.region_code import regency_of
from app.register.resolution import OF_BUSINESSES
from app.review.assigning import Assignment, assignments_of
from app.review.case_pages import (
    DISPUTED,
    ONE,
    CasePosition,
    Narrowed,
    ProbablePosition,
    StoredCase,
    by_probability,
    by_region,
)
from app.review.case_schemas import (
    CaseAssignmentOut,
    CaseFilters,
    CaseGroup,
    CaseOut,
    ComparedAnswer,
    Decided,
    ResolutionOut,
    Side,
)
from app.review.comparing import ComparedRecord, compare, likelihood, likeness
from app.review.explaining import explained
from app.review.groups import Group, groups_of
from app.submissions.records import unsealed
from app.workforce.reach import Reach


@dataclass(frozen=True, slots=True)
class Looking:
    """The reader of the queue: the reach, and what the reader may see."""

    ring: KeyRing
    reach: Reach
    access: Access
    trace_id: str
    now: datetime


@dataclass(slots=True)
class _Opened:
    """A side as it is shown, and what of it may be compared; None beyond reach."""

    side: Side
    compared: ComparedRecord | None


class _Revision(Row):
    """The answers of one side, and its enumerator."""

    record_id: UUID
    revision: int
    enumerator_id: UUID
    enumerator: str
    region_code: str
    region_name: str
    captured_at: datetime
    latitude: float | None
    longitude: float | None
    answers: str
    sealed: bytes | None


class Party(Row):
    """A business, its revision in force and where that was recorded by whom, and into which it was merged."""

    id: UUID
    merged_into: UUID | None
    record_id: UUID
    revision: int
    enumerator_id: UUID
    region_code: str


class _Resolution(Row):
    """What was decided on a case."""

    case_id: UUID
    decision: Decided
    reason: str
    decided_by: str | None
    decided_at: datetime


_SIDES = """
SELECT submission.record_id, submission.revision, submission.enumerator_id, username AS enumerator,
       submission.region_code, coalesce(region.name, submission.region_code) AS region_name, submission.captured_at,
       submission.latitude, submission.longitude, answers::text, sealed
FROM unnest($1::uuid[], $2::int[]) AS asked (record_id, revision)
JOIN submission USING (record_id, revision) JOIN account ON account.id = submission.enumerator_id
LEFT JOIN region ON region.code = submission.region_code
"""
_PARTIES = f"SELECT {', '.join(Party.columns)} FROM business WHERE id = ANY($1)"
_RESOLUTIONS = """
SELECT case_id, decision, reason, username AS decided_by, decided_at
FROM resolution LEFT JOIN account ON account.id = decided_by WHERE case_id = ANY($1) AND undone_at IS NULL
"""


async def list_cases(
    pg: asyncpg.Connection, looking: Looking, filters: CaseFilters, *, limit: int, after: bytes | None
) -> tuple[list[CaseOut], list[bytes]]:
    """The first `limit` cases within reach, behind one, in the order that is asked for, and the position of each. Where
    vulnerable answers are compared, the trail says so.

    Raises:
        Problem: `not_found` for a region outside the territory, and for the group of a case beyond reach;
            `unknown_campaign`.
    """
    narrowed = await narrowed_to(pg, looking, filters)
    if filters.order == "probable":
        behind = None if after is None else ProbablePosition.unpack(after)
        rows = await by_probability(pg, narrowed, limit=limit, after=behind)
        positions = [ProbablePosition.of(row).pack() for row in rows]
    else:
        since = None if after is None else CasePosition.unpack(after)
        rows = await by_region(pg, narrowed, limit=limit, after=since)
        positions = [CasePosition.of(row).pack() for row in rows]
    return await _cases_out(pg, looking, rows), positions


async def narrowed_to(pg: asyncpg.Connection, looking: Looking, filters: CaseFilters) -> Narrowed:
    """What the queue is narrowed to by these filters.

    Raises:
        Problem: as `list_cases`.
    """
    territory = looking.reach.territory.narrowed_to(filters.region)
    group = None if filters.group is None else await group_of(pg, looking.reach, filters.group)
    return Narrowed(
        filters.state,
        *territory.span,
        looking.reach.only,
        await campaign_id_asked(pg, filters.campaign),
        filters.kind,
        None if group is None else group.cases,
        looking.access.principal.account_id if filters.assigned == "me" else None,
        filters.assigned == "nobody",
        looking.now,
    )


async def group_of(pg: asyncpg.Connection, reach: Reach, case_id: UUID) -> Group:
    """The group of a case. Where it was decided meanwhile, the cases that still wait are those beside it.

    Raises:
        Problem: `not_found`, also for what is out of reach.
    """
    row = await read_one(pg, StoredCase, ONE, case_id)
    if row is None or not reach.covers(row.enumerator_id, row.region_code):
        raise Problem(Code.NOT_FOUND)
    return (await groups_of(pg, reach, {case_id: row.business_ids}))[case_id]


_COUNT = f"""
SELECT count(*)::int FROM (
    SELECT 1 FROM {DISPUTED}
    WHERE state = 'open' AND duplicate_case.region_code >= $1 AND duplicate_case.region_code < $2
      AND ($3::uuid[] IS NULL OR submission.enumerator_id = ANY($3))
    LIMIT $4
) AS waiting
"""


async def count_open(pg: asyncpg.Connection, reach: Reach, most: int) -> int:
    """How many cases within reach wait, at most so many."""
    found: int = await pg.fetchval(_COUNT, *reach.territory.span, reach.only, most)
    return found


async def read_case(pg: asyncpg.Connection, looking: Looking, case_id: UUID, *, with_group: bool = True) -> CaseOut:
    """One case, with its group and who has it or without.

    Raises:
        Problem: `not_found`, also for what is out of reach.
    """
    row = await read_one(pg, StoredCase, ONE, case_id)
    if row is None or not looking.reach.covers(row.enumerator_id, row.region_code):
        raise Problem(Code.NOT_FOUND)
    (case,) = await _cases_out(pg, looking, [row], with_groups=with_group)
    return case


async def survivors_of(pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> dict[UUID, Party]:
    """For each business the one that it is today: itself, or what it was merged into. Chains of mergers are short:
    mostly it takes one statement."""
    known: dict[UUID, Party] = {}
    wanted = set(business_ids)
    while wanted:
        known |= {party.id: party for party in await read(pg, Party, _PARTIES, list(wanted))}
        wanted = {party.merged_into for party in known.values() if party.merged_into is not None} - known.keys()
    return {asked: _survivor(known, known[asked]) for asked in business_ids if asked in known}


def _survivor(known: Mapping[UUID, Party], party: Party) -> Party:
    while party.merged_into is not None:
        party = known[party.merged_into]
    return party


async def _cases_out(
    pg: asyncpg.Connection, looking: Looking, cases: list[StoredCase], *, with_groups: bool = True
) -> list[CaseOut]:
    if looking.access.unmasked and cases:
        why = {"reason": looking.access.reason}
        await trail.record_many(
            pg,
            Action.PII_COMPARED,
            actor_id=looking.access.principal.account_id,
            trace_id=looking.trace_id,
            subjects=[("duplicate_case", str(case.id), why) for case in cases],
        )
    asked = [id_ for case in cases for id_ in case.business_ids]
    parties = await survivors_of(pg, asked)
    wanted = [(case.record_id, case.revision) for case in cases]
    wanted += [(party.record_id, party.revision) for party in parties.values()]
    revisions = await read(pg, _Revision, _SIDES, [each[0] for each in wanted], [each[1] for each in wanted])
    sides = {(each.record_id, each.revision): each for each in revisions}
    decided = await read(pg, _Resolution, _RESOLUTIONS, [case.id for case in cases])
    resolutions = {each.case_id: each for each in decided}
    waiting = {case.id: case.business_ids for case in cases if with_groups and case.state == "open"}
    groups = await groups_of(pg, looking.reach, waiting) if waiting else {}
    assigned = await assignments_of(pg, waiting, looking.now) if waiting else {}
    return [
        _case(case, looking, parties, sides, resolutions.get(case.id), groups.get(case.id), assigned.get(case.id))
        async for case in unhurried(cases)
    ]


def _case(
    case: StoredCase,
    looking: Looking,
    parties: Mapping[UUID, Party],
    sides: Mapping[tuple[UUID, int], _Revision],
    resolution: _Resolution | None,
    group: Group | None,
    assigned: Assignment | None,
) -> CaseOut:
    revision, others = case.revision, []
    for party in {parties[id_].id: parties[id_] for id_ in case.business_ids}.values():
        if party.record_id == case.record_id and case.kind in OF_BUSINESSES:
            revision = party.revision  # the record's own business, which may have been corrected since
        else:
            others.append(_opened(sides[party.record_id, party.revision], looking, party.id))
    record = _opened(sides[case.record_id, revision], looking, case.business_id)
    alike, compared = _compared(record, others[0]) if others else ({}, [])
    seen = all(each.compared is not None for each in (record, *others))
    stored = None if case.explanation is None or not seen else orjson.loads(case.explanation)
    return CaseOut(
        id=case.id,
        kind=case.kind,
        state=case.state,
        campaign=case.campaign,
        region_code=case.region_code,
        region_name=case.region_name,
        opened_at=case.opened_at,
        matched_on=case.matched_on,
        likelihood=_likelihood(case, alike, looking) if seen else None,
        alike=alike,
        explanation=None if stored is None else explained(stored, unmasked=looking.access.unmasked),
        differs=case.differs,
        record=record.side,
        businesses=[other.side for other in others],
        comparison=compared,
        resolution=None if resolution is None else ResolutionOut.model_validate(resolution, from_attributes=True),
        group=None if group is None else CaseGroup(id=group.id, size=len(group.cases)),
        assignment=None if assigned is None else CaseAssignmentOut.model_validate(assigned, from_attributes=True),
    )


def _likelihood(case: StoredCase, alike: Mapping[str, float], looking: Looking) -> int | None:
    """In percent: of a likely case by its model, which also knows sealed answers, so only in tens without `pii:read`;
    of another one a hint."""
    if case.score is not None:
        return round(100 * case.score) if looking.access.unmasked else 10 * round(10 * case.score)
    return likelihood(alike) if alike else None


def _opened(said: _Revision, looking: Looking, business_id: UUID | None) -> _Opened:
    if not looking.reach.covers(said.enumerator_id, said.region_code):
        hidden = dict.fromkeys(Side.model_fields) | {"region_code": regency_of(said.region_code)}
        return _Opened(Side.model_validate(hidden), None)
    sealed = unsealed(looking.ring, said.record_id, said.revision, said.sealed)
    answers = orjson.loads(said.answers)
    side = Side(
        business_id=business_id,
        record_id=said.record_id,
        revision=said.revision,
        enumerator=said.enumerator,
        region_code=said.region_code,
        region_name=said.region_name,
        captured_at=said.captured_at,
        latitude=said.latitude,
        longitude=said.longitude,
        answers=shown(answers, sealed),
    )
    compared = whole(answers, sealed or {}) if looking.access.unmasked else answers
    return _Opened(side, ComparedRecord(compared, said.region_code, said.latitude, said.longitude))


def _compared(one: _Opened, other: _Opened) -> tuple[dict[str, float], list[ComparedAnswer]]:
    """How alike both are in what may be compared, and every answer of them as it is shown."""
    if one.compared is None or other.compared is None:
        return {}, []
    same = {each.pointer: each.same for each in compare(one.compared, other.compared)}
    sides = (ComparedRecord(each.side.answers or {}, each.side.region_code, None, None) for each in (one, other))
    answers = [
        ComparedAnswer(pointer=each.pointer, record=each.one, business=each.other, same=same.get(each.pointer))
        for each in compare(*sides)
    ]
    return likeness(one.compared, other.compared), answers
