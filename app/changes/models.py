"""The changes that tablets read: one stream for each enumerator, and one for everybody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text

from app.core.column_types import CODE, JSON, KEY, MOMENT
from app.core.distribution import LOCAL
from app.core.schema import SQLModel, key, required


class ChangeStream(SQLModel, table=True):
    """The last number of a stream. A transaction that adds to it locks this row until the commit, so that numbers are
    in commit order."""

    __tablename__ = "change_stream"
    __distribution__ = LOCAL

    stream_id: UUID = key(KEY)  # the enumerator, or zeros for everybody
    last_seq: int = required(BigInteger)
    removed_seq: int = required(BigInteger, server_default=text("0"))  # up to it, some changes outlived their use


class Change(SQLModel, table=True):
    """One change, never altered but for a reason, which goes when its record is erased. `id` is random, so that a
    cursor distinguishes this change from another one with the same number."""

    __tablename__ = "change"
    __distribution__ = LOCAL
    __table_args__ = (
        Index(None, "made_at"),
        Index("change_review_idx", text("(detail ->> 'record_id')"), postgresql_where=text("kind = 'review'")),
    )

    stream_id: UUID = key(KEY)
    seq: int = key(BigInteger)
    id: UUID = required(KEY)
    kind: str = required(CODE)
    detail: dict[str, Any] = required(JSON)
    made_at: datetime = required(MOMENT, server_default=text("now()"))
