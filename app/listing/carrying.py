"""A round begins from the register of an earlier one: an entry for each business that was entered there, with the open
answers that it gave, to be confirmed.

What a later round found closed is left out, as is what was erased at the wish of a person. The work is cut into
regencies, each a transaction of its own; done again, it adds what is missing.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from app.accounts.permissions import Principal
from app.audit import trail
from app.audit.actions import Action
from app.campaigns.asked import unknown_campaign
from app.campaigns.queries import CampaignRow, campaign_by_code
from app.core.bulk import Fault, Faulty
from app.core.offload import SMALL, offload
from app.core.problems import Code, Problem, Text
from app.core.rows import Row, read
from app.core.sealing import Digester, KeyRing
from app.listing.contents import Contents, carried
from app.listing.ids import as_id
from app.listing.listed import ListedRow, lock_campaign, store_listed
from app.listing.schemas import CarriedOut, CarryIn
from app.regions.region_code import local_date, span_of
from app.submissions.records import unsealed

CHUNK = 1_000
"""Businesses that are read and listed at once."""

_NOT_EARLIER = Text("Pendataan asal harus sebelum pendataan tujuan.", "It has to begin before the campaign itself.")
_NOBODY = UUID(int=0)


class Carrying(NamedTuple):
    """What is carried over: from which campaign into which, in which territory."""

    campaign: CampaignRow
    before: CampaignRow
    region_code: str


class _Entered(Row):
    """A business that was entered in the earlier campaign, with what its record in force says."""

    id: UUID
    region_code: str
    regency_code: str
    kind: str
    name: str
    kbli: str
    kbli_version: str
    nik_digest: bytes | None
    nib_digest: bytes | None
    cooperative_number_digest: bytes | None
    nik_masked: str | None
    life: str
    again: bool
    record_id: UUID
    revision: int
    latitude: float | None
    longitude: float | None
    answers: str
    sealed: bytes | None


_REGENCIES = """
SELECT DISTINCT left(code, 5) FROM region WHERE level IN ('village', 'neighbourhood') AND code >= $1 AND code < $2
ORDER BY 1
"""
_ENTERED = """
WITH page AS MATERIALIZED (
    SELECT * FROM business
    WHERE regency_code = $1 AND region_code >= $2 AND region_code < $3
      AND (region_code, id) > ($4 COLLATE "C", $5::uuid)
      AND campaign_ids @> ARRAY[$6::smallint] AND merged_into IS NULL
    ORDER BY region_code, id LIMIT $8
)
SELECT page.id, page.region_code, page.regency_code, page.kind, page.name, page.kbli, page.kbli_version,
       page.nik_digest, page.nib_digest, page.cooperative_number_digest, page.nik_masked, page.life,
       page.campaign_ids @> ARRAY[$7::smallint] AS again, submission.record_id, submission.revision,
       submission.latitude, submission.longitude, submission.answers::text AS answers, submission.sealed
FROM page JOIN submission
  ON submission.record_id = page.record_id AND submission.revision = page.revision
 AND submission.regency_code = page.regency_code
ORDER BY page.region_code, page.id
"""
_LISTED = "SELECT business_id FROM listing_entry WHERE campaign_id = $1 AND business_id = ANY($2)"
_LISTED_BY_NUMBER = """
SELECT nib_digest, cooperative_number_digest FROM listing_entry
WHERE campaign_id = $1 AND region_code >= $2 AND region_code < $3 AND business_id IS NULL
  AND (nib_digest IS NOT NULL OR cooperative_number_digest IS NOT NULL)
