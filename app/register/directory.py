"""The directory of records: as judging takes it, and as judging leaves it."""

from uuid import UUID

from app.register.verdicts import CountedAs, Record, Visited
from app.submissions.queries import CountedRecord
from app.submissions.store import RecordEntry


def as_judged(
    row: CountedRecord,
    contents: dict[int, bytes],
    said: bytes | None = None,
    number_changes: int | None = None,
    visits: dict[int, Visited] | None = None,
) -> Record:
    """What the rules need to know of a record. `contents`: the digests of its revisions, where they are asked for, as
    are its `visits`.
    """
    return Record(
        enumerator_id=row.enumerator_id,
        campaign_id=row.campaign_id,
        revision=row.revision,
        counted_revision=row.counted_revision,
        counted_as=CountedAs(row.counted_as),
        business_id=row.business_id,
        contents=contents,
        said=said,
        number_changes=number_changes,
        visits=visits or {},
    )


def record_entry(record_id: UUID, record: Record, regency_code: str, listing_id: UUID | None = None) -> RecordEntry:
    """The directory's entry of a judged record. `regency_code`: of the revision in force; `listing_id`: the entry of
    the listing that it claims, None where that stays."""
    return RecordEntry(
        record_id=record_id,
        campaign_id=record.campaign_id,
        enumerator_id=record.enumerator_id,
        regency_code=regency_code,
        revision=record.revision,
        counted_revision=record.counted_revision,
        counted_as=record.counted_as.value,
        business_id=record.business_id,
        said=record.said,
        number_changes=record.number_changes,
        listing_id=listing_id,
    )
