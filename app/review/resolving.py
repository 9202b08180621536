"""Resolving duplicate cases, and undoing it: the register, progress, the feed and the tablets all follow.

The rules are pure (`register/resolution.py`, `review/journal.py`); what they are held against is laid out and locked by
`table.py`, and what they changed is written by `settling.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.changes.news import ResolutionDecision
from app.core.ids import new_id
from app.core.problems import Code, Problem
from app.core.sealing import Digester, KeyRing
from app.questionnaires.assessment import Reading, read
from app.questionnaires.catalogue import CATALOGUE
from app.regions.region_code import local_date
from app.register.claims import StoredDigests, as_stored
from app.register.deduplication import Claim, Record
from app.register.resolution import Decision, Dispute, Undecidable, resolve
from app.review.cases import survivors_of
from app.review.deciding import decide
from app.review.journal import BuiltUpon, images, journal_of, touched, undo
from app.review.schemas import ResolutionIn, ReviewIn
from app.review.settling import Settling
from app.review.table import Table, lay
from app.submissions.records import item_of
from app.workforce.reach import Reach

_ACTIONS: Mapping[ResolutionDecision, Action] = {
    "same": Action.DUPLICATE_SAME,
    "separate": Action.DUPLICATE_SEPARATE,
    "wrong_identity": Action.DUPLICATE_WRONG_IDENTITY,
    "undone": Action.DUPLICATE_UNDONE,
}


@dataclass(frozen=True, slots=True)
class Resolving:
    """Who decides, where and when."""

    ring: KeyRing
    digester: Digester
    principal: Principal
    reach: Reach
    now: datetime
    trace_id: str

    async def resolve(self, pg: asyncpg.Connection, case_id: UUID, told: ResolutionIn) -> None:
        """Resolve an open case, in the caller's transaction. Idempotent by the case, which is resolved once.

        Raises:
            Problem: `not_found`; `state_changed` where it is not open any more; `not_allowed` where one of its sides
                is beyond the caller's reach; `not_resolvable` where the decision does not fit.
        """
        case = await self._case(pg, case_id)
        if case["state"] != "open":
            raise Problem(Code.STATE_CHANGED, current={"state": case["state"]})
        survivors = await survivors_of(pg, case["business_ids"])
        parties = tuple(dict.fromkeys(survivors[id_] for id_ in case["business_ids"]))
        await self._refuse_beyond(pg, parties)
        reading = await self._reading(pg, dict(case))
        stored = await as_stored(pg, self.digester, () if reading is None else reading.identities)
        claim = self._claim(case, reading, stored)
        table = await lay(pg, {case["record_id"]}, set(parties), claim)
        _refuse_stale(case, table.ledger.records[case["record_id"]], parties)
        try:
            settled = resolve(
                table.ledger,
                Dispute(case["kind"], claim, parties),
                Decision(told.decision),
                survivor=told.business_id,
                wrong_record=told.wrong_record_id,
            )
        except Undecidable as exc:
            raise Problem(Code.NOT_RESOLVABLE) from exc
        journal = journal_of(table.before, images(table.ledger))
        readings = {claim.record_id: reading} if reading is not None else {}
        journal["reviews"] = await self._settling(pg, table, stored).write(journal, readings, told.decision)
        journal["masks"] = {digest.hex(): shown for digest, shown in table.masks.items()}
        journal["returned"] = settled.returned and str(settled.returned)
        if settled.returned is not None:
            await self._return(pg, settled.returned, told.reason)
        await pg.execute(
            "INSERT INTO resolution (id, regency_code, case_id, record_id, business_ids, decision, reason, journal,"
            " decided_by, decided_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            new_id(),
            case["regency_code"],
            case_id,
            case["record_id"],
            list({*parties, *touched(journal)[0]}),
            told.decision,
            told.reason,
            orjson.dumps(journal).decode(),
            self.principal.account_id,
            self.now,
        )
        await self._close(pg, case, "resolved", told.decision)

    async def undo(self, pg: asyncpg.Connection, case_id: UUID, reason: str) -> None:
        """Undo what was decided on a case, which is open again. Idempotent by the resolution, which is undone once.

        Raises:
            Problem: `not_found`; `state_changed` where nothing is to be undone, or something rests on it since;
                `not_allowed` as for `resolve`.
        """
        case = await self._case(pg, case_id)
        await as_stored(pg, self.digester, ())  # while the key of numbers changes, the journal holds still
        row = await pg.fetchrow(
            "SELECT id, journal::text, decided_at FROM resolution WHERE case_id = $1 AND undone_at IS NULL", case_id
        )
        if row is None:
            raise Problem(Code.STATE_CHANGED, current={"state": case["state"]})
        journal = orjson.loads(row["journal"])
        business_ids, record_ids, digests = touched(journal)
        survivors = await survivors_of(pg, case["business_ids"])
        await self._refuse_beyond(pg, [*business_ids, *survivors.values()])
        heir = next((survivors[id_] for id_ in case["business_ids"]), None)
        table = await lay(pg, {*record_ids, case["record_id"]}, {*business_ids, *survivors.values()}, None, digests)
        table.masks |= {bytes.fromhex(key): shown for key, shown in journal.get("masks", {}).items()}
        if (returned := journal.get("returned")) is not None:
            await self._settling(pg, table, self.digester).take_back_return(UUID(returned), row["decided_at"])
        try:
            undo(table.ledger, journal, heir)
        except BuiltUpon as exc:
            raise Problem(Code.STATE_CHANGED, current={"state": case["state"]}) from exc
        readings = await self._readings_before(pg, journal)
        numbers = [number for reading in readings.values() for number in reading.identities]
        stored = await as_stored(pg, self.digester, numbers)
        done = journal_of(table.before, images(table.ledger))
        await self._settling(pg, table, stored).write(done, readings, "undone", journal.get("reviews", ()))
        await pg.execute(
            "UPDATE resolution SET undone_by = $2, undone_at = $3, undone_because = $4 WHERE id = $1",
            row["id"],
            self.principal.account_id,
            self.now,
            reason,
        )
        await self._close(pg, case, "open", "undone")

    async def _case(self, pg: asyncpg.Connection, case_id: UUID) -> asyncpg.Record:
        row = await pg.fetchrow(
            "SELECT duplicate_case.*, record.enumerator_id FROM duplicate_case JOIN record USING (record_id)"
            " WHERE duplicate_case.id = $1 FOR UPDATE OF duplicate_case",
            case_id,
        )
        if row is None or not self.reach.covers(row["enumerator_id"], row["region_code"]):
            raise Problem(Code.NOT_FOUND)
        return row

    async def _refuse_beyond(self, pg: asyncpg.Connection, business_ids: Iterable[UUID]) -> None:
        """Only who reaches all sides sees enough to decide between them."""
        rows = await pg.fetch(
            "SELECT enumerator_id, region_code FROM business WHERE id = ANY($1)", list(set(business_ids))
        )
        if not all(self.reach.covers(*row) for row in rows):
            raise Problem(Code.NOT_ALLOWED)

    async def _close(
        self, pg: asyncpg.Connection, case: asyncpg.Record, state: str, decision: ResolutionDecision
    ) -> None:
        await pg.execute(
            "UPDATE duplicate_case SET state = $3, resolved_at = $4 WHERE id = $1 AND regency_code = $2",
            case["id"],
            case["regency_code"],
            state,
            None if state == "open" else self.now,
        )
        await trail.record(
            pg, _ACTIONS[decision], actor_id=self.principal.account_id,
            subject=("duplicate_case", str(case["id"])), occurred_at=self.now,
            detail={"record_id": str(case["record_id"])}, trace_id=self.trace_id,
        )  # fmt: skip

    async def _reading(self, pg: asyncpg.Connection, case: Mapping[str, Any]) -> Reading | None:
        """What the revision of the case says; None where its answers are no longer kept."""
        item = await item_of(pg, self.ring, case["record_id"], case["revision"])
        if item is None:
            return None
        today = local_date(self.now, item["region_code"])
        return read(CATALOGUE[item["questionnaire"]], item["answers"], captured_on=today, today=today, suspicious=False)

    async def _readings_before(self, pg: asyncpg.Connection, journal: Mapping[str, Any]) -> dict[UUID, Reading]:
        """What records said that counted in another revision before."""
        readings: dict[UUID, Reading] = {}
        for id_, step in journal["records"].items():
            revision = step["before"]["counted_revision"]
            if revision != step["after"]["counted_revision"]:
                reading = await self._reading(pg, {"record_id": UUID(id_), "revision": revision})
                readings |= {UUID(id_): reading} if reading is not None else {}
        return readings

    def _settling(self, pg: asyncpg.Connection, table: Table, stored: Digester | StoredDigests) -> Settling:
        return Settling(pg, table, stored, self.reach, self.now)

    def _claim(self, case: asyncpg.Record, reading: Reading | None, stored: Digester | StoredDigests) -> Claim:
        numbers = {} if reading is None else dict(reading.identities)
        return Claim(
            record_id=case["record_id"],
            revision=case["revision"],
            enumerator_id=case["enumerator_id"],
            campaign_id=case["campaign_id"],
            content=b"",
            kind=reading.kind if reading is not None else "",
            numbers={kind: stored.digest(kind, digits) for kind, digits in numbers.items()},
            new_business_id=new_id(),
        )

    async def _return(self, pg: asyncpg.Connection, record_id: UUID, reason: str) -> None:
        told = ReviewIn(decision="returned", reason=reason)
        await decide(pg, self.principal, self.reach, record_id, told, now=self.now, trace_id=self.trace_id)


def _refuse_stale(case: asyncpg.Record, record: Record, parties: Sequence[UUID]) -> None:
    """Refuse what was judged anew since, and what is one business by now."""
    likely = case["kind"] == "likely"
    if (len(parties) < 2) if likely else (record.revision != case["revision"]):  # noqa: PLR2004  (two that look alike)
        raise Problem(Code.STATE_CHANGED, current={"state": "superseded"})
