"""What was asked of agencies, and what they answered. Numbers are here as digests alone, names as fingerprints."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text

from app.core.column_types import ARRAY, CODE, COUNT, DAY, DIGEST, FLAG, JSON, KEY, MOMENT, SMALL, TEXT
from app.core.distribution import LOCAL, directory
from app.core.schema import SQLModel, key, optional, required

_KIND = "kind IN ('nik', 'nib', 'cooperative_number')"


class VerificationRequest(SQLModel, table=True):
    """Numbers that an agency is asked about, together: who asks, why, of which region, and by which way.

    `asked` is how many numbers; how many were answered is counted from its items. `headings` are the columns of its
    file, in order.
    """

    __tablename__ = "verification_request"
    __distribution__ = LOCAL
    __table_args__ = (
        CheckConstraint(_KIND, name="kind"),
        CheckConstraint("via IN ('file', 'verifier')", name="via"),
        Index("verification_request_waiting_idx", "id", postgresql_where=text("via = 'verifier' AND NOT finished")),
    )

    id: UUID = key(KEY)
    kind: str = required(CODE)
    source: str = required(TEXT)  # the agency
    via: str = required(CODE)
    region_code: str = required(CODE)
    campaign_id: int | None = optional(SMALL, ForeignKey("campaign.id"))
    states: list[str] = required(ARRAY(CODE))
    older_than: date | None = optional(DAY)
    headings: list[dict[str, Any]] = required(JSON)
    reason: str = required(TEXT)
    asked: int = required(COUNT)
    made_by: UUID = required(KEY)
    made_at: datetime = required(MOMENT)
    fetched_at: datetime | None = optional(MOMENT)  # its file, last
    finished: bool = required(FLAG, server_default=text("false"))  # the verifier was asked about all
    claimed_at: datetime | None = optional(MOMENT)  # since when a process asks the verifier; by the database's clock
    tried_at: datetime | None = optional(MOMENT)  # when the verifier was asked last
    fault: str | None = optional(CODE)  # why its last answer could not be used
    forgotten_at: datetime | None = optional(MOMENT)  # since when only its counts are left
    counts: dict[str, Any] | None = optional(JSON)  # what it had come to by then


class VerificationItem(SQLModel, table=True):
    """One number that is asked about, under a random reference, which says nothing of the business.

    `number_digest` and `name_digest` are the pair that was asked. An answer waits (`applied_at` is null) until it is
    applied under the lock of its business; then it is `outdated` where the business has another pair by now.
    """

    __tablename__ = "verification_item"
    __distribution__ = directory("reference")
    __table_args__ = (
        CheckConstraint(_KIND, name="kind"),
        CheckConstraint("answer IN ('match', 'mismatch', 'not_found')", name="answer"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered"),
        Index(None, "request_id", "reference"),
        Index(None, "business_id"),
        Index(
            "verification_item_waiting_idx",
            *("business_id", "reference"),
            postgresql_where=text("answer IS NOT NULL AND applied_at IS NULL"),
        ),
    )

    reference: str = key(CODE)
    request_id: UUID = required(KEY)
    business_id: UUID = required(KEY)
    kind: str = required(CODE)
    number_digest: bytes = required(DIGEST)
    name_digest: bytes = required(DIGEST)
    source: str = required(TEXT)
    asked_at: datetime = required(MOMENT)
    answer: str | None = optional(CODE)
    answered_on: date | None = optional(DAY)  # as the agency says
    answered_at: datetime | None = optional(MOMENT)  # when it came in
    applied_at: datetime | None = optional(MOMENT)
    outdated: bool = required(FLAG, server_default=text("false"))
