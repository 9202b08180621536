"""What was found about records and enumerators, what supervisors dismissed of it, and what is to be judged."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text

from app.core.column_types import ARRAY, CODE, COUNT, FLAG, JSON, KEY, MOMENT, REAL, SMALL, TEXT
from app.core.distribution import BY_REGENCY
from app.core.schema import OfCampaign, OfRegency, SQLModel, Undoable, key, optional, required


class QualityRecord(SQLModel, table=True):
    """A record with flags or warnings, of its newest revision. `numbers` explain each flag, and give no answer away."""

    __tablename__ = "quality_record"
    __distribution__ = BY_REGENCY
    __table_args__ = (Index(None, "campaign_id", "region_code", "record_id"), Index(None, "enumerator_id"))

    record_id: UUID = key(KEY)
    regency_code: str = key(CODE)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    region_code: str = required(CODE)
    enumerator_id: UUID = required(KEY)
    revision: int = required(COUNT)
    captured_at: datetime = required(MOMENT)
    codes: list[str] = required(ARRAY(CODE))  # of flags
    numbers: dict[str, Any] = required(JSON)  # by code
    warnings: list[str] = required(ARRAY(CODE))  # codes, each once


class QualityEnumerator(SQLModel, table=True):
    """An enumerator's work in a regency. `score`: hundredths of deviations; the higher, the sooner to be looked at."""

    __tablename__ = "quality_enumerator"
    __distribution__ = BY_REGENCY
    __table_args__ = (
        Index("quality_enumerator_order_idx", "campaign_id", "score", "enumerator_id", "regency_code"),
        Index(None, "regency_code", "campaign_id"),
    )

    enumerator_id: UUID = key(KEY)
    campaign_id: int = key(SMALL, ForeignKey("campaign.id"))
    regency_code: str = key(CODE)
    districts: list[str] = required(ARRAY(CODE))  # where the records are
    records: int = required(COUNT)
    flagged_records: int = required(COUNT)
    score: int = required(COUNT)
    codes: list[str] = required(ARRAY(CODE))  # of flags
    numbers: dict[str, Any] = required(JSON)  # by code


class QualityDismissal(Undoable, OfRegency, table=True):
    """A flag that a supervisor looked at and dismissed. It holds for a record's revision; for an enumerator, whose
    `revision` is the number of records, until there are a quarter more.
    """

    __tablename__ = "quality_dismissal"
    __table_args__ = (
        CheckConstraint("about IN ('record', 'enumerator')", name="about"),
        Index(None, "regency_code", "campaign_id"),
        Index(
            "quality_dismissal_in_force_key",
            *("subject_id", "campaign_id", "code", "revision", "regency_code"),
            unique=True,
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    about: str = required(CODE)
    subject_id: UUID = required(KEY)  # of the record or the enumerator
    revision: int = required(COUNT)
    code: str = required(CODE)
    reason: str = required(TEXT)
    dismissed_by: UUID = required(KEY)
    dismissed_at: datetime = required(MOMENT)


class QualityState(OfCampaign, table=True):
    """A regency in a campaign: whether there is something to judge, who does it, and what it took last time."""

    __tablename__ = "quality_state"

    regency_code: str = key(CODE)
    waits: bool = required(FLAG)
    began_at: datetime | None = optional(MOMENT)  # since when a process is judging; by the database's clock
    judged_at: datetime | None = optional(MOMENT)  # by the domain's clock
    ended_at: datetime | None = optional(MOMENT)  # by the database's clock
    took_s: float | None = optional(REAL)
    records: int | None = optional(COUNT)
    thresholds: dict[str, Any] | None = optional(JSON)  # of the campaign, as they were
