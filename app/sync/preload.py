"""Everything that a batch needs to know, read at once: one query per table, however many items there are."""

from collections.abc import Sequence
from uuid import UUID

import asyncpg

from app.accounts.queries import Standing
from app.campaigns.queries import CampaignRow
from app.core.reference import ReferenceCodes
from app.kbli.queries import kbli_codes
from app.regions.queries import region_codes
from app.register.deduplication import CountedAs, Record
from app.review.queries import OpenReview, reviews_in_force
from app.submissions.queries import records_by_id, revisions_of
from app.sync.known import Known, Place
from app.sync.queries import open_raw_items
from app.sync.rules import Examined
from app.workforce.queries import assignments_of


class Reference:
    """What hardly ever changes, kept from batch to batch."""

    def __init__(self) -> None:
        self.regions: ReferenceCodes = region_codes()
        self.kbli: ReferenceCodes = kbli_codes()


async def preload(
    pg: asyncpg.Connection,
    reference: Reference,
    campaign: CampaignRow,
    enumerator_id: UUID,
    standing: Standing,
    items: Sequence[Examined],
    *,
    released: bool = False,
) -> Known:
    """Read what the items refer to: assignments, regions, KBLI codes, records and open raw items."""
    subjects = [examined.draft.subject_id for examined in items]
    regions = {code for examined in items for code in examined.region_codes}
    kbli = {examined.reading.kbli for examined in items if examined.reading is not None}
    records: dict[UUID, Record] = {}
    places: dict[UUID, Place] = {}
    reviews: dict[UUID, OpenReview] = {}
    for row in await records_by_id(pg, subjects):
        records[row.record_id] = Record(
            enumerator_id=row.enumerator_id,
            campaign_id=row.campaign_id,
            revision=row.revision,
            counted_revision=row.counted_revision,
            counted_as=CountedAs(row.counted_as),
            business_id=row.business_id,
            contents={},
        )
    if records:
        reviews = await reviews_in_force(pg, records)
        for revision in await revisions_of(pg, records):
            record = records[revision.record_id]
            record.contents[revision.revision] = revision.content_digest
            if revision.revision == record.counted_revision:
                places[revision.record_id] = Place(revision.region_code, revision.captured_on, record.counted_as)
    return Known(
        campaign=campaign,
        standing=standing,
        assignments=await assignments_of(pg, campaign.id, enumerator_id),
        regions=await reference.regions.known(pg, regions),
        kbli=await reference.kbli.known(pg, kbli),
        records=records,
        places=places,
        reviews=reviews,
        raw_items=await open_raw_items(pg, enumerator_id, subjects),
        released=released,
    )
