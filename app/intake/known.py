"""What is known before the batch: the state that its items are compared with. Nothing here changes afterwards.

The ledger has what judging changes; `interim.py` has what the items of the batch add one after another.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.accounts.queries import Standing
from app.campaigns.queries import CampaignRow
from app.core.canonical import same_content
from app.intake.parsing import Draft
from app.intake.queries import StoredRawItem
from app.listing.store import NamedEntry
from app.register.verdicts import CountedAs, Record
from app.review.queries import OpenReview
from app.workforce.queries import AssignedRegion


class Place(NamedTuple):
    """Where, when and as what a record counts."""

    region_code: str
    captured_on: date
    counted_as: CountedAs


class CaptureTime(NamedTuple):
    """When a revision was captured: by its tablet's clock, and corrected."""

    by_tablet: datetime
    corrected: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before the batch. Records, reviews and the like: of those that the batch names."""

    enumerator_id: UUID
    campaign: CampaignRow
    standing: Standing
    assignments: tuple[AssignedRegion, ...]
    regions: frozenset[str]
    kbli: frozenset[str]  # codes with their editions
    records: Mapping[UUID, Record]  # judging changes copies of them
    places: Mapping[UUID, Place]  # of the counted revision of each record
    raw_items: Mapping[UUID, tuple[StoredRawItem, ...]]  # of this enumerator, by subject, the newest first
    conflicts: AbstractSet[tuple[UUID, int]]  # revisions of records sent again that wait for a decision
    capture_times: Mapping[UUID, tuple[CaptureTime, ...]]  # of earlier revisions, by record, the first first
    reviews: Mapping[UUID, OpenReview]  # in force, by record
    corrected: Mapping[UUID, int] = field(default_factory=dict)  # newest revision of an officer, by record
    erased: Mapping[UUID, int] = field(default_factory=dict)  # the highest revision without its answers, by record
    claimed: Mapping[UUID, UUID] = field(default_factory=dict)  # entries of the listing, by known record
    listed: Sequence[NamedEntry] = ()  # those, and the entries that the items name
    released: bool = False  # a supervisor released the item; reasons to hold it no longer count

    def works_in(self, village: str, day: date) -> bool:
        """Whether the enumerator is assigned to a village on that day, or a supervisor released the item."""
        return self.released or any(region.covers(village, day) for region in self.assignments)

    def has(self, draft: Draft) -> bool:
        """Whether this very revision is stored already."""
        record = self.records.get(draft.item.record_id) if draft.item else None
        return (
            draft.item is not None
            and record is not None
            and record.campaign_id == self.campaign.id
            and same_content(record.contents.get(draft.item.revision, b""), draft.content_digest)
        )

    def was_erased(self, draft: Draft) -> bool:
        """Whether this revision came before a person's data were erased from its record, or is one of which they were:
        however late, and with whatever content, nothing of it is kept. Of a record that is kept, an item that was
        erased says nothing of other revisions: it may have named somebody else."""
        if draft.revision is None:
            return False
        erased = {raw.revision or 0 for raw in self.raw_items.get(draft.subject_id, ()) if raw.erased}
        through = self.erased.get(draft.subject_id, 0)
        if through or draft.subject_id not in self.records:
            through = max(through, *erased, 0)
        return draft.revision <= through or draft.revision in erased

    def refused(self, draft: Draft) -> bool:
        """Whether a supervisor refused this very item."""
        history = self.raw_items.get(draft.subject_id, ())
        return any(raw.refused and raw.content_digest == draft.content_digest for raw in history)
