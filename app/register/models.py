"""The single register: businesses, the numbers that identify them, and the cases where those disagree."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text

from app.core.schema import (
    ARRAY,
    CODE,
    COUNT,
    DIGEST,
    FLAG,
    KEY,
    MOMENT,
    SMALL,
    TEXT,
    SQLModel,
    key,
    optional,
    required,
)  # fmt: skip


class Business(SQLModel, table=True):
    """An enterprise or a cooperative. Its answers are those of the submission it points to.

    It has at most one number of each kind: another number of the same kind makes a conflict.
    """

    __tablename__ = "business"
    __table_args__ = (
        CheckConstraint("kind IN ('umkm', 'koperasi')", name="kind"),
        Index(None, "region_code", "id"),
        CheckConstraint("size_class IN ('micro', 'small', 'medium', 'large')", name="size_class"),
    )

    id: UUID = key(KEY)
    regency_code: str = key(CODE)
    kind: str = required(CODE)
    name: str = required(TEXT)
    region_code: str = required(CODE)
    kbli: str = required(CODE)
    kbli_version: str = required(CODE)
    size_class: str | None = optional(CODE)
    nik_digest: bytes | None = optional(DIGEST)
    nib_digest: bytes | None = optional(DIGEST)
    cooperative_number_digest: bytes | None = optional(DIGEST)
    unidentified: bool = required(FLAG)
    campaign_ids: list[int] = required(ARRAY(SMALL))  # the campaigns in which it is entered, once each
    record_id: UUID = required(KEY)
    revision: int = required(COUNT)
    created_at: datetime = required(MOMENT)
    updated_at: datetime = required(MOMENT)


class Identity(SQLModel, table=True):
    """A number that identifies a business, as a keyed digest: the directory that makes a business unique.

    A claim on a number is this row. `record_id` is the record that claimed it; `matched` says that another record
    was recognised by it, so that it can no longer be taken back without a review.
    """

    __tablename__ = "identity"
    __table_args__ = (CheckConstraint("kind IN ('nik', 'nib', 'cooperative_number')", name="kind"),)

    digest: bytes = key(DIGEST)
    kind: str = required(CODE)
    business_id: UUID = required(KEY)
    record_id: UUID = required(KEY)
    matched: bool = required(FLAG, server_default=text("false"))


class DuplicateCase(SQLModel, table=True):
    """A record that was recognised as a known business (`duplicate`) or contradicts one or two (`conflict`)."""

    __tablename__ = "duplicate_case"
    __table_args__ = (
        CheckConstraint("kind IN ('duplicate', 'conflict')", name="kind"),
        CheckConstraint("state IN ('open', 'resolved')", name="state"),
        Index(None, "record_id"),
    )

    id: UUID = key(KEY)
    regency_code: str = key(CODE)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    region_code: str = required(CODE)
    record_id: UUID = required(KEY)
    revision: int = required(COUNT)
    kind: str = required(CODE)
    business_ids: list[UUID] = required(ARRAY(KEY))
    matched_on: list[str] = required(ARRAY(TEXT))
    state: str = required(CODE)
    opened_at: datetime = required(MOMENT)
    resolved_at: datetime | None = optional(MOMENT)
