"""Everything that a batch needs to know: what is asked of most is one statement, however many items there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, cast
from uuid import UUID

import asyncpg

from app.accounts.queries import Standing
from app.campaigns.queries import CampaignRow, campaign_question
from app.core.canonical import Contents
from app.core.reference import ReferenceCodes
from app.core.round_trips import ask_together
from app.identifiers.kbli_codes import keyed
from app.intake.known import CaptureTime, Known, Place
from app.intake.queries import Before, StoredRawItem, before_question, raw_items_question
from app.intake.rules import Examined
from app.kbli.queries import kbli_codes
from app.listing.store import NamedEntry, entries_named, entries_question
from app.questionnaires.assessment import as_taken_in
from app.questionnaires.visit_1 import Result
from app.regions.queries import region_codes
from app.register.directory import as_judged
from app.register.register import open_conflicts
from app.register.verdicts import CountedAs, Outcome, Record, Visited
from app.review.queries import corrected_revisions, reviews_in_force
from app.submissions.queries import RecordRow, records_question, revisions_of
from app.workforce.queries import AssignedRegion, assignments_question


class Reference:
    """Reference codes, cached between batches."""

    def __init__(self) -> None:
        self.regions: ReferenceCodes = region_codes()
        self.kbli: ReferenceCodes = kbli_codes()


class Asked(NamedTuple):
    """What is asked at once under the locks of an enumerator and of numbers."""

    campaign: CampaignRow | None
    before: Before
    assignments: tuple[AssignedRegion, ...]
    records: list[RecordRow]
    raw_items: dict[UUID, list[StoredRawItem]]
    named: list[NamedEntry]


async def ask_first(
    pg: asyncpg.Connection, code: str, batch_id: UUID, enumerator_id: UUID, day: date, items: Sequence[Examined]
) -> Asked:
    """Ask what every batch needs: its campaign, what was there of it before, and what its items refer to."""
    subjects = [examined.draft.subject_id for examined in items]
    return Asked(
        *await ask_together(
            pg,
            campaign_question(code),
            before_question(batch_id, enumerator_id, day),
            assignments_question(code, enumerator_id),
            records_question(subjects),
            raw_items_question(enumerator_id, subjects),
            entries_question(_named(items)),
        )
    )


async def preload(
    pg: asyncpg.Connection,
    reference: Reference,
    campaign: CampaignRow,
    enumerator_id: UUID,
    standing: Standing,
    asked: Asked,
    items: Sequence[Examined],
    *,
    released: bool = False,
) -> Known:
    """What the items refer to: assignments, regions, KBLI codes, records and what was kept raw of them.

    Known revisions are asked for only where a record is sent again, and whether a conflict waits for a decision only
    where one is.
    """
    regions = {code for examined in items for code in examined.region_codes}
    readings = [examined.reading for examined in items if examined.reading is not None]
    editions = campaign.activities.editions
    kbli = {keyed(as_taken_in(reading, editions), reading.kbli) for reading in readings if reading.visit is None}
    contents = Contents(examined.draft.content_digest for examined in items)
    stored = await _stored_records(pg, asked.records, contents)
    raw_items = {
        subject: tuple(raw._replace(content_digest=contents.as_sent(raw.content_digest)) for raw in history)
        for subject, history in asked.raw_items.items()
    }
    for subject, history in raw_items.items():
        stored.capture_times[subject] += [
            CaptureTime(raw.captured_at_told, raw.captured_at)
            for raw in reversed(history)
            if raw.captured_at_told is not None and raw.captured_at is not None
        ]
    claimed = {row.record_id: row.listing_id for row in asked.records if row.listing_id is not None}
    named = {raw.listing_id for history in raw_items.values() for raw in history if raw.listing_id is not None}
    more = {*named, *claimed.values()} - _named(items)
    return Known(
        enumerator_id=enumerator_id,
        campaign=campaign,
        standing=standing,
        assignments=asked.assignments,
        regions=await reference.regions.known(pg, regions),
        kbli=await reference.kbli.known(pg, kbli),
        records=stored.records,
        places=stored.places,
        reviews=await reviews_in_force(pg, stored.records) if stored.records else {},
        corrected=await corrected_revisions(pg, stored.records) if stored.records else {},
        raw_items=raw_items,
        conflicts=await open_conflicts(pg, stored.sent_again) if stored.sent_again else set(),
        erased=stored.erased,
        capture_times={subject: tuple(times) for subject, times in stored.capture_times.items()},
        claimed=claimed,
        listed=[*asked.named, *await entries_named(pg, more)],
        released=released,
    )


def _named(items: Sequence[Examined]) -> set[UUID]:
    """The entries of the listing that items name."""
    return {id_ for each in items if each.draft.item and (id_ := each.draft.item.listing_id) is not None}


@dataclass(slots=True)
class _Stored:
    """The records of a batch with their stored revisions; `sent_again`: those with a conflict that is sent again."""

    records: dict[UUID, Record] = field(default_factory=dict)
    places: dict[UUID, Place] = field(default_factory=dict)
    capture_times: defaultdict[UUID, list[CaptureTime]] = field(default_factory=lambda: defaultdict(list))
    erased: dict[UUID, int] = field(default_factory=dict)
    sent_again: set[UUID] = field(default_factory=set)


async def _stored_records(pg: asyncpg.Connection, known: Sequence[RecordRow], contents: Contents) -> _Stored:
    stored = _Stored()
    rows = {row.record_id: row for row in known}
    digests: dict[UUID, dict[int, bytes]] = {record_id: {} for record_id in rows}
    visits: defaultdict[UUID, dict[int, Visited]] = defaultdict(dict)
    for revision in await revisions_of(pg, rows) if rows else ():
        record_id, content = revision.record_id, contents.as_sent(revision.content_digest)
        digests[record_id][revision.revision] = content
        if revision.visit is not None and revision.visited_at is not None:
            visits[record_id][revision.revision] = Visited(cast("Result", revision.visit), revision.visited_at)
        stored.capture_times[record_id].append(CaptureTime(revision.captured_at_told, revision.captured_at))
        if revision.erased:
            stored.erased[record_id] = revision.revision
        if revision.outcome == Outcome.CONFLICT and content in contents.sent:
            stored.sent_again.add(record_id)
        if revision.revision == rows[record_id].counted_revision:
            counted_as = CountedAs(rows[record_id].counted_as)
            stored.places[record_id] = Place(revision.region_code, revision.captured_on, counted_as)
    for record_id, row in rows.items():
        stored.records[record_id] = as_judged(
            row, digests[record_id], row.said, row.number_changes, visits.get(record_id)
        )
    return stored
