"""Publishes a cut-off: its figures are read at one moment and kept with it, all or nothing."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.core.ids import new_id
from app.core.problems import Code, FieldError, Problem, Text
from app.cutoffs.freezing import freeze
from app.cutoffs.queries import CutoffRow, cutoff_of
from app.cutoffs.schemas import CutoffIn
from app.progress.reports import View, look, refuse_day
from app.regions.region_code import span_of

_REUSED = Text(
    "Nomor ini sudah dipakai untuk rilis lain; buat nomor baru.",
    "This id came before with other content; make a new one.",
)
# $12 and $13 the region's span. Decisions are days of the register: by either basis, those up to `as_of` count.
_ENTER = """
WITH moved (counted_as, records) AS (
    SELECT counted_as, count(*) FROM counted_move
    WHERE campaign_id = $2 AND moved_on <= $4 AND region_code >= $12 AND region_code < $13 GROUP BY counted_as
)
INSERT INTO cutoff
    (id, campaign_id, region_code, as_of, basis, name, note, published_by, published_at, starts_on, ends_on, decided)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
       coalesce((SELECT jsonb_object_agg(counted_as, records) FROM moved), '{}')
ON CONFLICT (id) DO NOTHING RETURNING id
"""


class Publishing(NamedTuple):
    """Who publishes, and when."""

    principal: Principal
    now: datetime
    trace_id: str | None


class Published(NamedTuple):
    """A cut-off, and whether it is new."""

    id: UUID
    is_new: bool


async def publish(pg: asyncpg.Connection, who: Publishing, asked: CutoffIn) -> Published:
    """Keep the figures of a region, in the caller's transaction, which has done nothing before. Idempotent by the
    client's id: the same again is the same cut-off, also when that was on another day.

    Raises:
        Problem: `not_found` for an unknown region, or one outside the territory; `unknown_campaign`; `invalid_fields`
            for a day to come (`in_future`) or before the campaign (`before_campaign`), and an id that came before with
            other content (`id_reused`).
    """
    # All statements see the same moment: between two of them a batch may come in.
    await pg.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    principal, now, trace_id = who
    view = await look(
        pg,
        principal,
        now,
        region_code=asked.region,
        campaign_code=asked.campaign,
        as_of=asked.as_of,
        basis=asked.basis,
        pointer="/body/campaign",
    )
    known = None if asked.id is None else await cutoff_of(pg, asked.id)
    if known is not None:
        return _again(known, view, asked, principal)
    refuse_day(view, "/body/as_of")
    cutoff_id = asked.id or new_id()
    campaign, question = view.campaign, view.question
    entered = await pg.fetchval(
        _ENTER,
        cutoff_id,
        campaign.id,
        view.region.code,
        question.as_of,
        question.basis,
        asked.name,
        asked.note or None,
        principal.account_id,
        now,
        campaign.starts_on,
        campaign.ends_on,
        *span_of(view.region.code),
    )
    if entered is None:  # entered since this transaction began: it is begun again, and finds it
        raise asyncpg.SerializationError
    await freeze(pg, cutoff_id, view)
    await trail.record(
        pg,
        Action.CUTOFF_PUBLISHED,
        actor_id=principal.account_id,
        subject=("cutoff", str(cutoff_id)),
        occurred_at=now,
        detail={
            "campaign": campaign.code,
            "region": view.region.code,
            "as_of": question.as_of.isoformat(),
            "basis": question.basis,
        },
        trace_id=trace_id,
    )
    return Published(cutoff_id, is_new=True)


def _again(known: CutoffRow, view: View, asked: CutoffIn, principal: Principal) -> Published:
    said = (view.campaign.code, view.region.code, asked.basis, asked.name, asked.note or None, principal.account_id)
    kept = (known.campaign, known.region_code, known.basis, known.name, known.note, known.published_by)
    if said != kept or asked.as_of not in (None, known.as_of):
        raise Problem(Code.INVALID_FIELDS, errors=(FieldError("/body/id", "id_reused", _REUSED),))
    return Published(known.id, is_new=False)
