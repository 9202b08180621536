"""Photos of places and products: what is known of each, and the parts of those that are still coming in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index

from app.core.schema import CODE, COUNT, DIGEST, KEY, MOMENT, SEALED, SQLModel, key, optional, required


class Attachment(SQLModel, table=True):
    """One photo of one enumerator's record; its content is in the storage, under its SHA-256."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("purpose IN ('place', 'product')", name="purpose"),
        CheckConstraint("received <= size", name="received"),
        Index(None, "record_id"),
    )

    sha256: bytes = key(DIGEST)
    enumerator_id: UUID = key(KEY)
    record_id: UUID = required(KEY)
    purpose: str = required(CODE)
    media_type: str = required(CODE)
    size: int = required(COUNT)  # bytes
    received: int = required(COUNT)
    begun_at: datetime = required(MOMENT)
    completed_at: datetime | None = optional(MOMENT)
    width: int | None = optional(COUNT)  # pixels
    height: int | None = optional(COUNT)


class AttachmentPart(SQLModel, table=True):
    """A part of a photo that is not whole yet."""

    __tablename__ = "attachment_part"
    __table_args__ = (
        ForeignKeyConstraint(
            ["sha256", "enumerator_id"], ["attachment.sha256", "attachment.enumerator_id"], ondelete="CASCADE"
        ),
    )

    sha256: bytes = key(DIGEST)
    enumerator_id: UUID = key(KEY)
    starts_at: int = key(COUNT)
    content: bytes = required(SEALED)