"""


async def carrying(pg: asyncpg.Connection, principal: Principal, asked: CarryIn) -> tuple[Carrying, list[str]]:
    """What is asked for, and the regencies that it is done in, one after another.

    Raises:
        Problem: `unknown_campaign`; `not_found` for a region outside the territory, or one that there is not.
        Faulty: the campaign that is named as the earlier one does not begin earlier.
    """
    territory = principal.territory.narrowed_to(asked.region)
    campaign, before = await campaign_by_code(pg, asked.campaign), await campaign_by_code(pg, asked.from_campaign)
    if campaign is None:
        raise unknown_campaign("/body/campaign")
    if before is None:
        raise unknown_campaign("/body/from_campaign")
    if before.starts_on >= campaign.starts_on:
        raise Faulty([Fault(0, "from_campaign", "dates_out_of_order", _NOT_EARLIER)])
    regencies = await pg.fetch(_REGENCIES, *territory.span)
    if not regencies:
        raise Problem(Code.NOT_FOUND)
    return Carrying(campaign, before, territory.region_code), [row[0] for row in regencies]


async def carry_over(
    pg: asyncpg.Connection,
    ring: KeyRing,
    digester: Digester,
    principal: Principal,
    what: Carrying,
    regency: str,
    now: datetime,
    *,
    trace_id: str | None,
) -> CarriedOut:
    """List the businesses of one regency, in the caller's transaction. Idempotent by campaign and business."""
    await lock_campaign(pg, what.campaign.id)
    narrow = what.region_code if what.region_code.startswith(regency) else regency
    done = CarriedOut(listed=0, already_listed=0, closed=0, erased=0)
    numbered = {
        digest for row in await pg.fetch(_LISTED_BY_NUMBER, what.campaign.id, *span_of(regency)) for digest in row
    }
    numbered.discard(None)
    async for page in _pages(pg, what, regency, narrow):
        listed = {row[0] for row in await pg.fetch(_LISTED, what.campaign.id, [each.id for each in page])}
        fresh = [each for each in page if not _is_listed(each, listed, numbered)]
        open_ones = [each for each in fresh if each.life != "closed"]
        whole = [each for each in open_ones if each.answers != "{}"]
        rows = await offload(SMALL + 1, _rows, ring, digester, what, whole, now)
        await store_listed(pg, rows, [], now)
        done = done.plus(
            CarriedOut(
                listed=len(rows),
                already_listed=len(page) - len(fresh),
                closed=len(fresh) - len(open_ones),
                erased=len(open_ones) - len(whole),
            )
        )
    if done.listed:
        detail = {"created": done.listed, "closed": done.closed, "from": what.before.code, "region": narrow}
        await trail.record_many(
            pg,
            Action.LISTING_ENTERED,
            actor_id=principal.account_id,
            subjects=[("campaign", what.campaign.code, detail)],
            trace_id=trace_id,
        )
    return done


async def _pages(
    pg: asyncpg.Connection, what: Carrying, regency: str, region_code: str
) -> AsyncIterator[Sequence[_Entered]]:
    place = "", _NOBODY
    while True:
        page = await read(
            pg, _Entered, _ENTERED, regency, *span_of(region_code), *place, what.before.id, what.campaign.id, CHUNK
        )
        if page:
            yield page
        if len(page) < CHUNK:
            return
        place = page[-1].region_code, page[-1].id


def _is_listed(each: _Entered, listed: set[UUID], numbered: set[bytes | None]) -> bool:
    return each.again or each.id in listed or bool(numbered & {each.nib_digest, each.cooperative_number_digest})


def _rows(
    ring: KeyRing, digester: Digester, what: Carrying, page: Sequence[_Entered], now: datetime
) -> list[ListedRow]:
    return [_row(ring, digester, what, each, local_date(now, each.region_code), now) for each in page]


def _row(ring: KeyRing, digester: Digester, what: Carrying, each: _Entered, today: date, now: datetime) -> ListedRow:
    said = f"{what.campaign.code} business {each.id}".encode()
    id_ = as_id(digester.content(hashlib.sha256(said).digest()))
    sealed = unsealed(ring, each.record_id, each.revision, each.sealed) or {}
    answers, contents = carried(orjson.loads(each.answers), sealed)
    numbers = {"nik": each.nik_digest, "nib": each.nib_digest, "cooperative_number": each.cooperative_number_digest}
    kept = {kind: digits for kind, digits in contents.numbers.items() if numbers.get(kind) is not None}
    plain = orjson.dumps(answers)
    return ListedRow(
        id=id_,
        regency_code=each.regency_code,
        campaign_id=what.campaign.id,
        region_code=each.region_code,
        name=each.name,
        kind=each.kind,
        kbli=each.kbli,
        kbli_version=each.kbli_version,
        latitude=each.latitude,
        longitude=each.longitude,
        source=f"campaign:{what.before.code}",
        business_id=each.id,
        nik_digest=each.nik_digest,
        nib_digest=each.nib_digest,
        cooperative_number_digest=each.cooperative_number_digest,
        nik_masked=each.nik_masked,
        content_digest=digester.content(hashlib.sha256(plain).digest()),
        answers=plain.decode(),
        sealed=Contents(contents.owner, contents.address, kept, contents.answers).seal(ring, id_),
        listed_on=today,
        listed_at=now,
    )
