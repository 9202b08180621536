"""Statements on reviews in force, for whoever takes their place."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg


class OpenReview(NamedTuple):
    """A decision that is in force, and where it counts: in the counter of its own name."""

    id: UUID
    regency_code: str
    record_id: UUID
    revision: int
    region_code: str
    captured_on: date
    decision: str
    reason: str | None


async def reviews_in_force(pg: asyncpg.Connection, record_ids: Iterable[UUID]) -> dict[UUID, OpenReview]:
    """The decisions in force on these records, by record."""
    rows = await pg.fetch(
        f"SELECT {', '.join(OpenReview._fields)} FROM review WHERE record_id = ANY($1) AND ended_on IS NULL",
        list(record_ids),
    )
    return {row["record_id"]: OpenReview(*row) for row in rows}


async def end_reviews(pg: asyncpg.Connection, ended: Sequence[tuple[OpenReview, date]]) -> None:
    """Let decisions be over from a day on, under their enumerators' locks."""
    if ended:
        await pg.execute(
            "UPDATE review SET ended_on = told.day FROM unnest($1::uuid[], $2::text[], $3::date[])"
            " AS told (id, regency_code, day) WHERE review.id = told.id AND review.regency_code = told.regency_code",
            [review.id for review, _ in ended],
            [review.regency_code for review, _ in ended],
            [day for _, day in ended],
        )


async def note_correction(
    pg: asyncpg.Connection,
    record_id: UUID,
    revision: int,
    regency_code: str,
    reason: str,
    actor_id: UUID,
    now: datetime,
) -> None:
    """Remember who entered a revision in the enumerator's place, and why. Idempotent by record and revision."""
    await pg.execute(
        "INSERT INTO correction (record_id, revision, regency_code, reason, corrected_by, corrected_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        record_id,
        revision,
        regency_code,
        reason,
        actor_id,
        now,
    )
