"""Everything that is known of one business: its answers and where each comes from, its records, what was done to it.

Read by those who answer for it. What records of others said is shown only as far as somebody may see their work.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg
import orjson
from pydantic import BaseModel, Field

from app.accounts.permissions import Access
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.queries import campaign_codes
from app.core.problems import Code, Problem
from app.core.sealing import Digester, KeyRing
from app.questionnaires.assessment import leaves, shown, whole
from app.register.listing import SHOWN, WITH_RECORD, BusinessListed, as_listed
from app.submissions.records import unsealed
from app.workforce.reach import Reach

_BUSINESS = f"""
SELECT {SHOWN}, business.enumerator_id, nik_digest, nib_digest, cooperative_number_digest
FROM business{WITH_RECORD} WHERE business.id = $1
"""
_REVISIONS = """
SELECT submission.record_id, submission.revision, submission.outcome, record.counted_as, record.counted_revision,
       submission.region_code, submission.enumerator_id, account.username AS enumerator, campaign.code AS campaign,
       submission.captured_at, submission.received_at, submission.answers::text, submission.sealed,
       correction.reason AS corrected_because, officer.username AS corrected_by
FROM record JOIN submission ON submission.record_id = record.record_id
JOIN account ON account.id = submission.enumerator_id JOIN campaign ON campaign.id = submission.campaign_id
LEFT JOIN correction ON (correction.record_id, correction.revision) = (submission.record_id, submission.revision)
LEFT JOIN account AS officer ON officer.id = correction.corrected_by
WHERE record.business_id = $1 ORDER BY submission.received_at, submission.record_id, submission.revision
"""
_EVENTS = """
SELECT decided_at AS at, decision AS what, review.record_id, review.revision, username AS by, reason,
       NULL::uuid AS enumerator_id, NULL AS region_code
FROM review LEFT JOIN account ON account.id = decided_by WHERE review.record_id = ANY($1)
UNION ALL
SELECT at, what, resolution.record_id, NULL, username, reason, record.enumerator_id, submission.region_code
FROM resolution JOIN record USING (record_id)
JOIN submission ON (submission.record_id, submission.revision) = (record.record_id, record.counted_revision)
CROSS JOIN LATERAL (VALUES (decided_at, decision, decided_by), (undone_at, 'undone', undone_by))
    AS event (at, what, who)
