"""Items that wait for a supervisor: read, release, refuse.

An item is `held` when it came from a revoked tablet, from outside the assignment or after the campaign. A released
item is judged as if it came today, with the clock correction of its batch. A refused item is kept sealed, since
collected work is never thrown away.

The supervisors of its enumerator and of its village see it and may refuse it. Only a supervisor whose territory has the
village may release it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Principal
from app.accounts.queries import lock_enumerator
from app.audit import trail
from app.audit.actions import Action
from app.changes.log import News, publish
from app.changes.news import HeldChange, HeldDecided
from app.core.problems import Code, FieldError, Problem
from app.core.rows import Row, read, read_one
from app.intake.finding_texts import text_of
from app.intake.ingest import Ingest
from app.intake.on_behalf import Origin, enter_on_behalf
from app.intake.queries import Sending, sending_of
from app.intake.schemas import Doubt, HeldDecision, HeldItem, HeldListed
from app.questionnaires.masking import masked
from app.regions.region_code import local_date
from app.register.verdicts import Outcome
from app.workforce.reach import Reach

_LISTED = (
    "raw_item.id, subject_id AS record_id, raw_item.revision, campaign.code AS campaign, raw_item.enumerator_id,"
    " account.username AS enumerator, raw_item.region_code, region.name AS region_name, captured_on,"
    " raw_item.received_at, errors::text, decision, decided_at, decided_because,"
    " coalesce(decision, CASE WHEN resolved_on IS NULL THEN 'waiting' ELSE 'superseded' END) AS state"
)


class _Listed(Row):
    """An item that is or was held, as the list has it; `errors` is JSON text."""

    id: UUID
    record_id: UUID
    revision: int | None
    campaign: str
    enumerator_id: UUID
    enumerator: str
    region_code: str
    region_name: str | None
    captured_on: date
    received_at: datetime
    errors: str
    decision: HeldDecided | None
    decided_at: datetime | None
    decided_because: str | None
    state: Literal["waiting", "released", "refused", "superseded"]


class _Item(_Listed):
    """An item alone, with what its decision needs; `home` is its enumerator's region."""

    regency_code: str
    resolved_on: date | None
    sealed: bytes | None
    batch_id: UUID
    home: str | None


_FROM = (
    " FROM raw_item JOIN campaign ON campaign.id = raw_item.campaign_id"
    " JOIN account ON account.id = raw_item.enumerator_id LEFT JOIN region ON region.code = raw_item.region_code"
)


# $1 and $2 the territory's span, $3 the team or null, $4 and $5 where the page begins, $6 the limit.
_WAITS = (
    "SELECT id FROM raw_item WHERE outcome = 'held' AND resolved_on IS NULL AND {where}"
    ' AND ($4::text IS NULL OR (region_code, id) > ($4 COLLATE "C", $5::uuid)) ORDER BY region_code, id LIMIT $6'
)
_OF_THE_PLACE = _WAITS.format(
    where="region_code >= $1 AND region_code < $2 AND ($3::uuid[] IS NULL OR enumerator_id = ANY($3))"
)
_FROM_ELSEWHERE = _WAITS.format(
    where="NOT (region_code >= $1 AND region_code < $2) AND $1 <> '' AND enumerator_id = ANY (coalesce($3, ARRAY("
    "SELECT id FROM account WHERE role = 'enumerator' AND region_code >= $1 AND region_code < $2)))"
)

_ACTIONS: Mapping[HeldDecided, Action] = {"released": Action.HELD_RELEASED, "refused": Action.HELD_REFUSED}


class HeldItemPosition(NamedTuple):
    """After which item a page begins."""

    region_code: str
    id: UUID


async def list_held(
    pg: asyncpg.Connection, reach: Reach, language: str, *, limit: int, after: HeldItemPosition | None
) -> list[HeldListed]:
    """The first `limit` items within reach that wait, after one, by region and age.

    Those of the place walk one index, those of the own people from elsewhere another.
    """
    rows = await read(
        pg,
        _Listed,
        f"WITH waiting AS (({_OF_THE_PLACE}) UNION ALL ({_FROM_ELSEWHERE}))"
        f" SELECT {_LISTED}{_FROM} WHERE raw_item.id IN (SELECT id FROM waiting)"
        " ORDER BY raw_item.region_code, raw_item.id LIMIT $6",
        *reach.territory.span,
        reach.only,
        *(after or (None, None)),
        limit,
    )
    return [HeldListed(**_listed(row, language)) for row in rows]


async def count_held(pg: asyncpg.Connection, reach: Reach, most: int) -> int:
    """How many items within reach wait, at most so many."""
    found: int = await pg.fetchval(
        f"SELECT count(*)::int FROM (({_OF_THE_PLACE}) UNION ALL ({_FROM_ELSEWHERE}) LIMIT $6) AS waiting",
        *reach.territory.span,
        reach.only,
        None,
        None,
        most,
    )
    return found


