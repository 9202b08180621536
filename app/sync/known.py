"""The world that the items of a batch are held against, as it was before the batch."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.accounts.queries import Standing
from app.campaigns.queries import CampaignRow
from app.register.deduplication import CountedAs, Record
from app.review.queries import OpenReview
from app.sync.queries import OpenRawItem
from app.sync.reading import Draft
from app.workforce.queries import AssignedRegion


class Place(NamedTuple):
    """Where, when and as what a record counts."""

    region_code: str
    captured_on: date
    counted_as: CountedAs


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before the batch: the world that its items are held against."""

    campaign: CampaignRow
    standing: Standing
    assignments: tuple[AssignedRegion, ...]
    regions: frozenset[str]
    kbli: frozenset[str]
    records: dict[UUID, Record]
    places: dict[UUID, Place]  # of the counted revision of each record
    raw_items: dict[UUID, OpenRawItem]  # by subject
    reviews: dict[UUID, OpenReview]  # in force, by record
    released: bool = False  # a supervisor let it in, whatever it was held for

    def has(self, draft: Draft) -> bool:
        """Whether this very revision is stored already."""
        record = self.records.get(draft.item.record_id) if draft.item else None
        return (
            draft.item is not None
            and record is not None
            and record.campaign_id == self.campaign.id
            and record.contents.get(draft.item.revision) == draft.content_digest
        )
