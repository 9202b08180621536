"""Which records are drawn to be asked again, by whom, and what came of it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text

from app.core.column_types import ARRAY, CODE, COUNT, DAY, DIGEST, FLAG, JSON, KEY, MOMENT, REAL, SEALED, SMALL
from app.core.distribution import BY_REGENCY
from app.core.schema import OfCampaign, OfRegency, SQLModel, key, optional, required


class Reinterview(OfRegency, table=True):
    """A record that was drawn. It stays drawn; it is `withdrawn` when its record left the figures.

    `same` and `different` are the questions in which both interviews agree or not, by their pointers; `agreed` and
    `compared` count those of them that the second enumerator was not shown. None of them is an answer.
    """

    __tablename__ = "reinterview"
    __table_args__ = (
        CheckConstraint("drawn_by IN ('share', 'least')", name="drawn_by"),
        CheckConstraint("state IN ('open', 'assigned', 'done', 'withdrawn')", name="state"),
        CheckConstraint("(state = 'assigned') <= (assignee_id IS NOT NULL)", name="has_assignee"),
        CheckConstraint("withdrawn_for IN ('left_figures', 'erased')", name="withdrawn_for"),
        CheckConstraint("assignee_id <> enumerator_id", name="by_another"),
        Index(None, "record_id", "regency_code", unique=True),
        Index(None, "campaign_id", "region_code", "id"),
        Index(None, "enumerator_id", "campaign_id"),
        Index(None, "business_id"),
        Index(None, "assignee_id", "id"),
        Index("reinterview_former_ids_idx", "former_ids", postgresql_using="gin"),
        Index("reinterview_open_idx", "campaign_id", "tried_at", postgresql_where=text("state = 'open'")),
    )

    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    region_code: str = required(CODE)
    record_id: UUID = required(KEY)
    business_id: UUID = required(KEY)
    enumerator_id: UUID = required(KEY)  # whose record it is
    drawn_by: str = required(CODE)
    drawn_at: datetime = required(MOMENT)
    state: str = required(CODE)
    withdrawn_for: str | None = optional(CODE)
    tried_at: datetime | None = optional(MOMENT)  # when nobody was found to give it to
    assignee_id: UUID | None = optional(KEY)
    assigned_by: UUID | None = optional(KEY)  # null: the server itself
    assigned_at: datetime | None = optional(MOMENT)
    due_on: date | None = optional(DAY)
    former_ids: list[UUID] = required(ARRAY(KEY), server_default=text("'{}'"))  # from whom it was taken away
    visits: int = required(COUNT, server_default=text("0"))  # how often nobody was there
    version: int = required(COUNT, server_default=text("0"))  # of the answers in force
    result: str | None = optional(CODE)
    answered_at: datetime | None = optional(MOMENT)
    revision: int | None = optional(COUNT)  # of the record, at its draw; null: from before that was kept
    same: list[str] = required(ARRAY(CODE), server_default=text("'{}'"))
    different: list[str] = required(ARRAY(CODE), server_default=text("'{}'"))
    agreed: int = required(COUNT, server_default=text("0"))
    compared: int = required(COUNT, server_default=text("0"))


class ReinterviewVersion(SQLModel, table=True):
    """What a second enumerator sent: one version of the answers, never changed after it is stored."""

    __tablename__ = "reinterview_version"
    __distribution__ = BY_REGENCY
    __table_args__ = (Index(None, "campaign_id", "id"),)

    id: UUID = key(KEY)
    version: int = key(COUNT)
    regency_code: str = key(CODE)
    campaign_id: int = required(SMALL, ForeignKey("campaign.id"))
    sender_id: UUID = required(KEY)
    content_digest: bytes = required(DIGEST)
    result: str = required(CODE)
    is_final: bool = required(FLAG)
    questionnaire: str = required(CODE)
    started_at: datetime | None = optional(MOMENT)
    captured_at: datetime = required(MOMENT)  # by the tablet's clock
    received_at: datetime = required(MOMENT)
    latitude: float | None = optional(REAL)
    longitude: float | None = optional(REAL)
    accuracy_m: float | None = optional(REAL)
    answers: dict[str, Any] = required(JSON)
    sealed: bytes | None = optional(SEALED)


class ReinterviewState(OfCampaign, table=True):
    """How far a campaign's businesses were looked at by that share and seed, in the order in which they change."""

    __tablename__ = "reinterview_state"

    sample: dict[str, Any] = required(JSON)
    change_number: int = required(BigInteger)
    business_id: UUID = required(KEY)
