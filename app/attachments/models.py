"""Photos of places and products: their metadata, and the parts of unfinished uploads."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text

from app.core.column_types import CODE, COUNT, DIGEST, FLAG, KEY, MOMENT, SEALED
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, optional, required


class Attachment(SQLModel, table=True):
    """One photo of one enumerator. Its SHA-256 names what the tablet sent; what is kept of it, without metadata, lies
    in the storage under its own.
    """

    __tablename__ = "attachment"
    __distribution__ = LOCAL
    __table_args__ = (
        CheckConstraint("received <= size", name="received"),
        Index("attachment_waiting_idx", "enumerator_id", postgresql_where=text("completed_at IS NULL OR early")),
        Index(None, "stored_as"),
    )

    sha256: bytes = key(DIGEST)
    enumerator_id: UUID = key(KEY)
    media_type: str = required(CODE)
    size: int = required(COUNT)  # bytes, as it was sent
    received: int = required(COUNT)
    begun_at: datetime = required(MOMENT)
    touched_at: datetime = required(MOMENT)  # when the last part came
    completed_at: datetime | None = optional(MOMENT)
    width: int | None = optional(COUNT)  # pixels
    height: int | None = optional(COUNT)
    stored_as: bytes | None = optional(DIGEST)  # null: whole, with its metadata, as older releases kept it
    early: bool = required(FLAG)  # none of its records had come when this was last looked at


class AttachmentLink(SQLModel, table=True):
    """What a photo shows: a place or a product, of one record. The same photo may show several."""

    __tablename__ = "attachment_link"
    __distribution__ = LOCAL
    __table_args__ = (
        CheckConstraint("purpose IN ('place', 'product')", name="purpose"),
        ForeignKeyConstraint(
            ["sha256", "enumerator_id"], ["attachment.sha256", "attachment.enumerator_id"], ondelete="CASCADE"
        ),
        Index(None, "sha256", "enumerator_id"),
    )

    record_id: UUID = key(KEY)
    sha256: bytes = key(DIGEST)
    enumerator_id: UUID = key(KEY)
    purpose: str = key(CODE)


class AttachmentPart(SQLModel, table=True):
    """A part of a photo that is not whole yet."""

    __tablename__ = "attachment_part"
    __distribution__ = LOCAL
    __table_args__ = (
        ForeignKeyConstraint(
            ["sha256", "enumerator_id"], ["attachment.sha256", "attachment.enumerator_id"], ondelete="CASCADE"
        ),
    )

    sha256: bytes = key(DIGEST)
    enumerator_id: UUID = key(KEY)
    starts_at: int = key(COUNT)
    content: bytes = required(SEALED)
