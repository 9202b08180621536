"""What is stored of records and enumerators to look at, as it is written and read. `numbers` is JSON text."""

from datetime import datetime
from uuid import UUID

from app.core.rows import Row


class FlaggedRecord(Row):
    """A record with flags or warnings."""

    record_id: UUID
    regency_code: str
    region_code: str
    enumerator_id: UUID
    revision: int
    captured_at: datetime
    codes: list[str]
    numbers: str
    warnings: list[str]


class JudgedEnumerator(Row):
    """An enumerator's work in a regency."""

    enumerator_id: UUID
    regency_code: str
    records: int
    flagged_records: int
    score: int
    codes: list[str]
    numbers: str