@dataclass(frozen=True, slots=True)
class HeldItems:
    """Supervisors' decisions on held items; a released item goes through the same steps as a batch."""

    ingest: Ingest

    async def look(self, pg: asyncpg.Connection, reach: Reach, raw_id: UUID, language: str) -> HeldItem:
        """One item that is or was held, with its answers masked.

        Raises:
            Problem: `not_found`, also for what is out of reach.
        """
        row = await self._row(pg, reach, raw_id)
        item = None if row.sealed is None else orjson.loads(self.ingest.ring.unseal(row.sealed, raw_id.bytes))
        answers = item.get("answers") if isinstance(item, dict) else None
        return HeldItem(**_listed(row, language), answers=masked(answers))

    async def release(
        self, pg: asyncpg.Connection, principal: Principal, reach: Reach, raw_id: UUID, *, language: str, trace_id: str
    ) -> HeldDecision:
        """Release an item: it is judged as if it came today. Idempotent by the decision, which is made once.

        Raises:
            Problem: `not_found`; `not_allowed` where its place is beyond the territory; `state_changed` where it was
                decided on or came again, or the server still does not know its questionnaire; `invalid_fields` where it
                turns out to have faults, which only its enumerator can correct.
        """
        row = await self._waiting(pg, reach, raw_id)
        if not reach.covers(row.enumerator_id, row.region_code):
            beyond = "place_beyond_territory"
            raise Problem(Code.NOT_ALLOWED, errors=(FieldError("/path/id", beyond, text_of(beyond)),))
        if row.sealed is None:
            raise Problem(Code.STATE_CHANGED)
        item = orjson.loads(self.ingest.ring.unseal(row.sealed, raw_id.bytes))
        # Where an item was decided on long ago, its batch is not kept.
        sent = await sending_of(pg, row.batch_id) or Sending(None, None, row.received_at, 0.0)
        origin = Origin(row.enumerator_id, row.campaign, *sent)
        receipt = await enter_on_behalf(pg, self.ingest, origin, item, language=language)
        if receipt.outcome is Outcome.HELD:
            raise Problem(Code.STATE_CHANGED)
        if receipt.outcome is Outcome.INVALID:
            raise Problem(
                Code.INVALID_FIELDS,
                errors=tuple(FieldError(e.pointer, e.code, text_of(e.code)) for e in receipt.errors),
            )
        await self._decide(
            pg, principal, row, "released", None, self.ingest.clock.now(), trace_id, receipt.outcome.value
        )
        return HeldDecision(id=raw_id, decision="released", item=receipt)

    async def refuse(
        self, pg: asyncpg.Connection, principal: Principal, reach: Reach, raw_id: UUID, reason: str, *, trace_id: str
    ) -> HeldDecision:
        """Refuse an item; it is kept sealed. Idempotent by the decision, which is made once.

        Raises:
            Problem: `not_found`; `state_changed` where it was decided on or came again.
        """
        row = await self._waiting(pg, reach, raw_id)
        now = self.ingest.clock.now()
        await pg.execute(
            "UPDATE raw_item SET resolved_on = $3 WHERE id = $1 AND regency_code = $2",
            raw_id,
            row.regency_code,
            local_date(now, row.region_code),
        )
        await self._decide(pg, principal, row, "refused", reason, now, trace_id)
        return HeldDecision(id=raw_id, decision="refused", item=None)

    async def _row(self, pg: asyncpg.Connection, reach: Reach, raw_id: UUID) -> _Item:
        row = await read_one(
            pg,
            _Item,
            f"SELECT {_LISTED}, raw_item.regency_code, resolved_on, sealed, batch_id, account.region_code AS home"
            f"{_FROM} WHERE raw_item.id = $1 AND outcome = 'held'",
            raw_id,
        )
        if row is None or not (
            reach.covers(row.enumerator_id, row.region_code) or reach.answers_for(row.enumerator_id, row.home)
        ):
            raise Problem(Code.NOT_FOUND)
        return row

    async def _waiting(self, pg: asyncpg.Connection, reach: Reach, raw_id: UUID) -> _Item:
        """The row of an item that still waits, while nothing else of its enumerator is in work."""
        row = await self._row(pg, reach, raw_id)
        await lock_enumerator(pg, row.enumerator_id, None)
        row = await self._row(pg, reach, raw_id)
        if row.resolved_on is not None:
            raise Problem(Code.STATE_CHANGED, current={"state": row.state})
        return row

    async def _decide(
        self,
        pg: asyncpg.Connection,
        principal: Principal,
        row: _Item,
        decision: HeldDecided,
        reason: str | None,
        now: datetime,
        trace_id: str,
        outcome: str | None = None,
    ) -> None:
        await pg.execute(
            "UPDATE raw_item SET decision = $3, decided_by = $4, decided_at = $5, decided_because = $6"
            " WHERE id = $1 AND regency_code = $2",
            row.id,
            row.regency_code,
            decision,
            principal.account_id,
            now,
            reason,
        )
        await trail.record(
            pg,
            _ACTIONS[decision],
            actor_id=principal.account_id,
            subject=("record", str(row.record_id)),
            occurred_at=now,
            detail={"raw_item": str(row.id)},
            trace_id=trace_id,
        )
        change = HeldChange(
            kind="held",
            record_id=row.record_id,
            revision=row.revision,
            decision=decision,
            outcome=outcome,
            reason=reason,
            decided_at=now,
        )
        await publish(pg, [News(row.enumerator_id, change)])


def _listed(row: _Listed, language: str) -> dict[str, Any]:
    reasons: Sequence[dict[str, str]] = orjson.loads(row.errors)
    doubts = [Doubt(**each, detail=text_of(each["code"]).in_language(language)) for each in reasons]
    return {name: getattr(row, name) for name in HeldListed.model_fields if name != "reasons"} | {"reasons": doubts}