LEFT JOIN account ON account.id = who WHERE $2 = ANY(business_ids) AND at IS NOT NULL
ORDER BY at
"""
_NUMBERS = {"nik": ("owner", "nik"), "nib": ("nib",), "cooperative_number": ("cooperative_number",)}


class Provenance(BaseModel):
    """Where an answer comes from: the revision that first said what is in force."""

    pointer: str = Field(description="RFC 6901 pointer into `answers`.")
    record_id: UUID
    revision: int
    said_by: str = Field(description="User name of the enumerator, or of the officer who corrected it.")
    said_at: datetime = Field(description="When it was captured, or corrected.")


class SubmissionListed(BaseModel):
    """One revision of a record of the business."""

    record_id: UUID
    revision: int
    campaign: str
    enumerator: str
    region_code: str
    outcome: str
    counted_as: str = Field(description="What the record counts as now.")
    captured_at: datetime
    received_at: datetime
    corrected_by: str | None = Field(description="User name of the officer who entered it as a correction.")
    corrected_because: str | None


class Event(BaseModel):
    """Something that was decided about the business or one of its records."""

    at: datetime
    what: Literal["verified", "returned", "same", "separate", "wrong_identity", "undone"]
    record_id: UUID
    revision: int | None
    by: str | None
    reason: str | None


class BusinessOut(BusinessListed):
    """A business whole."""

    masked: bool = Field(description="Whether vulnerable answers are hidden.")
    answers: dict[str, Any] = Field(description="Those in force, as its questionnaire has them.")
    answers_complete: bool = Field(description="False where the sealed answers are no longer kept.")
    provenance: list[Provenance]
    submissions: list[SubmissionListed] = Field(description="Every revision of its records, in the order of receipt.")
    history: list[Event]


class Merged(Exception):
    """The business was found to be one with another, which is asked for instead."""

    def __init__(self, survivor_id: UUID) -> None:
        super().__init__(str(survivor_id))
        self.survivor_id = survivor_id


async def read_business(
    pg: asyncpg.Connection,
    ring: KeyRing,
    digester: Digester,
    business_id: UUID,
    reach: Reach,
    access: Access,
    *,
    trace_id: str,
) -> BusinessOut:
    """The business; unmasked where `access` says so, which is written into the trail first.

    Raises:
        Problem: `not_found`, also for what is out of reach.
        Merged: it was merged into another.
    """
    row = await pg.fetchrow(_BUSINESS, business_id)
    if row is None or not reach.covers(row["enumerator_id"], row["region_code"]):
        raise Problem(Code.NOT_FOUND)
    if survivor := await pg.fetchval("SELECT merged_into FROM business WHERE id = $1", business_id):
        raise Merged(survivor)
    revisions = await pg.fetch(_REVISIONS, business_id)
    seen = [each for each in revisions if reach.covers(each["enumerator_id"], each["region_code"])]
    if access.unmasked:
        subjects = [("business", str(business_id), {"reason": access.reason})]
        subjects += [("record", str(id_), {"reason": access.reason}) for id_ in {each["record_id"] for each in seen}]
        await trail.record_many(
            pg, Action.PII_READ, actor_id=access.principal.account_id, subjects=subjects, trace_id=trace_id
        )
    told = as_listed(row, await campaign_codes(pg))
    opened = {
        (each["record_id"], each["revision"]): unsealed(ring, each["record_id"], each["revision"], each["sealed"])
        for each in seen
    }
    in_force = (row["record_id"], row["revision"])
    own = [
        (each, whole(orjson.loads(each["answers"]), opened[each["record_id"], each["revision"]] or {}))
        for each in seen
        if each["record_id"] == row["record_id"] and each["revision"] <= row["revision"]
    ]
    current = next(answers for each, answers in own if each["revision"] == row["revision"])
    if access.unmasked:
        told["numbers"] |= _digits(row, digester, opened)
        answers = current
    else:
        sealed = opened[in_force]
        open_answers = next(orjson.loads(each["answers"]) for each, answers in own if answers is current)
        answers = shown(open_answers, sealed)
    record_ids = list({each["record_id"] for each in seen})
    events = await pg.fetch(_EVENTS, record_ids, business_id)
    return BusinessOut.model_validate(
        told
        | {
            "masked": not access.unmasked,
            "answers": answers,
            "answers_complete": opened[in_force] is not None,
            "provenance": list(_provenance(own)),
            "submissions": [dict(each) for each in seen],
            "history": [
                dict(each)
                for each in events
                if each["enumerator_id"] is None or reach.covers(each["enumerator_id"], each["region_code"])
            ],
        }
    )


def _provenance(revisions: list[tuple[asyncpg.Record, dict[str, Any]]]) -> Iterator[Provenance]:
    """For each answer of the last revision, the first of those that have said so ever since."""
    told = [(row, dict(leaves(answers))) for row, answers in sorted(revisions, key=lambda each: each[0]["revision"])]
    for where, value in told[-1][1].items():
        source = told[-1][0]
        for row, said in reversed(told):
            if said.get(where) != value:
                break
            source = row
        corrected = source["corrected_by"]
        yield Provenance(
            pointer=where,
            record_id=source["record_id"],
            revision=source["revision"],
            said_by=corrected or source["enumerator"],
            said_at=source["received_at" if corrected else "captured_at"],
        )


def _digits(
    row: asyncpg.Record, digester: Digester, opened: Mapping[tuple[UUID, int], dict[str, Any] | None]
) -> dict[str, str]:
    """The business's numbers, whichever of its records said them."""
    found = {}
    for answers in opened.values():
        for kind, path in _NUMBERS.items():
            value: Any = answers
            for name in path:
                value = value.get(name) if isinstance(value, Mapping) else None
            if isinstance(value, str) and row[f"{kind}_digest"] in digester.digests(kind, value):
                found[kind] = value
    return found
