"""From a region's businesses to cases for review: read, compared, and queued; nothing is merged automatically.

Idempotent: a pair that is in the queue already, in any state, or that a person decided to be two businesses, is not put
there again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import OPERATOR, Territory
from app.audit import trail
from app.audit.actions import Action
from app.core.ids import new_id
from app.core.rows import Row, read
from app.core.sealing import KeyRing
from app.linkage.features import UNKNOWN_EDITION, Features, features_of
from app.linkage.model import Model, Predicted, predict, weigh
from app.linkage.retraining import Decided, TooFew, learn
from app.questionnaires.assessment import whole
from app.register.register import CaseRow, open_cases
from app.review.apart import asked_already, decided_apart
from app.review.explaining import REASONS
from app.submissions.records import unsealed

_CHUNK = 5_000


class _Business(Row):
    """A business with the answers in force; `answers` is JSON text."""

    id: UUID
    kind: str
    region_code: str
    kbli: str
    kbli_version: str
    kbli_unknown: bool
    record_id: UUID
    revision: int
    answers: str
    sealed: bytes | None
    latitude: float | None
    longitude: float | None


class _Found(Row):
    """A business that is part of a pair, with its newest campaign."""

    id: UUID
    record_id: UUID
    revision: int
    region_code: str
    regency_code: str
    campaign_id: int


_BUSINESSES = """
SELECT business.id, kind, business.region_code, kbli, kbli_version, kbli_unknown, record_id, business.revision,
       submission.answers::text, sealed, submission.latitude, submission.longitude
FROM business JOIN submission USING (record_id, regency_code) WHERE submission.revision = business.revision
AND (merged_into IS NULL OR business.id = ANY($3)) AND business.region_code >= $1 AND business.region_code < $2
"""
_DECIDED = """
SELECT resolution.business_ids, decision = 'same' AS same FROM resolution
JOIN duplicate_case ON duplicate_case.id = case_id AND duplicate_case.regency_code = resolution.regency_code
WHERE kind = 'likely' AND decision IN ('same', 'separate') AND undone_at IS NULL
AND duplicate_case.region_code >= $1 AND duplicate_case.region_code < $2
AND cardinality(duplicate_case.business_ids) = 2 AND cardinality(resolution.business_ids) >= 2
"""
_FOUND = """
SELECT business.id, record_id, revision, region_code, regency_code,
       campaign_ids[cardinality(campaign_ids)] AS campaign_id
FROM business WHERE id = ANY($1) AND merged_into IS NULL AND cardinality(campaign_ids) > 0
"""


class Linked(NamedTuple):
    """What came of a run."""

    businesses: int
    pairs: int
    opened: int


@dataclass(frozen=True, slots=True)
class Linking:
    """How a region is linked: with which model, from which probability on."""

    ring: KeyRing
    model: Model
    threshold: float
    now: datetime

    async def link(self, pg: asyncpg.Connection, territory: Territory, advance: Callable[[str, int], None]) -> Linked:
        """Find likely duplicates of a territory and open cases for them, in a transaction of their own."""
        count = 0

        def add(rows: int) -> None:
            nonlocal count
            count += rows
            advance("read", rows)

        rows = [row async for chunk in read_features(pg, self.ring, territory, add) for row in chunk]
        pairs = await asyncio.to_thread(predict, rows, self.model, self.threshold)
        advance("compared", len(pairs))
        del rows
        async with pg.transaction():
            opened = await self._open(pg, pairs)
            await trail.record_many(
                pg,
                Action.LINKAGE_RUN,
                actor_id=OPERATOR.account_id,
                trace_id=None,
                subjects=[("region", territory.region_code, {"pairs": len(pairs), "opened": opened})],
            )
        advance("opened", opened)
        return Linked(count, len(pairs), opened)

    async def _open(self, pg: asyncpg.Connection, pairs: Iterable[Predicted]) -> int:
        pairs = list(pairs)
        ids = list({id_ for pair in pairs for id_ in pair.ids})
        known = await asked_already(pg, ids) | await decided_apart(pg, ids)
        found = {row.id: row for row in await read(pg, _Found, _FOUND, ids)}
        rows = []
        for pair in pairs:
            both = frozenset(pair.ids)
            if both in known or not both <= found.keys():
                continue
            earlier, later = sorted(pair.ids, key=lambda id_: id_.bytes)
            row = found[later]
            rows.append(
                CaseRow(
                    id=new_id(),
                    regency_code=row.regency_code,
                    campaign_id=row.campaign_id,
                    region_code=row.region_code,
                    record_id=row.record_id,
                    revision=row.revision,
                    kind="likely",
                    business_ids=[earlier, later],
                    matched_on=[],
                    differs=[],
                    state="open",
                    opened_at=self.now,
                    score=pair.probability,
                    explanation=orjson.dumps({**pair.weights, REASONS: pair.reasons}).decode(),
                )
            )
        await open_cases(pg, rows)
        return len(rows)


async def read_features(
    pg: asyncpg.Connection,
    ring: KeyRing,
    territory: Territory,
    advance: Callable[[int], None],
    merged: Iterable[UUID] = (),
) -> AsyncIterator[list[Features]]:
    """The rows of a territory's businesses, some thousand at a time, with what is sealed opened; of those that were
    merged into others only these."""
    async with pg.transaction(readonly=True):
        buffered: list[_Business] = []
        async for row in pg.cursor(_BUSINESSES, *territory.span, list(merged), prefetch=_CHUNK):
            buffered.append(_Business.of(row))
            if len(buffered) == _CHUNK:
                yield [_features(ring, each) for each in buffered]
                advance(len(buffered))
                buffered = []
        yield [_features(ring, each) for each in buffered]
        advance(len(buffered))


class Retrained(NamedTuple):
    """A model for a region, and how many decisions it was learnt from; none: they were too few, it is as before."""

    model: Model
    decisions: int
    used: bool


async def retrain(
    pg: asyncpg.Connection, ring: KeyRing, territory: Territory, model: Model, advance: Callable[[str, int], None]
) -> Retrained:
    """Learn what each respect weighs in a territory from its reviewers' decisions on likely duplicates."""
    decided = [(row[0][0], row[0][1], bool(row[1])) for row in await pg.fetch(_DECIDED, *territory.span)]
    named = {id_ for one, other, _ in decided for id_ in (one, other)}
    reading = read_features(pg, ring, territory, lambda rows: advance("read", rows), named)
    rows = [row async for chunk in reading for row in chunk]
    places = {UUID(row.unique_id): at for at, row in enumerate(rows)}
    known = [each for each in decided if each[0] in places and each[1] in places]
    pairs = [(places[one], places[other]) for one, other, _ in known]
    weighed = await asyncio.to_thread(weigh, rows, pairs, model)
    advance("compared", len(pairs))
    labelled = [Decided(logit, parts, each[2]) for (logit, parts), each in zip(weighed, known, strict=True)]
    try:
        return Retrained(model.local(*learn(labelled)), len(labelled), used=True)
    except TooFew:
        return Retrained(model, len(labelled), used=False)


def _features(ring: KeyRing, row: _Business) -> Features:
    sealed = unsealed(ring, row.record_id, row.revision, row.sealed) or {}
    answers = whole(orjson.loads(row.answers), sealed)
    edition = UNKNOWN_EDITION if row.kbli_unknown else row.kbli_version
    return features_of(row.id, row.kind, row.region_code, row.kbli, answers, row.latitude, row.longitude, edition)
