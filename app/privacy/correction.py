"""Correction of a record, at its subject's wish or by an officer: a new revision, judged like any other."""

from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import OPERATOR
from app.accounts.queries import queue_up
from app.audit import trail
from app.audit.actions import Action
from app.core.problems import Code, Problem
from app.regions.region_code import regency_of
from app.register.deduplication import Outcome
from app.review.queries import CorrectionRow, note_correction
from app.submissions.records import item_of, record_of
from app.sync.ingest import Ingest
from app.sync.on_behalf import Origin, enter_on_behalf
from app.sync.schemas import ItemReceipt


async def correct(
    pg: asyncpg.Connection,
    ingest: Ingest,
    record_id: UUID,
    change: dict[str, Any],
    *,
    reason: str,
    actor_id: UUID = OPERATOR.account_id,
    trace_id: str | None = None,
    language: str = "id",
) -> ItemReceipt:
    """Enter the next revision of a record with `change` merged into its answers (RFC 7396), in the caller's
    transaction; what became of it. Whoever does not like the outcome rolls back.

    Raises:
        Problem: `not_found` for an unknown record; `state_changed` where its answers are no longer kept.
    """
    record = await record_of(pg, record_id)
    if record is None:
        raise Problem(Code.NOT_FOUND)
    await queue_up(pg, record["enumerator_id"], None)
    newest = await pg.fetchval("SELECT revision FROM record WHERE record_id = $1", record_id)
    item = await item_of(pg, ingest.ring, record_id, record["counted_revision"])
    if item is None:
        raise Problem(Code.STATE_CHANGED)
    item |= {"revision": newest + 1, "answers": merged(item["answers"], change)}
    plain = orjson.loads(orjson.dumps(item, default=str))
    origin = Origin(record["enumerator_id"], record["campaign"])
    receipt = await enter_on_behalf(pg, ingest, origin, plain, language=language)
    await trail.record_many(
        pg, Action.RECORD_CORRECTED, actor_id=actor_id, trace_id=trace_id,
        subjects=[("record", str(record_id), {"reason": reason, "outcome": receipt.outcome})],
    )  # fmt: skip
    if receipt.outcome not in (Outcome.HELD, Outcome.INVALID):
        correction = CorrectionRow(
            record_id=record_id,
            revision=newest + 1,
            regency_code=regency_of(item["region_code"]),
            reason=reason,
            corrected_by=actor_id,
            corrected_at=ingest.clock.now(),
        )
        await note_correction(pg, correction)
    return receipt


def merged(target: Any, patch: Any) -> Any:
    """A JSON merge patch applied (RFC 7396): null takes a member away."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result
