"""The state between two items of a batch: what was known before the batch, and what its earlier items added to it."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from app.intake.known import Known, Place
from app.intake.queries import StoredRawItem
from app.register.verdicts import RESULTS
from app.review.queries import OpenReview


@dataclass(slots=True)
class Interim:
    """What is stored, or about to be, before the item at hand."""

    known: Known
    places: dict[UUID, Place]  # of the counted revision of each record
    reviews: dict[UUID, OpenReview]  # in force, by record
    conflicts: set[tuple[UUID, int]]  # revisions of records that wait for a decision
    revisions: defaultdict[UUID, set[int]]  # the stored revisions of each record
    highest: dict[UUID, int]  # the highest stored revision of each of this enumerator's records
    interviewed: dict[UUID, int]  # the same of interviews alone
    raw_items: defaultdict[UUID, list[StoredRawItem]]  # of this enumerator, by subject, the newest first

    @classmethod
    def before(cls, known: Known) -> Self:
        """The state before the first item."""
        own = {id_: each for id_, each in known.records.items() if each.enumerator_id == known.enumerator_id}
        return cls(
            known=known,
            places=dict(known.places),
            reviews=dict(known.reviews),
            conflicts=set(known.conflicts),
            revisions=defaultdict(set, {id_: set(record.contents) for id_, record in known.records.items()}),
            highest={id_: record.revision for id_, record in own.items()},
            interviewed={id_: record.revision for id_, record in own.items() if record.counted_as not in RESULTS},
            raw_items=defaultdict(list, {subject: list(history) for subject, history in known.raw_items.items()}),
        )

    def add_revision(self, record_id: UUID, revision: int, *, newest: bool, is_visit: bool) -> None:
        """A revision of one of this enumerator's records is stored; `newest`: it changes what the record is."""
        self.revisions[record_id].add(revision)
        for stored in (self.highest,) if is_visit else (self.highest, self.interviewed):
            if newest:
                stored[record_id] = max(stored.get(record_id, 0), revision)
