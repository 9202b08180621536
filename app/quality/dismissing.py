"""Dismissing a flag, and taking that back. Both are in the trail with their reasons.

A dismissal holds for the revision that was looked at (of an enumerator: until there are a quarter more records): in
that time the same flag does not come back, however often the regency is judged.
"""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.asked import campaign_or_current
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.rows import Row, read_one
from app.quality.due import have_wait
from app.quality.judging import still_dismissed
from app.quality.schemas import DismissalIn, EnumeratorDismissalIn
from app.workforce.reach import Reach

_RECORD = """
SELECT campaign_id, regency_code, region_code, enumerator_id, revision, codes FROM quality_record WHERE record_id = $1
"""
_ENUMERATOR = """
SELECT campaign_id, regency_code, regency_code AS region_code, enumerator_id, records AS revision, codes,
       districts
FROM quality_enumerator WHERE enumerator_id = $1 AND campaign_id = $2 AND regency_code = $3
"""
_IN_FORCE = """
SELECT id, revision FROM quality_dismissal
WHERE subject_id = $1 AND campaign_id = $2 AND code = $3 AND regency_code = $4 AND undone_at IS NULL
ORDER BY revision DESC
"""
_ADD = """
INSERT INTO quality_dismissal (id, regency_code, campaign_id, about, subject_id, revision, code, reason, dismissed_by,
                               dismissed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (subject_id, campaign_id, code, revision, regency_code) WHERE undone_at IS NULL DO NOTHING RETURNING true
"""
_UNDO = """
UPDATE quality_dismissal SET undone_by = $3, undone_at = $4, undone_because = $5
WHERE id = ANY($1) AND regency_code = $2 AND undone_at IS NULL RETURNING true
"""


class _Flagged(Row):
    """What a flag is about."""

    campaign_id: int
    regency_code: str
    region_code: str
    enumerator_id: UUID
    revision: int
    codes: list[str]


class _FlaggedEnumerator(_Flagged):
    """Whose flag it is, with the districts in which the records are."""

    districts: list[str]


class Deciding(NamedTuple):
    """Who decides, within which reach, when."""

    principal: Principal
    reach: Reach
    now: datetime
    today: date
    trace_id: str | None


async def dismiss_of_record(pg: asyncpg.Connection, by: Deciding, record_id: UUID, asked: DismissalIn) -> None:
    """Idempotent by record, revision and code: what is dismissed stays as it is.

    Raises:
        Problem: `not_found` where the record has no such flag, or is out of reach; `state_changed` where another
            revision came.
    """
    flagged = await _record(pg, by, record_id)
    if asked.revision != flagged.revision:
        raise Problem(Code.STATE_CHANGED)
    await _dismiss(pg, by, ("record", record_id), flagged, asked.code, asked.reason)


async def undo_of_record(pg: asyncpg.Connection, by: Deciding, record_id: UUID, asked: DismissalIn) -> None:
    """Idempotent: what is not dismissed stays open. Raises as `dismiss_of_record`."""
    flagged = await _record(pg, by, record_id)
    if asked.revision != flagged.revision:
        raise Problem(Code.STATE_CHANGED)
    await _undo(pg, by, ("record", record_id), flagged, asked.code, asked.reason)


async def dismiss_of_enumerator(
    pg: asyncpg.Connection, by: Deciding, enumerator_id: UUID, asked: EnumeratorDismissalIn
) -> None:
    """Idempotent while the dismissal holds.

    Raises:
        Problem: `not_found` where the enumerator has no such flag there, or is out of reach; `unknown_campaign`.
    """
    flagged = await _enumerator(pg, by, enumerator_id, asked)
    rows = await pg.fetch(_IN_FORCE, enumerator_id, flagged.campaign_id, asked.code, flagged.regency_code)
    if not any(still_dismissed(row["revision"], flagged.revision) for row in rows):
        await _dismiss(pg, by, ("enumerator", enumerator_id), flagged, asked.code, asked.reason)


async def undo_of_enumerator(
    pg: asyncpg.Connection, by: Deciding, enumerator_id: UUID, asked: EnumeratorDismissalIn
) -> None:
    """Idempotent: what is not dismissed stays open. Raises as `dismiss_of_enumerator`."""
    flagged = await _enumerator(pg, by, enumerator_id, asked)
    await _undo(pg, by, ("enumerator", enumerator_id), flagged, asked.code, asked.reason)


async def _record(pg: asyncpg.Connection, by: Deciding, record_id: UUID) -> _Flagged:
    flagged = await read_one(pg, _Flagged, _RECORD, record_id)
    if flagged is None or not by.reach.covers(flagged.enumerator_id, flagged.region_code):
        raise Problem(Code.NOT_FOUND)
    return flagged


async def _enumerator(
    pg: asyncpg.Connection, by: Deciding, enumerator_id: UUID, asked: EnumeratorDismissalIn
) -> _Flagged:
    campaign = await campaign_or_current(pg, asked.campaign, by.today, "/body/campaign")
    flagged = await read_one(pg, _FlaggedEnumerator, _ENUMERATOR, enumerator_id, campaign.id, asked.region_code)
    # The figures are of all districts: who decides on them answers for all.
    if flagged is None or not all(by.reach.covers(enumerator_id, each) for each in flagged.districts):
        raise Problem(Code.NOT_FOUND)
    return flagged


async def _dismiss(
    pg: asyncpg.Connection, by: Deciding, subject: tuple[str, UUID], flagged: _Flagged, code: str, reason: str
) -> None:
    if code not in flagged.codes:
        raise Problem(Code.NOT_FOUND)
    about, subject_id = subject
    added = await pg.fetchval(
        _ADD,
        new_id(),
        flagged.regency_code,
        flagged.campaign_id,
        about,
        subject_id,
        flagged.revision,
        code,
        reason,
        by.principal.account_id,
        by.now,
    )
    if added:
        await _noted(pg, by, Action.FLAG_DISMISSED, subject, flagged, code)


async def _undo(
    pg: asyncpg.Connection, by: Deciding, subject: tuple[str, UUID], flagged: _Flagged, code: str, reason: str
) -> None:
    about, subject_id = subject
    if code not in flagged.codes:
        raise Problem(Code.NOT_FOUND)
    rows = await pg.fetch(_IN_FORCE, subject_id, flagged.campaign_id, code, flagged.regency_code)
    ids = [row["id"] for row in rows if about == "enumerator" or row["revision"] == flagged.revision]
    if await pg.fetchval(_UNDO, ids, flagged.regency_code, by.principal.account_id, by.now, reason):
        await _noted(pg, by, Action.FLAG_RESTORED, subject, flagged, code)


async def _noted(
    pg: asyncpg.Connection, by: Deciding, action: Action, subject: tuple[str, UUID], flagged: _Flagged, code: str
) -> None:
    # The score of the enumerator counts open flags alone.
    await have_wait(pg, flagged.campaign_id, flagged.regency_code)
    await trail.record(
        pg,
        action,
        actor_id=by.principal.account_id,
        subject=(subject[0], str(subject[1])),
        occurred_at=by.now,
        detail={"code": code, "revision": flagged.revision},
        trace_id=by.trace_id,
    )
