"""Exports that are made in the background, to be fetched later, and the places for those that are read at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text

from app.core.column_types import ARRAY, CODE, COUNT, JSON, KEY, MOMENT, SMALL, TEXT
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, optional, required


class ExportJob(SQLModel, table=True):
    """One export: the request, its account, and how far it is. Its parts are sealed in the storage. The process that
    makes it has it until `lease_until` and prolongs this with every part; after that another process may continue it.
    """

    __tablename__ = "export_job"
    __distribution__ = LOCAL
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'done', 'failed')", name="state"),
        Index(None, "account_id", "id"),
        Index("export_job_open_idx", "id", postgresql_where=text("state IN ('queued', 'running')")),
    )

    id: UUID = key(KEY)
    account_id: UUID = required(KEY)
    asked: dict[str, Any] = required(JSON)
    reason: str | None = optional(TEXT)
    enumerator_ids: list[UUID] | None = optional(ARRAY(KEY))  # whose work the file holds, where not everybody's
    state: str = required(CODE, server_default="queued")
    attempts: int = required(COUNT, server_default="0")
    rows_total: int | None = optional(BigInteger)
    rows_done: int = required(BigInteger, server_default="0")
    size: int = required(BigInteger, server_default="0")
    sha256: str | None = optional(CODE)
    parts: list[Any] = required(JSON, server_default=text("'[]'"))
    feed_position: str | None = optional(CODE)
    manifest: dict[str, Any] | None = optional(JSON)  # what the file says of itself; null until it is begun
    created_at: datetime = required(MOMENT, server_default=text("now()"))
    finished_at: datetime | None = optional(MOMENT)
    lease_until: datetime | None = optional(MOMENT)


class ExportPlace(SQLModel, table=True):
    """A file that an account reads while it is made, by one of so many places; see `places.py`. It is not logged: a
    crash or a failover ends all of them.
    """

    __tablename__ = "export_place"
    __distribution__ = LOCAL
    __table_args__ = (Index(None, "ends_at"), {"prefixes": ["UNLOGGED"]})

    account_id: UUID = key(KEY)
    place: int = key(SMALL)
    file_id: UUID = required(KEY)
    process_id: UUID = required(KEY)
    ends_at: datetime = required(MOMENT)
