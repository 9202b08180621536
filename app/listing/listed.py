"""Writing entries as they are listed: new ones with their counters, and what a list corrects of known ones."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import asyncpg

from app.core.ids import new_id
from app.core.rows import Row, as_set, copy_rows, read, set_of
from app.listing.models import ListingEntry
from app.progress.models import NOBODY
from app.progress.rollup import Change, Counted, count_all
from app.register.models import CHANGE_NUMBER
from app.register.register import mark_change


class KnownRow(Row, table=ListingEntry):
    """What an entry says of the business that is known there; `answers` is JSON text."""

    id: UUID
    region_code: str
    name: str
    kind: str | None
    kbli: str | None
    kbli_version: str | None
    latitude: float | None
    longitude: float | None
    nik_masked: str | None
    answers: str
    sealed: bytes | None


class ListedRow(KnownRow, table=ListingEntry):
    """An entry as it is listed."""

    regency_code: str
    campaign_id: int
    source: str
    business_id: UUID | None
    nik_digest: bytes | None
    nib_digest: bytes | None
    cooperative_number_digest: bytes | None
    content_digest: bytes
    listed_on: date
    listed_at: datetime


class StoredEntry(Row, table=ListingEntry):
    """What is known of an entry that is listed again."""

    id: UUID
    regency_code: str
    region_code: str
    business_id: UUID | None
    content_digest: bytes
    erased: bool


_SAID = (
    *("name", "kind", "kbli", "kbli_version", "latitude", "longitude", "source", "nik_digest", "nib_digest"),
    *("cooperative_number_digest", "nik_masked", "content_digest", "answers", "sealed"),
)
_STORED = f"SELECT {', '.join(StoredEntry.columns)} FROM listing_entry WHERE id = ANY($1)"
# What was erased at the wish of a person is not listed again by the same file.
_CHANGE = f"""
UPDATE listing_entry SET {", ".join(f"{each} = input.{each}" for each in _SAID)},
    -- With other numbers it is about the business that has those, or about none that is known.
    business_id = CASE WHEN listing_entry.nik_digest IS NOT DISTINCT FROM input.nik_digest
                        AND listing_entry.nib_digest IS NOT DISTINCT FROM input.nib_digest
                        AND listing_entry.cooperative_number_digest
                            IS NOT DISTINCT FROM input.cooperative_number_digest
                       THEN coalesce(listing_entry.business_id, input.business_id) ELSE input.business_id END,
    change_number = {CHANGE_NUMBER}
FROM {set_of(ListedRow)}
WHERE listing_entry.id = input.id AND listing_entry.regency_code = input.regency_code AND NOT listing_entry.erased
"""


async def lock_campaign(pg: asyncpg.Connection, campaign_id: int) -> None:
    """Only one transaction at a time lists anything in a campaign, so that a business has one entry there."""
    await pg.execute("SELECT pg_advisory_xact_lock($1::int, hashtext('listing'))", campaign_id)


async def stored_entries(pg: asyncpg.Connection, ids: Collection[UUID]) -> dict[UUID, StoredEntry]:
    """Those of these entries that are listed already."""
    return {row.id: row for row in await read(pg, StoredEntry, _STORED, list(ids))} if ids else {}


async def store_listed(
    pg: asyncpg.Connection, new: Sequence[ListedRow], changed: Sequence[ListedRow], now: datetime
) -> None:
    """Add new entries and count them, and correct those that are there, under the campaign's lock. Idempotent by id."""
    if not new and not changed:
        return
    await mark_change(pg)
    await copy_rows(pg, new)
    if changed:
        await pg.execute(_CHANGE, *as_set(ListedRow, changed))
    await count_all(pg, _counted(new, now))


def _counted(rows: Iterable[ListedRow], now: datetime) -> list[Counted]:
    changes: defaultdict[int, list[Change]] = defaultdict(list)
    for row in rows:
        changes[row.campaign_id].append(
            Change("listed", 1, row.region_code, row.regency_code, row.listed_on, row.listed_on)
        )
    return [Counted(campaign_id, NOBODY, new_id(), now, each) for campaign_id, each in changes.items()]
