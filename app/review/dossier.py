"""The dossier of a business: its answers with their sources, its records, and its history.

For supervisors. Answers from records of other enumerators are shown only if the reader may see their work.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
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
from app.core.rows import Row, read, read_one
from app.core.sealing import Digester, KeyRing
from app.questionnaires.assessment import leaves, shown, whole
from app.questionnaires.catalogue import is_visit
from app.register.ledger import DIGESTS
from app.register.listing import SHOWN, WITH_RECORD, BusinessListed, as_listed
from app.register.verdicts import PLACES
from app.submissions.records import unsealed
from app.workforce.reach import Reach


class _Business(Row):
    """A business as lists show it, with the digests of its numbers."""

    id: UUID
    kind: str
    name: str
    region_code: str
    region_name: str
    kbli: str
    kbli_version: str
    size_class: str | None
    nik: str | None
    nib: str | None
    cooperative_number: str | None
    passport: str | None
    kitas: str | None
    verification: str | None
    review_state: str
    campaign_ids: list[int]
    enumerator: str
    record_id: UUID
    revision: int
    captured_at: datetime
    latitude: float | None
    longitude: float | None
    life: str
    life_since: date | None
    life_record_id: UUID | None
    created_at: datetime
    updated_at: datetime
    enumerator_id: UUID
    merged_into: UUID | None
    nik_digest: bytes | None
    nib_digest: bytes | None
    cooperative_number_digest: bytes | None
    passport_digest: bytes | None
    kitas_digest: bytes | None


class _Revision(Row):
    """A revision of one of its records, and the account that recorded or corrected it."""

    record_id: UUID
    revision: int
    outcome: str
    counted_as: str
    questionnaire: str
    region_code: str
    enumerator_id: UUID
    enumerator: str
    campaign: str
    captured_at: datetime
    received_at: datetime
    answers: str
    sealed: bytes | None
    corrected_because: str | None
    corrected_by: str | None


class _Event(Row):
    """Something that was decided; of a decision on a case also whose record it was about, and where."""

    at: datetime
    what: str
    record_id: UUID
    revision: int | None
    by: str | None
    reason: str | None
    enumerator_id: UUID | None
    region_code: str | None


_BUSINESS = f"""
SELECT {SHOWN}, business.enumerator_id, merged_into, {DIGESTS}
FROM business{WITH_RECORD} WHERE business.id = $1
"""
_REVISIONS = """
WITH record AS MATERIALIZED (SELECT record_id, counted_as FROM record WHERE business_id = $1)
SELECT submission.record_id, submission.revision, submission.outcome, record.counted_as,
       submission.questionnaire, submission.region_code, submission.enumerator_id, account.username AS enumerator,
       campaign.code AS campaign,
       submission.captured_at, submission.received_at, submission.answers::text, submission.sealed,
       correction.reason AS corrected_because, officer.username AS corrected_by
FROM record JOIN submission ON submission.record_id = record.record_id
JOIN account ON account.id = submission.enumerator_id JOIN campaign ON campaign.id = submission.campaign_id
LEFT JOIN correction
  ON (correction.record_id, correction.revision, correction.regency_code)
   = (submission.record_id, submission.revision, submission.regency_code)
LEFT JOIN account AS officer ON officer.id = correction.corrected_by
ORDER BY submission.received_at, submission.record_id, submission.revision
"""
_EVENTS = """
WITH decided AS MATERIALIZED (SELECT * FROM resolution WHERE $2 = ANY(business_ids)),
record AS MATERIALIZED (SELECT * FROM record WHERE record_id IN (SELECT record_id FROM decided))
SELECT decided_at AS at, decision AS what, review.record_id, review.revision, username AS by, reason,
       NULL::uuid AS enumerator_id, NULL AS region_code
FROM review LEFT JOIN account ON account.id = decided_by WHERE review.record_id = ANY($1)
UNION ALL
SELECT at, what, decided.record_id, NULL, username, reason, record.enumerator_id, submission.region_code
FROM decided JOIN record USING (record_id)
JOIN submission ON (submission.record_id, submission.revision) = (record.record_id, record.counted_revision)
CROSS JOIN LATERAL (VALUES (decided_at, decision, decided_by), (undone_at, 'undone', undone_by))
    AS event (at, what, who)
LEFT JOIN account ON account.id = who WHERE at IS NOT NULL
UNION ALL
SELECT step.made_at, CASE WHEN step.state IN ('closed', 'moved') THEN step.state ELSE 'found' END,
       coalesce(step.record_id, step.was_record_id), NULL, username, NULL, step.enumerator_id, step.region_code
