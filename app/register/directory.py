"""The directory of records as judging leaves it."""

from uuid import UUID

from app.register.deduplication import Record
from app.submissions.store import RecordEntry


def record_entry(record_id: UUID, record: Record, regency_code: str) -> RecordEntry:
    """The directory's entry of a judged record. `regency_code`: of the revision in force."""
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
    )
