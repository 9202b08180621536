"""Everything that a batch needs to know: one query for each table, however many items there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from app.accounts.queries import Standing
from app.campaigns.queries import CampaignRow
from app.core.canonical import Contents
from app.core.reference import ReferenceCodes
from app.intake.known import CaptureTime, Known, Place
from app.intake.queries import raw_items_of
from app.intake.rules import Examined
from app.kbli.queries import kbli_codes
from app.regions.queries import region_codes
from app.register.directory import as_judged
from app.register.register import open_conflicts
from app.register.verdicts import CountedAs, Outcome, Record
from app.review.queries import reviews_in_force
from app.submissions.queries import records_by_id, revisions_of
from app.workforce.queries import assignments_of


class Reference:
    """Reference codes, cached between batches."""

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
    contents = Contents(examined.draft.content_digest for examined in items)
    stored = await _stored_records(pg, subjects, contents)
    raw_items = {
        subject: tuple(raw._replace(content_digest=contents.as_sent(raw.content_digest)) for raw in history)
        for subject, history in (await raw_items_of(pg, enumerator_id, subjects)).items()
    }
    for subject, history in raw_items.items():
        stored.capture_times[subject] += [
            CaptureTime(raw.captured_at_told, raw.captured_at)
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
        records=stored.records,
        places=stored.places,
        reviews=await reviews_in_force(pg, stored.records) if stored.records else {},
        raw_items=raw_items,
        conflicts=await open_conflicts(pg, stored.sent_again) if stored.sent_again else set(),
        capture_times={subject: tuple(times) for subject, times in stored.capture_times.items()},
        released=released,
    )


@dataclass(slots=True)
class _Stored:
    """The records of a batch with their stored revisions; `sent_again`: those with a conflict that is sent again."""

    records: dict[UUID, Record] = field(default_factory=dict)
    places: dict[UUID, Place] = field(default_factory=dict)
    capture_times: defaultdict[UUID, list[CaptureTime]] = field(default_factory=lambda: defaultdict(list))
    sent_again: set[UUID] = field(default_factory=set)


async def _stored_records(pg: asyncpg.Connection, subjects: Sequence[UUID], contents: Contents) -> _Stored:
    stored = _Stored()
    rows = {row.record_id: row for row in await records_by_id(pg, subjects)}
    digests: dict[UUID, dict[int, bytes]] = {record_id: {} for record_id in rows}
    for revision in await revisions_of(pg, rows) if rows else ():
        record_id, content = revision.record_id, contents.as_sent(revision.content_digest)
        digests[record_id][revision.revision] = content
        stored.capture_times[record_id].append(CaptureTime(revision.captured_at_told, revision.captured_at))
        if revision.outcome == Outcome.CONFLICT and content in contents.sent:
            stored.sent_again.add(record_id)
        if revision.revision == rows[record_id].counted_revision:
            counted_as = CountedAs(rows[record_id].counted_as)
            stored.places[record_id] = Place(revision.region_code, revision.captured_on, counted_as)
    for record_id, row in rows.items():
        stored.records[record_id] = as_judged(row, digests[record_id], row.said, row.number_changes)
    return stored