FROM (
    SELECT step.*, lag(step.state) OVER each AS was, lag(step.record_id) OVER each AS was_record_id
    FROM listing_entry AS entry JOIN listing_step AS step
      ON step.entry_id = entry.id AND step.regency_code = entry.regency_code
    WHERE entry.business_id = $2 WINDOW each AS (PARTITION BY step.entry_id ORDER BY step.step)
) AS step LEFT JOIN account ON account.id = step.enumerator_id
WHERE (step.state IN ('closed', 'moved') OR step.was IN ('closed', 'moved')) AND step.state IS DISTINCT FROM step.was
ORDER BY at
"""


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
    questionnaire: str = Field(description="Name and version; `visit@1` for a visit without an interview.")
    captured_at: datetime
    received_at: datetime
    corrected_by: str | None = Field(description="User name of the officer who entered it as a correction.")
    corrected_because: str | None


class Event(BaseModel):
    """Something that was decided about the business or one of its records, or found at its entry of a listing."""

    at: datetime
    what: Literal[
        "verified",
        "returned",
        "same",
        "separate",
        "wrong_identity",
        "owner_changed",
        "undone",
        "closed",
        "moved",
        "found",
    ] = Field(description="`closed`, `moved`: a visit found it so; `found`: it is there after all.")
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
    business = await read_one(pg, _Business, _BUSINESS, business_id)
    if business is None or not reach.covers(business.enumerator_id, business.region_code):
        raise Problem(Code.NOT_FOUND)
    if business.merged_into is not None:
        raise Merged(business.merged_into)
    revisions = await read(pg, _Revision, _REVISIONS, business_id)
    seen = [each for each in revisions if reach.covers(each.enumerator_id, each.region_code)]
    record_ids = list({each.record_id for each in seen})
    if access.unmasked:
        why = {"reason": access.reason}
        subjects = [("business", str(business_id), why), *(("record", str(id_), why) for id_ in record_ids)]
        await trail.record_many(
            pg, Action.PII_READ, actor_id=access.principal.account_id, subjects=subjects, trace_id=trace_id
        )
    listed = as_listed(dict(zip(business.columns, business, strict=True)), await campaign_codes(pg))
    opened = {
        (each.record_id, each.revision): unsealed(ring, each.record_id, each.revision, each.sealed) for each in seen
    }
    own = [
        (each, whole(orjson.loads(each.answers), opened[each.record_id, each.revision] or {}))
        for each in seen
        if each.record_id == business.record_id
        and each.revision <= business.revision
        and not is_visit(each.questionnaire)
    ]
    current, answers = next((each, answers) for each, answers in own if each.revision == business.revision)
    sealed = opened[current.record_id, current.revision]
    if access.unmasked:
        listed["numbers"] |= _digits(business, digester, opened)
    else:
        answers = shown(orjson.loads(current.answers), sealed)
    events = await read(pg, _Event, _EVENTS, record_ids, business_id)
    return BusinessOut.model_validate(
        listed
        | {
            "masked": not access.unmasked,
            "answers": answers,
            "answers_complete": sealed is not None,
            "provenance": list(_provenance(own)),
            "submissions": [SubmissionListed.model_validate(each, from_attributes=True) for each in seen],
            "history": [Event.model_validate(each, from_attributes=True) for each in events if _is_within(reach, each)],
        }
    )


def _is_within(reach: Reach, event: _Event) -> bool:
    """Whether the record that a decision was about is within reach; one on a record that is seen always is."""
    if event.enumerator_id is None or event.region_code is None:
        return True
    return reach.covers(event.enumerator_id, event.region_code)


def _provenance(revisions: list[tuple[_Revision, dict[str, Any]]]) -> Iterator[Provenance]:
    """For each answer of the last revision, the first of those that have said so ever since."""
    answers_by_revision = [
        (row, dict(leaves(answers))) for row, answers in sorted(revisions, key=lambda each: each[0].revision)
    ]
    for where, value in answers_by_revision[-1][1].items():
        source = answers_by_revision[-1][0]
        for row, said in reversed(answers_by_revision):
            if said.get(where) != value:
                break
            source = row
        yield Provenance(
            pointer=where,
            record_id=source.record_id,
            revision=source.revision,
            said_by=source.corrected_by or source.enumerator,
            said_at=source.received_at if source.corrected_by else source.captured_at,
        )


def _digits(
    business: _Business, digester: Digester, opened: Mapping[tuple[UUID, int], dict[str, Any] | None]
) -> dict[str, str]:
    """The business's numbers, from all of its records."""
    found = {}
    digests = {kind: getattr(business, f"{kind}_digest") for kind in PLACES}
    for answers in opened.values():
        for kind, path in PLACES.items():
            value: Any = answers
            for name in path:
                value = value.get(name) if isinstance(value, Mapping) else None
            if isinstance(value, str) and digests[kind] in digester.digests(kind, value):
                found[kind] = value
    return found
