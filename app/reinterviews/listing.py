"""Lists of re-interviews, and how far they agree by question and by enumerator; within the caller's reach."""

import struct
from datetime import date, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import asyncpg

from app.accounts.queries import names_of
from app.core.paging import ByRegion
from app.core.rows import Row, read, read_the
from app.regions.queries import region_names
from app.reinterviews.agreeing import SUMS
from app.reinterviews.interval import Sums, interval
from app.reinterviews.questions import label_of
from app.reinterviews.schemas import (
    AgreementSums,
    EnumeratorAgreement,
    Person,
    QuestionAgreement,
    ReinterviewerAgreement,
    ReinterviewFilters,
    ReinterviewOut,
)
from app.reinterviews.shown import SHOWN
from app.workforce.reach import Reach
from app.workforce.supervised import Work, work_asked

# $1 campaign, $2 and $3 the span, $4 the only enumerators.
_WITHIN = (
    "campaign_id = $1 AND region_code >= $2 AND region_code < $3 AND ($4::uuid[] IS NULL OR enumerator_id = ANY($4))"
)
# $5 the state, $6 who asks again, $7 today, $8 and $9 behind which, $10 the limit.
_REINTERVIEWS = f"""
SELECT id, record_id, business_id, region_code, enumerator_id, drawn_by, drawn_at, state, withdrawn_for, assignee_id,
       assigned_at, assigned_by, due_on, result, answered_at, version, agreed, compared, different
FROM reinterview
WHERE {_WITHIN} AND CASE $5 WHEN 'all' THEN true WHEN 'overdue' THEN state = 'assigned' AND due_on < $7
                           ELSE state = $5 END
  AND ($6::uuid IS NULL OR assignee_id = $6) AND ($8::uuid IS NULL OR (region_code, id) > ($9, $8))
ORDER BY region_code, id LIMIT $10
"""
# $5 today.
_COUNTED = f"""{SUMS},
           count(*)::int AS drawn, count(*) FILTER (WHERE state <> 'done')::int AS waiting,
           count(*) FILTER (WHERE state = 'assigned' AND due_on < $5)::int AS overdue,
           count(*) FILTER (WHERE state = 'done')::int AS done,
           count(*) FILTER (WHERE state = 'done' AND result = 'done')::int AS interviewed,
           count(*) FILTER (WHERE state = 'done' AND result = 'not_found')::int AS not_found"""
_FIGURES = f"SELECT {_COUNTED} FROM reinterview WHERE {_WITHIN} AND state <> 'withdrawn'"


def _people(person: str) -> str:
    """$6 and $7 behind which, $8 the limit. Who agrees least comes first; of whom nothing is known, last."""
    return f"""
SELECT * FROM (
    SELECT {_COUNTED}, {person} AS person_id, coalesce(sum(agreed)::float8 / nullif(sum(compared), 0), 2.0) AS share
    FROM reinterview WHERE {_WITHIN} AND state <> 'withdrawn' AND {person} IS NOT NULL GROUP BY {person}
) AS person
WHERE $6::float8 IS NULL OR (share, person_id) > ($6, $7::uuid)
ORDER BY share, person_id LIMIT $8
"""


_PEOPLE: dict[Person, tuple[str, type[EnumeratorAgreement | ReinterviewerAgreement]]] = {
    "enumerator": (_people("enumerator_id"), EnumeratorAgreement),
    "reinterviewer": (_people("assignee_id"), ReinterviewerAgreement),
}
_QUESTIONS = f"""
SELECT question, count(*) FILTER (WHERE question = ANY(same))::int AS agreed, count(*)::int AS compared
FROM reinterview, unnest(same || different) AS question
WHERE {_WITHIN} AND state = 'done' GROUP BY question ORDER BY question
"""


class _Reinterview(Row):
    """A row of `reinterview`."""

    id: UUID
    record_id: UUID
    business_id: UUID
    region_code: str
    enumerator_id: UUID
    drawn_by: str
    drawn_at: datetime
    state: str
    withdrawn_for: str | None
    assignee_id: UUID | None
    assigned_at: datetime | None
    assigned_by: UUID | None
    due_on: date | None
    result: str | None
    answered_at: datetime | None
    version: int
    agreed: int
    compared: int
    different: list[str]


class _Figures(Sums):
    """Figures of all within reach."""

    drawn: int
    waiting: int
    overdue: int
    done: int
    interviewed: int
    not_found: int


