"""Reading what is judged: the newest revision of each record of a regency, with sealed answers opened.

It is held in memory alone, reduced to what judging needs (`interviews.py`). Records whose answers are no longer kept
are not judged, nor a few that cannot be read: they are named in the log, and stop no other one.
"""

import asyncio
import time
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson
import structlog

from app.core.bulk import unhurried
from app.core.rows import Row, read
from app.core.sealing import KeyRing
from app.quality.interviews import Interview, interview
from app.quality.judging import Circumstances
from app.quality.record_flags import Box
from app.questionnaires.assessment import whole
from app.regions.region_code import span_of, village_of
from app.reinterviews.agreeing import agreed_in
from app.submissions.records import unsealed
from app.submissions.tablet_times import CAPTURED_AT_TOLD, STARTED_AT

_CHUNK = 500
_MOST_LEFT_OUT = 20  # more of a regency that cannot be read are no damage of a few: a key is missing, say
# The way to a regency's records is by its businesses and cases: both have an index for it. $1 campaign, $2 to $4 place.
_RECORDS = """
WITH known AS MATERIALIZED (
    SELECT id, record_id FROM business
    WHERE region_code >= $2 AND region_code < $3 AND regency_code = $4 AND $1 = ANY(campaign_ids)
)
SELECT record_id FROM known
UNION
SELECT submission.record_id FROM known JOIN submission ON submission.business_id = known.id
WHERE submission.campaign_id = $1 AND submission.regency_code = $4 AND submission.outcome = 'accepted'
UNION
SELECT record_id FROM duplicate_case
WHERE state IN ('open', 'resolved') AND region_code >= $2 AND region_code < $3 AND regency_code = $4
  AND campaign_id = $1 AND kind <> 'likely'
"""
_NEWEST = "SELECT record_id, revision FROM record WHERE record_id = ANY($1) AND campaign_id = $2"
_SUBMISSIONS = f"""
SELECT submission.record_id, submission.revision, region_code, enumerator_id, business_id, questionnaire,
       {STARTED_AT} AS started_at, captured_at, {CAPTURED_AT_TOLD} AS captured_at_told,
       latitude, longitude, warnings, answers::text, sealed
FROM submission JOIN unnest($1::uuid[], $2::int[]) AS newest (record_id, revision)
  ON submission.record_id = newest.record_id AND submission.revision = newest.revision
WHERE submission.regency_code = $3 AND sealed IS NOT NULL
"""
_BOXES = """
SELECT region_code, west, south, east, north FROM region_boundary
WHERE region_code >= $1 AND region_code < $2 AND length(region_code) = 13
"""
_DISMISSED = """
SELECT about, subject_id, revision, code FROM quality_dismissal
WHERE campaign_id = $1 AND regency_code = $2 AND undone_at IS NULL
"""


_log = structlog.get_logger("kumkm.quality")


class _Submission(Row):
    """A revision as it is stored; `answers` is JSON text."""

    record_id: UUID
    revision: int
    region_code: str
    enumerator_id: UUID
    business_id: UUID | None
    questionnaire: str
    started_at: datetime | None
    captured_at: datetime
    captured_at_told: datetime
    latitude: float | None
    longitude: float | None
    warnings: list[str]
    answers: str
    sealed: bytes


class Judgeable(NamedTuple):
    """All of a regency in a campaign. `captured` and `warnings` by record; warnings are codes, each once."""

    interviews: list[Interview]
    captured: dict[UUID, datetime]
    warnings: dict[UUID, list[str]]


async def read_regency(pg: asyncpg.Connection, ring: KeyRing, campaign_id: int, regency_code: str) -> Judgeable:
    """What is to be judged. The event loop has its turn every few milliseconds.

    Raises:
        Exception: more records cannot be read than damage explains.
    """
    left_out = 0
    ids = [row[0] for row in await pg.fetch(_RECORDS, campaign_id, *span_of(regency_code), regency_code)]
    found = Judgeable([], {}, {})
    for at in range(0, len(ids), _CHUNK):
        newest = await pg.fetch(_NEWEST, ids[at : at + _CHUNK], campaign_id)
        columns = [row[0] for row in newest], [row[1] for row in newest]
        rows = await read(pg, _Submission, _SUBMISSIONS, *columns, regency_code)
        async for row in unhurried(rows):
            try:
                found.interviews.append(_interview(ring, row))
            except Exception as exc:
                left_out += 1
                _log.error("record_not_judged", record=str(row.record_id), fault=type(exc).__name__)
                if left_out > _MOST_LEFT_OUT:
                    raise
                continue
            found.captured[row.record_id] = row.captured_at
            if row.warnings:
                found.warnings[row.record_id] = sorted({each.partition(" ")[0] for each in row.warnings})
        await asyncio.sleep(0)
    return found


def _interview(ring: KeyRing, row: _Submission) -> Interview:
    sealed = unsealed(ring, row.record_id, row.revision, row.sealed) or {}
    return interview(
        record_id=row.record_id,
        revision=row.revision,
        region_code=village_of(row.region_code),
        enumerator_id=row.enumerator_id,
        business_id=row.business_id,
        questionnaire=row.questionnaire,
        started_at=row.started_at,
        captured_at=row.captured_at_told,
        latitude=row.latitude,
        longitude=row.longitude,
        answers=whole(orjson.loads(row.answers), sealed),
    )


async def read_boxes(pg: asyncpg.Connection, regency_code: str) -> dict[str, Box]:
    """The boundaries of the regency's villages, as far as they are loaded, each as the box around it."""
    rows = await pg.fetch(_BOXES, *span_of(regency_code))
    return {row[0]: (row[1], row[2], row[3], row[4]) for row in rows}


async def with_decisions(
    pg: asyncpg.Connection, by: Circumstances, campaign_id: int, regency_code: str
) -> Circumstances:
    """The same, with what supervisors dismissed and did not take back, and what re-interviews say."""
    rows = await pg.fetch(_DISMISSED, campaign_id, regency_code)
    agreed = await agreed_in(pg, campaign_id, span_of(regency_code), regency_code)
    return Circumstances(
        by.thresholds,
        by.boxes,
        {(row["subject_id"], row["revision"], row["code"]) for row in rows if row["about"] == "record"},
        {(row["subject_id"], row["code"]): row["revision"] for row in rows if row["about"] == "enumerator"},
        agreed,
    )


def give_way() -> None:
    """Let other threads have their turn: called from the thread that judges."""
    time.sleep(0.0002)
