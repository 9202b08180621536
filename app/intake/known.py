"""The world that the items of a batch are held against, as it was before the batch."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from app.accounts.queries import Standing
from app.campaigns.queries import CampaignRow
from app.core.canonical import same_content
from app.intake.parsing import Draft
from app.intake.queries import RawKept
from app.register.deduplication import CountedAs, Record
from app.review.queries import OpenReview
from app.workforce.queries import AssignedRegion


class Place(NamedTuple):
    """Where, when and as what a record counts."""

    region_code: str
    captured_on: date
    counted_as: CountedAs


class Heard(NamedTuple):
    """When a revision was captured: by its tablet's clock, and corrected."""

    told: datetime
    corrected: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before the batch: the world that its items are held against."""

    enumerator_id: UUID
    campaign: CampaignRow
    standing: Standing
    assignments: tuple[AssignedRegion, ...]
    regions: frozenset[str]
    kbli: frozenset[str]
    records: dict[UUID, Record]
    places: dict[UUID, Place]  # of the counted revision of each record
    newest: dict[UUID, int]  # the highest stored revision of each of this enumerator's records
    stored: defaultdict[UUID, set[int]]  # the revisions of each record that are stored before the item at hand
    raw_items: defaultdict[UUID, list[RawKept]]  # of this enumerator, by subject, the newest first
    conflicts: set[tuple[UUID, int]]  # revisions of records sent again that wait for a decision
    heard: defaultdict[UUID, list[Heard]]  # the times of revisions that came before, by record, the first first
    reviews: dict[UUID, OpenReview]  # in force, by record
    released: bool = False  # a supervisor let it in, whatever it was held for

    def has(self, draft: Draft) -> bool:
        """Whether this very revision is stored already."""
        record = self.records.get(draft.item.record_id) if draft.item else None
        return (
            draft.item is not None
            and record is not None
            and record.campaign_id == self.campaign.id
            and same_content(record.contents.get(draft.item.revision, b""), draft.content_digest)
        )

    def refused(self, draft: Draft) -> bool:
        """Whether a supervisor refused this very item."""
        history = self.raw_items.get(draft.subject_id, ())
        return any(raw.refused and raw.content_digest == draft.content_digest for raw in history)