class _Person(_Figures):
    """A person's figures."""

    person_id: UUID
    share: float


class ByShare(NamedTuple):
    """Behind whom a page of people begins; a share of 2 means that nothing was compared."""

    share: float
    person_id: UUID

    def pack(self) -> bytes:
        """For a cursor."""
        return struct.pack(">d", self.share) + self.person_id.bytes

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` made."""
        return cls(struct.unpack(">d", packed[:8])[0], UUID(bytes=packed[8:24]))


async def list_reinterviews(
    pg: asyncpg.Connection,
    reach: Reach,
    filters: ReinterviewFilters,
    today: date,
    *,
    limit: int,
    after: ByRegion | None,
) -> list[ReinterviewOut]:
    """The first `limit` re-interviews within reach behind one, by region and id.

    Raises:
        Problem: `not_found` for a region outside the territory, `unknown_campaign`.
    """
    asked = await work_asked(pg, reach, filters, today)
    behind = (None, None) if after is None else (after.id, after.region_code)
    assignee = None
    if filters.assignee is not None:
        assignee = await pg.fetchval("SELECT id FROM account WHERE username = $1", filters.assignee)
        if assignee is None:
            return []
    found = await read(
        pg, _Reinterview, _REINTERVIEWS, *asked.parameters, filters.state, assignee, today, *behind, limit
    )
    people = await names_of(pg, [each for row in found for each in (row.enumerator_id, row.assignee_id) if each])
    places = await region_names(pg, {row.region_code for row in found})
    return [
        ReinterviewOut.model_validate(
            {
                **row.named(),
                "campaign": asked.campaign.code,
                "region_name": places.get(row.region_code, row.region_code),
                "enumerator": people[row.enumerator_id].username,
                "enumerator_name": people[row.enumerator_id].name,
                "is_overdue": row.state == "assigned" and row.due_on is not None and row.due_on < today,
                "assignee": people[row.assignee_id].username if row.assignee_id else None,
                "assignee_name": people[row.assignee_id].name if row.assignee_id else None,
                "is_automatic": row.assignee_id is not None and row.assigned_by is None,
            }
        )
        for row in found
    ]


async def agreement_of_people(
    pg: asyncpg.Connection, asked: Work, today: date, by: Person, *, limit: int, after: ByShare | None
) -> list[tuple[ByShare, EnumeratorAgreement | ReinterviewerAgreement]]:
    """The first `limit` people behind one, who agrees least before the others: those whose records were drawn, or those
    who ask again."""
    statement, model = _PEOPLE[by]
    behind = (None, None) if after is None else (after.share, after.person_id)
    rows = await read(pg, _Person, statement, *asked.parameters, today, *behind, limit)
    people = await names_of(pg, [row.person_id for row in rows])
    found = []
    for row in rows:
        called = people[row.person_id]
        person = {f"{by}_id": row.person_id, by: called.username, f"{by}_name": called.name}
        found.append(
            (ByShare(row.share, row.person_id), model.model_validate({**row.named(), **_agreeing(row), **person}))
        )
    return found


async def agreement_of_all(pg: asyncpg.Connection, asked: Work, today: date) -> AgreementSums:
    """Of everybody who is asked for together."""
    row = await read_the(pg, _Figures, _FIGURES, *asked.parameters, today)
    return AgreementSums(**{**row.named(), **_agreeing(row)})


async def agreement_of_questions(pg: asyncpg.Connection, asked: Work, language: str) -> list[QuestionAgreement]:
    """Every question that was compared, in the order of their pointers."""
    return [
        QuestionAgreement(
            question=row["question"],
            label=label_of(row["question"]).in_language(language),
            is_shown=row["question"] in SHOWN,
            **_agreeing(_apart(row["agreed"], row["compared"])),
        )
        for row in await pg.fetch(_QUESTIONS, *asked.parameters)
    ]


def _apart(agreed: int, compared: int) -> Sums:
    """Of one question, which each business answers once."""
    return Sums(
        businesses=compared,
        agreed=agreed,
        compared=compared,
        agreed_squared=agreed,
        product=agreed,
        compared_squared=compared,
    )


def _agreeing(sums: Sums) -> dict[str, Any]:
    bounds = interval(sums)
    return {
        "agreed": sums.agreed,
        "compared": sums.compared,
        "share": None if bounds is None else round(sums.agreed / sums.compared, 4),
        "low": None if bounds is None else round(bounds[0], 4),
        "high": None if bounds is None else round(bounds[1], 4),
    }
