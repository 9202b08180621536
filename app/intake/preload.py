"""Everything that a batch needs to know, read at once: one query per table, however many items there are."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

import asyncpg

from app.accounts.queries import Standing
from app.campaigns.queries import CampaignRow
from app.core.canonical import Contents
from app.core.reference import ReferenceCodes
from app.intake.known import Heard, Known, Place
from app.intake.queries import raw_items_of
from app.intake.rules import Examined
from app.kbli.queries import kbli_codes
from app.regions.queries import region_codes
from app.register.deduplication import CountedAs, Outcome, Record
from app.register.register import open_conflicts
from app.review.queries import OpenReview, reviews_in_force
from app.submissions.queries import records_by_id, revisions_of
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
    """Read what the items refer to: assignments, regions, KBLI codes, records and what was kept raw of them.

    Whether a conflict waits for a decision is asked only where one is sent again.
    """
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
            said=row.said,
            number_changes=row.number_changes,
        )
    contents = Contents(examined.draft.content_digest for examined in items)
    raw_items = await raw_items_of(pg, enumerator_id, subjects)
    for history in raw_items.values():
        for raw in history:
            raw.content_digest = contents.as_sent(raw.content_digest)
    heard: defaultdict[UUID, list[Heard]] = defaultdict(list)
    sent_again: set[UUID] = set()
    if records:
        reviews = await reviews_in_force(pg, records)
        for revision in await revisions_of(pg, records):
            record = records[revision.record_id]
            content = contents.as_sent(revision.content_digest)
            record.contents[revision.revision] = content
            heard[revision.record_id].append(Heard(revision.captured_at_told, revision.captured_at))
            if revision.outcome == Outcome.CONFLICT and content in contents.sent:
                sent_again.add(revision.record_id)
            if revision.revision == record.counted_revision:
                places[revision.record_id] = Place(revision.region_code, revision.captured_on, record.counted_as)
    for subject, history in raw_items.items():
        heard[subject] += [
            Heard(raw.captured_at_told, raw.captured_at)
            for raw in reversed(history)
            if raw.captured_at_told is not None and raw.captured_at is not None
        ]
    return Known(
        enumerator_id=enumerator_id,
        campaign=campaign,
        standing=standing,
        assignments=await assignments_of(pg, campaign.id, enumerator_id),
        regions=await reference.regions.known(pg, regions),
        kbli=await reference.kbli.known(pg, kbli),
        records=records,
        places=places,
        reviews=reviews,
        newest={id_: record.revision for id_, record in records.items() if record.enumerator_id == enumerator_id},
        stored=defaultdict(set, {id_: set(record.contents) for id_, record in records.items()}),
        raw_items=raw_items,
        conflicts=await open_conflicts(pg, sent_again) if sent_again else set(),
        heard=heard,
        released=released,
    )
