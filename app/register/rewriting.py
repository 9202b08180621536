"""Writing businesses as a person's decision left them: a few rows at a time, under their locks."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg

from app.kbli.loading import KBLI_VERSION
from app.questionnaires.assessment import Reading
from app.register.deduplication import KINDS, Business, Record
from app.register.models import CHANGE_NUMBER
from app.register.names import searchable
from app.register.register import BusinessRow, add_businesses, change_businesses, mark_change

_REWRITE = f"""
UPDATE business SET nik_digest = $2, nib_digest = $3, cooperative_number_digest = $4, nik_masked = $5, nib_masked = $6,
    cooperative_number_masked = $7, unidentified = $8, campaign_ids = $9, alias_digests = $10, merged_into = $11,
    updated_at = $12, change_number = {CHANGE_NUMBER}
WHERE id = $1
"""


class Answered(NamedTuple):
    """What the record in force says, and where; and how it stands."""

    reading: Reading
    place: Mapping[str, Any]
    record: Record


class Rewritten(NamedTuple):
    """A business as it is to be; `answered` where other answers are in force than before."""

    business: Business
    masks: Mapping[bytes, str]
    answered: Answered | None = None


async def rewrite_businesses(pg: asyncpg.Connection, rewritten: Iterable[Rewritten], now: datetime) -> None:
    """Write businesses, known ones and new ones. Idempotent by nature."""
    for business, known_masks, answered in rewritten:
        nik, nib, cooperative_number = (business.numbers.get(kind) for kind in KINDS)
        masks = [None if digest is None else known_masks.get(digest) for digest in (nik, nib, cooperative_number)]
        if answered is not None:
            reading, place, record = answered
            row = BusinessRow(
                id=business.id,
                regency_code=place["regency_code"],
                kind=business.kind,
                name=reading.legal_name,
                search_name=searchable(reading.legal_name),
                region_code=place["region_code"],
                kbli=reading.kbli,
                kbli_version=KBLI_VERSION,
                size_class=reading.size_class,
                nik_digest=nik,
                nib_digest=nib,
                cooperative_number_digest=cooperative_number,
                nik_masked=masks[0],
                nib_masked=masks[1],
                cooperative_number_masked=masks[2],
                unidentified=not business.numbers,
                campaign_ids=business.campaign_ids,
                record_id=business.record_id,
                revision=record.counted_revision,
                enumerator_id=record.enumerator_id,
                created_at=now,
                updated_at=now,
            )
            known = await pg.fetchval("SELECT EXISTS (SELECT FROM business WHERE id = $1)", business.id)
            await (change_businesses if known else add_businesses)(pg, [row])
        await mark_change(pg)
        await pg.execute(
            _REWRITE, business.id, nik, nib, cooperative_number, *masks, not business.numbers, business.campaign_ids,
            sorted(business.aliases), business.merged_into, now,
        )  # fmt: skip
